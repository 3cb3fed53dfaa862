"""`cover(..)` marks the smallest span over a match and the partners that its relations ask for."""

import pytest

from support.rulesets import load_text, problems_of, spans_of


def covered(tmp_path, when, emit, text, more=""):
    yaml = (
        "labels: {x: {kind: span}}\nconflicts: {same_label_overlap: keep_all}\n"
        + more
        + f"rules:\n  - {{id: one, label: x, when: '{when}', emit: '{emit}', confidence: 0.9}}\n"
    )
    return [words for _, words, _ in spans_of(load_text(tmp_path, yaml).annotate_one(text))]


def test_a_match_and_its_partner_make_one_span(tmp_path):
    found = covered(tmp_path, '"hand"', 'cover("hand" near "burnt" within 3 words)', "he burnt his left hand badly")

    assert found == ["burnt his left hand"]


def test_of_several_partners_the_nearest_is_taken(tmp_path):
    text = "burnt, then again burnt the hand, burnt"

    found = covered(tmp_path, '"hand"', 'cover("hand" near "burnt" within 9 words)', text)

    assert found == ["hand, burnt"]


def test_of_two_equally_near_partners_the_first_is_taken(tmp_path):
    assert covered(tmp_path, '"b"', 'cover("b" near "a" within 3 words)', "a b a") == ["a b"]


def test_a_name_stands_for_what_when_keeps_of_it(tmp_path):
    more = "matchers: {hand: {use: dictionary, terms: [hand]}}\n"

    found = covered(tmp_path, 'hand near "burnt" within 1 words', "cover(hand)", "hand burnt, but one more hand", more)

    assert found == ["hand burnt"]


def test_each_relation_adds_its_partner(tmp_path):
    found = covered(tmp_path, '"x"', 'cover("b" after "a" within 2 words before "c" within 2 words)', "x a b c")

    assert found == ["a b c"]


def test_a_cover_over_what_a_match_lies_in(tmp_path):
    found = covered(tmp_path, '"x"', 'cover("two" inside /one two three|two three/)', "x one two three")

    assert found == ["one two three"]


def test_a_cover_takes_in_the_sentence_that_a_relation_asks_for(tmp_path):
    text = "It came late. Then the lid fell off. I was cross."

    assert covered(tmp_path, '"lid"', 'cover("lid" inside sentences)', text) == ["Then the lid fell off."]
    assert covered(tmp_path, '"lid"', 'cover("lid" not inside lines)', text) == []
    assert covered(tmp_path, '"lid"', 'cover("lid" near words within 0 words)', text) == ["the lid"]


def test_a_cover_takes_in_the_cue_of_a_context(tmp_path):
    more = "contexts: {negated: {cue: '\"not\"', window: 4 words}}\n"

    assert covered(tmp_path, '"good"', 'cover("good" is negated)', "this is not very good", more) == ["not very good"]


def test_matches_without_a_partner_are_not_marked(tmp_path):
    found = covered(tmp_path, '"hand"', 'cover("hand" near "burnt" within 1 words)', "hand, and far away burnt")

    assert found == []


def test_the_evidence_of_a_cover_are_the_matches_that_it_lies_over(tmp_path):
    yaml = """\
labels: {x: {kind: span}}
rules:
  - {id: one, label: x, when: '"hand" near "burnt" within 3 words', emit: 'cover("hand" near "burnt" within 3 words)', confidence: 0.9}
"""
    record = load_text(tmp_path, yaml).annotate_one("burnt hand")

    evidence = record.said["annotations"][0]["votes"][0]["evidence"]
    assert [(each["matcher"], each["start"], each["end"]) for each in evidence] == [
        ('"hand"', 6, 10),
        ('"burnt"', 0, 5),
    ]


def test_votes_whose_covers_share_a_sentence_rest_on_their_own_matches(tmp_path):
    yaml = """\
labels: {x: {kind: span}}
decide: {x: {combine: noisy_or, accept: 0.5}}
rules:
  - {id: one, label: x, when: '"lid"', emit: 'cover("lid" inside sentences)', confidence: 0.5}
  - {id: two, label: x, when: '"fell"', emit: 'cover("fell" inside sentences)', confidence: 0.6}
"""
    record = load_text(tmp_path, yaml).annotate_one("the lid fell")

    [span] = record.said["annotations"]
    assert span["score"] == 0.8
    assert [[each["matcher"] for each in vote["evidence"]] for vote in span["votes"]] == [['"fell"'], ['"lid"']]


@pytest.mark.parametrize("key", ["when: 'cover(\"a\")'", "when: '\"a\"', value: 'cover(\"a\")'"])
def test_cover_stands_in_emit_only(tmp_path, key):
    yaml = f"labels: {{x: {{kind: span}}}}\nrules:\n  - {{id: one, label: x, {key}, confidence: 0.9}}\n"

    assert problems_of(tmp_path, yaml) == [("R022", 5)]
