"""What a good engineer writes by hand for one job: read JSON lines, find terms and patterns, score, route, write.

    python benchmarks/limit.py ENGINE CORPUS TERMS PATTERNS OUT [RECORDS]

ENGINE says with what: `re2` (ahocorasick-rs, a set of google-re2 that says which patterns can match, `regex` for
those), `pure` (pyahocorasick for the terms and for texts that patterns require, `re` for the rest) or `loop`
(pyahocorasick, and `re` pattern by pattern, as it is written in an afternoon). Terms are whole words, case ignored;
scores of a label are joined by noisy-or; every span is written. It knows no ruleset, no guideline, no resume: what
those cost is what `benchmarks/speed.py` measures. Prints one line of JSON: seconds of CPU without what is made before.
"""

from __future__ import annotations

import gc
import json
import re
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

import orjson

LABELS = ("brand", "product", "topic")
Known = Callable[[str], Iterable[tuple[int, int, int]]]
"""Text in small letters -> (term, start, end), inside words too."""
Choose = Callable[[str], Iterable[int]]
"""Text -> patterns that may match it."""
Finders = list[Callable[[str], Iterator]]


def main(engine: str, corpus: Path, terms_file: Path, patterns_file: Path, out: Path, records: int | None) -> None:
    """Labels CORPUS into OUT."""
    began = time.process_time()
    terms = terms_file.read_text(encoding="utf-8").splitlines()
    patterns = json.loads(patterns_file.read_text(encoding="utf-8"))
    find = _finding(*{"re2": _with_re2, "pure": _with_texts, "loop": _one_by_one}[engine](terms, patterns), len(terms))
    rules = [(f"term:{n}", LABELS[n % 3], 0.6 if len(term) < 8 else 0.85) for n, term in enumerate(terms)]
    rules += [(one["id"], one["id"].split("_")[0], 0.9 if n % 2 else 0.7) for n, one in enumerate(patterns)]
    gc.freeze()
    load, count, hits = time.process_time() - began, 0, 0
    began, started = time.process_time(), time.perf_counter()
    with corpus.open("rb", buffering=1 << 20) as source, out.open("wb", buffering=1 << 20) as target:
        for line in islice(source, records):
            found = find(orjson.loads(line)["text"])
            target.write(line.rstrip()[:-1] + b',"annotations":' + orjson.dumps(_decide(found, rules)) + b"}\n")
            count += 1
            hits += len(found)
    told = {"records": count, "cpu": time.process_time() - began, "wall": time.perf_counter() - started}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({**told, "load": load, "peak": peak, "hits": hits}))


def _finding(known: Known, choose: Choose, finders: Finders, first: int) -> Callable[[str], list[tuple[int, int, int]]]:
    def find(text: str) -> list[tuple[int, int, int]]:
        low = text.lower()
        if len(low) != len(text):  # of all letters only İ becomes two
            low = text.replace("\u0130", "i").lower()
        last = len(low)
        found = []
        for number, start, end in known(low):
            if (start and _word(low[start - 1])) or (end < last and _word(low[end])):
                continue
            found.append((number, start, end))
        for number in choose(text):
            for match in finders[number](text):
                found.append((first + number, *match.span()))
        return found

    return find


def _word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _decide(found: list[tuple[int, int, int]], rules: list[tuple[str, str, float]]) -> dict[str, object]:
    scores: dict[str, float] = {}
    spans = []
    for number, start, end in found:
        rule, label, score = rules[number]
        scores[label] = 1 - (1 - scores.get(label, 0.0)) * (1 - score)
        spans.append({"rule": rule, "label": label, "score": score, "start": start, "end": end})
    best = max(scores.values(), default=0.0)
    route = "accept" if best >= 0.88 else "model" if best >= 0.5 else "none"
    return {"route": route, "confidence": best, "labels": scores, "spans": spans}


# -- engines ---------------------------------------------------------------------------------------------------


def _with_re2(terms: list[str], patterns: list[dict]) -> tuple[Known, Choose, Finders]:
    import ahocorasick_rs
    import regex

    known = ahocorasick_rs.AhoCorasick([term.lower() for term in terms]).find_matches_as_indexes
    exact, numbers, always = _set_of([_flagged(one, one["pattern"]) for one in patterns])
    wide, wide_numbers, wide_always = _set_of([_flagged(one, _widened(one["pattern"])) for one in patterns])

    def choose(text: str) -> list[int]:
        if text.isascii():
            return [numbers[place] for place in exact(text) or ()] + always
        return [wide_numbers[place] for place in wide(text) or ()] + wide_always

    finders = [regex.compile(one["pattern"], regex.I if one["ignorecase"] else 0).finditer for one in patterns]
    return (lambda low: known(low, overlapping=True)), choose, finders


def _flagged(one: dict, pattern: str) -> str:
    return ("(?i)" if one["ignorecase"] else "") + pattern


def _set_of(patterns: list[str]) -> tuple[Callable[[str], list[int] | None], list[int], list[int]]:
    """What says which patterns match, the number of each of its places, and the patterns that RE2 cannot read."""
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = 256 << 20
    made = re2.Set.SearchSet(options)
    numbers, always = [], []
    for number, pattern in enumerate(patterns):
        try:
            made.Add(pattern)
            numbers.append(number)
        except re2.error:
            always.append(number)
    made.Compile()
    return made.Match, numbers, always


def _widened(pattern: str) -> str:
    """Wide enough for texts beyond ASCII, of which RE2 knows no words, digits and spaces."""
    wider = {"w": r"\pL\pN\pM_", "d": r"\pN", "s": r"\s\pZ\x{1c}-\x{1f}\x{85}"}
    inside = False

    def change(found: re.Match[str]) -> str:
        nonlocal inside
        part = found[0]
        if part in ("[", "]"):
            inside = part == "["
        if part in (r"\b", r"\B"):
            return ""
        members = wider.get(part[1:]) if part[0] == "\\" else None
        return part if members is None else members if inside else f"[{members}]"

    return re.sub(r"\\.|\[|\]", change, pattern)


def _with_texts(terms: list[str], patterns: list[dict]) -> tuple[Known, Choose, Finders]:
    import ahocorasick

    required: dict[str, list[int]] = {}
    always, with_digit = [], []
    for number, one in enumerate(patterns):
        texts = _required(one["pattern"])
        for text in texts or ():
            required.setdefault(text, []).append(number)
        if not texts:
            (with_digit if _needs_digit(re._parser.parse(one["pattern"])) else always).append(number)  # type: ignore[attr-defined]
    automaton = ahocorasick.Automaton()
    for text, numbers in required.items():
        automaton.add_word(text, numbers)
    automaton.make_automaton()
    digit = re.compile(r"\d").search

    def choose(text: str) -> set[int]:
        chosen = set(always)
        if digit(text):
            chosen.update(with_digit)
        if required:
            for _, numbers in automaton.iter(text.lower()):
                chosen.update(numbers)
        return chosen

    return _find_terms(terms), choose, _finders(patterns)


def _needs_digit(items: Iterable) -> bool:
    """Whether each match holds a digit."""
    constants = re._constants  # type: ignore[attr-defined]
    for kind, given in items:
        if kind is constants.IN and given == [(constants.CATEGORY, constants.CATEGORY_DIGIT)]:
            return True
        if kind is constants.LITERAL and chr(given).isdigit():
            return True
        if kind is constants.SUBPATTERN and _needs_digit(given[3]):
            return True
        if kind is constants.MAX_REPEAT and given[0] > 0 and _needs_digit(given[2]):
            return True
        if kind is constants.BRANCH and all(map(_needs_digit, given[1])):
            return True
    return False


def _required(pattern: str) -> set[str] | None:
    """Texts in small letters of which one stands in each match; None where they would stand in every text."""
    parser, constants = re._parser, re._constants  # type: ignore[attr-defined]  # the only way to a parsed pattern

    def best(items: object) -> set[str] | None:
        found: list[set[str]] = []
        run = ""
        for kind, given in [*items, (None, None)]:  # type: ignore[misc]
            if kind is constants.LITERAL:
                run += chr(given).lower()
                continue
            if len(run) > 1 or (run and not run.isalnum() and not run.isspace()):
                found.append({run})
            run = ""
            inner = None
            if kind is constants.SUBPATTERN:
                inner = best(given[3])
            elif kind is constants.MAX_REPEAT and given[0] > 0:
                inner = best(given[2])
            elif kind is constants.BRANCH:
                parts = [best(branch) for branch in given[1]]
                inner = set().union(*parts) if all(parts) else None
            if inner:
                found.append(inner)
        return max(found, key=lambda texts: (min(map(len, texts)), -len(texts)), default=None)

    return best(parser.parse(pattern))


def _one_by_one(terms: list[str], patterns: list[dict]) -> tuple[Known, Choose, Finders]:
    every = range(len(patterns))
    return _find_terms(terms), (lambda _text: every), _finders(patterns)


def _finders(patterns: list[dict]) -> Finders:
    return [re.compile(one["pattern"], re.I if one["ignorecase"] else 0).finditer for one in patterns]


def _find_terms(terms: list[str]) -> Known:
    import ahocorasick

    automaton = ahocorasick.Automaton()
    for number, term in enumerate(terms):
        automaton.add_word(term.lower(), (number, len(term) - 1))
    automaton.make_automaton()
    return lambda low: ((number, last - length, last + 1) for last, (number, length) in automaton.iter(low))


if __name__ == "__main__":
    main(sys.argv[1], *map(Path, sys.argv[2:6]), int(sys.argv[6]) if len(sys.argv) > 6 else None)  # type: ignore[misc]
