"""Whole rulesets mean to the engine what they mean to the reference: votes, decisions, spans, routes."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.reference import load, records, said_by_engine, said_by_reference
from support.reference_rulesets import WORDS, labels_alone, rulesets


@settings(max_examples=9, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rulesets(), st.lists(records(), min_size=1, max_size=4))
def test_a_ruleset_says_what_the_reference_says(yaml, given):
    annotator = load(yaml)

    for record in given:
        assert said_by_engine(annotator, record) == said_by_reference(annotator, record)


@settings(max_examples=9, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rulesets(linked=True), st.lists(records(), min_size=1, max_size=4))
def test_labels_that_bear_on_one_another_say_what_the_reference_says(yaml, given):
    annotator = load(yaml)

    for record in given:
        assert said_by_engine(annotator, record) == said_by_reference(annotator, record)


@settings(max_examples=14, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(labels_alone(), st.lists(st.sets(st.sampled_from(WORDS), min_size=1).map(" ".join), min_size=1, max_size=8))
def test_links_of_labels_mean_what_they_mean_to_the_reference(yaml, given):
    annotator = load(yaml, {})

    for text in given:
        record = {"text": text}
        assert said_by_engine(annotator, record) == said_by_reference(annotator, record)


def test_a_label_that_implies_what_cannot_stand_together_names_the_nearest_to_the_reference_too():
    yaml = """\
labels:
  alpha: {kind: document, implies: [beta, omega]}
  beta: {kind: document, implies: [psi]}
  omega: {kind: document}
  psi: {kind: document, excludes: [omega]}
rules:
  - {id: a, label: alpha, when: '"hot"', confidence: 0.9}
"""
    annotator = load(yaml, {})

    said = said_by_engine(annotator, {"text": "hot"})

    assert said == said_by_reference(annotator, {"text": "hot"})
    assert said["decisions"]["alpha"][4] == "psi"
