"""Writes an ordinary ruleset from a list of terms and a list of patterns, as somebody would write it by hand.

    python benchmarks/ruleset_of.py TERMS PATTERNS FOLDER

TERMS has a term a line; PATTERNS is JSON: [{"id": .., "pattern": .., "ignorecase": ..}]. A third of the terms vote for
each of three labels, each pattern for the label that its id begins with; scores are joined by noisy-or.
Nobody is asked anything, as the program written by hand asks nobody either.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

LABELS = ("brand", "product", "topic")


def main(terms_file: Path, patterns_file: Path, folder: Path) -> None:
    """Writes FOLDER/ruleset.yaml and FOLDER/dict/terms.tsv."""
    terms = terms_file.read_text(encoding="utf-8").splitlines()
    patterns = json.loads(patterns_file.read_text(encoding="utf-8"))
    (folder / "dict").mkdir(parents=True, exist_ok=True)
    rows = [f"{term}\t{LABELS[n % 3]}\t{0.6 if len(term) < 8 else 0.85}" for n, term in enumerate(terms)]
    table = "\n".join(["term\tlabel\tweight", *rows]) + "\n"
    (folder / "dict" / "terms.tsv").write_text(table, encoding="utf-8")
    labels = sorted({*LABELS, *(pattern["id"].split("_")[0] for pattern in patterns)})
    lines = [
        "format: 1",
        "ruleset: benchmark",
        'version: "1.0.0"',
        "record: {text: [text]}",
        "labels:",
        *(f"  {label}: {{kind: document}}" for label in labels),
        "dictionaries:",
        '  terms: {file: dict/terms.tsv, version: "1.0.0", types: {weight: number}}',
        "matchers:",
        "  term: {use: dictionary, of: terms}",
        *(f"  {_name(one)}: {{use: regex, pattern: {_quoted(one)}}}" for one in patterns),
        "accept: 0.88",
        "review: none",
        'decide: {"*": {combine: noisy_or, low: 0.5}}',
        "rules:",
        "  - {id: term, label_from: 'it.label', when: 'term', confidence: 'it.weight'}",
        *(
            f"  - {{id: {one['id'].replace('_', '-')}, label: {one['id'].split('_')[0]}, when: '{_name(one)}',"
            f" confidence: {0.9 if n % 2 else 0.7}}}"
            for n, one in enumerate(patterns)
        ),
    ]
    (folder / "ruleset.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _name(pattern: dict[str, object]) -> str:
    return f"m_{pattern['id']}"


def _quoted(pattern: dict[str, object]) -> str:
    text = str(pattern["pattern"]).replace("/", r"\/")
    flags = "i" if pattern["ignorecase"] else ""
    return "'" + f"/{text}/{flags}".replace("'", "''") + "'"


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
