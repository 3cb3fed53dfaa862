"""Votes that are cast again give the bytes of a run from scratch, whatever was edited, and however often."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from rubricate.annotator import Annotator
from rubricate.errors import RulesetError
from rubricate.model.descriptors import Cost
from support.reference import load, records
from support.replays import label_with_votes
from support.ruleset_edits import edited, sources

RECORDS = st.lists(records(), min_size=1, max_size=5)


def loaded(source):
    try:
        return load(source.yaml, source.files)
    except RulesetError:
        return None


def check_chain(before, after, given, folder):
    """Every run of a chain, each after the one before, says what one from scratch says."""
    runs = [rules for rules in map(loaded, (before, *after)) if rules is not None]
    assume(len(runs) > 1)
    label_with_votes(runs[0], given, folder, "0")
    for number, rules in enumerate(runs[1:], 1):
        scratch, full = label_with_votes(rules, given, folder, "scratch")
        replayed, work = label_with_votes(rules, given, folder, str(number), after=str(number - 1))
        assert replayed == scratch
        assert (work.evaluations_of, work.model_calls_of) == (full.evaluations, full.model_calls)
        assert work.evaluations <= full.evaluations


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), RECORDS)
def test_edited_rules_say_what_they_say_from_scratch(tmp_path_factory, data, given):
    before = data.draw(sources())
    once = data.draw(edited(before))
    twice = data.draw(edited(once))

    check_chain(before, [once, twice], given, tmp_path_factory.mktemp("votes"))


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), RECORDS)
def test_edited_links_of_labels_say_what_they_say_from_scratch(tmp_path_factory, data, given):
    before = data.draw(sources(linked=True))
    once = data.draw(edited(before, linked=True))

    check_chain(before, [once, before], given, tmp_path_factory.mktemp("votes"))


def with_dear_patterns(rules):
    """The same rules where patterns cost as much as models do, so that gates stand before them."""
    dear = replace(rules.registry.matchers["regex"], cost=Cost.MODEL)
    registry = replace(rules.registry, matchers={**rules.registry.matchers, "regex": dear})
    return Annotator(rules.ruleset, registry)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), RECORDS)
def test_what_gates_spare_is_not_missed_when_votes_are_cast_again(tmp_path_factory, data, given):
    before = data.draw(sources())
    after = data.draw(edited(before))
    first, second = loaded(before), loaded(after)
    assume(first is not None and second is not None)
    first, second = with_dear_patterns(first), with_dear_patterns(second)
    folder = tmp_path_factory.mktemp("votes")

    label_with_votes(first, given, folder, "first")
    scratch, _ = label_with_votes(second, given, folder, "scratch")
    replayed, _ = label_with_votes(second, given, folder, "second", after="first")

    assert replayed == scratch
