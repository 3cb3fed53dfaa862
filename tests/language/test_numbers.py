"""Numbers over matches, arithmetic and numbers by cases."""

import pytest

from support.rulesets import load_text, matches_of, truth_of, votes_of

CITIES = "matchers: {city: {use: dictionary, terms: [new york, york city, new york city, city hall, hall]}}"

FOODS = """\
dictionaries: {foods: {file: foods.csv, types: {weight: number}}}
matchers: {food: {use: dictionary, of: foods}}
"""
ROWS = {"foods.csv": "term,weight,kind\nsour,2,taste\nsweet,3.5,taste\nsweet pea,10,plant\nhot,,taste\n"}


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        ('count("sale") == 3', "sale sale, SALE"),
        ('count("buy now" or "sale") == 2', "buy now: sale"),
        ('count("absent") == 0', "sale"),
        ("count(words) == 4", "Don't buy it now!"),
        ("count(lines) == 3", "one\ntwo\nthree four"),
        ("count(sentences) == 2", "It is here. We saw it."),
        ('count("a" near "b" within 0 words) == 1', "a b and a c"),
    ],
)
def test_count_is_the_number_of_matches(tmp_path, condition, text):
    assert truth_of(tmp_path, condition, text) == "yes"


def test_count_goes_over_all_fields(tmp_path):
    record = {"title": "sale", "text": "a sale", "body": "the sale"}

    assert truth_of(tmp_path, 'count("sale") == 3 and count("sale" in (title, body)) == 2', record) == "yes"


def test_words_can_be_counted_in_a_field(tmp_path):
    record = {"title": "one two", "text": "one two three"}

    assert truth_of(tmp_path, "count(words in title) == 2 and count(words) == 5", record) == "yes"


def test_all_overlapping_dictionary_hits_are_matches(tmp_path):
    assert matches_of(tmp_path, "city", "new york city hall", CITIES) == [
        ("text", 0, "new york"),
        ("text", 0, "new york city"),
        ("text", 4, "york city"),
        ("text", 9, "city hall"),
        ("text", 14, "hall"),
    ]


def test_count_takes_the_leftmost_longest_and_then_goes_on_behind_it(tmp_path):
    # "new york city" and "hall": the three hits that overlap these do not count
    assert truth_of(tmp_path, "count(city) == 2", "new york city hall", CITIES) == "yes"


def test_count_prefers_the_leftmost_to_a_longer_one_behind_it(tmp_path):
    declared = "matchers: {m: {use: dictionary, terms: [a b, b c d e, c d, e]}}"

    # "a b", "c d", "e", and not "b c d e"
    assert truth_of(tmp_path, "count(m) == 3", "a b c d e", declared) == "yes"


def test_equal_terms_of_several_rows_count_once(tmp_path):
    declared = "dictionaries: {d: {file: d.csv}}\nmatchers: {m: {use: dictionary, of: d}}"
    files = {"d.csv": "term,label\npython,snake\npython,language\n"}

    assert truth_of(tmp_path, "count(m) == 1", "a python", declared, **files) == "yes"


def test_matches_that_touch_are_counted_apart(tmp_path):
    assert truth_of(tmp_path, "count(/ab/) == 2", "abab") == "yes"


def test_distinct_counts_different_texts(tmp_path):
    assert truth_of(tmp_path, 'distinct("sale" or "deal") == 2', "sale, SALE, deal, sale") == "yes"


def test_distinct_takes_texts_that_fold_alike_for_one(tmp_path):
    assert truth_of(tmp_path, 'distinct("buy now" or "first") == 2', "buy now, Buy  NOW, ﬁrst, first") == "yes"


def test_distinct_counts_different_values_of_a_column(tmp_path):
    condition = "distinct(food.kind) == 2 and distinct(food) == 3"

    assert truth_of(tmp_path, condition, "sour sweet pea", FOODS, **ROWS) == "yes"


@pytest.mark.parametrize(
    "condition",
    [
        "sum(food.weight) == 15.5",
        "max(food.weight) == 10",
        "min(food.weight) == 2",
        "mean(food.weight) * 3 == 15.5",
    ],
)
def test_numbers_over_a_column_go_over_all_matches(tmp_path, condition):
    assert truth_of(tmp_path, condition, "sour sweet pea", FOODS, **ROWS) == "yes"


def test_numbers_over_a_column_pass_over_empty_cells(tmp_path):
    condition = "sum(food.weight) == 2 and min(food.weight) == 2 and mean(food.weight) == 2"

    assert truth_of(tmp_path, condition, "sour and hot", FOODS, **ROWS) == "yes"


@pytest.mark.parametrize(
    ("condition", "truth"),
    [
        ("count(food) == 0", "yes"),
        ("sum(food.weight) == 0", "yes"),
        ("max(food.weight) < 99", "unknown"),
        ("min(food.weight) < 99", "unknown"),
        ("mean(food.weight) < 99", "unknown"),
        ("distinct(food.kind) < 99", "unknown"),
        ("distinct(food) < 99", "unknown"),
    ],
)
def test_of_no_match_count_and_sum_are_0_and_the_others_unknown(tmp_path, condition, truth):
    assert truth_of(tmp_path, condition, "nothing of it", FOODS, **ROWS) == truth


@pytest.mark.parametrize(
    ("condition", "truth"),
    [
        ('count("a") * 2 + 1 == 5', "yes"),
        ('1 + count("a") * 2 == 5', "yes"),
        ('(1 + count("a")) * 2 == 6', "yes"),
        ('count("a") - 1 - 1 == 0', "yes"),
        ('count("a") / 4 == 0.5', "yes"),
        ('-count("a") == 0 - 2', "yes"),
        ('count("a") > count("b")', "yes"),
        ('count("a") >= 2', "yes"),
        ('count("a") > 2', "no"),
        ('count("a") <= 2', "yes"),
        ('count("a") < 2', "no"),
        ('count("a") != 2', "no"),
        ('count("a") / count("absent") > 0', "unknown"),
        ('(3 if "b" else 4) == 3', "yes"),
        ('(3 if "absent" else 4) == 4', "yes"),
        ('(3 if "absent" else 4 if "b" else 5) == 4', "yes"),
    ],
)
def test_arithmetic(tmp_path, condition, truth):
    assert truth_of(tmp_path, condition, "a b a") == truth


def test_a_confidence_may_be_a_number_by_cases(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {offer: {kind: document}}
        rules:
          - {id: r, label: offer, when: '"sale"', confidence: '0.95 if "sale" in title else 0.8'}
        """,
    )

    assert votes_of(rules.annotate_one({"title": "sale"})) == [("r", "offer", 0.95)]
    assert votes_of(rules.annotate_one({"text": "sale"})) == [("r", "offer", 0.8)]


def test_a_confidence_may_be_computed(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {offer: {kind: document}}
        rules:
          - {id: r, label: offer, when: '"sale"', confidence: '0.5 + count("sale") / 10'}
        """,
    )

    assert votes_of(rules.annotate_one("sale sale sale")) == [("r", "offer", 0.8)]
