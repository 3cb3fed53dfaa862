"""What normalisers give, columns of sets put together, and names with stars."""

import pytest

import rubricate
from support.rulesets import load_text, problems_of, truth_of, write_text

SIZED = """\
dictionaries: {things: {file: t.csv}}
matchers: {thing: {use: dictionary, of: things}}
"""
SIZES = {"t.csv": 'term,n,kinds\npan,"1,200",red; blue\ncup,2,green\n'}

TWO_TABLES = """\
dictionaries:
  things: {file: t.csv, types: {n: number}}
  others: {file: o.csv}
matchers:
  thing: {use: dictionary, of: things}
  other: {use: dictionary, of: others}
let: {either: thing or other}
"""
TWO = {"t.csv": "term,n,own\npan,3,a\n", "o.csv": "term,n\ncup,many\n"}


def asked(declared: str, condition: str) -> str:
    rule = f"  - {{id: r, label: a, when: '{condition}', confidence: 1}}\n"
    return f"{declared}labels: [a]\nrules:\n{rule}"


@pytest.mark.parametrize(
    ("condition", "truth"),
    [
        ("thing where (number(it.n) > 2)", "yes"),
        ("thing where (number(it.n) == 1200)", "yes"),
        ("thing where (number(it.n) > 1200)", "no"),
        ('thing where (list(it.kinds) contains "blue")', "yes"),
        ('thing where (list(it.kinds) contains "green")', "no"),
        ('thing where (digits(it.n) == "1200")', "yes"),
    ],
)
def test_a_normaliser_gives_values_of_its_type(tmp_path, condition, truth):
    assert truth_of(tmp_path, condition, "a pan", SIZED, **SIZES) == truth


@pytest.mark.parametrize(
    "condition",
    [
        'thing where (number(it.n) == "12")',
        'thing where (list(it.kinds) == "red")',
        "thing where (digits(it.n) > 2)",
        'thing where ("red" contains list(it.kinds))',
    ],
)
def test_a_value_of_another_type_is_refused(tmp_path, condition):
    assert problems_of(tmp_path, asked(SIZED, condition), **SIZES) == [("R022", 7)]


@pytest.mark.parametrize(
    "condition",
    [
        "(thing or other) where (it.n > 2)",
        "any of (thing, other) where (it.n exists)",
        'either where (it.n == "many")',
        "sum(either.n) > 2",
    ],
)
def test_a_column_of_two_types_cannot_be_used(tmp_path, condition):
    _, problems = rubricate.check(write_text(tmp_path, asked(TWO_TABLES, condition), **TWO))

    assert [(found.code, found.location.line, found.message) for found in problems if found.is_error] == [
        ("R022", 12, "column n holds texts in one set and numbers in another")
    ]


def test_the_other_columns_of_such_sets_can_be_used(tmp_path):
    assert truth_of(tmp_path, 'either where (it.own == "a")', "a pan", TWO_TABLES, **TWO) == "yes"


def in_a_set(pattern: str) -> str:
    return f"""\
    labels: {{mood_of_day: {{one_of: [happy, sad]}}, late: {{kind: document}}}}
    rules:
      - {{id: later, label: late, when: 'label("{pattern}")', confidence: 1}}
      - {{id: joy, label: happy, when: '"joy"', confidence: 1}}
    """


@pytest.mark.parametrize("pattern", ["mood_of_day", "mood*", "*_of_*", "*day", "h*y"])
def test_stars_stand_for_names_of_sets_and_labels(tmp_path, pattern):
    rules = load_text(tmp_path, in_a_set(pattern))

    assert [rules.annotate_one(text).decisions.get("late") for text in ("joy", "none")] == ["accepted", None]


def test_stars_that_fit_no_name_are_refused(tmp_path):
    assert problems_of(tmp_path, in_a_set("mood*x")) == [("R030", 5)]


@pytest.mark.parametrize(
    ("value", "text", "wanted"),
    [
        ("date(it.text)", "2026-01-31", "2026-01-31"),
        ('date(it.text, "dmy")', "31.01.2026", "2026-01-31"),
        ("number(it.text)", "1,200.50", 1200.5),
        ("digits(it.text)", "12-34", "1234"),
        ("lower(it.text)", "12A", "12a"),
    ],
)
def test_a_normaliser_of_a_plugin_makes_the_value(tmp_path, value, text, wanted):
    yaml = f"labels: {{x: {{kind: span}}}}\nrules:\n  - {{id: r, label: x, when: '/[0-9][0-9.,A-]*/', value: '{value}', confidence: 0.9}}\n"

    [span] = load_text(tmp_path, yaml).annotate_one(text).annotations

    assert span.value == wanted
