"""Gold as a table: a column `id` and a column `label` or `labels`.

    id,label              id,labels
    c17,spam              c17,spam|rude
    c18,ham               c18,

A label a row; a record with several has several rows, or a cell with `|` between them. An empty cell says that none
holds. Labels of a table are closed, as a list in JSON is. A column `guideline` holds the version that it was made by.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from rubricate.errors import UsageError
from rubricate.quality.gold_entries import Gold

__all__ = ["TABLES", "read_gold_table"]

TABLES = {".csv": ",", ".tsv": "\t"}
"""How a file name ends -> what divides its cells, unless its header says otherwise."""
SPLIT = "|"
CELL = 1 << 24


def read_gold_table(path: Path, text: str, delimiter: str) -> dict[str, Gold]:
    """Record id -> gold. Raises UsageError with the line of the first mistake."""
    csv.field_size_limit(CELL)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, delimiter), strict=True)
    names = [name.strip() for name in _next(rows, path) or []]
    columns = [name for name in ("label", "labels") if name in names]
    if "id" not in names or len(columns) != 1:
        shown = ", ".join(names[:12]) or "none"
        raise UsageError(
            f"{path}:1: gold as a table has a column id and a column label or labels, and here stand {shown}",
            help="rename the columns; spans are written as JSON lines",
        )
    id_at, label_at = names.index("id"), names.index(columns[0])
    version_at = names.index("guideline") if "guideline" in names else None
    labels: dict[str, dict[str, bool]] = {}
    versions: dict[str, str | None] = {}
    while (row := _next(rows, path)) is not None:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(names):
            raise UsageError(f"{path}:{rows.line_num}: the row has {len(row)} cells and the header {len(names)}")
        id = row[id_at].strip()
        if not id:
            raise UsageError(f"{path}:{rows.line_num}: the id is empty", help="gold names each record by its id")
        held = labels.setdefault(id, {})
        held.update((label.strip(), True) for label in row[label_at].split(SPLIT) if label.strip())
        versions[id] = None if version_at is None else row[version_at].strip() or None
    return {id: Gold(labels=held, closed=True, guideline=versions[id]) for id, held in labels.items()}


def _delimiter(text: str, usual: str) -> str:
    """What divides the header: in many places a semicolon stands between the cells of a .csv."""
    header = text.partition("\n")[0]
    return ";" if usual == "," and "," not in header and ";" in header else usual


def _next(rows: Iterator[list[str]], path: Path) -> list[str] | None:
    try:
        return next(rows, None)
    except csv.Error as error:
        line = getattr(rows, "line_num", 0)
        raise UsageError(f"{path}:{line}: the row cannot be read: {error}", help="check its quotes") from None
