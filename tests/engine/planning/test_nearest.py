"""The evidence of a relation: each match with the nearest of its partners, however many there are."""

import pytest

from support.rulesets import load_text

RULESET = """\
record: {text: [text]}
labels: {burn: {kind: document}}
matchers:
  heat: {use: dictionary, terms: [hot]}
  part: {use: dictionary, terms: [hand, arm]}
  both: {use: regex, pattern: '/hot[^.]*(?:hand|arm)/'}
  wide: {use: regex, pattern: '/[^.]*(?:hand|arm)/'}
rules:
  - {id: rule, label: burn, when: 'CONDITION', confidence: 0.9}
"""


def evidence(folder, condition, text):
    """The texts that the vote rests on."""
    [vote] = load_text(folder, RULESET.replace("CONDITION", condition)).annotate_one(text).votes
    return [text[found.start : found.end] + f"@{found.start}" for found in vote.evidence]


@pytest.mark.parametrize(
    ("condition", "text", "expected"),
    [
        ("heat near part within 8 words", "hand and then an arm hot", ["hot@21", "arm@17"]),
        ("heat near part within 8 words", "hand hot x arm", ["hot@5", "hand@0"]),
        ("heat near part within 8 words", "arm hot arm", ["hot@4", "arm@0"]),
        ("heat after part", "hand arm hot", ["hot@9", "arm@5"]),
        ("heat before part", "hand hot arm hand", ["hot@5", "arm@9"]),
        ("heat inside both or heat inside wide", "a hot hand", ["hot@2", "hot hand@2", "a hot hand@0"]),
        ("(heat near part within 1 words) or heat", "hand x y hot arm", ["hot@9", "arm@13"]),
    ],
    ids=["later but nearer", "before and nearer", "tie goes to the one before", "after", "before", "inside", "limit"],
)
def test_evidence_is_the_nearest_partner(tmp_path, condition, text, expected):
    assert evidence(tmp_path, condition, text) == expected


def test_nearest_partner_among_many_is_that_among_few(tmp_path):
    text = " ".join(["hand"] * 9 + ["x", "arm", "hot", "y", "arm"] + ["hand"] * 9)

    assert evidence(tmp_path, "heat near part within 20 words", text) == ["hot@51", "arm@47"]
