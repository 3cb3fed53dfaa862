"""Rules that abstain say what is unknown to them; stages that did not run say why."""

import json

import pytest

from support.command import call
from support.rulesets import write_text

CASCADE = """\
record: {text: [text], meta: {lang: {type: text}, price: {type: number}, go: {type: text}}}
labels: {found: {kind: document}, other: {kind: document}}
matchers:
  early: {use: dictionary, terms: [early]}
  skipped: {use: dictionary, terms: [skipped]}
  late: {use: dictionary, terms: [late]}
cascade:
  - {stage: one, runs: [early, dictionary]}
  - {stage: two, runs: [skipped], when: 'doc.go == "on"'}
  - {stage: three, runs: [late], when: 'early'}
"""
RULE = "rules:\n  - {{id: asked, label: found, when: '{when}', confidence: '{confidence}'}}\n"


@pytest.fixture
def why(tmp_path):
    def ask(when, record, *, confidence="0.9", declared=CASCADE, further=""):
        rule = RULE.format(when=when.replace("'", "''"), confidence=confidence)
        path = write_text(tmp_path, declared + rule + further)
        called = call("why", path, json.dumps(record), "--json")
        assert (called.code, called.err) == (0, "")
        return json.loads(called.out)

    return ask


def reasons(explained):
    return [(rule["rule"], rule["reasons"]) for rule in explained["abstained"]]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ('doc.lang == "en"', ["doc.lang is not given"]),
        ("not (doc.price > 3)", ["doc.price is not given"]),
        ('"early" and doc.lang == "en"', ["doc.lang is not given"]),
        ('doc.lang == "en" or doc.price > 3', ["doc.lang is not given", "doc.price is not given"]),
        ('doc.lang == "en" and doc.lang != "de"', ["doc.lang is not given"]),
        ('doc.lang == "en" or (doc.price > 3 and "absent")', ["doc.lang is not given"]),
        ("at least 2 of (early, doc.price > 3)", ["doc.price is not given"]),
        ('fold(doc.lang) == fold("EN")', ["doc.lang is not given"]),
        ("doc.lang matches /e/", ["doc.lang is not given"]),
        ("count(early) / count(late) > 1", ["count(early) / count(late) divides by zero"]),
        ("distinct(late) > 1", ["distinct(late) has nothing to go by"]),
        ('early where (doc.price > 3)', ["doc.price is not given"]),
        ("doc.price > 3 if early else doc.lang exists", ["doc.price is not given"]),
    ],
)  # fmt: skip
def test_reason_is_what_is_unknown(why, when, expected):
    assert reasons(why(when, {"text": "early"})) == [("asked", expected)]


@pytest.mark.parametrize(
    "when",
    ['doc.lang == "en" and "absent"', 'doc.lang == "en" or early', "doc.lang exists", '"absent"', "late"],
)
def test_a_rule_that_says_yes_or_no_does_not_abstain(why, when):
    assert reasons(why(when, {"text": "early"})) == []


@pytest.mark.parametrize(
    "when",
    [
        "skipped and late",
        "count(skipped) > 0 and late",
        "late near skipped within 3 words",
        "any of (skipped) and late",
    ],
)
def test_a_matcher_of_a_stage_that_did_not_run(why, when):
    explained = why(when, {"text": "early late", "go": "off"})

    assert reasons(explained) == [("asked", ["skipped was not looked for: the stage two did not run"])]


def test_through_a_let(why):
    explained = why("english and early", {"text": "early"}, further="let: {english: 'doc.lang == \"en\"'}\n")

    assert reasons(explained) == [("asked", ["doc.lang is not given"])]


def test_a_cue_of_a_stage_that_did_not_run(why):
    context = "contexts: {denied: {cue: skipped, window: 3 words}}\n"

    explained = why("late is not denied", {"text": "early late", "go": "off"}, further=context)

    assert reasons(explained) == [("asked", ["skipped was not looked for: the stage two did not run"])]


def test_a_condition_of_the_group(why):
    group = "  - {group: g, only: 'doc.price > 1', rules: [{id: inner, label: other, when: early, confidence: 0.9}]}\n"

    explained = why('"absent"', {"text": "early"}, further=group)

    [inner] = explained["abstained"]
    assert (inner["rule"], inner["labels"], inner["asked"], inner["reasons"]) == (
        "inner", ["other"], "doc.price > 1 and early", ["doc.price is not given"],
    )  # fmt: skip


def test_a_confidence_without_a_value(why):
    explained = why("early", {"text": "early"}, confidence="doc.price / 10")

    [asked] = explained["abstained"]
    assert (asked["asked"], asked["reasons"]) == ("doc.price / 10", ["doc.price is not given"])
    assert explained["rules"] == []


def test_rules_of_a_stage_that_did_not_run_are_not_asked(why):
    explained = why("skipped", {"text": "early", "go": "off"})

    assert (explained["abstained"], explained["skipped"]) == ([], [{"stage": "two", "when": 'doc.go == "on"'}])


def test_told_in_words(tmp_path):
    declared = CASCADE.replace("{stage: three, runs: [late], when: 'early'}", "{stage: three, runs: [late]}")
    path = write_text(tmp_path, declared + RULE.format(when='early and doc.lang == "en"', confidence="0.9"))

    called = call("why", path, '{"id": "c1", "text": "early", "go": "off"}')

    assert called.out.partition("\n\n")[2].splitlines() == [
        "no rule fired",
        "rules that abstained, as what they ask is unknown",
        f"  asked -> found   {path}:14:10",
        '     asks        early and doc.lang == "en"',
        "     unknown     doc.lang is not given",
        'not asked: stage two (its when says no: doc.go == "on")',
        "not asked: stage three (no label was open that it can vote for)",
        "route accepted: no label is open, and none was found",
    ]
