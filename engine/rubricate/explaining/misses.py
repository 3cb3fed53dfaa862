"""How near each part that is to blame was, by the form that it has."""

from __future__ import annotations

import dataclasses

from rubricate.explaining.editing import change_node, drop_node
from rubricate.explaining.failing import Blame, Every, Failure, OneOf, first_of
from rubricate.explaining.finding import quote
from rubricate.explaining.judging import Judge
from rubricate.explaining.missed import FAR, Missed
from rubricate.explaining.missed_contexts import missed_context
from rubricate.explaining.missed_places import missed_place, missed_relation
from rubricate.explaining.missed_texts import TextMisses
from rubricate.explaining.missed_values import missed_value
from rubricate.language import tree
from rubricate.language.printing import to_text
from rubricate.language.types import members
from rubricate.planning.frame import Frame, OpenMatches
from rubricate.planning.staging import fits
from rubricate.reporting.figures import score

__all__ = ["Misses"]

MOST = 24
"""So many alternatives of one failure are looked at."""


class Misses:
    """Tells of blamed parts how near they were. Keeps what it has worked out about matchers."""

    def __init__(self) -> None:
        self._texts = TextMisses()

    def of(self, judge: Judge, number: int, blame: Blame, frame: Frame, *, search: bool = True) -> Missed:
        """How near one part was; `search` also looks for texts that come near to its terms and patterns."""
        outer = frame.it
        frame.it = blame.it
        missed = self._of(judge, number, blame, frame, search=search)
        frame.it = outer
        return missed._replace(edits=(*missed.edits, *drop_node(number, judge.ruleset, blame)))

    def ranked(self, judge: Judge, number: int, failure: Failure, frame: Frame, *, search: bool = True) -> list[Missed]:
        """The alternatives of a failure; in a failure of several parts those of the first of them.

        Those come first that need the fewest further parts, and of these the nearest.
        """
        ways = sorted(_alternatives(first_of(failure)), key=lambda way: way[0])[:MOST]
        found = [(parts, self.of(judge, number, blame, frame, search=search)) for parts, blame in ways]
        return [missed for _, missed in sorted(found, key=lambda each: (each[0], each[1].off))]

    def _of(self, judge: Judge, number: int, blame: Blame, frame: Frame, *, search: bool) -> Missed:
        if not blame.wanted and isinstance(blame.node, tree.Relation | tree.InPlace | tree.InContext | tree.Where):
            found = judge.matches(blame.node, frame)
            if isinstance(blame.node, tree.Where) or blame.node.negated:
                told = f"found {quote(frame, found[0])}, none is wanted" if found else "it is unknown"
                return Missed(blame, told, "unwanted")
        match blame.node:
            case tree.Relation() as node:
                if _is_open(judge, node.left, frame) or _is_open(judge, node.right, frame):
                    return Missed(blame, f"{to_text(node)} is unknown", "unknown")
                return missed_relation(judge, number, blame, node, frame)
            case tree.InPlace() as node:
                return missed_place(judge, number, blame, node, frame)
            case tree.InContext() as node:
                return missed_context(judge, number, blame, node, frame)
            case tree.AtLeast() as node:
                return _missed_group(judge, number, blame, node, frame)
            case tree.Call(name="label" | "uncertain") as node:
                return _missed_label(judge, blame, node, frame)
            case tree.Compare() | tree.Exists() | tree.Doc() | tree.Call() | tree.Arithmetic() | tree.Negative():
                return missed_value(judge, number, blame, frame)
            case tree.It(column) if column is not None:
                return missed_value(judge, number, blame, frame)
            case tree.Name() | tree.String() | tree.Regex():
                return self._texts.missed(judge, number, blame, frame, search=search)
        truth = judge.truth(blame.node, frame)
        return Missed(blame, f"{to_text(blame.node)} is {_WORDS[truth]}", "unknown" if truth is None else "truth")


_WORDS = {True: "yes", False: "no", None: "unknown"}


def _alternatives(failure: Failure) -> list[tuple[int, Blame]]:
    """How many parts must be mended in each alternative, and the first of these parts."""
    match failure:
        case Blame():
            return [(1, failure)]
        case Every(items):
            behind = sum(min(parts for parts, _ in _alternatives(item)) for item in items[1:])
            return [(parts + behind, blame) for parts, blame in _alternatives(items[0])]
        case OneOf(items, of):
            own = [] if of is None else [(1, of)]
            return own + [way for item in items for way in _alternatives(item)]


def _is_open(judge: Judge, node: tree.Node, frame: Frame) -> bool:
    return isinstance(judge.matches(node, frame), OpenMatches)


def _missed_group(judge: Judge, number: int, blame: Blame, node: tree.AtLeast, frame: Frame) -> Missed:
    parts = members(node.items, judge.scope)
    there = sum(1 for part in parts if judge.truth(part, frame) is True)
    least = there if blame.wanted else there + 1
    told = f"{there} of {len(parts)} are there, limit {node.least}"
    new = dataclasses.replace(node, least=least)
    size, text = abs(least - node.least), f"at least {node.least} -> at least {least}"
    edits = change_node(number, blame, new, size=size, text=text, series=least) if least > 0 else []
    return Missed(blame, told, "count", off=size, edits=tuple(edits))


def _missed_label(judge: Judge, blame: Blame, node: tree.Call, frame: Frame) -> Missed:
    argument = node.arguments[0]
    assert isinstance(argument, tree.String), "label() and uncertain() name what they ask about"
    text = argument.text
    names = [name for name, label in judge.ruleset.labels.items() if fits(text, name) or label.set == text]
    told = []
    for name in names[:5]:
        decided = frame.decisions.get(name)
        said = "none: no vote" if decided is None else f"{decided.decision}, {score(decided.score)}"
        told.append(f"{name} is {said}")
    return Missed(blame, "; ".join(told) or f"no label is named {text}", "label", off=FAR)
