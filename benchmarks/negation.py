"""What the negation context of review-sentiment is worth: its figures with and without it, on both parts.

Without it no cue opens a scope, so every word counts as it stands. "With a denial": only sentences that hold a cue.
"""

from __future__ import annotations

import gzip
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from importlib.resources import as_file
from pathlib import Path

import rubricate
from rubricate_rulesets import path

CUE = "cue: 'denial or n_t'"
NO_CUE = "cue: '/(?!)/'"


def sentences(folder: Path) -> dict[str, str]:
    with gzip.open(folder / "data" / "sentences.jsonl.gz", "rt", encoding="utf-8") as lines:
        return {entry["id"]: entry["text"] for entry in map(json.loads, lines)}


def gold(folder: Path, part: str) -> dict[str, str]:
    lines = (folder / "data" / f"gold-{part}.jsonl").read_text(encoding="utf-8").splitlines()
    return {entry["id"]: entry["labels"][0] for entry in map(json.loads, lines)}


def settled(ruleset: Path, texts: Mapping[str, str]) -> dict[str, str]:
    """Id -> the label that is accepted, of the sentences that have one."""
    records = rubricate.load(ruleset).annotate([{"id": id, "text": text} for id, text in texts.items()])
    return {record.id: label for record in records for label, found in record.decisions.items() if found == "accepted"}


def with_denial(ruleset: Path, texts: Mapping[str, str]) -> set[str]:
    """The sentences that hold a cue."""
    probe = ruleset.with_name("probe.yaml")
    head = ruleset.read_text(encoding="utf-8").split("\nrules:", 1)[0]
    head = head.replace("accept: 0.9", "accept: 0")
    rule = "{id: denies, label: positive, when: 'denial or n_t', confidence: 1, cites: [s4]}"
    probe.write_text(f"{head}\nrules:\n  - {rule}\n", encoding="utf-8")
    return set(settled(probe, texts))


def rows(folder: Path) -> Iterator[str]:
    texts = sentences(folder)
    ruleset = folder / "ruleset.yaml"
    written = ruleset.read_text(encoding="utf-8")
    assert CUE in written, "the context's cue is written otherwise now"
    without = folder / "without.yaml"
    without.write_text(written.replace(CUE, NO_CUE), encoding="utf-8")
    answers = {"with the context": settled(ruleset, texts), "without it": settled(without, texts)}
    denying = with_denial(ruleset, texts)
    for part in ("train", "validation"):
        wanted = gold(folder, part)
        for among, ids in (("all", set(wanted)), ("with a denial", set(wanted) & denying)):
            for name, given in answers.items():
                hits = [id for id in ids if id in given]
                right = sum(given[id] == wanted[id] for id in hits)
                share = f"{100 * len(hits) / len(ids):5.1f} %"
                yield (
                    f"{part:10}  {among:13}  {name:16}  {len(ids):5} sentences  settled {len(hits):4} ({share})  "
                    f"right {right:4} ({100 * right / max(1, len(hits)):5.1f} %)"
                )


def main() -> None:
    with as_file(path("review-sentiment")) as shipped, tempfile.TemporaryDirectory() as temporary:
        folder = Path(shutil.copytree(shipped, Path(temporary) / "review_sentiment"))
        for row in rows(folder):
            print(row)


if __name__ == "__main__":
    main()
