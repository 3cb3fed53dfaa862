"""How fast a ruleset runs beside programs that do nothing but the job, and beside other tools. CPU time, ratios.

    python benchmarks/speed.py [--quick] [--data FOLDER] [--records N] [--terms N] [--rounds N] [--peers PYTHON]

FOLDER holds corpus.jsonl, terms.txt and patterns.json; without it they are made from the texts that ship with the
rulesets. Each round runs every command once, file to file, so that a slow moment of the machine hits all alike; a
command's start-up is what it takes for one record, and is told apart. Ratios are taken round by round, of the time
without start-up, and their median is shown; absolute figures are the machine's.

PYTHON is an interpreter with the other tools (yara-python, snorkel, spacy, presidio-analyzer, flashtext), such as that
of an environment made for them: python -m venv build/peers. A tool that it has not is named and left out.
Writes benchmarks/RESULTS.md, but not with --quick: one round over a small corpus, to see that all of it works.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from others import TOOLS

HERE = Path(__file__).parent
PEER_RECORDS = {"plain loop": 1000, "yara-python": 1000, "snorkel": 1000, "flashtext": 500, "spacy": 200}
"""So many records each tool is given, as some are slow; the others, 100."""
SHOWN = ("rubricate", "pyahocorasick", "ahocorasick-rs", "google-re2", "regex", "orjson")


@dataclass(slots=True)
class Entry:
    """A command that is measured."""

    name: str
    command: list[object]
    records: int
    against: str = "fast"
    """Which of our runs it is compared with."""
    env: dict[str, str] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    startups: list[float] = field(default_factory=list)

    @property
    def rates(self) -> list[float]:
        """Records a second of each round, without start-up."""
        return [
            self.records / max(whole - start, 1e-3) for whole, start in zip(self.seconds, self.startups, strict=True)
        ]


def main() -> None:
    """Measures and writes the table."""
    options = _options()
    with tempfile.TemporaryDirectory() as temp:
        folder = Path(temp)
        data = options.data or folder
        if options.data is None:
            _python("corpus.py", data, options.records, options.terms)
        corpus = folder / "measured.jsonl"
        lines = (data / "corpus.jsonl").read_bytes().splitlines(keepends=True)[: options.records]
        corpus.write_bytes(b"".join(lines))
        (folder / "one.jsonl").write_bytes(lines[0])
        _python("ruleset_of.py", data / "terms.txt", data / "patterns.json", folder / "ruleset")
        entries = _entries(options, data, folder, corpus, len(lines))
        absent: list[str] = []
        for _ in range(options.rounds):
            for entry in list(entries):
                if not _measure(entry, folder, corpus):
                    entries.remove(entry)
                    absent.append(entry.name)
        terms = len((data / "terms.txt").read_text(encoding="utf-8").splitlines())
    _report(options, entries, absent, len(lines), terms)


def _entries(options: argparse.Namespace, data: Path, folder: Path, corpus: Path, records: int) -> list[Entry]:
    given = [data / "terms.txt", data / "patterns.json"]
    run = [sys.executable, "-m", "rubricate", "run", "-q", "--workers", "0"]
    ours = [*run, folder / "ruleset/ruleset.yaml", corpus, "--out", folder / "out"]
    limit = [sys.executable, HERE / "limit.py"]
    found = [
        Entry("rubricate, with the extra fast", ours, records, env={"RUBRICATE_BACKEND": "fast"}),
        Entry("limit, ahocorasick-rs and RE2", [*limit, "re2", corpus, *given, folder / "limit.out"], records),
        Entry("rubricate, without", ours, records, against="plain", env={"RUBRICATE_BACKEND": "plain"}),
        Entry("limit, pyahocorasick and re", [*limit, "pure", corpus, *given, folder / "limit.out"], records, "plain"),
    ]
    python = options.peers or Path(sys.executable)
    for tool in TOOLS:
        count = min(PEER_RECORDS.get(tool, 100), records)
        found.append(Entry(tool, [python, HERE / "others.py", tool, corpus, *given, count], count))
    return found


def _measure(entry: Entry, folder: Path, corpus: Path) -> bool:
    """One run, and one of a single record; False where the tool is not there."""
    whole = _seconds(entry, entry.command, folder)
    one = [folder / "one.jsonl" if part == corpus else part for part in entry.command]
    start = _seconds(entry, one, folder) if whole is not None else None
    if whole is None or start is None:
        return False
    entry.seconds.append(whole)
    entry.startups.append(start)
    return True


def _seconds(entry: Entry, command: list[object], folder: Path) -> float | None:
    shutil.rmtree(folder / "out", ignore_errors=True)
    before = os.times()
    words = [str(part) for part in command]
    done = subprocess.run(words, stdout=subprocess.DEVNULL, env={**os.environ, **entry.env}, check=False)
    after = os.times()
    if done.returncode == 3:
        return None
    done.check_returncode()
    return after.children_user + after.children_system - before.children_user - before.children_system


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="CPU seconds, file to file, in turn.")
    parser.add_argument("--quick", action="store_true", help="one round over a small corpus; no RESULTS.md")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="corpus.jsonl, terms.txt and patterns.json")
    parser.add_argument("--records", type=int, help="[50000, quick 500]")
    parser.add_argument("--terms", type=int, help="how many are made, without --data [10000, quick 1000]")
    parser.add_argument("--rounds", type=int, help="[3, quick 1]")
    parser.add_argument("--peers", type=Path, metavar="PYTHON", help="an interpreter that has the other tools")
    options = parser.parse_args()
    for name, whole, quick in (("records", 50_000, 500), ("terms", 10_000, 1000), ("rounds", 3, 1)):
        if getattr(options, name) is None:
            setattr(options, name, quick if options.quick else whole)
    return options


def _python(script: str, *arguments: object) -> None:
    subprocess.run([sys.executable, HERE / script, *map(str, arguments)], check=True)


def _report(options: argparse.Namespace, entries: list[Entry], absent: list[str], records: int, terms: int) -> None:
    ours = {entry.against: entry for entry in entries if entry.name.startswith("rubricate")}
    lines = [
        "# Speed",
        "",
        f"{records:,} records, {terms:,} terms, 50 patterns; rounds: {options.rounds}; one process.",
        f"CPU seconds, file to file; rubricate with its report. Python {platform.python_version()}, {_versions()}.",
        "A ratio is how many times as fast as the other rubricate is, start-up left out; median (least-most).",
        "",
        "| command | records | CPU s, median | of which start-up | records/s without it | ratio |",
        "|---|---|---|---|---|---|",
    ]
    ratios = {}
    for entry in entries:
        mine = ours[entry.against]
        found = [own / other for own, other in zip(mine.rates, entry.rates, strict=True)]
        ratios[entry.name] = statistics.median(found)
        spread = f"{ratios[entry.name]:.2f} ({min(found):.2f}-{max(found):.2f})"
        whole, start = statistics.median(entry.seconds), statistics.median(entry.startups)
        rate = statistics.median(entry.rates)
        lines.append(f"| {entry.name} | {entry.records:,} | {whole:.2f} | {start:.2f} | {rate:,.0f} | {spread} |")
    if absent:
        lines += ["", f"Not installed, and so left out: {', '.join(absent)}."]
    text = "\n".join(lines) + "\n"
    if not options.quick:
        (HERE / "RESULTS.md").write_text(text, encoding="utf-8")
    print(text)
    print(f"ratio_pure={ratios['limit, pyahocorasick and re']:.2f}")
    print(f"ratio_re2={ratios['limit, ahocorasick-rs and RE2']:.2f}")


def _versions() -> str:
    found = []
    for name in SHOWN:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"no {name}")
    return ", ".join(found)


if __name__ == "__main__":
    main()
