"""Problems as text for people and as plain values for programs; both are made from the same record."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

from rubricate.model.location import Location
from rubricate.model.problem import Fix, Problem

__all__ = ["render_problems", "to_json"]

TAB = 4
"""Columns that a tab is shown as."""
WIDTH = 120
"""Columns of a source line that are shown; of a longer line the part around the marker."""

Cells = list[tuple[str, int]]
"""What each character of a line is shown as, and the columns that it takes."""


def render_problems(problems: Iterable[Problem], sources: Mapping[str, str]) -> str:
    """All problems, each with its source line and a marker, an empty line between them; empty for none.

    `sources` holds the texts of files by path; a problem in another file is shown without its line.
    """
    lines: dict[str, list[str]] = {}
    return "\n".join(_render(problem, sources, lines) for problem in problems)


def to_json(problems: Iterable[Problem]) -> list[dict[str, object]]:
    """All problems as values that JSON can hold."""
    return [
        {
            "code": problem.code,
            "severity": str(problem.severity),
            "message": problem.message,
            **_place(problem.location),
            "notes": [{"message": note.message, **_place(note.location)} for note in problem.notes],
            "help": problem.help,
            "fix": None if problem.fix is None else _fix(problem.fix),
            "silenced": problem.silenced,
        }
        for problem in problems
    ]


def _fix(fix: Fix) -> dict[str, object]:
    edits = [
        {**_place(edit.location), "text": edit.text} | ({"whole_line": True} if edit.whole_line else {})
        for edit in fix.edits
    ]
    return {"safe": fix.safe, "edits": edits}


def _place(location: Location) -> dict[str, object]:
    return {
        "path": location.path,
        "line": location.line,
        "column": location.column,
        "length": location.length,
    }


def _render(problem: Problem, sources: Mapping[str, str], lines: dict[str, list[str]]) -> str:
    shown = [f"{problem.location} {problem.code} {problem.severity}: {problem.message}"]
    places = [problem.location, *(note.location for note in problem.notes)]
    gutter = max(len(str(place.line)) for place in places)
    shown += _excerpt(problem.location, sources, lines, gutter)
    for note in problem.notes:
        shown.append(f"{' ' * gutter} note: {note.location} {note.message}")
        shown += _excerpt(note.location, sources, lines, gutter)
    if problem.help is not None:
        shown.append(f"{' ' * gutter} help: {problem.help}")
    return "".join(f"{line.rstrip()}\n" for line in shown)


def _excerpt(location: Location, sources: Mapping[str, str], lines: dict[str, list[str]], gutter: int) -> list[str]:
    """The source line and the marker below it; nothing for a place outside the known texts."""
    if location.path not in sources:
        return []
    if location.path not in lines:
        text = sources[location.path].removeprefix("\ufeff")
        lines[location.path] = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    known = lines[location.path]
    if not 1 <= location.line <= len(known):
        return []
    cells: Cells = [_shown(character) for character in known[location.line - 1]]
    start = min(location.column - 1, len(cells))
    stop = max(start, min(start + location.length, len(cells)))
    first, last = _window(cells, start, stop)
    before, after = "…" if first > 0 else "", "…" if last < len(cells) else ""
    text = before + "".join(text for text, _ in cells[first:last]) + after
    indent = len(before) + sum(width for _, width in cells[first:start])
    marker = max(1, sum(width for _, width in cells[start : min(stop, last)]))
    return [f"{location.line:>{gutter}} | {text}", f"{' ' * gutter} | {' ' * indent}{'^' * marker}"]


def _shown(character: str) -> tuple[str, int]:
    """How a character is shown, and in how many columns of a terminal."""
    if character == "\t":
        return " " * TAB, TAB
    category = unicodedata.category(character)
    if category in ("Mn", "Me", "Cf"):
        return ("", 0) if category == "Cf" else (character, 0)
    if category in ("Cc", "Cs", "Zl", "Zp"):
        return "\ufffd", 1
    return character, 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _window(cells: Cells, start: int, stop: int) -> tuple[int, int]:
    """The part of a line that is shown: all of it, or as much as fits with the beginning of the marker in it."""
    if sum(width for _, width in cells) <= WIDTH:
        return 0, len(cells)
    first = max(0, min(start - WIDTH // 3, len(cells) - 1))
    if sum(width for _, width in cells[: min(stop, len(cells))]) <= WIDTH * 2 // 3:
        first = 0
    last, used = first, 0
    while last < len(cells) and used + cells[last][1] <= WIDTH:
        used += cells[last][1]
        last += 1
    return first, last
