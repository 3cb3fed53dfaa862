"""The literal index: every literal of a stage, whichever matcher it belongs to, found in one pass over a text.

Of a large dictionary nothing is made for each term but its folded text, and that only until the automaton is made.

The texts that guarded matchers require (`rubricate.planning.guarding`) are found in the same pass.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate, groupby, islice
from operator import eq
from typing import Final, TypeAlias

from rubricate.model.descriptors import Literal, Literals
from rubricate.model.document import Document, Folder
from rubricate.model.match import Match
from rubricate.model.offsets import OffsetMap
from rubricate.texts import searching
from rubricate.texts.folding import fold_all
from rubricate.texts.wordlike import goes_on, is_word_character

__all__ = ["Entry", "LiteralIndex", "Search", "Term", "pieces_of"]

Owner: TypeAlias = tuple[str, int | None, tuple[str, ...] | None]
"""(matcher, row, its fields or None for all)."""
Term: TypeAlias = tuple[int, bool, bool, tuple[Owner, ...], tuple[int, ...]]
"""(length, whether a word character begins it, whether one ends it, owners in order, whom it lets through)."""
Search: TypeAlias = "searching.Search[Term]"
"""Text -> (offset of the last character, term) of every place of every term, overlapping ones too."""
MakeSearch: TypeAlias = "Callable[[Sequence[str], Mapping[int, Term]], Search]"
"""(different texts, number of each -> its term) -> their search."""
Entry: TypeAlias = "tuple[str, Literal | Literals, Sequence[str] | None]"
"""(matcher, a literal of it or many, its fields or None for all)."""
Required: TypeAlias = "Mapping[str, Sequence[int]]"
"""Folded text -> the numbers of those who require it."""
Chosen: TypeAlias = "set[int]"
"""Numbers of guarded matchers that a document lets through."""

NOBODY: Final[frozenset[int]] = frozenset()


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
        entries: Iterable[Entry],
        folder: Folder,
        *,
        required: Required | None = None,
        make_search: MakeSearch | None = None,
    ) -> None:
        """`entries` are (matcher, literal or many, fields or None for all); `make_search` is for another automaton.

        `required` are folded texts, looked for also inside words, each with the numbers of those who require it.
        """
        if make_search is None:
            searching.backend("literals")  # what is wrong with its choice is said now, not with the first text
        columns = _columns(entries)
        folded = _folded(columns.texts, folder)
        make = make_search or searching.make_search
        self._search = self._first_search(lambda: _make(make, columns, folded, folder, required or {}))
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


def pieces_of(literals: Iterable[Literal]) -> Iterable[Literal | Literals]:
    """What a matcher gives, as the index takes it: one by one, or all together."""
    if isinstance(literals, Literals):
        return (literals,) if literals.texts else ()
    return literals


class _Columns:
    """The literals by number: their texts, and whose they are for each run of them that one matcher gave."""

    def __init__(self, runs: Sequence[tuple[str, Literals, tuple[str, ...] | None]]) -> None:
        self._runs = runs
        self._starts = list(accumulate((len(literals.texts) for _, literals, _ in runs), initial=0))
        alone = len(runs) == 1
        self.texts = runs[0][1].texts if alone else [text for _, literals, _ in runs for text in literals.texts]

    def owner(self, number: int) -> Owner:
        """Whose a literal is."""
        run = bisect_right(self._starts, number) - 1
        matcher, literals, fields = self._runs[run]
        return (matcher, None if literals.rows is None else literals.rows[number - self._starts[run]], fields)


def _columns(entries: Iterable[Entry]) -> _Columns:
    runs: list[tuple[str, Literals, tuple[str, ...] | None]] = []
    for (matcher, fields), found in groupby(entries, _giver):
        single: list[Literal] = []
        for _, given, _ in found:
            if isinstance(given, Literals):
                runs.append((matcher, given, fields))
            else:
                single.append(given)
        if single:
            runs.append((matcher, Literals([one.text for one in single], [one.row for one in single]), fields))
    return _Columns(runs)


def _giver(entry: Entry) -> tuple[str, tuple[str, ...] | None]:
    matcher, _, fields = entry
    return matcher, None if fields is None else tuple(fields)


def _folded(texts: Sequence[str], folder: Folder) -> list[str]:
    """What is looked for, for each literal."""
    folded = list(map(str.strip, fold_all(folder, texts)))
    if not all(folded):
        raise ValueError(f'"{texts[folded.index("")]}" is empty once it is folded')
    return folded


def _make(make: MakeSearch, columns: _Columns, folded: Sequence[str], folder: Folder, required: Required) -> Search:
    """The search for all that is looked for, each text once: those of literals in the order of the alphabet first."""
    order = sorted(range(len(folded)), key=folded.__getitem__)
    texts = list(map(folded.__getitem__, order))
    starts: Sequence[int] = range(len(texts))
    if any(map(eq, texts, islice(texts, 1, None))):
        starts = array("q", (place for place, text in enumerate(texts) if not place or text != texts[place - 1]))
        texts = list(map(texts.__getitem__, starts))
    others = sorted(required.keys() - set(texts)) if required else []
    terms = _Terms(columns, array("q", order), starts, folder, required=required, others=others)
    return make([*texts, *others] if others else texts, terms)


class _Terms(dict[int, Term]):
    """Number of a text -> its term; made when the text is first met, as most of a large dictionary never is."""

    def __init__(
        self,
        columns: _Columns,
        order: Sequence[int],
        starts: Sequence[int],
        folder: Folder,
        *,
        required: Required,
        others: Sequence[str],
    ) -> None:
        """`order`: numbers of literals by their text; `starts`: where those of each text begin there.

        `others` are the texts that follow, which are required and no literals.
        """
        super().__init__()
        self._columns = columns
        self._order = order
        self._starts = starts
        self._folder = folder
        self._required = required
        self._others = others

    def __missing__(self, number: int) -> Term:
        starts = self._starts
        literals: Sequence[int] = ()
        if number < len(starts):
            literals = self._order[starts[number] : starts[number + 1] if number + 1 < len(starts) else None]
            text = self._folder(self._columns.texts[literals[0]])[0].strip()
        else:
            text = self._others[number - len(starts)]
        owners = tuple(sorted(set(map(self._columns.owner, literals)), key=_by_matcher_and_row))
        wanted = tuple(self._required.get(text, ()))
        term = self[number] = (len(text), is_word_character(text[0]), is_word_character(text[-1]), owners, wanted)
        return term


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
