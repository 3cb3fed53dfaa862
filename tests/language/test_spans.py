"""Spans that overlap: within a label they combine, across labels one stands."""

import pytest

from support.rulesets import load_text, spans_of, votes_of


def spans(rules, record):
    """Label, text and score of each span with a decision, in order of place."""
    found = rules.annotate_one(record)
    everything = [*found.annotations, *found.suggestions]
    return [
        (span.label, found.text(span), span.score)
        for span in sorted(everything, key=lambda span: (span.field, span.start, span.end))
        if span.kind == "span"
    ]


def same_label(tmp_path, *rules, conflicts="", decide="accept: 0"):
    """A ruleset with one span label and a rule for each (id, pattern, confidence)."""
    lines = "".join(
        f"  - {{id: {id}, label: x, when: '{pattern}', confidence: {confidence}}}\n"
        for id, pattern, confidence in rules
    )
    return load_text(
        tmp_path, f"labels: {{x: {{kind: span}}}}\ndecide: {{x: {{{decide}}}}}\n{conflicts}\nrules:\n{lines}"
    )


def two_labels(tmp_path, x, y, conflicts=""):
    """A ruleset with the span labels x and y, each with one rule (pattern, confidence)."""
    return load_text(
        tmp_path,
        f"""\
labels: {{x: {{kind: span}}, y: {{kind: span}}}}
decide: {{x: {{low: 0.3}}, y: {{low: 0.3}}}}
{conflicts}
rules:
  - {{id: rule-x, label: x, when: '{x[0]}', confidence: {x[1]}}}
  - {{id: rule-y, label: y, when: '{y[0]}', confidence: {y[1]}}}
""",
    )


def test_the_longest_keeps_its_edges_and_takes_in_what_overlaps_it(tmp_path):
    rules = same_label(tmp_path, ("one", "/red hot/", 0.9), ("two", "/hot plate/", 0.5))

    assert spans(rules, "red hot plate") == [("x", "hot plate", 0.9)]


def test_among_the_longest_the_higher_score_comes_first(tmp_path):
    rules = same_label(tmp_path, ("one", "/ab/", 0.5), ("two", "/bc/", 0.6))

    assert spans(rules, "abc") == [("x", "bc", 0.6)]


def test_among_equals_the_first_in_the_text_comes_first(tmp_path):
    rules = same_label(tmp_path, ("b", "/ab/", 0.5), ("a", "/bc/", 0.5))

    assert spans(rules, "abc") == [("x", "ab", 0.5)]


def test_among_equals_at_one_place_the_first_rule_id_comes_first(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {x: {kind: span}}
        matchers: {m: {use: regex, pattern: '/(?<n>\\d)(?<k>\\d)/'}}
        rules:
          - {id: b, label: x, when: m, value: number(it.n), confidence: 0.9}
          - {id: a, label: x, when: m, value: number(it.k), confidence: 0.9}
          - {id: B, label: x, when: m, value: '7', confidence: 0.9}
        """,
    )

    [span] = rules.annotate_one("12").annotations

    # in byte order: B, a, b
    assert (span.value, sorted(vote.rule for vote in span.votes)) == (7, ["B", "a", "b"])


def test_what_overlaps_only_a_span_that_was_taken_in_stands_by_itself(tmp_path):
    rules = same_label(tmp_path, ("one", "/abcde/", 0.5), ("two", "/efgh/", 0.9), ("three", "/hij/", 0.7))

    assert spans(rules, "abcdefghij") == [("x", "abcde", 0.9), ("x", "hij", 0.7)]


def test_spans_that_touch_do_not_overlap(tmp_path):
    rules = same_label(tmp_path, ("one", "/ab/", 0.5), ("two", "/cd/", 0.6))

    assert spans(rules, "abcd") == [("x", "ab", 0.5), ("x", "cd", 0.6)]


def test_spans_of_two_fields_do_not_overlap(tmp_path):
    rules = same_label(tmp_path, ("one", "/abc/ in title", 0.5), ("two", "/ab/ in text", 0.6))

    assert spans(rules, {"title": "abc", "text": "abc"}) == [("x", "ab", 0.6), ("x", "abc", 0.5)]


def test_overlapping_votes_are_combined_as_the_label_says(tmp_path):
    rules = same_label(tmp_path, ("one", "/abc/", 0.5), ("two", "/bc/", 0.6), decide="combine: noisy_or, accept: 0")

    assert spans(rules, "abc") == [("x", "abc", 0.8)]


def test_overlapping_votes_of_one_matcher_at_one_place_count_once(tmp_path):
    rules = same_label(tmp_path, ("one", "/abc/", 0.5), ("two", "/abc/", 0.6), decide="combine: noisy_or, accept: 0")

    assert spans(rules, "abc") == [("x", "abc", 0.6)]


def test_each_span_is_decided_by_itself(tmp_path):
    rules = same_label(
        tmp_path, ("one", "/a/", 0.9), ("two", "/b/", 0.5), ("three", "/c/", 0.1), decide="accept: 0.85, low: 0.3"
    )

    found = rules.annotate_one("a b c")

    assert [(found.text(span), span.decision) for span in [*found.annotations, *found.suggestions]] == [
        ("a", "accepted"),
        ("b", "uncertain"),
    ]
    assert votes_of(found) == [("one", "x", 0.9), ("two", "x", 0.5), ("three", "x", 0.1)]
    assert found.route == "review"


def test_highest_score_gives_the_edges_to_the_best_vote(tmp_path):
    rules = same_label(
        tmp_path,
        ("one", "/red hot/", 0.9),
        ("two", "/hot plate/", 0.5),
        conflicts="conflicts: {same_label_overlap: highest_score}",
    )

    assert spans(rules, "red hot plate") == [("x", "red hot", 0.9)]


def test_highest_score_gives_the_edges_to_the_longer_of_equals(tmp_path):
    rules = same_label(
        tmp_path,
        ("one", "/red hot/", 0.9),
        ("two", "/hot plate/", 0.9),
        conflicts="conflicts: {same_label_overlap: highest_score}",
    )

    assert spans(rules, "red hot plate") == [("x", "hot plate", 0.9)]


def test_keep_all_combines_nothing(tmp_path):
    rules = same_label(
        tmp_path,
        ("one", "/red hot/", 0.9),
        ("two", "/hot plate/", 0.5),
        ("three", "/red hot/i", 0.7),
        conflicts="conflicts: {same_label_overlap: keep_all}",
        decide="combine: noisy_or, accept: 0",
    )

    assert sorted(spans(rules, "red hot plate")) == [
        ("x", "hot plate", 0.5),
        ("x", "red hot", 0.7),
        ("x", "red hot", 0.9),
    ]


def test_across_labels_the_longest_stands(tmp_path):
    rules = two_labels(tmp_path, ("/red hot/", 0.95), ("/hot plate/", 0.9))

    assert spans(rules, "red hot plate") == [("y", "hot plate", 0.9)]


@pytest.mark.parametrize(("x", "y", "winner"), [(0.95, 0.9, "x"), (0.9, 0.95, "y")])
def test_across_labels_the_better_of_equally_long_ones_stands(tmp_path, x, y, winner):
    rules = two_labels(tmp_path, ("/ab/", x), ("/bc/", y))

    assert [label for label, _, _ in spans(rules, "abc")] == [winner]


def test_across_labels_exactly_one_of_two_equals_stands(tmp_path):
    rules = two_labels(tmp_path, ("/bc/", 0.9), ("/ab/", 0.9))

    assert spans(rules, "abc") == [("y", "ab", 0.9)]


def test_across_labels_the_highest_score_may_stand(tmp_path):
    rules = two_labels(tmp_path, ("/red hot/", 0.95), ("/hot plate/", 0.9), "conflicts: {overlap: highest_score}")

    assert spans(rules, "red hot plate") == [("x", "red hot", 0.95)]


def test_across_labels_all_may_stand(tmp_path):
    rules = two_labels(tmp_path, ("/red hot/", 0.95), ("/hot plate/", 0.9), "conflicts: {overlap: keep_all}")

    assert spans(rules, "red hot plate") == [("x", "red hot", 0.95), ("y", "hot plate", 0.9)]


def test_across_labels_spans_that_do_not_overlap_all_stand(tmp_path):
    rules = two_labels(tmp_path, ("/red/", 0.95), ("/hot plate/", 0.9))

    assert spans(rules, "red hot plate red") == [("x", "red", 0.95), ("y", "hot plate", 0.9), ("x", "red", 0.95)]


def test_across_labels_spans_of_two_fields_all_stand(tmp_path):
    rules = two_labels(tmp_path, ("/ab/ in title", 0.95), ("/abc/ in text", 0.9))

    assert spans(rules, {"title": "abc", "text": "abc"}) == [("y", "abc", 0.9), ("x", "ab", 0.95)]


def test_a_span_that_is_no_pushes_nothing_out(tmp_path):
    rules = two_labels(tmp_path, ("/ab/", 0.9), ("/abc/", 0.2))

    assert spans(rules, "abc") == [("x", "ab", 0.9)]


def test_an_uncertain_span_takes_no_text_from_an_accepted_one(tmp_path):
    rules = two_labels(tmp_path, ("/ab/", 0.9), ("/abc/", 0.5))

    assert spans(rules, "abc") == [("x", "ab", 0.9)]


def test_a_span_that_lost_takes_no_text_from_a_third(tmp_path):
    # y beats x; x would have beaten the z that it overlaps
    rules = load_text(
        tmp_path,
        """\
        labels: {x: {kind: span}, y: {kind: span}, z: {kind: span}}
        rules:
          - {id: one, label: x, when: '/cdef/', confidence: 0.9}
          - {id: two, label: y, when: '/abcde/', confidence: 0.9}
          - {id: three, label: z, when: '/fg/', confidence: 0.9}
        """,
    )

    assert spans(rules, "abcdefg") == [("y", "abcde", 0.9), ("z", "fg", 0.9)]


def test_the_same_place_may_be_kept_for_two_labels(tmp_path):
    rules = two_labels(tmp_path, ("/ab/", 0.9), ("/ab/", 0.95), "conflicts: {overlap: keep_all}")

    assert sorted(spans_of(rules.annotate_one("ab"))) == [("x", "ab", 0.9), ("y", "ab", 0.95)]


ASKS = """\
labels: {{offer: {{kind: span}}, spam: {{kind: document}}}}
decide: {{offer: {{low: 0.3}}}}
rules:
  - {{id: spans, label: offer, when: '/[a-c]/', confidence: '0.9 if it inside /a/ else 0.5 if it inside /b/ else 0.1'}}
  - {{id: asks, label: spam, when: '{asks}', confidence: 0.9}}
"""


@pytest.mark.parametrize(
    ("asks", "texts"),
    [('label("offer")', {"a", "a b", "a c"}), ('uncertain("offer")', {"b", "a b", "b c"})],
)
def test_a_span_label_holds_when_one_span_is_accepted_and_is_uncertain_when_one_is(tmp_path, asks, texts):
    rules = load_text(tmp_path, ASKS.format(asks=asks))
    every = ["a", "b", "c", "d", "a b", "a c", "b c"]

    assert {text for text in every if rules.annotate_one(text).decisions.get("spam")} == texts


def test_a_label_may_lie_inside_another_where_nest_says_so(tmp_path):
    rules = two_labels(tmp_path, ("/Main St 12345/", 0.9), ("/12345/", 0.9), "conflicts: {nest: [[x, y]]}")

    assert spans(rules, "Main St 12345") == [("x", "Main St 12345", 0.9), ("y", "12345", 0.9)]


def test_nest_holds_for_inner_in_outer_only(tmp_path):
    rules = two_labels(tmp_path, ("/12345/", 0.9), ("/Main St 12345/", 0.9), "conflicts: {nest: [[x, y]]}")

    assert spans(rules, "Main St 12345") == [("y", "Main St 12345", 0.9)]


def test_labels_that_nest_may_not_overlap_in_part(tmp_path):
    rules = two_labels(tmp_path, ("/ab cd/", 0.9), ("/cd e/", 0.9), "conflicts: {nest: [[x, y]]}")

    assert spans(rules, "ab cd e") == [("x", "ab cd", 0.9)]


def test_a_span_is_held_against_the_threshold_of_the_last_stage_that_voted_for_it(tmp_path):
    rules = load_text(
        tmp_path,
        """\
labels: {x: {kind: span}}
cascade:
  - {stage: one, runs: [dictionary], decide: {x: {accept: 0.5}}}
  - {stage: two, runs: [regex], decide: {x: {accept: 0.9}}}
rules:
  - {id: first, label: x, when: '"ab"', confidence: 0.6}
  - {id: second, label: x, when: '/cd/', confidence: 0.6}
""",
    )
    found = rules.annotate_one("ab cd")

    assert [(span.decision, found.text(span)) for span in found.annotations] == [("accepted", "ab")]
    assert [(span.decision, found.text(span)) for span in found.suggestions] == [("uncertain", "cd")]
