"""Rules that are idle because what they ask is narrower than what another one asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.lints import problems_for

RULES = """\
record: {{text: [title, body], meta: {{price: {{type: number}}, lang: {{type: enum, values: [en, de, fr]}}}}}}
labels: {{burn: {{kind: document}}}}
contexts: {{denied: {{cue: '"no" or "never"', direction: before, window: 3 words}}}}
rules:
  - {{id: wide, label: burn, when: '{wide}', confidence: 0.9}}
  - {{id: narrow, label: burn, when: '{narrow}', confidence: 0.9}}
"""
NARROWER = {
    "a place": ('"a b"', '"a b" in title'),
    "fewer places": ('"a b" in (title, body)', '"a b" in title'),
    "a smaller part": ('"a b" in first 5 words of title', '"a b" in first 3 words of title'),
    "a part": ('"a b" in title', '"a b" in first 3 words of title'),
    "a nearer window": ('"a b" near "c d" within 8 words', '"a b" near "c d" within 3 words'),
    "a wider window left out": ('"a b" not near "c d" within 3 words', '"a b" not near "c d" within 8 words'),
    "a context": ('"a b"', '"a b" is not denied'),
    "a filter on a filter": ('"a b" in title', '"a b" in title where (it.text == "a b")'),
    "a larger count": ('count("a b") >= 2', 'count("a b") >= 3'),
    "a filter of one of several": ('"a b" or "c d"', '"a b" in title'),
    "fewer values": ('doc.lang in ["en", "de"]', 'doc.lang == "en"'),
}


def idle(tmp_path: Path, wide: str, narrow: str) -> list[str]:
    yaml = RULES.format(wide=wide, narrow=narrow)
    found = [each for each in problems_for(tmp_path, yaml) if each.code == "R113"]
    return [each.message.split('"')[1] for each in found]


@pytest.mark.parametrize(("wide", "narrow"), NARROWER.values(), ids=NARROWER)
def test_a_rule_that_asks_for_less_makes_the_narrower_one_idle(wide: str, narrow: str, tmp_path: Path) -> None:
    assert idle(tmp_path, wide, narrow) == ["narrow"]
    assert idle(tmp_path, narrow, wide) == ["wide"]


OTHERWISE = {
    "another place": ('"a b" in title', '"a b" in body'),
    "the other end": ('"a b" in first 5 words of title', '"a b" in last 3 words of title'),
    "another unit": ('"a b" near "c d" within 8 words', '"a b" near "c d" within 3 sentences'),
    "another relation": ('"a b" before "c d" within 8 words', '"a b" after "c d" within 3 words'),
    "a nearer window left out": ('"a b" not near "c d" within 8 words', '"a b" not near "c d" within 3 words in title'),
    "the other way round": ('"a b" is denied', '"a b" is not denied'),
    "a count of what is filtered": ('count("a b") >= 3', 'count("a b" in title) >= 2'),
}


@pytest.mark.parametrize(("wide", "narrow"), OTHERWISE.values(), ids=OTHERWISE)
def test_a_rule_that_asks_for_something_else_is_left_alone(wide: str, narrow: str, tmp_path: Path) -> None:
    assert idle(tmp_path, wide, narrow) == []
