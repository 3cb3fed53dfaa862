"""Differences of meaning, in words."""

from __future__ import annotations

import pytest

from rubricate.versioning.other_changes import Change
from rubricate.versioning.showing import changes_text
from support.versions import FILES, RULESET, differences


def test_equal_rulesets_have_no_difference(tmp_path):
    assert differences(tmp_path, RULESET) == []


EDITS = {
    "a window": ("within 8 words", "within 10 words", [
        Change("rule", "burnt", "changed", ('let "hot_body" changed',)),
        Change("let", "hot_body", "changed", ("window 8 words -> 10 words",), ("burnt",)),
    ]),
    "a guard": ("hot_body is not negated", "hot_body", [
        Change("rule", "burnt", "changed", ('guard "is not negated" removed',)),
    ]),
    "a guard turned round": ("hot_body is not negated", "hot_body is negated", [
        Change("rule", "burnt", "changed", ("is not negated -> is negated",)),
    ]),
    "a place": ("hot_body is not negated", "hot_body is not negated in title", [
        Change("rule", "burnt", "changed", ('guard "in title" added',)),
    ]),
    "a confidence": ("confidence: 0.95", "confidence: 0.9", [
        Change("rule", "furious", "changed", ("confidence 0.95 -> 0.9",)),
    ]),
    "an alternative": ('or "never again" ', 'or "once more" or "enough" ', [
        Change("rule", "furious", "changed", (
            'alternative "never again" removed', 'alternative "once more" added', 'alternative "enough" added',
        )),
    ]),
    "a number compared": (">= 2'", ">= 3'", [
        Change("rule", "sale", "changed", ('count("buy now" or "sale") >= 2 -> count("buy now" or "sale") >= 3',)),
    ]),
    "only of a group": ("    only: 'doc.source == \"shop\"'\n", "", [
        Change("rule", "priced", "changed", ('condition "doc.source == "shop"" removed',)),
        Change("rule", "sale", "changed", ('condition "doc.source == "shop"" removed',)),
    ]),
    "a context": ("window: 6 words, stop: clause", "window: same sentence", [
        Change("rule", "burnt", "changed", ('context "negated" changed',)),
        Change("context", "negated", "changed", ("window 6 words -> same sentence", "stop clause -> none"), ("burnt",)),
    ]),
    "a pattern": ("|\\bboiling\\b", "|\\bsteaming\\b", [
        Change("rule", "priced", "changed", ('matcher "degree" changed',)),
        Change("rule", "furious", "changed", ('matcher "degree" changed',)),
        Change("matcher", "degree", "changed", (
            'pattern "/\\\\b\\\\d+ ?degrees\\\\b|\\\\bboiling\\\\b/i" -> x',
        ), ("priced", "furious")),
    ]),
    "a label": ("label: angry, when:", "label: calm, when:", [
        Change("rule", "furious", "changed", ("label angry -> calm",)),
    ]),
    "a draft": ("label: angry, when:", "label: angry, status: draft, when:", [
        Change("rule", "furious", "changed", ("is a draft now, and decides nothing",)),
    ]),
    "another id": ("id: furious", "id: angry-words", [
        Change("rule", "furious", "renamed", ("is called angry-words now",)),
    ]),
    "a threshold": ("\nrules:\n", "\ndecide: {urgent: {accept: 0.8}, tone: {margin: 0.2}}\nrules:\n", [
        Change("label", "calm, angry", "changed", ("margin 0.1 -> 0.2",)),
        Change("label", "urgent", "changed", ("accept 0.85 -> 0.8",)),
    ]),
    "a label more": ("one_of: [calm, angry]", "one_of: [calm, angry, sad]", [
        Change("label", "sad", "added", ("in the set tone",)),
    ]),
    "otherwise": ("confidence: 0.6}", "confidence: 0.7}", [
        Change("setting", "otherwise", "changed", ("calm: confidence 0.6 -> 0.7",)),
    ]),
    "otherwise of a set more": (
        "otherwise: {label: calm, confidence: 0.6}", "otherwise: [{label: angry, confidence: 0.6, cites: [s1]}]", [
            Change("setting", "otherwise", "changed", ("calm removed", "angry added: confidence 0.6, cites s1")),
        ],
    ),
    "what otherwise cites": ("confidence: 0.6}", "confidence: 0.6, cites: [s2]}", [
        Change("setting", "otherwise", "changed", ("calm: cites s2 added",)),
    ]),
    "how spans are settled": ("\nrules:\n", "\nconflicts: {overlap: keep_all}\nrules:\n", [
        Change("setting", "conflicts", "changed", ('overlap: "longest" -> "keep_all"',)),
    ]),
    "a stage": ("\nrules:\n", "\ncascade: [{stage: cheap, runs: [dictionary]}, {stage: late, runs: [regex]}]\nrules:\n", [
        Change("rule", "burnt", "changed", ("moved from stage lexical to cheap",)),
        Change("rule", "priced", "changed", ("moved from stage lexical to late",)),
        Change("rule", "sale", "changed", ("moved from stage lexical to cheap",)),
        Change("rule", "furious", "changed", ("moved from stage lexical to late",)),
        Change("rule", "weighed", "changed", ("moved from stage lexical to cheap",)),
        Change("setting", "cascade", "changed", ("stage cheap added", "stage late added")),
    ]),
}  # fmt: skip
EDITS["a pattern"][2][2] = Change(
    "matcher",
    "degree",
    "changed",
    (
        "pattern: alternative /\\bboiling\\b/ removed",
        "pattern: alternative /\\bsteaming\\b/ added",
    ),
    ("priced", "furious"),
)


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_told_in_words(name, tmp_path):
    old, new, expected = EDITS[name]
    assert old in RULESET

    assert differences(tmp_path, RULESET.replace(old, new)) == expected


def test_rows_that_came_went_and_changed_are_named(tmp_path):
    table = "term\tweight\nscalded\t5\nburnt\t3\nseared\t1\n"

    assert differences(tmp_path, RULESET, {**FILES, "heat.tsv": table})[-1] == Change(
        "table",
        "heat",
        "changed",
        (
            "1 added, 1 removed, 1 changed",
            'term "seared" added',
            'term "hot" removed',
            'row "scalded": weight 2 -> 5',
        ),
        ("burnt", "weighed"),
    )


def test_a_rule_that_went_and_one_that_came_are_told_with_what_they_say(tmp_path):
    text = RULESET.replace("id: weighed, label: urgent, when: 'sum(hot.weight) >= 3'",
                           "id: heavy, label: urgent, supersedes: [weighed], when: 'count(hot) > 4'")  # fmt: skip

    assert differences(tmp_path, text) == [
        Change("rule", "weighed", "removed", ("label urgent", "when sum(hot.weight) >= 3", "confidence 0.9")),
        Change("rule", "heavy", "added",
               ("label urgent", "when count(hot) > 4", "confidence 0.9", "supersedes weighed")),
    ]  # fmt: skip


def test_a_section_that_reads_otherwise_names_the_rules_that_cite_it(tmp_path):
    guideline = FILES["guideline.md"].replace("was hurt", "was badly hurt")

    assert differences(tmp_path, RULESET, {**FILES, "guideline.md": guideline}) == [
        Change("section", "s1", "changed", ("its text changed",), ("burnt",))
    ]


def test_each_difference_is_a_line_that_begins_with_its_part(tmp_path):
    found = differences(tmp_path, RULESET.replace("within 8 words", "within 10 words"))

    assert changes_text(found) == (
        'rule burnt: let "hot_body" changed\n'
        "let hot_body: window 8 words -> 10 words (used by burnt)\n"
        "1 rule, 1 let changed\n"
    )
