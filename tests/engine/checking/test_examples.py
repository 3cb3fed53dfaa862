"""Examples as tests: each way to fail has a name, a place and the reason."""

import json
import types

import pytest

import rubricate
from rubricate.api import hookimpl
from rubricate.checking.examples import run_examples
from rubricate.model.descriptors import Normaliser
from rubricate.plugins.discovering import build_registry
from support.command import call

HEAD = """\
ruleset: examples
version: "1.0.0"
record: {text: [text]}
labels:
  kind: {one_of: [spam, ham]}
  price: {kind: span}
  code: {kind: span}
matchers:
  amount: {use: regex, pattern: '/[$](?<n>\\d+)/'}
rules:
"""


def run(tmp_path, *lines, options=()):
    path = tmp_path / "ruleset.yaml"
    path.write_text(HEAD + "".join(f"  {line}\n" for line in lines))
    return call("test", path, *options)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("- {id: asks, label: spam, when: '\"buy\"', confidence: 0.9, hit: [sell it]}",
         ':11:67 asks: missed: it did not fire\n    hit: "sell it"\n    nearest: "buy" is not found\n'),
        ("- {id: asks, label: spam, when: '\"buy\"', confidence: 0.9, miss: [{text: to buy, because: a purchase}]}",
         (':11:68 asks: noisy: it fired on "buy"\n    miss: "to buy"\n              ^^^ found: "buy"\n'
         '    because: a purchase\n')),
        ("- {id: sum, label: price, when: amount, confidence: 0.9, hit: ['now [[price:$5 only]]']}",
         (':11:66 sum: wrong span: it marks "$5", not "$5 only"\n    hit: "now $5 only"\n'
         '              ^^^^^^^ expected: price\n              ^^ found: price\n')),
        ("- {id: sum, label: price, when: amount, confidence: 0.9, hit: ['now [[code:$5]]']}",
         (':11:66 sum: wrong label: it says "price" there, not "code"\n    hit: "now $5"\n'
         '              ^^ expected: code\n              ^^ found: price\n')),
    ],
    ids=["missed", "noisy", "wrong span", "wrong label"],
)  # fmt: skip
def test_failure_of_a_rule_example(tmp_path, rule, said):
    called = run(tmp_path, rule)

    assert called.code == 1
    assert called.out == f"{tmp_path / 'ruleset.yaml'}{said}1 example: 0 pass, 1 fail\n"


def told(tmp_path, *lines, options=()):
    """(id, status, failure, detail) of each outcome."""
    called = run(tmp_path, *lines, options=["--json", *options])
    assert called.err == ""
    return [(each["id"], each["status"], each["failure"], each["detail"]) for each in json.loads(called.out)]


BUY = "- {id: asks, label: spam, when: '\"buy\"', confidence: '0.9 if \"now\" else 0.5', "


def test_uncertain_wants_a_vote_below_what_its_label_is_accepted_at(tmp_path):
    assert told(tmp_path, BUY + "uncertain: [buy it, buy it now, sell it]}") == [
        ("asks::uncertain[0]", "passed", None, ""),
        ("asks::uncertain[1]", "failed", "noisy", "it is sure: spam 0.90 is accepted from 0.85"),
        ("asks::uncertain[2]", "failed", "missed", "it did not fire"),
    ]


def test_a_known_gap_is_no_failure_and_told_when_it_passes(tmp_path):
    rule = BUY + "todo_hit: [purchase, buy], todo_miss: [never buy, sell]}"

    assert told(tmp_path, rule) == [
        ("asks::todo_hit[0]", "known gap", "missed", "it did not fire"),
        ("asks::todo_hit[1]", "now passes", None, ""),
        ("asks::todo_miss[0]", "known gap", "noisy", 'it fired on "buy"'),
        ("asks::todo_miss[1]", "now passes", None, ""),
    ]
    called = run(tmp_path, rule)
    place = tmp_path / "ruleset.yaml"
    assert (called.code, called.out) == (
        0,
        (
            f"{place}:11:102 asks: todo_hit now passes: move it to hit\n"
            f"{place}:11:131 asks: todo_miss now passes: move it to miss\n"
            "4 examples: 0 pass, 0 fail, 2 known gaps, 2 now pass\n"
        ),
    )


def test_strict_fails_on_a_known_gap_that_passes_now(tmp_path):
    assert run(tmp_path, BUY + "todo_hit: [buy]}", options=["--strict"]).code == 1
    assert run(tmp_path, BUY + "todo_hit: [sell]}", options=["--strict"]).code == 0


SUM = "- {id: sum, label: price, when: amount, confidence: 0.9, "


def test_an_example_with_marks_marks_all(tmp_path):
    assert told(tmp_path, SUM + "hit: ['[[price:$1]] and [[price:$2]]', '[[price:$1]] and $2', '$1 and $2']}") == [
        ("sum::hit[0]", "passed", None, ""),
        ("sum::hit[1]", "failed", "noisy", 'it marks "$2", too'),
        ("sum::hit[2]", "passed", None, ""),
    ]


def test_marks_may_nest(tmp_path):
    rule = (
        "- {id: both, label_from: it.kind, when: part, confidence: 0.9, hit: ['at [[price:about [[code:$5]]]]', "
        "'at [[price:about $5]]', 'at about [[price:$5]]']}"
    )
    (tmp_path / "parts.tsv").write_text("term\tkind\nabout $5\tprice\n$5\tcode\n")
    path = tmp_path / "ruleset.yaml"
    head = HEAD.replace(
        "matchers:\n", "dictionaries: {parts: {file: parts.tsv}}\nmatchers:\n  part: {use: dictionary, of: parts}\n"
    )
    path.write_text(f"{head}  {rule}\n")

    outcomes = json.loads(call("test", path, "--json").out)

    assert [(each["failure"], each["detail"]) for each in outcomes] == [
        (None, ""),
        (None, ""),
        ("wrong label", 'it says "code" there, not "price"'),
    ]


def test_marks_in_a_miss_say_what_must_not_be_marked(tmp_path):
    assert told(tmp_path, SUM + "miss: ['$1 and [[price:5 dollars]]', 'pay [[price:$1 now]]']}") == [
        ("sum::miss[0]", "passed", None, ""),
        ("sum::miss[1]", "failed", "noisy", 'it fired on "$1"'),
    ]


def test_marks_of_a_label_of_the_record_are_what_it_rests_on(tmp_path):
    assert told(tmp_path, BUY + "hit: ['to [[spam:buy]]', '[[spam:to]] buy']}") == [
        ("asks::hit[0]", "passed", None, ""),
        ("asks::hit[1]", "failed", "wrong span", 'it marks "buy", not "to"'),
    ]


def test_a_record_that_cannot_be_used_is_a_failure(tmp_path):
    assert told(tmp_path, BUY + "hit: [{text: [buy]}], todo_hit: [{text: 5}]}") == [
        ("asks::hit[0]", "failed", "unusable", 'the field "text" is a list, a text is wanted'),
        ("asks::todo_hit[0]", "failed", "unusable", 'the field "text" is a number, a text is wanted'),
    ]


NEGATIVES = HEAD.replace("price: {kind: span}", 'price: {kind: span, negatives: ["room 5", "$5 fine", {text: $6}]}')


def test_every_rule_of_a_label_is_run_against_its_negatives(tmp_path):
    path = tmp_path / "ruleset.yaml"
    path.write_text(
        NEGATIVES + "  - {id: sum, label: price, when: amount, confidence: 0.9}\n"
        "  - {id: fine, label: price, status: draft, when: '\"fine\"', confidence: 0.9}\n"
        "  - {id: other, label: code, when: '\"room\"', confidence: 0.9}\n"
    )

    called = call("test", path)

    assert (called.code, called.out) == (
        1,
        (
            f'{path}:6:45 negatives: noisy: sum votes for price on "$5"; fine (a draft) votes for price on "fine"\n'
            '    negative: "$5 fine"\n               ^^ found: amount\n                  ^^^^ found: "fine"\n'
            f'{path}:6:56 negatives: noisy: sum votes for price on "$6"\n'
            '    negative: "$6"\n               ^^ found: amount\n'
            "3 examples: 1 pass, 2 fail\n"
        ),
    )
    assert json.loads(call("test", path, "--json", "--rule", "fine").out)[2] == {
        "ruleset": "examples", "id": "negatives::price[2]", "rule": None, "label": "price", "expect": "negative",
        "text": "$6", "location": {"path": str(path), "line": 6, "column": 56}, "status": "passed", "failure": None,
        "detail": "", "nearest": None, "because": None, "expected": [], "found": [],
    }  # fmt: skip


def test_negatives_of_a_file_are_told_by_their_line(tmp_path):
    path = tmp_path / "ruleset.yaml"
    (tmp_path / "negatives.txt").write_text("room 5\n\nmore than $5\n")
    path.write_text(
        HEAD.replace("price: {kind: span}", "price: {kind: span, negatives: {file: negatives.txt}}")
        + "  - {id: sum, label: price, when: amount, confidence: 0.9}\n"
    )

    assert call("test", path, "--quiet").out == (
        f'{tmp_path / "negatives.txt"}:3:1 negatives: noisy: sum votes for price on "$5"\n2 examples: 1 pass, 1 fail\n'
    )


def test_the_examples_of_a_draft_are_tests_too(tmp_path):
    rule = "- {id: sum, label: price, status: draft, when: amount, confidence: 0.9, hit: [$5], miss: [$6]}"

    assert told(tmp_path, rule) == [
        ("sum::hit[0]", "passed", None, ""),
        ("sum::miss[0]", "failed", "noisy", 'it fired on "$6"'),
    ]


FINAL = (
    "- {id: asks, label: spam, when: '\"buy\"', confidence: 0.8}",
    "- {id: sum, label: price, when: amount, confidence: 0.9}",
    "- {id: number, label: code, when: '/#\\d+/', confidence: 0.9}\ntests:",
)


@pytest.mark.parametrize(
    ("test", "failure", "detail"),
    [
        ("{text: buy it, expect: {spam: accepted}}", "wrong decision", "spam is uncertain (0.80), not accepted"),
        ("{text: buy it, expect: {spam: uncertain}}", None, ""),
        ("{text: sell it, expect: {spam: uncertain}}", "wrong decision", "spam is none, not uncertain"),
        ("{text: sell it, expect: {kind: none, price: none}}", None, ""),
        ("{text: buy it, expect: {kind: none}}", "wrong decision", "kind is uncertain (spam 0.80), not none"),
        ("{text: buy it, expect: {kind: uncertain, route: review}}", None, ""),
        ("{text: buy it, expect: {route: accepted}}", "wrong decision", "the route is review, not accepted"),
        ("{text: 'for [[price:$5]]', expect: {spam: none}}", None, ""),
        ("{text: 'for [[price:5]]'}", "wrong span", '"5" is no accepted price'),
        ("{text: 'for [[code:$5]]'}", "wrong label", '"$5" is price, not code'),
        ("{text: 'for [[price:$5]] or $6'}", "noisy", '"$6" is price, too'),
        ("{text: '[[price:$5]] for #17'}", None, ""),
    ],
)
def test_final_tests(tmp_path, test, failure, detail):
    [outcome] = told(tmp_path, *FINAL, f"- {test}")

    assert outcome == ("tests::test[0]", "passed" if failure is None else "failed", failure, detail)


def test_a_label_that_is_named_route_is_a_label(tmp_path):
    path = tmp_path / "ruleset.yaml"
    path.write_text(
        'ruleset: roads\nversion: "1.0.0"\nrecord: {text: [text]}\nlabels: {route: {kind: document}}\n'
        "rules:\n  - {id: road, label: route, when: '\"road\"', confidence: 0.9}\n"
        "tests:\n  - {text: a road, expect: {route: accepted}}\n"
    )

    assert call("test", path).out == "1 example: 1 pass, 0 fail\n"


def test_a_route_that_there_is_not_is_an_error(tmp_path):
    called = run(tmp_path, *FINAL, "- {text: buy it, expect: {route: people}}")

    assert (called.code, called.out) == (2, "")
    assert ':15:36 R013 error: "people" is no route\n' in called.err


def test_examples_that_pass_are_listed_when_asked(tmp_path):
    called = run(
        tmp_path, "- {id: asks, label: spam, when: '\"buy\"', confidence: 0.9, hit: [buy]}", options=["--verbose"]
    )

    assert (called.code, called.out) == (
        0,
        f"{tmp_path / 'ruleset.yaml'}:11:67 asks: hit ok\n1 example: 1 pass, 0 fail\n",
    )


def test_outcomes_as_json(tmp_path):
    rule = "- {id: sum, label: price, when: amount, confidence: 0.9, hit: [{text: 'at [[price:$]]5', because: so}]}"

    assert json.loads(run(tmp_path, rule, options=["--json"]).out) == [
        {"ruleset": "examples", "id": "sum::hit[0]", "rule": "sum", "label": None, "expect": "hit", "text": "at $5",
         "location": {"path": str(tmp_path / "ruleset.yaml"), "line": 11, "column": 66}, "status": "failed",
         "failure": "wrong span", "detail": 'it marks "$5", not "$"', "nearest": None, "because": "so",
         "expected": [{"label": "price", "field": "text", "start": 3, "end": 4}],
         "found": [{"label": "price", "field": "text", "start": 3, "end": 5}]},
    ]  # fmt: skip


def test_ruleset_without_examples_passes(tmp_path):
    assert (
        run(tmp_path, "- {id: asks, label: spam, when: '\"buy\"', confidence: 0.9}").out
        == "0 examples: 0 pass, 0 fail\n"
    )


def test_a_plugin_that_fails_on_a_record_fails_that_example_alone(tmp_path):
    def raises_on_nine(value):
        if value == "9":
            raise ValueError("too much")
        return value

    plugin = types.ModuleType("rubricate_odd")
    plugin.register_normalisers = hookimpl(
        lambda: [Normaliser(name="odd", help="x", apply=raises_on_nine)], specname="register_normalisers"
    )
    path = tmp_path / "ruleset.yaml"
    rule = "{id: sum, label: price, when: amount, value: odd(it.n), confidence: 0.9, hit: [$1, $9, $2]}"
    path.write_text(f"{HEAD}  - {rule}\n")

    outcomes = run_examples(rubricate.load(path, registry=build_registry(extra=[plugin])).plan)

    assert [(outcome.failure, outcome.detail) for outcome in outcomes] == [
        (None, ""),
        ("unusable", "ValueError: too much"),
        (None, ""),
    ]


def test_more_examples_than_a_batch_keep_their_order(tmp_path):
    examples = ", ".join(f"buy {number}" if number % 3 else f"sell {number}" for number in range(600))

    outcomes = told(tmp_path, BUY + f"hit: [{examples}]}}")

    assert [(id, status) for id, status, _, _ in outcomes] == [
        (f"asks::hit[{number}]", "passed" if number % 3 else "failed") for number in range(600)
    ]
