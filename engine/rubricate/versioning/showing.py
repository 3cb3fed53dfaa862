"""Differences of meaning, shown: lines for a terminal, Markdown for a pull request, JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rubricate.reporting.figures import plural, visible
from rubricate.versioning.other_changes import Change

__all__ = ["changes_json", "changes_markdown", "changes_text", "in_cell", "in_code"]

MOST_RULES = 5


def changes_text(changes: Sequence[Change]) -> str:
    """A line for each difference, and how many parts have one."""
    lines = [line for change in changes for line in _lines(change)]
    return "".join(f"{visible(line)}\n" for line in (*lines, _summary(changes)))


def _summary(changes: Sequence[Change]) -> str:
    if not changes:
        return "both mean the same"
    parts = dict.fromkeys(change.part for change in changes)
    return (
        ", ".join(plural(sum(_parts(each) for each in changes if each.part == part), part) for part in parts)
        + " changed"
    )


def _parts(change: Change) -> int:
    """How many parts a difference is one of: labels with the same one stand together."""
    return len(change.name.split(", ")) if change.part == "label" else 1


def _lines(change: Change) -> Iterator[str]:
    head = f"{change.part} {change.name}"
    if change.how in ("added", "removed"):
        tail = f": {'; '.join(change.lines)}" if change.lines else ""
        yield f"{head} {change.how}{tail}{_used(change)}"
        return
    for number, line in enumerate(change.lines):
        yield f"{head}: {line}{_used(change) if number == 0 else ''}"


def _used(change: Change) -> str:
    """The rules that a part plays a part in, the first of them by name."""
    if not change.rules:
        return ""
    more = len(change.rules) - MOST_RULES
    names = ", ".join(change.rules[:MOST_RULES]) + (f" and {more} more" if more > 0 else "")
    word = "cited" if change.part == "section" else "used"
    return f" ({word} by {names})"


def changes_markdown(changes: Sequence[Change]) -> str:
    """A table with a row for each difference."""
    if not changes:
        return "Both mean the same.\n"
    rows = [
        f"| {change.part} | {in_code(change.name)} | {_markdown_lines(change)} | {in_cell(', '.join(change.rules))} |"
        for change in changes
    ]
    head = ["| Part | Name | Difference | Rules |", "| --- | --- | --- | --- |"]
    return "\n".join([f"**{_summary(changes)}**", "", *head, *rows]) + "\n"


def _markdown_lines(change: Change) -> str:
    words = [] if change.how == "changed" else [change.how]
    return "<br>".join(in_cell(line) for line in (*words, *change.lines))


def in_code(text: str) -> str:
    """A text as code in a cell of a table, whatever signs it holds.

    >>> in_code("a|b"), in_code("a`b")
    ('`a\\\\|b`', '`` a`b ``')
    """
    shown = " ".join(visible(text).split()).replace("|", "\\|")
    return f"`` {shown} ``" if "`" in shown else f"`{shown}`"


def in_cell(text: str) -> str:
    """A text in a cell of a table: no sign of it is markup, and it names no person or issue of the place it is put in.

    >>> in_cell("<b> | *x* @you")
    '&lt;b&gt; \\\\| \\\\*x\\\\* @<!-- -->you'
    """
    shown = " ".join(visible(text).split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    signs = (f"\\{sign}" if sign in "\\`*_[]|~" else f"{sign}<!-- -->" if sign in "@#" else sign for sign in shown)
    return "".join(signs)


def changes_json(changes: Sequence[Change]) -> list[dict[str, object]]:
    """The differences as JSON values."""
    return [
        {
            "part": change.part, "name": change.name, "how": change.how, "lines": list(change.lines),
            "rules": list(change.rules),
        }
        for change in changes
    ]  # fmt: skip
