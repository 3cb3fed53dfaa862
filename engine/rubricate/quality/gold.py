"""Reads gold: what people agreed on, one JSON object a line, or a table (`rubricate.quality.gold_tables`).

    {"id": "c17", "labels": ["spam"]}
    {"id": "c18", "labels": {"spam": true, "toxic": false}}
    {"id": "c19", "labels": {"brand": {"value": "Acme"}}}
    {"id": "c20", "label": "spam"}
    {"id": "c21", "spans": [{"field": "text", "start": 7, "end": 16, "label": "link", "value": "example.org"}]}

    {"id": "c22", "boxes": [{"field": "photo", "x": 12, "y": 40, "width": 90, "height": 60, "label": "damage"}]}

A list of labels is closed: no other label of this gold file holds. A mapping speaks only of the labels it names; an
object with a `value` says that the label holds with that value. `spans` and `boxes` are closed too: `[]` means that
there is none. Offsets are code points of the original text, end exclusive; boxes are pixels of the upright image.
`"guideline": "4.1.0"` is the version of the guideline that people went by. The file may be packed with gzip or zstd.
Other keys may stand there (gold may be whole records) and say nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import orjson

from rubricate.errors import UsageError
from rubricate.quality.gold_boxes import read_boxes
from rubricate.quality.gold_entries import NO_VALUE, Gold, GoldBox, GoldSpan
from rubricate.quality.gold_tables import TABLES, read_gold_table
from rubricate.storage.streams import open_stream

__all__ = ["NO_VALUE", "Gold", "GoldBox", "GoldSpan", "read_gold"]


def read_gold(path: Path) -> dict[str, Gold]:
    """Record id -> gold, all in memory. Raises UsageError with the line of the first mistake."""
    raw = _read(path)
    for ending, delimiter in TABLES.items():
        if ending in path.suffixes[-2:]:
            return read_gold_table(path, _decoded(path, raw), delimiter)
    gold: dict[str, Gold] = {}
    lines: dict[str, int] = {}
    for number, line in enumerate(raw.split(b"\n"), start=1):
        if not line.strip():
            continue
        id, entry = _Line(f"{path}:{number}").read(line)
        if id in lines:
            raise UsageError(f'{path}:{number}: the id "{id}" stands in line {lines[id]} already')
        gold[id], lines[id] = entry, number
    return gold


def _read(path: Path) -> bytes:
    """The plain bytes of a file, whole; one that was cut off is refused."""
    parts: list[bytes] = []
    with open_stream(path) as stream:
        while part := stream.read():
            parts.append(part)
    if stream.fault is not None:
        raise UsageError(f"{path}: {stream.fault.detail}")
    return b"".join(parts)


def _decoded(path: Path, raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{path}:{line}: the bytes are not UTF-8", help="convert it with iconv -t UTF-8") from None


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a gold file, for its messages."""

    place: str

    def fail(self, message: str, help: str | None = None) -> UsageError:
        """An error that names the line."""
        return UsageError(f"{self.place}: {message}", help=help)

    def read(self, line: bytes) -> tuple[str, Gold]:
        try:
            entry = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise self.fail(f"the line is not JSON: {error.msg}, at character {error.pos + 1}") from error
        if not isinstance(entry, dict):
            raise self.fail("the line is not a JSON object")
        return self._id(entry), replace(self._gold(entry), guideline=self._guideline(entry.get("guideline")))

    def _id(self, entry: Mapping[str, object]) -> str:
        id = entry.get("id")
        if isinstance(id, str) and id:
            return id
        if isinstance(id, int) and not isinstance(id, bool):
            return str(id)
        raise self.fail('a key "id" with a text is missing', "gold names each record by the id that the run gave it")

    def _guideline(self, said: object) -> str | None:
        """A version, or an object with one; in a whole record the key may stand for something else."""
        version = said.get("version") if isinstance(said, dict) else said
        return version if isinstance(version, str) else None

    def _gold(self, entry: Mapping[str, object]) -> Gold:
        if "labels" in entry and "label" in entry:
            raise self.fail('both "label" and "labels" stand here', 'keep "labels"')
        if not {"labels", "label", "spans", "boxes"} & entry.keys():
            raise self.fail(
                'none of "labels", "spans" and "boxes" stands here',
                'a record without labels has "labels": [], "spans": [] or "boxes": []',
            )
        boxes = read_boxes(entry["boxes"], self) if "boxes" in entry else None
        return replace(self._marked(entry), boxes=boxes)

    def _marked(self, entry: Mapping[str, object]) -> Gold:
        """Labels and spans."""
        spans = self._spans(entry["spans"]) if "spans" in entry else None
        if "label" in entry:
            return Gold(labels={self.name(entry["label"]): True}, closed=True, spans=spans)
        if "labels" not in entry:
            return Gold(spans=spans)
        labels = entry["labels"]
        if isinstance(labels, list):
            return Gold(labels={self.name(label): True for label in labels}, closed=True, spans=spans)
        if isinstance(labels, dict):
            held = {label: self._holds(label, said) for label, said in labels.items()}
            values = {label: said["value"] for label, said in labels.items() if isinstance(said, dict)}
            return Gold(labels=held, values=values, spans=spans)
        raise self.fail('"labels" is neither a list of labels nor a mapping', '["spam"] or {"spam": true}')

    def name(self, label: object) -> str:
        """The name of a label."""
        if isinstance(label, str) and label:
            return label
        raise self.fail(f"{_shown(label)} stands where the name of a label is wanted")

    def _holds(self, label: str, said: object) -> bool:
        if isinstance(said, bool):
            return said
        if isinstance(said, dict) and said.keys() == {"value"}:
            return True
        raise self.fail(f'the label "{label}" has {_shown(said)}', 'true, false or {"value": ...} can stand there')

    def _spans(self, spans: object) -> tuple[GoldSpan, ...]:
        if not isinstance(spans, list):
            raise self.fail('"spans" is not a list')
        return tuple(self._span(span, index) for index, span in enumerate(spans, start=1))

    def _span(self, span: object, index: int) -> GoldSpan:
        if not isinstance(span, dict):
            raise self.fail(f"span {index} is not an object")
        missing = [key for key in ("field", "start", "end", "label") if key not in span]
        if missing:
            raise self.fail(f'span {index} lacks "{missing[0]}"')
        field, start, end = span["field"], span["start"], span["end"]
        if not isinstance(field, str):
            raise self.fail(f"span {index} has {_shown(field)} where the name of a field is wanted")
        for key in ("start", "end"):
            if not isinstance(span[key], int) or isinstance(span[key], bool):
                raise self.fail(f'span {index} has {_shown(span[key])} as "{key}"', "offsets are counts of code points")
        if not 0 <= start < end:
            raise self.fail(f"span {index} goes from {start} to {end}", "the end is exclusive and lies after the start")
        label = self.name(span["label"])
        return GoldSpan(field=field, start=start, end=end, label=label, value=span.get("value", NO_VALUE))


def _shown(value: object) -> str:
    """A value as the file has it, cut when long."""
    text = orjson.dumps(value).decode()
    return text if len(text) <= 60 else f"{text[:57]}..."
