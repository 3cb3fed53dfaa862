"""The kit catches a combiner for each law that it can break, and says what is wrong with it."""

import pytest

from rubricate.api import Combiner, Fitting
from rubricate.testing import CombinerSample
from support.broken_plugins import faults_of, laws_without_a_case, plugin, words_of

BEST = CombinerSample("best", gives=[({"a": [0.5, 0.7]}, {"a": 0.7})])


def combiner(combine):
    return Combiner(name="best", help="the best score", combine=combine)


def sorting(votes):
    for scores in votes.values():
        if isinstance(scores, list):
            scores.sort()
    return {label: scores[-1] for label, scores in votes.items()}


def best(votes):
    return {label: max(scores) for label, scores in votes.items()}


def believe(labels, rules, votes):
    """Rule -> the share of its votes on records that other rules vote on for the same label, too."""
    cast = {rule: [1, 2] for rule in rules}
    for vote, count in votes.items():
        for rule, label in vote:
            cast[rule][0] += count * any(other == label for name, other in vote if name != rule)
            cast[rule][1] += count
    return {rule: agreed / all for rule, (agreed, all) in cast.items()}


def weigh(labels, numbers):
    return lambda votes: {
        label: max(vote.score * numbers.get(vote.rule, 0.5) for vote in cast) for label, cast in votes.items()
    }


def fitted(fit=believe, make=weigh):
    return Combiner(name="best", help="the best score", fitting=Fitting(fit=fit, make=make))


def make_first(labels, numbers):
    return lambda votes: {label: cast[0].score for label, cast in votes.items()}


def make_sums(labels, numbers):
    return lambda votes: {label: sum(vote.score for vote in cast) for label, cast in votes.items()}


def make_all(labels, numbers):
    return lambda votes: dict.fromkeys(labels, 0.5)


def make_sorting(labels, numbers):
    def combine(votes):
        for cast in votes.values():
            if isinstance(cast, list):
                cast.sort(key=lambda vote: vote.score)
        return {label: cast[-1].score for label, cast in votes.items()}

    return combine


def believe_first(labels, rules, votes):
    return {**believe(labels, rules, votes), "first": float(bool(rules and rules[0] == "one"))}


def believe_last(labels, rules, votes):
    """Numbers that hang on the records that were seen last."""
    return {**believe(labels, rules, votes), "last": float(len(next(reversed(votes), ())))}


def believe_shares(labels, rules, votes):
    seen = sum(votes.values())
    return {rule: sum(count for vote, count in votes.items() if rule in dict(vote)) / seen for rule in rules}


TRUST = CombinerSample(
    "best",
    labels=["a", "b"],
    fits=[({(("one", "a"), ("other", "a")): 6, (("one", "b"),): 2}, {"one": 0.7, "other": 0.875})],
    weighs=[({"one": 0.5, "other": 0.8}, {"a": {"one": 1.0, "other": 0.5}, "b": {"other": 1.0}}, {"a": 0.5, "b": 0.8})],
)

COMBINERS = {
    "another score": (combiner(lambda votes: {label: min(scores) for label, scores in votes.items()}), "samples",
                      "it gives {'a': 0.5}, not {'a': 0.7}"),
    "a score above one": (combiner(lambda votes: {label: sum(scores) for label, scores in votes.items()}), "scores",
                          "not a score from 0 to 1 for each label"),
    "a label lost": (combiner(lambda votes: {"a": 0.5}), "scores", "not a score from 0 to 1 for each label"),
    "an order": (combiner(lambda votes: {label: scores[0] for label, scores in votes.items()}), "order",
                 "the order of the votes changes the score"),
    "votes changed": (combiner(sorting), "order", "it changes the votes that it is given"),
    "one vote changed": (combiner(lambda votes: {label: max(scores) / 2 for label, scores in votes.items()}), "one vote",
                         "becomes"),
    "a fit without samples": (fitted(lambda labels, rules, votes: {}), "samples", "does not say what it is fitted to"),
}  # fmt: skip


FITTED = {
    "numbers of another fit": (fitted(lambda labels, rules, votes: dict.fromkeys(rules, 0.5)), "samples",
                               "it finds {'one': 0.5, 'other': 0.5}, not {'one': 0.7, 'other': 0.875}"),
    "a rule without a number": (fitted(lambda labels, rules, votes: {"one": 0.7}), "samples",
                                "it finds {'one': 0.7}, not {'one': 0.7, 'other': 0.875}"),
    "numbers unused": (fitted(make=make_all), "samples", "it gives {'a': 0.5, 'b': 0.5}, not {'a': 0.5, 'b': 0.8}"),
    "a score above one": (fitted(make=make_sums), "scores", "not a score from 0 to 1 for each label"),
    "labels without votes": (fitted(make=make_all), "scores",
                             "it gives {'a': 0.5, 'b': 0.5, 'c': 0.5}, not a score from 0 to 1 for each label"),
    "an order of votes": (fitted(make=make_first), "order", "the order of the votes changes the score"),
    "votes changed": (fitted(make=make_sorting), "order", "it changes the votes that it is given"),
    "numbers by the order of rules": (fitted(believe_first), "fit",
                                      "the order of rules or records changes its numbers, or one of them is none"),
    "numbers by the order of records": (fitted(believe_last), "fit",
                                        "the order of rules or records changes its numbers, or one of them is none"),
    "numbers that are none": (fitted(lambda labels, rules, votes: {"a": float("inf") if votes else 0.0}), "fit",
                              "the order of rules or records changes its numbers, or one of them is none"),
    "words for numbers": (fitted(lambda labels, rules, votes: {"a": "often" if votes else 0.0}), "fit",
                          "it gives 'often' for \"a\", which is no int or float"),
    "no numbers without records": (fitted(believe_shares), "fit", "it raises ZeroDivisionError"),
}  # fmt: skip


@pytest.mark.parametrize("case", COMBINERS)
def test_a_broken_combiner_is_told_what_is_wrong(case):
    given, law, words = COMBINERS[case]

    assert words in words_of(plugin(combiners=[given]), BEST, law)


@pytest.mark.parametrize("case", FITTED)
def test_a_broken_combiner_that_is_fitted_is_told_what_is_wrong(case):
    given, law, words = FITTED[case]

    assert words in words_of(plugin(combiners=[given]), TRUST, law)


def test_every_law_of_combiners_is_broken_by_a_case():
    """A fit is only there to be broken by one that is fitted, which no single vote is asked of."""
    assert laws_without_a_case(CombinerSample, COMBINERS) == {"fit"}
    assert laws_without_a_case(CombinerSample, FITTED) == {"one vote"}


@pytest.mark.parametrize(
    ("given", "sample"), [(combiner(best), BEST), (fitted(), TRUST)], ids=["of scores", "that is fitted"]
)
def test_a_whole_combiner_breaks_no_law(given, sample):
    assert faults_of(plugin(combiners=[given]), sample) == []
