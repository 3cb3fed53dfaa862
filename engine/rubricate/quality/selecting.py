"""Picks the lowest threshold whose precision is shown to reach a target.

The method is that of Angelopoulos, Bates, Candes, Jordan and Lei, "Learn then test" (2021), as split fixed-sequence
testing. Each threshold stands for the hypothesis that fewer of the records at or above it are right than the target
asks for, and an exact binomial test (the Clopper-Pearson bound) may refute it. One part of the gold, the pilot, only
proposes: which thresholds there are to try, and at which of them to begin. On the other part they are tested in the
order that was proposed, from the beginning downward, and the first that is not refuted ends the search. In a sequence
fixed before the test the chance to go past a threshold that does not keep the target is that of the first such
threshold alone, so each test may use the whole error, however many there are.

What is counted are records at or above a threshold, so that records of equal score are taken or left together, and a
threshold holds for all scores that a later dump may bring. The order of the gold has no part in it.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from rubricate.model.binomial import fewest_right, lower_bound, needed_without_error, tail
from rubricate.model.calibration import ALWAYS, Scored, Tried

__all__ = ["MOST_TRIED", "Needed", "best_share", "needed_records", "propose", "search"]

MOST_TRIED = 60
"""So many thresholds are tried at most; of more scores some are passed over, evenly."""
MOST_NEEDED = 10_000_000
Needed = tuple[int, float]
"""How many accepted records would show it, and at which threshold."""


def propose(pilot: Sequence[Scored], *, target: float, delta: float, ratio: float) -> tuple[float, ...]:
    """The thresholds to test, in order, as a pilot suggests them; none without records.

    The first is the one that is likeliest to pass on `ratio` times as many records as the pilot has; of equally likely
    ones the strictest. Below it follow the other scores of the pilot, downward.
    """
    thresholds = _thinned(sorted({each.score for each in pilot if each.score < ALWAYS}, reverse=True))
    if not thresholds:
        return ()
    above = _Above(pilot)
    chances = [_chance(*above.count(at), target=target, delta=delta, ratio=ratio) for at in thresholds]
    best = max(range(len(thresholds)), key=lambda place: (round(chances[place], 4), -place))
    return tuple(thresholds[best:])


def _thinned(scores: Sequence[float]) -> list[float]:
    if len(scores) <= MOST_TRIED:
        return list(scores)
    places = {round(place * (len(scores) - 1) / (MOST_TRIED - 1)) for place in range(MOST_TRIED)}
    return [scores[place] for place in sorted(places)]


class _Above:
    """How many records lie at or above a threshold, and how many of them are right."""

    def __init__(self, scored: Sequence[Scored]) -> None:
        ordered = sorted(scored, key=lambda each: -each.score)
        self._falling = [-each.score for each in ordered]
        self._right = [0, *accumulate(each.right for each in ordered)]

    def count(self, at: float) -> tuple[int, int]:
        of = bisect_right(self._falling, -at)
        return self._right[of], of


def _chance(right: int, seen: int, *, target: float, delta: float, ratio: float) -> float:
    """How likely a threshold passes; a share seen on few records is drawn towards one half."""
    share = (right + 0.5) / (seen + 1)
    of = round(seen * ratio)
    fewest = fewest_right(of, target, delta)
    # without any hope a larger number of right ones is still the better place to begin
    return tail(fewest, of, share) if fewest is not None else 1e-3 * share * min(1.0, of / 1e6)


def search(
    order: Sequence[float], test: Sequence[Scored], *, target: float, delta: float
) -> tuple[Tried | None, tuple[Tried, ...]]:
    """The last threshold of the order before the first that fails on the test part, and all that were tested."""
    last: Tried | None = None
    tried: list[Tried] = []
    above = _Above(test)
    for at in order:
        right, of = above.count(at)
        kept = of > 0 and tail(right, of, target) <= delta
        tried.append(Tried(at, right, of, round(lower_bound(right, of, delta), 4), kept))
        if not kept:
            break
        last = tried[-1]
    return last, tuple(tried)


def best_share(scored: Sequence[Scored]) -> tuple[int, int]:
    """(right, of) at the threshold where the largest share is right; of equal shares the lower threshold."""
    best = (0, 1)
    right = 0
    ordered = sorted(scored, key=lambda each: -each.score)
    for place, each in enumerate(ordered, start=1):
        right += each.right
        if place == len(ordered) or ordered[place].score != each.score:
            best = max(best, (right, place), key=lambda found: (found[0] / found[1], found[1]))
    return best


def needed_records(scored: Sequence[Scored], *, target: float, delta: float) -> Needed | None:
    """How many accepted records at which threshold would show the target, if what was seen goes on; None for never.

    Of all thresholds the one that needs the fewest records of the label in all.
    """
    best: tuple[float, Needed] | None = None
    ordered = sorted(scored, key=lambda each: -each.score)
    right = 0
    for place, each in enumerate(ordered, start=1):
        right += each.right
        if place < len(ordered) and ordered[place].score == each.score:
            continue
        share = right / place
        of = _enough(share, target=target, delta=delta)
        if of is not None and (best is None or of / place < best[0]):
            best = (of / place, (of, min(each.score, 1.0)))
    return None if best is None else best[1]


def _enough(share: float, *, target: float, delta: float) -> int | None:
    """From about how many records on a share that stays the same shows the target."""
    if share <= target:
        return None
    low = needed_without_error(target, delta)
    if share == 1:
        return low
    high = low
    while not _shows(high, share, target, delta):
        low, high = high, 2 * high
        if high > MOST_NEEDED:
            return None
    while high - low > max(1, low // 100):
        middle = (low + high) // 2
        low, high = (low, middle) if _shows(middle, share, target, delta) else (middle, high)
    return high


def _shows(of: int, share: float, target: float, delta: float) -> bool:
    return tail(math.floor(share * of + 1e-9), of, target) <= delta
