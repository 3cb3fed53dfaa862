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
from rubricate.running.preparing import Preparer

__all__ = ["GoldDocuments", "read_documents"]


@dataclass(frozen=True, slots=True)
class GoldDocuments:
    """Records with gold labels, each once."""

    documents: tuple[Document, ...]
    truth: Mapping[str, Mapping[str, bool]]
    """Record id -> label -> whether it holds; a label that gold does not speak of has no key."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Why records or gold were not used -> how many."""


def read_documents(
    plan: Plan, records: Iterable[Mapping[str, object]], gold: Mapping[str, Gold], *, key: str = "rubricate"
) -> GoldDocuments:
    """The records that gold speaks of, prepared as a run prepares them, duplicates dropped as a run drops them.

    A record that a run would put into quarantine is left out, and counted: no threshold decides about it.
    """
    preparer = Preparer(plan)
    known = frozenset(label for entry in gold.values() for label in entry.labels or ())
    documents: dict[str, Document] = {}
    seen: set[bytes] = set()
    left_out: Counter[str] = Counter()
    for ordinal, found in enumerate(records):
        record = _raw({name: value for name, value in found.items() if name != key}, ordinal)
        id = _id(preparer, record)
        entry = gold.get(id)
        if entry is None or entry.labels is None or id in documents:
            left_out["without gold labels" if id not in documents else "id stands twice"] += 1
            continue
        content = preparer.content(record, plan.dedupe) if plan.dedupe is not None else None
        if content is not None and content in seen:
            left_out["duplicate"] += 1
            continue
        try:
            documents[id] = preparer.document(record.fields, id=id, ordinal=ordinal)
        except RecordError:
            left_out["in quarantine"] += 1
            continue
        if content is not None:
            seen.add(content)
    missing = sum(1 for id, entry in gold.items() if entry.labels is not None and id not in documents)
    missing -= left_out["duplicate"] + left_out["in quarantine"]
    if missing > 0:
        left_out["gold without a record"] = missing
    truth = {id: _truth(gold[id], known) for id in documents}
    return GoldDocuments(tuple(documents.values()), truth, {why: n for why, n in sorted(left_out.items()) if n})


def _raw(record: Mapping[str, object], ordinal: int) -> RawRecord:
    return RawRecord(ordinal + 1, 0, orjson.dumps(record), record)


def _id(preparer: Preparer, record: RawRecord) -> str:
    """What the record is called; nothing for one that has no name, which gold cannot name either."""
    try:
        return preparer.identify(record)
    except RecordError:
        return ""


def _truth(gold: Gold, known: frozenset[str]) -> Mapping[str, bool]:
    labels = gold.labels or {}
    return {**dict.fromkeys(known, False), **labels} if gold.closed else labels
