"""A small real labeller and input, to drive a run without rules; also a program, to be killed.

python fake_run.py OUT INPUT... runs with the labeller below and prints the manifest digest.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import cast

from rubricate.model.descriptors import RawRecord, Slice, Unreadable
from rubricate.running.contracts import RunOptions, RunPlan, RunSummary, Sink, UnitOutcome, Watch
from rubricate.running.driver import execute
from rubricate.running.tally import empty

PLAN = RunPlan(digest=hashlib.sha256(b"plan").hexdigest(), ruleset={"name": "fake", "version": "1", "digest": "0" * 64})
OPTIONS = RunOptions(unit_size=200, clock=lambda: 1_700_000_000.0)


@dataclass(frozen=True, slots=True)
class LinesReader:
    """Lines of JSON; a slice ends after the line that reaches its size."""

    data: bytes

    def slices(self, size: int) -> Iterator[Slice]:
        """Slices of about `size` bytes."""
        index, start, first = 0, 0, 1
        while start < len(self.data):
            end = self.data.find(b"\n", min(start + size, len(self.data)) - 1) + 1 or len(self.data)
            part = self.data[start:end]
            yield Slice(index, start, first, part)
            index, start, first = index + 1, end, first + part.count(b"\n")

    def records(self, part: Slice) -> Iterator[RawRecord | Unreadable]:
        """A record a line."""
        offset = part.offset
        for number, line in enumerate(part.data.splitlines()):
            try:
                yield RawRecord(part.first + number, offset, line, json.loads(line))
            except json.JSONDecodeError:
                yield Unreadable("json", "no JSON", part.first + number, offset, len(line), line[:200])
            offset += len(line) + 1


@dataclass(frozen=True, slots=True)
class FakeInput:
    """A file of JSON lines."""

    path: Path
    code: tuple[str, str] | None = None

    @property
    def name(self) -> str:
        """Its file name."""
        return self.path.name

    @property
    def size(self) -> int:
        """Its bytes."""
        return self.path.stat().st_size

    @property
    def sha256(self) -> str:
        """Its digest."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()

    def open(self) -> LinesReader:
        """A reader of it."""
        return LinesReader(self.path.read_bytes())


@dataclass(slots=True)
class FakeLabeller:
    """Sends a record to review when its text has a question mark and drops what repeats another."""

    dedupe: bool = True
    before: Callable[[], None] = lambda: None
    """Called before each record."""
    labelled: list[str] = field(default_factory=list)
    """The ids of the records that were labelled."""

    def identify(self, raw: RawRecord) -> tuple[str, bytes, bytes | None, int | None]:
        """The field `id`; duplicates have the same `text`, near ones nearly the same `likeness`."""
        id = str(raw.fields["id"])
        content = _digest(str(raw.fields["text"])) if self.dedupe else None
        return id, _digest(id), content, cast("int | None", raw.fields.get("likeness"))

    def label(
        self,
        records: Iterator[RawRecord | Unreadable],
        *,
        drops: Mapping[int, str],
        near: Mapping[int, int] = MappingProxyType({}),
        suffixes: Mapping[int, int],
        sinks: Mapping[str, Sink],
        source: str,
        watch: Watch,
    ) -> UnitOutcome:
        """A row a record."""
        del watch, near
        routes = ""
        for position, record in enumerate(records):
            self.before()
            letter, folder, row = self._route(position, record, drops, suffixes, source)
            routes += letter
            sinks[folder].write(json.dumps(row).encode())
        names = {"accepted": "a", "review": "r", "quarantined": "q", "dropped": "d"}
        counted = {name: routes.count(letter) for name, letter in names.items()}
        return UnitOutcome(
            routes=routes,
            tally=empty() | {"read": len(routes), "routes": {**counted, "settled": 0, "undecided": 0, "split": 0}},
        )

    def _route(
        self,
        position: int,
        record: RawRecord | Unreadable,
        drops: Mapping[int, str],
        suffixes: Mapping[int, int],
        source: str,
    ) -> tuple[str, str, dict[str, object]]:
        if isinstance(record, Unreadable):
            return "q", "quarantine", {"source": source, "line": record.line, "reason": record.reason}
        id = str(record.fields["id"])
        if position in suffixes:
            id = f"{id}~{suffixes[position]}"
        self.labelled.append(id)
        if position in drops:
            return "d", "dropped", {"id": id, "duplicate_of": drops[position]}
        if "?" in str(record.fields["text"]):
            return "r", "review", {"id": id}
        return "a", "records", {"id": id}


def write_dump(path: Path, *, records: int = 40) -> Path:
    """Lines with repeated ids and texts, questions, and some that are no JSON."""
    lines = []
    for number in range(records):
        text = f"text {number % 29}" + ("?" if number % 5 == 0 else "")
        lines.append("{broken" if number % 11 == 7 else json.dumps({"id": f"r{number % 31}", "text": text}))
    path.write_text("\n".join(lines) + "\n")
    return path


def run_fake(
    out: Path,
    *dumps: Path,
    labeller: FakeLabeller | None = None,
    options: RunOptions = OPTIONS,
    plan: RunPlan = PLAN,
) -> RunSummary:
    """Run in this process."""
    inputs = [FakeInput(dump) for dump in dumps]
    return execute(
        out=out, plan=plan, inputs=inputs, labeller=labeller or FakeLabeller(), options=options, progress=None
    )


def start_fake(out: Path, dumps: Sequence[Path], *, fail_point: str | None = None) -> subprocess.Popen[str]:
    """Run in a process of its own, which dies at a fail point."""
    roots = [str(Path(module.__file__ or "").parents[1]) for module in (sys.modules["rubricate.errors"],)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*roots, *filter(None, [os.environ.get("PYTHONPATH")])])}
    if fail_point is not None:
        environment["RUBRICATE_FAIL_POINT"] = fail_point
    command = [sys.executable, __file__, str(out), *map(str, dumps)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def read_rows(out: Path) -> dict[str, list[object]]:
    """The rows of each folder, in the order of units."""
    return {
        folder.name: [
            json.loads(line) for part in sorted(folder.glob("part-*")) for line in part.read_text().splitlines()
        ]
        for folder in sorted(out.iterdir())
        if folder.is_dir() and not folder.name.startswith(".")
    }


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


if __name__ == "__main__":
    print(run_fake(Path(sys.argv[1]), *map(Path, sys.argv[2:])).digest)
