"""Tables with a label and a pattern in each row, as labelling functions are kept."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from rubricate.errors import UsageError
from rubricate.importing.imported import Imported, Remark, Wishes
from rubricate.importing.patterns import compile_quietly, in_condition, one_line, why_not
from rubricate.importing.reading import MAX_RULES, read_text
from rubricate.importing.writing import example_text, flow_list, is_writable, make_ids, scalar

__all__ = ["import_labelled_patterns"]

NAMES = {"pattern": ("pattern", "regex"), "label": ("label",), "example": ("example",), "id": ("id",),
         "confidence": ("confidence",)}  # fmt: skip
CONFIDENCE = 0.9
"""Where the table gives none. A majority counts votes and does not weigh them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One row of the file that can be used."""

    id: str
    label: str
    pattern: str
    confidence: float
    example: str | None


def import_labelled_patterns(path: Path, wishes: Wishes) -> Imported:
    """A ruleset with a rule for each row, which decides by majority; examples become hits."""
    remarks: list[Remark] = []
    sheet = _rows(path)
    first: dict[tuple[str, str], _Row] = {}
    counts: dict[str, int] = {}
    for number, cells in enumerate(sheet, 1):
        row = _row(number, cells, counts, wishes, remarks)
        if row is not None and first.setdefault((row.label, row.pattern), row) is not row:
            twin = first[row.label, row.pattern].id
            remarks.append(Remark(row.id, "left out", f'it says the same as "{twin}"'))
    rows = list(first.values())
    if not rows:
        raise UsageError(f"{path}: has no row that can be used")
    ids = make_ids(row.id for row in rows)
    name = wishes.name or make_ids([PurePath(path.name.removesuffix(".gz")).stem])[0]
    labels = list(dict.fromkeys(row.label for row in rows))
    return Imported(
        files={"ruleset.yaml": _ruleset(name, labels, list(zip(ids, rows, strict=True)))},
        name=name,
        rules=len(sheet),
        taken=len(rows),
        origin="not stated by the file; say it with `--source` and `--licence`",
        about=(
            f"Says of a text which of {', '.join(labels)} it is: the label that most of {len(rows)} rules vote for.",
            "Case is ignored. A text on which no rule votes, or on which votes are even, goes to people.",
        ),
        remarks=tuple(remarks),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    """The rows of the file by the names that this module gives the columns; raises UsageError."""
    text = read_text(path)
    if PurePath(path.name.removesuffix(".gz")).suffix.lower() == ".csv":
        try:
            lines = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
        except csv.Error as error:
            raise UsageError(f"{path}: cannot be read as CSV: {error}") from error
    else:
        lines = [line.split("\t") for line in text.split("\n") if line.strip()]
        lines = [[cell.removesuffix("\r") for cell in line] for line in lines]
    if len(lines) > MAX_RULES:
        raise UsageError(f"{path}: has more than {MAX_RULES:,} rows")
    header = [cell.strip().lower() for cell in lines[0]] if lines else []
    places = {
        column: next((header.index(name) for name in names if name in header), None) for column, names in NAMES.items()
    }
    missing = [column for column in ("label", "pattern") if places[column] is None]
    if not missing:
        return [_cells(line, places) for line in lines[1:]]
    if header and len(lines[0]) in (2, 3):
        places = {"label": 0, "pattern": 1, "example": 2}  # no header: the order that such files have
        return [_cells(line, places) for line in lines]
    raise UsageError(f'{path}: has no column "{missing[0]}"', help="its first row names the columns: label, pattern")


def _cells(line: Sequence[str], places: Mapping[str, int | None]) -> dict[str, str]:
    return {
        column: line[place]
        for column, place in places.items()
        if place is not None and place < len(line) and line[place].strip()
    }


def _row(
    number: int, cells: Mapping[str, str], counts: dict[str, int], wishes: Wishes, remarks: list[Remark]
) -> _Row | None:
    id, label = cells.get("id", f"{number}"), " ".join(cells.get("label", wishes.label or "").split())
    pattern, example = one_line(cells.get("pattern", "")), cells.get("example")
    reason = why_not(pattern, "i")
    if not label:
        reason = "it has no label"
    elif set(label) & set(":*[]"):
        reason = f'"{label}" cannot be the name of a label'
    elif not pattern:
        reason = "it has no pattern"
    elif not is_writable("".join(cells.values())):
        reason = "it holds a character that a file cannot hold"
    if reason is not None:
        remarks.append(Remark(id, "left out", reason))
        return None
    counts[label] = counts.get(label, 0) + 1
    shown = cells.get("id", f"{label}-{counts[label]}")
    if example is not None and not compile_quietly(pattern, "i").search(example):
        remarks.append(Remark(shown, "changed", "its example is no hit: the pattern does not find it"))
        example = None
    given = _confidence(cells.get("confidence"))
    if given is None and "confidence" in cells:
        remarks.append(Remark(shown, "changed", f"its confidence is no number from 0 to 1; {CONFIDENCE} stands there"))
    return _Row(id=shown, label=label, pattern=pattern, confidence=given or CONFIDENCE, example=example)


def _confidence(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if 0 < number <= 1 else None


def _ruleset(name: str, labels: Sequence[str], rules: Sequence[tuple[str, _Row]]) -> str:
    written = "".join(_rule(id, row) for id, row in rules)
    members = labels if len(labels) > 1 else [*labels, "other" if labels[0] != "other" else "none of these"]
    return f"""\
format: 1
ruleset: {scalar(name)}
version: "1.0.0"

record: {{id: id, text: [text]}}

labels:
  label: {{one_of: {flow_list(members)}}}

# Each rule has one vote. The label with most votes wins, however few it leads by; a tie stays undecided.
accept: 0
decide:
  label: {{combine: majority, margin: 0.0001}}

rules:
{written}"""


def _rule(id: str, row: _Row) -> str:
    lines = [
        f"  - id: {scalar(id)}",
        f"    label: {scalar(row.label)}",
        f"    when: {scalar(in_condition(row.pattern) + 'i')}",
        f"    confidence: {row.confidence:g}",
    ]
    if row.example is not None:
        lines.append(f"    hit: {flow_list([example_text(row.example)])}")
    return "".join(f"{line}\n" for line in lines)
