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
ILL = "  - {id: ill, label: harm, when: '\"ill\"', confidence: 0.9}\n"
SAFE = "  - {id: safe, label: safe, when: '\"safe\"', confidence: 0.86}\n"


def decided(tmp_path, text, more="", labels=LABELS, rules=RULES):
    return dict(load_text(tmp_path, labels + more + rules).annotate_one(text).decisions)


def test_an_accepted_label_makes_what_it_implies_accepted(tmp_path):
    assert decided(tmp_path, "burn") == {"burn": "accepted", "injury": "accepted", "harm": "accepted"}


def test_what_is_implied_takes_the_score_and_names_the_label(tmp_path):
    record = load_text(tmp_path, LABELS + RULES).annotate_one("a burn, it hurt")

    said = [(each.label, each.score, [vote.rule for vote in each.votes]) for each in record.annotations]
    assert said == [("burn", 0.9, ["burn"]), ("injury", 0.9, ["injury"]), ("harm", 0.9, [])]
    assert [each.get("implied_by") for each in record.said["annotations"]] == [None, "burn", "injury"]


def test_of_equally_sure_labels_the_one_declared_first_is_named(tmp_path):
    labels = """\
labels:
  alpha: {kind: document, implies: [top]}
  top: {kind: document}
  gamma: {kind: document, implies: [top]}
  below: {kind: document, implies: [alpha, gamma]}
"""
    rules = "rules:\n  - {id: below, label: below, when: '\"deep\"', confidence: 0.9}\n"
    record = load_text(tmp_path, labels + rules).annotate_one("deep")

    named = {each["label"]: each.get("implied_by") for each in record.said["annotations"]}
    assert named == {"alpha": "below", "top": "alpha", "gamma": "below", "below": None}


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

    assert found == {"burn": "no", "injury": "no", "advert": "accepted"}


def test_among_equals_the_first_rule_id_in_byte_order_stands(tmp_path):
    rules = RULES.replace("confidence: 0.88", "confidence: 0.9")

    found = decided(tmp_path, "burn for sale", rules=rules)

    assert found == {"burn": "no", "injury": "no", "advert": "accepted"}


def test_what_only_a_loser_implies_is_not_accepted(tmp_path):
    rules = RULES.replace("id: advert,", "id: advert, priority: 1,")

    assert decided(tmp_path, "burn for sale", rules=rules).get("harm") is None
    assert decided(tmp_path, "burn for sale, mild", rules=rules)["harm"] == "uncertain"
    assert decided(tmp_path, "burn for sale, ill", rules=rules + ILL)["harm"] == "accepted"


def test_what_a_loser_implies_excludes_nothing(tmp_path):
    labels = LABELS + "  safe: {kind: document, excludes: harm}\n"
    rules = RULES.replace("id: advert,", "id: advert, priority: 1,") + SAFE

    found = decided(tmp_path, "burn for sale, quite safe", labels=labels, rules=rules)

    assert found == {"burn": "no", "injury": "no", "advert": "accepted", "safe": "accepted"}


def test_a_label_is_as_strong_as_the_label_that_implies_it(tmp_path):
    found = decided(tmp_path, "a burn, it hurt, for sale", rules=RULES.replace("id: burn,", "id: burn, priority: 1,"))

    assert found == {"burn": "accepted", "injury": "accepted", "harm": "accepted", "advert": "no"}


def test_a_label_that_excludes_what_it_implies_is_never_accepted(tmp_path):
    labels = "labels: {burn: {kind: document, implies: injury, excludes: injury}, injury: {kind: document}}\n"
    rules = """\
rules:
  - {id: burn, label: burn, when: '"burn"', confidence: 0.9}
  - {id: hurt, label: injury, when: '"hurt"', confidence: 0.86}
"""

    assert decided(tmp_path, "burn", labels=labels, rules=rules) == {"burn": "no"}
    assert decided(tmp_path, "burn, hurt", labels=labels, rules=rules) == {"burn": "no", "injury": "accepted"}


def test_a_span_label_is_as_strong_as_its_best_accepted_span(tmp_path):
    labels = """\
labels:
  burn: {kind: span, implies: injury}
  injury: {kind: document, excludes: advert}
  advert: {kind: document}
"""
    rules = """\
cascade:
  - {stage: one, runs: [dictionary], accept: 0.5}
  - {stage: two, runs: [regex], accept: 0.95}
rules:
  - {id: burn, label: burn, when: '"burn"', confidence: 0.6}
  - {id: ad, label: advert, when: '"sale"', confidence: 0.7}
  - {id: hot, label: burn, when: '/hot/', confidence: 0.84}
"""

    assert decided(tmp_path, "burn, hot sale", labels=labels, rules=rules) == {
        "burn": "no",
        "injury": "no",
        "advert": "accepted",
    }


def test_what_other_labels_decided_names_the_stage_and_threshold_of_the_votes_behind_it(tmp_path):
    labels = "labels: {burn: {kind: document, implies: injury}, injury: {kind: document}, late: {kind: document}}\n"
    rules = """\
cascade:
  - {stage: one, runs: [dictionary], accept: 0.6}
  - {stage: two, runs: [regex], accept: 0.95}
rules:
  - {id: burn, label: burn, when: '"burn"', confidence: 0.9}
  - {id: late, label: late, when: '/late/', confidence: 0.99}
"""
    said = load_text(tmp_path, labels + rules).annotate_one("burn, late").said["annotations"]

    assert [(each["label"], each["stage"], each["threshold"]) for each in said] == [
        ("burn", "one", 0.6),
        ("injury", "one", 0.6),
        ("late", "two", 0.95),
    ]


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


def test_what_a_label_that_stands_no_more_had_lost_comes_back(tmp_path):
    yaml = """\
labels:
  ad: {kind: document, excludes: injury}
  burn: {kind: span, implies: injury}
  injury: {kind: document}
  shop: {kind: document, excludes: ad}
cascade: [{stage: one, runs: [dictionary]}, {stage: two, runs: [regex]}]
rules:
  - {id: ad, label: ad, when: '"sale"', confidence: 0.9}
  - {id: burn, label: burn, when: '"burn"', confidence: 0.86}
  - {id: shop, label: shop, when: '/shop/', confidence: 0.95}
"""
    rules = load_text(tmp_path, yaml)

    assert dict(rules.annotate_one("burn, sale").decisions) == {"ad": "accepted", "burn": "no", "injury": "no"}
    found = dict(rules.annotate_one("burn, sale, shop").decisions)
    assert found == {"ad": "no", "burn": "accepted", "injury": "accepted", "shop": "accepted"}


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
