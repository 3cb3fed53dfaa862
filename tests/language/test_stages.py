"""The cascade: which stage a rule belongs to, which stages run, which labels close."""

import json

import pytest
from click.testing import CliRunner

from rubricate.annotator import check
from rubricate.cli import cli
from support.rulesets import load_text, problems_of, spans_of, votes_of, write_text

MATCHERS = """\
record: {meta: {go: {type: text}}}
matchers:
  m1: {use: dictionary, terms: [alpha]}
  m2: {use: dictionary, terms: [beta]}
"""


def stages(record):
    """Label -> the stage that its annotation or suggestion names."""
    return {found.label: found.stage for found in [*record.annotations, *record.suggestions]}


def test_a_rule_belongs_to_the_latest_stage_of_the_matchers_it_names(tmp_path):
    rules = load_text(
        tmp_path,
        MATCHERS
        + """\
labels:
  first: {kind: document}
  second: {kind: document}
  by-let: {kind: document}
  by-confidence: {kind: document}
  by-group: {kind: document}
  none: {kind: document}
  marked: {kind: span}
let:
  inner: m2
  outer: 'm1 or inner'
cascade: [{stage: one, runs: [m1]}, {stage: two, runs: [m2]}]
rules:
  - {id: a, label: first, when: m1, confidence: 0.9}
  - {id: b, label: second, when: 'm2 or m1', confidence: 0.9}
  - {id: c, label: by-let, when: outer, confidence: 0.9}
  - {id: d, label: by-confidence, when: m1, confidence: '0.9 if m2 else 0.86'}
  - {group: g, only: 'not m2', rules: [{id: e, label: by-group, when: m1, confidence: 0.9}]}
  - {id: f, label: none, when: 'not doc.go exists', confidence: 0.9}
  - {id: h, label: marked, when: m1, emit: 'm1 or m2', confidence: 0.9}
""",
    )

    assert stages(rules.annotate_one("alpha")) == {
        "first": "one",
        "second": "two",
        "by-let": "two",
        "by-confidence": "two",
        "by-group": "two",
        "none": "one",
        "marked": "two",
    }


GATED = (
    MATCHERS
    + """\
labels: {spam: {kind: document}}
cascade: [{stage: one, runs: [m1]}, {stage: two, runs: [m2], when: 'doc.go == "further"'}]
rules:
  - {id: first, label: spam, when: m1, confidence: 0.5}
  - {id: second, label: spam, when: m2, confidence: 0.9}
"""
)


@pytest.mark.parametrize(
    ("fields", "votes"),
    [
        ({"go": "further"}, ["first", "second"]),
        ({"go": "no"}, ["first"]),
        ({}, ["first", "second"]),
    ],
    ids=["yes", "no", "unknown"],
)
def test_a_stage_runs_where_its_condition_is_yes_or_unknown(tmp_path, fields, votes):
    rules = load_text(tmp_path, GATED)

    found = rules.annotate_one({"text": "alpha beta", **fields})

    assert [rule for rule, _, _ in votes_of(found)] == votes


def test_an_uncertain_label_of_a_record_that_goes_no_further_is_reviewed(tmp_path):
    rules = load_text(tmp_path, GATED)

    record = rules.annotate_one({"text": "alpha beta", "go": "no"})

    assert (dict(record.decisions), record.route) == ({"spam": "uncertain"}, "review")


def test_a_stage_may_ask_what_the_stages_before_it_left_uncertain(tmp_path):
    rules = load_text(
        tmp_path,
        MATCHERS
        + """\
  m3: {use: dictionary, terms: [gamma]}
labels: {spam: {kind: document}, other: {kind: document}}
cascade: [{stage: one, runs: [m1, m3]}, {stage: two, runs: [m2], when: 'uncertain("spam")'}]
rules:
  - {id: weak, label: spam, when: m1, confidence: 0.5}
  - {id: strong, label: spam, when: m3, confidence: 0.9}
  - {id: second, label: other, when: m2, confidence: 0.9}
""",
    )

    asked = {
        text: "other" in rules.annotate_one(text).decisions
        for text in ("beta", "alpha beta", "gamma beta", "alpha gamma beta")
    }

    assert asked == {"beta": False, "alpha beta": True, "gamma beta": False, "alpha gamma beta": False}


DEFAULT = (
    MATCHERS
    + """\
labels: {spam: {kind: document}}
decide: {spam: {low: 0.3}}
cascade: [{stage: one, runs: [m1]}, {stage: two, runs: [m2]}]
rules:
  - {id: first, label: spam, when: m1, confidence: CONFIDENCE}
  - {id: second, label: spam, when: m2, confidence: 0.9}
"""
)


def skipped(path, text):
    """The stages that did not run, as `rubricate why` tells them."""
    answer = CliRunner().invoke(cli, ["why", str(path), text, "--json"], catch_exceptions=False)
    return [stage["stage"] for stage in json.loads(answer.stdout)["skipped"]]


@pytest.mark.parametrize(
    ("confidence", "stages"),
    [(0.9, ["two"]), (0.1, ["two"]), (0.5, [])],
    ids=["closed: accepted", "closed: no", "open: uncertain"],
)
def test_a_stage_without_a_condition_runs_if_it_can_vote_for_an_open_label(tmp_path, confidence, stages):
    path = write_text(tmp_path, DEFAULT.replace("CONFIDENCE", str(confidence)))

    assert skipped(path, "alpha") == stages
    assert skipped(path, "nothing") == []


def test_a_label_without_a_vote_is_open(tmp_path):
    rules = load_text(tmp_path, DEFAULT.replace("CONFIDENCE", "0.9"))

    assert votes_of(rules.annotate_one("beta")) == [("second", "spam", 0.9)]


def test_a_stage_with_a_condition_runs_whatever_is_open(tmp_path):
    yaml = DEFAULT.replace("CONFIDENCE", "0.9").replace("runs: [m2]}", "runs: [m2], when: 'not doc.go exists'}")
    path = write_text(tmp_path, yaml)

    assert skipped(path, "alpha") == []
    assert skipped(path, '{"text": "alpha", "go": "no"}') == ["two"]


NEEDED = """\
matchers:
  m1: {use: dictionary, terms: [alpha]}
  m2: {use: dictionary, terms: [beta]}
  m3: {use: dictionary, terms: [gamma]}
labels: {spam: {kind: document}, other: {kind: document}}
cascade: [{stage: one, runs: [m1]}, {stage: two, runs: [m2]}, {stage: three, runs: [m3]}]
rules:
  - {id: third, label: other, when: 'm3 and not m2', confidence: 0.9}
"""
UNRELATED = """\
  - {id: first, label: spam, when: m1, confidence: 0.9}
  - {id: second, label: spam, when: m2, confidence: 0.9}
"""


@pytest.mark.parametrize("more", ["", UNRELATED], ids=["alone", "beside rules for another label"])
def test_a_stage_votes_for_a_label_through_the_later_rules_that_name_its_matchers(tmp_path, more):
    rules = load_text(tmp_path, NEEDED + more)

    found = {text: "other" in rules.annotate_one(text).decisions for text in ("gamma", "beta gamma", "alpha gamma")}

    assert found == {"gamma": True, "beta gamma": False, "alpha gamma": True}


CLOSING = (
    MATCHERS
    + """\
labels: {tone: {one_of: [calm, angry]}, spam: {kind: document}, other: {kind: document}}
decide: {spam: {low: 0.3}}
cascade: [{stage: one, runs: [m1]}, {stage: two, runs: [m2]}]
rules:
  - {id: calm-first, label: calm, when: m1, confidence: 0.9}
  - {id: angry-later, label: angry, when: m2, confidence: 0.99}
  - {id: no-spam-first, label: spam, when: m1, confidence: 0.1}
  - {id: spam-later, label: spam, when: m2, confidence: 0.99}
  - {id: other-later, label: other, when: m2, confidence: 0.99}
"""
)


def test_a_closed_label_stays_as_it_is(tmp_path):
    rules = load_text(tmp_path, CLOSING)

    record = rules.annotate_one("alpha beta")

    assert dict(record.decisions) == {"calm": "accepted", "angry": "no", "spam": "no", "other": "accepted"}
    assert stages(record) == {"calm": "one", "other": "two"}


def test_a_label_that_is_open_takes_the_votes_of_later_stages(tmp_path):
    rules = load_text(tmp_path, CLOSING)

    assert dict(rules.annotate_one("beta").decisions) == {
        "calm": "no",
        "angry": "accepted",
        "spam": "accepted",
        "other": "accepted",
    }


def test_votes_of_several_stages_are_combined(tmp_path):
    rules = load_text(
        tmp_path,
        MATCHERS
        + """\
labels: {spam: {kind: document}}
decide: {spam: {combine: noisy_or}}
cascade: [{stage: one, runs: [m1]}, {stage: two, runs: [m2]}]
rules:
  - {id: first, label: spam, when: m1, confidence: 0.6}
  - {id: second, label: spam, when: m2, confidence: 0.7}
""",
    )

    record = rules.annotate_one("alpha beta")

    assert [(found.decision, found.score, found.stage) for found in record.annotations] == [("accepted", 0.88, "two")]


LAXER = (
    MATCHERS
    + """\
labels: {spam: {kind: document}}
cascade: [{stage: one, runs: [m1]}, {stage: two, runs: [m2], decide: {spam: {accept: 0.6}}}]
rules:
  - {id: first, label: spam, when: m1, confidence: 0.7}
  - {id: second, label: spam, when: m2, confidence: 0.4}
"""
)


def test_a_stage_that_adds_no_vote_leaves_the_decision(tmp_path):
    rules = load_text(tmp_path, LAXER)

    record = rules.annotate_one("alpha")

    assert [(found.decision, found.threshold, found.stage) for found in record.suggestions] == [
        ("uncertain", 0.85, "one")
    ]


def test_a_stage_that_adds_a_vote_decides_over_all_votes_by_its_own_threshold(tmp_path):
    rules = load_text(tmp_path, LAXER)

    record = rules.annotate_one("alpha beta")

    assert [(found.decision, found.score, found.threshold, found.stage) for found in record.annotations] == [
        ("accepted", 0.7, 0.6, "two")
    ]


def test_span_labels_stay_open(tmp_path):
    rules = load_text(
        tmp_path,
        MATCHERS
        + """\
labels: {x: {kind: span}}
cascade: [{stage: one, runs: [m1]}, {stage: two, runs: [m2]}]
rules:
  - {id: first, label: x, when: m1, confidence: 0.9}
  - {id: second, label: x, when: m2, confidence: 0.95}
""",
    )

    assert spans_of(rules.annotate_one("alpha beta")) == [("x", "alpha", 0.9), ("x", "beta", 0.95)]


def test_spans_of_several_stages_combine(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {x: {kind: span}}
        matchers: {short: {use: regex, pattern: '/bc/'}, long: {use: regex, pattern: '/abcd/'}}
        cascade: [{stage: one, runs: [short]}, {stage: two, runs: [long]}]
        rules:
          - {id: first, label: x, when: short, confidence: 0.9}
          - {id: second, label: x, when: long, confidence: 0.86}
        """,
    )

    assert spans_of(rules.annotate_one("abcd")) == [("x", "abcd", 0.9)]


def test_otherwise_waits_for_every_stage(tmp_path):
    rules = load_text(
        tmp_path,
        MATCHERS
        + """\
labels: [spam, ham]
cascade: [{stage: one, runs: [m1]}, {stage: two, runs: [m2]}]
rules:
  - {id: first, label: spam, when: m1, confidence: 0.9}
  - {id: second, label: spam, when: m2, confidence: 0.9}
otherwise: {label: ham, confidence: 0.9}
""",
    )

    assert [dict(rules.annotate_one(text).decisions) for text in ("alpha", "beta", "gamma")] == [
        {"spam": "accepted", "ham": "no"},
        {"spam": "accepted", "ham": "no"},
        {"spam": "no", "ham": "accepted"},
    ]


def test_otherwise_votes_when_the_later_stages_are_skipped(tmp_path):
    rules = load_text(
        tmp_path,
        MATCHERS
        + """\
labels: [spam, ham]
cascade: [{stage: one, runs: [m1]}, {stage: two, runs: [m2], when: 'doc.go exists'}]
rules:
  - {id: first, label: spam, when: m1, confidence: 0.9}
  - {id: second, label: spam, when: m2, confidence: 0.9}
otherwise: {label: ham, confidence: 0.9}
""",
    )

    assert dict(rules.annotate_one("beta").decisions) == {"spam": "no", "ham": "accepted"}


CHAIN = """\
labels: {a: {kind: document}, b: {kind: document}, c: {kind: document}}
rules:
  - {id: third, label: c, when: 'label("b")', confidence: 0.9}
  - {id: second, label: b, when: 'label("a")', confidence: 0.9}
  - {id: first, label: a, when: '"alpha"', confidence: 0.9}
"""


def test_a_rule_that_asks_for_a_label_comes_after_the_rules_that_vote_for_it(tmp_path):
    rules = load_text(tmp_path, CHAIN)

    assert dict(rules.annotate_one("alpha").decisions) == {"a": "accepted", "b": "accepted", "c": "accepted"}
    assert dict(rules.annotate_one("beta").decisions) == {}


@pytest.mark.parametrize(
    ("asks", "fires"),
    [
        ('label("a")', {"high"}),
        ('uncertain("a")', {"middle"}),
        ('not label("a") and "go"', {"middle", "low", "none"}),
        ('not uncertain("a") and "go"', {"high", "low", "none"}),
    ],
)
def test_label_and_uncertain_ask_what_is_decided(tmp_path, asks, fires):
    rules = load_text(
        tmp_path,
        f"""\
        labels: {{a: {{kind: document}}, b: {{kind: document}}}}
        decide: {{a: {{low: 0.3}}}}
        rules:
          - {{id: asks, label: b, when: '{asks}', confidence: 0.9}}
          - {{id: high, label: a, when: '"high"', confidence: 0.9}}
          - {{id: middle, label: a, when: '"middle"', confidence: 0.5}}
          - {{id: low, label: a, when: '"low"', confidence: 0.1}}
        """,
    )

    found = {text for text in ("high", "middle", "low", "none") if "b" in rules.annotate_one(text + " go").decisions}

    assert found == fires


def test_a_rule_that_asks_for_a_label_is_asked_again_in_each_later_stage(tmp_path):
    rules = load_text(
        tmp_path,
        MATCHERS
        + """\
labels: {a: {kind: document}, b: {kind: document}}
cascade: [{stage: one, runs: [m1]}, {stage: two, runs: [m2]}]
rules:
  - {id: asks, label: b, when: 'label("a") and m1', confidence: 0.9}
  - {id: weak, label: a, when: m1, confidence: 0.5}
  - {id: strong, label: a, when: m2, confidence: 0.9}
""",
    )

    assert dict(rules.annotate_one("alpha beta").decisions) == {"a": "accepted", "b": "accepted"}
    assert stages(rules.annotate_one("alpha beta")) == {"a": "two", "b": "two"}
    assert dict(rules.annotate_one("alpha").decisions) == {"a": "uncertain"}


def test_a_rule_that_is_asked_again_votes_once(tmp_path):
    rules = load_text(
        tmp_path,
        MATCHERS
        + """\
labels: {a: {kind: document}, b: {kind: document}}
decide: {b: {combine: noisy_or}}
cascade: [{stage: one, runs: [m1]}, {stage: two, runs: [m2]}]
rules:
  - {id: asks, label: b, when: 'label("a")', confidence: 0.5}
  - {id: strong, label: a, when: m1, confidence: 0.9}
  - {id: later, label: b, when: m2, confidence: 0.5}
""",
    )

    record = rules.annotate_one("alpha beta")

    assert votes_of(record) == [("strong", "a", 0.9), ("asks", "b", 0.5), ("later", "b", 0.5)]
    assert [(found.label, found.score) for found in record.suggestions] == [("b", 0.75)]


def test_a_vote_that_is_cast_again_unchanged_is_no_new_vote(tmp_path):
    rules = load_text(
        tmp_path,
        MATCHERS
        + """\
labels: {a: {kind: document}, b: {kind: document}}
cascade: [{stage: one, runs: [m1]}, {stage: two, runs: [m2], decide: {b: {accept: 0.6}}}]
rules:
  - {id: asks, label: b, when: 'label("a")', confidence: 0.7}
  - {id: strong, label: a, when: m1, confidence: 0.9}
  - {id: later, label: b, when: m2, confidence: 0.3}
""",
    )

    found = {text: dict(rules.annotate_one(text).decisions)["b"] for text in ("alpha", "alpha beta")}

    assert found == {"alpha": "uncertain", "alpha beta": "accepted"}


def test_a_vote_is_taken_back_when_its_rule_no_longer_holds(tmp_path):
    rules = load_text(
        tmp_path,
        MATCHERS
        + """\
labels: {a: {kind: document}, b: {kind: document}}
cascade: [{stage: one, runs: [m1]}, {stage: two, runs: [m2]}]
rules:
  - {id: asks, label: b, when: 'uncertain("a")', confidence: 0.5}
  - {id: weak, label: a, when: m1, confidence: 0.5}
  - {id: strong, label: a, when: m2, confidence: 0.9}
""",
    )

    assert dict(rules.annotate_one("alpha").decisions) == {"a": "uncertain", "b": "uncertain"}
    assert dict(rules.annotate_one("alpha beta").decisions) == {"a": "accepted"}


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ('label("b")', 'label("a")'),
        ('uncertain("b")', '"x" and label("a")'),
        ('label("a")', '"x"'),
        ("asks_b", 'label("a")'),
    ],
    ids=["two rules", "uncertain", "itself", "through a let"],
)
def test_rules_that_wait_for_one_another_are_an_error(tmp_path, one, two):
    yaml = f"""\
labels: {{a: {{kind: document}}, b: {{kind: document}}}}
let: {{asks_b: 'label("b")'}}
rules:
  - {{id: one, label: a, when: '{one}', confidence: 0.9}}
  - {{id: two, label: b, when: '{two}', confidence: 0.9}}
"""

    assert {code for code, _ in problems_of(tmp_path, yaml)} == {"R032"}


@pytest.mark.parametrize(
    ("labels", "asked", "reason"),
    [
        ("{ad: {excludes: [inj]}, inj: {}}", "inj", '"ad" excludes "inj"'),
        ("{ad: {}, inj: {implies: [ad]}}", "inj", '"inj" implies "ad"'),
        ("{ad: {implies: [any]}, any: {implies: [inj]}, inj: {}}", "inj", "by way of other labels"),
    ],
)
def test_a_label_that_waits_for_the_label_of_the_rule_is_told_so(tmp_path, labels, asked, reason):
    yaml = f"""\
labels: {labels}
rules:
  - {{id: one, label: ad, when: '"x" and not label("{asked}")', confidence: 0.9}}
"""

    message = f'rule "one" asks about "{asked}", and "{asked}" waits for "ad", for which it votes ({reason})'
    _, problems = check(write_text(tmp_path, yaml))
    assert [(each.code, each.message) for each in problems if each.is_error] == [("R032", message)]


@pytest.mark.parametrize(
    "lets",
    ["{one: 'two or \"x\"', two: 'one or \"y\"'}", "{one: 'any of (on*, \"x\")'}"],
    ids=["by name", "by wildcard"],
)
def test_lets_that_wait_for_one_another_are_an_error(tmp_path, lets):
    yaml = f"labels: [a, b]\nlet: {lets}\nrules: [{{id: r, label: a, when: one, confidence: 0.9}}]\n"

    assert {code for code, _ in problems_of(tmp_path, yaml)} == {"R032"}


@pytest.mark.parametrize(
    "cascade",
    [
        "[{stage: one, runs: [m1]}]",
        "[{stage: one, runs: [m1, m2]}, {stage: two, runs: [m2]}]",
        "[{stage: one, runs: [m1], when: m2}, {stage: two, runs: [m2]}]",
    ],
    ids=["in no stage", "in two stages", "used before its stage"],
)
def test_a_matcher_stands_in_one_stage_and_is_used_from_there_on(tmp_path, cascade):
    yaml = f"""\
labels: {{a: {{kind: document}}}}
matchers: {{m1: {{use: dictionary, terms: [x]}}, m2: {{use: dictionary, terms: [y]}}}}
cascade: {cascade}
rules:
  - {{id: one, label: a, when: m1, confidence: 0.9}}
  - {{id: two, label: a, when: m2, confidence: 0.9}}
"""

    assert {code for code, _ in problems_of(tmp_path, yaml)} == {"R033"}


def test_a_stage_runs_a_whole_kind(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {a: {kind: document}, b: {kind: document}}
        cascade: [{stage: words, runs: [dictionary]}, {stage: patterns, runs: [regex]}]
        rules:
          - {id: one, label: a, when: '"x"', confidence: 0.9}
          - {id: two, label: b, when: '/y/', confidence: 0.9}
        """,
    )

    assert stages(rules.annotate_one("x y")) == {"a": "words", "b": "patterns"}


def test_the_condition_of_a_stage_may_name_matchers_of_the_stages_before(tmp_path):
    rules = load_text(
        tmp_path,
        MATCHERS
        + """\
labels: {a: {kind: document}}
cascade: [{stage: one, runs: [m1]}, {stage: two, runs: [m2], when: m1}]
rules: [{id: r, label: a, when: m2, confidence: 0.9}]
""",
    )

    assert [bool(rules.annotate_one(text).votes) for text in ("alpha beta", "beta")] == [True, False]
