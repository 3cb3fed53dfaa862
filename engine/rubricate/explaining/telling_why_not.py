"""Why a rule did not fire, as text for a terminal."""

from __future__ import annotations

from rubricate.explaining.telling_trace import tell_trace
from rubricate.explaining.why_not import Miss, Repair, WhyNot
from rubricate.reporting.figures import visible

__all__ = ["tell_repair", "tell_why_not"]

MOST_OTHERS = 4
"""So many further alternatives are told."""


def tell_why_not(told: WhyNot, *, tree: bool = True) -> list[str]:
    """What became of the rule, how near it came, what edit would make it fire, and its condition."""
    lines = [_head(told), *(f"  {visible(reason)}" for reason in told.reasons)]
    for miss in told.misses:
        lines += _miss_lines(miss)
    if told.repairs:
        lines += ["smallest edit, checked" if len(told.repairs) == 1 else "smallest edits, checked"]
        lines += [f"  {visible(tell_repair(repair))}" for repair in told.repairs]
    elif told.misses:
        lines.append("no edit that was tried makes it fire")
    elif told.outcome == "not accepted":
        lines.append("no edit that was tried makes its label accepted")
    if tree:
        lines += ["condition", *tell_trace(told.trace, indent="  ")]
    return lines


def tell_repair(repair: Repair) -> str:
    """Edits that belong together, in a line."""
    parts = [f"{edit.text} ({edit.where})" if edit.where else edit.text for edit in repair.edits]
    return "; and ".join(parts)


def _head(told: WhyNot) -> str:
    labels = " or ".join(told.labels) if len(told.labels) <= 3 else f"one of {len(told.labels)} labels"
    where = f"   {told.location}" if told.location is not None else ""
    return f"{told.rule} -> {labels}: {_WORDS[told.outcome]}{where}"


_WORDS = {
    "accepted": "it fired, and its label is accepted",
    "not accepted": "it fired, and its label is not accepted",
    "draft": "it fired",
    "too late": "it holds, too late",
    "no": "it did not fire",
    "unknown": "it abstained",
    "no confidence": "it holds and casts no vote",
    "not asked": "it was not asked",
}


def _miss_lines(miss: Miss) -> list[str]:
    lines = [f"  {visible(miss.node)}", f"     {miss.sentence}"]
    if miss.others:
        lines += [f"     or {visible(other)}" for other in miss.others[:MOST_OTHERS]]
        more = len(miss.others) - MOST_OTHERS
        lines += [f"     and {more} more, of which one would do"] if more > 0 else []
    return lines
