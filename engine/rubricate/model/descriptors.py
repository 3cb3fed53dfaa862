"""What a plugin gives: descriptors with a name, options as JSON Schema, one line of help and a factory."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NamedTuple, Protocol, TypeAlias

from rubricate.model.document import Document
from rubricate.model.match import Match
from rubricate.model.offsets import OffsetMap
from rubricate.model.picture import Picture
from rubricate.model.ruleset import MatcherSpec, empty
from rubricate.model.run_context import Spend
from rubricate.model.wider import Wider

__all__ = [
    "CastVotes",
    "Check",
    "Combiner",
    "Cost",
    "Export",
    "FittedCombine",
    "Fitting",
    "Lesson",
    "Literal",
    "Literals",
    "MatcherKind",
    "Normaliser",
    "OptionError",
    "RawRecord",
    "RuleVote",
    "Scanner",
    "Slice",
    "Source",
    "SourceReader",
    "Trained",
    "Trainer",
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

    def __init__(
        self,
        option: str,
        message: str,
        *,
        offset: int | None = None,
        path: Sequence[str | int] = (),
        at_key: bool = False,
        help: str | None = None,
    ) -> None:
        self.option = option
        self.message = message
        self.offset = offset
        """Where in the option's text, in code points, if known."""
        self.path = tuple(path)
        """The way into an option that is a list or a mapping: keys, and numbers counted from 0."""
        self.at_key = at_key
        """Whether it is the last key of the path that cannot be used, not its value."""
        self.help = help
        super().__init__(f"{option}: {message}")


@dataclass(frozen=True, slots=True)
class Literal:
    """A text that the core's index looks for on behalf of a matcher, folded and as a whole word."""

    text: str
    """The text as the author wrote it."""
    row: int | None = None
    """The row of the matcher's table that it came from."""


@dataclass(frozen=True, slots=True)
class Literals:
    """Many literals, kept by column; one is made when it is asked for. What gives thousands of them gives these."""

    texts: Sequence[str] = field(repr=False)
    rows: Sequence[int | None] | None = field(default=None, repr=False)
    """The row of each; None where none of them has one."""

    def __iter__(self) -> Iterator[Literal]:
        return map(Literal, self.texts) if self.rows is None else map(Literal, self.texts, self.rows)


class Scanner(Protocol):
    """What a matcher kind compiles for all its matchers of a stage."""

    def scan(self, batch: Sequence[Document]) -> Sequence[Sequence[Match]]:
        """The matches of each document, in the order of the batch."""
        ...


@dataclass(frozen=True, slots=True)
class Lesson:
    """A record with what a model is to learn to say of it."""

    document: Document
    target: str | None
    """The class that holds; None: none of the classes does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """A model that was just made."""

    files: Mapping[str, bytes]
    """Name -> content of every file of its folder, `model.json` among them; the same bytes for the same lessons."""
    told: Mapping[str, str]
    """What people should know of how it was made: a word -> a value, in the order in which they are shown."""
    ask: Callable[[Sequence[Document]], Sequence[Mapping[str, float] | None]]
    """Class -> score for each document, just as a matcher with this model will say; None: it abstains."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trainer:
    """A way to make a model for a kind of matchers from records with labels."""

    name: str
    """What people call it: `rubricate train --method NAME`."""
    help: str
    """What it is, in one line."""
    options: Options = field(default_factory=empty)
    """JSON Schema of what `-o NAME=VALUE` may set."""
    check: Callable[[Options, Path], None]
    """Raises OptionError for an option that cannot be used, MissingExtraError where packages are missing."""
    fit: Callable[[Sequence[Lesson], Sequence[str], Options, Path], Trained]
    """Lessons, the classes that the model is to tell apart, options, the folder that it will stand in -> the model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatcherKind:
    """A kind of matcher. It has either `literals` (the core's index finds them) or `compile`."""

    name: str
    """What rulesets call it: `use: NAME`."""
    help: str
    """What it is, in one line; shown by `rubricate plugins` and in the reference."""
    options: Options = field(default_factory=empty)
    """JSON Schema (draft 2020-12) of the options beside use, of, take, check, except, field, fold, labels."""
    cost: Cost = Cost.LEXICAL
    """What it costs, and so in which stage of the default cascade it runs."""
    table: bool = False
    """Whether it needs `of: TABLE`."""
    literals: Callable[[MatcherSpec], Iterable[Literal]] | None = None
    """The texts that a matcher looks for; the index of the core finds them all at once."""
    compile: Callable[[Sequence[MatcherSpec]], Scanner] | None = None
    """All matchers of the kind in a stage -> what scans for them."""
    required_literals: Callable[[MatcherSpec], frozenset[str] | None] | None = None
    """Folded texts of which a document must hold one for the matcher to match; None: it may match anywhere."""
    wider: Callable[[MatcherSpec], Wider | None] | None = None
    """What holds for every clean text that the matcher matches; None: unknown. It only spares work."""
    columns: Callable[[MatcherSpec], Mapping[str, str]] | None = None
    """Column -> type (`text`, `number`) of its matches, beyond those of its table, text and field."""
    validate: Callable[[MatcherSpec], None] | None = None
    """Raises OptionError when an option cannot be used."""
    doubts: Callable[[MatcherSpec], Iterable[str]] | None = None
    """What people should know of a matcher that can be used, such as a model made for another version of its library.

    Short sentences without a full stop; `rubricate check` warns of each once.
    """
    scores: bool = False
    """Whether its matches carry a score."""
    classes: str | None = None
    """The column that holds the class of a match, which `labels:` maps to labels; None: its matches have none."""
    outputs: Callable[[MatcherSpec], frozenset[str] | None] | None = None
    """The classes that a matcher can give; None, or a factory that gives None: they are not known beforehand."""
    family: str | None = None
    """Kinds of one family are compiled together: their `compile` gets the matchers of all of them in a stage."""
    files: Callable[[MatcherSpec], Mapping[str, Path]] | None = None
    """The files that a matcher's answers follow from, such as the weights of a model: name in the model -> path.

    Their digests are part of what a ruleset means, and the lock pins them; OptionError for one that is not there.
    """
    words: bool = False
    """Whether its matchers are told what the ruleset says of the labels that their classes are mapped to."""
    asides: frozenset[str] = frozenset()
    """Options that change no answer; they stand in `spec.asides`, and are no part of what a ruleset means."""
    estimate: Callable[[MatcherSpec, Sequence[Document]], Spend] | None = None
    """About what it takes to ask a service about these documents; asks nothing. Its money is None without prices."""
    trainers: Sequence[Trainer] = ()
    """How models for its option `model` are made by `rubricate train`; `files` then names their `model.json`."""
    images: bool = False
    """Whether its matchers look at the images of records (`Document.pictures`), and not at texts."""
    exact: bool = True
    """Whether a text always gets the same scores to the last digit; those of models may differ by 1e-3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transform:
    """A preparation step that rewrites the text of a field and keeps the way back."""

    name: str
    """What rulesets call it: `prepare: [{use: NAME}]`."""
    help: str
    """What it is, in one line; shown by `rubricate plugins` and in the reference."""
    options: Options = field(default_factory=empty)
    """JSON Schema (draft 2020-12) of the keys beside `use`."""
    make: Callable[[Options], Callable[[str], tuple[str, OffsetMap] | None]] | None = None
    """Options -> text -> (new text, map to the text it was given), or None when nothing changes."""
    read: Callable[[Options], Callable[[Picture], str]] | None = None
    """Options -> picture -> the text in it, in place of `make`.

    The options of such a step name an image field, `from`, and the text field that is made of it, `into`.
    """
    libraries: tuple[str, ...] = ()
    """Distributions, as pip calls them, whose versions decide what the step makes of something."""


class RuleVote(NamedTuple):
    """A vote as a combiner with numbers of its own sees it."""

    rule: str
    score: float


CastVotes: TypeAlias = "tuple[tuple[str, str], ...]"
"""(rule, label) of each vote on one record, sorted."""
FittedCombine: TypeAlias = "Callable[[Mapping[str, Sequence[RuleVote]]], Mapping[str, float]]"
"""Label -> its votes (at least one each), as label -> score in 0..1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """How a combiner gets numbers from the votes on many records, and what it makes of votes with them."""

    fit: Callable[[Sequence[str], Sequence[str], Mapping[CastVotes, int]], Mapping[str, float]]
    """(labels of the set, rules that can vote for them, votes of a record -> how many records have them) -> numbers.

    The numbers have names, such as those of rules; the lock pins them. Of no records they are what is believed before
    anything is known. Neither the order of rules nor of records may change them.
    """
    make: Callable[[Sequence[str], Mapping[str, float]], FittedCombine]
    """(labels of the set, numbers) -> what makes scores of the votes on a record, and of nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Combiner:
    """A way to make one score for each label from its votes. It has either `combine` or `fitting`."""

    name: str
    """What rulesets call it: `combine: NAME`."""
    help: str
    """What it is, in one line; shown by `rubricate plugins` and in the reference."""
    sets_only: bool = False
    """Whether it only has a meaning over the labels of a set."""
    connects: bool = False
    """Whether votes that rest on the same match count once (with the best score)."""
    combine: Callable[[Mapping[str, Sequence[float]]], Mapping[str, float]] | None = None
    """Label -> scores of its votes (at least one each), as label -> score in 0..1."""
    fitting: Fitting | None = None
    """For one that is fitted to votes before it is used; it only decides sets, as one label alone shows nothing."""


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
    """Its uncompressed bytes: whole records."""
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
    """The object, parsed."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A region of a source that is no record; it is quarantined."""

    reason: str
    """A code such as `utf8`, `json`, `json_truncated`, `type`, `record_too_large`, `gzip_truncated`."""
    detail: str
    """One sentence for the owner of the data."""
    line: int
    """Its line or ordinal in the object, counted from 1."""
    offset: int
    """Where it begins, in uncompressed bytes."""
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
    """What `rubricate run --from NAME` calls it."""
    help: str
    """What it is, in one line; shown by `rubricate plugins` and in the reference."""
    options: Options = field(default_factory=empty)
    """JSON Schema (draft 2020-12) of what `-o NAME=VALUE` may set."""
    suffixes: tuple[str, ...] = ()
    """File name endings, such as `.jsonl` and `.jsonl.gz`; `/` for a folder."""
    open: Callable[[Path, Options], SourceReader]
    """A file or folder and the options -> its reader; raises UsageError for what it cannot read at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A format that a run's records leave in."""

    name: str
    """What `rubricate export --to NAME` calls it."""
    help: str
    """What it is, in one line; shown by `rubricate plugins` and in the reference."""
    suffix: str
    """How the names of its files end, such as `.csv`."""
    options: Options = field(default_factory=empty)
    """JSON Schema (draft 2020-12) of what `-o NAME=VALUE` may set.

    Of `key`, `only`, `labels`, `sets`, `documents` and `spans` the command fills in those that it names.
    """
    write: Callable[[Iterator[Mapping[str, object]], IO[bytes], Options], int]
    """Records as on disk with all derived parts filled in -> how many rows were written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A test that the text of a match must pass, such as a checksum."""

    name: str
    """What rulesets call it: `check: NAME`."""
    help: str
    """What it is, in one line; shown by `rubricate plugins` and in the reference."""
    holds: Callable[[str], bool]
    """Whether the text of a match passes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Normaliser:
    """A function for `value:` that makes values that mean the same equal."""

    name: str
    """What rulesets call it: `value: 'NAME(it.column)'`."""
    help: str
    """What it is, in one line; shown by `rubricate plugins` and in the reference."""
    arguments: tuple[int, int] = (1, 1)
    """How many it takes, at least and at most."""
    result: str = "text"
    """What it gives, so that conditions can compare it: `text`, `number` or `list`; `object` only stands in `value`."""
    apply: Callable[..., object]
    """Texts, numbers or None -> what `result` says, or None when there is no value."""
