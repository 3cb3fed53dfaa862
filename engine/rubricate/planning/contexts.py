"""Scopes of contexts: a cue opens one, a window limits it, a stop ends it where the clause turns."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from rubricate.language import tree
from rubricate.model.match import Match
from rubricate.model.ruleset import Context
from rubricate.planning.frame import NO_MATCHES, Frame, OpenMatches
from rubricate.planning.logic import Matches

__all__ = ["OpenedScopes", "Scope", "Scopes", "in_context", "open_scopes"]


class Scope(NamedTuple):
    """A piece of a field's clean text that a cue governs."""

    field: str
    start: int
    end: int
    cue: Match

    def holds(self, match: Match) -> bool:
        """Whether a match begins in it and is not its cue."""
        return match[1] == self.field and self.start <= match[2] < self.end


class OpenedScopes(NamedTuple):
    """The scopes of a record, and what is unknown about them."""

    found: Sequence[Scope]
    more: bool
    """A cue is unknown: there may be further scopes."""
    shorter: bool
    """A stop is unknown: a scope may end earlier."""


Scopes: TypeAlias = "Callable[[Frame], OpenedScopes]"


def open_scopes(context: Context, cue: Matches, stop: Matches | None) -> Scopes:
    """A function that gives the scopes of a record, worked out once for it."""
    key = f"context {context.name}"
    reach = _forward if context.direction == "before" else _backward

    def scopes(frame: Frame) -> OpenedScopes:
        known = frame.cache.get(key)
        if isinstance(known, OpenedScopes):
            return known
        cues = cue(frame)
        stops = stop(frame) if stop is not None and cues else NO_MATCHES
        found = [Scope(match[1], *reach(frame, context, match, stops), match) for match in cues]
        opened = OpenedScopes(found, isinstance(cues, OpenMatches), isinstance(stops, OpenMatches))
        frame.cache[key] = opened
        return opened

    return scopes


def in_context(node: tree.InContext, left: Matches, scopes: Scopes) -> Matches:
    """The matches of `left` that stand in a scope, or, for `is not`, those that stand in none."""

    def placed(frame: Frame) -> Sequence[Match]:
        ours = left(frame)
        if not ours:
            return ours
        opened = scopes(frame)
        inside: list[Match] = []
        outside: list[Match] = []
        for match in ours:
            (inside if any(scope.holds(match) for scope in opened.found) else outside).append(match)
        if node.negated:
            certain = [] if opened.more else outside
        else:
            certain = [] if opened.shorter else inside
        doubtful = opened.more or (opened.shorter and bool(inside))
        return OpenMatches(certain) if doubtful or isinstance(ours, OpenMatches) else certain

    return placed


def _forward(frame: Frame, context: Context, cue: Match, stops: Sequence[Match]) -> tuple[int, int]:
    """The scope that runs on from a cue."""
    field, start = cue[1], cue[3]
    length = len(frame.document.clean[field])
    if context.unit == "chars":
        end = start + (context.number or 0)
    elif context.unit == "words":
        words = frame.segmented("words", field)
        last = bisect_left(words, (start, start)) + (context.number or 0) - 1
        end = words[last][1] if last < len(words) else length
    else:
        end = _segment(frame, context, cue[2], field, forward=True)
    for stop in stops:
        if stop[1] == field and start <= stop[2] < end:
            end = stop[2]
    return start, max(start, min(end, length))


def _backward(frame: Frame, context: Context, cue: Match, stops: Sequence[Match]) -> tuple[int, int]:
    """The scope that runs back from a cue."""
    field, end = cue[1], cue[2]
    if context.unit == "chars":
        start = end - (context.number or 0)
    elif context.unit == "words":
        words = frame.segmented("words", field)
        first = bisect_right([word[1] for word in words], end) - (context.number or 0)
        start = words[first][0] if first > 0 else 0
    else:
        start = _segment(frame, context, cue[2], field, forward=False)
    for stop in stops:
        if stop[1] == field and start < stop[3] <= end:
            start = stop[3]
    return max(0, min(start, end)), end


def _segment(frame: Frame, context: Context, at: int, field: str, *, forward: bool) -> int:
    """The far edge of the sentence or paragraph of a cue, or of one `number` sentences away."""
    spans = frame.segmented("paragraphs" if context.unit == "paragraph" else "sentences", field)
    if not spans:
        return at
    here = max(bisect_right(spans, at, key=lambda span: span[0]) - 1, 0)
    away = context.number or 0
    return spans[min(here + away, len(spans) - 1)][1] if forward else spans[max(here - away, 0)][0]
