"""What a plugin gives: descriptors with a name, options as JSON Schema, one line of help and a factory."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol, TypeAlias

from rubricate.model.document import Document
from rubricate.model.match import Match
from rubricate.model.offsets import OffsetMap
from rubricate.model.ruleset import MatcherSpec, empty

__all__ = [
    "Check",
    "Combiner",
    "Cost",
    "Export",
    "Literal",
    "MatcherKind",
    "Normaliser",
    "OptionError",
    "RawRecord",
    "Scanner",
    "Slice",
    "Source",
    "SourceReader",
    "Transform",
    "Unreadable",
]

Options: TypeAlias = "Mapping[str, object]"


class Cost(enum.IntEnum):
    """The cost class of a matcher kind; the default cascade has a stage for each."""

    LEXICAL = 0
    LINGUISTIC = 1
    MODEL = 2
    LLM = 3


class OptionError(ValueError):
    """A factory's word that an option cannot be used; becomes a problem at the option's place."""

    def __init__(self, option: str, message: str, *, offset: int | None = None, help: str | None = None) -> None:
        self.option = option
        self.message = message
        self.offset = offset
        """Where in the option's text, in code points, if known."""
        self.help = help
        super().__init__(f"{option}: {message}")


@dataclass(frozen=True, slots=True)
class Literal:
    """A text that the core's index looks for on behalf of a matcher, folded and as a whole word."""

    text: str
    row: int | None = None
    """The row of the matcher's table that it came from."""


class Scanner(Protocol):
    """What a matcher kind compiles for all its matchers of a stage."""

    def scan(self, batch: Sequence[Document]) -> Sequence[Sequence[Match]]:
        """The matches of each document, in the order of the batch."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MatcherKind:
    """A kind of matcher. It has either `literals` (the core's index finds them) or `compile`."""

    name: str
    help: str
    options: Options = field(default_factory=empty)
    """JSON Schema (draft 2020-12) of the options beside use, of, take, check, except, field, fold, labels."""
    cost: Cost = Cost.LEXICAL
    table: bool = False
    """Whether it needs `of: TABLE`."""
    literals: Callable[[MatcherSpec], Iterable[Literal]] | None = None
    compile: Callable[[Sequence[MatcherSpec]], Scanner] | None = None
    required_literals: Callable[[MatcherSpec], frozenset[str] | None] | None = None
    """Folded texts of which a document must hold one for the matcher to match; None: it may match anywhere."""
    columns: Callable[[MatcherSpec], Mapping[str, str]] | None = None
    """Column -> type (`text`, `number`) of its matches, beyond those of its table, text and field."""
    validate: Callable[[MatcherSpec], None] | None = None
    """Raises OptionError when an option cannot be used."""
    scores: bool = False
    """Whether its matches carry a score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transform:
    """A preparation step that rewrites the text of a field and keeps the way back."""

    name: str
    help: str
    options: Options = field(default_factory=empty)
    make: Callable[[Options], Callable[[str], tuple[str, OffsetMap] | None]]
    """Options -> text -> (new text, map to the text it was given), or None when nothing changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Combiner:
    """A way to make one score for each label from the scores of its votes."""

    name: str
    help: str
    sets_only: bool = False
    """Whether it only has a meaning over the labels of a set."""
    connects: bool = False
    """Whether votes that rest on the same match count once (with the best score)."""
    combine: Callable[[Mapping[str, Sequence[float]]], Mapping[str, float]]
    """Label -> scores of its votes (at least one each), as label -> score in 0..1."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a source object, cut at record borders; what a unit is made from."""

    index: int
    """Counted from 0 within its object."""
    offset: int
    """Where it begins, in uncompressed bytes."""
    first: int
    """The line (for line formats) or ordinal of its first record, counted from 1."""
    data: bytes = field(repr=False)
    head: bytes = field(default=b"", repr=False)
    """What every slice of the object needs besides its data: the header line of a CSV file."""
    faults: tuple[Unreadable, ...] = ()
    """Regions met while cutting that belong to no record: a line too long, the tail of a broken archive.

    They lie behind the data, and `SourceReader.records` gives them after its records.
    """


@dataclass(slots=True)
class RawRecord:
    """A record as read: one JSON object. Nobody changes it; a frozen class would cost three times as much to make."""

    line: int
    """Its line or ordinal in the object, counted from 1."""
    offset: int
    """Where it begins, in uncompressed bytes."""
    raw: bytes = field(repr=False)
    """The object as JSON, on one line, without the line end."""
    fields: Mapping[str, object] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A region of a source that is no record; it is quarantined."""

    reason: str
    """A code such as `utf8`, `json`, `json_truncated`, `type`, `record_too_large`, `gzip_truncated`."""
    detail: str
    """One sentence for the owner of the data."""
    line: int
    offset: int
    length: int
    """In uncompressed bytes."""
    sample: bytes = field(repr=False)
    """The first bytes of it, at most 200."""


class SourceReader(Protocol):
    """One opened source object."""

    def slices(self, size: int) -> Iterator[Slice]:
        """Slices of about `size` bytes; the same for the same bytes, whoever asks."""
        ...

    def records(self, part: Slice) -> Iterator[RawRecord | Unreadable]:
        """The records of a slice and what could not be read, in order. Pure of the slice."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A format that dumps come in."""

    name: str
    help: str
    options: Options = field(default_factory=empty)
    suffixes: tuple[str, ...] = ()
    """File name endings, such as `.jsonl` and `.jsonl.gz`; `/` for a folder."""
    open: Callable[[Path, Options], SourceReader]


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A format that a run's records leave in."""

    name: str
    help: str
    suffix: str
    options: Options = field(default_factory=empty)
    write: Callable[[Iterator[Mapping[str, object]], IO[bytes], Options], int]
    """Records as on disk with all derived parts filled in -> how many rows were written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A test that the text of a match must pass, such as a checksum."""

    name: str
    help: str
    holds: Callable[[str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Normaliser:
    """A function for `value:` that makes values that mean the same equal."""

    name: str
    help: str
    arguments: tuple[int, int] = (1, 1)
    """How many it takes, at least and at most."""
    apply: Callable[..., object]
    """Texts, numbers or None -> a text, a number, a list, or None when there is no value."""
