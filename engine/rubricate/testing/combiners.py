"""Laws of combiners: scores of votes become one score a label."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import permutations
from math import isfinite
from typing import Any, Final, TypeAlias

from rubricate.model.descriptors import CastVotes, Combiner, Fitting, RuleVote
from rubricate.testing.bench import Bench, guarded
from rubricate.testing.faults import Complaint, WrongAnswerError, shown
from rubricate.testing.samples import CombinerSample
from rubricate.testing.searching import find_broken, strategies

__all__ = ["LAWS"]

CombinerBench: TypeAlias = "Bench[Combiner, CombinerSample]"
Votes: TypeAlias = "Mapping[str, Sequence[float]]"

SCORES = strategies.sampled_from([0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 1.0]) | strategies.floats(0, 1).map(
    lambda score: round(score, 4)
)
VOTES = strategies.dictionaries(
    strategies.sampled_from("abc"), strategies.lists(SCORES, min_size=1, max_size=5), min_size=1
)
PATTERNS = strategies.dictionaries(
    strategies.lists(
        strategies.tuples(strategies.sampled_from(["one", "other", "third"]), strategies.sampled_from("abc")),
        min_size=1, max_size=3, unique_by=lambda vote: vote[0],
    ).map(lambda votes: tuple(sorted(votes))),
    strategies.integers(1, 50),
    max_size=6,
)  # fmt: skip
CLOSE = 1e-9


def gives_the_samples(bench: CombinerBench) -> Iterator[Complaint]:
    """It makes of votes what its author says."""
    if bench.given.fitting is not None:
        yield from _fits_the_samples(bench, bench.given.fitting)
        return
    if not bench.sample.gives:
        yield Complaint("the sample has no votes", help='add gives=[({"a": [0.5]}, {"a": 0.5})]')
    for votes, wanted in bench.sample.gives:
        found = _combine(bench, votes)
        if not _is_same(found, wanted):
            yield Complaint(f"it gives {found}, not {dict(wanted)}", seen=shown(dict(votes)))


def _fits_the_samples(bench: CombinerBench, fitting: Fitting) -> Iterator[Complaint]:
    sample = bench.sample
    if not (sample.labels and sample.fits and sample.weighs):
        help = 'add labels=["a", "b"], fits=[({(("r", "a"),): 3}, {..})] and weighs=[({..}, {"a": {"r": 0.5}}, {..})]'
        yield Complaint("the sample does not say what it is fitted to", help=help)
    for patterns, wanted in sample.fits:
        rules = sorted({rule for cast in patterns for rule, _ in cast})
        found = guarded(shown(dict(patterns)), _numbers, fitting, sample.labels, rules, patterns)
        if not _is_same(found, wanted):
            yield Complaint(f"it finds {found}, not {dict(wanted)}", seen=shown(dict(patterns)))
    for numbers, votes, wanted in sample.weighs:
        given = {label: [RuleVote(*vote) for vote in cast.items()] for label, cast in votes.items()}
        combine = guarded(shown(dict(numbers)), fitting.make, sample.labels, numbers)
        found = guarded(shown(dict(votes)), _scores, combine, given)
        if not _is_same(found, wanted):
            yield Complaint(f"it gives {found}, not {dict(wanted)}", seen=shown(dict(votes)))


def _is_same(found: Mapping[str, float], wanted: Mapping[str, float]) -> bool:
    return found.keys() == wanted.keys() and all(abs(found[name] - wanted[name]) <= CLOSE for name in wanted)


def is_fitted_to_what_is_there(bench: CombinerBench) -> Iterator[Complaint]:
    """Of no records it has numbers, too; all are finite, and neither the order of rules nor of records changes them."""
    fitting = bench.given.fitting
    if fitting is None:
        return
    labels = ["a", "b", "c"]

    def breaks(patterns: Mapping[tuple[tuple[str, str], ...], int]) -> bool:
        rules = sorted({rule for cast in patterns for rule, _ in cast})
        told, backwards = shown(dict(patterns)), dict(reversed(list(patterns.items())))
        first = guarded(told, _numbers, fitting, labels, rules, patterns)
        turned = guarded(told, _numbers, fitting, labels, rules[::-1], backwards)
        return first != turned or not all(map(isfinite, first.values()))

    for nothing in ([], ["one"]):
        guarded("no records", _numbers, fitting, labels, nothing, {})
    broken = find_broken(PATTERNS, breaks, tries=40)
    if broken is not None:
        yield Complaint("the order of rules or records changes its numbers, or one of them is none", seen=shown(broken))


def stays_between_0_and_1(bench: CombinerBench) -> Iterator[Complaint]:
    """Each label with votes gets a score from 0 to 1, and no other label gets any."""

    def breaks(votes: Votes) -> bool:
        found = _combine(bench, votes)
        good = all(0.0 <= score <= 1.0 for score in found.values())
        return found.keys() != votes.keys() or not good

    broken = find_broken(VOTES, breaks)
    if broken is not None:
        yield Complaint(
            f"it gives {_combine(bench, broken)}, not a score from 0 to 1 for each label", seen=shown(broken)
        )


def knows_no_order(bench: CombinerBench) -> Iterator[Complaint]:
    """The order of votes and labels changes nothing, not the last digit, and the votes are not changed."""

    def breaks(votes: Votes) -> bool:
        cast = _cast(bench, votes)
        first = _ask(bench, cast)
        for order in permutations(range(5)):
            turned = {
                label: [cast[label][at] for at in order if at < len(cast[label])] for label in reversed(list(cast))
            }
            if _ask(bench, turned) != first:
                return True
        return False

    broken = find_broken(VOTES, breaks, tries=60)
    if broken is not None:
        yield Complaint("the order of the votes changes the score", seen=shown(broken),
                        help="add up sorted scores, or use math.fsum")  # fmt: skip
    votes = {"a": [0.9, 0.1, 0.5]}
    cast = _cast(bench, votes)
    _ask(bench, cast)
    if cast != _cast(bench, {"a": [0.9, 0.1, 0.5]}):
        yield Complaint("it changes the votes that it is given", seen=shown({"a": [0.9, 0.1, 0.5]}))


def takes_one_vote_at_its_word(bench: CombinerBench) -> Iterator[Complaint]:
    """A single vote gives its own score, but for combiners that only compare the labels of a set."""
    if bench.given.sets_only or bench.given.fitting is not None:
        return
    broken = find_broken(SCORES, lambda score: abs(_combine(bench, {"a": [score]}).get("a", -1.0) - score) > CLOSE)
    if broken is not None:
        found = _combine(bench, {"a": [broken]})
        yield Complaint(f"one vote of {broken} becomes {found.get('a')}", seen=shown({"a": [broken]}))


def _combine(bench: CombinerBench, votes: Votes) -> Mapping[str, float]:
    return _ask(bench, _cast(bench, votes))


def _cast(bench: CombinerBench, votes: Votes) -> dict[str, list[Any]]:
    """The votes in the form that the combiner takes: scores, or rules with scores; in lists that are its own."""
    if bench.given.fitting is None:
        return {label: list(scores) for label, scores in votes.items()}
    return {label: [RuleVote(f"{label}-{at}", score) for at, score in enumerate(votes[label])] for label in votes}


def _ask(bench: CombinerBench, cast: Mapping[str, Sequence[Any]]) -> Mapping[str, float]:
    fitting = bench.given.fitting
    combine = bench.given.combine
    if fitting is not None:
        labels, rules = ["a", "b", "c"], sorted({vote.rule for given in cast.values() for vote in given})
        numbers = guarded("no records", _numbers, fitting, labels, rules, {})
        combine = guarded(shown(numbers), fitting.make, labels, numbers)  # type: ignore[assignment]  # takes what was cast
    assert combine is not None  # a combiner has one or the other
    return guarded(shown(dict(cast)), _scores, combine, cast)


def _scores(combine: Callable[[Any], Mapping[str, float]], cast: Mapping[str, Sequence[Any]]) -> dict[str, float]:
    return _plain(combine(cast))


def _plain(found: object) -> dict[str, float]:
    """Numbers by name; those of other libraries are none that JSON can write."""
    if not isinstance(found, Mapping):
        raise WrongAnswerError(f"it gives {shown(found)}, not a mapping of names to numbers")
    for name, number in found.items():
        if type(number) not in (int, float):
            raise WrongAnswerError(f'it gives {shown(number)} for "{name}", which is no int or float')
    return dict(found)


def _numbers(
    fitting: Fitting, labels: Sequence[str], rules: Sequence[str], patterns: Mapping[CastVotes, int]
) -> dict[str, float]:
    return _plain(fitting.fit(labels, rules, patterns))


LAWS: Final = {
    "samples": gives_the_samples,
    "scores": stays_between_0_and_1,
    "order": knows_no_order,
    "fit": is_fitted_to_what_is_there,
    "one vote": takes_one_vote_at_its_word,
}
