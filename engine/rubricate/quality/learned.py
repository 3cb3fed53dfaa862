"""Which records of gold a model of the ruleset has learned from, told by digests of texts that lie in its folder.

Scores on what a model has learned from are better than on anything else, so nothing can be shown there. A text is known
again as `rubricate train` knows equal texts: whatever the case of its letters and the space between its words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import orjson

from rubricate.model.document import Document, Folder
from rubricate.model.ruleset import Ruleset
from rubricate.planning.plan import Plan
from rubricate.quality.gold_documents import GoldDocuments
from rubricate.quality.retraining import model_folder
from rubricate.registry import Registry
from rubricate.storage.model_folder import LESSONS
from rubricate.texts.folding import make_folder

__all__ = ["LEFT_OUT", "LearnedGold", "find_learned", "has_trained_models", "leave_out", "lessons_file"]

FORMAT = 1
DIGITS = 16
"""Hexadecimal digits of a digest: of a million texts and a million lessons two agree by chance once in 18 millions."""
LEFT_OUT = "a model learned from it"


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedGold:
    """What the models of a ruleset have seen of gold."""

    by_matcher: Mapping[str, frozenset[str]]
    """Matcher -> ids of the records that its model has learned from; only of those with some."""
    untold: Mapping[str, str]
    """Matcher -> why it cannot be told of its model."""

    @property
    def ids(self) -> frozenset[str]:
        """The records that any of them has learned from."""
        return frozenset[str]().union(*self.by_matcher.values())


@dataclass(frozen=True, slots=True)
class _Lessons:
    """What a model learned from."""

    fields: tuple[str, ...]
    fold: Folder
    digests: frozenset[str]


def lessons_file(plan: Plan, documents: Iterable[Document]) -> bytes:
    """What lies in a model's folder about the records that it has learned from: no texts, and how they are digested."""
    fields, steps = _fields(plan.ruleset), sorted(plan.ruleset.fold)
    fold = make_folder(steps)
    found = {_digest(document, fields, fold) for document in documents} - {None}
    told = {"format": FORMAT, "fields": fields, "fold": steps, "digests": sorted(map(str, found))}
    return orjson.dumps(told, option=orjson.OPT_INDENT_2) + b"\n"


def find_learned(plan: Plan, registry: Registry, documents: Sequence[Document]) -> LearnedGold:
    """The records that models of a ruleset have learned from, by id."""
    by_matcher: dict[str, frozenset[str]] = {}
    untold: dict[str, str] = {}
    for name, folder in _models(plan.ruleset, registry):
        lessons = _read(folder)
        if lessons is None:
            untold[name] = "its model does not say what it learned from"
        elif not set(lessons.fields) <= set(_fields(plan.ruleset)):
            untold[name] = "its model was made for other text fields"
        else:
            known = _knows(lessons)
            ids = frozenset(document.id for document in documents if known(document))
            if ids:
                by_matcher[name] = ids
    return LearnedGold(by_matcher=by_matcher, untold=untold)


def leave_out(gold: GoldDocuments, ids: Collection[str]) -> GoldDocuments:
    """Gold without these records, which are counted."""
    kept = tuple(document for document in gold.documents if document.id not in ids)
    left_out = {**gold.left_out, LEFT_OUT: len(gold.documents) - len(kept)}
    truth = {document.id: gold.truth[document.id] for document in kept}
    return replace(gold, documents=kept, truth=truth, left_out={why: n for why, n in sorted(left_out.items()) if n})


def has_trained_models(ruleset: Ruleset, registry: Registry) -> bool:
    """Whether any matcher asks a model that was trained."""
    return any(True for _ in _models(ruleset, registry))


def _models(ruleset: Ruleset, registry: Registry) -> Iterator[tuple[str, Path]]:
    """Every matcher whose model was trained, with the folder of the model."""
    for name, spec in ruleset.matchers.items():
        folder = model_folder(spec, registry) if registry.matchers[spec.kind].trainers else None
        if folder is not None:
            yield name, folder


def _read(folder: Path) -> _Lessons | None:
    """What a model says of its lessons; None of one that was made before models said so, or not by `train`."""
    try:
        told = orjson.loads((folder / LESSONS).read_bytes())
        if told["format"] != FORMAT:
            return None
        return _Lessons(tuple(told["fields"]), make_folder(told["fold"]), frozenset(told["digests"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _knows(lessons: _Lessons) -> Callable[[Document], bool]:
    return lambda document: _digest(document, lessons.fields, lessons.fold) in lessons.digests


def _fields(ruleset: Ruleset) -> tuple[str, ...]:
    return tuple(ruleset.record.texts)


def _digest(document: Document, fields: Sequence[str], fold: Folder) -> str | None:
    """A digest of what a record says in these fields; None for one that says nothing."""
    clean = document.clean
    texts = [" ".join(fold(clean[name])[0].casefold().split()) for name in fields if name in clean]
    if not any(texts):
        return None
    return hashlib.sha256("\n".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]
