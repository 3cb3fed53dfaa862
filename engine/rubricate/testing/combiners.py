"""Laws of combiners: scores of votes become one score a label."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations
from typing import Final, TypeAlias

from rubricate.model.descriptors import Combiner
from rubricate.testing.bench import Bench, guarded
from rubricate.testing.faults import Complaint, shown
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
CLOSE = 1e-9


def gives_the_samples(bench: CombinerBench) -> Iterator[Complaint]:
    """It makes of votes what its author says."""
    if not bench.sample.gives:
        yield Complaint("the sample has no votes", help='add gives=[({"a": [0.5]}, {"a": 0.5})]')
    for votes, wanted in bench.sample.gives:
        found = _combine(bench, votes)
        same = found.keys() == wanted.keys() and all(abs(found[label] - wanted[label]) <= CLOSE for label in wanted)
        if not same:
            yield Complaint(f"it gives {found}, not {dict(wanted)}", seen=shown(dict(votes)))


def stays_between_0_and_1(bench: CombinerBench) -> Iterator[Complaint]:
    """Each label with votes gets a score from 0 to 1, and no other label gets any."""

    def breaks(votes: Votes) -> bool:
        found = _combine(bench, votes)
        good = all(isinstance(score, int | float) and 0.0 <= score <= 1.0 for score in found.values())
        return found.keys() != votes.keys() or not good

    broken = find_broken(VOTES, breaks)
    if broken is not None:
        yield Complaint(
            f"it gives {_combine(bench, broken)}, not a score from 0 to 1 for each label", seen=shown(broken)
        )


def knows_no_order(bench: CombinerBench) -> Iterator[Complaint]:
    """The order of votes and labels changes nothing, not the last digit, and the votes are not changed."""

    def breaks(votes: Votes) -> bool:
        first = _combine(bench, votes)
        for order in permutations(range(5)):
            turned = {
                label: [votes[label][at] for at in order if at < len(votes[label])] for label in reversed(list(votes))
            }
            if _combine(bench, turned) != first:
                return True
        return False

    broken = find_broken(VOTES, breaks, tries=60)
    if broken is not None:
        yield Complaint("the order of the votes changes the score", seen=shown(broken),
                        help="add up sorted scores, or use math.fsum")  # fmt: skip
    votes = {"a": [0.9, 0.1, 0.5]}
    _combine(bench, votes)
    if votes != {"a": [0.9, 0.1, 0.5]}:
        yield Complaint("it changes the votes that it is given", seen=shown({"a": [0.9, 0.1, 0.5]}))


def takes_one_vote_at_its_word(bench: CombinerBench) -> Iterator[Complaint]:
    """A single vote gives its own score, but for combiners that only compare the labels of a set."""
    if bench.given.sets_only:
        return
    broken = find_broken(SCORES, lambda score: abs(_combine(bench, {"a": [score]}).get("a", -1.0) - score) > CLOSE)
    if broken is not None:
        found = _combine(bench, {"a": [broken]})
        yield Complaint(f"one vote of {broken} becomes {found.get('a')}", seen=shown({"a": [broken]}))


def _combine(bench: CombinerBench, votes: Votes) -> Mapping[str, float]:
    return dict(guarded(shown(dict(votes)), bench.given.combine, votes))


LAWS: Final = {
    "samples": gives_the_samples,
    "scores": stays_between_0_and_1,
    "order": knows_no_order,
    "one vote": takes_one_vote_at_its_word,
}
