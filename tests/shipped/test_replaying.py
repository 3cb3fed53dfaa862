"""What ships can be edited and run after an earlier run: the same bytes as from scratch, and little work."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path

import orjson
import pytest

import rubricate
import rubricate_rulesets
from rubricate.annotator import Annotator
from rubricate.language.tree import Number
from rubricate.loading.finding_rulesets import find_rulesets
from support.replays import label_with_votes

SHIPPED = find_rulesets([Path(rubricate_rulesets.__file__).parent])
TEXTS = (
    "subscribe to http://example.com, call 030 123456 or mail a.b@example.org",
    "a lovely song, not bad at all",
    "iPhone 12 Pro 128 GB, new in box, $499",
)


def records_of(path, rules):
    """Some that are gold for it, and a few that are not."""
    field = (rules.ruleset.record.text or ("text",))[0]
    given = [{field: text} for text in TEXTS]
    for name in ("gold.jsonl", "reviews.jsonl"):
        if (path.parent / name).exists():
            with (path.parent / name).open("rb") as file:
                given += [orjson.loads(line) for line in islice(file, 40)]
    return [{name: value for name, value in record.items() if name != "rubricate"} for record in given]


def edits(rules):
    """Name -> the rules after an edit, and the greatest share of the work that it may take."""
    ruleset, registry = rules.ruleset, rules.registry
    first, *others = ruleset.rules
    surer = replace(first, confidence=replace(first.confidence, text="0.77", tree=Number(0.77)))
    found = {
        "nothing": (ruleset, 0.0),
        "a threshold": (replace(ruleset, accept=0.66), 0.0),
        "the order": (replace(ruleset, rules=tuple(reversed(ruleset.rules))), 0.0),
        "a rule less": (replace(ruleset, rules=tuple(others)), 0.0),
        "a confidence": (replace(ruleset, rules=(surer, *others)), 0.5),
    }
    return {name: (Annotator(each, registry), most) for name, (each, most) in found.items()}


@pytest.mark.parametrize("path", SHIPPED, ids=[path.parent.name for path in SHIPPED])
def test_an_edit_gives_the_bytes_of_a_run_from_scratch(path, tmp_path):
    rules = rubricate.load(path)
    given = records_of(path, rules)
    label_with_votes(rules, given, tmp_path, "before")

    for name, (changed, most) in edits(rules).items():
        scratch, full = label_with_votes(changed, given, tmp_path, "scratch")
        replayed, work = label_with_votes(changed, given, tmp_path, "after", after="before")
        assert replayed == scratch, name
        assert work.evaluations <= most * full.evaluations, name
