"""The types of the condition language and what a condition may speak about."""

from __future__ import annotations

import difflib
import enum
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import NamedTuple

from rubricate.language import tree
from rubricate.model.ruleset import Context, Expression, MetaField

__all__ = [
    "BUILT_IN_COLUMNS",
    "NONE",
    "NO_TEXT",
    "SEGMENT_SETS",
    "VALUES",
    "WRONG",
    "Function",
    "Scope",
    "Type",
    "Typed",
    "inline_name",
    "members",
    "nearest",
]

SEGMENT_SETS = ("words", "lines", "sentences", "clause")
"""Sets of matches that are always there."""


UNITS = ("sentences", "words")
"""Those of them, and units of distances, places and windows, that matchers can say."""


class Type(enum.StrEnum):
    """What a part of a condition is."""

    MATCH = "a set of matches"
    TRUTH = "a truth value"
    NUMBER = "a number"
    TEXT = "a text"
    ENUM = "a word of a fixed list"
    DATE = "a date"
    LIST = "a list"
    UNKNOWN = "unknown"
    """After a mistake that was reported already."""


BUILT_IN_COLUMNS = {"text": "text", "field": "text"}
NO_TEXT = "no text"
"""The type of the column `text` where matches stand on images."""
"""Columns that every match has."""

VALUES = (Type.TEXT, Type.ENUM, Type.NUMBER, Type.DATE, Type.LIST)
"""Types that are compared and computed with."""


class Typed(NamedTuple):
    """The type of an expression; for matches also their columns.

    A column is `text`, `number`, or `mixed` where sets are put together of which it is one here, the other there.
    """

    type: Type
    columns: Mapping[str, str]


class Function(NamedTuple):
    """What conditions need to know of a normaliser."""

    least: int
    """How many arguments it takes at least."""
    most: int
    """And at most."""
    result: str
    """What it gives: `text`, `number` or `list`."""


NONE: Mapping[str, str] = {}
WRONG = Typed(Type.UNKNOWN, NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The names that a condition may use."""

    matchers: Mapping[str, Mapping[str, str]]
    """Matcher -> its columns with their types (`text`, `number`); those written in place too."""
    table_columns: frozenset[str] = frozenset()
    """MATCHER.COLUMN of each column that a table gives."""
    lets: Mapping[str, Expression] = field(default_factory=dict)
    contexts: Mapping[str, Context] = field(default_factory=dict)
    conjunctions: tuple[str, ...] | None = None
    """Words before which a clause ends; None: the English ones."""
    segment: Mapping[str, str] = field(default_factory=dict)
    """`words` or `sentences` -> the matcher whose matches they are."""
    meta: Mapping[str, MetaField] = field(default_factory=dict)
    text_fields: tuple[str, ...] | None = None
    """None: title, text and body."""
    images: tuple[str, ...] = ()
    """Image fields: places to look in, of which the size and the format can be asked."""
    on_images: frozenset[str] = frozenset()
    """Matchers that look at images."""
    derived: frozenset[str] = frozenset()
    """Fields cut out of text fields: places to look in, and texts to ask."""
    labels: frozenset[str] = frozenset()
    sets: frozenset[str] = frozenset()
    normalisers: Mapping[str, Function] = field(default_factory=dict)
    """The normalisers that plugins give, by name."""
    known_sets: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)
    """Let -> whether it gives matches, as far as that has been worked out."""

    @property
    def readable_fields(self) -> tuple[str, ...]:
        """The text fields that a place such as `in title` can name."""
        return self.text_fields if self.text_fields is not None else ("title", "text", "body")


def inline_name(node: tree.String | tree.Regex) -> str:
    """The name of a matcher that is written in place."""
    if isinstance(node, tree.String):
        return json.dumps(node.text, ensure_ascii=False)
    return f"/{node.pattern}/{node.flags}"


def members(items: tuple[tree.Node, ...], scope: Scope) -> tuple[tree.Node, ...]:
    """The members of a group with each wildcard replaced by the names that fit, sorted."""
    found: list[tree.Node] = []
    for item in items:
        if not isinstance(item, tree.Wildcard):
            found.append(item)
            continue
        names = sorted(
            name for name in (*scope.matchers, *scope.lets) if name[:1] not in '"/' and fnmatchcase(name, item.pattern)
        )
        found.extend(tree.Name(name, item.span) for name in names)
    return tuple(found)


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant, as a help; None when none is near."""
    found = difflib.get_close_matches(word, list(names), n=1, cutoff=0.6)
    return f'did you mean "{found[0]}"?' if found else None
