"""A matcher on the bench: its ruleset, its scanner, documents for it, and texts to try."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from rubricate.annotator import Annotator
from rubricate.model.descriptors import Cost, Literal, MatcherKind, Scanner
from rubricate.model.document import Document, Folder
from rubricate.model.match import Match
from rubricate.model.picture import Picture
from rubricate.model.ruleset import MatcherSpec
from rubricate.pictures.opening import open_picture
from rubricate.planning.literals import LiteralIndex
from rubricate.registry import Registry
from rubricate.testing.bench import Bench, guarded, load_written
from rubricate.testing.faults import WrongAnswerError, shown
from rubricate.testing.hard_texts import AROUND, FOLDERS, HARD_TEXTS
from rubricate.testing.samples import MatcherSample, PictureSample, read_hit

__all__ = [
    "FIELDS",
    "NAME",
    "PICTURES",
    "MatcherBench",
    "compile_for",
    "equal",
    "load_matcher",
    "make_document",
    "make_pictured",
    "scan",
    "scan_documents",
    "some_document",
    "texts_of",
]

MatcherBench: TypeAlias = "Bench[MatcherKind, MatcherSample]"

NAME = "kit"
"""What the matcher is called in the rulesets of the kit."""
FIELDS = ("text", "other")
"""The text fields of their records."""
PICTURES = ("photo", "other")
"""The image fields of records with pictures."""
TOLERANCE = 1e-3
"""By how much two scores of a kind that is not exact may differ."""
FEW = 12
"""Texts that a kind is tried on that costs more than looking at letters."""


@dataclass(frozen=True, slots=True)
class _Written:
    """A ruleset of the kit before it is written."""

    keys: Mapping[str, object]
    tables: Mapping[str, str]

    def write(self, folder: Path) -> Path:
        """The path of its file; JSON is YAML, and says exactly what is meant."""
        declared = {}
        for number, (name, content) in enumerate(self.tables.items()):
            (folder / f"table{number}.tsv").write_text(content, encoding="utf-8")
            declared[name] = {"file": f"table{number}.tsv"}
        keys = {**self.keys, "dictionaries": declared} if declared else self.keys
        path = folder / "ruleset.yaml"
        path.write_text(json.dumps({"ruleset": "kit", "version": "1.0.0", **keys}), encoding="utf-8")
        return path


def load_matcher(
    sample: MatcherSample | PictureSample,
    folder: Path,
    registry: Registry,
    *,
    change: Mapping[str, object] | None = None,
    **keys: object,
) -> Annotator:
    """A ruleset with the sample's matcher, changed so, and further keys; raises RulesetError with what is wrong."""
    matchers = {NAME: {**sample.matcher, **(change or {})}}
    record = {"image": list(PICTURES)} if isinstance(sample, PictureSample) else {"text": list(FIELDS)}
    given = {"record": record, "labels": {"found": {"kind": "document"}}, "matchers": matchers, **keys}
    path = _Written(given, sample.tables).write(folder)
    return load_written(path, registry, seen=shown(matchers[NAME]))


def compile_for(kind: MatcherKind, specs: Sequence[MatcherSpec], folder: Folder = FOLDERS[0]) -> Scanner:
    """What finds the matches of matchers: the kind's own scanner, or the index of the literals that it gives."""
    if kind.compile is not None:
        compile = kind.compile
        return guarded("compile", compile, specs)
    literals = kind.literals
    assert literals is not None, "the registry refuses a kind with neither"
    entries = [
        (spec.name, each, spec.fields) for spec in specs for each in guarded("literals", _all_of, literals, spec)
    ]
    return guarded("literals", LiteralIndex, entries, folder)


def _all_of(literals: Callable[[MatcherSpec], Iterable[Literal]], spec: MatcherSpec) -> list[Literal]:
    return list(literals(spec))


def make_document(text: str | Mapping[str, str], *, id: str = "r1", folder: Folder = FOLDERS[0]) -> Document:
    """A document with one text, or with the given fields."""
    clean = {"text": text} if isinstance(text, str) else dict(text)
    return Document(id=id, ordinal=0, original=dict(clean), clean=clean, maps={}, meta={}, fold=folder)


def make_pictured(pictures: bytes | Mapping[str, bytes], *, id: str = "r1") -> Document:
    """A document with one picture, or with the given image fields."""
    given = {PICTURES[0]: pictures} if isinstance(pictures, bytes) else dict(pictures)
    opened = {name: _apart(guarded(shown(data), open_picture, name, data)) for name, data in given.items()}
    return Document(id=id, ordinal=0, original={}, clean={}, maps={}, meta={}, fold=FOLDERS[0], pictures=opened)


def _apart(picture: Picture) -> Picture:
    """A picture with pixels of its own, so that a plugin that paints on it is seen to, and spoils no other."""
    pixels = picture.rgb().copy()
    return Picture(
        field=picture.field, width=picture.width, height=picture.height, format=picture.format, size=picture.size,
        digest=picture.digest, read=lambda: picture.data, decode=lambda _: pixels,
    )  # fmt: skip


def some_document(sample: MatcherSample | PictureSample) -> Document:
    """A document that a matcher of the sample's kind looks at, whatever is in it."""
    if isinstance(sample, PictureSample):
        return make_pictured(next(iter([*sample.hits, *((each, ()) for each in sample.misses)]))[0])
    return make_document("a text")


def scan(scanner: Scanner, *texts: str | Mapping[str, str]) -> list[list[Match]]:
    """The matches of each text as one batch."""
    documents = [make_document(text, id=f"r{number}") for number, text in enumerate(texts)]
    seen = shown(texts[0] if len(texts) == 1 else list(texts))
    return guarded(seen, scan_documents, scanner, documents)


def scan_documents(scanner: Scanner, documents: Sequence[Document]) -> list[list[Match]]:
    """The matches of each document; raises WrongAnswerError where a scanner gives something else."""
    answers = scanner.scan(documents)
    if not isinstance(answers, Sequence):
        raise WrongAnswerError(f"it gives {shown(answers)}, not a list with the matches of each document")
    if len(answers) != len(documents):
        raise WrongAnswerError(f"it gives {len(answers)} answers for {len(documents)} documents")
    for answer in answers:
        if not isinstance(answer, Sequence):
            raise WrongAnswerError(f"it gives {shown(answer)} for a document, not a list of matches")
        for match in answer:
            wrong = _wrong_form(match)
            if wrong is not None:
                raise WrongAnswerError(f"a match {wrong}: {shown(match)}")
    return [list(answer) for answer in answers]


def _wrong_form(match: object) -> str | None:
    """What is wrong with the form of a match. Numbers of other libraries are none that JSON can write."""
    if not isinstance(match, tuple) or len(match) != 6:
        return "is no tuple of matcher, field, start, end, score, entry"
    name, field, start, end, score, entry = match
    if not isinstance(name, str) or not isinstance(field, str):
        return "has no names of matcher and field"
    if type(start) is not int or type(end) is not int:
        return "has offsets that are no int"
    if score is not None and type(score) is not float:
        return "has a score that is no float"
    if isinstance(entry, Mapping):
        odd = [name for name, value in entry.items() if not isinstance(name, str) or not _is_plain(value)]
        return f"has {shown(entry[odd[0]])} in the column {shown(odd[0])}, not a text or a number" if odd else None
    return None if entry is None or type(entry) is int else "has an entry that is no row and no columns"


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, str) or type(value) in (int, float)


def texts_of(bench: MatcherBench) -> list[str]:
    """Texts to try a matcher on: its author's, hard ones, and its hits among hard ones."""
    sample = bench.sample
    hits = [read_hit(hit)[0] for hit in sample.hits]
    texts = [*hits, *sample.misses]
    if bench.given.cost > Cost.LEXICAL:
        return [*texts[:FEW], *HARD_TEXTS[: FEW - 2], *_embedded(hits[:1])][: 2 * FEW]
    return list(dict.fromkeys([*texts, *HARD_TEXTS, *_embedded(hits[:3])]))


def _embedded(hits: Sequence[str]) -> Iterator[str]:
    for hit in hits:
        for around in AROUND.values():
            yield f"{around} {hit} {around}"


def equal(kind: MatcherKind, left: Sequence[Match], right: Sequence[Match]) -> bool:
    """Whether two answers are the same; scores of a kind that is not exact may differ a little."""
    if kind.exact:
        return list(left) == list(right)
    if len(left) != len(right):
        return False
    return all(
        one[:4] == two[:4] and one[5] == two[5] and abs((one[4] or 0.0) - (two[4] or 0.0)) <= TOLERANCE
        for one, two in zip(left, right, strict=True)
    )
