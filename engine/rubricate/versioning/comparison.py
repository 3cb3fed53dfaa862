"""What two rulesets label differently, shown: for a terminal, as Markdown for a pull request, as JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from rubricate.model.evaluation import Proportion
from rubricate.reporting.figures import number, plural, share, visible
from rubricate.versioning.counting import Comparison, GroupCount, Quality, Sample, ShownSpan
from rubricate.versioning.showing import in_cell, in_code

__all__ = ["comparison_json", "comparison_markdown", "comparison_text"]

MOST_BLAMES = 5


def comparison_text(comparison: Comparison) -> str:
    """The differences by label, each with what it comes from and samples."""
    lines = [_summary(comparison)]
    label = None
    for group in comparison.groups:
        if group.group.label != label:
            label = group.group.label
            lines.append(label or "routes")
        lines.append(f"  {_how(group)} {number(group.count)}{_judged(group)}: {_blames(group)}{_legend(group)}")
        for sample in group.samples:
            lines.append(f"    {sample.id}  {sample.before} -> {sample.after}, {sample.blame}{_verdict(sample)}")
            lines.append(f"      {sample.text}")
    if comparison.quality is not None:
        lines += [f"gold: {line}" for line in _quality(*comparison.quality)]
    lines += [f"warning: {line}" for line in _unknown(comparison)]
    return "".join(f"{visible(line)}\n" for line in lines)


def _summary(comparison: Comparison) -> str:
    unread = f", {plural(comparison.unread, 'region')} unreadable" if comparison.unread else ""
    if not comparison.changed:
        return f"{plural(comparison.records, 'record')}{unread}: both label them alike"
    differ = f"{number(comparison.changed)} ({share(comparison.changed, comparison.records)}) labelled differently"
    return f"{plural(comparison.records, 'record')}{unread}: {differ}"


def _how(group: GroupCount) -> str:
    kind = group.group.kind
    return kind if kind in ("gained", "lost") else group.group.how


def _judged(group: GroupCount) -> str:
    """What gold says of the changes.

    >>> from rubricate.versioning.counting import Group
    >>> _judged(GroupCount(group=Group("a", "lost", ""), count=9, right=5, wrong=2, blames=(), samples=()))
    ' (+5 right, -2 wrong)'
    """
    return f" (+{number(group.right)} right, -{number(group.wrong)} wrong)" if group.right or group.wrong else ""


def _legend(group: GroupCount) -> str:
    """What the brackets of its samples are, where they are of two kinds."""
    return "; [before] {after}" if group.group.kind == "edges" and group.samples else ""


def _blames(group: GroupCount) -> str:
    told = [f"{blame} {number(count)}" for blame, count in group.blames[:MOST_BLAMES]]
    more = len(group.blames) - MOST_BLAMES
    return ", ".join(told) + (f" and {number(more)} more" if more > 0 else "")


def _verdict(sample: Sample) -> str:
    return "" if sample.is_right is None else " (right)" if sample.is_right else " (wrong)"


def _unknown(comparison: Comparison) -> Iterator[str]:
    for one in comparison.unknown_labels:
        records = f"{plural(one.count, 'gold record')} name{'s' if one.count == 1 else ''}"
        help = "" if one.nearest is None else f', did you mean "{one.nearest}"?'
        yield f'neither ruleset has a label "{one.label}", which {records}{help}'


def _quality(before: Quality, after: Quality) -> Iterator[str]:
    yield f"coverage {_share(before.coverage)} -> {_share(after.coverage)}"
    if before.right.of or after.right.of:
        yield f"accuracy {_share(before.right)} -> {_share(after.right)}"
    if before.span_recall.of or after.span_recall.of:
        yield f"spans, exact precision {_share(before.span_precision)} -> {_share(after.span_precision)}"
        yield f"spans, exact recall {_share(before.span_recall)} -> {_share(after.span_recall)}"


def _share(found: Proportion) -> str:
    return f"{share(found.count, found.of)} ({number(found.count)} of {number(found.of)})"


def comparison_markdown(comparison: Comparison) -> str:
    """A table of the differences, and the samples of each to be opened."""
    lines = [f"**{_summary(comparison)}**"]
    if comparison.groups:
        judged = comparison.quality is not None
        head = ["Label", "Change", "Records", *(["Right", "Wrong"] if judged else []), "From"]
        lines += ["", f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
        lines += [_row(group, judged=judged) for group in comparison.groups]
    if comparison.quality is not None:
        lines.append("")
        lines += [f"- {in_cell(line)}" for line in _quality(*comparison.quality)]
    if comparison.unknown_labels:
        lines += ["", *(f"> {in_cell(line)}" for line in _unknown(comparison))]
    for group in comparison.groups:
        if group.samples:
            lines += ["", *_details(group)]
    return "\n".join(lines) + "\n"


def _row(group: GroupCount, *, judged: bool) -> str:
    label = in_code(group.group.label) if group.group.label else "route"
    cells = [label, in_cell(_how(group)), number(group.count)]
    cells += [number(group.right), number(group.wrong)] if judged else []
    return f"| {' | '.join([*cells, in_cell(_blames(group))])} |"


def _details(group: GroupCount) -> Iterator[str]:
    name = f"{in_cell(group.group.label)}: {in_cell(_how(group))}"
    yield f"<details><summary>{name}, {len(group.samples)} of {number(group.count)}</summary>"
    yield ""
    yield f"| Record | Before | After | From | Text{in_cell(_legend(group))} |"
    yield "| --- | --- | --- | --- | --- |"
    for sample in group.samples:
        cells = (sample.before, f"{sample.after}{_verdict(sample)}", sample.blame, sample.text)
        yield f"| {in_code(sample.id)} | {' | '.join(in_cell(cell) for cell in cells)} |"
    yield ""
    yield "</details>"


def comparison_json(comparison: Comparison) -> dict[str, object]:
    """The comparison as JSON values."""
    return {
        "records": comparison.records,
        "unread": comparison.unread,
        "changed": comparison.changed,
        "routes": [
            {"before": before, "after": after, "count": count} for (before, after), count in comparison.routes.items()
        ],
        "groups": [_group_json(group) for group in comparison.groups],
        "gold": None
        if comparison.quality is None
        else {name: _quality_json(found) for name, found in zip(("before", "after"), comparison.quality, strict=True)},
        "unknown_labels": [
            {"label": one.label, "records": one.count, "nearest": one.nearest} for one in comparison.unknown_labels
        ],
    }


def _group_json(group: GroupCount) -> dict[str, object]:
    return {
        "label": group.group.label or None, "kind": group.group.kind, "how": group.group.how, "count": group.count,
        "right": group.right, "wrong": group.wrong,
        "from": [{"what": blame, "count": count} for blame, count in group.blames],
        "samples": [
            {
                "id": sample.id, "from": sample.blame, "before": sample.before, "after": sample.after,
                "text": sample.text, "spans": _spans_json(*sample.spans), "right": sample.is_right,
            }
            for sample in group.samples
        ],
    }  # fmt: skip


def _spans_json(before: ShownSpan | None, after: ShownSpan | None) -> dict[str, object] | None:
    if before is None and after is None:
        return None
    return {
        name: None if span is None else dataclasses.asdict(span)
        for name, span in (("before", before), ("after", after))
    }


def _quality_json(found: Quality) -> dict[str, object]:
    return {
        "coverage": [found.coverage.count, found.coverage.of], "right": [found.right.count, found.right.of],
        "span_precision": [found.span_precision.count, found.span_precision.of],
        "span_recall": [found.span_recall.count, found.span_recall.of],
    }  # fmt: skip
