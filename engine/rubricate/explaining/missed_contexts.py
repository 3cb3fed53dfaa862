"""Scopes that held a match or did not reach it, and what would change that."""

from __future__ import annotations

import dataclasses
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rubricate.explaining.editing import Candidate, remove_term
from rubricate.explaining.failing import Blame
from rubricate.explaining.finding import quote, where
from rubricate.explaining.judging import Judge
from rubricate.explaining.missed import FAR, Missed
from rubricate.explaining.spotting import Spot, replaced
from rubricate.language import tree
from rubricate.language.types import SEGMENT_SETS, inline_name
from rubricate.model.match import Match
from rubricate.model.ruleset import Context, Expression, Ruleset
from rubricate.planning.contexts import Scope, open_scopes
from rubricate.planning.frame import Frame
from rubricate.planning.scoping import root
from rubricate.reporting.figures import plural

__all__ = ["Reach", "missed_context", "reaches"]


class Reach(NamedTuple):
    """A scope, and why it ends where it ends."""

    scope: Scope
    stop: Match | None
    """What ended it; None: its window or the text did."""


def reaches(judge: Judge, name: str, frame: Frame) -> list[Reach]:
    """The scopes that a context opens in a record, in the order of the text."""
    context = judge.scope.contexts[name]
    stops: Sequence[Match] = () if context.stop is None else judge.matches(root(context.stop), frame)
    opened = judge.scopes(name)(frame)
    free = dataclasses.replace(context, name=f"{name} without a stop", stop=None)
    unstopped = open_scopes(free, judge.conditions.matches(root(context.cue)), None)(frame)
    full = {scope.cue[:4]: scope for scopes, _ in unstopped.fields.values() for scope in scopes}
    return [
        Reach(scope, _stop_of(scope, full[scope.cue[:4]], stops) if scope.cue[:4] in full else None)
        for scopes, _ in opened.fields.values()
        for scope in scopes
    ]


def _stop_of(scope: Scope, full: Scope, stops: Iterable[Match]) -> Match | None:
    """The stop at the edge of a scope that would reach further; a word before the edge of a clause."""
    if scope.end < full.end:
        found = [stop for stop in stops if stop[1] == scope.field and stop[2] == scope.end]
    elif scope.start > full.start:
        found = [stop for stop in stops if stop[1] == scope.field and stop[3] == scope.start]
    else:
        return None
    return min(found, key=lambda stop: stop[0] in SEGMENT_SETS, default=None)


def missed_context(judge: Judge, number: int, blame: Blame, node: tree.InContext, frame: Frame) -> Missed:
    """A match that a scope holds and should not, or that none holds."""
    ours, found = judge.matches(node.left, frame), reaches(judge, node.context, frame)
    if not ours:
        return Missed(blame, f"it is unknown whether it is {node.context}", "unknown")
    if node.negated is blame.wanted:
        return _held(judge, number, blame, node, frame, ours, found)
    return _not_held(judge, blame, node, frame, ours, found)


def _held(
    judge: Judge,
    number: int,
    blame: Blame,
    node: tree.InContext,
    frame: Frame,
    ours: Sequence[Match],
    found: Sequence[Reach],
) -> Missed:
    pairs = [(match, reach) for match in ours for reach in found if _holds(reach.scope, match)]
    if not pairs:
        return Missed(blame, f"it is unknown whether it is {node.context}", "unknown")
    match, (scope, _) = pairs[0]
    told = f"{node.context} by {quote(frame, scope.cue)}"
    if len(ours) > 1:
        told = f"{quote(frame, match)} is {told}"
    edits = _window(judge, node.context, frame, match, scope, wider=False)
    for _, reach in pairs[:3]:
        edits += _without_cue(judge, number, node.context, frame, reach.scope.cue)
    return Missed(blame, told, "context", off=_words(frame, scope.cue, match), edits=tuple(edits))


def _not_held(
    judge: Judge, blame: Blame, node: tree.InContext, frame: Frame, ours: Sequence[Match], found: Sequence[Reach]
) -> Missed:
    forward = judge.scope.contexts[node.context].direction == "before"
    pairs = [
        (_words(frame, reach.scope.cue, match), match, reach)
        for match in ours
        for reach in found
        if match[1] == reach.scope.field and (match[2] >= reach.scope.end if forward else match[2] < reach.scope.start)
    ]
    if not pairs:
        cue = found[0].scope.cue if found else None
        told = f"no scope of {node.context} is open" if cue is None else f"outside the scope of {quote(frame, cue)}"
        return Missed(blame, told, "context")
    far, match, reach = min(pairs, key=lambda pair: (pair[0], pair[1][2]))
    if reach.stop is not None:
        edits = _without_stop(judge, node.context, reach.stop, frame)
        return Missed(blame, f"outside the scope: {_ended(frame, reach)}", "context", off=far, edits=tuple(edits))
    edits = _window(judge, node.context, frame, match, reach.scope, wider=True)
    context = judge.scope.contexts[node.context]
    opener, there = quote(frame, reach.scope.cue), quote(frame, match)
    told = f"outside the scope: {opener} reaches {_shown(context)}, {there} is further"
    return Missed(blame, told, "context", off=max(1, far - (context.number or 0) + 1), edits=tuple(edits))


def _ended(frame: Frame, reach: Reach) -> str:
    """What ended a scope: `a "but" at 20 ended it`."""
    stop = reach.stop
    assert stop is not None, "asked of scopes that a stop ended"
    if stop[0] in SEGMENT_SETS:
        edge = reach.scope.end if reach.scope.end == stop[2] else reach.scope.start
        return f"the edge of a {stop[0].removesuffix('s')} at {where(frame, stop[1], edge)} ended it"
    return f"a {quote(frame, stop)} ended it"


def _holds(scope: Scope, match: Match) -> bool:
    return scope.field == match[1] and scope.start <= match[2] < scope.end


def _words(frame: Frame, cue: Match, match: Match) -> int:
    """Words between a cue and a match."""
    start, end = (cue[3], match[2]) if cue[3] <= match[2] else (match[3], cue[2])
    spans = frame.segmented("words", cue[1])
    return max(0, bisect_right(spans, end, key=lambda span: span[1]) - bisect_left(spans, (start, 0)))


def _window(judge: Judge, name: str, frame: Frame, match: Match, scope: Scope, *, wider: bool) -> list[Candidate]:
    """A window that just reaches a match, or just does not."""
    context = judge.scope.contexts[name]
    if context.unit not in ("words", "chars") or context.number is None:
        return []
    cue = scope.cue
    if context.unit == "words":
        needed = _words(frame, cue, match) + 1
    else:
        needed = match[2] - cue[3] + 1 if context.direction == "before" else cue[2] - match[2]
    new = needed if wider else needed - 1
    if new < 1 or new == context.number:
        return []
    other = dataclasses.replace(context, number=new)
    text = f"window {_shown(context)} -> {_shown(other)}"

    def change(ruleset: Ruleset) -> tuple[Ruleset, frozenset[str]]:
        edited = dataclasses.replace(ruleset.contexts[name], number=new)
        return dataclasses.replace(ruleset, contexts={**ruleset.contexts, name: edited}), frozenset()

    size = abs(new - context.number)
    return [Candidate(text, f"in the context {name}", 1, size, change, (f"window of {name}", new))]


def _without_cue(judge: Judge, number: int, name: str, frame: Frame, cue: Match) -> list[Candidate]:
    expression = judge.scope.contexts[name].cue
    whose = f", the cue of {name}"
    return list(_without(judge, number, Spot("cue", name), expression, cue, frame, "cue", name, whose))


def _without_stop(judge: Judge, name: str, stop: Match, frame: Frame) -> list[Candidate]:
    context = judge.scope.contexts[name]
    if context.stop is None:
        return []
    whose = f", the stop of {name}"
    found = list(_without(judge, 0, Spot("stop", name), context.stop, stop, frame, "stop", name, whose))
    if not found and isinstance(root(context.stop), tree.Name | tree.String | tree.Regex):
        return [
            Candidate(
                f"remove the stop of {name}", f"in the context {name}", 2, FAR, lambda ruleset: _stopless(ruleset, name)
            )
        ]
    return found


def _without(
    judge: Judge,
    number: int,
    spot: Spot,
    expression: Expression,
    match: Match,
    frame: Frame,
    role: str,
    name: str,
    whose: str,
) -> Iterator[Candidate]:
    """An expression that no longer finds a match: without the term, or without the member that found it."""
    spec = judge.ruleset.matchers.get(match[0])
    if spec is not None and match[0][:1] not in '"/':
        found = remove_term(spec, frame.text(match), fold=lambda text: judge.plan.fold(text)[0], whose=whose)
        if found is not None:
            yield found
            return
    whole = root(expression)
    left = _without_member(whole, match[0])
    if left is not None:
        text = f"remove {match[0]} from the {role} of {name}"
        yield Candidate(text, f"in the context {name}", 1.5, 1, lambda ruleset: replaced(ruleset, number, spot, left))


def _without_member(node: tree.Node, name: str) -> tree.Node | None:
    """A group of alternatives without the one of a name; None when it is no such group or has no such member."""
    if not isinstance(node, tree.Or | tree.Quantified):
        return None
    left = tuple(item for item in node.items if _name(item) != name)
    if not left or len(left) == len(node.items) or (isinstance(node, tree.Quantified) and node.quantifier != "any"):
        return None
    if isinstance(node, tree.Or):
        return left[0] if len(left) == 1 else tree.Or(left)
    return tree.Quantified("any", left)


def _name(node: tree.Node) -> str | None:
    if isinstance(node, tree.String | tree.Regex):
        return inline_name(node)
    return node.name if isinstance(node, tree.Name) else None


def _stopless(ruleset: Ruleset, name: str) -> tuple[Ruleset, frozenset[str]]:
    context = dataclasses.replace(ruleset.contexts[name], stop=None)
    return dataclasses.replace(ruleset, contexts={**ruleset.contexts, name: context}), frozenset()


def _shown(context: Context) -> str:
    """The window of a context: `6 words`."""
    if context.number is None:
        return f"the same {context.unit}"
    return plural(context.number, {"chars": "character"}.get(context.unit, context.unit.removesuffix("s")))
