"""The reference by itself: what it says where a reading of the language is easily got wrong."""

from __future__ import annotations

import pytest

from rubricate import reference
from rubricate.running.preparing import Preparer
from support.rulesets import load_text


def said(tmp_path, yaml, record, **files):
    """What the reference says of a record."""
    annotator = load_text(tmp_path, yaml, **files)
    document = Preparer(annotator.plan).document(record, id="r")
    return reference.label(annotator.ruleset, annotator.registry, document)


def holds(tmp_path, condition, record, declared=""):
    """Yes, no or unknown."""
    yaml = f"""\
labels: {{holds: {{kind: document}}, fails: {{kind: document}}}}
rules:
  - {{id: one, label: holds, when: '{condition}', confidence: 1}}
  - {{id: two, label: fails, when: 'not ({condition})', confidence: 1}}
{declared}"""
    votes = said(tmp_path, yaml, record).votes
    return "yes" if "holds" in votes else "no" if "fails" in votes else "unknown"


META = "record: {meta: {a: {type: text}, b: {type: text}}}\n"


@pytest.mark.parametrize(
    ("condition", "truth"),
    [
        ('doc.a in [doc.b, "x"]', "yes"),
        ('doc.a in [doc.b, "y"]', "unknown"),
        ('doc.a not in [doc.b, "x"]', "no"),
        ('doc.a not in [doc.b, "y"]', "unknown"),
    ],
)
def test_whether_a_value_is_in_a_list_is_unknown_where_an_item_could_be_it(tmp_path, condition, truth):
    assert holds(tmp_path, condition, {"text": "t", "a": "x"}, META) == truth


@pytest.mark.parametrize(
    ("one", "two", "truth"),
    [
        ("Hot-Plate!", "hotplate", "yes"),
        ("cafe\u0301", "CAFÉ", "yes"),
        ("cafe\u0301", "cafe", "no"),
        ("कि", "का", "no"),
        ("C++", "C", "no"),
    ],
)
def test_fold_ignores_case_spaces_and_punctuation_and_nothing_else(tmp_path, one, two, truth):
    record = {"text": "t", "a": one, "b": two}

    assert holds(tmp_path, "fold(doc.a) == fold(doc.b)", record, META) == truth


THREE = """\
matchers:
  hot: {use: dictionary, terms: [hot]}
  cold: {use: dictionary, terms: [cold]}
  stop: {use: dictionary, terms: [end]}
cascade:
  - {stage: one, runs: [hot, dictionary]}
  - {stage: two, runs: [cold], when: 'not hot'}
  - {stage: three, runs: [stop]}
"""


@pytest.mark.parametrize(
    ("condition", "truth"),
    [
        ("hot is hedged and not stop", "yes"),
        ("count(hot is hedged) == 1 and not stop", "yes"),
        ("hot is not hedged and not stop", "no"),
    ],
)
def test_a_match_in_the_scope_of_a_known_cue_is_in_it_whatever_other_cues_there_are(tmp_path, condition, truth):
    declared = THREE + "contexts: {hedged: {cue: 'cold or \"never\"', window: 3 words}}\n"

    assert holds(tmp_path, condition, {"text": "never hot"}, declared) == truth


def test_a_rule_of_a_stage_that_did_not_run_is_not_asked_in_a_later_one_either(tmp_path):
    yaml = (
        THREE
        + """\
labels: {a: {kind: document}, b: {kind: document}, c: {kind: document}}
rules:
  - {id: warm, label: a, when: hot, confidence: 0.9}
  - {id: asks, label: b, when: 'label("a") or cold', confidence: 0.9}
  - {id: end, label: c, when: stop, confidence: 0.9}
"""
    )

    found = said(tmp_path, yaml, {"text": "hot"})

    assert (found.skipped, sorted(found.votes)) == (("two",), ["a"])


def test_a_label_that_a_stage_closed_takes_no_vote_of_a_later_one(tmp_path):
    # alpha is no in stage one, because beta is; that its rule asks about gamma makes no difference
    yaml = """\
matchers: {one: {use: dictionary, terms: [hot]}, two: {use: dictionary, terms: [cold]}}
labels: {alpha: {kind: document, implies: beta}, beta: {kind: document}, gamma: {kind: document}}
decide: {beta: {low: 0.5}}
cascade: [{stage: one, runs: [one]}, {stage: two, runs: [two]}]
rules:
  - {id: weak, label: beta, when: one, confidence: 0.2}
  - {id: cold, label: gamma, when: two, confidence: 0.9}
  - {id: late, label: alpha, when: 'label("gamma") and two', confidence: 0.9}
"""

    found = said(tmp_path, yaml, {"text": "hot cold"})

    levels = {label: decision.decision for label, decision in found.decisions.items()}
    assert levels == {"alpha": "no", "beta": "no", "gamma": "accepted"}


def test_each_match_under_one_cover_rests_on_its_own_row(tmp_path):
    yaml = """\
labels: {found: {kind: span}}
dictionaries: {things: {file: things.csv}}
matchers: {thing: {use: dictionary, of: things}}
rules: [{id: r, label: found, when: 'thing near "hand" within 1 words', emit: 'cover(thing)', confidence: 0.9}]
"""

    found = said(tmp_path, yaml, {"text": "a hot hand"}, **{"things.csv": "term,kind\nhot,heat\nhot,taste\n"})

    assert [vote.target for vote in found.votes["found"]] == [("text", 2, 10), ("text", 2, 10)]
    assert [[match[5] for match in vote.evidence] for vote in found.votes["found"]] == [[0, None], [1, None]]
