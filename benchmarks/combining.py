"""Compares ways to combine the votes of rules, on gold that none of them has seen: `combining.py DATA_DIR`.

DATA_DIR holds `spam-youtube` (ten published labelling functions, as votes) and `spam-sms` (73 published patterns). Each
way is the `combine` of a ruleset that labels the records. A record is decided where one label has the best score alone,
which is more than one half; accuracy is over those, coverage is their share. The label model is fitted by what
`rubricate calibrate --label-model` calls, to the votes of the training part, and shown on both parts.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import rubricate
from rubricate.annotator import Annotator
from rubricate.importing.describing import all_files
from rubricate.importing.imported import Wishes
from rubricate.importing.kinds import find_importer
from rubricate.importing.writing import write_folder
from rubricate.model.ruleset import Decide
from rubricate.quality.fitting import fit_combiners

LABELS = ("ham", "spam")
WAYS = ("max", "mean", "noisy_or", "majority", "label_model")
CONFIDENCE = 0.8
"""Of every rule: what combiners know that were told nothing."""
LEAST = 0.0001
"""A margin that any lead is more than, and how far above one half a score must be at least."""
Part = list[tuple[Mapping[str, object], str]]
"""Records, with the label that each has."""


def youtube(data: Path, folder: Path) -> tuple[Annotator, dict[str, Part]]:
    """A ruleset of a rule for each function and label, which reads from the record how the function voted."""
    parts: dict[str, Part] = {}
    for name in ("train", "valid"):
        with gzip.open(data / f"wrench_{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            entries = [json.loads(line) for line in lines]
        parts[name] = [
            (
                {
                    "id": str(number),
                    "text": entry["text"],
                    "votes": [f"{rule} {LABELS[vote]}" for rule, vote in enumerate(entry["weak_labels"]) if vote >= 0],
                },
                LABELS[entry["label"]],
            )
            for number, entry in enumerate(entries)
        ]
    cast = sorted({vote for part in parts.values() for record, _ in part for vote in _votes(record)})
    rules = [_rule(vote) for vote in cast]
    head = "ruleset: youtube\nversion: '1.0.0'\nrecord: {meta: {votes: {type: list}}}\nlabels: [ham, spam]\nrules:\n"
    (folder / "ruleset.yaml").write_text(head + "".join(rules), encoding="utf-8")
    return rubricate.load(folder / "ruleset.yaml"), parts


def _votes(record: Mapping[str, object]) -> list[str]:
    votes = record["votes"]
    assert isinstance(votes, list)
    return votes


def _rule(vote: str) -> str:
    function, label = vote.split()
    asked = f'doc.votes contains "{vote}"'
    return f"  - {{id: f{function}-{label}, label: {label}, when: '{asked}', confidence: {CONFIDENCE}}}\n"


def sms(data: Path, folder: Path) -> tuple[Annotator, dict[str, Part]]:
    """The published patterns, imported."""
    file = data / "rules.tsv"
    imported = find_importer("rules-tsv").make(file, Wishes(name="sms-spam"))
    write_folder(folder, all_files(imported, kind="rules-tsv", file=file, licence=None, source=None))
    parts: dict[str, Part] = {}
    for name in ("train", "valid"):
        with (data / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        parts[name] = [({"id": str(number), "text": row["text"]}, row["label"]) for number, row in enumerate(rows)]
    return rubricate.load(folder / "ruleset.yaml"), parts


def combined_by(rules: Annotator, way: str, part: Part) -> Annotator:
    """The same rules, whose votes are combined in this way; fitted to the votes on a part, where that is needed."""
    [name] = {label.set for label in rules.ruleset.labels.values() if label.set is not None}
    decide = {name: Decide(combine=way, accept=0.5 + LEAST, margin=LEAST)}
    chosen = Annotator(replace(rules.ruleset, decide=decide), rules.registry)
    fits = fit_combiners(chosen.plan, (record for record, _ in part)).fits
    if not fits:
        return chosen
    return Annotator(replace(chosen.ruleset, fitted={fit.set: fit.numbers for fit in fits}), rules.registry)


def show(name: str, rules: Annotator, parts: dict[str, Part]) -> Iterator[str]:
    """A line for each part and way."""
    ways = {way: combined_by(rules, way, parts["train"]) for way in WAYS}
    for part, records in parts.items():
        for way, combined in ways.items():
            decided, right = _decide(records, combined)
            share = f"{right / decided:8.1%}" if decided else "       -"
            yield f"{name:13} {part:6} {way:12} {len(records):7,} {decided / len(records):9.1%} {share}"


def _decide(records: Part, rules: Annotator) -> tuple[int, int]:
    decided = right = 0
    found = rules.annotate(record for record, _ in records)
    for labelled, (_, truth) in zip(found, records, strict=True):
        accepted = [label for label, decision in labelled.decisions.items() if decision == "accepted"]
        decided += bool(accepted)
        right += accepted == [truth]
    return decided, right


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    print("data          part   combiner     records  coverage accuracy")
    with tempfile.TemporaryDirectory() as temp:
        folders = [Path(temp) / name for name in ("youtube", "sms")]
        folders[0].mkdir()
        for name, (rules, parts) in {
            "youtube-spam": youtube(data / "spam-youtube", folders[0]),
            "sms-spam": sms(data / "spam-sms", folders[1]),
        }.items():
            for line in show(name, rules, parts):
                print(line)


if __name__ == "__main__":
    main()
