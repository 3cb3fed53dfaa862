"""What holds for every ruleset that ships."""

from __future__ import annotations

from pathlib import Path

import pytest

import rubricate
import rubricate_rulesets
from rubricate.checking.examples import run_examples
from rubricate.formatting.formatter import format_file
from rubricate.formatting.reading import files_of
from rubricate.loading.finding_rulesets import find_rulesets

SHIPPED = find_rulesets([Path(rubricate_rulesets.__file__).parent])


@pytest.mark.parametrize("path", SHIPPED, ids=[path.parent.name for path in SHIPPED])
def test_it_has_no_problems_and_its_examples_pass(path: Path) -> None:
    _, problems = rubricate.check(path)
    outcomes = list(run_examples(rubricate.load(path).plan))

    assert problems == ()
    assert [outcome for outcome in outcomes if outcome.failure is not None] == []
    assert outcomes != []


@pytest.mark.parametrize("path", SHIPPED, ids=[path.parent.name for path in SHIPPED])
def test_it_is_written_in_the_one_way(path: Path) -> None:
    assert [str(each) for each in files_of(path) if format_file(each).is_changed] == []


def test_there_are_some() -> None:
    assert [path.parent.name for path in SHIPPED] == [
        "pii", "product_listings", "review_sentiment", "starter", "youtube_spam",
    ]  # fmt: skip
