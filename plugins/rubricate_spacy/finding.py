"""What each kind of matcher finds in the Docs of a text."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from rubricate.api import MatcherSpec, current_run
from rubricate_spacy.checking import terms_of
from rubricate_spacy.tokens import patterns_of

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

__all__ = ["Find", "Found", "Part", "make_find"]

Part: TypeAlias = "tuple[int, Doc]"
"""Where a window begins in its text, and its Doc."""
Found: TypeAlias = "tuple[int, int, float | None, Mapping[str, object] | None]"
"""(start, end, score, columns), in the text."""
Find: TypeAlias = "Callable[[str, Sequence[Part]], Iterator[Found]]"
"""A text and its Docs -> what is found, from left to right."""

NO_NUMBER = "categories of which the pipeline gives no number"
_holds_word = re.compile(r"\w").search
_logger = logging.getLogger(__name__)


def make_find(spec: MatcherSpec, nlp: Language) -> Find:
    """The function that finds what a matcher looks for."""
    match spec.kind:
        case "spacy.entities":
            return _entities
        case "spacy.lemma":
            return _Lemmas(spec, nlp)
        case "spacy.pattern":
            return _Patterns(spec, nlp)
        case "spacy.textcat":
            return _Categories(spec.name)
        case "spacy.sentences":
            return _sentences
        case _:
            return _words


def _entities(text: str, parts: Sequence[Part]) -> Iterator[Found]:
    for offset, doc in parts:
        for span in doc.ents:
            start, end = _ink(text, offset + span.start_char, offset + span.end_char)
            if start < end:
                yield start, end, None, {"class": span.label_}


def _sentences(text: str, parts: Sequence[Part]) -> Iterator[Found]:
    for offset, doc in parts:
        for span in doc.sents:
            start, end = _ink(text, offset + span.start_char, offset + span.end_char)
            if start < end:
                yield start, end, None, None


def _words(_text: str, parts: Sequence[Part]) -> Iterator[Found]:
    for offset, doc in parts:
        for token in doc:
            word = token.text
            if _holds_word(word):
                start = offset + token.idx
                yield start, start + len(word), None, None


class _Categories:
    """Gives each category with its score; over several windows the mean, by their lengths."""

    __slots__ = ("_matcher",)

    def __init__(self, matcher: str) -> None:
        self._matcher = matcher

    def __call__(self, text: str, parts: Sequence[Part]) -> Iterator[Found]:
        length = sum(len(doc.text) for _, doc in parts)
        if not length:
            return
        for name in list(parts[0][1].cats):
            score = math.fsum(doc.cats[name] * len(doc.text) for _, doc in parts) / length
            if math.isnan(score):
                self._note(name)
                continue
            yield 0, len(text), min(max(round(score, 4), 0.0), 1.0), {"class": name}

    def _note(self, name: str) -> None:
        """A score that is no number counts as no answer, and is told."""
        _logger.warning("a pipeline gave no number for the category %s of a text, which counts as no answer", name)
        context = current_run()
        if context is not None:
            context.count(self._matcher, NO_NUMBER)


class _Lemmas:
    """Looks for words, and rows of words, by their base forms."""

    __slots__ = ("_by_first",)

    def __init__(self, spec: MatcherSpec, nlp: Language) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str, int | None]]] = {}
        for term, row in terms_of(spec):
            # the tokenizer cuts a term as it cuts texts: "don't" and "x-ray" have several tokens
            words = [token.text.casefold() for token in nlp.make_doc(term.strip()) if not token.is_space]
            if words:
                self._by_first.setdefault(words[0], []).append((tuple(words[1:]), term, row))

    def __call__(self, _text: str, parts: Sequence[Part]) -> Iterator[Found]:
        for offset, doc in parts:
            tokens = [token for token in doc if not token.is_space]
            lemmas = [token.lemma_.casefold() for token in tokens]
            for number, lemma in enumerate(lemmas):
                for rest, term, row in self._by_first.get(lemma, ()):
                    last = number + len(rest)
                    if tuple(lemmas[number + 1 : last + 1]) == rest:
                        start, end = tokens[number].idx, tokens[last].idx + len(tokens[last].text)
                        columns = {"lemma": term} if row is None else {"lemma": term, "row": row}
                        yield offset + start, offset + end, None, columns


class _Patterns:
    """Looks for rows of tokens; of matches that overlap the longest counts."""

    __slots__ = ("_matcher",)

    def __init__(self, spec: MatcherSpec, nlp: Language) -> None:
        from spacy.matcher import Matcher

        self._matcher = Matcher(nlp.vocab, validate=True)
        self._matcher.add("pattern", [[dict(token) for token in one] for one in patterns_of(spec)], greedy="LONGEST")

    def __call__(self, _text: str, parts: Sequence[Part]) -> Iterator[Found]:
        for offset, doc in parts:
            for _, first, behind in sorted(self._matcher(doc), key=lambda match: match[1:]):
                if first < behind:
                    last = doc[behind - 1]
                    yield offset + doc[first].idx, offset + last.idx + len(last.text), None, None


def _ink(text: str, start: int, end: int) -> tuple[int, int]:
    """A place without the white space at its ends."""
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip())
