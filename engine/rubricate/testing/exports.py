"""Laws of exports: every record that is to leave, leaves once and as it is."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Final, TypeAlias

from rubricate.model.descriptors import Export
from rubricate.testing.bench import Bench, guarded
from rubricate.testing.faults import Complaint, WrongAnswerError, shown
from rubricate.testing.hard_texts import AROUND
from rubricate.testing.samples import ExportSample

__all__ = ["LAWS"]

ExportBench: TypeAlias = "Bench[Export, ExportSample]"
Record: TypeAlias = "dict[str, object]"

TEXTS = (
    "BUY it NOW", "a,b;c\td|e", 'say "yes"', "line one\nline two", "carriage\r\nreturn", "", " padded ", "=1+1", "None",
    "<b>&amp;</b>", "\u2028", *AROUND.values(), "x" * 5000,
)  # fmt: skip
MANY = 3000
SETTINGS: Mapping[str, object] = {
    "key": "rubricate", "only": "all", "labels": ["spam"], "sets": {}, "documents": ["spam"], "spans": ["shout"],
}  # fmt: skip
"""What the command gives to each export that names it."""


def loses_nothing(bench: ExportBench) -> Iterator[Complaint]:
    """What is written can be read: each record once, in order, with its text; and the count says how many."""
    records = [_record(bench, number, text) for number, text in enumerate(TEXTS)]
    count, rows = _round_trip(bench, records)
    if count != len(records):
        yield Complaint(f"it says that it wrote {count} rows of {len(records)} records")
    if [str(row.get("id")) for row in rows] != [str(number) for number in range(len(records))]:
        yield Complaint(f"the ids that can be read are {shown([row.get('id') for row in rows])}")
        return
    if bench.sample.of_images:
        return
    changes = bench.sample.changes or (lambda text: text)
    for row, text in zip(rows, TEXTS, strict=True):
        if (row.get("text") or "") != guarded(shown(text), changes, text):
            yield Complaint(f"the text comes back as {shown(row.get('text'))}", seen=shown(text),
                            help="say with changes=... what the format changes on purpose")  # fmt: skip


def writes_none_and_many(bench: ExportBench) -> Iterator[Complaint]:
    """No records make a file that can be read; thousands come in order and are asked for once."""
    if not bench.sample.of_images:
        count, rows = _round_trip(bench, [])
        if count != 0 or len(rows) != 0:
            yield Complaint(f"no records become {len(rows)} rows, and {count} is the count")
    asked = 0

    def stream() -> Iterator[Mapping[str, object]]:
        nonlocal asked
        for number in range(MANY):
            asked += 1
            yield _record(bench, number, "a text")

    written = io.BytesIO()
    guarded(f"{MANY} records", bench.given.write, stream(), written, _options(bench))
    found = [str(row.get("id")) for row in guarded("the file", _rows, bench, written.getvalue())]
    if asked != MANY or found != [str(number) for number in range(MANY)]:
        yield Complaint(f"of {MANY} records {asked} are asked for and {len(found)} can be read, or not in their order")


def repeats_itself(bench: ExportBench) -> Iterator[Complaint]:
    """The same records give the same bytes, and are not changed."""
    records = [_record(bench, number, text) for number, text in enumerate(TEXTS)]
    before = deepcopy(records)
    first = _write(bench, records)[1]
    if records != before:
        yield Complaint("it changes the records that it is given")
    elif first != _write(bench, records)[1]:
        yield Complaint("the same records give other bytes the second time", help="write no time and no random name")


def _record(bench: ExportBench, number: int, text: str) -> Record:
    found: list[Record] = [
        {"id": f"{number:016x}", "kind": "document", "label": "spam", "by": "machine", "decision": "accepted",
         "score": 0.9, "threshold": 0.85, "stage": "rules", "votes": []},
    ]  # fmt: skip
    if text[:3]:
        span = {"id": f"{number:015x}s", "kind": "span", "label": "shout", "field": "text", "start": 0}
        found.append({**found[0], **span, "end": len(text[:3]), "text": text[:3]})
    said: Record = {
        "v": 1, "id": str(number), "plan": "9f3c01d2", "route": "accepted", "decisions": {"spam": "accepted"},
        "annotations": found, "answers": [],
    }  # fmt: skip
    if bench.sample.of_images:
        said["images"] = {"photo": {"width": 8, "height": 8, "sha256": f"{number:064x}"}}
        return {"id": str(number), "text": text, "photo": f"{number}.png", "rubricate": said}
    return {"id": str(number), "text": text, "rubricate": said}


def _round_trip(bench: ExportBench, records: Sequence[Record]) -> tuple[int, Sequence[Mapping[str, object]]]:
    count, written = _write(bench, records)
    return count, guarded("the file that it wrote", _rows, bench, written)


def _rows(bench: ExportBench, written: bytes) -> list[Mapping[str, object]]:
    """The rows of a file, as the sample's author reads it."""
    rows = list(bench.sample.read(written))
    for row in rows:
        if not isinstance(row, Mapping):
            raise WrongAnswerError(f"the sample reads {shown(row)} in it, which is no row with columns")
    return rows


def _write(bench: ExportBench, records: Sequence[Record]) -> tuple[int, bytes]:
    stream = io.BytesIO()
    count = guarded(f"{len(records)} records", bench.given.write, iter(records), stream, _options(bench))
    return count, stream.getvalue()


def _options(bench: ExportBench) -> dict[str, object]:
    named = bench.given.options.get("properties", {})
    taken = {name: value for name, value in SETTINGS.items() if isinstance(named, Mapping) and name in named}
    return {**taken, **bench.sample.options}


LAWS: Final = {"round trip": loses_nothing, "none and many": writes_none_and_many, "repetition": repeats_itself}
