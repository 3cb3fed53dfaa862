"""What an edit recomputes: work and time from scratch, unchanged, with another threshold, and with one rule edited.

    python benchmarks/editing.py [--quick] [--records N] [--rules N] [--workers N]

Work is the number of evaluations of a matcher on a record. Each run after the first goes on from it with --after, and
its records are compared, byte for byte, with those of a run of the same rules from scratch. --quick: 2,000 records.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

WORDS = (
    "amber", "basil", "cedar", "delta", "ember", "fable", "grove", "hazel", "inlet",
    "jolly", "kayak", "lemon", "maple", "noble", "ocean", "pearl", "quartz",
)  # fmt: skip


def main() -> None:
    """Makes a dump and a ruleset, runs it, edits it, and prints a line for each edit."""
    options = _options()
    with tempfile.TemporaryDirectory() as temp:
        folder = Path(temp)
        dump, ruleset = folder / "dump.jsonl", folder / "ruleset.yaml"
        _write_dump(dump, options.records)
        text = _ruleset(options.rules)
        ruleset.write_text(text, encoding="utf-8")
        print(f"{options.records:,} records, {options.rules} rules, {options.workers} workers")
        full = _run(ruleset, dump, folder / "full", options.workers)
        _tell("from scratch", full)
        edits: dict[str, Callable[[str], str]] = {
            "unchanged": lambda text: f"# a remark\n{text}",
            "another threshold": lambda text: text.replace("accept: 0.8", "accept: 0.7"),
            "one rule edited": lambda text: text.replace('"amber 0"', '"amber 0" or "basil 7"'),
        }
        for name, edit in edits.items():
            assert edit(text) != text, name
            ruleset.write_text(edit(text), encoding="utf-8")
            out, scratch = folder / name.replace(" ", "-"), folder / f"{name.replace(' ', '-')}-scratch"
            found = _run(ruleset, dump, out, options.workers, "--after", str(folder / "full"))
            _tell(name, found)
            if name != "unchanged":
                _run(ruleset, dump, scratch, options.workers, "--no-votes")
                assert _parts(out) == _parts(scratch), f"{name}: not the bytes of a run from scratch"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What an edit recomputes.")
    parser.add_argument("--quick", action="store_true", help="2,000 records")
    parser.add_argument("--records", type=int, help="[200000, quick 2000]")
    parser.add_argument("--rules", type=int, default=50)
    parser.add_argument("--workers", type=int, default=0)
    options = parser.parse_args()
    if options.records is None:
        options.records = 2_000 if options.quick else 200_000
    return options


def _write_dump(path: Path, records: int) -> None:
    chance = random.Random(7)
    with path.open("w", encoding="utf-8") as file:
        for number in range(records):
            words = [f"{chance.choice(WORDS)} {chance.randrange(20)}" for _ in range(chance.randrange(4, 24))]
            file.write(json.dumps({"id": f"r{number}", "text": " ".join(words)}) + "\n")


def _ruleset(rules: int) -> str:
    """Rules over two stages, each with a text of its own, every third with a pattern of its own beside it."""
    lines = [
        "format: 1",
        "ruleset: editing",
        'version: "1.0.0"',
        "record: {text: [text]}",
        "labels: {a: {kind: document}, b: {kind: document}, c: {kind: document}, place: {kind: span}}",
        "accept: 0.8",
        "cascade: [{stage: words, runs: [dictionary]}, {stage: patterns, runs: [regex]}]",
        "rules:",
    ]
    for number in range(rules):
        when = f'"{WORDS[number % len(WORDS)]} {number // len(WORDS)}"'
        if number % 3 == 2:
            when = f"{when} or /{WORDS[number % len(WORDS)]} 1{number % 10}/"
        label = ("a", "b", "c", "place")[number % 4]
        lines.append(f"  - {{id: rule-{number}, label: {label}, when: '{when}', confidence: 0.{60 + number % 39}}}")
    return "\n".join(lines) + "\n"


def _run(ruleset: Path, dump: Path, out: Path, workers: int, *more: str) -> tuple[dict[str, int], float]:
    command = [sys.executable, "-m", "rubricate", "run", ruleset, dump, "--out", out, "--json"]
    began = time.perf_counter()
    done = subprocess.run([*map(str, command), "--workers", str(workers), *more], check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)["work"], time.perf_counter() - began


def _tell(name: str, found: tuple[dict[str, int], float]) -> None:
    work, seconds = found
    share = work["evaluations"] / work["evaluations_of"]
    print(f"{name:18} {work['evaluations']:>12,} of {work['evaluations_of']:>12,} ({share:6.1%})  {seconds:7.1f} s")


def _parts(out: Path) -> list[tuple[str, bytes]]:
    folders = ("records", "review", "quarantine", "dropped")
    return [(path.name, path.read_bytes()) for folder in folders for path in sorted((out / folder).iterdir())]


if __name__ == "__main__":
    main()
