"""How far a relation, a place or a filter between matches was from holding, and what would make it hold."""

from __future__ import annotations

import dataclasses
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import product

from rubricate.explaining.editing import Candidate, change_node
from rubricate.explaining.failing import Blame
from rubricate.explaining.finding import quote
from rubricate.explaining.judging import Judge
from rubricate.explaining.missed import Missed
from rubricate.language import tree
from rubricate.language.printing import to_text
from rubricate.model.match import Match
from rubricate.planning.frame import Frame
from rubricate.planning.places import stands_to
from rubricate.reporting.figures import plural

__all__ = ["missed_place", "missed_relation"]

_Pair = tuple[int, Match, Match]

PAIRS = 300
"""So many matches on either side are looked at."""


def missed_relation(judge: Judge, number: int, blame: Blame, node: tree.Relation, frame: Frame) -> Missed:
    """A relation that does not hold, or one that holds where it should not."""
    ours, theirs = judge.matches(node.left, frame)[:PAIRS], judge.matches(node.right, frame)[:PAIRS]
    if node.negated is blame.wanted:
        return _too_close(number, blame, node, frame, ours, theirs)
    shared = [(a, b) for a, b in product(ours, theirs) if a[1] == b[1]]
    if not shared:
        if not ours or not theirs:
            return Missed(blame, f"{to_text(node)} holds nowhere", "fields")
        told = f"{quote(frame, ours[0])} and {quote(frame, theirs[0])} stand in different fields"
        return Missed(blame, told, "fields")
    relation = stands_to(node.kind, None)
    ordered = [(a, b) for a, b in shared if relation(frame, a, b)]
    if not ordered:
        return _wrong_order(number, blame, node, frame, shared)
    far, a, b = min(((_apart(frame, node.distance, a, b), a, b) for a, b in ordered), key=_by_distance)
    return _too_far(number, blame, node, frame, far, (a, b))


def _too_far(
    number: int, blame: Blame, node: tree.Relation, frame: Frame, far: int, pair: tuple[Match, Match]
) -> Missed:
    distance = node.distance
    if distance is None:  # whoever stands in the right order is close enough
        return Missed(blame, f"{to_text(node)} is unknown", "unknown")
    told = f"{_counted(far, distance.unit)} apart, {_limit(distance)}: {_pair(frame, pair)}"
    wider = _distance(far, distance)
    over = far - (distance.number or 0)
    text = f"{_within(distance)} -> {_within(wider)}"
    new = dataclasses.replace(node, distance=wider)
    # near always has a distance
    edits = [] if wider is None and node.kind == "near" else change_node(
        number, blame, new, size=over, text=text, series=far)  # fmt: skip
    return Missed(blame, told, "distance", off=over, edits=tuple(edits))


def _wrong_order(
    number: int, blame: Blame, node: tree.Relation, frame: Frame, shared: Sequence[tuple[Match, Match]]
) -> Missed:
    """The matches share a field and do not stand so to one another anywhere."""
    overlaps = stands_to("overlaps", None)
    if node.kind in ("inside", "overlaps"):
        crossed = [(a, b) for a, b in shared if overlaps(frame, a, b)]
        a, b = min(crossed or shared, key=lambda pair: (_gap_of(pair), pair[0][2]))
        edits = change_node(number, blame, dataclasses.replace(node, kind="overlaps"), size=1) if crossed else []
        how = _shares(frame, a) if crossed else f"does not {'stand in' if node.kind == 'inside' else 'touch'}"
        return Missed(blame, f"{quote(frame, a)} {how} {quote(frame, b)}{' and is not inside it' if crossed else ''}",
                      "order", edits=tuple(edits))  # fmt: skip
    apart = [(a, b) for a, b in shared if not overlaps(frame, a, b)]
    if not apart:
        return Missed(blame, f"{quote(frame, shared[0][0])} and {quote(frame, shared[0][1])} share text", "order")
    a, b = min(apart, key=lambda pair: (_gap_of(pair), pair[0][2]))
    other = "after" if node.kind == "before" else "before"
    told = f"{quote(frame, a)} stands {other} {quote(frame, b)}, {node.kind} is wanted"
    new = dataclasses.replace(node, kind="near")
    text = f"{node.kind} -> near"
    edits = [] if node.distance is None else change_node(number, blame, new, size=1, text=text)
    if (
        node.distance is not None
        and node.distance.unit != "paragraph"
        and (far := _apart(frame, node.distance, a, b)) > (node.distance.number or 0)
    ):
        wider = dataclasses.replace(new, distance=_distance(far, node.distance))
        text = f"{text}, {_within(node.distance)} -> {_within(_distance(far, node.distance))}"
        edits = [each._replace(nodes=each.nodes + 1) for each in change_node(number, blame, wider, size=far, text=text)]
    return Missed(blame, told, "order", edits=tuple(edits))


def _too_close(
    number: int,
    blame: Blame,
    node: tree.Relation,
    frame: Frame,
    ours: Sequence[Match],
    theirs: Sequence[Match],
) -> Missed:
    """A relation that holds: each of our matches has a partner, where one should have none, or none any."""
    related = stands_to(node.kind, node.distance)
    pairs = [(_apart(frame, node.distance, a, b), a, b) for a, b in product(ours, theirs) if related(frame, a, b)]
    if not pairs:
        return Missed(blame, f"{to_text(node)} holds", "unwanted")
    nearest: dict[object, _Pair] = {}
    for pair in sorted(pairs, key=_by_distance):
        nearest.setdefault(pair[1][:4], pair)
    far, a, b = (max if node.negated else min)(nearest.values(), key=_by_distance)
    distance = node.distance
    if distance is None or node.kind in ("inside", "overlaps"):
        how = {"inside": "stands inside", "overlaps": _shares(frame, a)}.get(node.kind, f"stands {node.kind}")
        return Missed(blame, f"{quote(frame, a)} {how} {quote(frame, b)}", "unwanted")
    told = f"only {_counted(far, distance.unit)} apart, {_limit(distance)}: {_pair(frame, (a, b))}"
    if far == 0:
        return Missed(blame, told, "distance", off=(distance.number or 0) + 1)
    closer = _distance(far - 1, distance)
    new, text = dataclasses.replace(node, distance=closer), f"{_within(distance)} -> {_within(closer)}"
    over = (distance.number or 0) - far + 1
    return Missed(blame, told, "distance", off=over, edits=tuple(change_node(number, blame, new, size=over, text=text)))


def missed_place(judge: Judge, number: int, blame: Blame, node: tree.InPlace, frame: Frame) -> Missed:
    """Matches that stand elsewhere than where the rule looks, or just there."""
    ours = judge.matches(node.left, frame)[:PAIRS]
    place = node.place
    wide = tree.InPlace(node.left, tree.Place(place.fields))
    inside = [match for match in judge.matches(wide, frame) if match in ours] if place.fields else list(ours)
    shown = ", ".join(place.fields)
    if not ours:
        return Missed(blame, f"{to_text(node)} holds", "place")
    if place.edge is not None and not judge.scope.derived.isdisjoint(place.fields):
        return Missed(blame, f"{quote(frame, ours[0])} does not stand so: {to_text(node)}", "place")
    if node.negated is blame.wanted:
        told = f"found {quote(frame, ours[0])}, where the rule does not look: {to_text(node).rpartition(' in ')[2]}"
        return Missed(blame, told, "place", edits=tuple(_narrower(number, blame, node, frame, ours)))
    if not inside:
        fields = tuple(dict.fromkeys(match[1] for match in ours))
        told = f"found in {' and '.join(fields)}, the rule looks in {shown}"
        wider = [tree.Place((*place.fields, name), place.edge, place.number, place.unit) for name in fields]
        edits: list[Candidate] = []
        for new in wider:
            text = f"in {_shown(place)} -> in {_shown(new)}"
            edits += change_node(number, blame, dataclasses.replace(node, place=new), size=1, text=text)
        return Missed(blame, told, "place", edits=tuple(edits))
    match = min(inside, key=lambda each: (_needed(frame, place, each), each[2]))
    far = _needed(frame, place, match)
    unit, limit = place.unit or "words", place.number or 0
    ends = "ends at" if place.edge == "first" else "begins"
    counted = f"{_singular(unit)} {far}" if place.edge == "first" else f"{_counted(far, unit)} before the end"
    told = f"{quote(frame, match)} {ends} {counted}, the rule looks at the {place.edge} {_counted(limit, unit)}"
    new = dataclasses.replace(place, number=far)
    text = f"{place.edge} {_counted(limit, unit)} -> {place.edge} {_counted(far, unit)}"
    edits = change_node(number, blame, dataclasses.replace(node, place=new), size=far - limit, text=text, series=far)
    return Missed(blame, told, "place", off=far - limit, edits=tuple(edits))


def _narrower(
    number: int, blame: Blame, node: tree.InPlace, frame: Frame, ours: Sequence[Match]
) -> Iterator[Candidate]:
    """A smaller edge, for a match that stands in it and should not."""
    place = node.place
    if place.number is None or place.unit is None:
        return
    needed = [_needed(frame, place, match) for match in ours]
    far = (max(needed) if node.negated else min(needed)) - 1
    if 0 < far < place.number:
        new = dataclasses.replace(place, number=far)
        text = f"{place.edge} {_counted(place.number, place.unit)} -> {place.edge} {_counted(far, place.unit)}"
        yield from change_node(number, blame, dataclasses.replace(node, place=new), size=place.number - far, text=text)


def _needed(frame: Frame, place: tree.Place, match: Match) -> int:
    """How many units from the edge a place would have to hold a match."""
    length = len(frame.document.clean[match[1]])
    if place.unit == "chars" or place.unit is None:
        return match[3] if place.edge == "first" else length - match[2]
    spans = frame.segmented(place.unit, match[1])
    if place.edge == "first":
        return bisect_left(spans, match[3], key=lambda span: span[1]) + 1
    return len(spans) - bisect_right(spans, match[2], key=lambda span: span[0]) + 1


def _apart(frame: Frame, distance: tree.Distance | None, a: Match, b: Match) -> int:
    """How far two matches are from one another, in the unit that the rule measures in."""
    start, end = (a[3], b[2]) if a[3] <= b[2] else (b[3], a[2])
    unit = "chars" if distance is None else distance.unit
    if unit == "chars":
        return max(0, end - start)
    if unit == "words":
        spans = frame.segmented("words", a[1])
        return max(0, bisect_right(spans, end, key=lambda span: span[1]) - bisect_left(spans, (start, 0)))
    spans = frame.segmented("paragraphs" if unit == "paragraph" else "sentences", a[1])
    places = [max(bisect_right(spans, match[2], key=lambda span: span[0]) - 1, 0) for match in (a, b)]
    return abs(places[0] - places[1])


def _by_distance(pair: _Pair) -> tuple[object, ...]:
    # columns of matches have no order
    return pair[0], pair[1][1:4], pair[2][1:4]


def _gap_of(pair: tuple[Match, Match]) -> int:
    a, b = pair
    return max(b[2] - a[3], a[2] - b[3])


def _distance(number: int, like: tree.Distance) -> tree.Distance | None:
    """The distance of so many units; paragraphs cannot be counted, so more than one of them is no limit at all."""
    if like.unit == "paragraph":
        return None
    return tree.Distance(number, "sentences" if like.unit == "sentence" else like.unit)


def _within(distance: tree.Distance | None) -> str:
    if distance is None:
        return "anywhere in the field"
    if distance.number is None:
        return f"within same {distance.unit}"
    return f"within {distance.number} {distance.unit.removesuffix('s') if distance.number == 1 else distance.unit}"


def _limit(distance: tree.Distance) -> str:
    return f"same {distance.unit} is asked" if distance.number is None else f"limit {distance.number}"


def _counted(number: int, unit: str) -> str:
    return plural(number, _singular(unit))


def _singular(unit: str) -> str:
    return {"chars": "character"}.get(unit, unit.removesuffix("s"))


def _pair(frame: Frame, pair: tuple[Match, Match]) -> str:
    first, second = sorted(pair, key=lambda match: match[2])
    return f"{quote(frame, first)}, {quote(frame, second)}"


def _shown(place: tree.Place) -> str:
    return to_text(tree.InPlace(tree.Name("x"), place)).removeprefix("x in ")


def _shares(frame: Frame, match: Match) -> str:
    return "shares pixels with" if match[1] in frame.document.pictures else "shares text with"
