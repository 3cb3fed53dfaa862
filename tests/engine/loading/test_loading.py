"""A whole ruleset, from its text to its values."""

from __future__ import annotations

from pathlib import Path

import pytest

from rubricate.errors import UsageError
from rubricate.language import tree
from rubricate.loading import Loaded, load_ruleset, load_text
from rubricate.model.location import Location
from rubricate.model.ruleset import (
    Conflicts,
    Decide,
    Expression,
    FinalTest,
    Label,
    LabelSet,
    MetaField,
    Otherwise,
    RecordSchema,
    Ruleset,
    Stage,
)
from rubricate.plugins.discovering import build_registry

REGISTRY = build_registry()
HERE = Location("ruleset.yaml", 1, 1)
HEAD = 'ruleset: comments\nversion: "1.0.0"\n'


def load(text: str) -> Ruleset:
    loaded = load_text(HEAD + text, "ruleset.yaml", REGISTRY)
    assert [problem for problem in loaded.problems if problem.is_error] == []
    assert loaded.ruleset is not None
    return loaded.ruleset


def codes(loaded: Loaded) -> list[str]:
    return [problem.code for problem in loaded.problems]


def test_the_smallest_ruleset_has_the_defaults_of_the_language() -> None:
    ruleset = load("labels: [spam, ham]\n")

    assert ruleset == Ruleset(
        name="comments",
        version="1.0.0",
        file=Path("ruleset.yaml"),
        labels={
            "spam": Label(name="spam", kind="document", set="labels", location=HERE),
            "ham": Label(name="ham", kind="document", set="labels", location=HERE),
        },
        sets={"labels": LabelSet(name="labels", members=("spam", "ham"), location=HERE)},
    )


def test_labels_of_a_mapping_are_independent_unless_they_are_one_of() -> None:
    ruleset = load("""\
labels:
  injury.burn: {kind: span, cites: [s3.2], description: A burn.}
  advertising:
  tone: {one_of: [calm, angry], cites: [s4]}
  x-notes: anything
""")

    assert ruleset.labels == {
        "injury.burn": Label(name="injury.burn", kind="span", cites=("s3.2",), description="A burn.", location=HERE),
        "advertising": Label(name="advertising", kind="document", location=HERE),
        "calm": Label(name="calm", kind="document", cites=("s4",), set="tone", location=HERE),
        "angry": Label(name="angry", kind="document", cites=("s4",), set="tone", location=HERE),
    }
    assert ruleset.sets == {"tone": LabelSet(name="tone", members=("calm", "angry"), cites=("s4",), location=HERE)}


def test_a_column_makes_a_label_of_each_of_its_values(tmp_path: Path) -> None:
    (tmp_path / "products.tsv").write_text(
        "term\tlabel\napple\tproduct.apple\nmac\tproduct.apple\npear\tproduct.pear\n"
    )
    (tmp_path / "ruleset.yaml").write_text(
        HEAD
        + "labels: {product.*: {one_of: {column: products.label}}}\ndictionaries: {products: {file: products.tsv}}\n"
    )

    loaded = load_ruleset(tmp_path, REGISTRY)

    assert codes(loaded) == []
    assert loaded.ruleset is not None
    assert loaded.ruleset.sets["product.*"].members == ("product.apple", "product.pear")


def test_the_record_and_the_way_of_deciding_are_read() -> None:
    ruleset = load("""\
labels: {tone: {one_of: [calm, angry]}}
record:
  id: post
  text: [title, body]
  meta:
    lang: {type: enum, values: [en, "no"], required: true}
    price: {type: number, missing: ["", "0.0", 0]}
fold: [casefold]
review: none
accept: 1
decide: {tone: {combine: mean, margin: 0.2, if_none: "no"}, "c*": {accept: 0.7, low: 0.1}}
conflicts: {overlap: keep_all}
otherwise: [{label: calm, confidence: 0.5, cites: [s1]}]
cascade: [{stage: first, runs: [regex], accept: 0.9, decide: {angry: {accept: 0.95}}}, {stage: last, when: '"x"'}]
""")

    when = Expression(text='"x"', tree=tree.String("x"), location=HERE)
    assert ruleset.record == RecordSchema(
        id="post",
        text=("title", "body"),
        meta={
            "lang": MetaField(name="lang", type="enum", values=("en", "no"), required=True, location=HERE),
            "price": MetaField(name="price", type="number", missing=("", "0.0", 0), location=HERE),
        },
    )
    assert (ruleset.fold, ruleset.review, ruleset.accept) == (("casefold",), False, 1.0)
    assert ruleset.decide == {
        "tone": Decide(combine="mean", margin=0.2, if_none="no"),
        "c*": Decide(accept=0.7, low=0.1),
    }
    assert ruleset.conflicts == Conflicts(overlap="keep_all")
    assert ruleset.otherwise == (Otherwise(label="calm", confidence=0.5, cites=("s1",), location=HERE),)
    assert ruleset.cascade == (
        Stage(name="first", runs=("regex",), accept=0.9, decide={"angry": Decide(accept=0.95)}, location=HERE),
        Stage(name="last", when=when, location=HERE),
    )


@pytest.mark.parametrize(("written", "asks_people"), [("review: none", False), ("review: {}", True), ("review:", True)])
def test_review_asks_people_unless_it_is_none(written: str, asks_people: bool) -> None:
    assert load(f"labels: [spam, ham]\n{written}\n").review is asks_people


def test_groups_hand_down_what_their_rules_do_not_say() -> None:
    ruleset = load("""\
labels: {spam: , ham: }
rules:
  - group: shop
    only: 'doc.source == "shop"'
    label: spam
    cites: [s1]
    confidence: 0.8
    rules:
      - {id: sale, when: '"sale"'}
      - group: loud
        only: '/[A-Z]{9}/'
        cites: [s2]
        rules: [{id: shouting, when: '"buy"', label: ham, confidence: 0.9, cites: [s3]}]
""")

    found = [
        (rule.id, rule.group, rule.label, rule.cites, rule.confidence.text, [only.text for only in rule.only])
        for rule in ruleset.rules
    ]
    assert found == [
        ("sale", "shop", "spam", ("s1",), "0.8", ['doc.source == "shop"']),
        ("shouting", "loud", "ham", ("s1", "s2", "s3"), "0.9", ['doc.source == "shop"', "/[A-Z]{9}/"]),
    ]


def test_strings_and_regexes_written_in_place_become_matchers() -> None:
    ruleset = load("""\
labels: [spam, ham]
let: {asks: 'any of ("my channel", /sub(scribe)?/i)'}
rules:
  - {id: a, label: spam, when: 'asks and doc.url contains "/p/"', confidence: '0.9 if "now" else 0.5'}
""")

    specs = {name: (spec.kind, dict(spec.options)) for name, spec in ruleset.matchers.items()}
    assert specs == {
        '"my channel"': ("dictionary", {"terms": ["my channel"]}),
        "/sub(scribe)?/i": ("regex", {"pattern": "sub(scribe)?", "flags": "i"}),
        '"now"': ("dictionary", {"terms": ["now"]}),
    }


def test_a_pattern_between_slashes_is_given_apart_from_its_flags() -> None:
    ruleset = load("labels: [a, b]\nmatchers: {m: {use: regex, pattern: '/a\\/b/im', fields: [title], fold: true}}\n")

    spec = ruleset.matchers["m"]
    assert dict(spec.options) == {"pattern": "a\\/b", "flags": "im"}
    assert (spec.fields, spec.fold, spec.take) == (("title",), True, "all")


def test_flags_in_two_places_are_refused() -> None:
    text = "labels: [a, b]\nmatchers: {m: {use: regex, pattern: '/a/i', flags: s}}\n"

    found = load_text(HEAD + text, "ruleset.yaml", REGISTRY).problems

    assert [(each.code, each.message, each.location.column) for each in found if each.is_error] == [
        ("R028", "the flags stand in two places", 45)
    ]


def test_places_in_a_folded_condition_are_those_of_the_file() -> None:
    ruleset = load("""\
labels: [spam, ham]
let:
  asks: >-
    "sub"
    and "it"
  quoted: 'any of ("it''s", "me")'
""")

    asks, quoted = ruleset.lets["asks"].expression, ruleset.lets["quoted"].expression
    assert asks.locate(10, 14) == Location("ruleset.yaml", 7, 9, 4)
    assert asks.locate(0, len(asks.text)).line == 6
    assert quoted.locate(16, 20) == Location("ruleset.yaml", 8, 29, 4)


def test_what_rests_on_something_broken_is_left_out() -> None:
    loaded = load_text(
        HEAD
        + """\
labels: [spam, ham]
matchers: {open: {use: regex, pattern: '/(/'}}
let: {asks: 'open', sound: '"x"'}
rules:
  - {id: a, label: spam, when: 'asks', confidence: 0.9, hit: [x], miss: [y]}
  - {id: b, label: spam, when: 'sound', confidence: 0.9, hit: [x], miss: [y]}
""",
        "ruleset.yaml",
        REGISTRY,
    )

    assert codes(loaded) == ["R028"]
    assert loaded.has_errors
    assert loaded.ruleset is not None
    assert [rule.id for rule in loaded.ruleset.rules] == ["b"]
    assert list(loaded.ruleset.lets) == ["sound"]


def test_tests_name_labels_or_the_member_of_a_set() -> None:
    ruleset = load("""\
labels: {tone: {one_of: [calm, angry]}, burn: {kind: span}}
record: {text: [body]}
tests:
  - {text: "a [[burn:b]]", expect: {tone: calm, burn: accepted}}
  - {body: x, expect: angry}
""")

    assert [(test.fields, test.expect) for test in ruleset.tests] == [
        ({"body": "a b"}, {"calm": "accepted", "burn": "accepted"}),
        ({"body": "x"}, {"angry": "accepted"}),
    ]
    assert isinstance(ruleset.tests[0], FinalTest)


def test_a_file_that_is_not_there_is_the_callers_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        load_ruleset(tmp_path / "none.yaml", REGISTRY)


@pytest.mark.parametrize(
    ("raw", "code", "place"),
    [
        ("ruleset: é\n".encode("utf-16"), "R001", (1, 1)),
        (b"a: b\nc: \xc3\xa9\xff\n", "R001", (2, 5)),
        (b"# " + b"x" * 5_000_000, "R006", (1, 1)),
        (b"", "R002", (1, 1)),
        (b"- a\n", "R012", (1, 1)),
        (b"a: \x07\n", "R002", (1, 4)),
        (b'a: "\\UFFFFFFFF"\n', "R002", (1, 1)),
    ],
    ids=["utf-16", "latin-1", "large", "empty", "list", "control character", "no character"],
)
def test_a_file_that_is_no_ruleset_gives_one_problem(
    tmp_path: Path, raw: bytes, code: str, place: tuple[int, int]
) -> None:
    file = tmp_path / "ruleset.yaml"
    file.write_bytes(raw)

    loaded = load_ruleset(file, REGISTRY)

    assert loaded.ruleset is None
    assert [(each.code, (each.location.line, each.location.column)) for each in loaded.problems] == [(code, place)]


def test_a_byte_order_mark_moves_no_column() -> None:
    loaded = load_text("\ufeffrulset: x\n", "ruleset.yaml", REGISTRY)

    assert loaded.problems[0].location == Location("ruleset.yaml", 1, 1, 6)


def test_windows_line_ends_move_no_place() -> None:
    text = (HEAD + "labels: [spam, ham]\nacept: 1\n").replace("\n", "\r\n")

    loaded = load_text(text, "ruleset.yaml", REGISTRY)

    assert [each.location for each in loaded.problems] == [Location("ruleset.yaml", 4, 1, 5)]
