"""Where each character of a YAML value stands in its file: through quotes, escapes, folding and indentation."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["offsets_of"]

_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r\n|[\s\S])")
_BREAKS = re.compile(r"[ \t]*(?:\r\n|\r|\n)\s*")
_RESOLVED = re.compile(r"[\r\n\\']")
"""What may have been written otherwise: line breaks, backslashes and single quotes."""
_QUOTES = {"plain": "", "single": "'", "double": '"'}
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")


def offsets_of(source: str, start: int, end: int, style: str, value: str) -> Sequence[int]:
    """For each character of `value` its offset in `source`, where the written value takes [start, end).

    `style` is `plain`, `single`, `double`, `literal` or `folded`.
    """
    if style in _QUOTES and not _RESOLVED.search(value):
        first, last = start + len(_QUOTES[style]), end - len(_QUOTES[style])
        if source.startswith(value, first, last):
            return range(first, first + len(value))
    if style in ("literal", "folded"):
        return _block(source, start, end, value)
    if style == "plain":
        return _flow(source, start, end, value, escapes="")
    return _flow(source, start + 1, end - 1, value, escapes="'" if style == "single" else "\\")


def _flow(source: str, start: int, end: int, value: str, *, escapes: str) -> list[int]:
    """Quoted and plain values: line breaks are folded, quotes doubled or backslashes resolved."""
    offsets: list[int] = []
    at = start
    while len(offsets) < len(value):
        breaks = _BREAKS.match(source, at, end)
        if breaks is not None:
            while len(offsets) < len(value) and value[len(offsets)] in " \n":
                offsets.append(at)
            at = breaks.end()
        elif escapes == "\\" and source[at : at + 1] == "\\":
            at = _escape(source, at, end, offsets)
        else:
            offsets.append(min(at, max(start, end - 1)))
            at += 2 if escapes == "'" and source.startswith("''", at) else 1
    return offsets


def _escape(source: str, at: int, end: int, offsets: list[int]) -> int:
    """Notes the character of one escape; a backslash before a line break stands for none."""
    found = _ESCAPE.match(source, at)
    if found is None:
        return end
    if found.group()[1] in "\r\n":
        stop = found.end()
        while stop < end and source[stop] in " \t":
            stop += 1
        return stop
    offsets.append(at)
    return found.end()


def _block(source: str, start: int, end: int, value: str) -> list[int]:
    """Literal and folded blocks: each line's content is found in the value, what is between comes from line ends."""
    header = _LINE.match(source, start, end)
    at = end if header is None else header.end()
    offsets: list[int] = []
    indentation: int | None = None
    line_end = at
    while at < end and len(offsets) < len(value):
        found = _LINE.match(source, at, end)
        assert found is not None  # the pattern also matches nothing
        content = found.group().rstrip("\r\n")
        if content.strip(" "):
            if indentation is None:
                indentation = len(content) - len(content.lstrip(" ")) - _leading_spaces(value)
            text = content[indentation:]
            while len(offsets) < len(value) and not value.startswith(text, len(offsets)):
                offsets.append(line_end)
            offsets.extend(range(at + indentation, at + indentation + len(text)))
            line_end = at + len(content)
        at = found.end() if found.end() > at else end
    offsets.extend([line_end] * (len(value) - len(offsets)))
    return offsets[: len(value)]


def _leading_spaces(value: str) -> int:
    """The spaces that the first line with content keeps, where the indentation is written in the header."""
    line = next((line for line in value.split("\n") if line.strip(" ")), "")
    return len(line) - len(line.lstrip(" "))
