"""`rubricate convert`."""

from __future__ import annotations

from pathlib import Path

import pytest

import rubricate
from support.command import call

HEAD = 'ruleset: t\nversion: "1.0.0"\nlabels: [spam, ham]\n'
YAML = """\
rules:
  - id: asks  # why
    label: spam
    when: '"subscribe"'
    confidence: 0.95
    hit: ["please subscribe"]
    miss: ["a song"]
"""
RULES = """\
rule asks => spam  # why
  when  "subscribe"
  confidence 0.95
  hit  "please subscribe"
  miss "a song"
end
"""


@pytest.fixture
def ruleset(tmp_path: Path) -> Path:
    path = tmp_path / "ruleset.yaml"
    path.write_text(HEAD + YAML)
    return path


def test_rules_are_written_to_the_output_stream(ruleset: Path) -> None:
    called = call("convert", ruleset)

    assert (called.code, called.out, called.err) == (0, RULES, "")


def test_rules_take_the_place_of_those_in_the_ruleset(ruleset: Path) -> None:
    before = rubricate.load(ruleset).plan.digest
    out = ruleset.parent / "spam.rules"

    called = call("convert", ruleset, "--out", out, "--replace")

    assert (called.code, called.out) == (0, f"wrote {out}\n{ruleset} includes it now\n")
    assert out.read_text() == RULES
    assert ruleset.read_text() == 'ruleset: t\nversion: "1.0.0"\ninclude: [spam.rules]\nlabels: [spam, ham]\n'
    assert rubricate.load(ruleset).plan.digest == before
    assert call("convert", out).out == YAML


def test_nothing_is_written_over_an_existing_file_of_rules(ruleset: Path) -> None:
    out = ruleset.parent / "spam.rules"
    out.write_text("mine\n")

    called = call("convert", ruleset, "--out", out, "--replace")

    said = f'rubricate: "{out}" exists already\nhelp: name a new file, or write over it with --force\n'
    assert (called.code, called.err) == (2, said)
    assert (out.read_text(), ruleset.read_text()) == ("mine\n", HEAD + YAML)


def test_an_existing_file_is_written_over_by_force_alone(ruleset: Path) -> None:
    out = ruleset.parent / "spam.rules"
    out.write_text("mine\n")

    assert (call("convert", ruleset, "--out", out).code, out.read_text()) == (2, "mine\n")
    assert (call("convert", ruleset, "--out", out, "--force").code, out.read_text()) == (0, RULES)


def test_the_file_that_is_read_is_never_written_over(ruleset: Path) -> None:
    link = ruleset.parent / "same.rules"
    link.symlink_to(ruleset)

    for out in (ruleset, link):
        called = call("convert", ruleset, "--out", out, "--force")
        assert (called.code, called.err) == (
            2, f'rubricate: "{out}" is the file that is read\nhelp: name another file\n'
        )  # fmt: skip
    assert ruleset.read_text() == HEAD + YAML


def test_no_file_is_made_in_a_folder_that_is_not_there(ruleset: Path) -> None:
    assert call("convert", ruleset, "--out", ruleset.parent / "new" / "spam.rules").code == 2
    assert call("convert", ruleset, "--out", ruleset.parent).code == 2


def test_what_cannot_be_held_is_named_and_replaces_nothing(ruleset: Path) -> None:
    ruleset.write_text(HEAD + "let: {x-own: 1, asks: '\"subscribe\"'}\n" + YAML)
    out = ruleset.parent / "spam.rules"

    called = call("convert", ruleset, "--out", out, "--replace")

    assert called.code == 2
    assert called.err.splitlines()[0] == 'rubricate: left out: "x-own" under "let"'
    assert not out.exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--to", "yaml"], "is written in yaml already"),
        (["--replace"], "--replace needs a YAML ruleset and --out FILE.rules"),
        (["--replace", "--out", "/tmp/elsewhere.rules"], "must be a .rules file in the folder of the ruleset"),
    ],
)
def test_what_cannot_be_done_is_said(ruleset: Path, words: list[str], told: str) -> None:
    called = call("convert", ruleset, *words)

    assert called.code == 2
    assert told in called.err


def test_a_ruleset_with_errors_is_not_converted(ruleset: Path) -> None:
    ruleset.write_text(HEAD + YAML.replace("'\"subscribe\"'", '"subscribe"'))

    called = call("convert", ruleset)

    assert (called.code, called.out) == (2, "")
    assert called.err.startswith(f"{ruleset}:7:11 R016 error: ")
