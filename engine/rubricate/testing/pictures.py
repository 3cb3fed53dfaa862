"""Laws of matcher kinds that look at images: those of `rubricate.testing.matchers`, with pictures in place of texts."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, TypeAlias

from rubricate.errors import RulesetError
from rubricate.model.boxes import Box, box_of
from rubricate.model.descriptors import MatcherKind, Scanner
from rubricate.model.match import Match
from rubricate.model.picture import Picture
from rubricate.model.ruleset import MatcherSpec
from rubricate.testing.bench import Bench, Laws, guarded
from rubricate.testing.declaring import declared_of, says_what_it_will_give, wrong_columns
from rubricate.testing.faults import Complaint, shown
from rubricate.testing.matchers import (
    match_key,
    refuses_wrong_options,
    wrong_score,
)
from rubricate.testing.matching import (
    NAME,
    PICTURES,
    compile_for,
    equal,
    load_matcher,
    make_document,
    make_pictured,
    scan_documents,
)
from rubricate.testing.samples import PictureSample

__all__ = ["LAWS"]

PictureBench: TypeAlias = "Bench[MatcherKind, PictureSample]"

PHOTO, OTHER = PICTURES
CONDITIONS = {
    "alone": NAME,
    "not": f"not {NAME}",
    "count": f"count({NAME}) >= 1",
    "and": f"{NAME} and photo.width >= 1",
}
"""Id of a rule -> its condition."""


def finds_the_samples(bench: PictureBench) -> Iterator[Complaint]:
    """Exactly the boxes that the author names are found, and nothing on the misses."""
    try:
        spec = _spec(bench)
    except RulesetError as error:
        yield Complaint(
            f"a ruleset with the sample's matcher cannot be loaded: {error}", seen=shown(bench.sample.matcher)
        )
        return
    if not bench.sample.hits:
        yield Complaint("the sample has no hits, so nothing is known of what it finds", help="add hits=[(DATA, [BOX])]")
    scanner = compile_for(bench.given, [spec])
    for data, boxes in [*bench.sample.hits, *((data, ()) for data in bench.sample.misses)]:
        found = sorted({box_of(match[2], match[3], _open(data).width) for match in _scan(scanner, data)[0]})
        wanted = sorted({Box(*box) for box in boxes})
        if found != wanted:
            yield Complaint(f"it finds {list(map(tuple, found))}, not {list(map(tuple, wanted))}", seen=_told(data))


def keeps_inside(bench: PictureBench) -> Iterator[Complaint]:
    """Each match is a tuple of the right form, and a box inside its picture."""
    kind, spec = bench.given, _spec(bench)
    declared = declared_of(kind, spec)
    scanner = compile_for(kind, [spec])
    for data in _pictures(bench):
        for match in _scan(scanner, data)[0]:
            wrong = _wrong_box(match, _open(data)) or wrong_score(match, scores=kind.scores)
            wrong = wrong or wrong_columns(match, declared)
            if wrong is None and match[0] != spec.name:
                wrong = f'names the matcher "{match[0]}", not "{spec.name}"'
            if wrong is not None:
                yield Complaint(f"a match {wrong}: {str(match)[:80]}", seen=_told(data))
                return


def _wrong_box(match: Match, picture: Picture) -> str | None:
    _, field, start, end, _, _ = match
    if field != PHOTO:
        return f'stands in the field "{field}", which the document does not have'
    if not 0 <= start < end <= picture.width * picture.height:
        return f"lies outside of the picture of {picture.width} x {picture.height} pixels"
    return "is no box: it ends left of where it begins" if start % picture.width > (end - 1) % picture.width else None


def gives_the_same_in_batches(bench: PictureBench) -> Iterator[Complaint]:
    """A batch gives what its documents give one by one, in any order; documents without pictures go through."""
    kind, pictures = bench.given, _pictures(bench)
    scanner = compile_for(kind, [_spec(bench)])
    guarded("an empty batch", scan_documents, scanner, [])
    if guarded("a text", scan_documents, scanner, [make_document("a text")]) != [[]]:
        yield Complaint("it finds something in a document without a picture")
    alone = [_scan(scanner, data)[0] for data in pictures]
    for order in (pictures, pictures[::-1], [*pictures, *pictures[:2]]):
        for data, answer in zip(order, _scan(scanner, *order), strict=True):
            if not equal(kind, answer, alone[pictures.index(data)]):
                yield Complaint("a picture gives other matches in a batch than alone", seen=_told(data),
                                help="answer in the order of the batch; let no picture know another")  # fmt: skip
                return


def repeats_itself(bench: PictureBench) -> Iterator[Complaint]:
    """Twice the same picture gives twice the same, also from a scanner made anew; and it is not changed."""
    kind, spec = bench.given, _spec(bench)
    used = compile_for(kind, [spec])
    for data in _pictures(bench)[:FEW_FRESH]:
        first = _scan(used, data)[0]
        for scanner in (used, compile_for(kind, [spec])):
            document = make_pictured(data)
            before = document.pictures[PHOTO].rgb().tobytes()
            again = guarded(_told(data), scan_documents, scanner, [document])[0]
            if not equal(kind, first, again):
                help = "use no clock, no chance, no set" if kind.exact else "keep nothing between documents"
                yield Complaint("the same picture gives other matches the second time", seen=_told(data), help=help)
                return
            if document.pictures[PHOTO].rgb().tobytes() != before:
                yield Complaint("it changes the picture that it looks at", seen=_told(data), help="work on a copy")
                return


FEW_FRESH: Final = 4
"""Pictures for which a scanner is made anew."""


def looks_where_it_is_told(bench: PictureBench) -> Iterator[Complaint]:
    """`field:` limits where it looks; several matchers of the kind, compiled together, find what each finds alone."""
    kind, spec = bench.given, _spec(bench)
    here, there = replace(spec, fields=(PHOTO,)), replace(spec, name=f"{NAME}_again", fields=(OTHER,))
    assert kind.compile is not None, "the registry refuses a kind with neither"
    for data, _ in bench.sample.hits[:3]:
        record = make_pictured({PHOTO: data, OTHER: data})
        alone = [guarded(_told(data), scan_documents, compile_for(kind, [each]), [record])[0] for each in (here, there)]
        if any(match[1] != name for name, found in zip(PICTURES, alone, strict=True) for match in found):
            yield Complaint("it looks in a field that `field:` does not name", seen=_told(data),
                            help="pass over pictures whose field is not in spec.fields")  # fmt: skip
            return
        both = guarded(_told(data), scan_documents, compile_for(kind, [here, there]), [record])[0]
        if sorted(map(match_key, both)) != sorted(match_key(match) for found in alone for match in found):
            yield Complaint("two matchers compiled together find something else than each alone", seen=_told(data),
                            help="`compile` gets all matchers of a stage; each match names its own")  # fmt: skip
            return


def stands_in_conditions(bench: PictureBench) -> Iterator[Complaint]:
    """In `and`, `not` and `count` a matcher behaves like any other; its matches become boxes."""
    labels: dict[str, object] = {name: {"kind": "document"} for name in CONDITIONS}
    rules = [{"id": name, "label": name, "when": when, "confidence": 1} for name, when in CONDITIONS.items()]
    rules.append({"id": "box", "label": "marked", "when": f"{NAME} in photo", "confidence": 1})
    annotator = load_matcher(
        bench.sample, bench.folder, bench.registry, labels={**labels, "marked": {"kind": "box"}}, rules=rules,
        conflicts={"same_label_overlap": "keep_all", "overlap": "keep_all"},
    )  # fmt: skip
    for data, boxes in [*bench.sample.hits, *((data, ()) for data in bench.sample.misses)]:
        url = f"data:image/{_open(data).format};base64,{base64.b64encode(data).decode()}"
        labelled = guarded(_told(data), annotator.annotate_one, {PHOTO: url})
        fired = {vote.rule for vote in labelled.votes} - {"box"}
        wanted = {"alone", "and", "count"} if boxes else {"not"}
        for rule in sorted(fired ^ wanted):
            holds = "holds" if rule in fired else "does not hold"
            what = "a hit" if boxes else "a miss"
            yield Complaint(f"'{CONDITIONS[rule]}' {holds} on {what}", seen=_told(data))


def _spec(bench: PictureBench) -> MatcherSpec:
    return load_matcher(bench.sample, bench.folder, bench.registry).ruleset.matchers[NAME]


def _pictures(bench: PictureBench) -> list[bytes]:
    return list(dict.fromkeys([*(data for data, _ in bench.sample.hits), *bench.sample.misses, *ODD]))


def _open(data: bytes) -> Picture:
    return make_pictured(data).pictures[PHOTO]


def _scan(scanner: Scanner, *pictures: bytes) -> list[list[Match]]:
    documents = [make_pictured(data, id=f"r{number}") for number, data in enumerate(pictures)]
    seen = _told(pictures[0]) if len(pictures) == 1 else f"{len(pictures)} pictures"
    return guarded(seen, scan_documents, scanner, documents)


def _told(data: bytes) -> str:
    picture = _open(data)
    return f"a {picture.format} of {picture.width} x {picture.height} pixels, sha256 {picture.digest[:8]}"


def _bitmap(width: int, height: int, pixels: Sequence[tuple[int, int, int]]) -> bytes:
    """A BMP of pixels that are repeated: the format that can be written by hand."""
    row = width * 3 + -width * 3 % 4
    rows = b"".join(
        b"".join(bytes(pixels[(x + y) % len(pixels)]) for x in range(width)).ljust(row, b"\0") for y in range(height)
    )
    sizes = (54 + len(rows)).to_bytes(4, "little"), width.to_bytes(4, "little"), height.to_bytes(4, "little")
    head = b"BM" + sizes[0] + bytes(4) + (54).to_bytes(4, "little")
    return head + (40).to_bytes(4, "little") + sizes[1] + sizes[2] + b"\1\0\x18\0" + bytes(24) + rows


ODD: Final = (
    _bitmap(1, 1, [(255, 255, 255)]),
    _bitmap(1, 90, [(0, 0, 0), (255, 0, 255)]),
    _bitmap(200, 2, [(7, 99, 250)]),
    _bitmap(31, 33, [(0, 0, 0)]),
)
"""Pictures with nothing in particular: a single pixel, a line down, a line across, a black one."""

LAWS: Final[Laws[Any, Any]] = {
    "samples": finds_the_samples,
    "wrong options": refuses_wrong_options,
    "bounds": keeps_inside,
    "batches": gives_the_same_in_batches,
    "repetition": repeats_itself,
    "fields": looks_where_it_is_told,
    "conditions": stands_in_conditions,
    "declarations": says_what_it_will_give,
}
