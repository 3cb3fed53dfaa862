"""Coverage as text: shares with their counts, what is missing with its reason, conditions with their parts marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from rubricate.checking.branches import NONE_HAS
from rubricate.checking.coverage import Coverage, Gap, Share
from rubricate.reporting.figures import number, plural, share, visible

__all__ = ["rows_by_reason", "tell_coverage", "tell_missing"]

WIDTH = 100
"""So many characters of a condition stand in one line."""
RANGES = 12
"""So many ranges of lines of a table are named."""


def tell_coverage(coverage: Coverage) -> str:
    """The shares of one ruleset, a line each."""
    lines = [f"{visible(coverage.name)}   {coverage.path}"]
    for kind, found in coverage.shares.items():
        lines.append(f"  {kind:<9} {_share(found)}")
    lines.append(f"  {'total':<9} {_share(coverage.total)}" + (", without rows" if coverage.shares["rows"].of else ""))
    if coverage.failing:
        verb = "fails and touches" if coverage.failing == 1 else "fail and touch"
        lines.append(f"  note: {plural(coverage.failing, 'example')} {verb} nothing: rubricate test {coverage.path}")
    return "\n".join(lines)


def tell_missing(coverage: Coverage) -> str:
    """Everything that no example touches, with its place and the reason; conditions with the parts marked."""
    lines: list[str] = []
    for kind, found in groupby(coverage.gaps, key=lambda gap: gap.kind):
        gaps = list(found)
        lines.append(f"  {kind} that no example touches")
        if kind == "branches":
            for _, together in groupby(gaps, key=lambda gap: (gap.name, gap.location.path, gap.text)):
                lines += _condition(list(together))
        elif kind == "rows":
            lines += [f"    {path}: {_lines(rows)}: {reason}" for path, reason, rows in rows_by_reason(gaps)]
        else:
            lines += [f"    {gap.location} {visible(gap.name)}: {visible(gap.reason)}" for gap in gaps]
    return "\n".join(lines)


def rows_by_reason(gaps: Iterable[Gap]) -> Iterator[tuple[str, str, list[int]]]:
    """Path, reason and lines of the rows that are untouched for the same reason, the most first."""
    for path, together in groupby((gap for gap in gaps if gap.kind == "rows"), key=lambda gap: gap.location.path):
        lines: dict[str, list[int]] = {}
        for gap in together:
            lines.setdefault(gap.reason, []).append(gap.location.line)
        yield from ((path, reason, lines[reason]) for reason in sorted(lines, key=lambda each: -len(lines[each])))


def _share(found: Share) -> str:
    if not found.of:
        return "none"
    return f"{number(found.touched)} of {number(found.of)} ({share(found.touched, found.of)})"


def _condition(gaps: Sequence[Gap]) -> Iterator[str]:
    """A condition with a line of marks below its untouched parts, then the reasons."""
    text = gaps[0].text
    yield f"    {gaps[0].location} {visible(gaps[0].name)}"
    marked = {place for gap in gaps for place in range(*gap.span)}
    for start, end in _cut(text):
        yield f"      {visible(text[start:end])}"
        marks = "".join("~" if place in marked else " " for place in range(start, end)).rstrip()
        if marks:
            yield f"      {marks}"
    for reason in _reasons(gaps):
        yield f"      - {visible(reason)}"


def _reasons(gaps: Iterable[Gap]) -> Iterator[str]:
    """The reasons; texts and names that no example has are told in one."""
    absent: list[str] = []
    others: list[str] = []
    for gap in gaps:
        if gap.reason.startswith(f"{NONE_HAS} "):
            absent.append(gap.reason.removeprefix(f"{NONE_HAS} "))
        else:
            others.append(gap.reason)
    if absent:
        yield f"{NONE_HAS} {', '.join(dict.fromkeys(absent))}"
    yield from dict.fromkeys(others)


def _cut(text: str) -> Iterator[tuple[int, int]]:
    """A text as lines: at its line breaks, and at a space where it is long."""
    start = 0
    while start < len(text):
        stop = text.find("\n", start)
        stop = len(text) if stop < 0 else stop
        end = stop
        if stop - start > WIDTH:
            space = text.rfind(" ", start + 1, start + WIDTH)
            end = space if space > start else start + WIDTH
        yield start, end
        start = end + (end < len(text) and text[end] in " \n")


def _lines(lines: Sequence[int]) -> str:
    """`4 rows, lines 3-5, 9`."""
    ranges: list[tuple[int, int]] = []
    for line in sorted(set(lines)):
        if ranges and line == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], line)
        else:
            ranges.append((line, line))
    shown = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges[:RANGES])
    more = f" and {number(sum(last - first + 1 for first, last in ranges[RANGES:]))} more" if ranges[RANGES:] else ""
    word = "line" if len(ranges) == 1 and ranges[0][0] == ranges[0][1] else "lines"
    return f"{plural(len(lines), 'row')}, {word} {shown}{more}"
