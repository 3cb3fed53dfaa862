"""How fast a ruleset runs beside a program written by hand for the same job: CPU seconds, file to file, in turn.

    python benchmarks/speed.py [--quick] [--records N] [--terms N] [--rounds N] [--against NAME=COMMAND ...]

Each round runs every command once, so that a slow moment of the machine hits all alike; the ratio is taken round by
round and its median shown. Writes benchmarks/RESULTS.md, but not with --quick: one round over a small corpus, to see
that all of it works. Absolute figures are the machine's, ratios are to be quoted. In the COMMAND of another program
{corpus}, {terms}, {patterns} and {out} stand for the files.
"""

from __future__ import annotations

import argparse
import os
import platform
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    """Runs the comparison and writes the table."""
    options = _options()
    with tempfile.TemporaryDirectory() as temp:
        folder = Path(temp)
        _python("corpus.py", folder, options.records, options.terms)
        _python("ruleset_of.py", folder / "terms.txt", folder / "patterns.json", folder / "ruleset")
        places = {
            "corpus": folder / "corpus.jsonl",
            "terms": folder / "terms.txt",
            "patterns": folder / "patterns.json",
        }
        hand = [sys.executable, HERE / "handwritten.py", *places.values(), folder / "hand.jsonl"]
        ours = [
            sys.executable,
            "-m",
            "rubricate",
            "run",
            "-q",
            folder / "ruleset/ruleset.yaml",
            places["corpus"],
            "--out",
        ]
        commands = {"written by hand": hand, "rubricate run": ours}
        for name, command in options.against:
            commands[name] = [part.format(**places, out=folder / "other.out") for part in shlex.split(command)]
        rounds = [_round(commands, folder) for _ in range(options.rounds)]
    _report(options, rounds)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="CPU seconds, file to file, in turn.")
    parser.add_argument("--quick", action="store_true", help="one round over a small corpus; no RESULTS.md")
    parser.add_argument("--records", type=int, help="[5000, quick 500]")
    parser.add_argument("--terms", type=int, help="[10000, quick 1000]")
    parser.add_argument("--rounds", type=int, help="[3, quick 1]")
    parser.add_argument("--against", type=_named, metavar="NAME=COMMAND", action="append", default=[])
    options = parser.parse_args()
    for name, whole, quick in (("records", 5000, 500), ("terms", 10000, 1000), ("rounds", 3, 1)):
        if getattr(options, name) is None:
            setattr(options, name, quick if options.quick else whole)
    return options


def _named(text: str) -> tuple[str, str]:
    name, sign, command = text.partition("=")
    if not (sign and name.strip() and command.strip()):
        raise argparse.ArgumentTypeError(f'"{text}" is no NAME=COMMAND')
    if name in ("written by hand", "rubricate run"):
        raise argparse.ArgumentTypeError(f'"{name}" is the name of another command')
    return name, command


def _python(script: str, *arguments: object) -> None:
    subprocess.run([sys.executable, HERE / script, *map(str, arguments)], check=True)


def _round(commands: dict[str, list], folder: Path) -> dict[str, float]:
    seconds = {}
    for name, command in commands.items():
        out = folder / "out"
        shutil.rmtree(out, ignore_errors=True)
        arguments = [*command, out] if name == "rubricate run" else command
        before = os.times()
        subprocess.run([str(part) for part in arguments], check=True, stdout=subprocess.DEVNULL)
        after = os.times()
        used = after.children_user + after.children_system - before.children_user - before.children_system
        seconds[name] = used
    return seconds


def _report(options: argparse.Namespace, rounds: list[dict[str, float]]) -> None:
    versions = ", ".join(f"{name} {version(name)}" for name in ("rubricate", "pyahocorasick", "regex", "orjson"))
    lines = [
        "# Speed",
        "",
        f"{options.records:,} records, {options.terms:,} terms, 50 patterns; rounds: {options.rounds}; CPU seconds of",
        f"whole commands, start-up, loading and report included. Python {platform.python_version()}, {versions}.",
        "",
        "| command | CPU s, median | records/s | ratio to the one by hand, median (min-max) |",
        "|---|---|---|---|",
    ]
    for name in rounds[0]:
        taken = [one[name] for one in rounds]
        ratios = [one["written by hand"] / one[name] for one in rounds]
        middle = statistics.median(taken)
        spread = f"{statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"
        lines.append(f"| {name} | {middle:.2f} | {options.records / middle:,.0f} | {spread} |")
    text = "\n".join(lines) + "\n"
    if not options.quick:
        (HERE / "RESULTS.md").write_text(text, encoding="utf-8")
    print(text)
    ratio = statistics.median(one["written by hand"] / one["rubricate run"] for one in rounds)
    print(f"ratio_hand={ratio:.2f}")


if __name__ == "__main__":
    main()
