"""Sparing expensive matchers where they cannot matter changes nothing that is said about a record."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rubricate.model.descriptors import Cost, RawRecord
from rubricate.planning.compiling import make_plan
from rubricate.running.cascade import Cascade
from rubricate.running.preparing import Preparer
from support.reference import load, records
from support.reference_rulesets import rulesets


def _with_dear_patterns(annotator):
    """The plan in which patterns cost as much as models do."""
    registry = annotator.registry
    dear = replace(registry.matchers["regex"], cost=Cost.MODEL)
    return make_plan(annotator.ruleset, replace(registry, matchers={**registry.matchers, "regex": dear}))


def _without_gates(plan):
    stages = [replace(stage, gated=[gated._replace(gate=None) for gated in stage.gated]) for stage in plan.stages]
    return replace(plan, stages=stages)


def _said(plan, given):
    preparer = Preparer(plan)
    documents = []
    for ordinal, record in enumerate(given):
        raw = RawRecord(line=ordinal + 1, offset=0, raw=b"{}", fields=record)
        documents.append(preparer.prepare(raw, id=str(ordinal), ordinal=ordinal))
    cascade = Cascade(plan)
    frames = cascade.run(documents)
    told = [(frame.votes, frame.shadows, frame.decisions, set(frame.skipped)) for frame in frames]
    return told, cascade.work.evaluations


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rulesets(), st.lists(records(), min_size=1, max_size=5))
def test_what_a_gate_spares_is_never_missed(yaml, given):
    plan = _with_dear_patterns(load(yaml))

    gated, less = _said(plan, given)
    asked, more = _said(_without_gates(plan), given)

    assert gated == asked
    assert less <= more
