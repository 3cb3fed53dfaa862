"""Shows that calibrated thresholds keep their promise on records that they were not chosen from: `promise.py DATA_DIR`.

DATA_DIR holds `spam-youtube` (WRENCH form) and `spam-sms`. Each data set is cut into halves at random, 200 times. On
one half the thresholds are chosen, for the target as declared; on the other half every accepted record is counted. The
promise fails in a split where a one-sided exact test at 5 % rejects, on the unseen half, that the precision is the
target or more: a sound method fails so in at most 5 % of the splits. "Below target" is the share of splits whose unseen
half has a precision below the target; chance alone makes that happen too, and nothing is tuned to it.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import rubricate
from rubricate.annotator import Annotator
from rubricate.importing.describing import all_files
from rubricate.importing.imported import Wishes
from rubricate.importing.kinds import find_importer
from rubricate.importing.writing import write_folder
from rubricate.model.binomial import tail
from rubricate.model.calibration import Scored
from rubricate.model.document import Document
from rubricate.model.ruleset import Decide, Otherwise, Target
from rubricate.planning.plan import Plan
from rubricate.quality.calibrating import choose_thresholds
from rubricate.quality.gold import Gold
from rubricate.quality.gold_documents import GoldDocuments, read_documents
from rubricate.quality.scoring import Chosen, Step, probe
from rubricate_rulesets import path

SPLITS = 200
ERROR = 0.05
"""Of the test on the unseen half, and of the promise."""
Labelled = list[tuple[dict[str, object], str]]
"""Records with their gold label."""


def youtube(data: Path) -> Labelled:
    found: Labelled = []
    for part in ("train", "valid"):
        with gzip.open(data / f"wrench_{part}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for entry in map(json.loads, lines):
                record = {"id": f"{part}-{entry['id']}", "text": entry["text"]}
                found.append((record, "spam" if entry["label"] else "ham"))
    return found


def sms(data: Path) -> Labelled:
    found: Labelled = []
    for part in ("train", "valid"):
        with (data / f"{part}.csv").open(encoding="utf-8", newline="") as stream:
            for number, row in enumerate(csv.DictReader(stream)):
                found.append(({"id": f"{part}-{number}", "text": row["text"]}, row["label"]))
    return found


def youtube_rules() -> Annotator:
    """The shipped ruleset."""
    return rubricate.load(path("youtube_spam"))


def sms_rules(data: Path, out: Path) -> Annotator:
    """The 73 published patterns, as the importer takes them over; several that fire make one another surer."""
    file = data / "rules.tsv"
    imported = find_importer("rules-tsv").make(file, Wishes(name="sms-spam"))
    write_folder(out, all_files(imported, kind="rules-tsv", file=file, licence=None, source=None))
    rules = rubricate.load(out / "ruleset.yaml")
    [labels] = rules.ruleset.sets
    otherwise = Otherwise(label="ham", confidence=0.5, location=rules.ruleset.labels["ham"].location)
    decide = {labels: Decide(combine="noisy_or", margin=0.1)}
    return Annotator(replace(rules.ruleset, decide=decide, otherwise=(otherwise,)), rules.registry)


class Known:
    """A prober that asks the cascade once about all records, and then knows what it said of any part of them."""

    def __init__(self, plan: Plan, gold: GoldDocuments) -> None:
        self._gold, self._found = gold, dict[Step, Mapping[str, tuple[Scored, ...]]]()
        if len(plan.stages) > 1:
            raise SystemExit("what a later stage sees hangs on what was chosen before it, so it cannot be known")

    def __call__(
        self, plan: Plan, step: Step, chosen: Chosen, documents: Sequence[Document], _truth: object
    ) -> Mapping[str, tuple[Scored, ...]]:
        if step not in self._found:
            self._found[step] = probe(plan, step, chosen, self._gold.documents, self._gold.truth)
        ids = {document.id for document in documents}
        return {label: tuple(each for each in scored if each.id in ids) for label, scored in self._found[step].items()}


def show(name: str, rules: Annotator, labelled: Labelled, target: Target, splits: int) -> Iterator[str]:
    """A line for each label."""
    annotator = Annotator(replace(rules.ruleset, accept=target), rules.registry)
    gold = {str(record["id"]): Gold(labels={label: True}, closed=True) for record, label in labelled}
    whole = read_documents(annotator.plan, (record for record, _ in labelled), gold)
    known = Known(annotator.plan, whole)
    tallies: dict[str, dict[str, float]] = {}
    for split in range(splits):
        documents = list(whole.documents)
        random.Random(split).shuffle(documents)
        half = len(documents) // 2
        seen = GoldDocuments(tuple(documents[:half]), whole.truth)
        choices = choose_thresholds(annotator.plan, seen, probed=known)
        scored = known(annotator.plan, Step(0, tuple(each.label for each in choices)), {}, documents[half:], None)
        for choice in choices:
            tally = tallies.setdefault(
                choice.label, dict.fromkeys(("chosen", "below", "failed", "share", "right"), 0.0)
            )
            if choice.threshold is None:
                continue
            unseen = [each.right for each in scored[choice.label] if each.score >= choice.threshold]
            right, of = sum(unseen), len(unseen)
            tally["chosen"] += 1
            tally["below"] += of > 0 and right / of < target.precision
            tally["failed"] += 1 - tail(right + 1, of, target.precision) < ERROR
            tally["share"] += of / len(documents[half:])
            tally["right"] += right / of if of else 1.0
    for label, tally in tallies.items():
        chosen = max(1, tally["chosen"])
        yield (
            f"{name:13} {label:5} {target.precision:.2f} {len(whole.documents) // 2:8,} {tally['chosen']:7.0f}"
            f" {tally['failed'] / splits:8.1%} {tally['below'] / splits:13.1%}"
            f" {tally['right'] / chosen:10.2%} {tally['share'] / chosen:10.1%}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--splits", type=int, default=SPLITS)
    parser.add_argument("--precision", type=float, action="append", help="default: 0.9, 0.95 and 0.97")
    given = parser.parse_args()
    print(f"{given.splits} random splits into halves, at {1 - ERROR:.0%} confidence")
    print("data          label target  records  chosen   failed  below target  precision   accepted")
    with tempfile.TemporaryDirectory() as temp:
        sets = [
            ("youtube-spam", youtube_rules(), youtube(given.data / "spam-youtube")),
            ("sms-spam", sms_rules(given.data / "spam-sms", Path(temp) / "sms"), sms(given.data / "spam-sms")),
        ]
        for precision in given.precision or [0.9, 0.95, 0.97]:
            for name, rules, labelled in sets:
                for line in show(
                    name, rules, labelled, Target(precision=precision, confidence=1 - ERROR), given.splits
                ):
                    print(line, flush=True)


if __name__ == "__main__":
    main()
