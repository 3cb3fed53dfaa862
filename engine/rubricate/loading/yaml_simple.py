"""Reads the part of YAML that nearly all rulesets keep to, in less time than YAML itself takes.

It gives exactly what `rubricate.loading.yaml_tree` gives, or nothing: whatever it is not sure of - an anchor, a tag, an
escape out of the ordinary, a block scalar, any mistake - it leaves to the reader that knows all of YAML.
"""

from __future__ import annotations

import re
from typing import Final, NoReturn

from rubricate.loading import yaml_tree
from rubricate.loading.source import Source
from rubricate.loading.yaml_tree import Mapping, Node, Scalar, Sequence, Style, core_value

__all__ = ["read_simple"]

MAX_DEPTH: Final = 40
"""How deep values may stand in one another here; the other reader goes deeper."""

_UNUSUAL = re.compile(
    "[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|^(?:---|\\.\\.\\.|%)",
    re.MULTILINE,
)
_LINE = re.compile(r"^(?P<indent> *)(?P<content>[^ \n].*)$", re.MULTILINE)
_KEY = re.compile(
    r"""(?:(?P<plain>[A-Za-z0-9_][\w.*+/-]{0,200})|"(?P<double>[^"\\\n]{0,200})"|'(?P<single>[^'\n]{0,200})')"""
    r""" *:(?=[ \n]|$)"""
)
_DOUBLE = re.compile(r'"(?P<text>(?:[^"\\]|\\["\\/nt])*)"')
_SINGLE = re.compile(r"'(?P<text>(?:[^']|'')*)'")
_BREAKS = re.compile(r" *\n[ \n]*")
_ESCAPE = re.compile(r'\\(["\\/nt])')
_ESCAPES: Final = {"n": "\n", "t": "\t"}
# A plain text: what may begin it, then as far as it goes in its line. A colon or comment sign is looked at afterwards.
_PLAIN = re.compile(r"(?:[^-\s?:,\[\]{}#&*!|>'\"%@`]|-(?=[^ \n]))[^\n]*")
_FLOW_PLAIN = re.compile(r"(?:[^-\s?:,\[\]{}#&*!|>'\"%@`=<]|-(?=[A-Za-z0-9.]))[^,\[\]{}:#\n]*")
_REST = re.compile(r" *(?:(?<= )#[^\n]*)?$", re.MULTILINE)
_BLANKS = re.compile(r"[ \n]*")


class _NotSimpleError(Exception):
    """Something that is left to the other reader."""


def read_simple(source: Source) -> Mapping | None:
    """The file as nodes, or None for one that has to be read otherwise, or in which something may be wrong."""
    if _UNUSUAL.search(source.text):
        return None
    try:
        return _Reader(source).read()
    except _NotSimpleError:
        return None


def _folded(breaks: re.Match[str]) -> str:
    """What line breaks in quotes mean: one is a space, and each one more stands for itself."""
    return "\n" * (breaks[0].count("\n") - 1) or " "


def _give_up() -> NoReturn:
    raise _NotSimpleError


class _Reader:
    """Goes through the lines of a file; those that are blank or only a comment are left out."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.starts: list[int] = []
        """Offset of the content of each line. An entry of a list becomes a line of its own, further right."""
        self.indents: list[int] = []
        self.ends: list[int] = []
        self.gaps: list[int] = []
        """How many lines are left out before a line; -1 where one of them is a comment."""
        self.nodes = 0
        self._find_lines()

    def _find_lines(self) -> None:
        before, comment = -1, False
        for found in _LINE.finditer(self.text):
            start, end = found.span("content")
            if self.text[start] == "#":
                comment = True
                continue
            gap = self.text.count("\n", before, found.start()) - 1 if before >= 0 else 0
            self.gaps.append(-1 if comment else gap)
            self.starts.append(start)
            self.indents.append(start - found.start())
            self.ends.append(end)
            before, comment = end, False

    def read(self) -> Mapping:
        """The whole file."""
        if not self.starts or self.indents[0] != 0:
            _give_up()
        node, line = self._block(0, 0)
        if line != len(self.starts) or not isinstance(node, Mapping) or self.nodes > yaml_tree.MAX_NODES:
            _give_up()
        return node

    def _is_entry(self, line: int) -> bool:
        """Whether a line begins an entry of a list."""
        start = self.starts[line]
        return self.text[start] == "-" and self.text[start + 1 : start + 2] in (" ", "\n", "")

    def _block(self, line: int, depth: int) -> tuple[Node, int]:
        """The list or mapping that begins in a line, and the line behind it."""
        self.nodes += 1
        if depth > MAX_DEPTH:
            _give_up()
        return self._list(line, depth) if self._is_entry(line) else self._mapping(line, depth)

    def _list(self, line: int, depth: int) -> tuple[Node, int]:
        indent, start = self.indents[line], self.starts[line]
        items: list[Node] = []
        while line < len(self.starts) and self.indents[line] == indent and self._is_entry(line):
            at = self.starts[line] + 1
            while self.text[at : at + 1] == " ":
                at += 1
            if at >= self.ends[line] or self.text[at] == "#":
                _give_up()
            if (self.text[at] == "-" and self.text[at + 1 : at + 2] in (" ", "\n", "")) or _KEY.match(self.text, at):
                self.indents[line] += at - self.starts[line]
                self.starts[line] = at
                node, line = self._block(line, depth + 1)
            else:
                node, line = self._value(at, line, indent, depth)
            items.append(node)
        self._check_end(line, indent)
        return Sequence(items=tuple(items), location=self.source.location(start, start + 1)), line

    def _mapping(self, line: int, depth: int) -> tuple[Node, int]:
        indent = self.indents[line]
        entries: dict[str, tuple[Scalar, Node]] = {}
        while line < len(self.starts) and self.indents[line] == indent:
            found = _KEY.match(self.text, self.starts[line])
            if found is None:
                _give_up()
            key = self._key(found)
            if key.text in entries:
                _give_up()
            value: Node
            rest = _REST.match(self.text, found.end())
            if rest is None:
                at = found.end()
                while self.text[at] == " ":
                    at += 1
                value, line = self._value(at, line, indent, depth)
            else:
                value, line = self._below(key, line + 1, indent, depth)
            entries[key.text] = (key, value)
        self._check_end(line, indent)
        first = next(iter(entries.values()))[0]
        return Mapping(entries=tuple(entries.values()), location=first.location), line

    def _check_end(self, line: int, indent: int) -> None:
        if line < len(self.starts) and self.indents[line] > indent:
            _give_up()

    def _below(self, key: Scalar, line: int, indent: int, depth: int) -> tuple[Node, int]:
        """The value of a key with nothing behind its colon: what is indented below it, or nothing."""
        if line < len(self.starts):
            inner = self.indents[line]
            if inner > indent:
                if not self._is_entry(line) and not _KEY.match(self.text, self.starts[line]):
                    _give_up()
                return self._block(line, depth + 1)
            if inner == indent and self._is_entry(line):
                return self._block(line, depth + 1)
        self.nodes += 1
        return Scalar(text="", value=None, source=self.source, start=key.start, end=key.end), line

    def _key(self, found: re.Match[str]) -> Scalar:
        self.nodes += 1
        kind = found.lastgroup
        assert kind is not None  # one of the three has matched
        text = found[kind]
        start, end = found.span(kind)
        if kind == "plain":
            return Scalar(text=text, value=core_value(text), source=self.source, start=start, end=end)
        style: Style = "double" if kind == "double" else "single"
        return Scalar(text=text, value=text, style=style, source=self.source, start=start - 1, end=end + 1)

    def _value(self, at: int, line: int, indent: int, depth: int) -> tuple[Node, int]:
        """The value that begins behind a colon or dash, and the line behind it."""
        sign = self.text[at]
        if sign in "[{":
            node, end = self._flow(at, depth + 1)
        elif sign in "\"'":
            node = self._quoted(at)
            end = node.end
        else:
            return self._plain(at, line, indent)
        while line < len(self.starts) and self.starts[line] < end:
            line += 1
        if _REST.match(self.text, end) is None:
            _give_up()
        return node, line

    def _quoted(self, at: int) -> Scalar:
        self.nodes += 1
        is_double = self.text[at] == '"'
        found = (_DOUBLE if is_double else _SINGLE).match(self.text, at)
        if found is None:
            _give_up()
        text = _BREAKS.sub(_folded, found["text"])
        if is_double and "\\" in text:
            text = _ESCAPE.sub(lambda escape: _ESCAPES.get(escape[1], escape[1]), text)
        elif not is_double:
            text = text.replace("''", "'")
        style: Style = "double" if is_double else "single"
        return Scalar(text=text, value=text, style=style, source=self.source, start=at, end=found.end())

    def _plain(self, at: int, line: int, indent: int) -> tuple[Scalar, int]:
        """A text without quotes; it goes on in lines that are indented further."""
        self.nodes += 1
        found = _PLAIN.match(self.text, at)
        if found is None:
            _give_up()
        text, end, is_last = self._plain_line(at)
        line += 1
        while line < len(self.starts) and self.indents[line] > indent:
            if is_last or self.gaps[line] < 0:
                _give_up()
            more, end, is_last = self._plain_line(self.starts[line])
            text += "\n" * self.gaps[line] + more if self.gaps[line] else f" {more}"
            line += 1
        return Scalar(text=text, value=core_value(text), source=self.source, start=at, end=end), line

    def _plain_line(self, at: int) -> tuple[str, int, bool]:
        """(the text of a line from an offset on, its end, whether a comment follows it)."""
        stop = self.text.find("\n", at)
        written = self.text[at:] if stop < 0 else self.text[at:stop]
        before, sign, _ = written.partition(" #")
        text = before.rstrip(" ")
        if ": " in text or text.endswith(":"):
            _give_up()
        return text, at + len(text), bool(sign)

    # -- in brackets and braces ----------------------------------------------------------------------------

    def _flow(self, at: int, depth: int) -> tuple[Node, int]:
        """The list or mapping that begins at a bracket, and the offset behind it."""
        self.nodes += 1
        if depth > MAX_DEPTH:
            _give_up()
        closing = "]" if self.text[at] == "[" else "}"
        items: list[Node] = []
        entries: dict[str, tuple[Scalar, Node]] = {}
        here = self._skip(at + 1)
        while self.text[here : here + 1] != closing:
            if closing == "]":
                node, here = self._flow_value(here, depth)
                items.append(node)
            else:
                key, here = self._flow_key(here)
                node, here = self._flow_value(here, depth)
                if entries.setdefault(key.text, (key, node))[0] is not key:
                    _give_up()
            here = self._skip(here)
            if self.text[here : here + 1] == ",":
                here = self._skip(here + 1)
            elif self.text[here : here + 1] != closing:
                _give_up()
        location = self.source.location(at, here + 1)
        if closing == "]":
            return Sequence(items=tuple(items), flow=True, location=location), here + 1
        return Mapping(entries=tuple(entries.values()), flow=True, location=location), here + 1

    def _skip(self, at: int) -> int:
        found = _BLANKS.match(self.text, at)
        assert found is not None  # it also matches nothing
        return found.end()

    def _flow_key(self, at: int) -> tuple[Scalar, int]:
        found = _KEY.match(self.text, at)
        if found is None:
            _give_up()
        return self._key(found), self._skip(found.end())

    def _flow_value(self, at: int, depth: int) -> tuple[Node, int]:
        sign = self.text[at : at + 1]
        if sign in ("[", "{"):
            return self._flow(at, depth + 1)
        if sign in ('"', "'"):
            quoted = self._quoted(at)
            return quoted, quoted.end
        found = _FLOW_PLAIN.match(self.text, at)
        if found is None:
            _give_up()
        self.nodes += 1
        text = found[0].rstrip(" ")
        return (
            Scalar(text=text, value=core_value(text), source=self.source, start=at, end=at + len(text)),
            at + len(text),
        )
