"""Scans batches of documents: one Doc for each text and pipeline, whatever number of matchers look at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from rubricate.api import Document, Match, MatcherSpec, RecordError, texts_of
from rubricate_spacy.checking import wanted
from rubricate_spacy.finding import Find, Part, make_find
from rubricate_spacy.loading import Reader, load_reader, quiet
from rubricate_spacy.locating import find_folder
from rubricate_spacy.pipelines import read_pipeline
from rubricate_spacy.windows import windows

__all__ = ["SpacyScanner"]


class SpacyScanner:
    """Finds the matches of matchers of any of the kinds; pipelines are loaded when the first text comes."""

    def __init__(self, specs: Sequence[MatcherSpec]) -> None:
        by_folder: dict[Path, list[MatcherSpec]] = {}
        for spec in specs:
            by_folder.setdefault(find_folder(spec), []).append(spec)
        self._groups = [_Group(folder, members) for folder, members in by_folder.items()]

    def scan(self, batch: Sequence[Document]) -> list[list[Match]]:
        """The matches of each document, in the order of the batch."""
        found: list[list[Match]] = [[] for _ in batch]
        for group in self._groups:
            group.scan(batch, found)
        return found


_Window: TypeAlias = "tuple[int, str, Sequence[int], int, str, bool]"
"""(number of the document, field, numbers of the matchers that look at it, offset, text, whether it ends the field)."""


class _Group:
    """The matchers of one pipeline."""

    def __init__(self, folder: Path, specs: Sequence[MatcherSpec]) -> None:
        self._folder = folder
        self._specs = tuple(specs)
        self._loaded: tuple[Reader, tuple[Find, ...]] | None = None
        self._lookers: dict[tuple[str, ...], Mapping[str, Sequence[int]]] = {}

    def scan(self, batch: Sequence[Document], found: Sequence[list[Match]]) -> None:
        """Adds the matches of each document."""
        asked = list(self._windows(batch))
        if not asked:
            return
        reader, finds = self._load()
        with quiet(), reader.zone():
            parts: list[Part] = []
            docs = reader.read([window[4] for window in asked])
            for (number, field, places, offset, text, is_last), doc in zip(asked, docs, strict=True):
                if not reader.keeps_texts and doc.text != text:
                    raise _not_exact(batch[number])
                parts.append((offset, doc))
                if is_last:
                    whole = batch[number].clean[field]
                    for place in places:
                        found[number].extend(finds[place](field, whole, parts))
                    parts = []

    def _load(self) -> tuple[Reader, tuple[Find, ...]]:
        if self._loaded is None:
            everything = frozenset[str]().union(*map(wanted, self._specs))
            reader = load_reader(read_pipeline(self._folder), everything)
            with quiet():
                self._loaded = reader, tuple(make_find(spec, reader) for spec in self._specs)
        return self._loaded

    def _windows(self, batch: Sequence[Document]) -> Iterator[_Window]:
        for number, document in enumerate(batch):
            texts = texts_of(document)
            fields = tuple(texts)
            lookers = self._lookers.get(fields)
            if lookers is None:
                lookers = self._lookers[fields] = self._who_looks(fields)
            for field, places in lookers.items():
                text = texts[field]
                for start, end in windows(text):
                    yield number, field, places, start, text[start:end], end == len(text)

    def _who_looks(self, fields: Sequence[str]) -> Mapping[str, Sequence[int]]:
        """Text field that is not blank -> the matchers that look at it, by number."""
        found: dict[str, list[int]] = {field: [] for field in fields}
        for place, spec in enumerate(self._specs):
            chosen = [field for field in fields if spec.fields is None or field in spec.fields]
            if spec.kind == "spacy.textcat" and spec.fields is None:
                chosen = chosen[:1]
            for field in chosen:
                found[field].append(place)
        return {field: places for field, places in found.items() if places}


def _not_exact(document: Document) -> RecordError:
    """Tokens stand elsewhere than in the text."""
    detail = "the pipeline's tokenizer does not keep the text, so that places in it are unknown"
    return RecordError("spacy_text", detail, record=document.id)
