from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubricate.model.descriptors import Literal, Literals
from rubricate.model.match import Match
from rubricate.planning.literals import Entry, LiteralIndex, Search, Term
from rubricate.texts.folding import make_folder
from rubricate.texts.wordlike import is_whole_word
from support.matching import make_document
from support.texts import hard_texts

FOLD = make_folder(("nfkc", "casefold", "quotes", "spaces"))


def make_index(*terms: str, matcher: str = "m", fields: Sequence[str] | None = None) -> LiteralIndex:
    return LiteralIndex([(matcher, Literal(term), fields) for term in terms], FOLD)


def find(index: LiteralIndex, text: str) -> list[str]:
    (found,) = index.scan([make_document(text)])
    return [text[start:end] for _, _, start, end, _, _ in found]


def test_a_match_tells_matcher_field_place_and_row() -> None:
    index = LiteralIndex([("heat", Literal("scald", 4), None), ('"hot"', Literal("hot"), None)], FOLD)

    assert index.scan([make_document("Hot! SCALD"), make_document("cold")]) == [
        [('"hot"', "text", 0, 3, None, None), ("heat", "text", 5, 10, None, 4)],
        [],
    ]


def test_overlapping_words_are_all_found_longer_ones_first() -> None:
    index = make_index("new york", "york city", "new york city", "city", "new")

    assert find(index, "New York City") == ["New York City", "New York", "New", "York City", "City"]


def test_one_term_gives_a_match_for_each_matcher_and_row() -> None:
    entries = [
        ("b", Literal("Apple", 7), None),
        ("b", Literal("apple", 2), None),
        ("a", Literal("APPLE", 9), None),
        ("a", Literal("apple", 9), None),
    ]

    assert LiteralIndex(entries, FOLD).scan([make_document("an apple")]) == [
        [
            ("a", "text", 3, 8, None, 9),
            ("b", "text", 3, 8, None, 2),
            ("b", "text", 3, 8, None, 7),
        ]
    ]


def test_fields_come_in_reading_order_and_only_those_asked_for() -> None:
    entries = [("everywhere", Literal("x"), None), ("titles", Literal("x"), ("title",))]
    document = make_document(title="x", body="x")

    assert LiteralIndex(entries, FOLD).scan([document]) == [
        [
            ("everywhere", "title", 0, 1, None, None),
            ("titles", "title", 0, 1, None, None),
            ("everywhere", "body", 0, 1, None, None),
        ]
    ]


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        pytest.param("art", "start art artist art.", ["art", "art"], id="not inside words"),
        pytest.param("art", "art_1 1art art-1", ["art"], id="digits and underscores go on"),
        pytest.param(":)", "fine:) a:)b :))", [":)", ":)", ":)"], id="signs need no edge"),
        pytest.param("c++", "c++ xc++ c++x", ["c++", "c++"], id="only the end that is a letter needs one"),
        pytest.param("é", "é cafés e\u0301 é\u0327", ["é", "e\u0301"], id="marks belong to their letter"),
        pytest.param("iphone", "我的iPhone很好", ["iPhone"], id="among Chinese"),
        pytest.param("東京", "東京都に", ["東京"], id="Japanese"),
        pytest.param("brand", "Brand™ brand® brand2", ["Brand", "brand"], id="trademarks are no part of a name"),
        pytest.param("love", "❤️love❤️", ["love"], id="among emoji"),
        pytest.param("don't", "DON’T don´t dont", ["DON’T", "don´t"], id="quotes"),
        pytest.param("buy now", "buy  \n now", ["buy  \n now"], id="spaces"),
        pytest.param(" buy ", "buy, buyer", ["buy"], id="a term with spaces around it"),
        pytest.param("strasse", "STRASSE Straße", ["STRASSE", "Straße"], id="sharp s"),
        pytest.param("istanbul", "İSTANBUL", ["İSTANBUL"], id="Turkish capital i"),
        pytest.param("fi", "ﬁ ﬁn", ["ﬁ"], id="ligatures"),
    ],
)
def test_terms_are_found_as_whole_words_of_folded_texts(term: str, text: str, expected: list[str]) -> None:
    assert find(make_index(term), text) == expected


def test_a_place_that_folding_doubled_is_one_match() -> None:
    assert find(make_index("."), "x… .") == ["…", "."]


def test_the_same_document_may_stand_in_a_batch_twice() -> None:
    document = make_document("a")

    assert make_index("a").scan([document, document]) == [[("m", "text", 0, 1, None, None)]] * 2


@pytest.mark.parametrize("term", ["", "  ", "\u2003"])
def test_a_term_of_which_nothing_is_left_is_refused(term: str) -> None:
    with pytest.raises(ValueError, match=f'^"{term}" is empty once it is folded$'):
        make_index(term)


def test_literals_by_column_are_those_that_are_given_one_by_one() -> None:
    pies = Literals(["Apple", "a pie", "apple"], [7, 8, 2])
    signs = Literals(["PIE"])
    one = ("a", Literal("apple", 9), None)
    entries: list[Entry] = [("b", pies, None), one, ("c", signs, ("text",))]
    apart: list[Entry] = [*(("b", each, None) for each in pies), one, *(("c", each, ("text",)) for each in signs)]
    document = make_document("an apple and a pie", title="pie")

    assert LiteralIndex(entries, FOLD).scan([document]) == [
        [
            ("a", "text", 3, 8, None, 9),
            ("b", "text", 3, 8, None, 2),
            ("b", "text", 3, 8, None, 7),
            ("b", "text", 13, 18, None, 8),
            ("c", "text", 15, 18, None, None),
        ]
    ]
    assert LiteralIndex(apart, FOLD).scan([document]) == LiteralIndex(entries, FOLD).scan([document])


def test_a_required_text_may_be_a_literal_too_or_stand_inside_a_word() -> None:
    entries = [("m", Literals(["art", "Art", "zoo"], [0, 1, 2]), None)]
    index = LiteralIndex(entries, FOLD, required={"art": [1], "star": [0, 2]})

    assert index.scan_and_choose([make_document("start"), make_document("art"), make_document("zoo")]) == (
        [[], [("m", "text", 0, 3, None, 0), ("m", "text", 0, 3, None, 1)], [("m", "text", 0, 3, None, 2)]],
        [{0, 1, 2}, {1}, set()],
    )


def test_of_many_terms_only_those_that_are_met_are_made() -> None:
    made: list[Mapping[int, Term]] = []

    def search(texts: Sequence[str], terms: Mapping[int, Term]) -> Search:
        made.append(terms)
        return search_slowly(texts, terms)

    many = Literals([f"term {number:04}" for number in range(1000)], range(1000))
    index = LiteralIndex([("m", many, None)], FOLD, make_search=search)
    assert not made

    assert (
        index.scan([make_document("a term 0007, term 0007")] * 2)
        == [[("m", "text", 2, 11, None, 7), ("m", "text", 13, 22, None, 7)]] * 2
    )
    assert [dict(terms) for terms in made] == [{7: (9, True, True, (("m", 7, None),), ())}]


def test_an_index_without_terms_finds_nothing() -> None:
    assert LiteralIndex([], FOLD).scan([make_document("a")]) == [[]]


def search_slowly(texts: Sequence[str], terms: Mapping[int, Term]) -> Search:
    """A search without an automaton."""

    def search(text: str) -> Iterator[tuple[int, Term]]:
        for number, written in enumerate(texts):
            at = text.find(written)
            while at >= 0:
                yield at + len(written) - 1, terms[number]
                at = text.find(written, at + 1)

    return search


terms = st.lists(hard_texts(max_size=2).filter(lambda term: bool(FOLD(term)[0].strip())), min_size=1, max_size=6)


@given(terms, hard_texts(), st.data())
def test_another_search_gives_the_same_matches(written: list[str], text: str, data: st.DataObject) -> None:
    document = make_document(text + data.draw(st.sampled_from(written)))
    entries = [(f"m{number % 2}", Literal(term, number), None) for number, term in enumerate(written)]

    assert LiteralIndex(entries, FOLD).scan([document]) == (
        LiteralIndex(entries, FOLD, make_search=search_slowly).scan([document])
    )


@given(terms, hard_texts(), st.data())
def test_every_whole_word_is_found_and_nothing_else(written: list[str], text: str, data: st.DataObject) -> None:
    text += data.draw(st.sampled_from(written))
    folded, offsets = FOLD(text)
    expected: set[Match] = set()
    for number, term in enumerate(written):
        wanted = FOLD(term)[0].strip()
        for start in range(len(folded)):
            end = start + len(wanted)
            if folded[start:end] == wanted and is_whole_word(folded, start, end):
                first, last = (start, end) if offsets is None else offsets.to_source(start, end)
                expected.add(("m", "text", first, last, None, number))

    (found,) = LiteralIndex([("m", Literal(term, row), None) for row, term in enumerate(written)], FOLD).scan(
        [make_document(text)]
    )

    assert found == sorted(expected, key=lambda match: (match[2], -match[3], match[5]))
