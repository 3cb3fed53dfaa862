"""Contexts: the scope of a cue runs on, or back, as far as its window, and ends at the first stop."""

import pytest

from support.rulesets import load_text, matches_of, problems_of, truth_of, votes_of

NEGATED = 'contexts: {negated: {cue: \'"not" or "never"\', window: 4 words, stop: \'clause or "but"\'}}\n'


def found(tmp_path, condition, text, declared=NEGATED):
    return [words for _, _, words in matches_of(tmp_path, condition, text, declared)]


def test_a_match_behind_the_cue_is_in_its_scope(tmp_path):
    assert found(tmp_path, '"good" is negated', "good, and never really good") == ["good"]


def test_is_not_keeps_the_matches_outside_of_every_scope(tmp_path):
    record = "good, and never really good"

    assert matches_of(tmp_path, '"good" is not negated', record, NEGATED) == [("text", 0, "good")]


def test_the_scope_reaches_as_many_words_as_its_window(tmp_path):
    assert found(tmp_path, '"good" is negated', "not one two three good") == ["good"]
    assert found(tmp_path, '"good" is negated', "not one two three four good") == []


def test_a_scope_ends_where_the_clause_ends(tmp_path):
    assert found(tmp_path, '"good" is negated', "not bad, good") == []


def test_a_scope_ends_at_a_stop_word(tmp_path):
    assert found(tmp_path, '"good" is negated', "not bad but good") == []


def test_a_stop_in_front_of_the_cue_stops_nothing(tmp_path):
    assert found(tmp_path, '"good" is negated', "but not good") == ["good"]


def test_without_a_stop_the_scope_runs_to_the_end_of_its_window(tmp_path):
    declared = "contexts: {negated: {cue: '\"not\"', window: 4 words}}\n"

    assert found(tmp_path, '"good" is negated', "not bad, but good", declared) == ["good"]


def test_a_cue_that_stands_after_opens_its_scope_backwards(tmp_path):
    declared = "contexts: {asked: {cue: '/[?]/', direction: after, window: same sentence}}\n"

    assert matches_of(tmp_path, '"good" is asked', "It is good. Is it good?", declared) == [("text", 18, "good")]


def test_a_backward_scope_reaches_as_many_words_as_its_window_and_stops(tmp_path):
    declared = "contexts: {asked: {cue: '\"or not\"', direction: after, window: 2 words, stop: '\"but\"'}}\n"

    assert found(tmp_path, '"good" is asked', "good or not", declared) == ["good"]
    assert found(tmp_path, '"good" is asked', "good one or not", declared) == ["good"]
    assert found(tmp_path, '"good" is asked', "good one two or not", declared) == []
    assert found(tmp_path, '"good" is asked', "good but or not", declared) == []


@pytest.mark.parametrize(
    ("window", "text", "words"),
    [
        ("8 chars", "not so good", ["good"]),
        ("3 chars", "not so good", []),
        ("same sentence", "Not. Good", []),
        ("1 sentence", "It is not. So good. And good.", ["good"]),
        ("same paragraph", "not\n\ngood", []),
        ("same paragraph", "not. Very good", ["good"]),
    ],
)
def test_a_window_is_counted_in_its_unit(tmp_path, window, text, words):
    declared = f"contexts: {{negated: {{cue: '\"not\"', window: {window}}}}}\n"

    assert found(tmp_path, '"good" is negated', text, declared) == words


def test_the_cue_itself_is_not_in_its_scope(tmp_path):
    assert found(tmp_path, '"not" is negated', "not not") == ["not"]


def test_a_scope_does_not_reach_into_another_field(tmp_path):
    record = {"title": "never", "text": "good"}

    assert truth_of(tmp_path, '"good" is negated', record, NEGATED) == "no"


def test_one_condition_may_ask_for_several_contexts(tmp_path):
    declared = "contexts: {negated: {cue: '\"not\"', window: 3 words}, hoped: {cue: '\"if\"', window: 3 words}}\n"

    assert found(tmp_path, '"good" is not negated is not hoped', "good, not good, if good", declared) == ["good"]


def test_the_cue_is_evidence(tmp_path):
    rules = load_text(
        tmp_path,
        NEGATED + "labels: {bad: {kind: document}}\n"
        "rules: [{id: r, label: bad, when: '\"good\" is negated', confidence: 0.9}]\n",
    )

    record = rules.annotate_one("it was never good")

    assert votes_of(record) == [("r", "bad", 0.9)]
    assert [(found.matcher, found.start) for found in record.votes[0].evidence] == [('"good"', 13), ('"never"', 7)]


def test_a_cue_of_a_skipped_stage_leaves_both_ways_unknown(tmp_path):
    declared = (
        "matchers: {word: {use: regex, pattern: '/zzz/'}, cue: {use: dictionary, terms: [not]}, good: {use: regex, pattern: '/good/'}}\n"
        "contexts: {negated: {cue: cue, window: 4 words}}\n"
        "cascade:\n"
        "  - {stage: first, runs: [good, word, regex]}\n"
        "  - {stage: second, runs: [cue, dictionary], when: word}\n"
    )

    assert truth_of(tmp_path, "good is negated", "not good", declared) == "unknown"
    assert truth_of(tmp_path, "good is not negated", "not good", declared) == "unknown"


def test_an_undeclared_context_is_an_error(tmp_path):
    yaml = (
        NEGATED
        + "labels: {a: {kind: document}}\nrules: [{id: r, label: a, when: '\"x\" is negatd', confidence: 0.9}]\n"
    )

    assert problems_of(tmp_path, yaml) == [("R021", 5)]


def test_a_context_may_not_rest_on_a_context(tmp_path):
    yaml = (
        "labels: {a: {kind: document}}\n"
        "contexts:\n"
        "  one: {cue: '\"not\"', window: 4 words}\n"
        "  two: {cue: '\"never\" is one', window: 4 words}\n"
        "rules: [{id: r, label: a, when: '\"x\" is two', confidence: 0.9}]\n"
    )

    assert problems_of(tmp_path, yaml) == [("R032", 6)]


@pytest.mark.parametrize("window", ["six words", "0 words", "4 lines", "same"])
def test_a_window_that_cannot_be_read_is_an_error(tmp_path, window):
    yaml = (
        "labels: {a: {kind: document}}\n"
        f"contexts: {{one: {{cue: '\"not\"', window: {window}}}}}\n"
        "rules: [{id: r, label: a, when: '\"x\" is one', confidence: 0.9}]\n"
    )

    assert problems_of(tmp_path, yaml) == [("R013", 4)]


GERMAN = "conjunctions: [aber, sondern]\ncontexts: {verneint: {cue: '\"kein\"', window: 9 words, stop: clause}}\n"


def test_a_clause_ends_before_the_conjunctions_that_the_ruleset_names(tmp_path):
    assert found(tmp_path, '"Brand" is verneint', "kein Schaden aber Brand", GERMAN) == []
    assert found(tmp_path, '"Brand" is verneint', "kein Schaden und Brand", GERMAN) == ["Brand"]


def test_own_conjunctions_take_the_place_of_the_english_ones(tmp_path):
    assert found(tmp_path, '"Brand" is verneint', "kein Schaden but Brand", GERMAN) == ["Brand"]


def test_an_empty_list_of_conjunctions_leaves_the_signs(tmp_path):
    none = GERMAN.replace("[aber, sondern]", "[]")

    assert found(tmp_path, '"Brand" is verneint', "kein Schaden but Brand", none) == ["Brand"]
    assert found(tmp_path, '"Brand" is verneint', "kein Schaden, Brand", none) == []


def test_clauses_are_counted_by_the_conjunctions_that_the_ruleset_names(tmp_path):
    assert truth_of(tmp_path, "count(clause) == 2", "Schaden aber Brand", GERMAN) == "yes"
    assert truth_of(tmp_path, "count(clause) == 1", "Schaden but Brand", GERMAN) == "yes"
