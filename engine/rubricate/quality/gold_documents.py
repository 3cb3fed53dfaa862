"""The records of gold, ready for the cascade, with what gold says of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import orjson

from rubricate.errors import RecordError
from rubricate.model.descriptors import RawRecord
from rubricate.model.document import Document
from rubricate.planning.plan import Plan
from rubricate.quality.gold import Gold
from rubricate.running.picturing import PicturedRecord, folder_of
from rubricate.running.preparing import Preparer
from rubricate.running.repeating import Repeats

__all__ = ["GoldDocuments", "raw_of", "read_documents"]


@dataclass(frozen=True, slots=True)
class GoldDocuments:
    """Records with gold labels, each once."""

    documents: tuple[Document, ...]
    truth: Mapping[str, Mapping[str, bool]]
    """Record id -> label -> whether it holds; a label that gold does not speak of has no key."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Why records or gold were not used -> how many."""


def read_documents(
    plan: Plan,
    records: Iterable[Mapping[str, object] | RawRecord],
    gold: Mapping[str, Gold],
    *,
    key: str = "rubricate",
) -> GoldDocuments:
    """The records that gold speaks of, prepared as a run prepares them, duplicates dropped as a run drops them.

    A record that a run would put into quarantine is left out, and counted: no threshold decides about it.
    """
    preparer = Preparer(plan)
    repeats = Repeats(plan, preparer)
    known = frozenset(label for entry in gold.values() for label in entry.labels or ())
    documents: dict[str, Document] = {}
    left_out: Counter[str] = Counter()
    for ordinal, found in enumerate(records):
        record = raw_of(found, ordinal, key=key)
        id = _id(preparer, record)
        entry = gold.get(id)
        if entry is None or entry.labels is None or id in documents:
            left_out["without gold labels" if id not in documents else "id stands twice"] += 1
            continue
        if repeats.has(record):
            left_out["duplicate"] += 1
            continue
        try:
            documents[id] = preparer.document(record.fields, id=id, ordinal=ordinal, images=folder_of(record))
        except RecordError:
            left_out["in quarantine"] += 1
    missing = sum(1 for id, entry in gold.items() if entry.labels is not None and id not in documents)
    missing -= left_out["duplicate"] + left_out["in quarantine"]
    if missing > 0:
        left_out["gold without a record"] = missing
    truth = {id: gold[id].truth(known) for id in documents}
    return GoldDocuments(tuple(documents.values()), truth, {why: n for why, n in sorted(left_out.items()) if n})


def raw_of(found: Mapping[str, object] | RawRecord, ordinal: int, *, key: str = "rubricate") -> RawRecord:
    """A record without what a run said of it under `key`; the folder of its images goes with it."""
    given = found.fields if isinstance(found, RawRecord) else found
    fields = {name: value for name, value in given.items() if name != key}
    record, folder = RawRecord(ordinal + 1, 0, orjson.dumps(fields), fields), folder_of(found)
    return record if folder is None else PicturedRecord(record, folder)


def _id(preparer: Preparer, record: RawRecord) -> str:
    """What the record is called; nothing for one that has no name, which gold cannot name either."""
    try:
        return preparer.identify(record)
    except RecordError:
        return ""
