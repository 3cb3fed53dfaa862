"""The literal index: every literal of a stage, whichever matcher it belongs to, found in one pass over a text.

The texts that guarded matchers require (`rubricate.planning.guarding`) are found in the same pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from rubricate.model.descriptors import Literal
from rubricate.model.document import Document, Folder
from rubricate.model.match import Match
from rubricate.model.offsets import OffsetMap
from rubricate.texts import searching
from rubricate.texts.folding import fold_all
from rubricate.texts.wordlike import goes_on, is_word_character

__all__ = ["LiteralIndex", "Search", "Term"]

Owner: TypeAlias = tuple[str, int | None, tuple[str, ...] | None]
"""(matcher, row, its fields or None for all)."""
Term: TypeAlias = tuple[int, bool, bool, tuple[Owner, ...], tuple[int, ...]]
"""(length, whether a word character begins it, whether one ends it, owners in order, whom it lets through)."""
Search: TypeAlias = "searching.Search[Term]"
"""Text -> (offset of the last character, term) of every place of every term, overlapping ones too."""
Chosen: TypeAlias = "set[int]"
"""Numbers of guarded matchers that a document lets through."""

NOBODY: Final[frozenset[int]] = frozenset()


class _Endings(dict[str, bool]):
    """Character -> whether a word goes on in it; filled as met."""

    def __missing__(self, character: str) -> bool:
        answer = self[character] = goes_on(character)
        return answer


class _Words(dict[str, bool]):
    """Character -> whether it is one of a word; filled as met."""

    def __missing__(self, character: str) -> bool:
        answer = self[character] = is_word_character(character)
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
        required: Mapping[str, Sequence[int]] | None = None,
        make_search: Callable[[Mapping[str, Term]], Search] | None = None,
    ) -> None:
        """`entries` are (matcher, literal, fields or None for all); `make_search` puts another automaton to work.

        `required` are folded texts, looked for also inside words, each with the numbers of those who require it.
        """
        if make_search is None:
            searching.backend("literals")  # what is wrong with its choice is said now, not with the first text
        given = list(entries)
        folded = _folded(given, folder)
        make = make_search or searching.make_search
        self._search = self._first_search(lambda: make(_terms(given, folded, required or {})))
        self._endings = _Endings()

    def _first_search(self, make: Callable[[], Search]) -> Search:
        """Makes the automaton for the first text: with many terms it takes seconds, and not everybody has a text."""

        def search(text: str) -> Iterable[tuple[int, Term]]:
            self._search = make()
            return self._search(text)

        return search

    def scan(self, documents: Sequence[Document]) -> list[list[Match]]:
        """The matches of each document in clean offsets: by field, start, longer first, matcher, row."""
        return self.scan_and_choose(documents)[0]

    def scan_and_choose(self, documents: Sequence[Document]) -> tuple[list[list[Match]], list[Chosen]]:
        """The same, with the numbers of those who find a text that they require in the document."""
        answers: list[list[Match]] = []
        choices: list[Chosen] = []
        for document in documents:
            found: list[Match] = []
            chosen: Chosen = set()
            for field in document.clean:
                folded, offsets = document.folded(field)
                places = self._places(folded, chosen)
                if not places:
                    continue
                matches = [
                    (matcher, field, start, start - length, None, row)
                    for start, length, owners in places
                    for matcher, row, fields in owners
                    if fields is None or field in fields
                ]
                found += matches if offsets is None else _mapped(matches, offsets)
            answers.append(found)
            choices.append(chosen)
        return answers, choices

    def _places(self, folded: str, chosen: Chosen) -> list[tuple[int, int, tuple[Owner, ...]]]:
        """(start, -length, owners) of every whole word, in order; whom the text lets through is added to `chosen`."""
        endings = _ASCII if folded.isascii() else self._endings
        # With an edge on both sides no hit needs to ask whether it stands at one. All offsets are then one too high,
        # so that the character before a term has the offset at which the term itself begins without the edge.
        edged = f" {folded} "
        places: list[tuple[int, int, tuple[Owner, ...]]] = []
        for last, (length, word_first, word_last, owners, numbers) in self._search(edged):
            if numbers:
                chosen.update(numbers)
            if owners and not (word_last and endings[edged[last + 1]]):
                start = last - length
                if not (word_first and endings[edged[start]]):
                    places.append((start, -length, owners))
        if len(places) > 1:
            places.sort()
        return places


def _folded(entries: Sequence[tuple[str, Literal, Sequence[str] | None]], folder: Folder) -> list[str]:
    """What is looked for, for each entry."""
    folded = [text.strip() for text in fold_all(folder, [literal.text for _, literal, _ in entries])]
    if not all(folded):
        raise ValueError(f'"{entries[folded.index("")][1].text}" is empty once it is folded')
    return folded


def _terms(
    entries: Sequence[tuple[str, Literal, Sequence[str] | None]],
    texts: Sequence[str],
    required: Mapping[str, Sequence[int]],
) -> dict[str, Term]:
    owners: dict[str, Owner | set[Owner]] = {}
    for (matcher, literal, fields), folded in zip(entries, texts, strict=True):
        owner: Owner = (matcher, literal.row, None if fields is None else tuple(fields))
        others = owners.setdefault(folded, owner)
        if isinstance(others, set):
            others.add(owner)
        elif others is not owner:
            owners[folded] = {others, owner}
    terms: dict[str, Term] = {}
    words = _Words()
    for text, found in owners.items():
        every = tuple(sorted(found, key=_by_matcher_and_row)) if isinstance(found, set) else (found,)
        numbers = tuple(required.get(text, ())) if required else ()
        terms[text] = (len(text), words[text[0]], words[text[-1]], every, numbers)
    for text, wanted in required.items():
        if text not in terms:
            terms[text] = (len(text), words[text[0]], words[text[-1]], (), tuple(wanted))
    return terms


def _by_matcher_and_row(owner: Owner) -> tuple[str, int, tuple[str, ...]]:
    matcher, row, fields = owner
    return (matcher, -1 if row is None else row, fields or ())


def _mapped(matches: Iterable[Match], offsets: OffsetMap) -> list[Match]:
    """Matches in clean offsets. Two places in one character that folded to several are the same match."""
    found = {
        (matcher, field, *offsets.to_source(start, end), None, row): None
        for matcher, field, start, end, _, row in matches
    }
    return sorted(found, key=_by_place)


def _by_place(match: Match) -> tuple[int, int, str, int]:
    matcher, _, start, end, _, row = match
    return (start, -end, matcher, row if isinstance(row, int) else -1)
