"""The JUnit report, opened by a reader of such reports."""

from __future__ import annotations

import junitparser
import pytest

from support.command import call

RULESET = """\
ruleset: shop
version: "1.0.0"
record: {text: [text]}
labels:
  kind: {one_of: [spam, ham]}
  price: {kind: span, negatives: [five dollars, "$5 \\u0007"]}
rules:
  - {id: asks, label: spam, when: '"buy"', confidence: 0.9, hit: [sell, buy], todo_hit: [purchase, buy]}
  - {id: sum, label: price, when: '/[$]\\d/', confidence: 0.9, hit: [{text: 5}]}
tests:
  - {text: buy, expect: ham}
"""


@pytest.fixture
def report(tmp_path):
    """(suite, package, tests, failures, errors, skipped, cases) of each suite of a report."""

    def read(text, *options):
        path, target = tmp_path / "ruleset.yaml", tmp_path / "report.xml"
        path.write_text(text, encoding="utf-8")
        call("test", path, "--junit", target, *options)
        found = junitparser.JUnitXml.fromfile(str(target))
        suites = [
            (suite.name, suite.tests, suite.failures, suite.errors, suite.skipped,
             [(case.name, [(type(each).__name__, each.type, each.message) for each in case.result]) for case in suite])
            for suite in found
        ]  # fmt: skip
        return (found.tests, found.failures, found.errors, found.skipped), suites

    return read


def test_each_rule_is_a_suite_and_each_failure_has_its_word(report):
    assert report(RULESET) == (
        (8, 3, 1, 1),
        [
            ("shop: asks", 4, 1, 0, 1, [
                ("hit[0]", [("Failure", "missed", "it did not fire")]),
                ("hit[1]", []),
                ("todo_hit[0]", [("Skipped", "known gap", "known gap: missed: it did not fire")]),
                ("todo_hit[1]", []),
            ]),
            ("shop: sum", 1, 0, 1, 0, [
                ("hit[0]", [("Error", "unusable", 'the field "text" is a number, a text is wanted')]),
            ]),
            ("shop: negatives", 2, 1, 0, 0, [
                ("price[0]", []),
                ("price[1]", [("Failure", "noisy", 'sum votes for price on "$5"')]),
            ]),
            ("shop: tests", 1, 1, 0, 0, [
                ("test[0]", [("Failure", "wrong decision", "ham is no (0.00), not accepted")]),
            ]),
        ],
    )  # fmt: skip


def test_a_known_gap_that_passes_is_a_failure_when_strict(report):
    totals, suites = report(RULESET, "--strict")

    assert totals == (8, 4, 1, 1)
    assert suites[0][5][3] == ("todo_hit[1]", [("Failure", "now passes", "now passes: move it to hit")])


def test_a_ruleset_with_errors_is_a_suite_with_an_error(report, tmp_path):
    path = tmp_path / "ruleset.yaml"

    totals, [suite] = report('ruleset: shop\nversion: "1.0.0"\nlabels: []\nrules: []\n')

    assert totals == (1, 0, 1, 0)
    assert suite[:5] == (f"{path}: ruleset", 1, 0, 1, 0)
    [(name, [(kind, code, told)])] = suite[5]
    assert (name, kind, code[:1], told.startswith(f"{path}:")) == ("the ruleset can be used", "Error", "R", True)


def test_the_place_of_an_example_and_the_drawing_are_in_the_report(tmp_path):
    path, target = tmp_path / "ruleset.yaml", tmp_path / "report.xml"
    path.write_text(RULESET, encoding="utf-8")

    call("test", path, "--junit", target, "--rule", "asks")
    case = next(iter(next(iter(junitparser.JUnitXml.fromfile(str(target))))))

    assert (case.classname, case._elem.get("file"), case._elem.get("line")) == ("shop.asks", str(path), "8")
    assert case.result[0].text == (
        f'{path}:8:67 asks: missed: it did not fire\n    hit: "sell"\n    nearest: "buy" is not found'
    )
