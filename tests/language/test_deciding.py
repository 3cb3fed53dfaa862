"""Scores against thresholds: accepted, no, uncertain, none, and where a record goes."""

import pytest

from support.rulesets import load_text, problems_of

ONE = """\
labels: {{spam: {{kind: document}}}}
decide: {{spam: {{low: 0.35}}}}
rules: [{{id: r, label: spam, when: '"sale"', confidence: {confidence}}}]
"""
SET = """\
labels: {{tone: {{one_of: [calm, angry, sad]}}}}
decide: {{tone: {{low: 0.2, margin: {margin}}}}}
rules:
  - {{id: one, label: calm, when: '"a"', confidence: {calm}}}
  - {{id: two, label: angry, when: '"b"', confidence: {angry}}}
"""


@pytest.mark.parametrize(
    ("confidence", "decision"),
    [
        (0.9, "accepted"),
        (0.85, "accepted"),
        (0.84996, "accepted"),
        (0.84994, "uncertain"),
        (0.35, "uncertain"),
        (0.34996, "uncertain"),
        (0.34994, "no"),
        (0, "no"),
    ],
)
def test_a_score_is_rounded_and_compared_with_accept_and_low(tmp_path, confidence, decision):
    rules = load_text(tmp_path, ONE.format(confidence=confidence))

    assert dict(rules.annotate_one("sale").decisions) == {"spam": decision}


def test_low_is_0_unless_said(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {spam: {kind: document}}
        rules: [{id: r, label: spam, when: '"sale"', confidence: 0}]
        """,
    )

    assert dict(rules.annotate_one("sale").decisions) == {"spam": "uncertain"}


def test_without_a_vote_a_label_is_none(tmp_path):
    rules = load_text(tmp_path, ONE.format(confidence=0.9))

    assert dict(rules.annotate_one("nothing").decisions) == {}


def test_a_combined_score_is_rounded_before_it_is_compared(tmp_path):
    # 0.7 + 0.9 + 0.95 are 2.55 only on paper
    rules = load_text(
        tmp_path,
        """\
        labels: {spam: {kind: document}}
        decide: {spam: {combine: mean, accept: 0.85}}
        rules:
          - {id: one, label: spam, when: '"a"', confidence: 0.7}
          - {id: two, label: spam, when: '"b"', confidence: 0.9}
          - {id: three, label: spam, when: '"c"', confidence: 0.95}
        """,
    )

    assert dict(rules.annotate_one("a b c").decisions) == {"spam": "accepted"}


@pytest.mark.parametrize(
    ("calm", "angry", "margin", "decisions"),
    [
        (0.95, 0.85, 0.1, {"calm": "accepted", "angry": "no", "sad": "no"}),
        (0.9, 0.8, 0.1, {"calm": "accepted", "angry": "no", "sad": "no"}),
        (0.95, 0.8501, 0.1, {"calm": "uncertain", "angry": "uncertain"}),
        (0.95, 0.94, 0.01, {"calm": "accepted", "angry": "no", "sad": "no"}),
        (0.95, 0.95, 0, {"calm": "uncertain", "angry": "uncertain"}),
        (0.95, 0.9499, 0, {"calm": "accepted", "angry": "no", "sad": "no"}),
        (0.95, 0.95001, 0, {"calm": "uncertain", "angry": "uncertain"}),
        (0.6, 0.95, 0.1, {"calm": "no", "angry": "accepted", "sad": "no"}),
        (0.84, 0.3, 0.1, {"calm": "uncertain", "angry": "uncertain"}),
        (0.85, 0.3, 0.1, {"calm": "accepted", "angry": "no", "sad": "no"}),
    ],
)
def test_the_best_of_a_set_must_reach_accept_and_lead_by_the_margin(tmp_path, calm, angry, margin, decisions):
    rules = load_text(tmp_path, SET.format(calm=calm, angry=angry, margin=margin))

    assert dict(rules.annotate_one("a b").decisions) == decisions


def test_the_margin_is_a_tenth_unless_said(tmp_path):
    yaml = """\
    labels: [calm, angry]
    rules:
      - {id: one, label: calm, when: '"a"', confidence: 0.95}
      - {id: two, label: angry, when: '"b"', confidence: 0.85}
      - {id: three, label: angry, when: '"c"', confidence: 0.86}
    """
    rules = load_text(tmp_path, yaml)

    assert dict(rules.annotate_one("a b").decisions) == {"calm": "accepted", "angry": "no"}
    assert dict(rules.annotate_one("a c").decisions) == {"calm": "uncertain", "angry": "uncertain"}


def test_the_only_member_with_a_vote_leads_by_its_whole_score(tmp_path):
    rules = load_text(tmp_path, SET.format(calm=0.9, angry=0.9, margin=0.1))

    assert dict(rules.annotate_one("b").decisions) == {"calm": "no", "angry": "accepted", "sad": "no"}


def test_sets_are_decided_apart(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {tone: {one_of: [calm, angry]}, topic: {one_of: [food, cars]}, spam: {kind: document}}
        rules:
          - {id: one, label: calm, when: '"a"', confidence: 0.9}
          - {id: two, label: food, when: '"a"', confidence: 0.9}
          - {id: three, label: spam, when: '"a"', confidence: 0.9}
        """,
    )

    assert dict(rules.annotate_one("a").decisions) == {
        "calm": "accepted",
        "angry": "no",
        "food": "accepted",
        "cars": "no",
        "spam": "accepted",
    }


LOOKUP = """\
labels: {{spam: {{kind: document}}}}
matchers: {{sale: {{use: dictionary, terms: [sale]}}}}
{thresholds}
rules: [{{id: r, label: spam, when: sale, confidence: 0.5}}]
"""


@pytest.mark.parametrize(
    ("thresholds", "threshold"),
    [
        ("", 0.85),
        ("accept: 0.45", 0.45),
        ("accept: 0.45\ncascade: [{stage: one, runs: [sale], accept: 0.44}]", 0.44),
        ("accept: 0.45\ncascade: [{stage: one, runs: [sale], accept: 0.44}]\ndecide: {spam: {accept: 0.43}}", 0.43),
        ("accept: 0.45\ndecide: {spam: {accept: 0.43}}", 0.43),
        (
            """\
accept: 0.45
cascade: [{stage: one, runs: [sale], accept: 0.44, decide: {spam: {accept: 0.42}}}]
decide: {spam: {accept: 0.43}}""",
            0.42,
        ),
        ("cascade: [{stage: one, runs: [sale], decide: {spam: {low: 0.1}}}]\ndecide: {spam: {accept: 0.43}}", 0.43),
        ("decide: {spam: {accept: 0.6}}\naccept: 0.45", 0.6),
    ],
    ids=["default", "ruleset", "stage", "label", "label over ruleset", "stage and label", "not said there", "stricter"],
)
def test_accept_is_looked_up_in_stage_and_label_then_label_then_stage_then_ruleset(tmp_path, thresholds, threshold):
    rules = load_text(tmp_path, LOOKUP.format(thresholds=thresholds))

    record = rules.annotate_one("sale")

    [annotation] = [*record.annotations, *record.suggestions]
    assert annotation.threshold == threshold
    assert annotation.decision == ("accepted" if threshold <= 0.5 else "uncertain")


def test_a_set_is_decided_by_its_name(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {tone: {one_of: [calm, angry]}}
        decide: {tone: {accept: 0.4}}
        rules: [{id: r, label: calm, when: '"a"', confidence: 0.5}]
        """,
    )

    assert dict(rules.annotate_one("a").decisions) == {"calm": "accepted", "angry": "no"}


def test_a_label_of_a_set_may_have_a_threshold_of_its_own(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {tone: {one_of: [calm, angry]}}
        decide: {tone: {accept: 0.9}, calm: {accept: 0.4}}
        rules:
          - {id: one, label: calm, when: '"a"', confidence: 0.5}
          - {id: two, label: angry, when: '"b"', confidence: 0.8}
        """,
    )

    assert dict(rules.annotate_one("a").decisions) == {"calm": "accepted", "angry": "no"}
    assert dict(rules.annotate_one("b").decisions) == {"angry": "uncertain"}


def test_a_stage_may_decide_a_whole_set(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {tone: {one_of: [calm, angry]}}
        cascade: [{stage: one, runs: [dictionary], decide: {tone: {accept: 0.4}}}]
        decide: {tone: {accept: 0.9}}
        rules: [{id: one, label: calm, when: '"a"', confidence: 0.5}]
        """,
    )

    assert dict(rules.annotate_one("a").decisions) == {"calm": "accepted", "angry": "no"}


@pytest.mark.parametrize("key", ["combine: mean", "margin: 0.2", "if_none: review"])
def test_what_a_stage_cannot_decide_is_refused_there(tmp_path, key):
    yaml = """\
    labels: {tone: {one_of: [calm, angry]}}
    rules: [{id: one, label: calm, when: '"a"', confidence: 0.5}]
    cascade:
      - stage: one
        runs: [dictionary]
        decide:
          tone: {KEY}
    """

    assert problems_of(tmp_path, yaml.replace("KEY", key)) == [("R010", 9)]


def route(rules, record):
    found = rules.annotate_one(record)
    return found.route, [tuple(question["labels"]) for question in found.said.get("questions", [])]


def test_an_uncertain_label_goes_to_review(tmp_path):
    rules = load_text(tmp_path, ONE.format(confidence=0.5))

    assert route(rules, "sale") == ("review", [("spam",)])


def test_a_label_that_is_no_goes_nowhere(tmp_path):
    rules = load_text(tmp_path, ONE.format(confidence=0.1))

    assert route(rules, "sale") == ("accepted", [])


def test_a_set_without_votes_goes_to_review(tmp_path):
    rules = load_text(tmp_path, SET.format(calm=0.9, angry=0.9, margin=0.1))

    assert route(rules, "nothing") == ("review", [("calm", "angry", "sad")])


def test_independent_and_span_labels_without_votes_are_no(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {spam: {kind: document}, offer: {kind: span}}
        rules:
          - {id: one, label: spam, when: '"a"', confidence: 0.9}
          - {id: two, label: offer, when: '"a"', confidence: 0.9}
        """,
    )

    assert route(rules, "nothing") == ("accepted", [])


def test_if_none_of_a_set_can_be_no(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {tone: {one_of: [calm, angry]}}
        decide: {tone: {if_none: no}}
        rules: [{id: one, label: calm, when: '"a"', confidence: 0.9}]
        """.replace("if_none: no", 'if_none: "no"'),
    )

    assert route(rules, "nothing") == ("accepted", [])


@pytest.mark.parametrize("kind", ["document", "span"])
def test_if_none_of_a_label_can_be_review(tmp_path, kind):
    rules = load_text(
        tmp_path,
        f"""\
        labels: {{spam: {{kind: {kind}}}}}
        decide: {{spam: {{if_none: review}}}}
        rules: [{{id: one, label: spam, when: '"a"', confidence: 0.9}}]
        """,
    )

    assert route(rules, "nothing") == ("review", [("spam",)])
    assert route(rules, "a") == ("accepted", [])


def test_one_open_label_sends_the_record_to_review_and_only_it_is_asked(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {spam: {kind: document}, rude: {kind: document}, tone: {one_of: [calm, angry]}}
        rules:
          - {id: one, label: spam, when: '"a"', confidence: 0.9}
          - {id: two, label: rude, when: '"b"', confidence: 0.5}
          - {id: three, label: calm, when: '"a"', confidence: 0.9}
        """,
    )

    found = rules.annotate_one("a b")

    assert route(rules, "a b") == ("review", [("rude",)])
    assert sorted(annotation.label for annotation in found.annotations) == ["calm", "spam"]
    assert [annotation.label for annotation in found.suggestions] == ["rude"]


def test_a_span_question_is_asked_for_each_field(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {offer: {kind: span}}
        rules: [{id: one, label: offer, when: '"a"', confidence: '0.9 if it in body else 0.5'}]
        """,
    )

    found = rules.annotate_one({"title": "a", "text": "a", "body": "a"})

    assert sorted(question["field"] for question in found.said["questions"]) == ["text", "title"]
    assert [(span.field, span.decision) for span in found.annotations] == [("body", "accepted")]


def test_without_review_an_open_record_is_undecided(tmp_path):
    rules = load_text(tmp_path, "review: none\n" + ONE.format(confidence=0.5))

    assert rules.annotate_one("sale").route == "undecided"
    assert rules.annotate_one("nothing").route == "accepted"
