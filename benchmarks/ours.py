"""Runs a ruleset over a dump and prints one line of JSON: seconds of CPU, apart from loading and compiling.

    python benchmarks/ours.py RULESET CORPUS OUT [--workers N] [--labels-only] [--dedupe] [--cold]

CPU and wall time are those of the run from file to file: reading, labelling, writing, verifying, the report; with
`--workers` also what they take to start. `--labels-only` leaves out what votes rest on, which no ruleset can ask for:
it shows what provenance costs. `--cold` loads the ruleset from its files and not from the cache.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import time
from pathlib import Path

import rubricate
from rubricate.runner import Settings, run
from rubricate.running.shaping import Shaper


def main() -> None:
    """Runs it."""
    parser = argparse.ArgumentParser(description="CPU seconds of one run.")
    for name in ("ruleset", "corpus", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--workers", type=int, default=0)
    for name in ("labels-only", "dedupe", "cold"):
        parser.add_argument(f"--{name}", action="store_true")
    options = parser.parse_args()
    if options.labels_only:
        Shaper._votes = lambda *_arguments: []  # type: ignore[method-assign]  # only a benchmark wants it
    if options.cold:
        os.environ["RUBRICATE_CACHE"] = "off"
    shutil.rmtree(options.out, ignore_errors=True)
    began = time.process_time()
    rules = rubricate.load(options.ruleset)
    next(rules.annotate(["the first text makes the automata"]))
    load = time.process_time() - began
    settings = Settings(workers=options.workers, dedupe="exact" if options.dedupe else "none")
    before, started = _cpu(), time.perf_counter()
    summary, _ = run(rules, [str(options.corpus)], options.out, settings=settings)
    told = {"records": summary.counts["read"], "cpu": _cpu() - before, "wall": time.perf_counter() - started}
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps({**told, "load": load, "peak": peak // 1024}))


def _cpu() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


if __name__ == "__main__":
    main()
