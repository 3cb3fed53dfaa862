"""`segment`: matchers that say what words and sentences are."""

from __future__ import annotations

from support.rulesets import load_text, problems_of

RULES = """\
labels: {a: {kind: document}}
matchers:
  tokens: {use: regex, pattern: '/\\S+/'}
  slow: {use: regex, pattern: '/x/'}
cascade:
  - {stage: one, runs: [tokens, dictionary]}
  - {stage: two, runs: [slow], when: 'doc.go == "on"'}
record: {text: [text], meta: {go: {type: text}}}
rules:
  - {id: near, label: a, when: '"big" near "dog" within 1 words', confidence: 0.9}
  - {id: slow, label: a, when: slow, confidence: 0.1}
"""


def decision(rules, **record):
    return rules.annotate_one(record).decisions.get("a")


def test_distances_count_the_matches_of_the_matcher(tmp_path):
    plain, with_tokens = load_text(tmp_path, RULES), load_text(tmp_path, RULES + "segment: {words: tokens}\n")

    text = "a big black-and-white dog"

    assert (decision(plain, text=text), decision(with_tokens, text=text)) == (None, "accepted")


def test_what_is_measured_by_a_matcher_of_a_skipped_stage_is_unknown(tmp_path):
    rules = load_text(tmp_path, RULES + "segment: {words: slow}\n")

    # the rule belongs to the stage of the matcher, which one record does not reach
    assert decision(rules, text="big dog", go="off") is None
    assert decision(rules, text="big x dog", go="on") == "accepted"


def test_a_rule_that_is_measured_by_a_matcher_belongs_to_its_stage(tmp_path):
    stages = [
        load_text(tmp_path, RULES + segment).plan.rules[0].stage
        for segment in ("", "segment: {words: slow}\n", "segment: {sentences: slow}\n")
    ]

    assert stages == [0, 1, 0]


def test_names_and_units_that_do_not_exist_are_refused(tmp_path):
    assert problems_of(tmp_path, RULES + "segment: {words: token}\n") == [("R021", 14)]
    assert problems_of(tmp_path, RULES + "segment: {lines: tokens}\n") == [("R010", 14)]


def test_a_matcher_that_is_only_a_unit_is_used(tmp_path):
    found = load_text(tmp_path, RULES + "segment: {words: tokens}\n").problems

    assert [problem.message for problem in found if problem.code == "R103"] == []
