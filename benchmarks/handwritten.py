"""What a good engineer writes by hand for one job: read JSON lines, find terms and patterns, score, route, write.

    python benchmarks/handwritten.py CORPUS TERMS PATTERNS OUT

pyahocorasick for the terms (whole words, case ignored), the `regex` module for the patterns one after the other,
noisy-or a label, every span written. It knows no ruleset, no guideline, no resume: the price of those is what
`benchmarks/speed.py` measures.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import ahocorasick
import orjson
import regex

LABELS = ("brand", "product", "topic")


def main(corpus: Path, terms_file: Path, patterns_file: Path, out: Path) -> None:
    """Labels CORPUS into OUT."""
    terms = terms_file.read_text(encoding="utf-8").splitlines()
    patterns = json.loads(patterns_file.read_text(encoding="utf-8"))
    automaton = ahocorasick.Automaton(ahocorasick.STORE_INTS)
    for number, term in enumerate(terms):
        automaton.add_word(term.lower(), number)
    automaton.make_automaton()
    finders = [
        (f"re:{one['id']}", one["id"].split("_")[0], 0.9 if n % 2 else 0.7,
         regex.compile(one["pattern"], regex.I if one["ignorecase"] else 0).finditer)
        for n, one in enumerate(patterns)
    ]  # fmt: skip
    with corpus.open("rb") as source, out.open("wb") as target:
        for line in source:
            text = orjson.loads(line)["text"]
            spans = [*_terms(text, terms, automaton), *_patterns(text, finders)]
            target.write(line.rstrip()[:-1] + b',"annotations":' + orjson.dumps(_decide(spans)) + b"}\n")


def _terms(text: str, terms: list[str], automaton: ahocorasick.Automaton) -> list[tuple[str, str, float, int, int]]:
    low = text.lower()
    if len(low) != len(text):
        low = text.replace("\u0130", "i").lower()
    spans = []
    for last, number in automaton.iter(low):
        start, end = last + 1 - len(terms[number]), last + 1
        if (start and _word(low[start - 1])) or (end < len(low) and _word(low[end])):
            continue
        score = 0.6 if len(terms[number]) < 8 else 0.85
        spans.append((f"dict:{number}", LABELS[number % 3], score, start, end))
    return spans


def _word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _patterns(text: str, finders: list[tuple]) -> list[tuple[str, str, float, int, int]]:
    return [(rule, label, score, *found.span()) for rule, label, score, find in finders for found in find(text)]


def _decide(spans: list[tuple[str, str, float, int, int]]) -> dict[str, object]:
    scores: dict[str, float] = {}
    for _, label, score, _, _ in spans:
        scores[label] = 1 - (1 - scores.get(label, 0.0)) * (1 - score)
    best = max(scores.values(), default=0.0)
    route = "accept" if best >= 0.88 else "review" if best >= 0.5 else "none"
    shown = [{"rule": rule, "label": label, "score": score, "start": start, "end": end}
             for rule, label, score, start, end in spans]  # fmt: skip
    return {"route": route, "labels": scores, "spans": shown}


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:5]))
