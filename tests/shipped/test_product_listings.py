"""The shipped ruleset `product-listings` on its own dump, clean and dirty."""

from __future__ import annotations

import gzip
import json
from importlib.resources import as_file

import pytest

import rubricate
from rubricate import LabelledRecord
from rubricate.reporting.annotated import ABSENT
from rubricate_rulesets import path

GOLD = {"products": ("gold.jsonl",), "products-dirty": ("data", "gold-dirty.jsonl")}


@pytest.fixture(scope="module", params=sorted(GOLD))
def dump(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def labelled(dump: str) -> dict[str, LabelledRecord]:
    with as_file(path("product-listings")) as folder:
        rules = rubricate.load(folder / "ruleset.yaml")
        with gzip.open(folder / "data" / f"{dump}.jsonl.gz", "rt", encoding="utf-8") as lines:
            return {record.id: record for record in rules.annotate([json.loads(line) for line in lines])}


def brands(record: LabelledRecord) -> set[str]:
    """The texts and values of the accepted brands of a record."""
    spans = [annotation for annotation in record.annotations if annotation.label == "brand"]
    return {record.text(span) for span in spans} | {str(span.value) for span in spans if span.value is not ABSENT}


def gold(dump: str) -> dict[str, str]:
    lines = path("product-listings").joinpath(*GOLD[dump]).read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    return {entry["id"]: entry["spans"][0]["value"] for entry in entries}


@pytest.mark.parametrize("half", ["half-a", "half-b"])
def test_an_accepted_brand_agrees_with_the_shops_in_most_titles_that_hold_it(
    half: str, dump: str, labelled: dict[str, LabelledRecord]
) -> None:
    ids = path("product-listings").joinpath("data", f"{half}.txt").read_text(encoding="utf-8").split()
    wanted = gold(dump)

    agrees = [wanted[id] in brands(labelled[id]) for id in ids if id in wanted]

    assert sum(agrees) / len(agrees) >= 0.85


def test_most_listings_need_no_person(labelled: dict[str, LabelledRecord]) -> None:
    accepted = [record for record in labelled.values() if record.route == "accepted"]

    assert len(accepted) / len(labelled) >= 0.7


def test_ruleset_has_no_problems() -> None:
    with as_file(path("product-listings")) as folder:
        _, problems = rubricate.check(folder / "ruleset.yaml")

    assert problems == ()


def test_terabytes_and_gigabytes_have_one_unit() -> None:
    with as_file(path("product-listings")) as folder:
        rules = rubricate.load(folder / "ruleset.yaml")

    values = [
        [annotation.value for annotation in record.annotations if annotation.label == "capacity"]
        for record in rules.annotate([{"title": "drive 1 tb"}, {"title": "drive 1000gb"}])
    ]

    assert values == [["1000 GB"], ["1000 GB"]]
