"""Sets, and sets with a label for each value of a table's column."""

from support.rulesets import load_text, problems_of, votes_of

PRODUCTS = {"products.csv": "term,label\nphone,product.phone\nmobile,product.phone\nlamp,product.lamp\n"}

FAMILY = """\
labels: {product.*: {one_of: {column: products.label}}, odd: {kind: document}}
dictionaries: {products: {file: products.csv}}
matchers: {product: {use: dictionary, of: products}}
decide: {product.*: {accept: 0.7}}
rules:
  - {id: named, label_from: it.label, when: product, confidence: '0.9 if it in title else 0.6'}
  - {id: unsure, label: odd, when: 'uncertain("product.*")', confidence: 0.9}
  - {id: lamp, label: odd, when: 'label("product.lamp")', confidence: 0.95}
"""


def test_a_family_has_a_label_for_each_value_of_the_column(tmp_path):
    rules = load_text(tmp_path, FAMILY, **PRODUCTS)

    record = rules.annotate_one({"title": "a mobile"})

    assert dict(record.decisions) == {"product.phone": "accepted", "product.lamp": "no"}
    assert votes_of(record) == [("named", "product.phone", 0.9)]


def test_exactly_one_label_of_a_family_holds(tmp_path):
    rules = load_text(tmp_path, FAMILY, **PRODUCTS)

    record = rules.annotate_one({"title": "phone and lamp"})

    assert record.decisions["product.phone"] == record.decisions["product.lamp"] == "uncertain"
    assert record.route == "review"


def test_a_family_can_be_asked_whether_it_is_uncertain(tmp_path):
    rules = load_text(tmp_path, FAMILY, **PRODUCTS)

    found = [rules.annotate_one(record).decisions.get("odd") for record in ({"text": "phone"}, {"title": "phone"})]

    assert found == ["accepted", None]


def test_a_label_of_a_family_can_be_asked_for(tmp_path):
    rules = load_text(tmp_path, FAMILY, **PRODUCTS)

    found = [rules.annotate_one({"title": title}).decisions.get("odd") for title in ("lamp", "phone")]

    assert found == ["accepted", None]


def test_a_rule_may_name_a_label_of_a_family(tmp_path):
    yaml = FAMILY + "  - {id: by-name, label: product.lamp, when: '\"light\"', confidence: 0.9}\n"
    rules = load_text(tmp_path, yaml, **PRODUCTS)

    assert dict(rules.annotate_one("a light").decisions) == {
        "product.phone": "no",
        "product.lamp": "accepted",
        "odd": "accepted",
    }


def test_a_wildcard_decides_labels_wherever_its_star_stands(tmp_path):
    yaml = """\
    labels: {near.burn: {kind: document}, far.burn: {kind: document}, near.cut: {kind: document}}
    decide: {"*.burn": {accept: 0.4}, near.*: {accept: 0.6}}
    rules:
      - {id: one, label: near.burn, when: '"x"', confidence: 0.5}
      - {id: two, label: far.burn, when: '"x"', confidence: 0.5}
      - {id: three, label: near.cut, when: '"x"', confidence: 0.5}
    """
    record = load_text(tmp_path, yaml).annotate_one("x")

    # of two patterns that fit, the longer one comes first; here both are as long, and the first in the file does
    assert dict(record.decisions) == {"near.burn": "accepted", "far.burn": "accepted", "near.cut": "uncertain"}


def test_a_list_of_labels_is_a_set_of_which_one_holds(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: [a, b, c]
        rules: [{id: r, label: b, when: '"x"', confidence: 0.9}]
        """,
    )

    assert dict(rules.annotate_one("x").decisions) == {"a": "no", "b": "accepted", "c": "no"}


def test_independent_labels_hold_side_by_side(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {a: {kind: document}, b: {kind: document}, c: {kind: document}}
        rules:
          - {id: one, label: a, when: '"x"', confidence: 0.9}
          - {id: two, label: b, when: '"x"', confidence: 0.9}
        """,
    )

    assert dict(rules.annotate_one("x").decisions) == {"a": "accepted", "b": "accepted"}


def test_a_rule_cannot_vote_for_an_undeclared_label_or_a_whole_set(tmp_path):
    found = problems_of(
        tmp_path,
        """\
        labels: {tone: {one_of: [calm, angry]}}
        rules:
          - {id: one, label: happy, when: '"x"', confidence: 0.9}
          - {id: two, label: tone, when: '"x"', confidence: 0.9}
        """,
    )

    assert found == [("R030", 5), ("R030", 6)]


def test_a_table_may_hold_document_labels_and_span_labels(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {topic: {kind: document}, thing: {kind: span}}
        dictionaries: {words: {file: words.csv}}
        matchers: {word: {use: dictionary, of: words}}
        rules: [{id: r, label_from: it.label, when: word, confidence: 0.9}]
        """,
        **{"words.csv": "term,label\ncooking,topic\npan,thing\n"},
    )

    record = rules.annotate_one("cooking with a pan")

    assert [(found.kind, found.label, found.start, found.end) for found in record.annotations] == [
        ("document", "topic", 0, 0),
        ("span", "thing", 15, 18),
    ]
