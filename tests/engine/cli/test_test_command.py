"""`rubricate test`: several rulesets, a choice of examples, exit codes."""

from __future__ import annotations

import json

import pytest

from support.command import call

RULESET = """\
ruleset: {name}
version: "1.0.0"
record: {{text: [text]}}
labels:
  kind: {{one_of: [spam, ham]}}
  price: {{kind: span, negatives: [five dollars]}}
rules:
  - {{id: {name}-asks, label: spam, when: '"buy"', confidence: 0.9, hit: [buy], miss: [sell]}}
  - {{id: {name}-sum, label: price, when: '/[$]\\d/', confidence: 0.9, hit: [{hit}], miss: [x]}}
tests:
  - {{text: buy, expect: spam}}
  - {{text: '[[price:$5]]'}}
"""


@pytest.fixture
def folder(tmp_path):
    """Two rulesets, of which the second has a failing example."""
    for name, hit in (("one", "$5"), ("two", "five")):
        path = tmp_path / name / "ruleset.yaml"
        path.parent.mkdir()
        path.write_text(RULESET.format(name=name, hit=hit), encoding="utf-8")
    return tmp_path


def ids(called):
    return [each["id"] for each in json.loads(called.out)]


def test_a_folder_tests_every_ruleset_below_it(folder):
    called = call("test", folder)

    assert (called.code, called.err) == (1, "")
    assert called.out == (
        f"{folder / 'two' / 'ruleset.yaml'}:9:73 two-sum: missed: it did not fire\n"
        '    hit: "five"\n    nearest: /[$]\\d/ is not found\n'
        "2 rulesets, 14 examples: 13 pass, 1 fail\n"
    )


def test_quiet_gives_a_line_for_each_failure(folder):
    assert call("test", folder, "-q").out == (
        f"{folder / 'two' / 'ruleset.yaml'}:9:73 two-sum: missed: it did not fire\n"
        "2 rulesets, 14 examples: 13 pass, 1 fail\n"
    )


@pytest.mark.parametrize(
    ("options", "chosen"),
    [
        (["--rule", "one-sum"], ["one-sum::hit[0]", "one-sum::miss[0]", "negatives::price[0]"]),
        (["--label", "spam"], ["one-asks::hit[0]", "one-asks::miss[0]", "tests::test[0]"]),
        (["--label", "kind"], ["one-asks::hit[0]", "one-asks::miss[0]", "tests::test[0]"]),
        (["--label", "price"], ["one-sum::hit[0]", "one-sum::miss[0]", "negatives::price[0]", "tests::test[1]"]),
        (["--rule", "one-asks", "--label", "price"], []),
    ],
    ids=" ".join,
)
def test_examples_are_chosen_by_rule_and_label(folder, options, chosen):
    assert ids(call("test", folder / "one", "--json", *options)) == chosen


def test_a_rule_may_be_in_any_of_the_rulesets(folder):
    assert ids(call("test", folder, "--json", "--rule", "two-asks")) == ["two-asks::hit[0]", "two-asks::miss[0]"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--rule", "one-ask"], 'there is no rule "one-ask"\nhelp: did you mean "one-asks"?'),
        (["--label", "colour"], 'there is no label "colour"'),
    ],
    ids=["rule", "label"],
)
def test_what_no_ruleset_has_is_refused(folder, options, said):
    called = call("test", folder / "one", *options)

    assert (called.code, called.out, called.err) == (2, "", f"rubricate: {said}\n")


def test_a_ruleset_with_errors_keeps_no_other_from_being_tested(folder):
    (folder / "one" / "ruleset.yaml").write_text("ruleset: one\nversion: 1.10\nlabels: [a, b]\nrules: []\n")

    called = call("test", folder, "-q")

    assert called.code == 2
    assert called.err.startswith(f"{folder / 'one' / 'ruleset.yaml'}:2:10 R015 error")
    assert called.out.endswith("1 ruleset, 7 examples: 6 pass, 1 fail\n")


def test_only_rulesets_with_errors_give_no_count(folder):
    path = folder / "broken.yaml"
    path.write_text("ruleset: one\nversion: 1.10\nlabels: [a, b]\nrules: []\n")

    called = call("test", path)

    assert (called.code, called.out) == (2, "")


def test_a_report_that_cannot_be_written_is_told(folder):
    called = call("test", folder / "one", "--junit", folder / "absent" / "report.xml")

    assert (called.code, called.err) == (
        2,
        f"rubricate: {folder / 'absent' / 'report.xml'}: no such file or directory\n",
    )
