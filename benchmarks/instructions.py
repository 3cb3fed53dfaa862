"""Counts the processor's instructions a record, by hand and ours: what noise of a machine cannot change.

    python benchmarks/instructions.py [--data FOLDER] [--records N]

FOLDER is as for `speed.py`. Each program runs over N and over four times N records under valgrind's callgrind (Debian:
`apt-get install valgrind`); the difference is what a record costs, without loading and starting. Instructions are no
seconds: they leave out how well a processor runs them, and valgrind counts SHA-256 as a processor without instructions
of its own for it would, so OpenSSL's are told apart. Takes about five minutes.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path

HERE = Path(__file__).parent
TIMES = 4
PARTS = {
    "libcrypto": "SHA-256 (OpenSSL)",
    "_re2": "google-re2",
    "_regex": "regex",
    "ahocorasick_rs": "ahocorasick-rs",
    "orjson": "orjson",
    "sre_lib": "re",
    "ceval": "Python: bytecode",
    "libpython": "Python: objects",
    "/Include/": "Python: objects",
    "Objects/": "Python: objects",
    "Modules/": "Python: objects",
}
"""What a function's file or library holds -> the part that it is told under."""
LINE = re.compile(r"\s*([\d,]+) \(.*?%\)\s+(\S.*)$")


def main() -> None:
    """Counts, and prints a table."""
    options = _options()
    if shutil.which("valgrind") is None:
        raise SystemExit("valgrind is not installed: apt-get install valgrind")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        source = options.data or folder
        if options.data is None:
            _python("corpus.py", folder, options.records * TIMES, 10_000)
        terms, patterns = source / "terms.txt", source / "patterns.json"
        _python("ruleset_of.py", terms, patterns, folder / "ruleset")
        commands = {
            "by hand, re2": ["limit.py", "re2", "CORPUS", terms, patterns, folder / "hand.jsonl"],
            "rubricate run": ["ours.py", folder / "ruleset" / "ruleset.yaml", "CORPUS", folder / "out"],
        }
        commands["labels only"] = [*commands["rubricate run"], "--labels-only"]
        _python(*commands["rubricate run"][:2], _cut(source, folder, 1), folder / "out")  # fills the caches
        counted = {name: _per_record(command, source, folder, options.records) for name, command in commands.items()}
    print("\n".join(_table(counted)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Instructions a record, without loading.")
    parser.add_argument("--data", type=Path, help="a folder with corpus.jsonl, terms.txt, patterns.json")
    parser.add_argument("--records", type=int, default=1000)
    return parser.parse_args()


def _python(script: object, *arguments: object) -> None:
    subprocess.run([sys.executable, HERE / str(script), *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)


def _cut(source: Path, folder: Path, records: int) -> Path:
    corpus = folder / f"{records}.jsonl"
    with (source / "corpus.jsonl").open("rb") as lines:
        corpus.write_bytes(b"".join(islice(lines, records)))
    return corpus


def _per_record(command: Sequence[object], source: Path, folder: Path, records: int) -> dict[str, float]:
    """Part -> instructions a record."""
    few, many = (_count(command, _cut(source, folder, size), folder) for size in (records, records * TIMES))
    return {part: (many[part] - few[part]) / (records * (TIMES - 1)) for part in many}


def _count(command: Sequence[object], corpus: Path, folder: Path) -> Mapping[str, int]:
    out = folder / "callgrind.out"
    script, *arguments = [str(corpus) if part == "CORPUS" else str(part) for part in command]
    subprocess.run(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", sys.executable, HERE / script, *arguments],
        check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": "0"},
    )  # fmt: skip
    told = subprocess.run(
        ["callgrind_annotate", "--threshold=100", str(out)], check=True, capture_output=True, text=True
    )
    counts: Counter[str] = Counter()
    for line in told.stdout.splitlines():
        found = LINE.match(line)
        if found is not None and "PROGRAM TOTALS" not in line:
            part = next((name for word, name in PARTS.items() if word in found[2]), "other libraries")
            counts[part] += int(found[1].replace(",", ""))
    return counts


def _table(counted: Mapping[str, Mapping[str, float]]) -> list[str]:
    hand, ours, labels = counted.values()
    rows = [f"| {' | '.join(['instructions a record', *counted])} |", "|---|---|---|---|"]
    for part in sorted(ours, key=lambda part: -ours[part]):
        rows.append(f"| {part} | {' | '.join(f'{found.get(part, 0):,.0f}' for found in counted.values())} |")
    rows.append(f"| all | {' | '.join(f'{sum(found.values()):,.0f}' for found in counted.values())} |")
    hashing = PARTS["libcrypto"]
    left = [sum(found.values()) - found.get(hashing, 0) for found in (hand, ours, labels)]
    ratios = f"by hand / ours {left[0] / left[1]:.2f}, ours / labels only {left[1] / left[2]:.2f}"
    return [*rows, "", f"Without {hashing}: {ratios}"]


if __name__ == "__main__":
    main()
