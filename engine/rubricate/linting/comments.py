"""Comments of a ruleset's files, each with the lines of what it stands beside or above."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ruamel.yaml.error import YAMLError

from rubricate.loading.findings import Findings
from rubricate.loading.rules_text import read_rules
from rubricate.loading.source import Source
from rubricate.loading.yaml_tree import Mapping, Node, Scalar, Sequence, build_tree

__all__ = ["Comment", "comments_of"]

_SIGN = re.compile(r"(?:(?<=\s)|^)#", re.MULTILINE)

_UNWRITTEN = frozenset({"let", "rules", "tests"})
"""Keys that the text form has none of; they seem to stand where their first entry does."""

Lines = tuple[int, int]
"""First and last line of something, counted from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment and what it speaks about."""

    start: int
    """Offset of its sign in the source."""
    text: str
    """Without its sign."""
    covers: Lines
    """Beside a value: its lines. Alone on a line: all of the entry that begins below it."""


def comments_of(source: Source) -> Iterator[Comment]:
    """Every comment of a file, in order; none of a file that YAML cannot read."""
    root: Node | None
    if source.path.endswith(".rules"):
        read = read_rules(source, Findings())
        root, signs = read.root, [comment.start for comment in read.comments]
    else:
        try:
            root = build_tree(source, source.text, Findings(), lambda _: None)
        except (YAMLError, ValueError, OverflowError):
            return
        signs = _signs_of_yaml(source, root)
    blocks: dict[int, int] = {}
    if root is not None:
        _add_blocks(root, source, blocks)
    alone = {source.line_of(at) for at in signs if _is_alone(source, at)}
    for at in signs:
        line = source.line_of(at)
        first = line
        if line in alone:
            first = _next_line(source, line, alone)
        yield Comment(
            start=at,
            text=source.text[at + 1 : source.line_end(line)].strip(),
            covers=(first, blocks.get(first, first) if line in alone else blocks.get(-first, first)),
        )


def _is_alone(source: Source, at: int) -> bool:
    return not source.text[source.line_start(source.line_of(at)) : at].strip()


def _next_line(source: Source, line: int, alone: set[int]) -> int:
    """The first line below that holds anything but comments; the line itself at the end of the file."""
    last = source.line_of(len(source.text))
    for number in range(line + 1, last + 1):
        if number not in alone and source.line(number).strip():
            return number
    return line


def _signs_of_yaml(source: Source, root: Node | None) -> list[int]:
    """Where comments begin: at each sign behind a space that stands in no value."""
    taken: list[tuple[int, int]] = []
    if root is not None:
        _add_scalars(root, source, taken)
    taken.sort()
    found: list[int] = []
    at = 0
    for sign in _SIGN.finditer(source.text):
        start = sign.start()
        if start < at:
            continue
        while taken and taken[0][1] <= start:
            taken.pop(0)
        if taken and taken[0][0] <= start:
            continue
        found.append(start)
        at = source.line_end(source.line_of(start))
    return found


def _add_scalars(node: Node, source: Source, taken: list[tuple[int, int]]) -> None:
    match node:
        case Scalar():
            start = node.start
            if node.style in ("literal", "folded"):  # what stands behind the sign of a block may be a comment
                start = source.line_end(source.line_of(start))
            taken.append((start, node.end))
        case Sequence():
            for item in node.items:
                _add_scalars(item, source, taken)
        case Mapping():
            for key, value in node.entries:
                _add_scalars(key, source, taken)
                _add_scalars(value, source, taken)


def _add_blocks(node: Node, source: Source, blocks: dict[int, int]) -> int:
    """First line -> last line of the longest entry that begins there; gives the last line of the node.

    Below its negative, a line has the last line of the longest single text that begins in it.
    """
    match node:
        case Scalar():
            first = source.line_of(node.start)
            last = source.line_of(max(node.start, node.end - 1))
            blocks[-first] = max(last, blocks.get(-first, first))
            return last
        case Sequence():
            last = source.line_of(_offset(source, node))
            for item in node.items:
                stop = _add_blocks(item, source, blocks)
                first = source.line_of(_offset(source, item))
                blocks[first] = max(stop, blocks.get(first, first))
                last = max(last, stop)
            return last
        case Mapping():
            last = source.line_of(_offset(source, node))
            for key, value in node.entries:
                stop = max(_add_blocks(key, source, blocks), _add_blocks(value, source, blocks))
                first = source.line_of(key.start)
                if key.text not in _UNWRITTEN or not source.path.endswith(".rules"):
                    blocks[first] = max(stop, blocks.get(first, first))
                last = max(last, stop)
            return last


def _offset(source: Source, node: Node) -> int:
    location = node.location
    return source.line_start(location.line) + location.column - 1
