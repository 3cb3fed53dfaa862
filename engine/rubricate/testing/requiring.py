"""The law of required literals: whatever a matcher finds, one of them stands in the folded text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from rubricate.model.ruleset import MatcherSpec
from rubricate.testing.bench import guarded
from rubricate.testing.faults import Complaint, shown
from rubricate.testing.hard_texts import FOLDERS, ODD_LETTERS
from rubricate.testing.matching import (
    NAME,
    MatcherBench,
    compile_for,
    load_matcher,
    make_document,
    scan_documents,
    texts_of,
)
from rubricate.testing.samples import read_hit
from rubricate.testing.searching import find_broken, strategies, texts_around

__all__ = ["requires_only_what_it_needs"]

TRIES = 250


def requires_only_what_it_needs(bench: MatcherBench) -> Iterator[Complaint]:
    """No text is found, by search, in which the matcher finds something and that holds no required literal."""
    kind = bench.given
    if kind.required_literals is None:
        return
    require = kind.required_literals
    spec = load_matcher(bench.sample, bench.folder, bench.registry).ruleset.matchers[NAME]
    required = guarded("required_literals", require, spec)
    if required is None:
        return
    if not isinstance(required, Set):
        yield Complaint(f"`required_literals` gives {shown(required)}, not a frozenset of texts, or None")
        return
    if not required or not all(isinstance(text, str) and text for text in required):
        yield Complaint("it requires no text or an empty one", help="give None where nothing is required")
        return
    for text in sorted(required):
        for folder in FOLDERS:
            if not any(part in folder(text)[0] for part in required):
                yield Complaint(
                    f'it requires "{text}", which folding changes', help="give texts as they are when folded"
                )
                return
    scanners = [(folder, compile_for(kind, [spec], folder)) for folder in FOLDERS]

    def breaks(text: str) -> bool:
        for folder, scanner in scanners:
            document = make_document(text, folder=folder)
            folded = document.folded("text")[0]
            if any(part in folded for part in required):
                continue
            if guarded(shown(text), scan_documents, scanner, [document])[0]:
                return True
        return False

    broken = next((text for text in texts_of(bench) if breaks(text)), None)
    if broken is None:
        broken = find_broken(_inputs(bench, spec), breaks, tries=TRIES)
    if broken is not None:
        literals = ", ".join(f'"{text}"' for text in sorted(required)[:5])
        yield Complaint(f"it finds something in a text that holds none of the required {literals}", seen=shown(broken),
                        help="such a text is never scanned, so the match is lost; give None when unsure")  # fmt: skip


def _inputs(bench: MatcherBench, spec: MatcherSpec) -> strategies.SearchStrategy[str]:
    """Texts around what the matcher looks for: its hits, the words of its options and table, its pattern."""
    seeds = []
    for hit in bench.sample.hits:
        text, places = read_hit(hit)
        seeds += [text, *(text[start:end] for start, end in places)]
    for value in _strings(dict(spec.options)):
        seeds += re.findall(r"\w+", value)
    if spec.table is not None:
        seeds += [term for row in spec.table.rows[:50] for term in row.terms]
    texts = texts_around(list(dict.fromkeys(seeds))[:200], ODD_LETTERS)
    pattern = spec.options.get("pattern")
    try:
        made = strategies.from_regex(re.compile(str(pattern), re.IGNORECASE)) if pattern else None
    except re.error:
        made = None
    return texts if made is None else texts | made


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)
