"""Expressions of a `.rules` file: their text with line breaks as spaces, and where each character stands."""

from __future__ import annotations

import re

from rubricate.loading.expression_pieces import Piece, pieces
from rubricate.loading.rules_text_lines import Comment
from rubricate.loading.rules_text_values import comment_at
from rubricate.loading.source import Source
from rubricate.loading.yaml_tree import Scalar, core_value

__all__ = ["block_indent", "read_expression"]

_BREAK = re.compile(r"\r\n|\r|\n")


def read_expression(
    source: Source, start: int, stop: int, *, numbers: bool = False
) -> tuple[Scalar | None, list[Comment]]:
    """The expression in a part of a file, None when nothing but comments is there, and the comments.

    A line break outside of strings and regexes is a space; inside of them it is kept, without the indentation.
    `numbers` says that a number alone is a number and no text.
    """
    characters: list[str] = []
    offsets: list[int] = []
    comments: list[Comment] = []
    indent = block_indent(source, start, stop)
    gap: list[Piece] = []
    for piece in pieces(source.text, start, stop):
        if piece.kind == "comment":
            comments.append(comment_at(source, piece.start, piece.start + len(piece.text)))
        if piece.kind in ("space", "comment"):
            gap.append(piece)
            continue
        if characters:
            _add_gap(gap, characters, offsets)
        gap.clear()
        for at, found in _unindented(piece, indent):
            characters.append(found)
            offsets.append(at)
    if not characters:
        return None, comments
    text = "".join(characters)
    end = offsets[-1] + 1
    places = None if source.text[offsets[0] : end] == text else tuple(offsets)
    value = core_value(text)
    number = numbers and isinstance(value, int | float) and not isinstance(value, bool)
    found_node = Scalar(
        text=text, value=value if number else text, source=source, start=offsets[0], end=end, characters=places
    )
    return found_node, comments


def block_indent(source: Source, start: int, stop: int) -> int:
    """How far the lines behind the first one are indented at least."""
    first, last = source.line_of(start), source.line_of(max(start, stop - 1))
    lines = [source.line(number) for number in range(first + 1, last + 1)]
    return min(
        (len(line) - len(line.lstrip(" ")) for line in lines if line.strip() and line.lstrip()[0] != "#"), default=0
    )


def _add_gap(gap: list[Piece], characters: list[str], offsets: list[int]) -> None:
    """What stands between two words: spaces as they are, or one for a line break or comment."""
    if not gap:
        return
    if len(gap) == 1 and _BREAK.search(gap[0].text) is None:
        characters.extend(gap[0].text)
        offsets.extend(range(gap[0].start, gap[0].start + len(gap[0].text)))
    else:
        characters.append(" ")
        offsets.append(gap[0].start)


def _unindented(piece: Piece, indent: int) -> list[tuple[int, str]]:
    """(offset, character) of a piece; behind each line break the indentation is left out."""
    found: list[tuple[int, str]] = []
    at = 0
    while at < len(piece.text):
        breaks = _BREAK.match(piece.text, at)
        if breaks is None:
            found.append((piece.start + at, piece.text[at]))
            at += 1
            continue
        found.append((piece.start + at, "\n"))
        at = breaks.end()
        spaces = len(piece.text[at : at + indent]) - len(piece.text[at : at + indent].lstrip(" "))
        at += spaces
    return found
