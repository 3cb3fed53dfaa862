"""Words, texts, lists and records of a `.rules` file as nodes; each text knows where its characters stand."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rubricate.loading.rules_text_lines import Comment
from rubricate.loading.rules_text_mistakes import RulesTextError
from rubricate.loading.source import Source
from rubricate.loading.yaml_tree import MAX_DEPTH, Mapping, Node, Scalar, Sequence, core_value

__all__ = ["Token", "Values", "hole", "mapping_of", "word_node"]

_TOKEN = re.compile(
    r"""
      (?P<string>"(?:[^"\\\r\n]|\\[^\r\n])*"|'(?:[^'\r\n]|'')*')
    | (?P<arrow>=>)
    | (?P<sign>[\[\]{},:=()"'])
    | (?P<word>[^\s\[\]{},"'](?:[^\s\[\]{},":=()]|:(?=[^\s\[\]{},"'])|=(?!>))*)
    """,
    re.VERBOSE,
)
_BLANK = re.compile(r"\s+|(?:(?<=\s)|\A)#[^\r\n]*")
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[\s\S])")
_SIMPLE = {'"': '"', "\\": "\\", "n": "\n", "t": "\t", "r": "\r", "[": "\\["}
_CLOSING = {"[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a text in quotes, or a sign."""

    kind: str
    """`word`, `string`, `sign`, `arrow` or `end`."""
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset behind it."""
        return self.start + len(self.text)


class Values:
    """Reads what stands behind a keyword, token by token. Comments are put aside."""

    def __init__(self, source: Source, start: int, stop: int) -> None:
        self.source = source
        self.at = start
        self.stop = stop
        self.comments: list[Comment] = []
        self._next: Token | None = None

    def peek(self) -> Token:
        """The next token; one of kind `end` behind the last."""
        if self._next is None:
            self._next = self._read()
        return self._next

    def take(self) -> Token:
        """The next token, and goes on behind it."""
        token = self.peek()
        self._next = None
        self.at = max(self.at, token.end)
        return token

    def skip(self) -> None:
        """Leaves out what is left."""
        self._next, self.at = None, self.stop

    def rest(self) -> int:
        """Where the next token begins; what stands from here on can be read in another way."""
        return self.peek().start

    def _read(self) -> Token:
        text = self.source.text
        while (blank := _BLANK.match(text, self.at, self.stop)) is not None:
            if blank.group().startswith("#"):
                self.comments.append(comment_at(self.source, blank.start(), blank.end()))
            self.at = blank.end()
        if self.at >= self.stop:
            return Token("end", "", self.at)
        found = _TOKEN.match(text, self.at, self.stop)
        if found is None:
            return Token("sign", text[self.at], self.at)
        if found.group() in ('"', "'"):
            raise RulesTextError("open_quote", found.start(), found.end(), found=found.group())
        return Token(str(found.lastgroup), found.group(), found.start())

    def value(self, *, typed: bool, depth: int = 0) -> Node:
        """Any value. `typed` says that a bare word may be a number or truth value; else it is a text."""
        token = self.take()
        if token.kind == "string":
            return self.text(token)
        if token.kind == "word":
            return word_node(self.source, token, typed=typed)
        if token.text in _CLOSING and depth < MAX_DEPTH:
            return self._entries(token, typed=typed, depth=depth)
        if token.kind == "end":
            raise RulesTextError("value_end", max(0, token.start - 1), token.start)
        raise RulesTextError("no_value", token.start, token.end, found=token.text)

    def items(self) -> tuple[Node, ...]:
        """Texts between commas, or a list in brackets, up to the end."""
        if self.peek().text == "[":
            found = self.value(typed=False)
            assert isinstance(found, Sequence)  # it begins with its bracket
            return found.items
        items = [self.value(typed=False)]
        while self.peek().kind != "end":
            self._comma()
            items.append(self.value(typed=False))
        return tuple(items)

    def pairs(self) -> Mapping:
        """`NAME: VALUE` between commas, up to the end."""
        start = self.rest()
        entries: list[tuple[Scalar, Node]] = []
        while True:
            entries.append(self._pair(0, typed=False))
            if self.peek().kind == "end":
                return Mapping(entries=tuple(entries), flow=True, location=self.source.location(start))
            self._comma()

    def text(self, token: Token) -> Scalar:
        """A text in quotes."""
        return _unquoted(self.source, token)

    def _comma(self) -> None:
        token = self.peek()
        if token.text != ",":
            raise RulesTextError("no_comma", token.start, token.end, found=token.text)
        self.take()

    def _entries(self, opening: Token, *, typed: bool, depth: int) -> Node:
        """A list or record whose first bracket has been read."""
        items: list[Node] = []
        entries: list[tuple[Scalar, Node]] = []
        closing = _CLOSING[opening.text]
        while self._goes_on(opening, closing, first=not items and not entries):
            if opening.text == "[":
                items.append(self.value(typed=typed, depth=depth + 1))
            else:
                entries.append(self._pair(depth, typed=typed))
        location = self.source.location(opening.start, self.take().end)
        if opening.text == "[":
            return Sequence(items=tuple(items), flow=True, location=location)
        return Mapping(entries=tuple(entries), flow=True, location=location)

    def _goes_on(self, opening: Token, closing: str, *, first: bool) -> bool:
        """Whether another entry follows; a comma may stand behind the last one."""
        token = self.peek()
        if not first and token.text == ",":
            self.take()
            token = self.peek()
        elif not first and token.text != closing and token.kind != "end" and token.text not in ("]", "}"):
            raise RulesTextError("no_comma", token.start, token.end, found=token.text)
        if token.kind == "end" or (token.text in ("]", "}") and token.text != closing):
            raise RulesTextError("open_bracket", opening.start, opening.end, found=opening.text, closing=closing)
        return token.text != closing

    def _pair(self, depth: int, *, typed: bool) -> tuple[Scalar, Node]:
        token = self.take()
        if token.kind == "end":
            raise RulesTextError("value_end", max(0, token.start - 1), token.start)
        if token.kind not in ("word", "string"):
            raise RulesTextError("no_value", token.start, token.end, found=token.text)
        key = self.text(token) if token.kind == "string" else word_node(self.source, token, typed=False)
        sign = self.peek()
        if sign.text != ":":
            is_outcome = sign.kind in ("word", "string") and depth == 0 and not typed
            name = "no_outcome" if is_outcome else "no_colon"
            raise RulesTextError(name, sign.start, max(sign.end, sign.start + 1), last=key.text, found=sign.text)
        self.take()
        return key, self.value(typed=typed, depth=depth + 1)


def comment_at(source: Source, start: int, stop: int) -> Comment:
    """The comment in a part of a file."""
    line = source.line_start(source.line_of(start))
    return Comment(start, source.text[start:stop].rstrip(), alone=not source.text[line:start].strip())


def word_node(source: Source, token: Token, *, typed: bool) -> Scalar:
    """A word without quotes."""
    value = core_value(token.text) if typed else token.text
    return Scalar(text=token.text, value=value, source=source, start=token.start, end=token.end)


def hole(source: Source, start: int, end: int) -> Scalar:
    """What stands for a value that could not be read and has been reported."""
    return Scalar(text="", value=None, source=source, start=start, end=max(end, start + 1), repaired=True)


def mapping_of(source: Source, entries: list[tuple[Scalar, Node]], start: int, end: int) -> Mapping:
    """A record made of parts that stand apart in the file."""
    return Mapping(entries=tuple(entries), flow=True, location=source.location(start, end))


def _unquoted(source: Source, token: Token) -> Scalar:
    """The text in quotes: doubled single ones, or escapes in double ones; a backslash before a bracket stays."""
    characters: list[str] = []
    offsets: list[int] = []
    at, end = token.start + 1, token.end - 1
    while at < end:
        found, step = source.text[at], 1
        if token.text[0] == "'" and found == "'":
            step = 2
        elif token.text[0] == '"' and found == "\\":
            found, step = _escape(source, at)
        characters += found
        offsets += [at] if len(found) == 1 else range(at, at + len(found))
        at += step
    text = "".join(characters)
    return Scalar(
        text=text,
        value=text,
        style="single" if token.text[0] == "'" else "double",
        source=source,
        start=token.start,
        end=token.end,
        characters=tuple(offsets),
    )


def _escape(source: Source, at: int) -> tuple[str, int]:
    """What an escape means, and how long it is."""
    found = _ESCAPE.match(source.text, at)
    assert found is not None  # the quotes hold a character behind the backslash
    sign = found.group()[1]
    if sign in "uU" and len(found.group()) > 2:
        code = int(found.group()[2:], 16)
        if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF:
            return chr(code), len(found.group())
    elif sign in _SIMPLE:
        return _SIMPLE[sign], 2
    raise RulesTextError("escape", at, found.end(), found=found.group())
