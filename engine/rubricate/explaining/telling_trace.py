"""A condition tree and its evidence as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from rubricate.explaining.finding import Found
from rubricate.explaining.tracing import ScopeStory, TraceNode
from rubricate.reporting.figures import visible
from rubricate.reporting.spans import shorten
from rubricate.reporting.underlining import Underline, underline

__all__ = ["draw_evidence", "tell_trace"]

SHOWN = 5
"""So many matches of a node are told."""
MOST_MARKS = 20
"""So many marks are drawn below a record's texts."""
LONGEST = 50
"""So many characters of a match are told."""


def tell_trace(node: TraceNode, *, indent: str = "") -> list[str]:
    """A condition as an indented tree: truth, node, what it found, and why."""
    return [*_own_lines(node, indent, indent), *_child_lines(node, indent)]


def _own_lines(node: TraceNode, first: str, below: str) -> Iterator[str]:
    # the deepest nodes say what is found: a filter keeps some of the matches of the set below it
    found = f"   {_found(node)}" if node.found and not any(child.found for child in node.children) else ""
    yield f"{first}{node.truth:<7} {visible(node.text)}{found}"
    bar = "|" if node.children else " "
    if node.why:
        yield f"{below}{bar}       {'<- ' if node.is_blamed else ''}{node.why}"
    for scope in node.scopes:
        yield f"{below}{bar}       {_scope(scope)}"


def _child_lines(node: TraceNode, indent: str) -> Iterator[str]:
    shown = list(_together(node.children))
    for number, (child, names) in enumerate(shown, 1):
        is_last = number == len(shown)
        below = f"{indent}{'   ' if is_last else '|  '}"
        first = f"{indent}{'`- ' if is_last else '|- '}"
        if len(names) > 1:
            yield f"{first}{child.truth:<7} {', '.join(names)}"
            continue
        yield from _own_lines(child, first, below)
        yield from _child_lines(child, below)


def _together(children: Sequence[TraceNode]) -> Iterator[tuple[TraceNode, list[str]]]:
    """The children; those side by side of which there is nothing to tell but that they are not there come as one."""
    for is_dull, group in groupby(children, key=_is_dull):
        found = list(group)
        if is_dull:
            yield found[0], [visible(child.text) for child in found]
        else:
            yield from ((child, [""]) for child in found)


def _is_dull(node: TraceNode) -> bool:
    return node.truth == "no" and not (node.is_blamed or node.children or node.why or node.found)


def _found(node: TraceNode) -> str:
    told = [_quote(found) for found in node.found[:SHOWN]]
    more = len(node.found) + node.left_out - len(told)
    return ", ".join(told) + (f" and {more} more" if more else "")


def _quote(found: Found) -> str:
    row = f" (line {found.row})" if found.row is not None else ""
    if found.box is not None:
        return f"{found.text} of {visible(found.field)}"
    return f'"{visible(shorten(found.text, LONGEST))}" at {visible(found.field)} {found.start}-{found.end}{row}'


def _scope(story: ScopeStory) -> str:
    end = (
        ""
        if story.ended is None
        else f', ended by "{visible(shorten(story.ended.text, LONGEST))}" at {story.ended.start}'
    )
    return f"scope of {_quote(story.cue)}: {story.scope.start}-{story.scope.end}{end}"


def draw_evidence(node: TraceNode, texts: Mapping[str, str], *, width: int = 100) -> list[str]:
    """The texts that rules see of a record, with a mark below each match that the condition found, and each scope."""
    marks: dict[str, dict[tuple[int, int, str], Underline]] = {}
    for found in _evidence(node):
        if found.box is not None:
            continue
        key = (found.start, found.end, found.matcher)
        mark = Underline(start=found.shown[0], end=found.shown[1], note=visible(found.matcher))
        marks.setdefault(found.field, {}).setdefault(key, mark)
    for scope in _scopes(node):
        stop = "" if scope.ended is None else f", ended by {visible(scope.ended.text)}"
        note = f"scope of {visible(scope.cue.text)}{stop}"
        key = (scope.scope.start, scope.scope.end, note)
        start, end = scope.scope.shown
        mark = Underline(start=start, end=end, note=note, sign="~")
        marks.setdefault(scope.scope.field, {}).setdefault(key, mark)
    lines: list[str] = []
    for field, found_in in marks.items():
        drawn = underline(texts.get(field, ""), list(found_in.values())[:MOST_MARKS], width=width)
        lines += [f"{visible(field)}: {line}" if number == 0 else f"{' ' * (len(visible(field)) + 2)}{line}"
                  for number, line in enumerate(drawn)]  # fmt: skip
    return lines


def _evidence(node: TraceNode) -> Iterator[Found]:
    """What the deepest sets found."""
    if not any(child.found for child in node.children):
        yield from node.found
    for child in node.children:
        yield from _evidence(child)


def _scopes(node: TraceNode) -> Iterator[ScopeStory]:
    yield from node.scopes
    for child in node.children:
        yield from _scopes(child)
