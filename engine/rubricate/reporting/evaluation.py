"""An evaluation, shown: lines and aligned tables for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence

from rubricate.model.evaluation import DocumentScore, Evaluation, Mistake, Proportion, SpanScore, UnknownLabel
from rubricate.reporting.figures import number, percent, plural, share, visible

__all__ = ["evaluation_json", "evaluation_line", "evaluation_text"]

MOST_CONFUSIONS = 8


def evaluation_line(evaluation: Evaluation) -> str:
    """Coverage, accuracy and its interval in one line."""
    decided = evaluation.decided
    line = f"decided {number(decided.count)} of {number(decided.of)} ({share(decided.count, decided.of)})"
    if not evaluation.right.of:
        return line
    right = evaluation.right
    of = "" if right.of == decided.count else f" of {number(right.of)} with gold labels"
    return f"{line}, right {percent(right.value)}{of} (95 % interval {_interval(right)})"


def evaluation_text(evaluation: Evaluation) -> str:
    """The whole evaluation as text, tables aligned."""
    blocks = [_summary(evaluation)]
    if evaluation.documents:
        blocks.append(_table(_DOCUMENT_HEAD, [_document_row(entry) for entry in evaluation.documents]))
    if evaluation.micro is not None:
        rows = [_span_row(entry) for entry in evaluation.spans]
        rows += [_span_row(evaluation.micro)] if len(evaluation.spans) > 1 else []
        blocks.append(_table(_SPAN_HEAD, rows))
    if evaluation.micro_boxes is not None:
        rows = [_span_row(entry) for entry in evaluation.boxes]
        rows += [_span_row(evaluation.micro_boxes)] if len(evaluation.boxes) > 1 else []
        blocks.append(_table(_BOX_HEAD, rows))
    if evaluation.values.of:
        blocks.append(_values(evaluation))
    if evaluation.confusions:
        blocks.append(_confusions(evaluation))
    if evaluation.mistakes:
        blocks.append([f"wrong, the first {len(evaluation.mistakes)}:", *map(_mistake_line, evaluation.mistakes)])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def evaluation_json(evaluation: Evaluation) -> dict[str, object]:
    """The whole evaluation as JSON values; each share with its counts and its interval."""
    return {
        "format": "rubricate-evaluation-2",
        "decided": _proportion(evaluation.decided),
        "right": _proportion(evaluation.right),
        "routes": dict(evaluation.routes),
        "suggested": _proportion(evaluation.suggested),
        "half_decided": evaluation.half_decided,
        "missing": evaluation.missing,
        "without_gold": evaluation.without_gold,
        "labels_without_gold": list(evaluation.labels_without_gold),
        "unknown_labels": [
            {"label": one.label, "records": one.count, "nearest": one.nearest} for one in evaluation.unknown_labels
        ],
        "other_guidelines": dict(evaluation.guidelines),
        "labels": {entry.label: _document_json(entry) for entry in evaluation.documents},
        "spans": {entry.label: _span_json(entry) for entry in evaluation.spans},
        "micro": _span_json(evaluation.micro) if evaluation.micro is not None else None,
        **_boxes_json(evaluation),
        "values": _proportion(evaluation.values),
        "values_by_label": {label: _proportion(value) for label, value in evaluation.values_by_label.items()},
        "confusions": [{"gold": c.gold, "given": c.given, "count": c.count} for c in evaluation.confusions],
        "mistakes": [{"id": m.id, "gold": list(m.gold), "given": list(m.given)} for m in evaluation.mistakes],
    }


_DOCUMENT_HEAD = ("label", "precision", "95 %", "of", "recall", "95 %", "of", "F1", "in review")
_SPAN_HEAD = ("span", "found", "gold", "exact P", "95 %", "exact R", "95 %", "F1", "overlapping P", "R", "F1")

_BOX_HEAD = ("box", "found", "gold", "IoU 0.5 P", "95 %", "R", "95 %", "F1", "touching P", "R", "F1")


def _boxes_json(evaluation: Evaluation) -> dict[str, object]:
    """What is said of boxes, where gold has some."""
    if evaluation.micro_boxes is None:
        return {}
    scores = {entry.label: _box_json(entry) for entry in evaluation.boxes}
    return {"boxes": scores, "micro_boxes": _box_json(evaluation.micro_boxes)}


def _box_json(entry: SpanScore) -> dict[str, object]:
    told = _span_json(entry)
    return {"iou_0.5": told["exact"], "touching": told["overlapping"]}


def _summary(evaluation: Evaluation) -> list[str]:
    lines = [evaluation_line(evaluation)]
    waiting = evaluation.routes.get("review", 0)
    if waiting:
        suggested = evaluation.suggested
        best = f"; best suggestion right {_with_interval(suggested)}" if suggested.of else ""
        lines.append(f"in review {number(waiting)}{best}")
    if evaluation.half_decided:
        told = f"{plural(evaluation.half_decided, 'record')} with a decided label"
        wait = "waits for other labels and is" if evaluation.half_decided == 1 else "wait for other labels and are"
        lines.append(f"{told} {wait} not counted here")
    others = {r: n for r, n in evaluation.routes.items() if r not in ("accepted", "settled", "review")}
    lines += [f"{visible(route)} {number(count)}" for route, count in others.items()]
    lines.append(
        f"gold without a record in the run {number(evaluation.missing)}, "
        f"records of the run without gold {number(evaluation.without_gold)}"
    )
    if evaluation.ids is not None:
        ours, theirs = map(visible, evaluation.ids)
        lines.append(f'warning: no id of gold is in the run: gold begins with "{ours}", the run with "{theirs}"')
    lines += [_unknown_line(unknown) for unknown in evaluation.unknown_labels]
    for version, count in evaluation.guidelines.items():
        told = f"{plural(count, 'gold record')} by version {visible(version)} of the guideline"
        lines.append(f"warning: people labelled {told}, the ruleset goes by another")
    if evaluation.labels_without_gold:
        names = ", ".join(visible(label) for label in evaluation.labels_without_gold)
        lines.append(f"not evaluated, because gold never names them: {names}")
    return lines


def _unknown_line(unknown: UnknownLabel) -> str:
    help = f', did you mean "{visible(unknown.nearest)}"?' if unknown.nearest is not None else ""
    named = f"{plural(unknown.count, 'gold record')} {'names' if unknown.count == 1 else 'name'}"
    return f'warning: the ruleset has no label "{visible(unknown.label)}", which {named}{help}'


def _document_row(entry: DocumentScore) -> tuple[str, ...]:
    return (
        visible(entry.label),
        percent(entry.precision.value), _interval(entry.precision), number(entry.precision.of),
        percent(entry.recall.value), _interval(entry.recall), number(entry.recall.of),
        percent(entry.f1), number(entry.asked),
    )  # fmt: skip


def _span_row(entry: SpanScore) -> tuple[str, ...]:
    return (
        visible(entry.label), number(entry.exact_precision.of), number(entry.exact_recall.of),
        percent(entry.exact_precision.value), _interval(entry.exact_precision),
        percent(entry.exact_recall.value), _interval(entry.exact_recall), percent(entry.exact_f1),
        percent(entry.overlap_precision.value), percent(entry.overlap_recall.value), percent(entry.overlap_f1),
    )  # fmt: skip


def _values(evaluation: Evaluation) -> list[str]:
    lines = [f"values equal to gold {_with_interval(evaluation.values)}"]
    if len(evaluation.values_by_label) > 1:
        lines += [f"  {visible(label)} {_with_interval(v)}" for label, v in evaluation.values_by_label.items()]
    return lines


def _confusions(evaluation: Evaluation) -> list[str]:
    shown = evaluation.confusions[:MOST_CONFUSIONS]
    lines = [f"{visible(c.gold)} taken for {visible(c.given)}: {number(c.count)}" for c in shown]
    rest = evaluation.confusions[MOST_CONFUSIONS:]
    if rest:
        lines.append(f"{plural(len(rest), 'other pair')}: {number(sum(c.count for c in rest))}")
    return lines


def _mistake_line(mistake: Mistake) -> str:
    gold, given = (", ".join(map(visible, labels)) or "nothing" for labels in (mistake.gold, mistake.given))
    return f"  {visible(mistake.id)}: {given}, gold {gold}"


def _with_interval(proportion: Proportion) -> str:
    """Such as `97.8 % of 1,391 (95 % interval 96.9-98.5)`."""
    return f"{percent(proportion.value)} of {number(proportion.of)} (95 % interval {_interval(proportion)})"


def _interval(proportion: Proportion) -> str:
    interval = proportion.interval
    return "-" if interval is None else f"{100 * interval[0]:.1f}-{100 * interval[1]:.1f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns aligned: the first to the left, numbers to the right."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    return [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (head, *rows)
    ]


def _proportion(proportion: Proportion) -> dict[str, object]:
    interval = proportion.interval
    return {
        "count": proportion.count,
        "of": proportion.of,
        "value": proportion.value,
        "interval": None if interval is None else list(interval),
    }


def _document_json(entry: DocumentScore) -> dict[str, object]:
    return {
        "precision": _proportion(entry.precision),
        "recall": _proportion(entry.recall),
        "f1": entry.f1,
        "in_review": entry.asked,
    }


def _span_json(entry: SpanScore) -> dict[str, object]:
    return {
        "exact": {
            "precision": _proportion(entry.exact_precision),
            "recall": _proportion(entry.exact_recall),
            "f1": entry.exact_f1,
        },
        "overlapping": {
            "precision": _proportion(entry.overlap_precision),
            "recall": _proportion(entry.overlap_recall),
            "f1": entry.overlap_f1,
        },
    }
