"""Terms that are written in a matcher, and texts in quotes that look like patterns."""

from __future__ import annotations

from pathlib import Path

import pytest

from rubricate.annotator import fix
from support.lints import problems_for
from support.rulesets import write_text

LIST = """\
labels: [spam, ham]
matchers:
  sale: {{use: dictionary, terms: {terms}}}
rules:
  - {{id: a, label: spam, when: sale, confidence: 0.9}}
"""
TOLD = {
    '[sale, SALE, "sale "]': [("R107", "SALE"), ("R107", '"sale "')],
    "[sale, x]": [("R117", "x")],
    "[sale, the]": [("R117", "the")],
    "[sale, buу]": [("R118", "buу")],
    '[sale, "small*"]': [("R123", '"small*"')],
    '[sale, "f*ck", "C++", "(why?)"]': [],
}


@pytest.mark.parametrize(("terms", "expected"), TOLD.items(), ids=TOLD)
def test_terms_of_a_list_are_told_at_their_places(terms: str, expected: list[tuple[str, str]], tmp_path: Path) -> None:
    found = problems_for(tmp_path, LIST.format(terms=terms))

    line = (tmp_path / "ruleset.yaml").read_text(encoding="utf-8").split("\n")[4]
    shown = [(each.code, line[each.location.column - 1 :][: each.location.length]) for each in found]
    assert shown == expected


def test_cues_of_contexts_may_be_words_that_stand_everywhere(tmp_path: Path) -> None:
    yaml = """\
labels: [spam, ham]
matchers: {cue: {use: dictionary, terms: [not, the, at]}}
contexts: {denied: {cue: cue, direction: before, window: 3 words}}
rules:
  - {id: a, label: spam, when: '"sale" is not denied', confidence: 0.9}
"""
    assert problems_for(tmp_path, yaml) == []


BLOCK = """\
labels: [spam, ham]  # both
matchers:
  sale:
    use: dictionary
    terms:
      - sale    # the word
      - Sale
      # seen in March
      - bargain
      - SALE  # shouted
rules:
  - {id: a, label: spam, when: sale, confidence: 0.9}
"""


def test_a_term_that_repeats_is_taken_out_and_comments_stay(tmp_path: Path) -> None:
    path = write_text(tmp_path, BLOCK)

    fixed = fix(path).texts[str(path)]

    assert fixed == path.read_text(encoding="utf-8").replace("      - Sale\n", "")


def test_a_term_that_repeats_in_brackets_is_taken_out_with_its_comma(tmp_path: Path) -> None:
    path = write_text(tmp_path, LIST.format(terms="[sale, Sale, 'buy now', SALE]"))

    fixed = fix(path).texts[str(path)]

    assert "terms: [sale, 'buy now']}" in fixed


def test_a_row_that_repeats_is_taken_out_of_its_table(tmp_path: Path) -> None:
    yaml = "labels: [a, b]\ndictionaries: {t: {file: t.tsv}}\nmatchers: {m: {use: dictionary, of: t}}\n"
    rules = "rules:\n  - {id: a, label: a, when: m, confidence: 0.9}\n"
    path = write_text(tmp_path, yaml + rules, **{"t.tsv": "term\tkind\nSale\tx\nsale\tx\nsale\ty\n"})

    fixed = fix(path).texts

    assert fixed == {str(tmp_path / "t.tsv"): "term\tkind\nSale\tx\nsale\ty\n"}


HELPS = {
    '"small*"': "for words that begin so, write /\\bsmall\\w*/i",
    '"*ware"': "for words that end so, write /\\w*ware\\b/i",
    '"cat|dog"': "for a pattern, write it between slashes: /cat|dog/i",
    '"hot * tea"': 'for words in between, write "hot" before "tea" within 3 words',
    '"colou?r"': "for a pattern, write it between slashes: /colou?r/i",
    '"threads?"': "for a pattern, write it between slashes: /threads?/i",
    '"^sale"': "for a pattern, write it between slashes: /^sale/i",
    '"heat_*"': "for the names that fit it, write any of (heat_*) without quotes",
}


@pytest.mark.parametrize(("text", "help"), HELPS.items(), ids=HELPS)
def test_a_text_that_looks_like_a_pattern_is_told_how_to_write_one(text: str, help: str, tmp_path: Path) -> None:
    yaml = f"labels: [a, b]\nlet: {{heat_word: '\"hot\"'}}\nrules:\n  - {{id: a, label: a, when: 'heat_word or {text}', confidence: 1}}\n"

    assert [(each.code, each.help) for each in problems_for(tmp_path, yaml)] == [("R123", help)]


def test_a_line_of_a_table_that_is_meant_for_a_comment_is_told(tmp_path: Path) -> None:
    yaml = """\
labels: [a, b]
dictionaries: {t: {file: t.tsv}}
matchers: {m: {use: dictionary, of: t}}
rules: [{id: one, label: a, when: m, confidence: 1}]
"""
    rows = "term\tkind\n# my notes\t\nred hot\tx\n#sale\tx\n"

    told = [(each.code, each.location.line, each.message) for each in problems_for(tmp_path, yaml, **{"t.tsv": rows})]

    assert told == [("R117", 2, '"# my notes" is looked for as a term; a table holds no comments')]
