"""Scans batches of documents: one Doc for each text and pipeline, whatever number of matchers look at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rubricate.api import Document, Match, MatcherSpec, RecordError, texts_of
from rubricate_spacy.checking import wanted
from rubricate_spacy.finding import Find, Found, make_find
from rubricate_spacy.loading import Reader, load_reader, quiet
from rubricate_spacy.locating import find_folder
from rubricate_spacy.pipelines import read_pipeline
from rubricate_spacy.windows import windows

if TYPE_CHECKING:
    from spacy.tokens import Doc

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


class _Job(NamedTuple):
    """A window of a text."""

    number: int
    """Of the document in its batch."""
    field: str
    offset: int
    text: str


class _Group:
    """The matchers of one pipeline."""

    def __init__(self, folder: Path, specs: Sequence[MatcherSpec]) -> None:
        self._folder = folder
        self._specs = tuple(specs)
        self._loaded: tuple[Reader, tuple[Find, ...]] | None = None

    def scan(self, batch: Sequence[Document], found: Sequence[list[Match]]) -> None:
        """Adds the matches of each document."""
        wanted_by = [self._wanted_by(document) for document in batch]
        jobs = list(_jobs(batch, wanted_by))
        if not jobs:
            return
        reader, finds = self._load()
        with quiet(), reader.zone():
            docs = zip(jobs, reader.read(job.text for job in jobs), strict=True)
            for (number, field), parts in groupby(docs, key=lambda pair: pair[0][:2]):
                text = batch[number].clean[field]
                read = [(job.offset, _exact(doc, job, batch[number])) for job, doc in parts]
                for place in wanted_by[number][field]:
                    name = self._specs[place].name
                    found[number].extend(_match(name, field, each) for each in finds[place](text, read))

    def _load(self) -> tuple[Reader, tuple[Find, ...]]:
        if self._loaded is None:
            everything = frozenset[str]().union(*map(wanted, self._specs))
            reader = load_reader(read_pipeline(self._folder), everything)
            with quiet():
                self._loaded = reader, tuple(make_find(spec, reader.nlp) for spec in self._specs)
        return self._loaded

    def _wanted_by(self, document: Document) -> Mapping[str, list[int]]:
        """Text field -> the matchers that look at it, by number."""
        fields: dict[str, list[int]] = {}
        for place, spec in enumerate(self._specs):
            chosen = list(texts_of(document, spec.fields))
            if spec.kind == "spacy.textcat" and spec.fields is None:
                chosen = chosen[:1]
            for field in chosen:
                fields.setdefault(field, []).append(place)
        return {field: fields[field] for field in document.clean if field in fields}


def _jobs(batch: Sequence[Document], wanted_by: Sequence[Mapping[str, list[int]]]) -> Iterator[_Job]:
    for number, document in enumerate(batch):
        for field in wanted_by[number]:
            text = document.clean[field]
            for start, end in windows(text):
                yield _Job(number, field, start, text[start:end])


def _exact(doc: Doc, job: _Job, document: Document) -> Doc:
    """The Doc, if its tokens stand where they stand in the text."""
    if doc.text != job.text:
        detail = "the pipeline's tokenizer does not keep the text, so that places in it are unknown"
        raise RecordError("spacy_text", detail, record=document.id)
    return doc


def _match(name: str, field: str, found: Found) -> Match:
    start, end, score, columns = found
    return (name, field, start, end, score, columns)
