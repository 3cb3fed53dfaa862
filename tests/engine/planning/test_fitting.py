"""Combiners that are fitted: a plugin's numbers reach its own function, and mistakes are told with its name."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace

import pytest

from rubricate.annotator import Annotator, check, load
from rubricate.api import Combiner, Fitting, RuleVote, hookimpl
from rubricate.errors import PluginError, UsageError
from rubricate.plugins.discovering import build_registry
from rubricate.quality.fitting import fit_combiners

RULESET = """\
ruleset: t
version: "1.0.0"
record: {text: [text]}
labels: [spam, ham]
accept: 0.6
decide: {labels: {combine: weighed}}
rules:
  - {id: links, label: spam, when: '"http"', confidence: 0.8}
  - {id: asks, label: spam, when: '"subscribe"', confidence: 0.5}
  - {id: sings, label: ham, when: '"song"', confidence: 0.9}
  - {id: tried, label: ham, when: '"http"', confidence: 0.9, status: draft}
"""
RECORDS = [{"text": "http subscribe"}, {"text": "http song"}, {"text": "song"}, {"text": "hello"}]


def shares(labels, rules, votes):
    """Rule -> the share of the records with votes that it votes on."""
    total = sum(votes.values())
    cast = {rule: sum(count for found, count in votes.items() if rule in dict(found)) for rule in rules}
    return {rule: count / total if total else 0.5 for rule, count in cast.items()}


def by_shares(labels, numbers):
    def combine(votes):
        return {label: max(vote.score * numbers[vote.rule] for vote in given) for label, given in votes.items()}

    return combine


def registry(*, fit=shares, make=by_shares, connects=False):
    @hookimpl
    def register_combiners():
        return [Combiner(name="weighed", help="x", connects=connects, fitting=Fitting(fit=fit, make=make))]

    return build_registry(extra=[SimpleNamespace(__name__="odd", register_combiners=register_combiners)])


def written(tmp_path, text=RULESET):
    (tmp_path / "ruleset.yaml").write_text(text, encoding="utf-8")
    return tmp_path / "ruleset.yaml"


def test_a_plugin_is_fitted_to_the_votes_that_count(tmp_path):
    rules = load(written(tmp_path), registry=registry())

    found = fit_combiners(rules.plan, RECORDS)

    [fit] = found.fits
    assert (found.records, fit.voted, fit.contested) == (4, 3, 1)
    assert fit.votes == {"links": 2, "asks": 1, "sings": 2}
    assert fit.alone == {"links": 0, "asks": 0, "sings": 1}
    assert fit.numbers == {"asks": 1 / 3, "links": 2 / 3, "sings": 2 / 3}


def test_its_numbers_decide_and_are_part_of_the_plan(tmp_path):
    plain = load(written(tmp_path), registry=registry())
    numbers = {"links": 1.0, "asks": 1.0, "sings": 0.5}
    fitted = Annotator(replace(plain.ruleset, fitted={"labels": numbers}), plain.registry)

    [found] = fitted.annotate(["http song"])

    assert found.decisions == {"spam": "accepted", "ham": "no"}
    assert fitted.plan.digest != plain.plan.digest
    with pytest.raises(UsageError, match="no combiner has been fitted yet"):
        next(plain.annotate(["http song"]))


def test_of_votes_that_rest_on_one_match_the_surest_is_heard(tmp_path):
    text = RULESET.replace("""'"subscribe"'""", """'"http"'""")
    rules = load(written(tmp_path, text), registry=registry(connects=True))

    [fit] = fit_combiners(rules.plan, [{"text": "http"}]).fits

    assert fit.votes == {"links": 1, "asks": 0, "sings": 0}


def test_otherwise_counts_as_it_says(tmp_path):
    text = RULESET + "otherwise: {label: ham, confidence: 0.7}\n"
    plain = load(written(tmp_path, text), registry=registry())
    rules = Annotator(replace(plain.ruleset, fitted={"labels": {"links": 1.0}}), plain.registry)

    [found] = rules.annotate(["hello"])

    assert found.decisions == {"spam": "no", "ham": "accepted"}


def test_a_label_of_no_set_cannot_have_one(tmp_path):
    text = RULESET.replace("labels: [spam, ham]", "labels: {spam: {kind: document}, ham: {kind: document}}")
    text = text.replace("decide: {labels:", "decide: {spam:")

    problems = check(written(tmp_path, text), registry=registry())[1]

    assert [(each.code, each.message) for each in problems if each.is_error] == [
        ("R013", '"weighed" compares the labels of a set, and "spam" is in none')
    ]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"fit": lambda labels, rules, votes: {"a": math.nan}},
            'cannot be fitted to "labels": gave a number that is none',
        ),
        ({"fit": lambda labels, rules, votes: 1 / 0}, 'cannot be fitted to "labels": ZeroDivisionError'),
        ({"make": lambda labels, numbers: 1 / 0}, 'cannot use the numbers of "labels": ZeroDivisionError'),
    ],
)
def test_a_plugin_that_fails_is_named(tmp_path, given, message):
    with pytest.raises(PluginError, match=message) as raised:
        load(written(tmp_path), registry=registry(**given))

    assert raised.value.plugin == "weighed"


def test_a_score_outside_of_bounds_is_the_plugins_fault(tmp_path):
    plain = load(
        written(tmp_path), registry=registry(make=lambda labels, numbers: lambda votes: dict.fromkeys(votes, 7))
    )
    rules = Annotator(replace(plain.ruleset, fitted={"labels": {}}), plain.registry)

    with pytest.raises(PluginError, match="gave no score between 0 and 1 for each label"):
        next(rules.annotate(["http"]))


def test_a_combiner_has_either_a_function_or_a_fit():
    @hookimpl
    def register_combiners():
        return [Combiner(name="empty", help="x")]

    found = build_registry(extra=[SimpleNamespace(__name__="odd", register_combiners=register_combiners)])

    assert [problem.message for problem in found.problems] == [
        'plugin "odd" breaks its contract: combiner "empty" must have either `combine` or `fitting`'
    ]


def test_votes_of_rules_are_pairs_of_rule_and_score():
    assert RuleVote("links", 0.8) == ("links", 0.8)
