"""The program by hand twice at once, each over half of the corpus: what a second process can bring on this machine.

    python benchmarks/limit_twice.py CORPUS TERMS PATTERNS OUT

Prints one line of JSON as `limit.py` does; wall time is that of the slower half.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

LIMIT = Path(__file__).with_name("limit.py")


def main(corpus: Path, terms: Path, patterns: Path, out: Path) -> None:
    """Runs both."""
    lines = corpus.read_bytes().splitlines(keepends=True)
    middle = len(lines) // 2
    running = []
    for number, half in enumerate((lines[:middle], lines[middle:])):
        source, target = (out.with_name(f"{out.name}.{number}.{what}") for what in ("in", "out"))
        source.write_bytes(b"".join(half))
        command = [sys.executable, LIMIT, "re2", source, terms, patterns, target]
        running.append(subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, text=True))
    told = [json.loads(each.communicate()[0]) for each in running]
    whole = {name: sum(one[name] for one in told) for name in ("records", "cpu", "hits")}
    print(json.dumps({**whole, **{name: max(one[name] for one in told) for name in ("wall", "load", "peak")}}))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:5]))
