"""Other tools on the same job, as somebody would use them: `others.py TOOL CORPUS TERMS PATTERNS RECORDS`.

Reads the first RECORDS records and gives each to the tool; nothing is written, which favours the tool. Exits with 3
where the tool is not installed.
"""

from __future__ import annotations

import json
import re
import sys
import warnings
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

Job = Callable[[list[str]], int]


def _compiled(patterns: list[dict]) -> list[re.Pattern[str]]:
    return [re.compile(one["pattern"], re.IGNORECASE if one["ignorecase"] else 0) for one in patterns]


def plain_loop(terms: list[str], patterns: list[dict]) -> Job:
    import ahocorasick

    automaton = ahocorasick.Automaton()
    for term in terms:
        automaton.add_word(term, len(term))
    automaton.make_automaton()
    finders = [one.finditer for one in _compiled(patterns)]

    def run(texts: list[str]) -> int:
        found = 0
        for text in texts:
            low = text.lower()
            for last, length in automaton.iter(low):
                start = last + 1 - length
                before, after = low[start - 1 : start], low[last + 1 : last + 2]
                found += not (before.isalnum() or after.isalnum())
            found += sum(1 for find in finders for _ in find(text))
        return found

    return run


def snorkel(terms: list[str], patterns: list[dict]) -> Job:
    import ahocorasick
    from snorkel.labeling import LabelingFunction, LFApplier

    automaton = ahocorasick.Automaton()
    for term in terms:
        automaton.add_word(term, term)
    automaton.make_automaton()
    functions = [LabelingFunction("terms", lambda x: 1 if next(automaton.iter(x.text.lower()), None) else -1)]
    for one, compiled in zip(patterns, _compiled(patterns), strict=True):
        functions.append(LabelingFunction(one["id"], lambda x, search=compiled.search: 1 if search(x.text) else -1))

    def run(texts: list[str]) -> int:
        records = [SimpleNamespace(text=text) for text in texts]
        return int((LFApplier(functions).apply(records, progress_bar=False) != -1).sum())

    return run


def spacy(terms: list[str], patterns: list[dict]) -> Job:
    import spacy as package
    from spacy.matcher import PhraseMatcher

    nlp = package.blank("en")
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    matcher.add("TERM", list(nlp.tokenizer.pipe(terms)))
    finders = [one.finditer for one in _compiled(patterns)]

    def run(texts: list[str]) -> int:
        found = 0
        for doc in nlp.pipe(texts):
            found += len(matcher(doc))
            for find in finders:
                for match in find(doc.text):
                    found += doc.char_span(*match.span(), alignment_mode="expand") is not None
        return found

    return run


def presidio(terms: list[str], patterns: list[dict]) -> Job:
    """With the first hundred terms: its deny list is one expression."""
    import spacy as package
    from presidio_analyzer import AnalyzerEngine, Pattern, PatternRecognizer, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    class Blank(SpacyNlpEngine):
        def __init__(self) -> None:
            super().__init__()
            self.nlp = {"en": package.blank("en")}

        def load(self) -> None:
            pass

    registry = RecognizerRegistry()
    registry.add_recognizer(PatternRecognizer(supported_entity="TERM", deny_list=terms[:100]))
    for one in patterns:
        flags = re.IGNORECASE if one["ignorecase"] else 0
        patterns_of_one = [Pattern(one["id"], one["pattern"], 0.7)]
        registry.add_recognizer(
            PatternRecognizer(supported_entity=one["id"].upper(), patterns=patterns_of_one, global_regex_flags=flags)
        )
    analyzer = AnalyzerEngine(registry=registry, nlp_engine=Blank(), supported_languages=["en"])
    return lambda texts: sum(len(analyzer.analyze(text, language="en")) for text in texts)


def yara(terms: list[str], patterns: list[dict]) -> Job:
    """Without the patterns that it cannot compile."""
    import yara as package

    rules = []
    for first in range(0, len(terms), 1000):
        escaped = [term.replace("\\", "\\\\").replace('"', '\\"') for term in terms[first : first + 1000]]
        lines = [f'$t{first + n} = "{term}" nocase fullword' for n, term in enumerate(escaped)]
        rules.append(f"rule d{first} {{ strings:\n" + "\n".join(lines) + "\ncondition: any of them }")
    for one in patterns:
        text = one["pattern"].replace("(?:", "(").replace("/", "\\/")
        rule = f"rule r_{one['id']} {{ strings: $a = /{text}/{'i' if one['ignorecase'] else ''}\ncondition: $a }}"
        try:
            package.compile(source=rule)
        except package.Error:
            continue
        rules.append(rule)
    match = package.compile(source="\n".join(rules)).match
    return lambda texts: sum(len(s.instances) for text in texts for m in match(data=text.encode()) for s in m.strings)


def flashtext(terms: list[str], patterns: list[dict]) -> Job:
    from flashtext import KeywordProcessor

    keywords = KeywordProcessor()
    keywords.add_keywords_from_list(terms)
    finders = [one.finditer for one in _compiled(patterns)]

    def run(texts: list[str]) -> int:
        return sum(
            len(keywords.extract_keywords(text, span_info=True)) + sum(1 for find in finders for _ in find(text))
            for text in texts
        )

    return run


TOOLS = {
    "plain loop": plain_loop,
    "yara-python": yara,
    "snorkel": snorkel,
    "spacy": spacy,
    "presidio-analyzer": presidio,
    "flashtext": flashtext,
}


def main(tool: str, corpus: Path, terms_file: Path, patterns_file: Path, records: int) -> None:
    """Runs a tool once."""
    warnings.filterwarnings("ignore")
    with corpus.open(encoding="utf-8") as source:
        texts = [json.loads(line)["text"] for line in islice(source, records)]
    terms = terms_file.read_text(encoding="utf-8").splitlines()
    patterns = json.loads(patterns_file.read_text(encoding="utf-8"))
    try:
        run = TOOLS[tool](terms, patterns)
    except ImportError:
        sys.exit(3)
    print(run(texts))


if __name__ == "__main__":
    main(sys.argv[1], *(Path(argument) for argument in sys.argv[2:5]), int(sys.argv[5]))
