"""near, before, after, inside, overlaps, in: order, distance and nesting of places."""

import pytest

from support.rulesets import matches_of, truth_of

PLATE = "matchers: {plate: {use: dictionary, terms: [hot plate]}, hot: {use: dictionary, terms: [hot]}}"


@pytest.mark.parametrize(
    ("text", "words", "truth"),
    [
        ("hot hand", 0, "yes"),
        ("hot, hand", 0, "yes"),
        ("hot water on hand", 2, "yes"),
        ("hot water on hand", 1, "no"),
        ("hand on water hot", 2, "yes"),
        ("hot - and - hand", 1, "yes"),
        ("hot. Hand", 0, "yes"),
    ],
)
def test_distance_is_the_words_between(tmp_path, text, words, truth):
    assert truth_of(tmp_path, f'"hot" near "hand" within {words} words', text) == truth


@pytest.mark.parametrize(("chars", "truth"), [(2, "yes"), (1, "no")])
def test_distance_in_characters_is_the_characters_between(tmp_path, chars, truth):
    assert truth_of(tmp_path, f'"hot" near "hand" within {chars} chars', "hot, hand") == truth


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("It is hot. My hand hurts.", "yes"),
        ("It is hot. I went out. It rained. It snowed. My hand hurts.", "no"),
    ],
)
def test_near_can_be_told_in_sentences(tmp_path, text, truth):
    assert truth_of(tmp_path, '"hot" near "hand" within 1 sentences', text) == truth


@pytest.mark.parametrize(
    ("text", "truth"), [("It is hot in my hand.", "yes"), ("It is hot. My hand hurts.", "no"), ("hot hand", "yes")]
)
def test_near_in_the_same_sentence(tmp_path, text, truth):
    assert truth_of(tmp_path, '"hot" near "hand" within same sentence', text) == truth


@pytest.mark.parametrize("condition", ["{} near {}", "{} before {}"])
@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("see St. Mary hurt", "yes"),
        ("see St. Mary. He is hurt", "no"),
        ("hurt, see St. Mary", "yes"),
        ("He was hurt. See St. Mary", "no"),
    ],
)
def test_a_sentence_that_begins_inside_a_match_is_not_between(tmp_path, condition, text, truth):
    one, two = ('"hurt"', "/St. Mary/") if text.lower().index("hurt") < text.index("St.") else ("/St. Mary/", '"hurt"')

    assert truth_of(tmp_path, condition.format(one, two) + " within same sentence", text) == truth


@pytest.mark.parametrize(
    ("text", "truth"), [("It is hot.\nMy hand hurts.", "yes"), ("It is hot.\n\nMy hand hurts.", "no")]
)
def test_near_in_the_same_paragraph(tmp_path, text, truth):
    assert truth_of(tmp_path, '"hot" near "hand" within same paragraph', text) == truth


@pytest.mark.parametrize("distance", ["8 words", "99 chars", "3 sentences", "same sentence", "same paragraph"])
def test_near_asks_for_one_field(tmp_path, distance):
    record = {"title": "hot", "text": "hand"}

    assert truth_of(tmp_path, f'"hot" near "hand" within {distance}', record) == "no"


def test_near_gives_the_matches_of_its_left_side(tmp_path):
    found = matches_of(tmp_path, '"hot" near "hand" within 1 words', "hot hand and then a cup of hot tea")

    assert found == [("text", 0, "hot")]


@pytest.mark.parametrize(("text", "truth"), [("a sale today", "no"), ("sale, sale", "yes")])
def test_a_match_is_not_near_itself(tmp_path, text, truth):
    assert truth_of(tmp_path, '"sale" near "sale" within 9 words', text) == truth


def test_another_matcher_at_the_same_place_is_not_near(tmp_path):
    assert truth_of(tmp_path, '"sale" near /sale/ within 9 words', "a sale today") == "no"
    assert truth_of(tmp_path, '"sale" near /sale/ within same sentence', "a sale today") == "no"


@pytest.mark.parametrize(
    ("condition", "text", "truth"),
    [
        ('"a" before "b"', "a b", "yes"),
        ('"a" before "b"', "b a", "no"),
        ('"a" before "b"', "a and. Then one two\n\nthree b", "yes"),
        ('"a" before "b" within 1 words', "a x b", "yes"),
        ('"a" before "b" within 1 words', "a x y b", "no"),
        ('"a" after "b"', "b a", "yes"),
        ('"a" after "b"', "a b", "no"),
        ('"a" after "b" within 0 words', "b a", "yes"),
        ('"a" after "b" within 0 words', "b x a", "no"),
        ('"a" before "a"', "a", "no"),
        ('"a" before "b" within same sentence', "I saw a. Then b.", "no"),
        ('"a" before "b" within 2 chars', "a, b", "yes"),
        ('"a" before "b" within 1 chars', "a, b", "no"),
    ],
)
def test_before_and_after(tmp_path, condition, text, truth):
    assert truth_of(tmp_path, condition, text) == truth


def test_before_asks_for_one_field(tmp_path):
    assert truth_of(tmp_path, '"a" before "b"', {"title": "a", "text": "b"}) == "no"


def test_what_overlaps_is_neither_before_nor_after(tmp_path):
    assert truth_of(tmp_path, "hot before plate", "hot plate", PLATE) == "no"
    assert truth_of(tmp_path, "plate after hot", "hot plate", PLATE) == "no"


@pytest.mark.parametrize(
    ("condition", "text", "truth"),
    [
        ("/b/ inside /abc/", "abc", "yes"),
        ("/abc/ inside /b/", "abc", "no"),
        ("/a/ inside /abc/", "abc", "yes"),
        ("/c/ inside /abc/", "abc", "yes"),
        ("/cd/ inside /abc/", "abcd", "no"),
        ('"sale" inside sentences', "Sale", "yes"),
        ("/cd/ overlaps /abc/", "abcd", "yes"),
        ("/d/ overlaps /abc/", "abcd", "no"),
        ("/b/ overlaps /abc/", "abc", "yes"),
        ("/abc/ overlaps /b/", "abc", "yes"),
    ],
)
def test_inside_and_overlaps(tmp_path, condition, text, truth):
    assert truth_of(tmp_path, condition, text) == truth


def test_inside_and_overlaps_ask_for_one_field(tmp_path):
    record = {"title": "abc", "text": "b"}

    assert matches_of(tmp_path, "/b/ inside /abc/", record) == [("title", 1, "b")]
    assert matches_of(tmp_path, "/b/ overlaps /abc/", record) == [("title", 1, "b")]


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("title", [("title", 0, "sale")]),
        ("(title, text)", [("text", 4, "sale"), ("title", 0, "sale")]),
        ("(body, text)", [("body", 8, "sale"), ("text", 4, "sale")]),
    ],
)
def test_in_names_fields(tmp_path, place, found):
    record = {"title": "sale", "text": "big sale", "body": "one two sale"}

    assert matches_of(tmp_path, f'"sale" in {place}', record) == found


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("first 1 words of title", []),
        ("first 2 words of title", [("title", 3, "a")]),
        ("last 1 words of title", [("title", 8, "a")]),
        ("last 2 words of title", [("title", 8, "a")]),
        ("last 3 words of title", [("title", 3, "a"), ("title", 8, "a")]),
        ("first 99 words of title", [("title", 3, "a"), ("title", 8, "a")]),
        ("first 3 chars of title", []),
        ("first 4 chars of title", [("title", 3, "a")]),
        ("last 1 chars of title", [("title", 8, "a")]),
        ("first 2 words", [("text", 2, "a"), ("title", 3, "a")]),
        ("last 1 words of (title, text)", [("text", 2, "a"), ("title", 8, "a")]),
    ],
)
def test_in_the_first_and_last_of_a_field(tmp_path, place, found):
    record = {"title": "xy a zz a", "text": "b a"}

    assert matches_of(tmp_path, f'"a" in {place}', record) == found


def test_a_match_over_the_edge_is_not_in_the_first_words(tmp_path):
    assert truth_of(tmp_path, '"buy now" in first 1 words of text', "buy now") == "no"
    assert truth_of(tmp_path, '"buy now" in first 2 words of text', "buy now") == "yes"


def test_relations_bind_to_the_left(tmp_path):
    # (a before b) near c; read the other way round it would ask for b near c
    assert truth_of(tmp_path, '"a" before "b" near "c" within 0 words', "c a x b") == "yes"
    assert truth_of(tmp_path, '"a" before ("b" near "c" within 0 words)', "c a x b") == "no"


def test_a_place_behind_a_relation_is_asked_of_its_left_side(tmp_path):
    record = {"title": "b a", "text": "a b"}

    assert matches_of(tmp_path, '"a" near "b" within 8 words in title', record) == [("title", 2, "a")]


def test_a_relation_looks_at_every_partner(tmp_path):
    # the nearest partner of one side is not the only one that counts
    assert truth_of(tmp_path, '"a" before "b" within 0 words', "b x a b") == "yes"
    assert truth_of(tmp_path, '"a" after "b" within 0 words', "b a x b") == "yes"


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        ('"sale" not near "garage" within 0 words', "garage sale, big sale"),
        ('"sale" not after "garage" within 0 words', "garage sale, big sale"),
        ('"sale" not before ","', "sale, big sale"),
        ("/sale/ not inside /garage sale/", "garage sale, big sale"),
        ("/sale/ not overlaps /age sa/", "garage sale, big sale"),
        ('"sale" not in first 2 words of text', "garage sale, big sale"),
    ],
)
def test_not_before_a_relation_filters_match_by_match(tmp_path, condition, text):
    condition = condition.replace('","', "/,/")

    assert matches_of(tmp_path, condition, text) == [("text", len(text) - 4, "sale")]


def test_not_before_a_field_keeps_the_matches_elsewhere(tmp_path):
    assert matches_of(tmp_path, '"sale" not in title', {"title": "sale", "text": "a sale"}) == [("text", 2, "sale")]


def test_a_record_level_not_loses_all_matches(tmp_path):
    text = "garage sale, big sale"

    assert truth_of(tmp_path, '"sale" and not ("sale" near "garage" within 0 words)', text) == "no"
    assert truth_of(tmp_path, '"sale" not near "garage" within 0 words', text) == "yes"


def test_a_filter_that_keeps_nothing_is_no(tmp_path):
    assert truth_of(tmp_path, '"sale" not near "garage" within 0 words', "garage sale") == "no"


def test_filters_follow_one_another(tmp_path):
    condition = '"sale" not in title not near "garage" within 0 words'

    assert matches_of(tmp_path, condition, {"title": "sale", "text": "garage sale, big sale"}) == [("text", 17, "sale")]
