"""What each kind of matcher finds in the Docs of a text."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from rubricate.api import Match, MatcherSpec, current_run
from rubricate_spacy.checking import terms_of
from rubricate_spacy.loading import Reader
from rubricate_spacy.tokens import patterns_of

if TYPE_CHECKING:
    from spacy.tokens import Doc

__all__ = ["Find", "Part", "make_find"]

Part: TypeAlias = "tuple[int, Doc]"
"""Where a window begins in its text, and its Doc."""
Find: TypeAlias = "Callable[[str, str, Sequence[Part]], Iterable[Match]]"
"""A field, its text and the Docs of it -> what is found, from left to right."""

NO_NUMBER = "categories of which the pipeline gives no number"
_logger = logging.getLogger(__name__)


def make_find(spec: MatcherSpec, reader: Reader) -> Find:
    """The function that finds what a matcher looks for."""
    match spec.kind:
        case "spacy.entities":
            return partial(_entities, spec.name)
        case "spacy.lemma":
            return _Lemmas(spec, reader)
        case "spacy.pattern":
            return _Patterns(spec, reader)
        case "spacy.textcat":
            return _Categories(spec.name)
        case "spacy.sentences":
            return partial(_sentences, spec.name)
        case _:
            return partial(_words, spec.name, reader.word_flag())


def _entities(name: str, field: str, text: str, parts: Sequence[Part]) -> Iterator[Match]:
    for offset, doc in parts:
        for span in doc.ents:
            start, end = _ink(text, offset + span.start_char, offset + span.end_char)
            if start < end:
                yield name, field, start, end, None, {"class": span.label_}


def _sentences(name: str, field: str, text: str, parts: Sequence[Part]) -> Iterator[Match]:
    for offset, doc in parts:
        for span in doc.sents:
            start, end = _ink(text, offset + span.start_char, offset + span.end_char)
            if start < end:
                yield name, field, start, end, None, None


def _words(name: str, flag: int, field: str, _text: str, parts: Sequence[Part]) -> list[Match]:
    return [
        (name, field, start := offset + token.idx, start + len(token), None, None)
        for offset, doc in parts
        for token in doc
        if token.check_flag(flag)
    ]


class _Categories:
    """Gives each category with its score; over several windows the mean, by their lengths."""

    __slots__ = ("_matcher",)

    def __init__(self, matcher: str) -> None:
        self._matcher = matcher

    def __call__(self, field: str, text: str, parts: Sequence[Part]) -> Iterator[Match]:
        scores = parts[0][1].cats if len(parts) == 1 else _mean(text, parts)
        for name, score in scores.items():
            rounded = round(score, 4)
            if not 0.0 <= rounded <= 1.0:
                if math.isnan(rounded):
                    self._note(name)
                    continue
                rounded = min(max(rounded, 0.0), 1.0)
            yield self._matcher, field, 0, len(text), rounded, {"class": name}

    def _note(self, name: str) -> None:
        """A score that is no number counts as no answer, and is told."""
        _logger.warning("a pipeline gave no number for the category %s of a text, which counts as no answer", name)
        context = current_run()
        if context is not None:
            context.count(self._matcher, NO_NUMBER)


def _mean(text: str, parts: Sequence[Part]) -> dict[str, float]:
    ends = [*(offset for offset, _ in parts[1:]), len(text)]
    weighed = [(doc.cats, end - offset) for (offset, doc), end in zip(parts, ends, strict=True)]
    return {name: math.fsum(cats[name] * length for cats, length in weighed) / len(text) for name in weighed[0][0]}


class _Lemmas:
    """Looks for words, and rows of words, by their base forms."""

    __slots__ = ("_by_first", "_name")

    def __init__(self, spec: MatcherSpec, reader: Reader) -> None:
        self._name = spec.name
        self._by_first: dict[str, list[tuple[tuple[str, ...], str, int | None]]] = {}
        for term, row in terms_of(spec):
            # the tokenizer cuts a term as it cuts texts: "don't" and "x-ray" have several tokens
            words = [token.text.casefold() for token in reader.nlp.make_doc(term.strip()) if not token.is_space]
            if words:
                self._by_first.setdefault(words[0], []).append((tuple(words[1:]), term, row))

    def __call__(self, field: str, _text: str, parts: Sequence[Part]) -> Iterator[Match]:
        for offset, doc in parts:
            tokens = [token for token in doc if not token.is_space]
            lemmas = [token.lemma_.casefold() for token in tokens]
            for number, lemma in enumerate(lemmas):
                for rest, term, row in self._by_first.get(lemma, ()):
                    last = number + len(rest)
                    if tuple(lemmas[number + 1 : last + 1]) == rest:
                        start, end = tokens[number].idx, tokens[last].idx + len(tokens[last].text)
                        columns = {"lemma": term} if row is None else {"lemma": term, "row": row}
                        yield self._name, field, offset + start, offset + end, None, columns


class _Patterns:
    """Looks for rows of tokens; of matches that overlap the longest counts."""

    __slots__ = ("_matcher", "_name")

    def __init__(self, spec: MatcherSpec, reader: Reader) -> None:
        from spacy.matcher import Matcher

        self._name = spec.name
        self._matcher = Matcher(reader.nlp.vocab, validate=True)
        self._matcher.add("pattern", [[dict(token) for token in one] for one in patterns_of(spec)], greedy="LONGEST")

    def __call__(self, field: str, _text: str, parts: Sequence[Part]) -> Iterator[Match]:
        for offset, doc in parts:
            for _, first, behind in sorted(self._matcher(doc), key=lambda match: match[1:]):
                if first < behind:
                    last = doc[behind - 1]
                    start, end = offset + doc[first].idx, offset + last.idx + len(last)
                    yield self._name, field, start, end, None, None


def _ink(text: str, start: int, end: int) -> tuple[int, int]:
    """A place without the white space at its ends."""
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip())
