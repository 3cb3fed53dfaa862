"""A calibration, shown: tables for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence

from rubricate.model.calibration import Bin, Calibration, Choice, Load, Probabilities, Tried
from rubricate.reporting.figures import number, percent, plural, score, share, visible

__all__ = ["calibration_json", "calibration_text", "table"]

_CHOICE_HEAD = ("label", "stage", "precision", "sure", "threshold", "right", "of", "at least", "tried")
_SCORE_HEAD = ("label", "stage", "scored", "method", "log-loss", "of scores", "Brier", "of scores", "ECE", "of scores")
_LOAD_HEAD = ("", "before", "after")


def calibration_text(found: Calibration) -> str:
    """The whole of it as text, tables aligned."""
    blocks = [[_summary(found)]]
    blocks.append(table(_CHOICE_HEAD, [_choice_row(choice) for choice in found.choices], left=2))
    blocks.append(table(_LOAD_HEAD, _load_rows(found), left=1))
    scored = [(each, each.probabilities) for each in found.choices]
    rows = [_score_row(choice, told) for choice, told in scored if told is not None]
    if rows:
        blocks.append(table(_SCORE_HEAD, rows, left=2))
    refusals = [
        f"{visible(each.label)} in {visible(each.stage)}: {each.reason}" for each in found.choices if each.reason
    ]
    if refusals:
        blocks.append(["no threshold:", *(f"  {line}" for line in refusals)])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _summary(found: Calibration) -> str:
    left_out = ", ".join(f"{why} {number(count)}" for why, count in found.left_out.items())
    held = ", ".join(f"{visible(label)} {number(count)}" for label, count in found.held.items())
    return f"{plural(found.records, 'gold record')}: {held}" + (f"; left out: {left_out}" if left_out else "")


def _choice_row(choice: Choice) -> tuple[str, ...]:
    shown = choice.shown or (choice.tried[0] if choice.tried else None)
    return (
        visible(choice.label), visible(choice.stage), score(choice.target.precision),
        percent(choice.target.confidence), "none" if choice.threshold is None else score(choice.threshold),
        "-" if shown is None else number(shown.right), "-" if shown is None else number(shown.of),
        "-" if shown is None else f"{shown.bound:.4f}", number(len(choice.tried)),
    )  # fmt: skip


def _load_rows(found: Calibration) -> list[tuple[str, ...]]:
    before, after = found.before, found.after
    rows = [("people are asked about", *(share(each.review, each.records) for each in (before, after)))]
    for label in before.accepted:
        counts = [(each.accepted[label], each.records) for each in (before, after)]
        rows.append((f"{visible(label)} accepted on", *(share(of, records) for (_, of), records in counts)))
        rows.append(("  of these right", *(share(right, of) for (right, of), _ in counts)))
    return rows


def _score_row(choice: Choice, told: Probabilities) -> tuple[str, ...]:
    return (
        visible(choice.label), visible(choice.stage), number(len(choice.scored)), told.method,
        f"{told.log_loss[told.method]:.4f}", f"{told.log_loss['none']:.4f}",
        f"{told.brier:.4f}", f"{told.brier_before:.4f}", f"{told.ece:.4f}", f"{told.ece_before:.4f}",
    )  # fmt: skip


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, left: int) -> list[str]:
    """Columns aligned: the first `left` of them to the left, numbers to the right."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    return [
        "  ".join(
            cell.ljust(width) if column < left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (head, *rows)
    ]


def calibration_json(found: Calibration) -> dict[str, object]:
    """The whole of it as JSON values."""
    return {
        "format": "rubricate-calibration-1",
        "records": found.records,
        "left_out": dict(found.left_out),
        "held": dict(found.held),
        "thresholds": [_choice_json(choice) for choice in found.choices],
        "before": _load_json(found.before),
        "after": _load_json(found.after),
    }


def _choice_json(choice: Choice) -> dict[str, object]:
    told = choice.probabilities
    return {
        "label": choice.label,
        "stage": choice.stage,
        "precision": choice.target.precision,
        "confidence": choice.target.confidence,
        "delta": round(choice.delta, 6),
        "threshold": choice.threshold,
        "shown": None if choice.shown is None else _tried_json(choice.shown),
        "tried": [_tried_json(each) for each in choice.tried],
        "reason": choice.reason,
        "more": choice.more,
        "scored": len(choice.scored),
        "probabilities": None if told is None else _probabilities_json(told),
    }


def _tried_json(tried: Tried) -> dict[str, object]:
    return {
        "threshold": tried.threshold, "right": tried.right, "of": tried.of, "bound": tried.bound, "kept": tried.kept
    }  # fmt: skip


def _probabilities_json(told: Probabilities) -> dict[str, object]:
    return {
        "method": told.method,
        "points": [list(point) for point in told.points],
        "log_loss": dict(told.log_loss),
        "brier": told.brier,
        "brier_before": told.brier_before,
        "ece": told.ece,
        "ece_before": told.ece_before,
        "bins": [_bin_json(each) for each in told.bins],
        "bins_before": [_bin_json(each) for each in told.bins_before],
    }


def _bin_json(each: Bin) -> dict[str, object]:
    return {"said": each.said, "right": each.right, "of": each.of}


def _load_json(load: Load) -> dict[str, object]:
    return {
        "records": load.records,
        "review": load.review,
        "accepted": {label: {"right": right, "of": of} for label, (right, of) in load.accepted.items()},
    }
