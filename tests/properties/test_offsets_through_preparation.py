from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rubricate.model.descriptors import Literal
from rubricate.model.document import Document
from rubricate.model.offsets import OffsetMap
from rubricate.planning.literals import LiteralIndex
from rubricate.texts.folding import FOLDS, make_folder
from rubricate_html.stripping import html_text
from support.texts import hard_texts, html_texts

FOLD = make_folder(tuple(FOLDS))


def prepare(source: str) -> Document:
    answer = html_text(source)
    clean, maps = (source, {}) if answer is None else (answer[0], {"text": answer[1]})
    return Document(id="r", ordinal=0, original={}, clean={"text": clean}, maps=maps, meta={}, fold=FOLD)


def spans(text: str) -> list[tuple[int, int]]:
    return [(start, end) for start in range(len(text)) for end in range(start + 1, min(start + 6, len(text)) + 1)]


@given(html_texts())
def test_every_part_of_a_clean_text_is_read_from_its_part_of_the_page(source: str) -> None:
    document = prepare(source)
    clean = document.clean["text"]

    for start, end in spans(clean):
        first, last = document.to_original("text", start, end)
        assert 0 <= first < last <= len(source)
    offsets = document.maps.get("text", OffsetMap([]))
    for t0, t1, s0, s1 in offsets.pieces:
        if t1 - t0 == s1 - s0:
            assert clean[t0:t1] == source[s0:s1]


@given(html_texts())
def test_pieces_of_a_page_are_in_order_and_apart(source: str) -> None:
    answer = html_text(source)
    if answer is None:
        return

    clean, offsets = answer
    at = past = 0
    for t0, t1, s0, s1 in offsets.pieces:
        assert t0 == at < t1
        assert past <= s0 < s1 <= len(source)
        at, past = t1, s1
    assert at == len(clean)


@given(html_texts())
def test_stripping_puts_no_line_break_at_an_edge_and_none_twice(source: str) -> None:
    answer = html_text(source)
    if answer is None:
        return

    clean, offsets = answer
    breaks = [t0 for t0, t1, s0, s1 in offsets.pieces if clean[t0:t1] == "\n" and s1 - s0 > len("&NewLine;")]
    assert all(0 < at < len(clean) - 1 for at in breaks)
    assert all(not clean[at - 1].isspace() and not clean[at + 1].isspace() for at in breaks)


@given(html_texts())
def test_every_part_of_a_folded_text_is_read_from_its_part_of_the_page(source: str) -> None:
    document = prepare(source)
    folded, offsets = document.folded("text")

    for start, end in spans(folded):
        clean = (start, end) if offsets is None else offsets.to_source(start, end)
        first, last = document.to_original("text", *clean)
        assert 0 <= first < last <= len(source)


@given(html_texts())
def test_two_maps_joined_lead_to_the_same_place(source: str) -> None:
    document = prepare(source)
    folded, offsets = document.folded("text")
    if offsets is None or "text" not in document.maps:
        return

    joined = document.maps["text"].then(offsets)

    for start, end in spans(folded):
        assert joined.to_source(start, end) == document.to_original("text", *offsets.to_source(start, end))


@given(html_texts(), hard_texts(max_size=2), html_texts())
def test_every_match_folds_to_a_text_with_its_term(before: str, term: str, after: str) -> None:
    wanted = FOLD(term)[0].strip()
    if not wanted:
        return
    document = prepare(f"{before} {term} {after}")
    clean = document.clean["text"]

    (found,) = LiteralIndex([("m", Literal(term), None)], FOLD).scan([document])

    for _, _, start, end, _, _ in found:
        assert wanted in FOLD(clean[start:end])[0]
        first, last = document.to_original("text", start, end)
        assert first < last


@given(st.text(st.characters(exclude_characters="<&")))
def test_a_text_without_marks_is_no_page(text: str) -> None:
    assert html_text(text) is None
