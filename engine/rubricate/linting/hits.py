"""Lint with records at hand: entries of tables and lists that give most of what their matcher finds.

Each record is labelled as in a run, so that a matcher of a stage that is seldom reached is judged by what it finds
there. Memory does not grow with the records.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from rubricate.errors import PluginError, RecordError
from rubricate.explaining.finding import row_of
from rubricate.linting.tables import entry_terms, searched_matchers
from rubricate.linting.view import make_view
from rubricate.loading.wording import quoted
from rubricate.model.codes import problem
from rubricate.model.descriptors import RawRecord, Unreadable
from rubricate.model.document import Document
from rubricate.model.location import Location
from rubricate.model.problem import Problem
from rubricate.model.ruleset import MatcherSpec
from rubricate.planning.frame import Frame
from rubricate.planning.plan import Plan
from rubricate.registry import Registry
from rubricate.running.cascade import Cascade
from rubricate.running.preparing import Preparer

__all__ = ["FEWEST_ENTRIES", "FEWEST_HITS", "MOST_SHARE", "lint_hits"]

MOST_SHARE = 0.5
"""An entry that gives more than this of its matcher's hits is told."""
FEWEST_HITS = 50
"""From fewer hits of an entry nothing follows."""
FEWEST_ENTRIES = 4
"""Of two or three entries one has most of the hits nearly always."""
BATCH = 256


@dataclass(slots=True)
class _Tally:
    """What one matcher found."""

    entries: Counter[object] = field(default_factory=Counter)
    """Row of its table, or folded term, -> hits."""
    samples: dict[object, str] = field(default_factory=dict)
    """The same -> the first record with it."""

    def add(self, entry: object, record: str) -> None:
        self.entries[entry] += 1
        self.samples.setdefault(entry, record)


def lint_hits(
    plan: Plan,
    registry: Registry,
    records: Iterable[RawRecord | Unreadable],
    *,
    advance: Callable[[int, int], None] | None = None,
) -> list[Problem]:
    """R122: entries with most of the hits of their matcher in these records. `advance` is told of bytes and records.

    Records that cannot be read, prepared or scanned are left out, as a run leaves them out.
    """
    watched = {spec.name: spec for spec in _watched(plan, registry)}
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    for frame in _frames(plan, records, advance) if watched else ():
        for name in watched.keys() & frame.matches.keys():
            for match in frame.matches[name]:
                row = row_of(match)
                entry = row if row is not None else plan.fold(frame.text(match))[0]
                tallies[name].add(entry, frame.document.id)
    return [found for name, spec in watched.items() for found in _told(spec, tallies[name])]


def _watched(plan: Plan, registry: Registry) -> Iterator[MatcherSpec]:
    """Matchers with entries enough, but for the cues of contexts, which are words that stand everywhere."""
    searched = searched_matchers(make_view(plan.ruleset, registry))
    for spec in plan.ruleset.matchers.values():
        entries = len(spec.table.rows) if spec.table is not None else len(entry_terms(spec))
        if spec.name in searched and entries >= FEWEST_ENTRIES:
            yield spec


def _told(spec: MatcherSpec, tally: _Tally) -> Iterator[Problem]:
    if not tally.entries:
        return
    [(entry, count)] = tally.entries.most_common(1)
    total = tally.entries.total()
    if count < FEWEST_HITS or count <= MOST_SHARE * total:
        return
    table = spec.table
    shown, place = str(entry), spec.location
    if table is not None and isinstance(entry, int):
        row = table.rows[entry]
        shown, place = (row.terms[0] if row.terms else ""), Location(table.path, row.line, 1)
    message = f"{quoted(shown)} gives {count:,} of the {total:,} hits of {spec.name}, {count / total:.0%}"
    help = f"look at its hits, as in record {quoted(tally.samples[entry])}; remove it, or narrow it"
    yield problem("R122", message, place, help=help)


# -- records ---------------------------------------------------------------------------------------------------


def _frames(
    plan: Plan, records: Iterable[RawRecord | Unreadable], advance: Callable[[int, int], None] | None
) -> Iterator[Frame]:
    preparer, cascade = Preparer(plan, relabel=True), Cascade(plan)
    source = iter(records)
    while chunk := list(islice(source, BATCH)):
        prepared = (_prepared(preparer, raw) for raw in chunk)
        yield from _run(cascade, [document for document in prepared if document is not None])
        if advance is not None:
            advance(sum(len(raw.raw) if isinstance(raw, RawRecord) else raw.length for raw in chunk), len(chunk))


def _prepared(preparer: Preparer, raw: RawRecord | Unreadable) -> Document | None:
    if isinstance(raw, Unreadable):
        return None
    try:
        return preparer.prepare(raw, id=preparer.identify(raw), ordinal=0)
    except (RecordError, PluginError):
        return None


def _run(cascade: Cascade, documents: Sequence[Document]) -> list[Frame]:
    """The frames, without those of records that a plugin fails on, which are found by halving."""
    if not documents:
        return []
    try:
        return list(cascade.run(documents))
    except (RecordError, PluginError):
        if len(documents) == 1:
            return []
    middle = len(documents) // 2
    return [*_run(cascade, documents[:middle]), *_run(cascade, documents[middle:])]
