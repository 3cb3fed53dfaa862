"""The shipped ruleset `youtube-spam` on its own dump."""

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
    with as_file(path("youtube-spam")) as folder:
        rules = rubricate.load(folder / "ruleset.yaml")
        with gzip.open(folder / "data" / "comments.jsonl.gz", "rt", encoding="utf-8") as lines:
            return {record.id: record for record in rules.annotate([json.loads(line) for line in lines])}


def gold(name: str) -> dict[str, str]:
    lines = path("youtube-spam").joinpath("data", f"gold-{name}.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    return {entry["id"]: entry["labels"][0] for entry in entries}


def shares(labelled: dict[str, LabelledRecord], wanted: dict[str, str]) -> tuple[float, float]:
    """Of the records in gold: the share that was accepted, and the share of those that is right."""
    accepted = [id for id in wanted if labelled[id].route == "accepted"]
    right = [id for id in accepted if labelled[id].decisions[wanted[id]] == "accepted"]
    return len(accepted) / len(wanted), len(right) / len(accepted)


def test_ruleset_has_no_problems() -> None:
    with as_file(path("youtube-spam")) as folder:
        _, problems = rubricate.check(folder / "ruleset.yaml")

    assert problems == ()


@pytest.mark.parametrize(("part", "settled", "right"), [("train", 0.9, 0.98), ("validation", 0.8, 0.95)])
def test_most_comments_are_settled_and_nearly_all_of_them_rightly(
    part: str, settled: float, right: float, labelled: dict[str, LabelledRecord]
) -> None:
    found = shares(labelled, gold(part))

    assert found[0] >= settled
    assert found[1] >= right


def test_each_comment_that_is_not_settled_has_a_suggestion(labelled: dict[str, LabelledRecord]) -> None:
    assert [record.id for record in labelled.values() if record.route != "accepted" and not record.suggestions] == []


def test_evidence_stands_in_the_original_text(labelled: dict[str, LabelledRecord]) -> None:
    outside = [
        (record.id, evidence)
        for record in labelled.values()
        for vote in record.votes
        for evidence in vote.evidence
        if not 0 <= evidence.start < evidence.end <= len(str(record.record["text"]))
    ]

    assert outside == []
