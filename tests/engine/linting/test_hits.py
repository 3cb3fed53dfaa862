"""Entries with most of the hits, which only records show."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.command import call
from support.rulesets import write_text

RULESET = """\
labels: [spam, ham]
matchers:
  sale: {use: dictionary, terms: [sale, bargain, offer, "buy now"]}  # COMMENT
  two: {use: dictionary, terms: [red, blue]}
contexts: {denied: {cue: cue, direction: before, window: 3 words}}
rules:
  - {id: a, label: spam, when: '(sale or two) is not denied', confidence: 0.9, hit: [sale], miss: [other]}
"""


def check(tmp_path: Path, texts: list[str], *options: str, comment: str = "") -> list[tuple[str, str]]:
    yaml = RULESET.replace("  # COMMENT", comment).replace(
        "  two:", "  cue: {use: dictionary, terms: [not, no, never, nor]}\n  two:"
    )
    path = write_text(tmp_path, yaml)
    dump = tmp_path / "dump.jsonl"
    dump.write_text("".join(json.dumps({"id": f"r{n}", "text": text}) + "\n" for n, text in enumerate(texts)))
    called = call("check", path, "--on", dump, "--json", *options)
    return [(each["code"], each["message"]) for each in json.loads(called.out) if each["silenced"] is None]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["a SALE"] * 50 + ["an offer"] * 49, [("R122", '"sale" gives 50 of the 99 hits of sale, 51%')]),
        (["a sale"] * 50 + ["an offer"] * 50, []),
        (["a sale"] * 49, []),
        (["not red"] * 60, []),
    ],
    ids=["over half", "half", "too few", "of two, and a cue"],
)
def test_an_entry_with_most_of_the_hits_is_told(
    texts: list[str], expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    assert check(tmp_path, texts) == expected


def test_only_so_many_records_are_read(tmp_path: Path) -> None:
    texts = ["a sale"] * 60 + ["an offer"] * 60

    assert check(tmp_path, texts) == []
    assert check(tmp_path, texts, "--limit", "70") == [("R122", '"sale" gives 60 of the 70 hits of sale, 86%')]


def test_it_is_silenced_in_place_and_not_missed_without_records(tmp_path: Path) -> None:
    comment = "  # allow R122: sales are what this is about"

    assert check(tmp_path, ["a sale"] * 60, comment=comment) == []
    assert json.loads(call("check", tmp_path / "ruleset.yaml", "--json").out) == []


def test_records_that_cannot_be_read_are_left_out(tmp_path: Path) -> None:
    texts = ["a sale"] * 60
    check(tmp_path, texts)
    dump = tmp_path / "dump.jsonl"
    dump.write_text('{"id": "x", "text": 7}\n{broken\n' + dump.read_text())

    told = json.loads(call("check", tmp_path / "ruleset.yaml", "--on", dump, "--json").out)

    assert [each["message"] for each in told] == ['"sale" gives 60 of the 60 hits of sale, 100%']


def test_a_limit_asks_for_records(tmp_path: Path) -> None:
    called = call("check", write_text(tmp_path, RULESET), "--limit", "5")

    assert (called.code, called.err) == (2, "rubricate: --limit goes with --on\nhelp: name the records: --on DUMP\n")
