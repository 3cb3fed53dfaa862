"""Votes that are cast again give the bytes of a run from scratch, whatever was edited, and however often."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from rubricate.errors import RulesetError
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
