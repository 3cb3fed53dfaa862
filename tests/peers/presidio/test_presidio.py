"""The shipped ruleset `pii` on a part of the test cases of Presidio's recognisers, 250 of 975, drawn by digest."""

import importlib.util
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SCRIPT = HERE.parents[2] / "benchmarks" / "presidio_cases.py"


@pytest.fixture(scope="module")
def presidio_cases():
    specification = importlib.util.spec_from_file_location("presidio_cases", SCRIPT)
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    yield module
    del sys.modules[specification.name]


def wrong_of(presidio_cases, **options):
    cases = presidio_cases.read_lines(HERE / "recognizer_cases.jsonl")
    outcomes = list(presidio_cases.ask(cases, **options))
    return len(outcomes), [outcome for outcome in outcomes if not outcome.is_right]


def test_all_cases_but_five_are_right_and_each_of_those_has_a_reason(presidio_cases):
    asked, wrong = wrong_of(presidio_cases)

    assert (asked, [(each.text, each.reason) for each in wrong]) == (
        250,
        [
            ("I15432", "a form of old plates that any part number has"),
            ("My US number is (415) 555-0132, and my international one is 91-415-555-0132", presidio_cases.TWICE),
            ("My US number is (415) 555-0132, and my international one is +91 4155 550132", presidio_cases.TWICE),
            ("A1234567Z", "no number begins with this letter"),
            ("34 abc 1234", "in small letters it is the form of too much else"),
        ],
    )


def test_labels_that_share_text_cost_few_cases(presidio_cases):
    asked, wrong = wrong_of(presidio_cases, shipped=True)

    assert (asked - len(wrong)) / asked >= 0.95
