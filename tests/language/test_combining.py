"""How the votes for a label become one score."""

import pytest

import rubricate
from support.rulesets import load_text, problems_of, write_text


def score(rules, record, label="spam"):
    """The score of an accepted label."""
    found = rules.annotate_one(record)
    return {annotation.label: annotation.score for annotation in found.annotations}[label]


@pytest.mark.parametrize(
    ("combine", "expected"), [("max", 0.6), ("noisy_or", 0.8), ("mean", 0.55)], ids=["max", "noisy_or", "mean"]
)
def test_votes_are_combined(tmp_path, combine, expected):
    rules = load_text(
        tmp_path,
        f"""\
        labels: {{spam: {{kind: document}}}}
        decide: {{spam: {{combine: {combine}, accept: 0.1}}}}
        rules:
          - {{id: one, label: spam, when: '"a"', confidence: 0.5}}
          - {{id: two, label: spam, when: '"b"', confidence: 0.6}}
        """,
    )

    assert score(rules, "a b") == expected


def test_the_best_vote_counts_unless_something_else_is_said(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {spam: {kind: document}}
        accept: 0.1
        rules:
          - {id: one, label: spam, when: '"a"', confidence: 0.5}
          - {id: two, label: spam, when: '"b"', confidence: 0.6}
        """,
    )

    assert score(rules, "a b") == 0.6


CONNECTED = """\
labels: {{spam: {{kind: document}}}}
record: {{meta: {{n: {{type: number}}}}}}
matchers: {{listed: {{use: dictionary, terms: [a]}}}}
decide: {{spam: {{combine: noisy_or, accept: 0}}}}
rules:
  - {{id: one, label: spam, when: '{one}', confidence: 0.5}}
  - {{id: two, label: spam, when: '{two}', confidence: 0.6}}
"""
APART, TOGETHER = 0.8, 0.6


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ('"a"', '"a"', TOGETHER),
        ('"a" in title', '"a" in text', APART),
        ('"a"', "listed", APART),
        ('"a" or "b"', '"b" or "c"', TOGETHER),
        ('"a" and "b"', '"b" and "c"', TOGETHER),
        ('"a" near "b" within 3 words', '"b"', TOGETHER),
        ('"c" before "b"', '"b" after "a"', TOGETHER),
        ('"a" near "b" within 3 words in text', '"b" in text', TOGETHER),
        ('("a" near "b" within 3 words) where (it.field == "text")', '"b" in text', TOGETHER),
        ('"a" near "b" within 3 words near "c" within 3 words', '"b"', TOGETHER),
        ("/(?<it>a)/", "/(?<it>a)/", TOGETHER),
        ("/(?<it>a)/", "/(?<it>b)/", APART),
        ('"a" and doc.n > 1', "doc.n > 1", APART),
        ("doc.n > 1", "doc.n < 9", APART),
        ('"a" and not "x"', 'not "x" and "b"', APART),
        ('all of ("a", "b")', '"b"', TOGETHER),
        ('at least 2 of ("a", "b", "x")', '"b"', TOGETHER),
        ('count("b") >= 1', '"b"', TOGETHER),
    ],
)
def test_votes_that_share_a_matcher_at_a_place_count_once_with_their_best(tmp_path, one, two, expected):
    rules = load_text(tmp_path, CONNECTED.format(one=one, two=two))

    assert score(rules, {"title": "c a b", "text": "a b c", "n": 3}) == expected


def test_two_rows_at_one_place_are_one_matcher_there(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {spam: {kind: document}}
        decide: {spam: {combine: noisy_or, accept: 0}}
        dictionaries: {words: {file: words.csv}}
        matchers: {word: {use: dictionary, of: words}}
        rules:
          - {id: one, label: spam, when: 'word where (it.kind == "a")', confidence: 0.5}
          - {id: two, label: spam, when: 'word where (it.kind == "b")', confidence: 0.6}
        """,
        **{"words.csv": "term,kind\nsale,a\nsale,b\ndeal,b\n"},
    )

    assert (score(rules, "sale"), score(rules, "sale deal")) == (0.6, 0.6)


def test_connected_votes_are_a_chain(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {spam: {kind: document}}
        decide: {spam: {combine: noisy_or, accept: 0}}
        rules:
          - {id: one, label: spam, when: '"a"', confidence: 0.5}
          - {id: two, label: spam, when: '"b"', confidence: 0.7}
          - {id: three, label: spam, when: '"a" or "b"', confidence: 0.6}
          - {id: four, label: spam, when: '"c"', confidence: 0.5}
        """,
    )

    # one, three and two hang together and count 0.7; four stands apart
    assert score(rules, "a b c") == 0.85
    # without b: one and three hang together
    assert score(rules, "a c") == 0.8


def test_connected_votes_count_once_in_a_mean(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {spam: {kind: document}}
        decide: {spam: {combine: mean, accept: 0}}
        rules:
          - {id: one, label: spam, when: '"a"', confidence: 0.5}
          - {id: two, label: spam, when: '"a"', confidence: 0.9}
          - {id: three, label: spam, when: '"b"', confidence: 0.5}
        """,
    )

    assert score(rules, "a b") == 0.7


MAJORITY = """\
labels: {tone: {one_of: [calm, angry]}}
decide: {tone: {combine: majority, accept: 0.6}}
rules:
  - {id: one, label: angry, when: '"a"', confidence: 0.2}
  - {id: two, label: angry, when: '"b"', confidence: 0.2}
  - {id: three, label: calm, when: '"c"', confidence: 0.9}
  - {id: four, label: angry, when: '"a"', confidence: 0.2}
"""


def test_majority_is_the_share_of_the_votes_of_the_set(tmp_path):
    rules = load_text(tmp_path, MAJORITY)

    assert score(rules, "b a c", "angry") == 0.6667


def test_connected_votes_are_one_vote_in_a_majority(tmp_path):
    rules = load_text(tmp_path, MAJORITY)

    # one and four share the "a": one against one is a tie
    assert dict(rules.annotate_one("a c").decisions) == {"angry": "uncertain", "calm": "uncertain"}


ALONE = """\
labels: {{tone: {{one_of: [calm, angry]}}, spam: {{kind: document}}, place: {{kind: span}}}}
decide: {decide}
rules:
  - {{id: one, label: angry, when: '"a"', confidence: 0.2}}
  - {{id: two, label: spam, when: '"a"', confidence: 0.2}}
  - {{id: three, label: place, when: '"a"', confidence: 0.2}}
"""


@pytest.mark.parametrize(
    ("decide", "label"),
    [
        ("{spam: {combine: majority}}", "spam"),
        ("{place: {combine: majority}}", "place"),
        ('{"*": {combine: majority}}', "spam"),
    ],
    ids=["a label of records", "a label of spans", "by a wildcard"],
)
def test_a_majority_of_one_label_is_refused(tmp_path, decide, label):
    _, problems = rubricate.check(write_text(tmp_path, ALONE.format(decide=decide)))

    assert [(each.code, each.message, each.help) for each in problems if each.is_error] == [
        ("R013", f'"majority" compares the labels of a set, and "{label}" is in none', "write combine: noisy_or")
    ]


def test_a_wildcard_may_say_majority_where_labels_of_no_set_have_a_word_of_their_own(tmp_path):
    decide = '{"*": {combine: majority}, spam: {combine: max}, "p*": {combine: mean}}'

    assert problems_of(tmp_path, ALONE.format(decide=decide)) == []


def test_votes_of_two_labels_are_not_connected(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {tone: {one_of: [calm, angry]}}
        decide: {tone: {combine: majority, accept: 0.6}}
        rules:
          - {id: one, label: angry, when: '"a"', confidence: 0.2}
          - {id: two, label: calm, when: '"a"', confidence: 0.9}
        """,
    )

    assert dict(rules.annotate_one("a").decisions) == {"angry": "uncertain", "calm": "uncertain"}


def test_members_of_a_set_are_scored_by_their_own_votes(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {tone: {one_of: [calm, angry]}}
        decide: {tone: {combine: noisy_or, accept: 0.7}}
        rules:
          - {id: one, label: angry, when: '"a"', confidence: 0.5}
          - {id: two, label: angry, when: '"b"', confidence: 0.6}
          - {id: three, label: calm, when: '"c"', confidence: 0.6}
        """,
    )

    record = rules.annotate_one("a b c")

    assert dict(record.decisions) == {"angry": "accepted", "calm": "no"}
    assert [(found.label, found.score) for found in record.annotations] == [("angry", 0.8)]


def test_the_order_of_rules_does_not_change_a_score(tmp_path):
    lines = [
        "  - {id: one, label: spam, when: '\"a\"', confidence: 0.3}",
        "  - {id: two, label: spam, when: '\"b\"', confidence: 0.7}",
        "  - {id: three, label: spam, when: '\"c\"', confidence: 0.55}",
    ]
    scores = set()
    for order in (lines, lines[::-1], [lines[1], lines[2], lines[0]]):
        head = "labels: {spam: {kind: document}}\ndecide: {spam: {combine: noisy_or, accept: 0}}\nrules:\n"
        scores.add(score(load_text(tmp_path, head + "\n".join(order) + "\n"), "a b c"))

    assert scores == {0.9055}
