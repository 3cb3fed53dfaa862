"""Compares ways to combine the votes of rules, on gold that none of them has seen: `combining.py DATA_DIR`.

DATA_DIR holds `spam-youtube` (ten published labelling functions, as votes) and `spam-sms` (73 published patterns). A
record is decided where one label has the best score alone; accuracy is over those, coverage is their share. The label
model is fitted to the votes of the training part, without its labels, and shown on both parts.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import rubricate
from rubricate.importing.describing import all_files
from rubricate.importing.imported import Wishes
from rubricate.importing.kinds import find_importer
from rubricate.importing.writing import write_folder
from rubricate.quality.label_models import Votes, fit_label_model
from rubricate_combiners import best, majority, mean, noisy_or

LABELS = ("ham", "spam")
CONFIDENCE = 0.8
"""Of every rule: what combiners know that were told nothing."""
Part = list[tuple[Votes, str]]
Combine = Callable[[Votes], dict[str, float]]


def youtube(data: Path) -> dict[str, Part]:
    parts: dict[str, Part] = {}
    for name in ("train", "valid"):
        with gzip.open(data / f"wrench_{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            parts[name] = [
                (
                    tuple((str(rule), LABELS[vote]) for rule, vote in enumerate(entry["weak_labels"]) if vote >= 0),
                    LABELS[entry["label"]],
                )
                for entry in map(json.loads, lines)
            ]
    return parts


def sms(data: Path, out: Path) -> dict[str, Part]:
    file = data / "rules.tsv"
    imported = find_importer("rules-tsv").make(file, Wishes(name="sms-spam"))
    write_folder(out, all_files(imported, kind="rules-tsv", file=file, licence=None, source=None))
    annotator = rubricate.load(out / "ruleset.yaml")
    parts: dict[str, Part] = {}
    for name in ("train", "valid"):
        with (data / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        records = annotator.annotate({"id": str(number), "text": row["text"]} for number, row in enumerate(rows))
        parts[name] = [
            (tuple((vote.rule, vote.label) for vote in record.votes), row["label"])
            for row, record in zip(rows, records, strict=True)
        ]
    return parts


def by_scores(combine: Callable[..., dict[str, float]]) -> Combine:
    """A combiner that sees scores, told the same confidence of every rule."""

    def combined(votes: Votes) -> dict[str, float]:
        labels = sorted({label for _, label in votes})
        return combine({label: [CONFIDENCE for _, voted in votes if voted == label] for label in labels})

    return combined


def show(name: str, parts: dict[str, Part]) -> Iterator[str]:
    model = fit_label_model(LABELS, (votes for votes, _ in parts["train"]))
    ways: list[tuple[str, Combine]] = [
        ("max", by_scores(best)), ("mean", by_scores(mean)), ("noisy_or", by_scores(noisy_or)),
        ("majority", by_scores(majority)), ("label_model", model.probabilities),
    ]  # fmt: skip
    for part, records in parts.items():
        for way, combine in ways:
            decided, right = _decide(records, combine)
            share = f"{right / decided:8.1%}" if decided else "       -"
            yield f"{name:13} {part:6} {way:12} {len(records):7,} {decided / len(records):9.1%} {share}"


def _decide(records: Sequence[tuple[Votes, str]], combine: Combine) -> tuple[int, int]:
    decided = right = 0
    for votes, truth in records:
        scores = sorted(combine(votes).items(), key=lambda item: -item[1]) if votes else []
        if not scores or (len(scores) > 1 and round(scores[0][1] - scores[1][1], 4) <= 0):
            continue
        decided += 1
        right += scores[0][0] == truth
    return decided, right


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    print("data          part   combiner     records  coverage accuracy")
    for line in show("youtube-spam", youtube(data / "spam-youtube")):
        print(line)
    with tempfile.TemporaryDirectory() as temp:
        for line in show("sms-spam", sms(data / "spam-sms", Path(temp) / "sms")):
            print(line)


if __name__ == "__main__":
    main()
