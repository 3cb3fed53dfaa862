"""Loads a pipeline with the components that are needed, and reads texts with it."""

from __future__ import annotations

import contextlib
import os
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rubricate.api import MissingExtraError, PluginError
from rubricate_spacy.pipelines import Pipeline

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

__all__ = ["BATCH", "KEPT", "Reader", "load_reader", "quiet"]

BATCH: Final = 64
"""So many texts go through a component at once."""
KEPT: Final = 100_000
"""So many words, of about 200 bytes each, are remembered beyond those that a pipeline brings along."""
_RUN: Final = 200
"""So many code points without white space go to a tokenizer at once."""
_long_run: Final = re.compile(rf"\S{{{_RUN}}}(?=\S)").search
_word: Final = re.compile(r"\w").search


class Reader:
    """A loaded pipeline that makes a Doc of each text."""

    __slots__ = ("_is_by_rules", "_make_doc", "_steps", "_word_flag", "keeps_texts", "most", "nlp")

    def __init__(self, nlp: Language, needed: Sequence[str], *, is_plain: bool) -> None:
        self.nlp = nlp
        self.most = len(nlp.vocab.strings) + KEPT
        """So many strings are known before new ones are forgotten."""
        self._is_by_rules = type(nlp.tokenizer).__module__ == "spacy.tokenizer"
        is_made_by_it = type(nlp).make_doc.__module__ == "spacy.language"
        self._make_doc = nlp.tokenizer if self._is_by_rules and is_made_by_it else nlp.make_doc
        self.keeps_texts = is_plain and self._is_by_rules and is_made_by_it
        """Whether the tokens of a Doc are sure to be the text that it was made of, cut into pieces."""
        self._word_flag: int | None = None
        self._steps: list[Any] = [nlp.get_pipe(name) for name in needed]

    def read(self, texts: Iterable[str]) -> Iterator[Doc]:
        """A Doc for each text, in order."""
        docs: Iterable[Doc] = map(self._tokenise if self._is_by_rules else self._make_doc, texts)
        for step in self._steps:
            docs = step.pipe(docs, batch_size=BATCH) if hasattr(step, "pipe") else map(step, docs)
        return iter(docs)

    def word_flag(self) -> int:
        """The flag of tokens with a letter, digit or underscore: the vocabulary sets it once for each word it meets."""
        if self._word_flag is None:
            self._word_flag = int(self.nlp.vocab.add_flag(_holds_word))
        return self._word_flag

    def zone(self) -> AbstractContextManager[object]:
        """What a batch is read in: once many words are known, those that are new in it are forgotten behind it.

        So runs do not grow without end, and frequent words, which are met early, need not be taken apart again.
        """
        zone = getattr(self.nlp, "memory_zone", None)  # since spaCy 3.8
        return contextlib.nullcontext() if zone is None or len(self.nlp.vocab.strings) < self.most else zone()

    def _tokenise(self, text: str) -> Doc:
        """A Doc with tokens only.

        The time that spaCy's tokenizer takes for text without white space grows with its square: a long run is cut.
        """
        run = _long_run(text) if len(text) > _RUN else None
        if run is None:
            return self._make_doc(text)
        docs, done = [], 0
        while run is not None:
            docs.append(self._make_doc(text[done : run.end()]))
            done = run.end()
            run = _long_run(text, done)
        docs.append(self._make_doc(text[done:]))
        return type(docs[0]).from_docs(docs, ensure_whitespace=False)


def _holds_word(word: str) -> bool:
    return _word(word) is not None


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keeps to itself what spaCy and the packages below it warn of; `rubricate check` tells what matters."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def load_reader(pipeline: Pipeline, wanted: frozenset[str]) -> Reader:
    """A pipeline ready to read, with no component that does not bear on what is wanted.

    Raises MissingExtraError without spaCy, PluginError for a pipeline that cannot be loaded.
    """
    ruler_reads = _ruler_reads(pipeline)
    needed = pipeline.needed(wanted, ruler_reads=ruler_reads)
    return _load(pipeline, needed, _identity(pipeline.folder))


@lru_cache(maxsize=4)  # `why` and `test` compile a matcher many times, and a pipeline takes a second to load
def _load(pipeline: Pipeline, needed: tuple[str, ...], _identity: tuple[int, ...]) -> Reader:
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # a pipeline may name weights of a hub: nothing is ever fetched
    with quiet():
        try:
            import spacy
        except ImportError:
            raise MissingExtraError("the kinds spacy.*", "spacy") from None
        try:
            nlp = spacy.load(pipeline.folder, exclude=[e.name for e in pipeline.components if e.name not in needed])
        except Exception as error:  # foreign code, over files that may hold anything
            first = str(error).strip().partition("\n")[0]
            detail = f"the pipeline in {pipeline.folder} cannot be loaded: {type(error).__name__}: {first}"
            raise PluginError("spacy", detail) from error
    return Reader(nlp, needed, is_plain=pipeline.is_plain)


def _ruler_reads(pipeline: Pipeline) -> frozenset[str]:
    """What the rules of an attribute ruler look at."""
    files = [pipeline.folder / each.name / "patterns" for each in pipeline.components
             if each.factory == "attribute_ruler"]  # fmt: skip
    files = [file for file in files if file.is_file()]
    if not files:
        return frozenset()
    import srsly  # comes with spaCy

    found: set[str] = set()
    for file in files:
        for rule in srsly.read_msgpack(file):
            found |= {name.upper() for pattern in rule["patterns"] for token in pattern for name in token}
    entities = {"ENT"} if any(name.startswith("ENT_") for name in found) else set()
    sentences = {"SENT_START"} if "IS_SENT_START" in found else set()
    return frozenset(found | entities | sentences)


def _identity(folder: Path) -> tuple[int, ...]:
    """Changes when a file of the pipeline does."""
    return tuple(
        number
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for number in (path.stat().st_size, path.stat().st_mtime_ns)
    )
