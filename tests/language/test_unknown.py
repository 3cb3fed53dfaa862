"""Unknown is not no: three values, and where the third one comes from."""

import pytest

from support.rulesets import load_text, truth_of, votes_of

META = "record: {meta: {price: {type: number}, go: {type: text}}}\n"
OPERANDS = {"yes": '"here"', "no": '"absent"', "unknown": "doc.price > 1"}

THREE_STAGES = """\
record: {meta: {go: {type: text}}}
matchers:
  early: {use: dictionary, terms: [early]}
  skipped: {use: dictionary, terms: [skipped]}
  late: {use: dictionary, terms: [late]}
  absent: {use: dictionary, terms: [absent]}
  gone: {use: dictionary, terms: [gone]}
  another: {use: dictionary, terms: [another]}
cascade:
  - {stage: one, runs: [early, absent, gone, another]}
  - {stage: two, runs: [skipped], when: 'doc.go == "on"'}
  - {stage: three, runs: [late]}
"""


@pytest.mark.parametrize(
    ("left", "right", "truth"),
    [
        ("yes", "yes", "yes"),
        ("yes", "no", "no"),
        ("no", "no", "no"),
        ("unknown", "yes", "unknown"),
        ("unknown", "no", "no"),
        ("unknown", "unknown", "unknown"),
    ],
)
def test_and_of_three_values(tmp_path, left, right, truth):
    one, two = OPERANDS[left], OPERANDS[right]

    assert truth_of(tmp_path, f"{one} and {two}", "here", META) == truth
    assert truth_of(tmp_path, f"{two} and {one}", "here", META) == truth


@pytest.mark.parametrize(
    ("left", "right", "truth"),
    [
        ("yes", "yes", "yes"),
        ("yes", "no", "yes"),
        ("no", "no", "no"),
        ("unknown", "yes", "yes"),
        ("unknown", "no", "unknown"),
        ("unknown", "unknown", "unknown"),
    ],
)
def test_or_of_three_values(tmp_path, left, right, truth):
    one, two = OPERANDS[left], OPERANDS[right]

    assert truth_of(tmp_path, f"{one} or {two}", "here", META) == truth
    assert truth_of(tmp_path, f"{two} or {one}", "here", META) == truth


@pytest.mark.parametrize(("value", "truth"), [("yes", "no"), ("no", "yes"), ("unknown", "unknown")])
def test_not_of_three_values(tmp_path, value, truth):
    assert truth_of(tmp_path, f"not ({OPERANDS[value]})", "here", META) == truth


@pytest.mark.parametrize(
    "condition",
    [
        "doc.price > 1",
        "doc.price <= 1",
        "doc.price == 1",
        "doc.price != 1",
        "doc.price in [1, 2]",
        "doc.price not in [1, 2]",
        'doc.go == "on"',
        'doc.go != "on"',
        'doc.go contains "o"',
        "doc.go matches /o/",
        'fold(doc.go) == fold("on")',
        "doc.price + 1 > 1",
        "-doc.price < 0",
        'count("here") > doc.price',
    ],
)
def test_a_missing_metadata_field_makes_a_comparison_unknown(tmp_path, condition):
    assert truth_of(tmp_path, condition, "here", META) == "unknown"


def test_a_missing_field_does_not_exist(tmp_path):
    assert truth_of(tmp_path, "doc.price exists", "here", META) == "no"


def test_a_field_that_is_null_is_missing(tmp_path):
    record = {"text": "here", "price": None}

    assert truth_of(tmp_path, "doc.price exists", record, META) == "no"
    assert truth_of(tmp_path, "doc.price > 1", record, META) == "unknown"


def test_a_value_declared_as_missing_is_missing(tmp_path):
    declared = 'record: {meta: {price: {type: number, missing: ["", "0.0"]}}}'

    found = [
        (truth_of(tmp_path, "doc.price > 1", {"text": "here", "price": price}, declared), price)
        for price in ("", "0.0", "2.5", 0.5)
    ]

    assert found == [("unknown", ""), ("unknown", "0.0"), ("yes", "2.5"), ("no", 0.5)]


def test_a_rule_whose_condition_is_unknown_abstains(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        record: {meta: {price: {type: number}}}
        labels: {cheap: {kind: document}, dear: {kind: document}}
        rules:
          - {id: low, label: cheap, when: 'doc.price < 10', confidence: 0.9}
          - {id: high, label: dear, when: 'not (doc.price < 10)', confidence: 0.9}
        """,
    )

    record = rules.annotate_one("a thing")

    assert (record.votes, dict(record.decisions), record.route) == ((), {}, "accepted")


def test_a_confidence_that_is_unknown_abstains(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        record: {meta: {trust: {type: number}}}
        labels: {spam: {kind: document}}
        rules:
          - {id: trusted, label: spam, when: '"sale"', confidence: 'doc.trust / 10'}
          - {id: by-cases, label: spam, when: '"sale"', confidence: '0.9 if doc.trust > 5 else 0.6'}
        """,
    )

    assert votes_of(rules.annotate_one("sale")) == []
    assert votes_of(rules.annotate_one({"text": "sale", "trust": 9})) == [
        ("trusted", "spam", 0.9),
        ("by-cases", "spam", 0.9),
    ]


@pytest.mark.parametrize(
    ("condition", "truth"),
    [
        ("late and skipped", "unknown"),
        ("late and not skipped", "unknown"),
        ("late or skipped", "yes"),
        ("skipped and late and absent", "no"),
        ("late and count(skipped) >= 1", "unknown"),
        ("late and count(skipped) == 0", "unknown"),
        ("late near skipped within 5 words", "unknown"),
        ("late not near skipped within 5 words", "unknown"),
        ("late inside skipped", "unknown"),
        ("late and (skipped in text)", "unknown"),
        ("late and count(late or skipped) >= 2", "unknown"),
        ("late and count(late or skipped) < 2", "unknown"),
        ("late and distinct(late or skipped) < 9", "unknown"),
        ("late near (early or skipped) within 5 words", "unknown"),
        ("late not near (early or skipped) within 5 words", "unknown"),
        ("late near (another or skipped) within 5 words", "yes"),
        ("late not near (another or skipped) within 5 words", "no"),
        ("(late or skipped) in title", "unknown"),
        ("(late or skipped) not in title", "yes"),
        ('late and ((late or skipped) where (it.text == "other"))', "unknown"),
        ("late and ((skipped near late within 5 words) in text)", "unknown"),
        ("late and (absent near skipped within 5 words)", "no"),
        ("any of (late, skipped)", "yes"),
        ("all of (late, skipped)", "unknown"),
        ("none of (late, skipped)", "no"),
        ("none of (absent, skipped) and late", "unknown"),
        ("at least 1 of (late, skipped)", "yes"),
        ("at least 2 of (late, skipped, early)", "unknown"),
        ("at least 2 of (late, skipped, absent, gone)", "unknown"),
        ("late and at least 2 of (skipped, absent, gone)", "no"),
    ],
)
def test_a_matcher_of_a_skipped_stage_is_unknown(tmp_path, condition, truth):
    record = {"text": "another late and skipped", "go": "off"}

    assert truth_of(tmp_path, condition, record, THREE_STAGES) == truth


@pytest.mark.parametrize(
    ("condition", "truth"),
    [("late and skipped", "yes"), ("late and not skipped", "no"), ("late near skipped within 5 words", "yes")],
)
def test_a_matcher_of_a_stage_that_ran_is_known(tmp_path, condition, truth):
    record = {"text": "late and skipped", "go": "on"}

    assert truth_of(tmp_path, condition, record, THREE_STAGES) == truth


def test_a_filter_that_is_unknown_for_one_match_keeps_those_it_is_sure_of(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        record: {meta: {kind: {type: text}}}
        labels: {found: {kind: span}}
        dictionaries: {things: {file: things.csv}}
        matchers: {thing: {use: dictionary, of: things}}
        rules:
          - {id: r, label: found, when: 'thing where (it.sure == "y" or it.kind == doc.kind)', confidence: 0.9}
        """,
        **{"things.csv": "term,sure,kind\npan,y,metal\ncup,n,clay\n"},
    )

    record = rules.annotate_one("a cup and a pan")

    assert [record.text(span) for span in record.annotations] == ["pan"]


def test_an_unknown_filter_over_no_match_is_no(tmp_path):
    declared = META + "matchers: {m: {use: dictionary, terms: [absent]}}"

    assert truth_of(tmp_path, "m where (doc.price > 1)", "here", declared) == "no"


def test_an_unknown_filter_over_a_match_is_unknown(tmp_path):
    declared = META + "matchers: {m: {use: dictionary, terms: [here]}}"

    assert truth_of(tmp_path, "m where (doc.price > 1)", "here", declared) == "unknown"


def test_a_text_field_that_a_record_lacks_holds_nothing(tmp_path):
    assert truth_of(tmp_path, '"here" in title', {"text": "here"}) == "no"


def test_a_stage_whose_condition_is_unknown_runs(tmp_path):
    assert truth_of(tmp_path, "late and skipped", "late and skipped", THREE_STAGES) == "yes"


@pytest.mark.parametrize(
    ("go", "price", "truth"),
    [("on", 4, "yes"), ("on", 2, "no"), (None, 4, "no"), (None, 6, "yes"), ("on", None, "unknown")],
)
def test_a_condition_may_go_by_cases(tmp_path, go, price, truth):
    record = {"text": "here", "go": go, "price": price}

    assert truth_of(tmp_path, "doc.price > 3 if doc.go exists else doc.price > 5", record, META) == truth


def test_a_case_that_hangs_on_something_unknown_is_unknown(tmp_path):
    condition = 'count("here") > (0 if doc.price > 3 else 9)'

    assert truth_of(tmp_path, condition, "here", META) == "unknown"
