"""How fast a ruleset runs beside programs written by hand, and beside other tools: CPU, file to file, in turn.

    python benchmarks/speed.py [--quick] [--records N] [--terms N] [--rounds N] [--memory] [--data FOLDER]
                               [--uap FOLDER] [--python TOOL=PYTHON ...] [--against NAME=COMMAND ...]

Each round runs every command once, so that a slow moment of the machine hits all alike; ratios are taken round by round
and their median is told. What is made beforehand (loading, compiling, automata) is told apart. Absolute figures are the
machine's, ratios are to be quoted. Writes benchmarks/RESULTS.md, but not with --quick: one round over a small corpus.

--data FOLDER  corpus.jsonl, terms.txt, patterns.json and terms_many.txt from there, not made from shipped texts
--uap FOLDER   regexes.yaml and test_ua.yaml of uap-core: its 1,270 patterns over its own user agents
--python TOOL=PYTHON  an interpreter that has yara, snorkel, spacy or presidio; also RUBRICATE_BENCH_TOOL. [this one]
--memory       compares the memory of a run with that of a run over ten times as many records
--against NAME=COMMAND  another program; {corpus}, {terms}, {patterns} and {out} stand for the files
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from told import LOADS, Told, table_of

HERE = Path(__file__).parent
PACKAGES = ("rubricate", "ahocorasick-rs", "google-re2", "pyahocorasick", "regex", "orjson")
RIVALS = {"yara": 2000, "snorkel": 1000, "spacy": 300, "presidio": 300}
"""Tool -> how many records are enough."""
OURS = "rubricate run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A command of a round."""

    name: str
    command: list[object]
    environment: dict[str, str] = field(default_factory=dict)
    records: int | None = None
    """Of a program that does not tell how many it read."""


def main() -> None:
    """Runs the comparison and writes the table."""
    options = _options()
    with tempfile.TemporaryDirectory() as temp:
        folder = Path(temp)
        places = _make(options, folder)
        jobs = [*_ours(options, folder, places), *_rivals(options, places), *_others(options, folder, places)]
        rounds = []
        skipped: dict[str, str] = {}
        for _ in range(options.rounds):
            told = {job.name: _run(job, skipped, folder) for job in jobs if job.name not in skipped}
            rounds.append({name: one for name, one in told.items() if one is not None})
    text = "\n".join([*_head(options), *table_of(rounds, skipped)]) + "\n"
    if not options.quick:
        (HERE / "RESULTS.md").write_text(text, encoding="utf-8")
    print(text)
    reference = "by hand, re2" if "by hand, re2" in rounds[0] else "by hand, pure"
    ratio = Told.median([one[reference].each / one[OURS].each for one in rounds])
    print(f"ratio_{reference.rpartition(' ')[2]}={ratio:.2f}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="CPU seconds, file to file, in turn.")
    parser.add_argument("--quick", action="store_true", help="one round over a small corpus; no RESULTS.md")
    parser.add_argument("--records", type=int, help="[50000, quick 300]")
    parser.add_argument("--terms", type=int, help="[10000, quick 300]")
    parser.add_argument("--rounds", type=int, help="[3, quick 1]")
    parser.add_argument("--memory", action="store_true", help="a run over ten times as many records too")
    parser.add_argument("--data", type=Path, help="a folder with corpus.jsonl, terms.txt, patterns.json")
    parser.add_argument("--uap", type=Path, help="a folder with regexes.yaml and test_ua.yaml of uap-core")
    parser.add_argument("--python", type=_named, metavar="TOOL=PYTHON", action="append", default=[])
    parser.add_argument("--against", type=_named, metavar="NAME=COMMAND", action="append", default=[])
    options = parser.parse_args()
    for name, whole, quick in (("records", 50000, 300), ("terms", 10000, 300), ("rounds", 3, 1)):
        if getattr(options, name) is None:
            setattr(options, name, quick if options.quick else whole)
    return options


def _named(text: str) -> tuple[str, str]:
    name, sign, command = text.partition("=")
    if not (sign and name.strip() and command.strip()):
        raise argparse.ArgumentTypeError(f'"{text}" is no NAME=COMMAND')
    if name.startswith(("by hand", OURS)):
        raise argparse.ArgumentTypeError(f'"{name}" is the name of another command')
    return name, command


def _python(script: str, *arguments: object) -> None:
    subprocess.run([sys.executable, HERE / script, *map(str, arguments)], check=True)


def _make(options: argparse.Namespace, folder: Path) -> dict[str, Path]:
    source = options.data or folder
    if options.data is None:
        _python("corpus.py", folder, options.records, options.terms)
    places = {name: source / file for name, file in
              (("corpus", "corpus.jsonl"), ("terms", "terms.txt"), ("patterns", "patterns.json"))}  # fmt: skip
    _python("ruleset_of.py", places["terms"], places["patterns"], folder / "ruleset")
    return {**places, "ruleset": folder / "ruleset" / "ruleset.yaml"}


# -- commands --------------------------------------------------------------------------------------------------


def _ours(options: argparse.Namespace, folder: Path, places: dict[str, Path]) -> list[Job]:
    files = [places["corpus"], places["terms"], places["patterns"], folder / "hand.jsonl"]
    hand = [sys.executable, HERE / "limit.py"]
    ours = [sys.executable, HERE / "ours.py", places["ruleset"], places["corpus"], folder / "out"]
    plain = {"RUBRICATE_BACKEND": "plain"}
    few = max(options.records // 10, 1)
    jobs = []
    if find_spec("re2") is not None and find_spec("ahocorasick_rs") is not None:
        jobs.append(Job(name="by hand, re2", command=[*hand, "re2", *files]))
    jobs += [
        Job(name=OURS, command=ours),
        Job(name="by hand, pure", command=[*hand, "pure", *files, few]),
        Job(name=f"{OURS}, plain", command=ours, environment=plain),
        Job(name="by hand, loop", command=[*hand, "loop", *files, few]),
        Job(name=f"{OURS}, labels only", command=[*ours, "--labels-only"]),
    ]
    if options.quick:
        return jobs
    if jobs[0].name == "by hand, re2":
        jobs.append(Job(name="by hand, re2, twice at once", command=[hand[0], HERE / "limit_twice.py", *files]))
    jobs += [Job(name=f"{OURS}, {n} worker{'s'[: n - 1]}", command=[*ours, "--workers", n]) for n in (1, 2)]
    jobs += _many_terms(options, folder, places, ours)
    if options.memory:
        _times_ten(places["corpus"], folder / "ten.jsonl")
        longer = [*ours[:3], folder / "ten.jsonl", ours[4]]
        jobs += [Job(name=f"{OURS}, deduped", command=[*ours, "--dedupe"])]
        jobs += [Job(name=f"{OURS}, deduped, ten times the records", command=[*longer, "--dedupe"])]
    if options.uap is not None:
        _python("uap.py", options.uap, folder / "uap")
        uap = folder / "uap"
        jobs.append(Job(name=f"{OURS}, uap", command=[*ours[:2], uap / "ruleset.yaml", uap / "agents.jsonl", ours[4]]))
    return jobs


def _many_terms(options: argparse.Namespace, folder: Path, places: dict[str, Path], ours: list[object]) -> list[Job]:
    """A table of ten times as many terms, loaded cold and from the cache."""
    many = folder / "many"
    if options.data is None:
        _python("corpus.py", many, 1, options.terms * 10)
        terms = many / "terms.txt"
    else:
        terms = options.data / "terms_many.txt"
        if not terms.exists():
            return []
    _python("ruleset_of.py", terms, places["patterns"], many / "ruleset")
    command = [*ours[:2], many / "ruleset" / "ruleset.yaml", *ours[3:]]
    number = f"{options.terms * 10:,} terms"
    cold = Job(name=f"{OURS}, {number}, cold", command=[*command, "--cold"])
    return [cold, Job(name=f"{OURS}, {number}", command=command), *_loads()]


def _loads() -> list[Job]:
    """Loading alone, with the first text told apart; the terms are those that loading.py makes up."""
    once = [sys.executable, HERE / "loading.py", "--once"]
    arguments = ([100_000], [100_000, "--cached"], [600_000])
    return [Job(name=name, command=[*once, *given]) for name, given in zip(LOADS, arguments, strict=True)]


def _times_ten(corpus: Path, out: Path) -> None:
    """Ten times the records, each with an id and a text of its own."""
    with out.open("w", encoding="utf-8") as target:
        for copy in range(10):
            with corpus.open(encoding="utf-8") as source:
                for line in source:
                    record = json.loads(line)
                    changed = {"id": f"{copy}-{record['id']}", "text": f"{record['text']} {copy}"}
                    target.write(json.dumps({**record, **changed}, ensure_ascii=False) + "\n")


def _rivals(options: argparse.Namespace, places: dict[str, Path]) -> list[Job]:
    given = {**dict.fromkeys(RIVALS, sys.executable), **dict(options.python)}
    files = [places["corpus"], places["terms"], places["patterns"]]
    jobs = []
    for tool, enough in RIVALS.items():
        python = os.environ.get(f"RUBRICATE_BENCH_{tool.upper()}", given[tool])
        records = max(min(enough, options.records) // (100 if options.quick else 1), 1)
        jobs.append(Job(name=tool, command=[python, HERE / "rivals.py", tool, *files, records]))
    return jobs


def _others(options: argparse.Namespace, folder: Path, places: dict[str, Path]) -> list[Job]:
    return [
        Job(
            name=name,
            command=[part.format(**places, out=folder / "other.out") for part in shlex.split(command)],
            records=options.records,
        )
        for name, command in options.against
    ]


def _run(job: Job, skipped: dict[str, str], folder: Path) -> Told | None:
    """What a command told of itself; None for a tool that is not there, which is noted with what it lacks."""
    environment = {**os.environ, **job.environment, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # modules are compiled once, as where people work
    began, before = time.perf_counter(), os.times()
    done = subprocess.run([str(part) for part in job.command], env=environment, capture_output=True, text=True)
    if done.returncode == 3:
        skipped[job.name] = f"no package {done.stdout.strip()}"
        return None
    if done.returncode:
        sys.exit(f"{job.name} failed:\n{done.stderr}")
    if job.records is None:
        return Told(**json.loads(done.stdout.splitlines()[-1]))
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Told(records=job.records, cpu=used, wall=time.perf_counter() - began)


def _head(options: argparse.Namespace) -> list[str]:
    found = []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"no {name}")
    return [
        "# Speed",
        "",
        f"{options.records:,} records, {options.terms:,} terms, 50 patterns; rounds: {options.rounds}.",
        "CPU time of one process from file to file, loading and compiling apart.",
        "Ratios are medians of pairs, each taken within one round.",
        f"Python {platform.python_version()}, {platform.machine()}; {', '.join(found)}.",
        "",
    ]


if __name__ == "__main__":
    main()
