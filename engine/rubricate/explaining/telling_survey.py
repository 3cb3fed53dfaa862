"""A rule over many records, as text for a terminal."""

from __future__ import annotations

from rubricate.explaining.surveying import Survey
from rubricate.reporting.figures import number, plural, visible
from rubricate.reporting.spans import shorten

__all__ = ["tell_survey"]

_OUTCOMES = {
    "accepted": "fired, and its label is accepted",
    "not accepted": "fired, and its label is not accepted",
    "draft": "fired, as a draft",
    "too late": "holds, too late",
    "no": "did not fire",
    "unknown": "abstained",
    "no confidence": "holds and casts no vote",
    "not asked": "was not asked",
}
MOST_NODES = 12
SHOWN = 90
"""So many characters of a node are told."""


def tell_survey(told: Survey) -> list[str]:
    """What became of the rule, what kept it from firing, its nearest misses, and what edits would gain."""
    labels = " or ".join(told.labels) if len(told.labels) <= 3 else f"one of {len(told.labels)} labels"
    lines = [f"{told.rule} -> {labels}, on {plural(told.records, 'record')}"]
    lines += [f"  {number(count):>7}  {_OUTCOMES[outcome]}" for outcome, count in told.outcomes.items()]
    if told.refused:
        lines.append(f"  {number(told.refused):>7}  cannot be prepared")
    if told.blamed:
        lines.append("what kept it from firing: records in which it fails first, alone, behind another part")
    for node in told.blamed[:MOST_NODES]:
        counts = f"  {number(node.first):>7} {number(node.alone):>7} {number(node.also):>7}"
        lines.append(f"{counts}  {_short(node.node)}")
        if node.sample:
            lines.append(f"{' ' * 28}such as {visible(node.sample)}: {node.sentence}")
    if len(told.blamed) > MOST_NODES:
        lines.append(f"  and {plural(len(told.blamed) - MOST_NODES, 'further part')}")
    lines += _near_lines(told)
    return lines + _gain_lines(told)


def _near_lines(told: Survey) -> list[str]:
    if not told.nearest:
        return []
    lines = ["nearest misses"]
    return lines + [f"  {visible(near.record)}  {_short(near.node)}: {near.sentence}" for near in told.nearest]


def _gain_lines(told: Survey) -> list[str]:
    if not told.gains:
        return []
    lines = ["edits, each tried on all records: records gained, lost"]
    for gain in told.gains:
        where = f" ({gain.edit.where})" if gain.edit.where else ""
        samples = f"   such as {', '.join(map(visible, gain.samples))}" if gain.samples else ""
        counts = f"  {'+' + number(gain.gained):>7} {'-' + number(gain.lost):>7}"
        lines.append(f"{counts}  {_short(gain.edit.text)}{where}{samples}")
    missed = told.outcomes.get("no", 0) + told.outcomes.get("unknown", 0)
    if told.searched < missed:
        lines.append(
            f"texts that come near were looked for in the first {number(told.searched)} of {number(missed)} records"
        )
    return lines


def _short(text: str) -> str:
    return visible(shorten(text, SHOWN))
