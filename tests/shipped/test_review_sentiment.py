"""The shipped ruleset `review-sentiment` on its own sentences."""

from __future__ import annotations

import gzip
import json
from importlib.resources import as_file

import pytest

import rubricate
from rubricate import LabelledRecord
from rubricate_rulesets import path


@pytest.fixture(scope="module")
def labelled() -> dict[str, LabelledRecord]:
    with as_file(path("review-sentiment")) as folder:
        rules = rubricate.load(folder / "ruleset.yaml")
        with gzip.open(folder / "data" / "sentences.jsonl.gz", "rt", encoding="utf-8") as lines:
            return {record.id: record for record in rules.annotate([json.loads(line) for line in lines])}


def gold(part: str) -> dict[str, str]:
    lines = path("review-sentiment").joinpath("data", f"gold-{part}.jsonl").read_text(encoding="utf-8").splitlines()
    return {entry["id"]: entry["labels"][0] for entry in map(json.loads, lines)}


def test_ruleset_has_no_problems() -> None:
    with as_file(path("review-sentiment")) as folder:
        _, problems = rubricate.check(folder / "ruleset.yaml")

    assert problems == ()


@pytest.mark.parametrize(("part", "settled", "right"), [("train", 745, 732), ("validation", 773, 749)])
def test_half_of_the_sentences_are_settled_and_nearly_all_of_them_rightly(
    part: str, settled: int, right: int, labelled: dict[str, LabelledRecord]
) -> None:
    wanted = gold(part)
    accepted = [id for id in wanted if labelled[id].route == "accepted"]

    assert len(accepted) == settled
    assert sum(labelled[id].decisions[wanted[id]] == "accepted" for id in accepted) == right
    assert settled / len(wanted) >= 0.4
    assert right / settled >= 0.95


def test_the_parts_share_no_sentence_id(labelled: dict[str, LabelledRecord]) -> None:
    assert sorted([*gold("train"), *gold("validation")]) == sorted(labelled)
