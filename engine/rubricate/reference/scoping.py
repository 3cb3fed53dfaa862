"""Contexts: the scope that a cue opens, as far as its window, up to the first stop."""

from __future__ import annotations

from collections.abc import Sequence

from rubricate.model.match import Match
from rubricate.model.ruleset import Context
from rubricate.reference.known import Found, Known, Truth
from rubricate.reference.placing import number_of_segment, segments

__all__ = ["cues_around", "is_in_scope"]


def is_in_scope(match: Match, context: Context, cues: Found, stops: Found, known: Known) -> Truth:
    """Whether a match begins inside a scope.

    It may if there may be further cues, and it may not if there may be a further stop in front of it.
    """
    if not known.measures(context.unit):
        return None
    if cues_around(match, context, cues.matches, stops.matches, known):
        return None if stops.more else True
    return None if cues.more else False


def cues_around(
    match: Match, context: Context, cues: Sequence[Match], stops: Sequence[Match], known: Known
) -> list[Match]:
    """The cues whose scopes a match begins in, in the order of where these begin."""
    scopes = [(scope_of(cue, context, stops, known), cue) for cue in cues if cue[1] == match[1]]
    around = [(start, cue) for (start, end), cue in scopes if start <= match[2] < end]
    return [cue for _, cue in sorted(around, key=lambda found: found[0])]


def scope_of(cue: Match, context: Context, stops: Sequence[Match], known: Known) -> tuple[int, int]:
    """The scope of a cue: behind one that stands before it, in front of one that stands after."""
    here = [stop for stop in stops if stop[1] == cue[1]]
    if context.direction == "before":
        ends = [_window_behind(cue, context, known), *(stop[2] for stop in here if stop[2] >= cue[3])]
        return cue[3], min(ends)
    begins = [_window_in_front(cue, context, known), *(stop[3] for stop in here if stop[3] <= cue[2])]
    return max(begins), cue[2]


def _window_behind(cue: Match, context: Context, known: Known) -> int:
    """Where a window that runs on from a cue ends: with its last word, character, sentence, or the field."""
    length = len(known.document.clean[cue[1]])
    number = context.number or 0
    if context.unit == "chars":
        return min(cue[3] + number, length)
    if context.unit == "words":
        following = [word for word in segments("words", cue[1], known) if word[0] >= cue[3]]
        return following[number - 1][1] if number <= len(following) else length
    spans = segments("paragraphs" if context.unit == "paragraph" else "sentences", cue[1], known)
    return spans[min(number_of_segment(spans, cue[2]) + number, len(spans) - 1)][1] if spans else cue[3]


def _window_in_front(cue: Match, context: Context, known: Known) -> int:
    """Where a window that runs back from a cue begins."""
    number = context.number or 0
    if context.unit == "chars":
        return max(cue[2] - number, 0)
    if context.unit == "words":
        preceding = [word for word in segments("words", cue[1], known) if word[1] <= cue[2]]
        return preceding[-number][0] if number <= len(preceding) else 0
    spans = segments("paragraphs" if context.unit == "paragraph" else "sentences", cue[1], known)
    return spans[max(number_of_segment(spans, cue[2]) - number, 0)][0] if spans else cue[2]
