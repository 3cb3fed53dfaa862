"""Published labelling functions, written as rules, vote as the published outputs say."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

import rubricate

FOLDER = Path(__file__).parents[1] / "rulesets" / "youtube_lf"
RULES = (
    "keyword_my",
    "keyword_subscribe",
    "keyword_link",
    "keyword_please",
    "keyword_song",
    "regex_check_out",
    "short_comment",
)


@pytest.fixture(scope="module")
def rows() -> list[Mapping[str, object]]:
    with gzip.open(FOLDER / "votes.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def fired(rows: list[Mapping[str, object]]) -> list[set[str]]:
    rules = rubricate.load(FOLDER / "ruleset.yaml")
    return [{vote.rule for vote in labelled.votes} for labelled in rules.annotate(rows)]


def test_all_published_rows_are_there(rows: list[Mapping[str, object]]) -> None:
    assert len(rows) == 1706


@pytest.mark.parametrize("rule", RULES)
def test_rule_votes_on_exactly_the_rows_of_the_published_function(
    rule: str, rows: list[Mapping[str, object]], fired: list[set[str]]
) -> None:
    published = {row["id"] for row in rows if row["weak_labels"][RULES.index(rule)] != -1}  # type: ignore[index]

    assert {row["id"] for row, rules in zip(rows, fired, strict=True) if rule in rules} == published
