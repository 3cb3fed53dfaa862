"""The literal index: every literal of a stage, whichever matcher it belongs to, found in one pass over a text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeAlias

import ahocorasick

from rubricate.model.descriptors import Literal
from rubricate.model.document import Document, Folder
from rubricate.model.match import Match
from rubricate.model.offsets import OffsetMap
from rubricate.texts.wordlike import goes_on, is_word_character

__all__ = ["LiteralIndex", "Search", "Term", "search_with_pyahocorasick"]

Owner: TypeAlias = tuple[str, int | None, tuple[str, ...] | None]
"""(matcher, row, its fields or None for all)."""
Term: TypeAlias = tuple[int, bool, bool, tuple[Owner, ...]]
"""(length, whether it begins with a word character, whether it ends with one, owners in order)."""
Search: TypeAlias = Callable[[str], Iterable[tuple[int, Term]]]
"""Text -> (offset of the last character, term) of every place of every term, overlapping ones too."""


class _Endings(dict[str, bool]):
    """Character -> whether a word goes on in it; filled as met."""

    def __missing__(self, character: str) -> bool:
        answer = self[character] = goes_on(character)
        return answer


_ASCII: Final = {chr(code): goes_on(chr(code)) for code in range(128)}


class LiteralIndex:
    """Finds literals as whole words in folded texts.

    A literal may belong to many matchers and rows; each gives a match. An end of a literal that is no word character
    (":)") needs no edge there, and letters of scripts without spaces are never taken for the rest of a word.
    Raises ValueError for a literal of which folding leaves nothing.
    """

    def __init__(
        self,
        entries: Iterable[tuple[str, Literal, Sequence[str] | None]],
        folder: Folder,
        *,
        make_search: Callable[[Mapping[str, Term]], Search] | None = None,
    ) -> None:
        """`entries` are (matcher, literal, fields or None for all); `make_search` puts another automaton to work."""
        self._search = (make_search or search_with_pyahocorasick)(_terms(entries, folder))
        self._endings = _Endings()

    def scan(self, documents: Sequence[Document]) -> list[list[Match]]:
        """The matches of each document in clean offsets: by field, start, longer first, matcher, row."""
        answers: list[list[Match]] = []
        for document in documents:
            found: list[Match] = []
            for field in document.clean:
                folded, offsets = document.folded(field)
                places = self._places(folded)
                if places:
                    found += _matches(field, places) if offsets is None else _mapped(field, places, offsets)
            answers.append(found)
        return answers

    def _places(self, folded: str) -> list[tuple[int, int, tuple[Owner, ...]]]:
        """(start, -length, owners) of every whole word, in order."""
        endings = _ASCII if folded.isascii() else self._endings
        # With an edge on both sides no hit needs to ask whether it stands at one. All offsets are then one too high,
        # so that the character before a term has the offset at which the term itself begins without the edge.
        edged = f" {folded} "
        places: list[tuple[int, int, tuple[Owner, ...]]] = []
        for last, (length, word_first, word_last, owners) in self._search(edged):
            start = last - length
            if (endings[edged[last + 1]] and word_last) or (endings[edged[start]] and word_first):
                continue
            places.append((start, -length, owners))
        places.sort()
        return places


def search_with_pyahocorasick(terms: Mapping[str, Term]) -> Search:
    """The search of pyahocorasick."""
    if not terms:
        return lambda _text: ()
    automaton = ahocorasick.Automaton()
    for text, term in terms.items():
        automaton.add_word(text, term)
    automaton.make_automaton()
    search: Search = automaton.iter
    return search


def _terms(entries: Iterable[tuple[str, Literal, Sequence[str] | None]], folder: Folder) -> dict[str, Term]:
    owners: dict[str, set[Owner]] = {}
    for matcher, literal, fields in entries:
        folded = folder(literal.text)[0].strip()
        if not folded:
            raise ValueError(f'"{literal.text}" is empty once it is folded')
        owners.setdefault(folded, set()).add((matcher, literal.row, None if fields is None else tuple(fields)))
    return {
        text: (
            len(text),
            is_word_character(text[0]),
            is_word_character(text[-1]),
            tuple(sorted(found, key=_by_matcher_and_row)),
        )
        for text, found in owners.items()
    }


def _by_matcher_and_row(owner: Owner) -> tuple[str, int, tuple[str, ...]]:
    matcher, row, fields = owner
    return (matcher, -1 if row is None else row, fields or ())


def _matches(field: str, places: Iterable[tuple[int, int, tuple[Owner, ...]]]) -> list[Match]:
    return [
        (matcher, field, start, start - length, None, row)
        for start, length, owners in places
        for matcher, row, fields in owners
        if fields is None or field in fields
    ]


def _mapped(field: str, places: Iterable[tuple[int, int, tuple[Owner, ...]]], offsets: OffsetMap) -> list[Match]:
    """Matches in clean offsets. Two places in one character that folded to several are the same match."""
    found = {
        (matcher, field, *offsets.to_source(start, end), None, row): None
        for matcher, _, start, end, _, row in _matches(field, places)
    }
    return sorted(found, key=_by_place)


def _by_place(match: Match) -> tuple[int, int, str, int]:
    matcher, _, start, end, _, row = match
    return (start, -end, matcher, row if isinstance(row, int) else -1)
