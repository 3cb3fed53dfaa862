"""Whether one match stands so to another, and whether it stands in a place."""

from __future__ import annotations

from collections.abc import Sequence

from rubricate.language import tree
from rubricate.model.match import Match
from rubricate.reference.known import Known
from rubricate.texts.segmenting import clauses, lines, paragraphs, sentences, words

__all__ = ["gap", "is_in_place", "segments", "stands_to"]

SEGMENTERS = {"words": words, "lines": lines, "sentences": sentences, "paragraphs": paragraphs, "clause": clauses}


def segments(unit: str, name: str, known: Known) -> list[tuple[int, int]]:
    """The words, lines, sentences, paragraphs or clauses of a field.

    Where a matcher says what words or sentences are, its matches; of some that share text the first and longest.
    """
    owner = known.ruleset.segment.get(unit)
    if owner is None:
        return SEGMENTERS[unit](known.document.clean[name])
    spans = sorted({match[2:4] for match in known.found.get(owner, ()) if match[1] == name}, key=_first_and_longest)
    kept: list[tuple[int, int]] = []
    for start, end in spans:
        if all(end <= other[0] or other[1] <= start for other in kept):
            kept.append((start, end))
    return kept


def _first_and_longest(span: tuple[int, int]) -> tuple[int, int]:
    return span[0], -span[1]


def stands_to(node: tree.Relation, a: Match, b: Match, known: Known) -> bool:
    """Whether a stands to b as a relation says, leaving aside its `not`; only in one field."""
    if a[1] != b[1]:
        return False
    if a[1] in known.document.pictures:
        return _boxes_stand_so(node, a, b, known.document.pictures[a[1]].width)
    match node.kind:
        case "near":
            related = _ends_before(a, b) or _ends_before(b, a)
        case "before":
            related = _ends_before(a, b)
        case "after":
            related = _ends_before(b, a)
        case "inside":
            related = b[2] <= a[2] and a[3] <= b[3]
        case "overlaps":
            related = a[2] < b[3] and b[2] < a[3]
    return related and (node.distance is None or _is_within(node.distance, a, b, known))


def _boxes_stand_so(node: tree.Relation, a: Match, b: Match, width: int) -> bool:
    """Whether the columns and the rows of one box lie among those of another, or some are common to both."""
    (columns, rows), (its_columns, its_rows) = _columns_and_rows(a, width), _columns_and_rows(b, width)
    if node.kind == "inside":
        return columns <= its_columns and rows <= its_rows
    return node.kind == "overlaps" and bool(columns & its_columns) and bool(rows & its_rows)


def _columns_and_rows(match: Match, width: int) -> tuple[set[int], set[int]]:
    """Of the box whose first and last pixel a match names."""
    first, last = match[2], match[3] - 1
    return set(range(first % width, last % width + 1)), set(range(first // width, last // width + 1))


def _ends_before(a: Match, b: Match) -> bool:
    """Two matches that share text are not near one another, nor is one before the other."""
    return a[3] <= b[2]


def gap(a: Match, b: Match) -> tuple[int, int]:
    """The text between two matches."""
    return (a[3], b[2]) if a[3] <= b[2] else (b[3], a[2])


def _is_within(distance: tree.Distance, a: Match, b: Match, known: Known) -> bool:
    """Distance is the words, or characters, between; or how many sentences begin between the two."""
    start, end = gap(a, b)
    if distance.unit == "chars":
        return end - start <= (distance.number or 0)
    if distance.unit == "words":
        between = [word for word in segments("words", a[1], known) if start <= word[0] and word[1] <= end]
        return len(between) <= (distance.number or 0)
    spans = segments("paragraphs" if distance.unit == "paragraph" else "sentences", a[1], known)
    apart = number_of_segment(spans, end) - number_of_segment(spans, start - 1)
    return apart <= (distance.number or 0)


def number_of_segment(spans: Sequence[tuple[int, int]], at: int) -> int:
    """Which sentence or paragraph an offset belongs to: the last that begins there or before it."""
    begun = [number for number, span in enumerate(spans) if span[0] <= at]
    return begun[-1] if begun else 0


def is_in_place(place: tree.Place, match: Match, known: Known) -> bool:
    """Whether all of a match lies in a field, in a field cut out of one, or in their first or last so many units."""
    document = known.document
    regions = [document.regions[name] for name in place.fields if name in document.regions]
    whole = [(name, 0, len(text)) for name, text in document.clean.items() if not place.fields or name in place.fields]
    for region in [*whole, *regions]:
        start, end = _edge(place, region, known)
        if match[1] == region[0] and start <= match[2] and match[3] <= end:
            return True
    return False


def _edge(place: tree.Place, region: tuple[str, int, int], known: Known) -> tuple[int, int]:
    """Where the first or last so many units of a region begin and end; a short region is meant whole."""
    name, start, end = region
    number = place.number or 0
    if place.edge is None or place.unit is None:
        return start, end
    if place.unit == "chars":
        return (start, min(end, start + number)) if place.edge == "first" else (max(start, end - number), end)
    inside = [span for span in segments(place.unit, name, known) if start <= span[0] and span[1] <= end]
    if len(inside) <= number:
        return start, end
    if number == 0:
        return (start, start) if place.edge == "first" else (end, end)
    return (start, inside[number - 1][1]) if place.edge == "first" else (inside[-number][0], end)
