"""The three readings of a condition: as truth, as matches, as a value. Each is a walk down its tree."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import regex

from rubricate.language import tree
from rubricate.language.calls import is_written_date
from rubricate.language.types import SEGMENT_SETS, inline_name
from rubricate.model.match import Match
from rubricate.reference.finding import FLAGS
from rubricate.reference.known import Found, Known, Truth, all_hold, members_of, negate, one_holds, root, unite
from rubricate.reference.naming import fits, gives_matches, subject_of
from rubricate.reference.numbering import best_score, column_of, count, distinct, over_column
from rubricate.reference.placing import is_in_place, segments, stands_to
from rubricate.reference.scoping import is_in_scope
from rubricate.texts.segmenting import clauses

__all__ = ["leftmost_set", "matches_of", "truth_of", "value_of"]


def truth_of(node: tree.Node, known: Known) -> Truth:
    """A condition about the record, in three-valued logic; a set of matches is yes if it is not empty."""
    if isinstance(node, tree.Name) and (named := known.let(node.name)) is not None:
        return truth_of(named, replace(known, it=None))
    match node:
        case tree.Not():
            return negate(truth_of(node.item, known))
        case tree.And():
            return all_hold(truth_of(item, known) for item in node.items)
        case tree.Or():
            return one_holds(truth_of(item, known) for item in node.items)
        case tree.Quantified():
            return _quantified(node, known)
        case tree.AtLeast():
            return _at_least(node, known)
        case _ if gives_matches(node, known.ruleset):
            return matches_of(node, known).holds()
        case _:
            return cast("Truth", value_of(node, known))


def _quantified(node: tree.Quantified, known: Known) -> Truth:
    """any of, all of, none of: which members are there."""
    truths = [truth_of(item, known) for item in members_of(node.items, known.ruleset)]
    match node.quantifier:
        case "any":
            return one_holds(truths)
        case "all":
            return all_hold(truths)
        case "none":
            return negate(one_holds(truths))


def _at_least(node: tree.AtLeast, known: Known) -> Truth:
    """How many members are there: enough for certain, not enough even with all that are unknown, or unknown."""
    truths = [truth_of(item, known) for item in members_of(node.items, known.ruleset)]
    if truths.count(True) >= node.least:
        return True
    return None if truths.count(True) + truths.count(None) >= node.least else False


# -- matches -----------------------------------------------------------------------------------------------


def matches_of(node: tree.Node, known: Known) -> Found:
    """The matches that a condition gives."""
    if isinstance(node, tree.Name) and (named := known.let(node.name)) is not None:
        return matches_of(named, replace(known, it=None))
    match node:
        case tree.Name() if node.name in SEGMENT_SETS:
            return Found(tuple(_segments_of(node.name, known))) if known.measures(node.name) else Found(more=True)
        case tree.Name():
            return _found_by(node.name, known)
        case tree.String() | tree.Regex():
            return _found_by(inline_name(node), known)
        case tree.It():
            return Found(() if known.it is None else (known.it,))
        case tree.And():
            return _while(truth_of(node, known), node.items, known, only_leftmost=True)
        case tree.Or():
            return _all_of(node.items, known)
        case tree.Quantified():
            items = members_of(node.items, known.ruleset)
            if node.quantifier == "any":
                return _all_of(items, known)
            return _while(truth_of(node, known), items, known, only_leftmost=True)
        case tree.AtLeast():
            return _while(truth_of(node, known), members_of(node.items, known.ruleset), known, only_leftmost=False)
        case tree.Relation():
            return _filter(node.left, lambda match: _stands_so(node, match, known), known)
        case tree.InPlace():
            return _filter(node.left, lambda match: _is_in_place(node, match, known), known)
        case tree.InContext():
            return _filter(node.left, lambda match: _is_in_context(node, match, known), known)
        case tree.Where():
            return _filter(node.left, lambda match: truth_of(node.condition, replace(known, it=match)), known)
        case _:
            return Found()


def _segments_of(unit: str, known: Known) -> list[Match]:
    """words, lines, sentences, clause: sets that are always there."""
    own = known.ruleset.conjunctions if unit == "clause" else None
    places = [
        (name, *span)
        for name, text in known.document.clean.items()
        for span in (segments(unit, name, known) if own is None else clauses(text, own))
    ]
    return [(unit, name, start, end, None, None) for name, start, end in places]


def _found_by(name: str, known: Known) -> Found:
    """What a matcher found; of one whose stage did not run, everything is unknown."""
    found = known.found.get(name)
    return Found(more=True) if found is None else Found(found)


def _all_of(items: tuple[tree.Node, ...], known: Known) -> Found:
    """`or`, `any of`: the matches of all members that have some."""
    return unite(matches_of(item, known) for item in items if gives_matches(item, known.ruleset))


def _while(truth: Truth, items: tuple[tree.Node, ...], known: Known, *, only_leftmost: bool) -> Found:
    """The matches of a condition that has none unless it holds, and nobody knows which if it is unknown."""
    if truth is not True:
        return Found(more=truth is None)
    if not only_leftmost:
        return _all_of(items, known)
    leftmost = leftmost_set(items, known)
    return Found() if leftmost is None else matches_of(leftmost, known)


def leftmost_set(items: tuple[tree.Node, ...], known: Known) -> tree.Node | None:
    """Of the parts of an `and`, the first that is a set of matches."""
    return next((item for item in items if gives_matches(item, known.ruleset)), None)


def _filter(left: tree.Node, holds: Callable[[Match], Truth], known: Known) -> Found:
    """The matches of a set for which something holds, one by one; those for which it is unknown may be more."""
    ours = matches_of(left, known)
    truths = [holds(match) for match in ours.matches]
    kept = tuple(match for match, truth in zip(ours.matches, truths, strict=True) if truth is True)
    return Found(kept, ours.more or None in truths)


def _stands_so(node: tree.Relation, match: Match, known: Known) -> Truth:
    """Whether one match of the right side stands so to a match; with `not`, whether none does."""
    if node.distance is not None and not known.measures(node.distance.unit):
        return None
    theirs = matches_of(node.right, known)
    found = any(stands_to(node, match, other, known) for other in theirs.matches)
    truth = True if found else None if theirs.more else False
    return negate(truth) if node.negated else truth


def _is_in_place(node: tree.InPlace, match: Match, known: Known) -> Truth:
    if not known.measures(node.place.unit):
        return None
    return is_in_place(node.place, match, known) != node.negated


def _is_in_context(node: tree.InContext, match: Match, known: Known) -> Truth:
    """Whether a match is in a scope of a context; with `is not`, whether it is in none."""
    context = known.ruleset.contexts[node.context]
    outside = replace(known, it=None)
    cues = matches_of(root(context.cue), outside)
    stops = Found() if context.stop is None else matches_of(root(context.stop), outside)
    truth = is_in_scope(match, context, cues, stops, known)
    return negate(truth) if node.negated else truth


# -- values ------------------------------------------------------------------------------------------------


def value_of(node: tree.Node, known: Known) -> Any:
    """A number, text, date, list or truth; None when it is unknown."""
    if isinstance(node, tree.Name) and (named := known.let(node.name)) is not None:
        return value_of(named, replace(known, it=None))
    match node:
        case tree.Number():
            return node.value
        case tree.Learned():
            return node.number
        case tree.String():
            return node.text
        case tree.ListOf():
            return [value_of(item, known) for item in node.items]
        case tree.Doc():
            return _field(node.field, known)
        case tree.It() if node.column is not None:
            return None if known.it is None else column_of(node.column, known.it, known)
        case tree.Compare():
            return _compare(node, known)
        case tree.Exists():
            return value_of(node.item, known) is not None
        case tree.Call():
            return _call(node, known)
        case tree.Arithmetic():
            return _arithmetic(node.operator, value_of(node.left, known), value_of(node.right, known))
        case tree.Negative():
            number = value_of(node.item, known)
            return None if number is None else -number
        case tree.Choice():
            holds = truth_of(node.condition, known)
            return None if holds is None else value_of(node.value if holds else node.otherwise, known)
        case _:
            return truth_of(node, known)


def _field(name: str, known: Known) -> Any:
    """doc.x: metadata as typed, the text of a field, or that of a field cut out of one; a missing one is unknown."""
    document = known.document
    if name in document.regions:
        source, start, end = document.regions[name]
        return document.clean[source][start:end]
    return document.meta.get(name, document.clean.get(name))


def _compare(node: tree.Compare, known: Known) -> Truth:
    """A comparison; unknown if one of the two is."""
    left = value_of(node.left, known)
    if left is None:
        return None
    if isinstance(node.right, tree.Regex):
        return _pattern(node.right).search(str(left)) is not None
    right = value_of(node.right, known)
    if right is None:
        return None
    match node.operator:
        case "==":
            return bool(left == right)
        case "!=":
            return bool(left != right)
        case "<":
            return bool(left < right)
        case "<=":
            return bool(left <= right)
        case ">":
            return bool(left > right)
        case ">=":
            return bool(left >= right)
        case "contains":
            return right in left
        case "in":
            return _is_among(left, right)
        case "not in":
            return negate(_is_among(left, right))
        case "matches":
            raise AssertionError("the right side of matches is a regex")


def _is_among(value: object, values: list[object]) -> Truth:
    """Whether a value is one of a list: equal to one of them, which is unknown for those that are."""
    return one_holds(None if other is None else value == other for other in values)


def _pattern(node: tree.Regex) -> regex.Pattern[str]:
    flags = regex.V0
    for letter in node.flags:
        flags |= FLAGS[letter]
    return regex.compile(node.pattern, flags)


def _arithmetic(sign: str, left: float | None, right: float | None) -> float | None:
    """Of something unknown nothing is known, and no number is the answer to a division by 0."""
    if left is None or right is None or (sign == "/" and right == 0):
        return None
    return (
        left + right if sign == "+" else left - right if sign == "-" else left * right if sign == "*" else left / right
    )


def _call(node: tree.Call, known: Known) -> Any:
    """A function: of matches, of labels, of values, or one that a plugin gives."""
    first = node.arguments[0] if node.arguments else None
    match node.name:
        case "count" | "distinct" | "sum" | "max" | "min" | "mean":
            assert first is not None
            return _over_matches(node.name, first, known)
        case "score":
            assert first is not None
            classes = [item.text for item in node.arguments[1:] if isinstance(item, tree.String)]
            return best_score(matches_of(first, known), classes[0] if classes else None, known)
        case "label" | "uncertain":
            assert isinstance(first, tree.String)
            return _is_decided(first.text, "accepted" if node.name == "label" else "uncertain", known)
        case "date" if is_written_date(node):
            assert isinstance(first, tree.String)
            return datetime.date.fromisoformat(first.text)
        case "fold":
            assert first is not None
            text = value_of(first, known)
            return None if text is None else _bare(str(text))
        case _:
            arguments = [value_of(argument, known) for argument in node.arguments]
            return known.registry.normalisers[node.name].apply(*arguments)


def _over_matches(name: str, argument: tree.Node, known: Known) -> object:
    column = argument.column if isinstance(argument, tree.Column) else "text"
    found = matches_of(tree.Name(argument.name) if isinstance(argument, tree.Column) else argument, known)
    if name == "count":
        return count(found)
    return distinct(found, column, known) if name == "distinct" else over_column(name, found, column, known)


def _is_decided(pattern: str, level: str, known: Known) -> bool:
    """label("x"), uncertain("x"): whether one of the labels meant, or one of its spans, is decided so by now."""
    ruleset = known.ruleset
    for label, found in known.decisions.items():
        meant = fits(pattern, label) or fits(pattern, subject_of(label, ruleset))
        if meant and level in (found.decision, *(span.decision for span in found.spans)):
            return True
    return False


def _bare(text: str) -> str:
    """A text without case, spaces and punctuation; whatever its Unicode form was, and came to be."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return "".join(sign for sign in folded if not sign.isspace() and unicodedata.category(sign)[0] != "P")
