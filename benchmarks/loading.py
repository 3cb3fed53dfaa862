"""How long rulesets take to load: tables of many terms, and many rules; cold, and from the cache.

    python benchmarks/loading.py
    python benchmarks/loading.py --terms 10000 --rules 100
    python benchmarks/loading.py --once 100000 --cached

Every figure is the CPU time of a process of its own, the best of three. Imports and the search for plugins are left
out; "first text" is what the first text costs, for which the automaton of all terms is made.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROUNDS = 3
SYLLABLES = (*(a + b for a in "bdfklmnprstvz" for b in "aeiou"), "zé", "ör", "straß")
HEAD = 'ruleset: large\nversion: "1"\nrecord: {text: [text]}\nlabels:\n  found: {kind: span}\n'


def words(random_: random.Random) -> Iterator[str]:
    """Made-up words, one in four with a letter beyond ASCII."""
    while True:
        yield "".join(random_.choices(SYLLABLES, k=random_.randint(2, 4)))


def write_terms(folder: Path, count: int) -> None:
    """A ruleset with a table of so many terms, each with a number and a class."""
    random_ = random.Random(count)
    word = words(random_)
    terms: dict[str, None] = {}
    while len(terms) < count:
        terms[" ".join(next(word) for _ in range(random_.randint(1, 3)))] = None
    rows = (f"{term}\t{random_.random():.3f}\t{random_.choice('abcdef')}\n" for term in terms)
    (folder / "terms.tsv").write_text("term\tweight\tclass\n" + "".join(rows), encoding="utf-8")
    (folder / "ruleset.yaml").write_text(
        f"{HEAD}dictionaries:\n  terms: {{file: terms.tsv, types: {{weight: number}}}}\n"
        "matchers:\n  any_term: {use: dictionary, of: terms}\n"
        "rules:\n  - {id: term, label: found, when: any_term, confidence: it.weight}\n"
    )


def write_rules(folder: Path, count: int) -> None:
    """A ruleset with so many rules, each with strings, a regex and four examples."""
    word = words(random.Random(count))
    rules = []
    for number in range(count):
        a, b, c = next(word), next(word), next(word)
        rules.append(
            f"  - id: rule-{number}\n    label: found\n"
            f"""    when: '"{a}" near "{b} {c}" within 5 words or /{a}[0-9]+ {number}/'\n    confidence: 0.9\n"""
            f'    hit:\n      - "{a} {b} {c}"\n      - see {a}7 {number} here\n'
            f"    miss:\n      - nothing at all {number}\n      - only {a}\n"
        )
    (folder / "ruleset.yaml").write_text(f"{HEAD}rules:\n{''.join(rules)}", encoding="utf-8")


def measure(folder: Path) -> dict[str, float]:
    """Loads a ruleset in this process."""
    from rubricate.annotator import load
    from rubricate.plugins.discovering import build_registry

    registry = build_registry()
    began = time.process_time()
    rules = load(folder, registry=registry)
    loaded = time.process_time()
    rules.annotate_one("nothing to be found")
    first = time.process_time()
    scale = 1024 if sys.platform != "darwin" else 1024 * 1024
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale
    return {"load": loaded - began, "first": first - loaded, "memory": memory}


def best_of(folder: Path, cache: str, *, rounds: int = ROUNDS) -> dict[str, float]:
    """The best figures of several processes."""
    found = []
    for _ in range(rounds):
        command = [sys.executable, __file__, "--measure", str(folder)]
        done = subprocess.run(command, env={**os.environ, "RUBRICATE_CACHE": cache}, capture_output=True, check=True)
        found.append(json.loads(done.stdout))
    return {name: min(each[name] for each in found) for name in found[0]}


def once(count: int, *, is_cached: bool) -> dict[str, float]:
    """One load of so many terms in a process of its own, as speed.py reads it: "load" is that with the first text."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "rules"
        folder.mkdir()
        write_terms(folder, count)
        cache = f"{place}/cache" if is_cached else "off"
        if is_cached:
            best_of(folder, cache, rounds=1)
        found = best_of(folder, cache, rounds=1)
    load, first = found["load"], found["first"]
    return {"records": 1, "cpu": load, "wall": load + first, "load": load + first, "peak": int(found["memory"])}


def table(sizes: Sequence[tuple[str, int]]) -> Iterator[str]:
    """The lines of the table."""
    yield "| ruleset | cold, s | from cache, s | cold / cache | first text, s | peak memory cold / cache, MB |"
    yield "|---|---|---|---|---|---|"
    for what, count in sizes:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "rules"
            folder.mkdir()
            (write_terms if what == "terms" else write_rules)(folder, count)
            cold = best_of(folder, "off")
            best_of(folder, f"{place}/cache")
            warm = best_of(folder, f"{place}/cache")
        ratio = cold["load"] / warm["load"]
        yield (
            f"| {count:,} {what} | {cold['load']:.2f} | {warm['load']:.2f} | {ratio:.1f} | {cold['first']:.2f} | "
            f"{cold['memory']:.0f} / {warm['memory']:.0f} |"
        )


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--terms", type=int, nargs="*", default=[10_000, 100_000, 600_000])
    parser.add_argument("--rules", type=int, nargs="*", default=[100, 1_000])
    parser.add_argument("--once", type=int, metavar="TERMS", help="one cold load of so many terms, told as JSON")
    parser.add_argument("--cached", action="store_true", help="with --once: a load from the cache")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure is not None:
        print(json.dumps(measure(given.measure)))
        return
    if given.once is not None:
        print(json.dumps(once(given.once, is_cached=given.cached)))
        return
    for line in table([*(("terms", count) for count in given.terms), *(("rules", count) for count in given.rules)]):
        print(line, flush=True)


if __name__ == "__main__":
    main()
