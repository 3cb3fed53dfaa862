"""Examples as tests: each way to fail has a name, a place and the reason."""

import json

import pytest

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
         ':11:67 asks: missed: it did not fire\n    hit: "sell it"'),
        ("- {id: asks, label: spam, when: '\"buy\"', confidence: 0.9, miss: [buy it]}",
         ':11:68 asks: noisy: it fired on "buy"\n    miss: "buy it"'),
        ("- {id: sum, label: price, when: amount, confidence: 0.9, hit: ['now [[price:$5 only]]']}",
         ':11:66 sum: wrong span: it marks "$5", not "$5 only"\n    hit: "now $5 only"'),
        ("- {id: sum, label: price, when: amount, confidence: 0.9, hit: ['now [[code:$5]]']}",
         ':11:66 sum: wrong label: it says "price" there, not "code"\n    hit: "now $5"'),
    ],
    ids=["missed", "noisy", "wrong span", "wrong label"],
)  # fmt: skip
def test_failure_of_a_rule_example(tmp_path, rule, said):
    called = run(tmp_path, rule)

    assert called.code == 1
    assert called.out == f"{tmp_path / 'ruleset.yaml'}{said}\n1 example: 0 pass, 1 fail\n"


def test_final_decisions_are_tested(tmp_path):
    called = run(
        tmp_path,
        "- {id: asks, label: spam, when: '\"buy\"', confidence: 0.8}",
        "- {id: sum, label: price, when: amount, confidence: 0.9}\ntests:",
        "- {text: buy it, expect: {spam: accepted}}",
        "- {text: sell it, expect: {spam: uncertain}}",
        "- {text: 'for [[price:$5]]', expect: {spam: none}}",
        "- {text: 'for [[price:5]]', expect: {}}",
    )

    path = tmp_path / "ruleset.yaml"
    assert called.out == (
        f'{path}:14:5 tests: wrong decision: spam is uncertain (0.80), not accepted\n    spam: accepted: "buy it"\n'
        f'{path}:15:5 tests: wrong decision: spam is none, not uncertain\n    spam: uncertain: "sell it"\n'
        f'{path}:17:5 tests: wrong span: "5" is no accepted price\n    test 4: "for 5"\n'
        "4 examples: 1 pass, 3 fail\n"
    )


def test_examples_that_pass_are_listed_when_asked(tmp_path):
    called = run(
        tmp_path, "- {id: asks, label: spam, when: '\"buy\"', confidence: 0.9, hit: [buy]}", options=["--verbose"]
    )

    assert (called.code, called.out) == (
        0,
        f"{tmp_path / 'ruleset.yaml'}:11:67 asks: hit ok\n1 example: 1 pass, 0 fail\n",
    )


def test_outcomes_as_json(tmp_path):
    called = run(
        tmp_path, "- {id: asks, label: spam, when: '\"buy\"', confidence: 0.9, hit: [sell]}", options=["--json"]
    )

    assert json.loads(called.out) == [
        {"rule": "asks", "expect": "hit", "text": "sell", "failure": "missed", "detail": "it did not fire",
         "location": {"path": str(tmp_path / "ruleset.yaml"), "line": 11, "column": 67}},
    ]  # fmt: skip


def test_ruleset_without_examples_passes(tmp_path):
    assert (
        run(tmp_path, "- {id: asks, label: spam, when: '\"buy\"', confidence: 0.9}").out
        == "0 examples: 0 pass, 0 fail\n"
    )
