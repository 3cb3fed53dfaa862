"""`implies` carries yes upward and no downward; of labels that exclude each other the strongest stands."""

import pytest

from support.rulesets import load_text, problems_of, spans_of

LABELS = """\
labels:
  burn: {kind: document, implies: injury}
  injury: {kind: document, implies: [harm]}
  harm: {kind: document}
  advert: {kind: document, excludes: [injury]}
"""
RULES = """\
rules:
  - {id: burn, label: burn, when: '"burn"', confidence: 0.9}
  - {id: maybe-burn, label: burn, when: '"hot"', confidence: 0.5}
  - {id: injury, label: injury, when: '"hurt"', confidence: 0.6}
  - {id: harm-low, label: harm, when: '"mild"', confidence: 0.1}
  - {id: advert, label: advert, when: '"sale"', confidence: 0.88}
"""


def decided(tmp_path, text, more="", labels=LABELS, rules=RULES):
    return dict(load_text(tmp_path, labels + more + rules).annotate_one(text).decisions)


def test_an_accepted_label_makes_what_it_implies_accepted(tmp_path):
    assert decided(tmp_path, "burn") == {"burn": "accepted", "injury": "accepted", "harm": "accepted"}


def test_what_is_implied_takes_the_score_and_names_the_label(tmp_path):
    record = load_text(tmp_path, LABELS + RULES).annotate_one("a burn, it hurt")

    said = [(each.label, each.score, [vote.rule for vote in each.votes]) for each in record.annotations]
    assert said == [("burn", 0.9, ["burn"]), ("injury", 0.9, ["injury"]), ("harm", 0.9, [])]
    assert [each.get("implied_by") for each in record.said["annotations"]] == [None, "burn", "injury"]


def test_an_uncertain_label_implies_nothing(tmp_path):
    assert decided(tmp_path, "hot") == {"burn": "uncertain"}


def test_a_label_that_is_no_makes_no_of_whoever_implies_it(tmp_path):
    found = decided(tmp_path, "hot and mild", "decide: {harm: {low: 0.3}}\n")

    assert found == {"burn": "no", "injury": "no", "harm": "no"}


def test_yes_upward_comes_before_no_downward(tmp_path):
    found = decided(tmp_path, "burn and mild", "decide: {harm: {low: 0.3}}\n")

    assert found == {"burn": "accepted", "injury": "accepted", "harm": "accepted"}


def test_the_higher_score_stands_of_labels_that_exclude_each_other(tmp_path):
    found = decided(tmp_path, "burn for sale")

    assert found == {"burn": "accepted", "injury": "accepted", "harm": "accepted", "advert": "no"}


def test_the_higher_priority_stands_before_the_higher_score(tmp_path):
    rules = RULES.replace("id: advert,", "id: advert, priority: 1,")

    found = decided(tmp_path, "burn for sale", rules=rules)

    assert found == {"burn": "no", "injury": "no", "harm": "accepted", "advert": "accepted"}


def test_among_equals_the_first_rule_id_in_byte_order_stands(tmp_path):
    rules = RULES.replace("confidence: 0.88", "confidence: 0.9")

    found = decided(tmp_path, "burn for sale", rules=rules)

    assert found == {"burn": "no", "injury": "no", "harm": "accepted", "advert": "accepted"}


def test_exclusion_holds_both_ways_and_leaves_uncertain_labels_alone(tmp_path):
    assert decided(tmp_path, "sale, hurt") == {"injury": "uncertain", "advert": "accepted"}


def test_a_span_implies_a_label_of_the_record_and_goes_with_it(tmp_path):
    labels = """\
labels:
  burn: {kind: span, implies: injury}
  injury: {kind: document}
  advert: {kind: document, excludes: [injury]}
"""
    rules = """\
rules:
  - {id: burn, label: burn, when: '"burn"', confidence: 0.9}
  - {id: advert, label: advert, when: '"sale"', confidence: 0.95}
"""
    rules_ = load_text(tmp_path, labels + rules)

    assert dict(rules_.annotate_one("a burn").decisions) == {"burn": "accepted", "injury": "accepted"}
    assert spans_of(rules_.annotate_one("a burn")) == [("burn", "burn", 0.9)]
    assert dict(rules_.annotate_one("burn sale").decisions) == {"burn": "no", "injury": "no", "advert": "accepted"}
    assert spans_of(rules_.annotate_one("burn sale")) == []


def test_a_later_stage_can_turn_an_implied_label_over(tmp_path):
    yaml = """\
labels: {weak: {kind: span, implies: any}, strong: {kind: span}, any: {kind: document}}
cascade:
  - {stage: one, runs: [dictionary]}
  - {stage: two, runs: [regex]}
rules:
  - {id: weak, label: weak, when: '"ab"', confidence: 0.9}
  - {id: strong, label: strong, when: '/ab cd/', confidence: 0.9}
"""
    rules = load_text(tmp_path, yaml)

    assert dict(rules.annotate_one("ab").decisions) == {"weak": "accepted", "any": "accepted"}
    assert dict(rules.annotate_one("ab cd").decisions) == {"weak": "no", "strong": "accepted"}


def test_a_rule_that_asks_for_an_implied_label_comes_after_those_that_imply_it(tmp_path):
    rule = "  - {id: asks, label: noted, when: 'label(\"injury\")', confidence: 1}\n"
    labels = LABELS + "  noted: {kind: document}\n"
    text = labels + RULES.replace("rules:\n", "rules:\n" + rule)

    assert load_text(tmp_path, text).annotate_one("burn").decisions["noted"] == "accepted"


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("a: {kind: document, implies: a}", "R036"),
        ("a: {kind: document, implies: s}", "R036"),
        ("a: {kind: document, excludes: s}", "R036"),
        ("a: {kind: document, implies: [nothing]}", "R030"),
        ("a: {kind: document, implies: b}", "R032"),
        ("a: {kind: document, implies: m}", "R036"),
    ],
)
def test_a_link_that_cannot_be_is_an_error(tmp_path, label, code):
    labels = f"labels: {{{label}, b: {{kind: document, implies: a}}, s: {{kind: span}}, set: {{one_of: [m, n]}}}}\n"

    assert code in {found for found, _ in problems_of(tmp_path, labels + "rules: []\n")}
