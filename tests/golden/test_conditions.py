"""`conditions/` holds conditions as hasty people write them, one a line, and what is said about each.

The two files are the table of the messages about conditions: who changes one reads in their difference what a domain
expert will read.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from rubricate.annotator import check
from rubricate.plugins.discovering import build_registry
from rubricate.registry import Registry

FOLDER = Path(__file__).parent / "conditions"
WRONG = (FOLDER / "wrong.txt").read_text(encoding="utf-8").splitlines()
PARTS = (
    "2",
    'count("hot" or "cold")',
    "count(NAME)",
    "count(body_part)",
    "count(heat or body_part)",
    "count(heat)",
    'date("2026-01-31")',
    "deg where (it.n > 2)",
    'label("spam")',
    "mean(NAME.COLUMN)",
    "number(it.n) > 2",
)
"""What helps write that is a part of a condition, stands for the reader's own words, or takes a second step."""
RULESET = """\
ruleset: conditions
version: "1.0.0"
record:
  text: [title, body]
  meta:
    lang: {type: enum, values: [en, de]}
    price: {type: number}
    url: {type: text}
    ok: {type: boolean}
    day: {type: date}
    tags: {type: list}
labels: [spam, ham]
matchers:
  heat: {use: regex, pattern: '/\\b(hot|burn)\\b/i'}
  body_part: {use: regex, pattern: '/\\b(hand|arm)\\b/i'}
  neg_cue: {use: regex, pattern: '/\\bnot\\b/i'}
  deg: {use: regex, pattern: '/(?<n>[0-9]+) ?C/'}
contexts:
  negated: {cue: neg_cue, direction: before, window: 6 words}
rules:
  - {id: it, label: spam, confidence: 0.9, when: %s}
"""


@pytest.fixture(scope="module")
def registry() -> Registry:
    return build_registry()


def told(condition: str, registry: Registry, folder: Path) -> str:
    """Each error about a condition: where in it, what is wrong, and what to do."""
    file = folder / "ruleset.yaml"
    file.write_text(RULESET % ("'" + condition.replace("'", "''") + "'"), encoding="utf-8")
    _, problems = check(file, registry=registry)
    lines = [condition]
    for each in problems:
        if each.is_error:
            marked = condition_part(file, each.location.line, each.location.column, each.location.length)
            lines.append(f"    {each.code} at {marked}: {each.message}")
            lines += [f"      help: {each.help}"] if each.help is not None else []
    return "\n".join(lines) + "\n"


def condition_part(file: Path, line: int, column: int, length: int) -> str:
    """The text that a problem marks."""
    return file.read_text(encoding="utf-8").splitlines()[line - 1][column - 1 : column - 1 + length] or "the end"


def test_each_wrong_condition_gets_its_message(registry: Registry, tmp_path: Path, update_golden: bool) -> None:
    text = "".join(told(condition, registry, tmp_path) for condition in WRONG)

    expected = FOLDER / "told.txt"
    if update_golden:
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")


def test_each_wrong_condition_is_refused(registry: Registry, tmp_path: Path) -> None:
    silent = [condition for condition in WRONG if "\n" not in told(condition, registry, tmp_path).rstrip()]

    assert silent == []


def test_each_condition_that_a_help_writes_can_be_used(registry: Registry, tmp_path: Path) -> None:
    """What stands behind `write: `, up to a semicolon, is an edit and no pattern."""
    lines = (FOLDER / "told.txt").read_text(encoding="utf-8").splitlines()
    helps = [line.partition("help: write: ")[2].partition("; ")[0] for line in lines]

    refused = [each for each in sorted(set(helps)) if each and told(each, registry, tmp_path) != f"{each}\n"]

    assert refused == sorted(PARTS)
