"""A `.rules` file cut into statements: a line with the lines that go on with it, which are indented further."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rubricate.language.malformed import RESERVED_WORDS
from rubricate.loading.expression_pieces import has_open_literal
from rubricate.loading.source import Source

__all__ = ["EXPRESSIONS", "HEADERS", "Comment", "Lines", "Statement", "cut"]

HEADERS = frozenset({"rule", "group"})
"""Statements that open what `end` closes."""
EXPRESSIONS = frozenset({"confidence", "emit", "let", "only", "value", "when"})
"""Statements that hold an expression."""

_BEGIN = re.compile(
    r"""(?:rule|group|let|test|cites|confidence|emit|only|priority|status|supersedes|value|when
        |hit|miss|uncertain|todo_hit|todo_miss)[ \t]+(?:["'{]|(?P<next>\w+))|end[ \t]*(?:\#|\Z)""",
    re.VERBOSE,
)
_KEYWORD = re.compile(r"[^\s#:=\"'()\[\]{},]+")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment with its sign, and where it begins."""

    start: int
    text: str
    alone: bool
    """Whether nothing stands before it in its line."""
    about: int | None = None
    """Offset of the header that it is about, where it stands behind an `end`."""


@dataclass(slots=True, kw_only=True)
class Statement:
    """One statement."""

    keyword: str
    start: int
    """Offset of its keyword."""
    rest: int
    """Offset behind its keyword."""
    stop: int
    """Offset behind its last line."""
    indent: int
    """How many spaces stand before it."""


@dataclass(slots=True)
class Lines:
    """What a file is cut into."""

    statements: list[Statement] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    """Those between statements; the ones within a statement are found when it is read."""
    tabs: list[int] = field(default_factory=list)
    """Offsets of tabs that indent a line."""


def cut(source: Source) -> Lines:
    """The statements of a file, in order."""
    return _Cutter(source).cut()


class _Cutter:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.lines = Lines()
        self.pending: list[Comment] = []
        """Comments that belong to the last statement if it goes on behind them."""

    def cut(self) -> Lines:
        for number in range(1, self.source.line_of(len(self.source.text)) + 1):
            self._line(self.source.line_start(number), self.source.line_end(number))
        self.lines.comments += self.pending
        return self.lines

    def _line(self, start: int, stop: int) -> None:
        line = self.source.text[start:stop]
        body = line.lstrip(" \t")
        at = stop - len(body)
        last = self.lines.statements[-1] if self.lines.statements else None
        if not body.strip():
            return
        deeper = last is not None and _goes_on(last, at - start, body)
        if deeper and last is not None and _begins(body) and not self._within_literal(last, at):
            deeper = False
        if body.startswith("#") and not (deeper and last is not None and self._within_literal(last, at)):
            self.pending.append(Comment(at, body.rstrip(), alone=True))
            return
        if "\t" in line[: at - start]:
            self.lines.tabs.append(start + line.index("\t"))
        if deeper and last is not None:
            last.stop = stop
            self.pending.clear()
            return
        self.lines.comments += self.pending
        self.pending.clear()
        found = _KEYWORD.match(body)
        keyword = body[0] if found is None else found.group()
        statement = Statement(keyword=keyword, start=at, rest=at + len(keyword), stop=stop, indent=at - start)
        self.lines.statements.append(statement)

    def _within_literal(self, statement: Statement, at: int) -> bool:
        """Whether a line that looks like a comment stands inside a string or regex of an expression."""
        return statement.keyword in EXPRESSIONS and has_open_literal(self.source.text, statement.rest, at)


def _begins(body: str) -> bool:
    """Whether a line begins a statement, however far it is indented: no expression goes on like that."""
    found = _BEGIN.match(body)
    return found is not None and (found["next"] is None or found["next"] not in RESERVED_WORDS)


def _goes_on(statement: Statement, indent: int, body: str) -> bool:
    """Whether a line belongs to the statement before it."""
    if statement.keyword in HEADERS:
        return body.startswith("=>")
    return statement.keyword != "end" and indent > statement.indent
