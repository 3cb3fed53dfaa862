"""Expressions in their one canonical form, and where a long one is broken into lines."""

from __future__ import annotations

from functools import lru_cache

from rubricate.language import tree
from rubricate.language.malformed import RESERVED_WORDS
from rubricate.language.parsing import parse
from rubricate.language.printing import to_text
from rubricate.loading.expression_pieces import Piece, pieces
from rubricate.loading.yaml_tree import Scalar

__all__ = ["WIDTH", "breaks_of", "canonical", "wrap"]

WIDTH = 120
"""How long a line may be."""

MOST_KNOWN = 50_000
"""Expressions whose canonical form is remembered: each is wanted to check it, to write it and to compare it."""

_COMPOUND = (
    tree.And, tree.Arithmetic, tree.Choice, tree.Compare, tree.Exists, tree.InContext, tree.InPlace, tree.Negative,
    tree.Not, tree.Or, tree.Relation, tree.Where,
)  # fmt: skip
_JOINS = ("and", "or", "if", "else")


@lru_cache(maxsize=MOST_KNOWN)
def canonical(text: str) -> str:
    """An expression in its canonical form; raises `ConditionSyntaxError` for what is none.

    Parentheses that its author put around more than a word stay, though they may not be needed: they help readers.

    >>> canonical("((a)   or (b and  'x'))")
    'a or (b and "x")'
    """
    root = parse(text)
    return to_text(root, keep=lambda node: node is not root and _is_grouped(text, node))


def _is_grouped(text: str, node: tree.Node) -> bool:
    """Whether the author put a part that consists of several words into parentheses."""
    if not isinstance(node, _COMPOUND):
        return False
    start, end = node.span
    before, behind = text[:start].rstrip(), text[end:].lstrip()
    if not before.endswith("(") or not behind.startswith(")"):
        return False
    words = [piece for piece in pieces(before[:-1]) if piece.kind != "space"]
    if not words:
        return True
    last = words[-1]
    return last.kind != "word" or (last.text in RESERVED_WORDS and last.text != "of")


def breaks_of(scalar: Scalar, text: str) -> frozenset[int]:
    """Behind how many words its author begins a new line; empty if `text` does not consist of the same words."""
    written = scalar.source.text[scalar.start : scalar.end]
    if ("\n" not in written and "\r" not in written) or _words(scalar.text) != _words(text):
        return frozenset()
    offsets = scalar.offsets()
    found: set[int] = set()
    count = 0
    for piece in pieces(scalar.text):
        if piece.kind != "space":
            count += 1
        elif count and piece.start + len(piece.text) < len(offsets):
            written = scalar.source.text[offsets[piece.start] : offsets[piece.start + len(piece.text)]]
            if "\n" in written or "\r" in written:
                found.add(count)
    return frozenset(found)


def wrap(text: str, first: int, rest: int, breaks: frozenset[int]) -> list[str]:
    """The lines of an expression: broken where its author did, and where a line would be too long.

    `first` is the room in the first line, `rest` the room in the others. A line is broken only at a single space
    outside of strings and regexes, so that putting the lines together with spaces gives the text again.
    """
    if not breaks and len(text) <= first:
        return [text]
    lines: list[str] = []
    line: list[Piece] = []
    count = 0
    for piece in pieces(text):
        if piece.kind == "space" and piece.text == " " and count in breaks and line:
            lines += _fill(line, first if not lines else rest, rest)
            line = []
            continue
        line.append(piece)
        count += piece.kind != "space"
    return lines + (_fill(line, first if not lines else rest, rest) if line else [])


def _fill(line: list[Piece], first: int, rest: int) -> list[str]:
    """A line cut until each part has room, as far as there is a place to cut."""
    found: list[str] = []
    while len(_joined(line)) > (first if not found else rest):
        room = first if not found else rest
        cut = _cut(line, room)
        if cut is None:
            break
        found.append(_joined(line[:cut]))
        line = line[cut + 1 :]
    return [*found, _joined(line)]


def _cut(line: list[Piece], room: int) -> int | None:
    """The index of the space at which a line is cut: before a joining word, else behind a comma, else anywhere."""
    begin = line[0].start
    spaces = [
        at for at, piece in enumerate(line) if piece.kind == "space" and piece.text == " " and 0 < at < len(line) - 1
    ]
    fitting = [at for at in spaces if line[at].start - begin <= room]
    if not fitting:
        return spaces[0] if spaces else None
    joining = [at for at in fitting if line[at + 1].kind == "word" and line[at + 1].text in _JOINS]
    commas = [at for at in fitting if line[at - 1].text == ","]
    for places in (joining, commas):
        if places and line[places[-1]].start - begin > room // 3:
            return places[-1]
    return fitting[-1]


def _joined(line: list[Piece]) -> str:
    return "".join(piece.text for piece in line)


def _words(text: str) -> list[tuple[str, str]]:
    """What it consists of, whatever the quotes of its strings."""
    return [
        (piece.kind, "" if piece.kind in ("string", "regex") else piece.text)
        for piece in pieces(text)
        if piece.kind != "space"
    ]
