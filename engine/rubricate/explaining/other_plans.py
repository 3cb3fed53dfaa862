"""Plans that differ from another in one rule, as explanations try them."""

from __future__ import annotations

import dataclasses

from rubricate.planning.plan import Plan

__all__ = ["with_confidence", "with_planned"]


def with_confidence(plan: Plan, number: int, value: float) -> Plan:
    """A plan in which a rule votes with this confidence."""
    return with_planned(plan, number, confidence=lambda _frame: value, constant=None)


def with_planned(plan: Plan, number: int, **changes: object) -> Plan:
    """A plan with another form of a rule; `changes` are fields of PlannedRule."""
    new = dataclasses.replace(plan.rules[number], **changes)  # type: ignore[arg-type]  # the callers name fields
    rules = [new if rule.number == number else rule for rule in plan.rules]
    stages = [dataclasses.replace(stage, rules=[rules[rule.number] for rule in stage.rules]) for stage in plan.stages]
    return dataclasses.replace(plan, rules=rules, stages=stages)
