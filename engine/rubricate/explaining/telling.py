"""An explanation as text for a terminal."""

from __future__ import annotations

from rubricate.explaining.why import Explanation, FiredRule, Found, LabelStory

__all__ = ["tell"]


def tell(explanation: Explanation) -> str:
    """Which rules fired, how each label came out, and why the record went where it went."""
    lines = ["rules that fired"] if explanation.rules else ["no rule fired"]
    for rule in explanation.rules:
        lines += _rule_lines(rule)
    if explanation.labels:
        lines.append("labels")
        lines += [_label_line(story) for story in explanation.labels]
    if explanation.skipped:
        lines.append(f"not asked: {', '.join(explanation.skipped)} (no label was open that these stages can vote for)")
    lines.append(f"route {explanation.route}: {'; '.join(explanation.reasons)}")
    return "\n".join(lines)


def _rule_lines(rule: FiredRule) -> list[str]:
    cites = f"   cites {', '.join(rule.cites)}" if rule.cites else ""
    where = f"   {rule.location}" if rule.location is not None else ""
    lines = [f"  {rule.rule} -> {rule.label} {rule.score:.2f}{cites}{where}"]
    if rule.when:
        lines.append(f"     when        {rule.when}")
    if rule.confidence not in ("", f"{rule.score:g}"):
        lines.append(f"     confidence  {rule.confidence} = {rule.score:.2f}")
    if rule.marks is not None:
        value = f" = {rule.value}" if rule.value is not None else ""
        lines.append(f"     marks       {_place(rule.marks)}{value}")
    lines += [f"     found       {_place(found)} by {found.matcher}{_row(found)}" for found in rule.found]
    return lines


def _row(found: Found) -> str:
    return f", line {found.row} of its table" if found.row is not None else ""


def _place(found: Found) -> str:
    text = found.text.replace("\n", "\\n")
    return f'"{text}" at {found.field} {found.start}-{found.end}'


def _label_line(story: LabelStory) -> str:
    sign = ">=" if story.score >= story.threshold else "<"
    what = f' "{story.span.text}" at {story.span.start}-{story.span.end}' if story.span is not None else ""
    note = f"; {story.note}" if story.note else ""
    score = (
        f"{story.score:.2f} {sign} {story.threshold:.2f}, {story.combined}"
        if story.combined != "no vote"
        else "no vote"
    )
    return f"  {story.label}{what}: {story.decision} ({score}{note}) in stage {story.stage}"
