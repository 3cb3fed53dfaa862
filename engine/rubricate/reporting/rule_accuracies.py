"""How often rules are right, shown: a table for people, JSON for programs."""

from __future__ import annotations

from rubricate.model.rule_accuracy import RuleAccuracies, RuleAccuracy
from rubricate.reporting.calibration import table
from rubricate.reporting.figures import number, percent, plural, score, share, visible

__all__ = ["rule_accuracies_json", "rule_accuracies_text"]

_HEAD = (
    "rule",
    "label",
    "right",
    "of",
    "accuracy",
    "95 %",
    "coverage",
    "overlap",
    "conflict",
    "confidence",
    "proposed",
)


def rule_accuracies_text(found: RuleAccuracies) -> str:
    """The rules in the order of the ruleset, with the sums below them."""
    lines = table(_HEAD, [_row(each, found.records) for each in found.rules], left=2)
    covered, contested = (share(count, found.records) for count in (found.covered, found.contested))
    lines += [
        "",
        f"{plural(found.records, 'gold record')}: rules vote on {covered}, against one another on {contested}",
    ]
    if found.skipped:
        lines.append(f"not counted, as their labels are spans: {', '.join(map(visible, found.skipped))}")
    return "\n".join(lines) + "\n"


def _row(each: RuleAccuracy, records: int) -> tuple[str, ...]:
    low, high = each.interval
    return (
        visible(each.rule) + (" (draft)" if each.is_draft else ""), visible(each.label), number(each.right),
        number(each.votes), percent(each.right / each.votes if each.votes else None),
        f"{100 * low:.1f}-{100 * high:.1f}" if each.votes else "-", share(each.votes, records),
        share(each.overlaps, each.votes), share(each.conflicts, each.votes), score(each.declared),
        score(each.proposed) if each.votes else "-",
    )  # fmt: skip


def rule_accuracies_json(found: RuleAccuracies) -> dict[str, object]:
    """The same as JSON values."""
    return {
        "format": "rubricate-rule-accuracies-1",
        "records": found.records,
        "covered": found.covered,
        "contested": found.contested,
        "skipped": list(found.skipped),
        "rules": [
            {
                "rule": each.rule, "label": each.label, "draft": each.is_draft,
                "votes": each.votes, "right": each.right,
                "interval": list(each.interval), "overlaps": each.overlaps, "conflicts": each.conflicts,
                "declared": each.declared, "proposed": each.proposed if each.votes else None,
            }
            for each in found.rules
        ],
    }  # fmt: skip
