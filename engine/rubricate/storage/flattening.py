"""Records as flat rows: what every export that has columns writes."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import Literal, TypeAlias, cast

import orjson

from rubricate.errors import UsageError

__all__ = ["FLAT_OPTIONS", "FieldKind", "FlatRow", "Layout", "flatten", "name_columns"]

FieldKind: TypeAlias = 'Literal["text", "integer", "number", "boolean", "json"]'

_SPOOL = 32 * 1024 * 1024
_NAMES = {"type": "array", "items": {"type": "string"}}

FLAT_OPTIONS: Mapping[str, object] = {
    "only": {
        "enum": ["decided", "all"],
        "default": "decided",
        "description": "`decided` leaves out records that wait for people or were left undecided",
    },
    "labels": {**_NAMES, "description": "these labels and sets; all unless said"},
    "fields": {**_NAMES, "description": "these fields of the original record; all unless said"},
    "none": {
        "enum": ["empty", "no"],
        "default": "empty",
        "description": "what a label becomes that nothing voted for: not known, or no",
    },
    "sets": {
        "type": "object",
        "additionalProperties": _NAMES,
        "description": "set -> its labels; a set is one column with the label that holds",
    },
    "spans": {**_NAMES, "description": "labels that mark spans, beside those of which a span is seen"},
    "documents": {**_NAMES, "description": "labels of documents in no set, beside those that a record speaks of"},
    "key": {"type": "string", "default": "rubricate", "description": "the key of the result in a record"},
}
"""JSON Schemas of the options that `flatten` takes; an export adds its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The columns that a run's records have, known before the first row is written."""

    fields: Mapping[str, FieldKind]
    """Field of the original -> what its values are; `text` also for a mixture without lists and objects."""
    sets: Mapping[str, tuple[str, ...]]
    labels: tuple[str, ...]
    """Labels of documents that belong to no set."""
    spans: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatRow:
    """One record, laid out; None stands for what is not known."""

    id: str
    route: str
    fields: Mapping[str, object]
    """Only those that the record has."""
    labels: Mapping[str, str | bool | None]
    """Set -> the label that holds; label -> whether it holds."""
    scores: Mapping[str, float | None]
    """The same keys -> score of what holds, if a machine said it."""
    spans: Mapping[str, Sequence[Mapping[str, object]] | None]
    """Label -> its spans, each with field, start, end, text, score, by, and value if there is one."""


def name_columns(names: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Names that differ from each other and from those taken: as they are, or with `_` behind where one is not free.

    >>> name_columns(["id", "text", "id_"], ["id", "route"])
    ['id__', 'text', 'id_']
    """
    wanted = list(names)
    used = set(taken)
    free = {name for name in wanted if name not in used}
    columns = []
    for name in wanted:
        column = name
        while column in used or (column != name and column in free):
            column += "_"
        used.add(column)
        columns.append(column)
    return columns


@contextmanager
def flatten(
    records: Iterable[Mapping[str, object]], options: Mapping[str, object]
) -> Iterator[tuple[Layout, Iterator[FlatRow]]]:
    """The layout of records, and their rows for as long as the context lasts; between the two they wait on disk."""
    survey = _Survey(options)
    with SpooledTemporaryFile(max_size=_SPOOL) as spool:
        for record in records:
            if survey.add(record):
                spool.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
        layout = survey.layout()
        spool.seek(0)
        yield layout, _rows(spool, layout, options)


def _rows(lines: Iterable[bytes], layout: Layout, options: Mapping[str, object]) -> Iterator[FlatRow]:
    key = _key(options)
    blank = False if options.get("none") == "no" else None
    for line in lines:
        record = orjson.loads(line)
        yield _row(record, record[key], layout, blank)


def _row(record: Mapping[str, object], result: Mapping[str, object], layout: Layout, blank: bool | None) -> FlatRow:
    decisions = cast("Mapping[str, str]", result.get("decisions") or {})
    standing = _standing(result)
    scores: dict[str, float | None] = {}
    labels: dict[str, str | bool | None] = {}
    for name, members in layout.sets.items():
        winner = next((member for member in members if member in standing or decisions.get(member) == "accepted"), None)
        labels[name] = winner
        scores[name] = standing.get(winner) if winner is not None else None
    for name in layout.labels:
        labels[name] = True if name in standing else _holds(decisions.get(name, "none"), blank)
        scores[name] = standing.get(name)
    return FlatRow(
        id=str(result["id"]),
        route=str(result["route"]),
        fields={name: record[name] for name in layout.fields if name in record},
        labels=labels,
        scores=scores,
        spans={name: _spans(name, result, decisions, blank) for name in layout.spans},
    )


def _holds(decision: str, blank: bool | None) -> bool | None:
    match decision:
        case "accepted":
            return True
        case "no":
            return False
        case "none":
            return blank
        case _:
            return None


def _annotations(result: Mapping[str, object]) -> Sequence[Mapping[str, object]]:
    return cast("Sequence[Mapping[str, object]]", result.get("annotations") or ())


def _standing(result: Mapping[str, object]) -> dict[str, float | None]:
    """Label of the document -> its score."""
    return {
        str(annotation["label"]): cast("float | None", annotation.get("score"))
        for annotation in _annotations(result)
        if annotation["kind"] == "document"
    }


def _spans(
    label: str, result: Mapping[str, object], decisions: Mapping[str, str], blank: bool | None
) -> Sequence[Mapping[str, object]] | None:
    found = [
        {
            "field": annotation["field"],
            "start": annotation["start"],
            "end": annotation["end"],
            "text": annotation["text"],
            **({"value": annotation["value"]} if "value" in annotation else {}),
            "score": annotation.get("score"),
            "by": annotation.get("by", "machine"),
        }
        for annotation in _annotations(result)
        if annotation["kind"] == "span" and annotation["label"] == label
    ]
    if not found and _holds(decisions.get(label, "none"), blank) is None:
        return None
    return found


def _key(options: Mapping[str, object]) -> str:
    return str(options.get("key", "rubricate"))


@dataclass(slots=True)
class _Survey:
    """What a pass over the records finds out about their columns."""

    options: Mapping[str, object]
    count: int = 0
    kinds: dict[str, set[str]] = field(default_factory=dict)
    seen: dict[str, None] = field(default_factory=dict)
    spans: dict[str, None] = field(default_factory=dict)
    same_id: bool = True

    def add(self, record: Mapping[str, object]) -> bool:
        """Takes note of a record, and says whether it is wanted."""
        key = _key(self.options)
        result = cast("Mapping[str, object]", record[key])
        if self.options.get("only", "decided") == "decided" and result["route"] not in ("accepted", "settled"):
            return False
        self.count += 1
        for name, value in record.items():
            if name != key:
                self.kinds.setdefault(name, set()).add(_kind(value))
        if "id" in record and record["id"] != result["id"] and str(record["id"]) != result["id"]:
            self.same_id = False
        self.seen.update(dict.fromkeys(cast("Mapping[str, str]", result.get("decisions") or {})))
        for annotation in _annotations(result):
            label = str(annotation["label"])
            if annotation["kind"] == "document":
                self.seen[label] = None
            elif annotation["kind"] == "span":
                self.spans[label] = None
        return True

    def layout(self) -> Layout:
        """The columns of the records seen; raises UsageError for an asked one that no record has."""
        declared = cast("Mapping[str, Sequence[str]]", self.options.get("sets") or {})
        sets = {name: tuple(members) for name, members in declared.items()}
        spans = dict.fromkeys([*cast("Sequence[str]", self.options.get("spans") or ()), *self.spans])
        asked = set(cast("Sequence[str]", self.options.get("labels") or ()))
        members = [member for names in sets.values() for member in names]
        alone = [member for member in members if member in asked]  # one asked for by name has its own column
        seen = dict.fromkeys([*cast("Sequence[str]", self.options.get("documents") or ()), *alone, *self.seen])
        hidden = {*spans, *members} - {*alone}
        labels = [name for name in seen if name not in hidden]
        wanted = self._wanted("labels", "label or set", [*sets, *labels, *spans])
        kinds = {name: _merge(kinds) for name, kinds in self.kinds.items() if name != "id" or not self.same_id}
        fields = self._wanted("fields", "field", self.kinds)
        return Layout(
            fields={name: kind for name, kind in kinds.items() if name in fields},
            sets={name: names for name, names in sets.items() if name in wanted},
            labels=tuple(name for name in labels if name in wanted),
            spans=tuple(name for name in spans if name in wanted),
        )

    def _wanted(self, option: str, word: str, known: Iterable[str]) -> frozenset[str]:
        names = list(known)
        asked = cast("Sequence[str] | None", self.options.get(option))
        if asked is None:
            return frozenset(names)
        for name in asked:
            if name not in names and self.count:
                near = difflib.get_close_matches(name, names, n=1)
                help = f'did you mean "{near[0]}"?' if near else f"there is {', '.join(sorted(names)[:7]) or 'none'}"
                raise UsageError(f'no record has a {word} "{name}"', help=help)
        return frozenset(asked)


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer" if -(2**63) <= value < 2**63 else "big"
        case float():
            return "number"
        case str():
            return "text"
        case _:
            return "json"


def _merge(kinds: set[str]) -> FieldKind:
    known = kinds - {"null"}
    if "json" in known:
        return "json"
    if known == {"integer", "number"}:
        return "number"
    if len(known) == 1 and known <= {"boolean", "integer", "number"}:
        return cast("FieldKind", known.pop())
    return "text"
