"""The same job in other tools, each in the form that its users would write. Needs those tools, not this project.

    python benchmarks/rivals.py TOOL CORPUS TERMS PATTERNS RECORDS

TOOL is `yara`, `snorkel`, `spacy` or `presidio`. Records are in memory and nothing is written, which favours them.
Presidio gets the first 100 terms only: with more, its list of terms is one pattern that takes minutes. Prints one line
of JSON; exits with 3 and the name of the package that is missing.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

NAMES = {"yara": "yara-python", "snorkel": "snorkel", "spacy": "spacy", "presidio": "presidio-analyzer"}
DENIED = 100
Job = Callable[[], int]


def main(tool: str, corpus: Path, terms_file: Path, patterns_file: Path, records: int) -> int:
    """Does the job once."""
    with corpus.open(encoding="utf-8") as source:
        texts = [json.loads(line)["text"] for line in islice(source, records)]
    terms = terms_file.read_text(encoding="utf-8").splitlines()
    patterns = json.loads(patterns_file.read_text(encoding="utf-8"))
    began = time.process_time()
    try:
        job = MAKERS[tool](texts, terms, patterns)
    except ImportError as error:
        print(error.name)
        return 3
    load = time.process_time() - began
    began, started = time.process_time(), time.perf_counter()
    hits = job()
    told = {"records": len(texts), "cpu": time.process_time() - began, "wall": time.perf_counter() - started}
    print(json.dumps({**told, "load": load, "hits": hits, "version": f"{NAMES[tool]} {version(NAMES[tool])}"}))
    return 0


def _compiled(patterns: list[dict]) -> list[re.Pattern[str]]:
    return [re.compile(one["pattern"], re.I if one["ignorecase"] else 0) for one in patterns]


def _yara(texts: list[str], terms: list[str], patterns: list[dict]) -> Job:
    import yara

    quoted = [term.replace("\\", "\\\\").replace('"', '\\"') for term in terms]
    parts = []
    for start in range(0, len(quoted), 1000):
        strings = "\n".join(f'$t{n} = "{term}" nocase fullword' for n, term in enumerate(quoted[start : start + 1000]))
        parts.append(f"rule terms_{start} {{ strings:\n{strings}\ncondition: any of them }}")
    for one in patterns:
        body = one["pattern"].replace("(?:", "(").replace("/", "\\/")
        rule = f"rule r_{one['id']} {{ strings: $a = /{body}/{'i' if one['ignorecase'] else ''}\ncondition: $a }}"
        try:
            yara.compile(source=rule)
        except yara.SyntaxError:  # no look-around, no classes beyond ASCII
            continue
        parts.append(rule)
    rules = yara.compile(source="\n".join(parts))
    return lambda: sum(len(s.instances) for text in texts for m in rules.match(data=text.encode()) for s in m.strings)


def _snorkel(texts: list[str], terms: list[str], patterns: list[dict]) -> Job:
    import ahocorasick
    from snorkel.labeling import LabelingFunction, LFApplier

    automaton = ahocorasick.Automaton()
    for number, term in enumerate(terms):  # ten thousand labelling functions would not end
        automaton.add_word(term, number)
    automaton.make_automaton()

    def any_term(point: SimpleNamespace) -> int:
        return next((1 for _ in automaton.iter(point.text.lower())), -1)

    functions = [LabelingFunction("terms", any_term)]
    for one, pattern in zip(patterns, _compiled(patterns), strict=True):
        function = (lambda search: lambda point: 1 if search(point.text) else -1)(pattern.search)
        functions.append(LabelingFunction(one["id"], function))
    applier, points = LFApplier(functions), [SimpleNamespace(text=text) for text in texts]
    return lambda: int((applier.apply(points, progress_bar=False) != -1).sum())


def _spacy(texts: list[str], terms: list[str], patterns: list[dict]) -> Job:
    import spacy
    from spacy.matcher import PhraseMatcher

    language = spacy.blank("en")
    matcher = PhraseMatcher(language.vocab, attr="LOWER")
    matcher.add("TERM", list(language.tokenizer.pipe(terms)))
    compiled = _compiled(patterns)

    def job() -> int:
        count = 0
        for document in language.pipe(texts):
            count += len(matcher(document))
            for pattern in compiled:
                for match in pattern.finditer(document.text):
                    document.char_span(*match.span(), alignment_mode="expand")
                    count += 1
        return count

    return job


def _presidio(texts: list[str], terms: list[str], patterns: list[dict]) -> Job:
    import spacy
    from presidio_analyzer import AnalyzerEngine, Pattern, PatternRecognizer, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    class Blank(SpacyNlpEngine):
        """Without a model, so that only its recognizers are measured."""

        def __init__(self) -> None:
            super().__init__()
            self.nlp = {"en": spacy.blank("en")}

        def load(self) -> None:
            """Nothing to load."""

    registry = RecognizerRegistry()
    registry.add_recognizer(PatternRecognizer(supported_entity="TERM", deny_list=terms[:DENIED]))
    for one in patterns:
        pattern, flags = Pattern(one["id"], one["pattern"], 0.7), re.I if one["ignorecase"] else 0
        registry.add_recognizer(
            PatternRecognizer(supported_entity=one["id"].upper(), patterns=[pattern], global_regex_flags=flags)
        )
    engine = AnalyzerEngine(registry=registry, nlp_engine=Blank(), supported_languages=["en"])
    return lambda: sum(len(engine.analyze(text, language="en")) for text in texts)


MAKERS = {"yara": _yara, "snorkel": _snorkel, "spacy": _spacy, "presidio": _presidio}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *map(Path, sys.argv[2:5]), int(sys.argv[5])))
