"""Labels the records of a unit: prepare, cascade, settle with earlier answers, write one row each."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import NamedTuple, TypeAlias, cast

import orjson

from rubricate.errors import PluginError, RecordError
from rubricate.model.descriptors import RawRecord, Unreadable
from rubricate.model.document import NOTHING_READ, Document
from rubricate.planning.frame import Frame
from rubricate.planning.plan import Plan
from rubricate.registry import Registry
from rubricate.running.asking import take_unit_counts
from rubricate.running.balloting import Ballot
from rubricate.running.cascade import BROKEN, Cascade
from rubricate.running.contracts import UNWATCHED, Sink, UnitOutcome, Watch
from rubricate.running.counting import UnitCounts
from rubricate.running.patience import Patience
from rubricate.running.preparing import Preparer
from rubricate.running.settling import settle
from rubricate.running.shaping import VERSION, Shaper
from rubricate.running.showing import Showing
from rubricate.storage.incidents import Incident
from rubricate.storage.votes import Kept

__all__ = ["Answers", "PlanLabeller", "spliced"]

Answers: TypeAlias = "Mapping[str, Mapping[str, object]]"
"""Question id -> the answer that settles it."""

SAMPLE_BYTES = 200
CLOSING = ord("}")
SPACE = ord(" ")
CLOCKED = frozenset({"llm_refused", "llm_unavailable", "regex_timeout"})
"""Reasons that a clock, or a service, decides, which another try could see otherwise."""
MOST_PLUGIN_FAULTS = 100
"""A plugin that fails on so many records, and on a tenth of them, is broken: the run stops."""


class _Aside(NamedTuple):
    """A record that goes no further."""

    route: str
    reason: str
    detail: str | None
    id: str = ""
    distance: int | None = None
    """Of a near duplicate: bits of its likeness that differ."""


class _Drops(NamedTuple):
    """The records of a unit that earlier ones make superfluous, by position."""

    ids: Mapping[int, str]
    near: Mapping[int, int]

    def aside(self, position: int, id: str) -> _Aside | None:
        """Why a record is dropped; None: it is not."""
        stays = self.ids.get(position)
        if stays is None:
            return None
        if stays == id:  # equal records have different ids, if need be with ~2 behind
            return _Aside("dropped", "repeated_id", stays, id)
        distance = self.near.get(position)
        return _Aside("dropped", "duplicate" if distance is None else "near_duplicate", stays, id, distance)


class PlanLabeller:
    """The labeller of a plan. Rows do not depend on `batch`."""

    def __init__(
        self,
        plan: Plan,
        *,
        answers: Answers | None = None,
        dedupe: Sequence[str] | None = None,
        distance: int | None = None,
        output_key: str = "rubricate",
        relabel: bool = False,
        batch: int = 256,
        keep_first: bool = False,
        registry: Registry | None = None,
    ) -> None:
        """`keep_first`: of records with one id the later ones are going to be dropped.

        With a `distance`, `dedupe` names one image field, and what looks alike is a duplicate.

        With the `registry` that the plan was made with, votes are kept, and those of an earlier run are cast again.
        """
        self.plan = plan
        self.shaper = Shaper(plan)
        self.answers = answers or {}
        self.key = output_key
        self.relabel = relabel
        self.digest = plan.digest[:8]
        self._dedupe = dedupe
        self._near_by = dedupe[0] if dedupe and distance is not None else None
        self._batch = batch
        self._keep_first = keep_first
        self._preparer = Preparer(plan, output_key=output_key, relabel=relabel)
        self._cascade = Cascade(plan)
        self._ballot = Ballot(plan, registry, self._cascade) if registry is not None else None
        self._faults = 0
        self._labelled = 0

    @property
    def matchers(self) -> Collection[str]:
        """The names of all matchers."""
        return self.plan.ruleset.matchers

    @property
    def homes(self) -> Mapping[str, str]:
        """Matcher -> the stage that it runs in."""
        return {name: stage.name for stage in self.plan.stages for name in stage.matchers}

    @property
    def seconds(self) -> Mapping[str, float]:
        """Stage, or step that reads texts out of images, -> time spent in it so far."""
        seconds = self._cascade.seconds if self._ballot is None else self._ballot.seconds
        return {**self._preparer.seconds, **seconds} if self._preparer.seconds else seconds

    def identify(self, raw: RawRecord) -> tuple[str, bytes, bytes | None, int | None]:
        """A record's id, its digest, the digest of what makes it a duplicate (None: duplicates stay), its likeness."""
        try:
            id = self._preparer.identify(raw)
        except RecordError:
            # It is quarantined when its turn comes; until then it must not look like another record's repetition
            id = f"\0{raw.offset}:{hashlib.sha256(raw.raw).hexdigest()[:16]}"
        content, likeness = None, None
        if self._near_by is not None:
            content, likeness = self._preparer.look(raw, self._near_by)
        elif self._dedupe is not None:
            content = self._preparer.content(raw, self._dedupe)
        key = id
        if self._keep_first and self._preparer.content(raw, ()) is None:
            # no other may be dropped in favour of one that is blank or goes to quarantine
            key = f"\0{raw.offset}:{hashlib.sha256(raw.raw).hexdigest()[:16]}"
        return id, hashlib.blake2b(key.encode(), digest_size=16).digest(), content, likeness

    def label(
        self,
        records: Iterator[RawRecord | Unreadable],
        *,
        drops: Mapping[int, str],
        near: Mapping[int, int] = MappingProxyType({}),
        suffixes: Mapping[int, int],
        sinks: Mapping[str, Sink],
        source: str,
        watch: Watch = UNWATCHED,
    ) -> UnitOutcome:
        """Write a row for each record to one of `sinks`, reading to the end."""
        unit = _Unit(self, sinks, source, watch)
        patience = Patience(self.plan.ruleset.matchers, watch.incidents)
        ballot = self._ballot.of_unit(watch.votes) if self._ballot is not None and watch.votes is not None else None
        cascade = self._cascade if ballot is None else ballot.cascade
        before, read = (cascade.work.evaluations, cascade.work.model_calls), self._preparer.readings
        first, drop = 0, _Drops(drops, near)
        while batch := list(islice(records, 1 if first in watch.alone else self._batch)):
            watch.begin(first, len(batch))
            kept = {} if ballot is None else ballot.expect(first, len(batch))
            prepared = [
                self._prepare(item, place, drop, suffixes, watch, kept.get(place))
                for place, item in enumerate(batch, start=first)
            ]
            documents = [item for item in prepared if isinstance(item, Document)]
            patience.apply(documents)
            frames = self._run(cascade, documents, patience)
            self._write(unit, first, batch, prepared, frames)
            if ballot is not None:
                ballot.keep(first, prepared, frames)
            first += len(batch)
        tally = unit.counts.as_tally()
        done, wanted = self._preparer.readings
        readings = done - read[0], wanted - read[1]
        work = cascade.work.since(before, self.plan.stages, unit.counts.asked, readings)
        counts, shows = take_unit_counts(), unit.shows.as_json()
        return UnitOutcome(routes="".join(unit.routes), tally=tally, work=work, counts=counts, shows=shows)

    def _prepare(
        self,
        item: RawRecord | Unreadable,
        ordinal: int,
        drops: _Drops,
        suffixes: Mapping[int, int],
        watch: Watch,
        kept: Kept | None = None,
    ) -> Document | _Aside:
        """The document of a record, or why it goes no further."""
        if isinstance(item, Unreadable):
            return _Aside("quarantined", item.reason, item.detail)
        if ordinal in watch.incidents:
            return _Aside("quarantined", *watch.incidents[ordinal])
        try:
            id = self._preparer.identify(item)
            if ordinal in suffixes:
                id = f"{id}~{suffixes[ordinal]}"
            known = NOTHING_READ if kept is None else kept.texts
            reads = ordinal not in drops.ids  # nobody looks at the texts of one that is dropped
            document = self._preparer.prepare(item, id=id, ordinal=ordinal, reads=reads, known=known)
        except RecordError as error:
            if error.reason in CLOCKED:
                watch.report(ordinal, Incident(error.reason, error.detail))
            return _Aside("quarantined", error.reason, error.detail)
        except PluginError as error:
            self._labelled += 1
            self._count_fault(error)
            return _Aside("quarantined", "plugin_error", str(error))
        for text in document.clean.values():
            if text and not text.isspace():
                break
        else:
            if not document.pictures:
                return _Aside("dropped", "blank", None, id)
        return drops.aside(ordinal, id) or document

    def _write(
        self,
        unit: _Unit,
        first: int,
        batch: Sequence[RawRecord | Unreadable],
        prepared: Sequence[Document | _Aside],
        labelled: Sequence[Frame | PluginError],
    ) -> None:
        frames = iter(labelled)
        for position, (item, ready) in enumerate(zip(batch, prepared, strict=True), start=first):
            if isinstance(ready, Document):
                frame = next(frames)
                if isinstance(frame, Frame):
                    unit.label(cast("RawRecord", item), frame)
                else:
                    unit.fail(item, position, frame)
            elif ready.route == "dropped":
                unit.drop(cast("RawRecord", item), ready)
            else:
                unit.quarantine(item, ready.reason, ready.detail or "")

    def _run(
        self, cascade: Cascade, documents: Sequence[Document], patience: Patience
    ) -> Sequence[Frame | PluginError]:
        """The frames of documents; the records on which a plugin fails are those it names, or are found by halving."""
        if not documents:
            return []
        self._labelled += len(documents)
        try:
            return cascade.run(documents)
        except PluginError as error:
            if error.reason == BROKEN:
                raise
            place = _place_of(error, documents)
            if place is not None:
                named = error
                if error.record is None:
                    named = PluginError(
                        error.plugin, error.detail, rule=error.rule, record=documents[place].id, reason=error.reason
                    )
                self._count_fault(named)
                self._labelled -= len(documents) - 1
                before, after = documents[:place], documents[place + 1 :]
                done = self._run(cascade, before, patience)
                patience.lose(error.matcher, documents[place].ordinal)
                patience.apply(after)
                return [*done, named, *self._run(cascade, after, patience)]
        middle = len(documents) // 2
        self._labelled -= len(documents)
        done = self._run(cascade, documents[:middle], patience)
        patience.apply(documents[middle:])
        return [*done, *self._run(cascade, documents[middle:], patience)]

    def _count_fault(self, error: PluginError) -> None:
        """One more record that a plugin failed on; raises the error when that makes too many."""
        self._faults += 1
        if self._faults >= MOST_PLUGIN_FAULTS and self._faults * 10 >= self._labelled:
            raise error


def _place_of(error: PluginError, documents: Sequence[Document]) -> int | None:
    """Which of the documents a plugin failed on, as far as that is known."""
    if len(documents) == 1:
        return 0
    return next((place for place, document in enumerate(documents) if document.id == error.record), None)


class _Unit:
    """Where the rows of one unit go."""

    def __init__(self, labeller: PlanLabeller, sinks: Mapping[str, Sink], source: str, watch: Watch) -> None:
        self._watch = watch
        self.counts = UnitCounts(labeller.plan)
        self.shows = Showing()
        self.routes: list[str] = []
        self._labeller = labeller
        self._sinks = sinks
        self._source = source

    def label(self, record: RawRecord, frame: Frame) -> None:
        """Write a labelled record."""
        answers = self._labeller.answers
        shaped = self._labeller.shaper.shape(frame)
        said, route = shaped.said, shaped.route
        try:
            if shaped.questions and answers:
                found = {question.id: answers[question.id] for question in shaped.questions if question.id in answers}
                if found:
                    said = settle(cast("dict[str, object]", orjson.loads(orjson.dumps(said))), found)
                    route = cast("str", said["route"])
            row = self._row(record, said)
        except orjson.JSONEncodeError as error:
            self.quarantine(record, "unwritable", f"what was found in it cannot be written as JSON: {error}")
            return
        self.counts.labelled(frame, said, route)
        self.routes.append(route[0])
        if route == "review":
            self._sinks["review"].write(row)
            self.shows.review(said, len(row))
        else:
            self._sinks["records"].write(row)
            self.shows.record(said, len(row))

    def drop(self, record: RawRecord, aside: _Aside) -> None:
        """Write a dropped record; for a duplicate the detail is the id of the record that stays."""
        said = {
            "v": VERSION,
            "id": aside.id,
            "plan": self._labeller.digest,
            "route": "dropped",
            "reason": aside.reason,
        }
        if aside.detail is not None:
            said["duplicate_of"] = aside.detail
        if aside.distance is not None:
            said["distance"] = aside.distance
        try:
            row = self._row(record, said)
        except orjson.JSONEncodeError as error:
            self.quarantine(record, "unwritable", f"it cannot be written as JSON: {error}")
            return
        self.counts.dropped(aside.reason)
        self.routes.append("d")
        self._sinks["dropped"].write(row)
        self.shows.dropped(said, len(row))

    def fail(self, item: RawRecord | Unreadable, position: int, error: PluginError) -> None:
        """Write a record that a plugin failed on."""
        if error.reason in CLOCKED:
            self._watch.report(position, Incident(error.reason, error.detail))
        self.quarantine(item, error.reason, error.detail if error.reason in CLOCKED else str(error))

    def quarantine(self, item: RawRecord | Unreadable, reason: str, detail: str) -> None:
        """Write what could not be labelled, with where it stands and how it begins."""
        self.counts.quarantined(reason)
        self.routes.append("q")
        raw = item.sample if isinstance(item, Unreadable) else item.raw
        said = {
            "v": VERSION,
            "plan": self._labeller.digest,
            "route": "quarantined",
            "reason": reason,
            "detail": detail.encode("utf-8", "backslashreplace").decode(),  # half a surrogate pair cannot be written
            "source": self._source,
            "line": item.line,
            "offset": item.offset,
            "length": item.length if isinstance(item, Unreadable) else len(item.raw),
            "sample": raw[:SAMPLE_BYTES].decode("utf-8", "backslashreplace"),
        }
        row = orjson.dumps({self._labeller.key: said})
        self._sinks["quarantine"].write(row)
        self.shows.quarantined(said, len(row))

    def _row(self, record: RawRecord, said: Mapping[str, object]) -> bytes:
        key = self._labeller.key
        if self._labeller.relabel and key in record.fields:
            kept = {name: value for name, value in record.fields.items() if name != key}
            return orjson.dumps({**kept, key: said})
        return spliced(record.raw, key, said)


def spliced(raw: bytes, key: str, said: Mapping[str, object]) -> bytes:
    """A record's own bytes with one key more.

    >>> spliced(b'{"id": 7}', "rubricate", {"v": 1})
    b'{"id": 7,"rubricate":{"v":1}}'
    """
    end = len(raw) - 1
    if raw[end] != CLOSING:
        end = raw.rindex(b"}")
    if raw[end - 1] <= SPACE or end == 1:  # {}, or white space before the brace
        body = raw[:end].rstrip()
        comma = b"" if body == b"{" else b","
        return b"%b%b%b:%b}" % (body, comma, orjson.dumps(key), orjson.dumps(said))
    return b"".join((memoryview(raw)[:end], b",", orjson.dumps(key), b":", orjson.dumps(said), b"}"))
