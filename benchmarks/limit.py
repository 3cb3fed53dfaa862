"""What is left when nothing but the job is done: `limit.py ENGINE CORPUS TERMS PATTERNS OUT`.

ENGINE is `re2` (ahocorasick-rs for the terms, a set of RE2 to choose among the patterns, the `regex` module for those)
or `pure` (pyahocorasick, and the `re` module for patterns of which a needed character stands in the text). Both find
the same: terms as whole words, case ignored, and each match of each pattern; noisy-or a label, a route, every span
written. No rules, no guideline, no resuming, no report: what those cost is the distance to `rubricate run`.
"""

from __future__ import annotations

import gc
import json
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import orjson

LABELS = ("brand", "product", "topic")
DIGIT = re.compile(r"\d").search
Spans = list[tuple[int, int, int]]


def main(engine: str, corpus: Path, terms_file: Path, patterns_file: Path, out: Path) -> None:
    """Labels CORPUS into OUT."""
    terms = terms_file.read_text(encoding="utf-8").splitlines()
    patterns = json.loads(patterns_file.read_text(encoding="utf-8"))
    rules = [(f"dict:{n}", LABELS[n % 3], 0.6 if len(term) < 8 else 0.85) for n, term in enumerate(terms)]
    rules += [(f"re:{one['id']}", one["id"].split("_")[0], 0.9 if n % 2 else 0.7) for n, one in enumerate(patterns)]
    find = {"re2": _re2, "pure": _pure}[engine](terms, patterns)
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    with corpus.open("rb", buffering=1 << 20) as source, out.open("wb", buffering=1 << 20) as target:
        for line in source:
            text = orjson.loads(line)["text"]
            found = orjson.dumps(_decide(find(text), rules))
            target.write(line.rstrip()[:-1] + b',"annotations":' + found + b"}\n")


def _lower(text: str) -> str:
    low = text.lower()
    return low if len(low) == len(text) else text.replace("\u0130", "i").lower()


def _whole(low: str, found: Iterable[tuple[int, int, int]]) -> Spans:
    length = len(low)
    return [
        (number, start, end)
        for number, start, end in found
        if not ((start and _word(low[start - 1])) or (end < length and _word(low[end])))
    ]


def _word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _re2(terms: list[str], patterns: list[dict]) -> Callable[[str], Spans]:
    import ahocorasick_rs
    import re2
    import regex

    search = ahocorasick_rs.AhoCorasick([term.lower() for term in terms]).find_matches_as_indexes
    finders = [regex.compile(one["pattern"], regex.I if one["ignorecase"] else 0).finditer for one in patterns]
    sets = {True: _set(re2, patterns, str), False: _set(re2, patterns, _beyond_ascii)}
    first = len(terms)

    def find(text: str) -> Spans:
        low = _lower(text)
        found = _whole(low, search(low, overlapping=True))
        chosen, places, rest = sets[text.isascii()]
        for number in [places[place] for place in chosen(text) or ()] + rest:
            found += [(first + number, *match.span()) for match in finders[number](text)]
        return found

    return find


def _set(re2, patterns: list[dict], rewrite: Callable[[str], str]) -> tuple[Callable, list[int], list[int]]:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 256 << 20
    made, places, rest = re2.Set.SearchSet(options), [], []
    for number, one in enumerate(patterns):
        try:
            made.Add(("(?i)" if one["ignorecase"] else "") + rewrite(one["pattern"]))
        except re2.error:
            rest.append(number)
        else:
            places.append(number)
    made.Compile()
    return made.Match, places, rest


def _beyond_ascii(pattern: str) -> str:
    """Without word edges, and with letters and digits of all scripts: the words of RE2 are those of ASCII."""
    wide = {r"\w": r"\pL\pN\pM_", r"\d": r"\pN", r"\s": r"\s\pZ"}
    parts, inside = [], False
    for token in re.findall(r"\\.|.", pattern, re.DOTALL):
        inside = token == "[" or (inside and token != "]")
        if token in wide:
            parts.append(wide[token] if inside else f"[{wide[token]}]")
        elif token not in (r"\b", r"\B"):
            parts.append(token)
    return "".join(parts)


def _pure(terms: list[str], patterns: list[dict]) -> Callable[[str], Spans]:
    import ahocorasick

    automaton = ahocorasick.Automaton(ahocorasick.STORE_INTS)
    for number, term in enumerate(terms):
        automaton.add_word(term.lower(), number)
    automaton.make_automaton()
    lengths = [len(term) for term in terms]
    finders = [re.compile(one["pattern"], re.IGNORECASE if one["ignorecase"] else 0).finditer for one in patterns]
    needs = [_needs(one["pattern"]) for one in patterns]
    first = len(terms)

    def find(text: str) -> Spans:
        low = _lower(text)
        found = _whole(low, [(n, last + 1 - lengths[n], last + 1) for last, n in automaton.iter(low)])
        has_digit = DIGIT(text) is not None
        for number, need in enumerate(needs):
            if need is None or (need == "" and has_digit) or (need and any(part in low for part in need)):
                found += [(first + number, *match.span()) for match in finders[number](text)]
        return found

    return find


def _needs(pattern: str) -> str | tuple[str, ...] | None:
    """Words of which a text needs one, "" for a digit, None where nobody knows: as one would write it in an hour."""
    flat = re.sub(r"\\b", "", pattern)
    group = re.match(r"\(\?:([a-z' |]+)\)(?![?*{])", flat)
    if group is not None:
        return tuple(group[1].split("|"))
    word = re.match(r"[a-z]{3,}(?![a-z]*[?*{(|])", flat)
    if word is not None:
        return (word[0],)
    return "" if re.match(r"\(?\\d(?!\{0|[?*])", flat) else None


def _decide(spans: Spans, rules: list[tuple[str, str, float]]) -> dict[str, object]:
    scores: dict[str, float] = {}
    shown = []
    for number, start, end in spans:
        rule, label, score = rules[number]
        scores[label] = 1 - (1 - scores.get(label, 0.0)) * (1 - score)
        shown.append({"rule": rule, "label": label, "start": start, "end": end, "score": score})
    best = max(scores.values(), default=0.0)
    route = "accept" if best >= 0.88 else "model" if best >= 0.5 else "none"
    return {"route": route, "confidence": best, "labels": scores, "spans": shown}


if __name__ == "__main__":
    main(sys.argv[1], *(Path(argument) for argument in sys.argv[2:6]))
