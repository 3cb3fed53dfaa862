"""A condition on a record as a tree: truth, what each node found, and what became of scopes."""

import pytest

from rubricate.explaining.telling_trace import draw_evidence, tell_trace
from rubricate.explaining.why_not import find_rule, why_not
from rubricate.running.preparing import Preparer
from support.rulesets import load_text

RULESET = """\
record: {text: [text], meta: {lang: {type: text}}}
labels: {burn: {kind: document}, other: {kind: document}}
dictionaries: {heats: {file: heats.tsv, version: "1"}}
matchers:
  heat: {use: dictionary, of: heats}
  part: {use: dictionary, terms: [hand]}
  deny: {use: dictionary, terms: ["no", not]}
contexts: {negated: {cue: deny, window: 6 words, stop: '"but"'}}
let: {mention: '(heat near part within 3 words) is not negated'}
rules:
  - {id: burns, label: burn, when: mention, confidence: 0.9}
  - {id: many, label: burn, when: 'count(words) > 3 and any of (heat, part, deny)', confidence: 0.9}
  - {id: group, label: burn, when: 'any of (part, deny, "a", "b", "c") and doc.lang == "en"', confidence: 0.9}
  - {id: filtered, label: burn, when: 'heat where (it.degree > 50)', confidence: 0.9}
"""
HEATS = "term\tdegree\nscalded\t60\nwarm\t30\n"


@pytest.fixture
def traced(tmp_path):
    rules = load_text(
        tmp_path, RULESET.replace('version: "1"}', 'version: "1", types: {degree: number}}'), **{"heats.tsv": HEATS}
    )

    def trace(rule, text):
        document = Preparer(rules.plan).document({"text": text}, id="r", lenient=True)
        return why_not(rules.plan, document, rules.registry, find_rule(rules.plan, rule)).trace

    return trace


def test_scope_of_a_context_with_the_stop_that_ended_it(traced):
    assert tell_trace(traced("burns", "no but it scalded my hand")) == [
        "yes     mention",
        "`- yes     heat near part within 3 words is not negated",
        '   |       scope of "no" at text 0-2: 2-3, ended by "but" at 3',
        "   `- yes     heat near part within 3 words",
        '      |- yes     heat   "scalded" at text 10-17 (line 2)',
        '      `- yes     part   "hand" at text 21-25',
    ]


def test_blamed_node_says_why(traced):
    assert tell_trace(traced("burns", "not scalded my hand")) == [
        "no      mention",
        "`- no      heat near part within 3 words is not negated",
        '   |       <- negated by "not" at 0',
        '   |       scope of "not" at text 0-3: 3-19',
        "   `- yes     heat near part within 3 words",
        '      |- yes     heat   "scalded" at text 4-11 (line 2)',
        '      `- yes     part   "hand" at text 15-19',
    ]


def test_numbers_say_what_they_are(traced):
    assert tell_trace(traced("many", "it was warm")) == [
        "no      count(words) > 3 and any of (heat, part, deny)",
        "|- no      count(words) > 3",
        "|  |       <- count is 3, limit 3",
        "|  `- yes     words",
        "`- yes     any of (heat, part, deny)",
        '   |- yes     heat   "warm" at text 7-11 (line 3)',
        "   `- no      part, deny",
    ]


def test_unknown_stands_in_the_tree(traced):
    assert tell_trace(traced("group", "my hand")) == [
        'unknown any of (part, deny, "a", "b", "c") and doc.lang == "en"',
        '|- yes     any of (part, deny, "a", "b", "c")',
        '|  |- yes     part   "hand" at text 3-7',
        '|  `- no      deny, "a", "b", "c"',
        '`- unknown doc.lang == "en"',
        "           <- doc.lang is missing",
    ]


def test_each_match_of_a_filter_is_followed(traced):
    assert tell_trace(traced("filtered", "warm or scalded")) == [
        "yes     heat where (it.degree > 50)",
        '|- yes     heat   "warm" at text 0-4 (line 3), "scalded" at text 8-15 (line 2)',
        '|- no      it = "warm" at 0',
        "|  `- no      it.degree > 50",
        "|             it.degree is 30",
        '`- yes     it = "scalded" at 8',
        "   `- yes     it.degree > 50",
        "              it.degree is 60",
    ]


def test_evidence_and_scopes_are_drawn_below_the_text(traced):
    text = "京都 no but it scalded my hand"

    assert draw_evidence(traced("burns", text), {"text": text}) == [
        "text: 京都 no but it scalded my hand",
        "             ~ scope of no, ended by but",
        "                     ^^^^^^^ heat",
        "                                ^^^^ part",
    ]
