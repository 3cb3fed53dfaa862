"""The outcome of an example as text: the place, what is wrong, and the record with its marks drawn below it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from rubricate.checking.outcomes import Outcome
from rubricate.model.ruleset import SpanMark
from rubricate.reporting.figures import plural, visible

__all__ = ["count_outcomes", "headline", "tell_outcome"]

WIDTH = 100
"""So many characters of a text are shown; of a longer one those around the first mark."""
BEFORE = 30
"""So many of them stand before the first mark."""
ROWS = 6
"""So many marks are drawn below one text."""
UNWANTED = ("miss", "todo_miss", "negative")
"""Examples whose marks say what must not be marked."""


def headline(outcome: Outcome) -> str:
    """What came out, in one line that begins with the place."""
    place = f"{outcome.location} {outcome.who}: "
    match outcome.status:
        case "passed":
            return f"{place}{outcome.expect} ok"
        case "now passes":
            return f"{place}{outcome.expect} {outcome.advice}"
        case "known gap":
            return f"{place}{outcome.expect} known gap: {outcome.verdict.failure}: {visible(outcome.detail)}"
        case _:
            return f"{place}{outcome.verdict.failure}: {visible(outcome.detail)}"


def tell_outcome(outcome: Outcome) -> str:
    """The headline; of a failure also the record, what was expected and what was found, and the nearest miss."""
    lines = [headline(outcome)]
    if outcome.status == "failed":
        lines += _record(outcome)
        if outcome.because is not None:
            lines.append(f"    because: {visible(outcome.because)}")
        if outcome.verdict.near is not None:
            lines.append(f"    nearest: {visible(outcome.verdict.near)}")
    return "\n".join(lines)


def count_outcomes(outcomes: Iterable[Outcome]) -> str:
    """`12 examples: 9 pass, 1 fail, 1 known gap, 1 now passes`; what is not there is left out at the end."""
    statuses = [outcome.status for outcome in outcomes]
    gaps, mended = statuses.count("known gap"), statuses.count("now passes")
    parts = [f"{statuses.count('passed'):,} pass", f"{statuses.count('failed'):,} fail"]
    parts += [plural(gaps, "known gap")] if gaps else []
    parts += [f"{mended:,} now {'passes' if mended == 1 else 'pass'}"] if mended else []
    return f"{plural(len(statuses), 'example')}: {', '.join(parts)}"


def _record(outcome: Outcome) -> Iterator[str]:
    """Each field of the record, with marks below the texts that have some."""
    head = f"    {outcome.expect}:"
    fields = list(outcome.fields.items())
    if len(fields) == 1:
        [(name, value)] = fields
        yield from _drawn(f"{head} ", value, name, outcome)
        return
    yield head
    for name, value in fields:
        yield from _drawn(f"      {visible(name)}: ", value, name, outcome)


def _drawn(head: str, value: object, field: str, outcome: Outcome) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{head}{visible(str(value))}"
        return
    word = "unwanted" if outcome.expect in UNWANTED else "expected"
    rows = [(word, mark) for mark in outcome.expected if mark.field == field]
    found = sorted(outcome.verdict.found, key=lambda mark: (mark.start, -mark.end))
    rows += [("found", mark) for mark in found if mark.field == field]
    first, last = _window(value, [mark for _, mark in rows])
    before, after = "…" if first else "", "…" if last < len(value) else ""
    cells = [_cell(character) for character in value[first:last]]
    yield f'{head}"{before}{"".join(text for text, _ in cells)}{after}"'
    indent = len(head) + 1 + len(before)
    for word, mark in rows[:ROWS]:
        start, end = max(mark.start, first) - first, min(mark.end, last) - first
        if start >= end:
            yield f"{' ' * indent}{word}: {visible(mark.label)}, at {mark.start}-{mark.end}"
            continue
        left, size = _columns(cells[:start]), max(1, _columns(cells[start:end]))
        yield f"{' ' * (indent + left)}{'^' * size} {word}: {visible(mark.label)}"
    if len(rows) > ROWS:
        yield f"{' ' * indent}and {plural(len(rows) - ROWS, 'mark')} more"


def _window(text: str, marks: Sequence[SpanMark]) -> tuple[int, int]:
    """The part of a text that is shown."""
    if len(text) <= WIDTH:
        return 0, len(text)
    start = max(0, min((mark.start for mark in marks), default=0) - BEFORE)
    start = min(start, len(text) - WIDTH)
    return start, start + WIDTH


def _cell(character: str) -> tuple[str, int]:
    """How a character is shown, and in how many columns of a terminal."""
    if character in "\n\t":
        return chr(0x2400 + ord(character)), 1
    shown = visible(character)
    if shown != character:
        return shown, len(shown)
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return character, 0
    return character, 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _columns(cells: Sequence[tuple[str, int]]) -> int:
    return sum(width for _, width in cells)
