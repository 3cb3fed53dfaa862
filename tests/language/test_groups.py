"""any of, all of, none of, at least N of: how many members are there."""

import pytest

from support.rulesets import matches_of, problems_of, truth_of

BURNS = """\
matchers:
  burn_hot: {use: dictionary, terms: [hot]}
  burn_red: {use: dictionary, terms: [red]}
  burning: {use: dictionary, terms: [fire]}
  cold: {use: dictionary, terms: [cold]}
let:
  burn_both: 'burn_hot near burn_red within 0 words'
"""


@pytest.mark.parametrize(
    ("condition", "truth"),
    [
        ('any of ("a", "x")', "yes"),
        ('any of ("x", "y")', "no"),
        ('all of ("a", "b")', "yes"),
        ('all of ("a", "x")', "no"),
        ('none of ("x", "y")', "yes"),
        ('none of ("a", "x")', "no"),
        ('at least 2 of ("a", "b", "x")', "yes"),
        ('at least 2 of ("a", "x", "y")', "no"),
        ('at least 3 of ("a", "b", "c")', "yes"),
    ],
)
def test_a_group_counts_its_members(tmp_path, condition, truth):
    assert truth_of(tmp_path, condition, "a b c") == truth


def test_at_least_counts_members_and_not_matches(tmp_path):
    assert truth_of(tmp_path, 'at least 2 of ("a", "b")', "a a a") == "no"


def test_a_member_may_be_any_condition(tmp_path):
    condition = 'at least 2 of ("a" near "b" within 0 words, count("a") >= 2, doc.price > 3)'
    declared = "record: {meta: {price: {type: number}}}"

    assert truth_of(tmp_path, condition, {"text": "a b", "price": 5}, declared) == "yes"
    assert truth_of(tmp_path, condition, {"text": "a c b", "price": 5}, declared) == "no"


def test_a_wildcard_is_every_name_that_fits(tmp_path):
    assert truth_of(tmp_path, "all of (burn_*)", "red hot", BURNS) == "yes"
    assert truth_of(tmp_path, "all of (burn*)", "red hot", BURNS) == "no"


def test_a_wildcard_takes_in_lets(tmp_path):
    assert truth_of(tmp_path, "at least 3 of (burn_*)", "hot red", BURNS) == "yes"
    assert truth_of(tmp_path, "at least 3 of (burn_*)", "hot and red", BURNS) == "no"


def test_a_wildcard_stands_beside_other_members(tmp_path):
    assert truth_of(tmp_path, "at least 2 of (burning*, cold)", "cold fire", BURNS) == "yes"


def test_any_of_gives_the_matches_of_all_members(tmp_path):
    assert matches_of(tmp_path, 'any of ("b", "a", "x")', "a b a") == [
        ("text", 0, "a"),
        ("text", 2, "b"),
        ("text", 4, "a"),
    ]


def test_at_least_gives_the_matches_of_all_members(tmp_path):
    assert matches_of(tmp_path, 'at least 2 of ("b", "a", "x")', "a b") == [("text", 0, "a"), ("text", 2, "b")]


def test_at_least_gives_no_matches_when_too_few_members_are_there(tmp_path):
    assert matches_of(tmp_path, 'at least 2 of ("b", "a", "x")', "a a") == []


def test_or_gives_all_matches(tmp_path):
    assert matches_of(tmp_path, '"b" or "a"', "a b") == [("text", 0, "a"), ("text", 2, "b")]


def test_and_gives_the_matches_of_its_leftmost_set(tmp_path):
    assert matches_of(tmp_path, '"b" and "a"', "a b b") == [("text", 2, "b"), ("text", 4, "b")]


def test_and_gives_no_matches_unless_both_sides_hold(tmp_path):
    assert matches_of(tmp_path, '"a" and "x"', "a b") == []


def test_the_leftmost_set_is_looked_for_behind_values_and_not(tmp_path):
    declared = "record: {meta: {price: {type: number}}}"

    assert matches_of(tmp_path, 'doc.price > 1 and not "x" and "b" and "a"', {"text": "a b", "price": 2}, declared) == [
        ("text", 2, "b")
    ]


def test_a_match_that_two_sides_share_is_one_match(tmp_path):
    assert matches_of(tmp_path, '"a" or "a" in text', "a b") == [("text", 0, "a")]


def test_any_of_stands_where_places_are_compared(tmp_path):
    assert matches_of(tmp_path, '"box" near any of ("zip", "code") within 0 words', "box a zip box code") == [
        ("text", 10, "box")
    ]


@pytest.mark.parametrize(
    ("condition", "code"),
    [('at least 3 of ("a", "b")', "R024"), ("any of (nothing_*)", "R023"), ("any of (nothing)", "R021")],
)
def test_a_group_that_cannot_hold_is_an_error(tmp_path, condition, code):
    yaml = f"labels: [a, b]\nrules: [{{id: r, label: a, when: '{condition}', confidence: 0.9}}]\n"

    assert problems_of(tmp_path, yaml) == [(code, 4)]
