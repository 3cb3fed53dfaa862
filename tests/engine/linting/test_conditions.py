"""What is said about conditions, and what is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.lints import of_condition, problems_for

CONSTANT = {
    'count("sale") < 0': 'count("sale") < 0',
    'count("sale") >= 0': 'count("sale") >= 0',
    '"sale" and count("cat") < 0': 'count("cat") < 0',
    '"sale" and not "sale"': '"sale" and not "sale"',
    '"sale" and not "SALE"': '"sale" and not "SALE"',
    '"sale" or not "sale"': '"sale" or not "sale"',
    "burn and none of (burn, denial)": "burn and none of (burn, denial)",
    "doc.price > 10 and doc.price < 5": "doc.price > 10 and doc.price < 5",
    "doc.price > 5 and doc.price <= 5": "doc.price > 5 and doc.price <= 5",
    "doc.price > 5 or doc.price < 10": "doc.price > 5 or doc.price < 10",
    "5 > doc.price and doc.price >= 5": "5 > doc.price and doc.price >= 5",
    'doc.lang == "en" and doc.lang == "de"': 'doc.lang == "en" and doc.lang == "de"',
    'doc.lang != "en" and doc.lang != "de"': 'doc.lang != "en" and doc.lang != "de"',
    'doc.lang in ["en", "de"]': 'doc.lang in ["en", "de"]',
    'doc.name == "a" and doc.name in ["b", "c"]': 'doc.name == "a" and doc.name in ["b", "c"]',
    "not doc.price exists and doc.price > 2": "not doc.price exists and doc.price > 2",
    "burn in title and not burn": "burn in title and not burn",
    'count("sale") > 2 and count("sale") < 3': 'count("sale") > 2 and count("sale") < 3',
    "2 > 3": "2 > 3",
    '"sale" and not (burn or not burn)': "burn or not burn",
    'burn where (it.text == "a" and it.text == "b")': 'it.text == "a" and it.text == "b"',
    'doc.name == "x" and not (doc.name == "x" or burn)': 'doc.name == "x" and not (doc.name == "x" or burn)',
}


@pytest.mark.parametrize("condition", CONSTANT, ids=str)
def test_what_is_the_same_for_every_record_is_told(condition: str, tmp_path: Path) -> None:
    assert of_condition(tmp_path, condition) == [f"R111 {CONSTANT[condition]}"]


OPEN = [
    'count("sale") >= 1',
    'count("sale") > 2 and count("sale") < 4',
    'count("sale") == 0',
    '"sale" and not "sales"',
    "doc.price > 5 and doc.price < 10",
    "doc.price > 5 or doc.price < 3",
    "doc.price >= 5 and doc.price <= 5",
    'doc.lang == "en"',
    'doc.lang != "en"',
    'doc.name == "a" or doc.name == "b"',
    'doc.name != "a" and doc.name != "b"',
    "burn and not (denial in title)",
    "burn in title and not (burn in body)",
    "burn in title or not burn",
    "not doc.price exists or doc.price > 2",
    'burn where (it.text != "a")',
    "count(words) < 5",
    'doc.name contains "a" and not (doc.name contains "b")',
    'at least 2 of (burn, denial, "sale") and not burn',
    "(burn near denial within 3 words) and not (burn near denial within 1 words)",
]


@pytest.mark.parametrize("condition", OPEN, ids=str)
def test_what_a_record_can_decide_is_left_alone(condition: str, tmp_path: Path) -> None:
    assert of_condition(tmp_path, condition) == []


def test_a_let_that_never_holds_is_told_once_where_it_stands(tmp_path: Path) -> None:
    found = problems_for(
        tmp_path,
        """\
        labels: [a, b]
        let: {never: 'count("x y") < 0'}
        rules:
          - {id: one, label: a, when: 'never', confidence: 0.9}
          - {id: two, label: b, when: 'never or "z z"', confidence: 0.9}
        """,
    )

    assert [(each.code, each.location.line) for each in found] == [("R111", 4)]
    assert found[0].message == "this is never true: a count is a whole number from 0 up"


def test_a_condition_that_its_group_rules_out_is_told(tmp_path: Path) -> None:
    found = problems_for(
        tmp_path,
        """\
        record: {meta: {price: {type: number}}}
        labels: [a, b]
        rules:
          - group: dear
            only: 'doc.price > 100'
            label: a
            rules:
              - {id: one, when: '"sale" and doc.price < 50', confidence: 0.9}
              - {id: two, when: '"sale"', confidence: 0.9}
        """,
    )

    assert [(each.code, each.location.line) for each in found] == [("R111", 10)]


BESIDE = {
    "burn or any of (burn, denial)": "R112 burn",
    "burn and any of (burn, denial)": "R112 burn",
    "any of (burn, denial, burn)": "R112 burn",
    'any of ("sale", "Sale")': 'R112 "Sale"',
    "at least 2 of (den*, denial, burn)": "R112 denial",
}


@pytest.mark.parametrize("condition", BESIDE, ids=str)
def test_a_name_beside_a_group_that_includes_it_is_told(condition: str, tmp_path: Path) -> None:
    assert of_condition(tmp_path, condition) == [BESIDE[condition]]


@pytest.mark.parametrize(
    "condition",
    [
        'burn and at least 2 of (burn, denial, "sale")',
        'burn or any of ("sale", denial)',
        'burn and all of (denial, "sale")',
    ],
)
def test_a_group_that_asks_for_more_is_left_alone(condition: str, tmp_path: Path) -> None:
    assert of_condition(tmp_path, condition) == []


NOT = {
    "burn and not (burn after denial within 2 words)": "burn not after denial within 2 words",
    "burn and not (burn in title)": "burn not in title",
    "burn and not (burn is denied)": "burn is not denied",
    '"sale" and burn and not (burn inside denial)': "burn not inside denial",
}


@pytest.mark.parametrize("condition", NOT, ids=str)
def test_a_not_about_the_record_says_the_filter_that_was_meant(condition: str, tmp_path: Path) -> None:
    yaml_help = f"to leave out single matches, write: {NOT[condition]}"
    path_problems = problems_for(
        tmp_path,
        f"""\
        record: {{text: [title, body]}}
        labels: [a, b]
        let: {{burn: '"burn" or "scald"', denial: '"no" or "never"'}}
        contexts: {{denied: {{cue: 'denial', direction: before, window: 3 words}}}}
        rules:
          - {{id: one, label: a, when: '{condition}', confidence: 0.9}}
          - {{id: two, label: b, when: 'burn is denied', confidence: 0.9}}
        """,
    )

    assert [(each.code, each.help) for each in path_problems] == [("R105", yaml_help)]


@pytest.mark.parametrize(
    "condition",
    [
        "burn and not (denial in title)",
        "burn not in title and not (burn in body)",
        "burn and not (burn not in title)",
        "(burn in title) and not (burn after denial within 2 words)",
    ],
)
def test_a_not_that_can_only_be_about_the_record_is_left_alone(condition: str, tmp_path: Path) -> None:
    assert of_condition(tmp_path, condition) == []
