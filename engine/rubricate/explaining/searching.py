"""The smallest edit of a rule with which it would fire on a record: tried out, never guessed."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from itertools import count

from rubricate.explaining.editing import DROPPED, Candidate
from rubricate.explaining.failing import failure_of
from rubricate.explaining.judging import Judge
from rubricate.explaining.misses import Misses
from rubricate.model.ruleset import Ruleset
from rubricate.planning.frame import Frame

__all__ = ["Solution", "smallest_edits"]

MOST_TRIED = 60
"""So many edited rulesets are tried for one record."""
MOST_TOGETHER = 4
"""So many edits are put together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """Edits with which, all made, the rule fires: that was tried."""

    edits: tuple[Candidate, ...]
    ruleset: Ruleset = field(repr=False)
    """With the edits made."""

    @property
    def cost(self) -> tuple[float, float]:
        """Changed nodes first, then how far they are changed."""
        return _cost(self.edits)


def smallest_edits(
    judge: Judge, number: int, frame: Frame, misses: Misses, *, most: int = 3, tried: int = MOST_TRIED
) -> list[Solution]:
    """The cheapest ways to make a rule fire, cheapest first, without those that only add to a cheaper one.

    What drops a part of the condition is told only when nothing that keeps all parts is found.
    """
    order = count()
    waiting: list[tuple[tuple[float, float], int, tuple[Candidate, ...], Judge, Frame]] = []
    heapq.heappush(waiting, ((0.0, 0.0), next(order), (), judge, frame))
    found: list[Solution] = []
    left = tried
    while waiting and left > 0 and len(found) < most:
        _, _, edits, at, here = heapq.heappop(waiting)
        if edits:
            left -= 1
            if any({edit.text for edit in each.edits} <= {edit.text for edit in edits} for each in found):
                continue
            if at.fires(number, here):
                found.append(Solution(edits=edits, ruleset=at.ruleset))
                continue
        if len(edits) == MOST_TOGETHER:
            continue
        for candidate in _candidates(at, number, here, misses):
            together = (*edits, candidate)
            if candidate.text in {edit.text for edit in edits}:
                continue
            edited, names = candidate.change(at.ruleset)
            other, record = at.edited(edited, names, here)
            if other.is_sound:
                heapq.heappush(waiting, (_cost(together), next(order), together, other, record))
    kept = [each for each in found if each.cost[0] < DROPPED]
    return kept or found


def _candidates(judge: Judge, number: int, frame: Frame, misses: Misses) -> list[Candidate]:
    """What might mend the first failure of a rule; nothing when it holds."""
    failure = failure_of(judge, number, frame)
    if failure is None:
        return []
    ranked = misses.ranked(judge, number, failure, frame)
    return sorted((edit for missed in ranked for edit in missed.edits), key=lambda edit: (edit.nodes, edit.size))[:16]


def _cost(edits: tuple[Candidate, ...]) -> tuple[float, float]:
    return sum(edit.nodes for edit in edits), sum(edit.size for edit in edits)
