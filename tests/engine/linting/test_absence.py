"""What a ruleset lacks, and what its confidences and thresholds cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

import rubricate
from support.lints import codes_of, of_condition, problems_for
from support.rulesets import write_text

RULE = "  - {id: a, label: %s, when: '\"x y\"', confidence: %s}\n"
LABELS = {
    "no rule": ("{one: {}, two: {}}", "one", ["two"]),
    "implied": ("{one: {implies: [two]}, two: {}}", "one", []),
    "one of three": ("{s: {one_of: [one, two, three]}}", "one", ["two", "three"]),
    "one of two": ("[one, two]", "one", []),
    "a set for people": ("{one: {}, s: {one_of: [x, y, z]}}", "one", []),
}


@pytest.mark.parametrize(("labels", "given", "idle"), LABELS.values(), ids=LABELS)
def test_labels_that_no_rule_gives_are_told(labels: str, given: str, idle: list[str], tmp_path: Path) -> None:
    path = write_text(tmp_path, f"labels: {labels}\nrules:\n{RULE % (given, 0.9)}".replace("{}", "{kind: document}"))

    found = [each.message for each in rubricate.check(path)[1] if each.code == "R139"]

    assert found == [f'no rule gives the label "{label}"' for label in idle]


def test_a_label_that_people_are_asked_about_may_have_no_rule(tmp_path: Path) -> None:
    yaml = f"labels: {{one: {{kind: document}}, two: {{kind: document}}}}\ndecide: {{two: {{if_none: review}}}}\nrules:\n{RULE % ('one', 0.9)}"

    assert {each.code for each in rubricate.check(write_text(tmp_path, yaml))[1]} == {"R102"}


@pytest.mark.parametrize(
    ("rest", "line"), [("", 1), ("rules: []\n", 4), ("rules: []\notherwise: {label: ham, confidence: 0.9}\n", 4)]
)
def test_a_ruleset_without_rules_is_told(rest: str, line: int, tmp_path: Path) -> None:
    assert codes_of(tmp_path, f"labels: [spam, ham]\n{rest}") == [("R138", line)]


def test_an_empty_group_is_told(tmp_path: Path) -> None:
    yaml = f"labels: [spam, ham]\nrules:\n{RULE % ('spam', 0.9)}  - group: shops\n    rules: []\n"

    assert codes_of(tmp_path, yaml) == [("R138", 6)]


def test_citations_of_no_guideline_are_told_once(tmp_path: Path) -> None:
    cited = "  - {id: %s, label: spam, cites: [s1], when: '\"x %s\"', confidence: 0.9}\n"
    yaml = "labels: [spam, ham]\nrules:\n" + cited % ("a", "y") + cited % ("b", "z")

    assert [(each.code, each.message) for each in problems_for(tmp_path, yaml)] == [
        ("R137", 'rule "a", and 1 more cite sections such as "s1" of no guideline')
    ]


CONFIDENCES = {
    "'0.9 + 0.3'": ["R035"],
    "'2 * 0.4 - 1'": ["R035"],
    "'0.5 if \"now\" else 0.7 + 0.4'": ["R035"],
    "'0.7 + (0.4 if \"now\" else 0)'": ["R140"],
    "'(0.4 if \"now\" else 0) - 0.1'": ["R140"],
    "'0.5 + 0.1 * count(\"x y\")'": [],
    "'0.5 + 0.4'": [],
}


@pytest.mark.parametrize(("confidence", "codes"), CONFIDENCES.items(), ids=CONFIDENCES)
def test_confidences_outside_0_to_1_are_told(confidence: str, codes: list[str], tmp_path: Path) -> None:
    yaml = f"accept: 0.05\nlabels: [spam, ham]\nrules:\n{RULE % ('spam', confidence)}"

    assert [code for code, _ in codes_of(tmp_path, yaml)] == codes


THRESHOLDS = {
    "accept: 0\n": [("R136", 3)],
    "cascade: [{stage: one, runs: [dictionary], accept: 0}]\n": [("R136", 3)],
    "decide: {spam: {low: 0.9}}\n": [("R136", 3)],
    "accept: 0.95\ndecide: {spam: {low: 0.9}}\n": [],
}


@pytest.mark.parametrize(("given", "expected"), THRESHOLDS.items(), ids=THRESHOLDS)
def test_thresholds_of_the_whole_ruleset_are_looked_at(
    given: str, expected: list[tuple[str, int]], tmp_path: Path
) -> None:
    yaml = f"{given}labels: [spam, ham]\nrules:\n{RULE % ('spam', 0.96)}"

    assert codes_of(tmp_path, yaml) == expected


CONDITIONS = {
    'at least 0 of (burn, denial) and "x y"': ["R111 at least 0 of (burn, denial)"],
    'fold(doc.name) == "Big Kettle"': ['R111 fold(doc.name) == "Big Kettle"'],
    'fold(doc.name) == fold("Big Kettle")': [],
    'doc.lang contains "x"': ['R025 "x"'],
    "doc.lang matches /^f/": ["R025 /^f/"],
    'fold(doc.lang) == fold("FR")': ['R025 fold("FR")'],
    'doc.lang contains "e"': [],
    'not (doc.name contains "x")': [],
}


@pytest.mark.parametrize(("condition", "expected"), CONDITIONS.items(), ids=CONDITIONS)
def test_conditions_that_cannot_be_are_told(condition: str, expected: list[str], tmp_path: Path) -> None:
    assert of_condition(tmp_path, condition) == expected


MIXED = """\
labels: [spam, ham]
let: {a: '"a b"', b: '"b c"', c: '"c d"'}
contexts: {denied: {cue: 'a or b and c', direction: before, window: 3 words, stop: 'a or b and c'}}
cascade:
  - {stage: one, runs: [dictionary]}
  - {stage: two, runs: [regex], when: 'a or b and c'}
rules:
  - group: g
    only: 'a or b and c'
    rules:
      - {id: r, label: spam, when: '/x/ is not denied', confidence: 0.9}
      - {id: s, label: spam, when: '/yy/ is not denied', confidence: 0.9}
"""


def test_and_beside_or_is_told_wherever_a_condition_stands(tmp_path: Path) -> None:
    assert [line for code, line in codes_of(tmp_path, MIXED) if code == "R104"] == [5, 5, 8, 11]
