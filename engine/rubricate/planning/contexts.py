"""Scopes of contexts: a cue opens one, a window limits it, a stop ends it where the clause turns."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate
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


class OpenedScopes(NamedTuple):
    """The scopes of a record, and what is unknown about them."""

    fields: Mapping[str, tuple[list[Scope], list[int]]]
    """Field -> its scopes by their start, and how far the scopes up to each one reach."""
    more: bool
    """A cue is unknown: there may be further scopes."""
    shorter: bool
    """A stop is unknown: a scope may end earlier."""

    def around(self, match: Match) -> Scope | None:
        """The first scope that holds a match."""
        found = self.fields.get(match[1])
        if found is None:
            return None
        scopes, furthest = found
        at = bisect_right(furthest, match[2])
        return scopes[at] if at < len(scopes) and scopes[at].start <= match[2] else None


def _sorted(scopes: Iterable[Scope]) -> dict[str, tuple[list[Scope], list[int]]]:
    fields: dict[str, list[Scope]] = {}
    for scope in sorted(scopes, key=lambda scope: scope.start):
        fields.setdefault(scope.field, []).append(scope)
    return {field: (found, list(accumulate((scope.end for scope in found), max))) for field, found in fields.items()}


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
        edges = _edges(stops, 2 if context.direction == "before" else 3)
        found = [Scope(match[1], *reach(frame, context, match, edges.get(match[1], ())), match) for match in cues]
        opened = OpenedScopes(_sorted(found), isinstance(cues, OpenMatches), isinstance(stops, OpenMatches))
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
            (inside if opened.around(match) is not None else outside).append(match)
        if node.negated:
            certain = [] if opened.more else outside
        else:
            certain = [] if opened.shorter else inside
        doubtful = (opened.more and bool(outside)) or (opened.shorter and bool(inside))
        return OpenMatches(certain) if doubtful or isinstance(ours, OpenMatches) else certain

    return placed


def _edges(stops: Sequence[Match], edge: int) -> dict[str, list[int]]:
    """Field -> where its stops start (2) or end (3), in order."""
    fields: dict[str, list[int]] = {}
    for stop in stops:
        fields.setdefault(stop[1], []).append(stop[3] if edge == 3 else stop[2])
    return {field: sorted(found) for field, found in fields.items()}


def _forward(frame: Frame, context: Context, cue: Match, stops: Sequence[int]) -> tuple[int, int]:
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
    at = bisect_left(stops, start)
    if at < len(stops) and stops[at] < end:
        end = stops[at]
    return start, max(start, min(end, length))


def _backward(frame: Frame, context: Context, cue: Match, stops: Sequence[int]) -> tuple[int, int]:
    """The scope that runs back from a cue."""
    field, end = cue[1], cue[2]
    if context.unit == "chars":
        start = end - (context.number or 0)
    elif context.unit == "words":
        words = frame.segmented("words", field)
        first = bisect_right(words, end, key=lambda word: word[1]) - (context.number or 0)
        start = words[first][0] if first > 0 else 0
    else:
        start = _segment(frame, context, cue[2], field, forward=False)
    at = bisect_right(stops, end) - 1
    if at >= 0 and start < stops[at]:
        start = stops[at]
    return max(0, min(start, end)), end


def _segment(frame: Frame, context: Context, at: int, field: str, *, forward: bool) -> int:
    """The far edge of the sentence or paragraph of a cue, or of one `number` sentences away."""
    spans = frame.segmented("paragraphs" if context.unit == "paragraph" else "sentences", field)
    if not spans:
        return at
    here = max(bisect_right(spans, at, key=lambda span: span[0]) - 1, 0)
    away = context.number or 0
    return spans[min(here + away, len(spans) - 1)][1] if forward else spans[max(here - away, 0)][0]
