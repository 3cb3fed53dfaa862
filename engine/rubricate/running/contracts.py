"""What a run is given and what it gives back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Protocol

from rubricate.model.descriptors import RawRecord, SourceReader, Unreadable
from rubricate.model.ruleset import empty
from rubricate.running.work import NO_WORK, Work
from rubricate.storage.incidents import Incident
from rubricate.storage.votes import KeptVotes, VotesWriter

__all__ = [
    "UNWATCHED", "Input", "Labeller", "Progress", "RunOptions", "RunPlan", "RunSummary", "Sink", "UnitOutcome",
    "UnitVotes", "Verdict",
    "Watch",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlan:
    """What a manifest says of the rules behind a run. Everything that can change a byte of the data is in here."""

    digest: str
    """The sha256 of the plan, in hex."""
    reading: str = ""
    """What of the plan says how a record is read and prepared, as a digest: votes cast under it are known by it."""
    ruleset: Mapping[str, object] = field(default_factory=empty)
    """Its name, version and digest."""
    guideline: Mapping[str, object] | None = None
    """Its id, version and digest."""
    labels: Mapping[str, object] = field(default_factory=dict)
    """`sets` (set -> its labels), `documents` and `spans` (lists): what can be decided, in the ruleset's order."""
    plugins: Mapping[str, str] = field(default_factory=dict)
    """Name -> version."""
    code: Mapping[str, str] = field(default_factory=dict)
    """Plugin that does not come with Rubricate -> digest of its files. The plan's digest goes by it, too."""
    libraries: Mapping[str, str] = field(default_factory=dict)
    """Library that decides results -> version; part of the plan's digest."""
    options: Mapping[str, object] = field(default_factory=empty)
    """Options of the run that change the data, such as the output key."""
    answers: str | None = None
    """The digest of the answers used."""
    lock: Mapping[str, object] | None = None
    """The version that was locked and what has drifted from it; in the annex, as it changes no byte of the data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """How this run goes about it."""

    limit: int | None = None
    """Read only so many records."""
    sample: int | None = None
    """Read only so many records, drawn from all inputs."""
    seed: int = 0
    overwrite: bool = False
    """Publish over another run's output, then remove what the new manifest does not name."""
    unit_size: int | None = None
    """Bytes of a unit, in place of the usual sizes."""
    parent: str | None = None
    """The digest of the manifest of the run that this one goes on from."""
    duplicate_ids: Literal["suffix", "error", "keep_first"] = "suffix"
    """What becomes of records whose id an earlier one has."""
    audit: float = 0.0
    """The share of units that are labelled a second time before publishing; they must give the same."""
    votes: bool = True
    """Whether votes are kept for a later run of edited rules."""
    clock: Callable[[], float] = time.time
    """Seconds since 1970, for what stands outside the data."""


class Input(Protocol):
    """A source object to read."""

    @property
    def name(self) -> str:
        """What it is called in the data: never an absolute path."""
        ...

    @property
    def path(self) -> Path:
        """Where it stands."""
        ...

    @property
    def size(self) -> int:
        """Its bytes as stored."""
        ...

    @property
    def sha256(self) -> str:
        """The digest of its bytes as stored, in hex."""
        ...

    @property
    def code(self) -> tuple[str, str] | None:
        """The plugin that reads it, and the digest of its code; None where the plugin comes with Rubricate."""
        ...

    def open(self) -> SourceReader:
        """A reader of it; may be called several times."""
        ...


class Sink(Protocol):
    """Takes the rows of one folder of a unit."""

    def write(self, row: bytes) -> None:
        """Add a row, given without its line end."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitOutcome:
    """What a labeller says about the records it was given."""

    routes: str
    """One letter for each record, in order (`rubricate.storage.receipts.LETTERS`)."""
    tally: Mapping[str, object]
    """Counts in the shape of `rubricate.running.tally.empty`."""
    work: Work = NO_WORK
    """What was asked of matchers; no part of the result."""
    shows: Mapping[str, object] = field(default_factory=dict)
    """Where rows stand that a report may show; no part of the result."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """`MATCHER: WHAT` -> how often matchers that ask services met it; no part of the result."""


class Labeller(Protocol):
    """Labels the records of a unit. Pure: the same arguments give the same rows."""

    def identify(self, raw: RawRecord) -> tuple[str, bytes, bytes | None, int | None]:
        """A record's id, the id's digest, the digest of what makes it a duplicate, and its likeness.

        Digests have 16 bytes, a likeness 64 bits. Without a digest no record is a duplicate of it; without a likeness,
        only those with the same digest.
        """
        ...

    def label(
        self,
        records: Iterator[RawRecord | Unreadable],
        *,
        drops: Mapping[int, str],
        near: Mapping[int, int] = MappingProxyType({}),
        suffixes: Mapping[int, int],
        sinks: Mapping[str, Sink],
        source: str,
        watch: Watch,
    ) -> UnitOutcome:
        """Write a row for each record to one of `sinks` (records, review, quarantine, dropped), reading to the end.

        `drops`, `near` and `suffixes` count what `records` gives from 0, unreadable regions included: position -> the
        id of the record that it repeats; of these, position -> bits of its likeness that differ; and position -> n
        where the id is to become `ID~n`.
        """
        ...


class Progress(Protocol):
    """Is told how far a run is."""

    def begin(self, phase: Literal["sampling", "indexing", "labelling", "publishing"], *, total: int | None) -> None:
        """A phase begins; `total` is in uncompressed bytes, or None when it is not known yet."""
        ...

    def advance(self, *, size: int, records: int) -> None:
        """So many more uncompressed bytes and records are done."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitVotes:
    """The votes of a unit beside its result."""

    reading: str
    """What its records follow from, whatever the rules."""
    kept: KeptVotes | None = None
    """Those of an earlier run."""
    keep: VotesWriter | None = None
    """Where they are kept for a later one."""


class Watch:
    """Goes with a unit while it is labelled: what was decided about its records before, and where the work stands."""

    incidents: Mapping[int, Incident] = MappingProxyType({})
    """Position -> why the record is quarantined without being looked at."""
    alone: range = range(0)
    """Positions of records that are looked at one by one, as one of them ended a process."""
    votes: UnitVotes | None = None
    """Votes that an earlier run kept of the unit, and where those are kept that are cast now."""

    def begin(self, first: int, count: int) -> None:
        """The records at these positions are looked at next."""

    def report(self, position: int, incident: Incident) -> None:
        """A clock has decided about a record; it is kept for the next try."""


UNWATCHED = Watch()
"""For who labels records without a run around them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is wrong with an input as a whole."""

    source: str
    message: str
    help: str | None = None
    is_cut_off: bool = False
    """Whether a part of it was never read."""
    is_refused: bool = False
    """Whether most of its records lie in quarantine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """What a run came to."""

    out: Path
    state: Literal["completed", "already complete"]
    digest: str
    """The manifest's."""
    counts: Mapping[str, object]
    """The tally of all units."""
    sources: tuple[Mapping[str, object], ...]
    """Name, size, sha256 and records read of each input."""
    units: int
    reused: int
    """How many units an earlier, unfinished run had already done."""
    taken_over: int = 0
    """How many records were taken over from the run that this one goes on from."""
    work: Work = NO_WORK
    """What was asked of matchers, in all attempts."""
    anew: tuple[int, int] | None = None
    """How many rules, of how many, were asked anew; None where no votes of an earlier run were at hand."""
    repeated_ids: int
    """How many records share their id with an earlier one and had it changed."""
    seconds: float
    notes: tuple[str, ...] = ()
    """What the operator should know, one sentence each."""
    verdicts: tuple[Verdict, ...] = ()
    """What is wrong with an input as a whole."""
    usage: tuple[Mapping[str, object], ...] = ()
    """What matchers that ask services cost and met (`rubricate.running.asking.usage_of_run`)."""
