"""A glance at the first records of an input: whether it is what the ruleset takes it for, before a long run begins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from rubricate.errors import PluginError, RecordError
from rubricate.model.descriptors import RawRecord, Unreadable
from rubricate.running.contracts import Input
from rubricate.running.preparing import Preparer

__all__ = ["Glance", "glance_at", "name_fields", "suggest"]

LOOKED_AT = 20
"""So many records are looked at."""
SLICE = 64 * 1024
MOST_NAMED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What the first records of an input are like."""

    source: str
    looked: int
    """How many were looked at."""
    refused: int
    """How many of them would be quarantined for the most frequent reason."""
    reason: str = ""
    detail: str = ""
    """That reason, of the first one that has it."""
    fields: tuple[str, ...] = ()
    """The fields of the first record that could be read."""
    longest: str | None = None
    """The field that holds the longest texts: probably the one to read."""

    @property
    def is_all_refused(self) -> bool:
        """Whether none of them can be labelled, all for one reason."""
        return 0 < self.looked == self.refused


def glance_at(source: Input, preparer: Preparer) -> Glance:
    """Looks at the first records of an input. Raises UsageError for what its format cannot read at all."""
    refusals: Counter[str] = Counter()
    details: dict[str, str] = {}
    records: list[RawRecord] = []
    looked = 0
    for item in islice(_items(source), LOOKED_AT):
        looked += 1
        refusal = _refusal(item, preparer)
        if isinstance(item, RawRecord):
            records.append(item)
        if refusal is not None:
            refusals[refusal[0]] += 1
            details.setdefault(*refusal)
    [(reason, refused)] = refusals.most_common(1) or [("", 0)]
    return Glance(
        source=source.name,
        looked=looked,
        refused=refused,
        reason=reason,
        detail=details.get(reason, ""),
        fields=tuple(records[0].fields) if records else (),
        longest=_longest(records),
    )


def _items(source: Input) -> Iterator[RawRecord | Unreadable]:
    reader = source.open()
    for part in reader.slices(SLICE):
        yield from reader.records(part)


def _refusal(item: RawRecord | Unreadable, preparer: Preparer) -> tuple[str, str] | None:
    if isinstance(item, Unreadable):
        return item.reason, item.detail
    try:
        preparer.prepare(item, id=preparer.identify(item), ordinal=0, reads=False)
    except RecordError as error:
        return error.reason, error.detail
    except PluginError:
        return None  # the run deals with what plugins do
    return None


def _longest(records: Sequence[RawRecord]) -> str | None:
    lengths: Counter[str] = Counter()
    for record in records:
        lengths.update({name: len(value) for name, value in record.fields.items() if isinstance(value, str)})
    return max(lengths, key=lambda name: lengths[name], default=None)


def name_fields(fields: Sequence[str]) -> str:
    """The fields of a record in a sentence; of many, the first.

    >>> name_fields(["id", "body"])
    'id, body'
    """
    more = len(fields) - MOST_NAMED
    return ", ".join(fields[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def suggest(glance: Glance) -> str | None:
    """What to do about a reason for which records are refused, as far as that can be told."""
    match glance.reason:
        case "no_text" if "image" in glance.fields:
            return "if images are to be looked at, declare them in the ruleset: record: {image: [image]}"
        case "no_text" if glance.longest is not None:
            return f'name the text field in the ruleset, such as record: {{text: ["{glance.longest}"]}}'
        case "json" | "json_truncated":
            return "if these are no JSON lines, say the format with --from"
        case "csv_ragged":
            return "if another sign stands between the cells, say it with -o delimiter=SIGN"
        case "utf8":
            return "if it is Latin-1, convert it: iconv -f LATIN1 -t UTF-8"
        case _:
            return None
