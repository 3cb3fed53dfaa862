"""What kept a rule from firing on an example, in one line."""

from __future__ import annotations

from rubricate.explaining.failing import failure_of
from rubricate.explaining.judging import Judge, asked_of
from rubricate.explaining.misses import Misses
from rubricate.explaining.unknown import Unknowns
from rubricate.planning.frame import Frame
from rubricate.planning.plan import Plan, PlannedRule
from rubricate.registry import Registry

__all__ = ["Nearest"]


class Nearest:
    """Tells the nearest miss of a rule; made once for a plan, with the registry that it was made with."""

    def __init__(self, plan: Plan, registry: Registry) -> None:
        self._judge = Judge(plan, registry)
        self._misses = Misses()

    def __call__(self, rule: PlannedRule, frame: Frame) -> str | None:
        """Of the parts of the condition that are to blame the one that came nearest, or what is unknown."""
        judge = self._judge
        frame.cache.clear()
        asked = asked_of(judge.ruleset, rule.number)
        if judge.truth(asked, frame) is None:
            reasons = Unknowns(judge.plan, judge.registry, frame, judge=judge).of_condition(asked)
            return f"it abstains: {'; '.join(reasons)}" if reasons else None
        failure = failure_of(judge, rule.number, frame)
        if failure is None:
            return "the condition holds, but no vote comes of it: see its confidence and label"
        ranked = self._misses.ranked(judge, rule.number, failure, frame)
        return ranked[0].sentence if ranked else None
