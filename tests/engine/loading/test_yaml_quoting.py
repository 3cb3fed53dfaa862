"""What is meant by values whose quotes YAML reads otherwise, and that each fix makes a ruleset that means it."""

from __future__ import annotations

from pathlib import Path

import pytest

from rubricate.annotator import check, fix
from rubricate.loading.yaml_quoting import meant_condition, meant_pattern, meant_text, yaml_text
from rubricate.plugins.discovering import build_registry
from rubricate.registry import Registry

HEAD = """\
ruleset: quoting
version: "1.0.0"
labels: [spam, ham]
matchers:
  heat: {use: regex, pattern: '/hot/'}
rules:
  - {id: other, label: ham, when: heat, confidence: 0.9}
"""

CONDITIONS = [
    # a line of the rule as it is written, the same line with its fix, the condition that is meant
    ("""when: '"didn't fit"'""", """when: '"didn''t fit"'""", '"didn\'t fit"'),
    ("""when: 'won't close'""", """when: '"won''t close"'""", '"won\'t close"'),
    ("""when: "won't close\"""", """when: '"won''t close"'""", '"won\'t close"'),
    ("""when: '"too small" or "didn't fit"'""", """when: '"too small" or "didn''t fit"'""",
     '"too small" or "didn\'t fit"'),
    ("""when: 'any of ("didn't", "won't")'""", """when: 'any of ("didn''t", "won''t")'""",
     'any of ("didn\'t", "won\'t")'),
    ("""when: "heat near "cup" within 3 words\"""", """when: 'heat near "cup" within 3 words'""",
     'heat near "cup" within 3 words'),
    ("""when: 'heat near 'cup' within 3 words'""", """when: 'heat near "cup" within 3 words'""",
     'heat near "cup" within 3 words'),
    ("""when: "buy now" in title""", """when: '"buy now" in title'""", '"buy now" in title'),
    ("""when: 'buy' or 'sale'""", """when: '"buy" or "sale"'""", '"buy" or "sale"'),
    ("""when: "it's new" in title""", """when: '"it''s new" in title'""", '"it\'s new" in title'),
    ("""when: '/\\bdon't\\b/'""", """when: '/\\bdon''t\\b/'""", "/\\bdon't\\b/"),
    ("""when: "free shipping\"""", """when: '"free shipping"'""", '"free shipping"'),
]  # fmt: skip

UNSURE = [
    ("""when: "foo"bar\"""", "put all of the value into single quotes; each ' inside is written twice"),
    ("""when: "out of stock\"""", """to look for these words write when: '"out of stock"'"""),
    ("""when: any of: [heat]""", "put all of the value into single quotes; each ' inside is written twice"),
    ("""when: [heat, "free shipping"]""", """write when: 'any of (heat, "free shipping")'"""),
    ("""when: {all: [heat, sale]}""", """write when: 'all of (heat, sale)'"""),
    ("""when: 5""", """write when: '"5"'"""),
]


@pytest.fixture(scope="module")
def registry() -> Registry:
    return build_registry()


def write(folder: Path, line: str) -> Path:
    file = folder / "ruleset.yaml"
    file.write_text(f"{HEAD}  - id: quoted\n    label: spam\n    {line}\n    confidence: 0.9\n", encoding="utf-8")
    return file


@pytest.mark.parametrize(("line", "fixed", "meant"), CONDITIONS, ids=[line for line, _, _ in CONDITIONS])
def test_a_fix_is_what_was_meant_and_loads(
    line: str, fixed: str, meant: str, tmp_path: Path, registry: Registry
) -> None:
    file = write(tmp_path, line)

    _, problems = check(file, registry=registry)
    text = fix(file, registry=registry).texts[str(file)]
    file.write_text(text, encoding="utf-8")
    ruleset, _ = check(file, registry=registry)

    errors = [each for each in problems if each.is_error]
    assert [(each.code, (each.help or "").partition("; ")[0]) for each in errors] in (
        [("R017", f"write {fixed}")], [("R016", f"write {fixed}")]
    )  # fmt: skip
    assert f"    {fixed}\n" in text
    assert ruleset is not None
    assert [rule.when.text for rule in ruleset.rules if rule.id == "quoted"] == [meant]


@pytest.mark.parametrize(("line", "help"), UNSURE, ids=[line for line, _ in UNSURE])
def test_what_is_not_certain_gets_help_and_no_fix(line: str, help: str, tmp_path: Path, registry: Registry) -> None:
    file = write(tmp_path, line)

    _, problems = check(file, registry=registry)

    assert next(each.help for each in problems if each.is_error) == help
    assert fix(file, registry=registry).texts == {}


@pytest.mark.parametrize(
    ("line", "fixed"),
    [
        ("title: 'It's here'", "title: 'It''s here'"),
        ("""title: "He said "no" to me\"""", """title: 'He said "no" to me'"""),
        ("""title: "Foo" and "bar\"""", """title: '"Foo" and "bar"'"""),
        ("hit: ['It's hot']", "hit: ['It''s hot']"),
        ("""miss: ["he said "no" to me", "x"]""", """miss: ['he said "no" to me', "x"]"""),
    ],
)
def test_a_text_with_quotes_inside_keeps_them(line: str, fixed: str, tmp_path: Path, registry: Registry) -> None:
    file = write(tmp_path, f"when: heat\n    {line}")

    assert f"    {fixed}\n" in fix(file, registry=registry).texts[str(file)]


@pytest.mark.parametrize("line", ["title: 'the dogs' bowl'", """title: "a "b" c" d\""""])
def test_a_text_that_could_mean_two_things_is_left_alone(line: str, tmp_path: Path, registry: Registry) -> None:
    file = write(tmp_path, f"when: heat\n    {line}")

    assert fix(file, registry=registry).texts == {}


def test_words_among_which_is_a_known_name_have_not_lost_their_quotes(tmp_path: Path, registry: Registry) -> None:
    file = write(tmp_path, "when: 'heat AND sale'")

    _, problems = check(file, registry=registry)

    assert [each.message for each in problems if each.is_error] == ['"AND" is written in small letters']


@pytest.mark.parametrize("written", ["", "'", "''", "a", '"a" b "c" "', "'a''b'"])
def test_what_is_no_quoted_value_is_meant_for_nothing_else(written: str) -> None:
    assert meant_text(written) is None or meant_text(written).written  # type: ignore[union-attr]  # asked just before
    assert meant_pattern(written) is None
    assert meant_condition(written) is None or meant_condition(written).is_certain  # type: ignore[union-attr]  # as above


@pytest.mark.parametrize("text", ["sale", "a, b", 'say "x"', "it's", "back\\slash", "a: b", "#1", "- x", "'q' \"p\""])
def test_a_text_is_written_so_that_yaml_gives_it_back(text: str) -> None:
    from ruamel.yaml import YAML

    assert YAML(typ="safe", pure=True).load(f"[{yaml_text(text)}]") == [text]
