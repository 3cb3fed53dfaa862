"""An explanation as text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from rubricate.explaining.why import AbstainingRule, Explanation, FiredRule, Found, LabelStory, SkippedStage
from rubricate.reporting.figures import visible
from rubricate.reporting.spans import shorten

__all__ = ["tell", "tell_run"]

SHOWN = 120
"""So many characters of a piece of text are told."""


def tell(explanation: Explanation) -> str:
    """Which rules fired, which abstained, how each label came out, and why the record went where it went."""
    lines = ["rules that fired"] if explanation.rules else ["no rule fired"]
    for rule in explanation.rules:
        lines += _rule_lines(rule)
    if explanation.abstained:
        lines.append("rules that abstained, as what they ask is unknown")
    for abstaining in explanation.abstained:
        lines += _abstaining_lines(abstaining)
    if explanation.labels:
        lines.append("labels")
        lines += [_label_line(story) for story in explanation.labels]
    lines += [_skipped_line(stage) for stage in explanation.skipped]
    lines.append(f"route {explanation.route}: {'; '.join(explanation.reasons)}")
    return "\n".join(lines)


def tell_run(run: str, said: Mapping[str, object], *, plan: str) -> list[str]:
    """What a run made of the record, people's part included; says so when it used another version of the rules."""
    route = str(said["route"])
    if route == "dropped":
        first = f" of {visible(str(said['duplicate_of']))}" if "duplicate_of" in said else ""
        if "distance" in said:
            first += f", {said['distance']} of 64 bits differ"
        route = f"dropped: {said['reason']}{first}"
    lines = [f"in {run}: {route}"]
    for answer in cast("Sequence[Mapping[str, object]]", said.get("answers", ())):
        guideline = f", guideline {answer['guideline']}" if answer.get("guideline") else ""
        lines.append(
            f"  answered by {visible(str(answer['by']))} at {answer['at']}{guideline}: {_answer(answer['value'])}"
        )
    if not plan.startswith(str(said["plan"])):
        lines.append(f"note: the run used another version of the rules: plan {said['plan']} there, {plan[:8]} here")
    return lines


def _answer(value: object) -> str:
    match value:
        case {"label": str(label)}:
            return label
        case {"holds": bool(holds)}:
            return "yes" if holds else "no"
        case {"spans": [*spans]}:
            return ", ".join(f"{span['start']}-{span['end']}" for span in spans) or "no span"
    return str(value)


def _rule_lines(rule: FiredRule) -> list[str]:
    cites = f"   cites {', '.join(rule.cites)}" if rule.cites else ""
    where = f"   {rule.location}" if rule.location is not None else ""
    lines = [f"  {rule.rule} -> {rule.label} {rule.score:.2f}{cites}{where}"]
    if rule.when:
        lines.append(f"     when        {rule.when}")
    if rule.confidence not in ("", f"{rule.score:g}"):
        lines.append(f"     confidence  {rule.confidence} = {rule.score:.2f}")
    if rule.marks is not None:
        value = f" = {visible(str(rule.value))}" if rule.value is not None else ""
        lines.append(f"     marks       {_place(rule.marks)}{value}")
    lines += [f"     found       {_place(found)} by {found.matcher}{_row(found)}" for found in rule.found]
    return lines


def _abstaining_lines(rule: AbstainingRule) -> list[str]:
    where = f"   {rule.location}" if rule.location is not None else ""
    labels = " or ".join(rule.labels) if len(rule.labels) <= 3 else f"one of {len(rule.labels)} labels"
    lines = [f"  {rule.rule} -> {labels}{where}", f"     asks        {rule.asked}"]
    return lines + [f"     unknown     {visible(reason)}" for reason in rule.reasons]


def _skipped_line(skipped: SkippedStage) -> str:
    if skipped.when is not None:
        return f"not asked: stage {skipped.stage} (its when says no: {skipped.when})"
    return f"not asked: stage {skipped.stage} (no label was open that it can vote for)"


def _row(found: Found) -> str:
    return f", line {found.row} of its table" if found.row is not None else ""


def _place(found: Found) -> str:
    if found.box is not None:
        return f"{found.text} of {visible(found.field)}"
    return f'"{_text(found)}" at {visible(found.field)} {found.start}-{found.end}'


def _text(found: Found) -> str:
    return visible(shorten(found.text, SHOWN)).replace("\n", "\u23ce")


def _label_line(story: LabelStory) -> str:
    sign = ">=" if story.score >= story.threshold else "<"
    what = f' "{_text(story.span)}" at {story.span.start}-{story.span.end}' if story.span is not None else ""
    if story.span is not None and story.span.box is not None:
        what = f" {_place(story.span)}"
    note = f"; {story.note}" if story.note else ""
    score = (
        f"{story.score:.2f} {sign} {story.threshold:.2f}, {story.combined}"
        if story.combined != "no vote"
        else "no vote"
    )
    return f"  {story.label}{what}: {story.decision} ({score}{note}) in stage {story.stage}"
