"""What the author of a plugin knows and the kit cannot: what a descriptor must find, give, hold or read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import TypeAlias

__all__ = [
    "CheckSample",
    "CombinerSample",
    "ExportSample",
    "Hit",
    "MatcherSample",
    "NormaliserSample",
    "PictureSample",
    "ReadingSample",
    "Sample",
    "SourceSample",
    "TransformSample",
    "read_hit",
]

Hit: TypeAlias = "str | tuple[str, Sequence[tuple[int, int]]]"
"""A text with `[[marks]]` around what is to be found, or a text with the places of it, half-open."""

OPEN, CLOSE = "[[", "]]"


def read_hit(hit: Hit) -> tuple[str, list[tuple[int, int]]]:
    """The text without its marks, and the places that they stood around, sorted.

    >>> read_hit("[[BUY]] it [[NOW]]")
    ('BUY it NOW', [(0, 3), (7, 10)])
    """
    if not isinstance(hit, str):
        return hit[0], sorted(hit[1])
    text, places = "", []
    for number, part in enumerate(hit.split(OPEN)):
        marked, closed, rest = part.partition(CLOSE) if number else ("", "", part)
        if number and not closed:
            raise ValueError(f'the hit "{hit}" opens a mark and does not close it')
        if number:
            places.append((len(text), len(text) + len(marked)))
        text += marked + rest
    return text, sorted(places)


@dataclass(frozen=True, slots=True)
class MatcherSample:
    """A matcher as a ruleset declares it, with texts."""

    matcher: Mapping[str, object]
    """The mapping below the matcher's name: `{"use": KIND, ...}`."""
    _: KW_ONLY
    hits: Sequence[Hit] = ()
    """Texts with all that must be found in them."""
    misses: Sequence[str] = ()
    """Texts in which nothing must be found."""
    tables: Mapping[str, str] = field(default_factory=dict)
    """Name for `of:` -> the content of a TSV file."""
    anywhere: bool = True
    """Whether what is marked is found whatever stands before and behind it, words and spaces between."""

    @property
    def name(self) -> str:
        """The kind that it belongs to."""
        return str(self.matcher.get("use"))


@dataclass(frozen=True, slots=True)
class PictureSample:
    """A matcher that looks at images, as a ruleset declares it, with pictures."""

    matcher: Mapping[str, object]
    """The mapping below the matcher's name: `{"use": KIND, ...}`."""
    _: KW_ONLY
    hits: Sequence[tuple[bytes, Sequence[tuple[int, int, int, int]]]] = ()
    """The bytes of pictures with the boxes of all that must be found on them: x, y, width, height."""
    misses: Sequence[bytes] = ()
    """Pictures on which nothing must be found."""
    tables: Mapping[str, str] = field(default_factory=dict)
    """Name for `of:` -> the content of a TSV file."""

    @property
    def name(self) -> str:
        """The kind that it belongs to."""
        return str(self.matcher.get("use"))


@dataclass(frozen=True, slots=True)
class ReadingSample:
    """A preparation step that reads texts out of pictures, as a ruleset names it, with pictures."""

    step: Mapping[str, object]
    """`{"use": NAME, "from": IMAGE FIELD, "into": TEXT FIELD, ...}`."""
    _: KW_ONLY
    reads: Sequence[tuple[bytes, str]] = ()
    """The bytes of pictures, each with a part of the text that must be read in it."""
    empty: Sequence[bytes] = ()
    """Pictures without a text."""

    @property
    def name(self) -> str:
        """The transform that it belongs to."""
        return str(self.step.get("use"))


@dataclass(frozen=True, slots=True)
class TransformSample:
    """A preparation step as a ruleset names it, with texts."""

    step: Mapping[str, object]
    """`{"use": NAME, ...}`."""
    _: KW_ONLY
    gives: Mapping[str, str] = field(default_factory=dict)
    """Text -> what it must become."""
    keeps: Sequence[str] = ()
    """Texts that must stay as they are."""

    @property
    def name(self) -> str:
        """The transform that it belongs to."""
        return str(self.step.get("use"))


@dataclass(frozen=True, slots=True)
class CheckSample:
    """Texts that pass a check, and texts that do not."""

    name: str
    _: KW_ONLY
    holds: Sequence[str] = ()
    fails: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class NormaliserSample:
    """What a normaliser makes of values."""

    name: str
    _: KW_ONLY
    gives: Sequence[tuple[object, object]] = ()
    """(value, or a tuple of arguments; what it must become)."""
    refuses: Sequence[object] = ()
    """Values, or tuples of arguments, that have no value: None."""


@dataclass(frozen=True, slots=True)
class CombinerSample:
    """What a combiner makes of votes."""

    name: str
    _: KW_ONLY
    gives: Sequence[tuple[Mapping[str, Sequence[float]], Mapping[str, float]]] = ()
    """(label -> scores of its votes, label -> score)."""
    labels: Sequence[str] = ()
    """For a combiner that is fitted: the labels of a set, which the samples below are about."""
    fits: Sequence[tuple[Mapping[tuple[tuple[str, str], ...], int], Mapping[str, float]]] = ()
    """((rule, label) of each vote on a record -> how many records, the numbers that it finds)."""
    weighs: Sequence[tuple[Mapping[str, float], Mapping[str, Mapping[str, float]], Mapping[str, float]]] = ()
    """(numbers, label -> rule -> score of its vote, label -> score)."""


@dataclass(frozen=True, slots=True)
class SourceSample:
    """A dump with what must be read from it."""

    name: str
    _: KW_ONLY
    file: str = ""
    """The name of the dump's file; empty for a folder."""
    content: bytes | Mapping[str, bytes] = b""
    """The dump's bytes; for a folder file name -> bytes."""
    records: Sequence[Mapping[str, object]] = ()
    """The records in it, in order."""
    faults: Sequence[str] = ()
    """The reasons of the regions that are no records, in order."""
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExportSample:
    """How what an export writes is read again."""

    name: str
    _: KW_ONLY
    read: Callable[[bytes], Sequence[Mapping[str, object]]]
    """The file's bytes -> its rows, each with the columns `id` and `text`."""
    options: Mapping[str, object] = field(default_factory=dict)
    changes: Callable[[str], str] | None = None
    """Text -> what the format makes of it on purpose; None: every text comes back as it was."""
    of_images: bool = False
    """Whether it writes images and no texts: each record then has one, and it may refuse to write none."""


Sample: TypeAlias = (
    "MatcherSample | PictureSample | TransformSample | ReadingSample | CheckSample | NormaliserSample | CombinerSample"
    " | SourceSample | ExportSample"
)
