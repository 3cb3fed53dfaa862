"""What a run came to when something went wrong: the oracle of the fault tests, and a project that can be broken."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from rubricate.running.tally import is_balanced
from rubricate.running.verifying import verify_run
from support.command import Called, call
from support.fake_run import FakeLabeller, run_fake

__all__ = [
    "RULESET", "Outcome", "Stopped", "aside", "command", "environment", "finish", "half_done", "install_misbehaving",
    "outcome_after", "outcome_of", "rows_of", "run_process", "stop_after", "write_records",
]  # fmt: skip

RULESET = """\
ruleset: faults
version: "1.0.0"
record: {text: [text]}
labels: {spam: {kind: document}, price: {kind: span}}
rules:
  - {id: sale, label: spam, when: '"sale"', confidence: 0.95}
  - {id: dollars, label: price, when: '/[$][0-9]+/', confidence: 0.95}
"""
PLUGIN = Path(__file__).parents[1] / "misbehaving_plugin" / "rubricate_misbehaving.py"
LABELLED = ("records", "review", "quarantine", "dropped")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What two runs that came to the same have in common."""

    digest: str
    counts: Mapping[str, object]
    rows: Mapping[str, list[Mapping[str, object]]]
    """Folder -> its rows in the order of units."""


def outcome_of(out: Path) -> Outcome:
    """The outcome of a finished run; asserts that it is sound: `verify` passes, nothing unfinished, counts that balance."""
    findings = verify_run(out)
    assert findings == [], findings
    document = json.loads((out / "manifest.json").read_text())
    counts = document["body"]["counts"]
    assert is_balanced(counts), counts
    return Outcome(document["digest"], counts, {folder: rows_of(out, folder) for folder in LABELLED})


def rows_of(out: Path, folder: str) -> list[Mapping[str, object]]:
    """The rows of a folder in the order of units."""
    parts = sorted((out / folder).glob("part-*"))
    return [json.loads(line) for part in parts for line in part.read_bytes().splitlines()]


def aside(out: Path) -> list[tuple[str, int, int, int]]:
    """Reason, line, offset and length of each record in quarantine; asserts that each has its source and a capped sample."""
    found = []
    for row in rows_of(out, "quarantine"):
        said = row["rubricate"]
        assert isinstance(said, dict)
        assert said["source"], said
        assert len(said["sample"].encode()) <= 4 * 200 + 200, said
        found.append((said["reason"], said["line"], said["offset"], said["length"]))
    return found


def write_records(path: Path, records: int = 120, special: Mapping[int, str] | None = None) -> Path:
    """Records of which every third is a sale and every fifth has a price; `special` replaces some texts."""
    lines = []
    for number in range(records):
        text = f"number {number}" + (" sale" if number % 3 == 0 else "") + (f" ${number}" if number % 5 == 0 else "")
        lines.append(json.dumps({"id": f"r{number}", "text": (special or {}).get(number, text)}) + "\n")
    path.write_text("".join(lines), encoding="utf-8")
    return path


def command(ruleset: Path, dump: Path | Iterable[Path], out: Path, *more: object) -> list[str]:
    """`rubricate run` as a process of small units."""
    dumps = [dump] if isinstance(dump, Path) else list(dump)
    return [sys.executable, "-m", "rubricate", "run", str(ruleset), *map(str, dumps), "--out", str(out),
            "--unit-size", "1000", "-q", *map(str, more)]  # fmt: skip


def environment(*folders: Path, **more: str) -> dict[str, str]:
    """The environment of a process that imports what this one does, and what lies in `folders`."""
    path = os.pathsep.join([*map(str, folders), *filter(None, sys.path)])
    return {**os.environ, "PYTHONPATH": path, **more}


def run_process(
    arguments: list[str], *, env: Mapping[str, str] | None = None, **more: object
) -> subprocess.CompletedProcess[str]:
    """A process to its end, with what it wrote; never longer than two minutes."""
    return subprocess.run(  # type: ignore[call-overload,no-any-return]  # further arguments are those of Popen
        arguments, env=env or environment(), capture_output=True, text=True, timeout=120, check=False, **more
    )


def install_misbehaving(folder: Path, *, version: str = "1.0") -> Path:
    """A folder to import from in which the misbehaving plugin is installed."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(PLUGIN, folder)
    info = folder / "rubricate_misbehaving-1.0.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: rubricate-misbehaving\nVersion: {version}\n")
    (info / "entry_points.txt").write_text("[rubricate]\nmisbehaving = rubricate_misbehaving\n")
    return folder


def outcome_after(out: Path, dump: Path) -> object:
    """Goes on with a run to its end: SAME compares this."""
    run_fake(out, dump)
    return outcome_of(out)


class Stopped(Exception):  # noqa: N818 - a stand-in for whatever ends a run
    """Ends an attempt."""


def stop_after(records: int) -> FakeLabeller:
    """A labeller that ends the attempt after some records."""
    left = iter(range(records))

    def before() -> None:
        if next(left, None) is None:
            raise Stopped

    return FakeLabeller(before=before)


def half_done(out: Path, dump: Path) -> None:
    """A run that ended after some units, without its ledger's log having been folded in."""
    with pytest.raises(Stopped):
        run_fake(out, dump, labeller=stop_after(25))


def finish(ruleset: Path, dump: Path, out: Path, *more: object) -> Called:
    """Goes on with a run of real rules to its end, in this process."""
    return call(*command(ruleset, dump, out, "--workers", 0, *more)[3:])
