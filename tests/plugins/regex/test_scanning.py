import pytest

from rubricate_regex.scanning import RegexScanner
from support.matching import make_document, make_spec, make_table


def scan(document, *specs):
    if isinstance(document, str):
        document = make_document(document)
    return RegexScanner(specs).scan([document])[0]


def pattern(text, flags="", **fields):
    return make_spec(options={"pattern": text, "flags": flags}, **fields)


def test_matches_come_from_left_to_right_in_clean_offsets():
    assert scan("a1 b22", pattern(r"[a-z]\d+")) == [("m", "text", 0, 2, None, None), ("m", "text", 3, 6, None, None)]


def test_a_pattern_may_stand_between_slashes_with_its_flags():
    assert scan("SALE", make_spec(options={"pattern": "/sale/i"})) == [("m", "text", 0, 4, None, None)]


def test_case_matters_unless_the_flag_says_otherwise():
    assert scan("SALE", pattern("sale")) == []
    assert scan("SALE", pattern("sale", "i")) == [("m", "text", 0, 4, None, None)]


@pytest.mark.parametrize(
    ("text", "flags", "document", "places"),
    [
        pytest.param("^b", "", "a\nb", [], id="without m"),
        pytest.param("^b", "m", "a\nb", [(2, 3)], id="m"),
        pytest.param("a.b", "", "a\nb", [], id="without s"),
        pytest.param("a.b", "s", "a\nb", [(0, 3)], id="s"),
        pytest.param("a b # c", "x", "ab", [(0, 2)], id="x"),
    ],
)
def test_flags_mean_what_they_say(text, flags, document, places):
    assert [match[2:4] for match in scan(document, pattern(text, flags))] == places


def test_empty_matches_are_skipped():
    assert scan("baab", pattern("a*")) == [("m", "text", 1, 3, None, None)]


def test_named_groups_become_columns_and_an_absent_one_is_none():
    assert scan("90C 5", pattern(r"(?<n>\d+)(?<u>[CF])?")) == [
        ("m", "text", 0, 3, None, {"n": "90", "u": "C"}),
        ("m", "text", 4, 5, None, {"n": "5", "u": None}),
    ]


def test_every_text_field_is_searched_in_order_unless_some_are_named():
    document = make_document(title="x", body="xx")

    assert [match[1] for match in scan(document, pattern("x"))] == ["title", "body", "body"]
    assert [match[1] for match in scan(document, pattern("x", fields=("title", "price")))] == ["title"]


def test_folded_matches_are_mapped_back_to_clean_offsets():
    assert scan("\ufb01 \ufb01", pattern("fi fi", fold=True)) == [("m", "text", 0, 3, None, None)]


def test_a_table_without_groups_gives_its_rows():
    spec = make_spec(table=make_table("cat", "dogs?", patterns=True, name=["c", "d"]))

    assert scan("dog cat", spec) == [("m", "text", 4, 7, None, 0), ("m", "text", 0, 3, None, 1)]


def test_groups_of_a_table_come_on_top_of_the_cells_of_the_row():
    table = make_table(r"Firefox/(?<major>\d+)", "curl", patterns=True, family=["Firefox", "curl"])

    assert scan("Firefox/12 curl", make_spec(table=table)) == [
        ("m", "text", 0, 10, None, {"family": "Firefox", "major": "12", "row": 0}),
        ("m", "text", 11, 15, None, {"family": "curl", "major": None, "row": 1}),
    ]


def test_a_group_that_took_part_wins_over_a_cell_of_its_name():
    table = make_table(r"v(?<major>\d)?", patterns=True, major=["unknown"])

    assert [match[5]["major"] for match in scan("v v7", make_spec(table=table))] == ["unknown", "7"]


def test_an_ordered_table_stops_at_the_first_row_that_matches_in_a_field():
    table = make_table("bot", "googlebot", patterns=True)
    document = make_document(title="googlebot", body="bot bot")

    assert scan(document, make_spec(table=table, take="first")) == [
        ("m", "title", 6, 9, None, 0),
        ("m", "body", 0, 3, None, 0),
    ]


def test_an_ordered_table_with_a_check_leaves_the_choice_to_whoever_asks_the_check():
    spec = make_spec(table=make_table(r"\d{3}", r"\d", patterns=True), take="first", check="luhn")

    assert [match[2:4] for match in scan("111 2", spec)] == [(0, 3), (0, 1), (1, 2), (2, 3), (4, 5)]


def test_only_the_first_match_of_a_field_counts_when_it_is_asked_for():
    assert scan("a aa", pattern("a+", take="first")) == [("m", "text", 0, 1, None, None)]


def test_a_batch_gives_what_one_by_one_gives():
    scanner = RegexScanner([pattern("a+"), pattern("b")])
    batch = [make_document("ab"), make_document(""), make_document("ba")]

    assert scanner.scan(batch) == [scanner.scan([document])[0] for document in batch]


def test_several_matchers_answer_in_their_order():
    first, second = make_spec("one", options={"pattern": "b"}), make_spec("two", options={"pattern": "a"})

    assert [match[0] for match in scan("ab", first, second)] == ["one", "two"]
