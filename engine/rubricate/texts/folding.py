"""Folding: texts that mean the same to a reader become equal, and every offset finds its way back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import compress
from operator import not_
from typing import Final
from unicodedata import normalize

import regex

from rubricate.model.document import Folder
from rubricate.model.offsets import OffsetMap, Piece, whole

__all__ = ["FOLDS", "fold_all", "make_folder"]

FOLDS: Final = {
    "nfkc": "one Unicode form (NFKC): composed letters, plain forms for ligatures, full-width and styled letters",
    "casefold": "no difference between upper and lower case, ß is ss",
    "quotes": "every quote, apostrophe and prime is ' or \"",
    "spaces": "every white space character is a space, runs of them are one",
    "dashes": "every hyphen, dash and minus is -",
    "accents": "letters without their accents and strokes",
    "invisible": "no soft hyphens, zero-width and direction characters, variation selectors",
}
"""The steps that `fold:` can name, with one line of help each. Their order makes no difference."""

_TOGETHER = 512
"""How many terms are folded as one text; one of them that cannot be is found by halving."""
_CACHED = 50_000
"""How many units one folder remembers before it begins anew; real corpora have some thousands."""
_UNIT = 48
"""Longer clusters are cut: no writing has any, and ordering their marks costs the square of their length."""

_SINGLE = "‘’‚‛‹›′‵ʹʻʼʽ´՚׳ߴߵ\u1fbd\u1fbf❛❜❟ꞌ＇"
_DOUBLE = "“”„‟«»″‶ʺˮ״〝〞〟❝❞❠❮❯⹂＂🙶🙷🙸"
_DASHES = "֊־᠆‐‑‒–—―⁃−⸺⸻︱︲﹘﹣－"
_SPACES = "".join(map(chr, (*range(9, 14), *range(28, 32), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B)))) + (
    "\u2028\u2029\u202f\u205f\u3000"
)
_INVISIBLE = (
    "\xad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0001\U000e0020-\U000e007f\U000e0100-\U000e01ef"
)
_STROKES = str.maketrans("øØłŁđĐħĦŧŦƶƵıɨƗ", "oOlLdDhHtTzZiiI")
# The short stroke over и makes й, a letter of its own. All other marks of these blocks only change a letter.
_ACCENTS = re.compile("(?<![иИ])\u0306|[\u0300-\u0305\u0307-\u036f\u1ab0-\u1aff\u1dc0-\u1dff]")

# NFKC writes ™ as TM. Glued to the name before it, it would keep the name from being a whole word.
_signs = re.compile("([™℠])").split

# Between two characters beyond ASCII, a few ASCII ones cost less than a stop. Possessive, so that it never looks back.
_runs = re.compile(r"[^\x00-\x7f]++(?:[\x00-\x7f]{1,4}+[^\x00-\x7f]++)*+").finditer
# A user-perceived character. Compatibility jamo do not count as extending one, and yet NFKC composes them with it.
_JAMO = (
    "\u1160-\u11ff\ud7b0-\ud7fb\u3133\u3135\u3136\u313a-\u313f\u314f-\u3163\uffa3\uffa5\uffa6\uffaa-\uffaf\uffc2-\uffdc"
)
_units = regex.compile(rf"\X[{_JAMO}]{{0,2}}").findall
_attaches = regex.compile(r"[\p{GCB=Extend}\p{GCB=SpacingMark}\p{GCB=ZWJ}]").match
# Characters that may become one with a neighbour: marks, joiners and everything that a Hangul syllable is made from.
_depends = regex.compile(
    rf"[\p{{M}}\p{{GCB=Extend}}\p{{GCB=ZWJ}}\p{{GCB=L}}\p{{GCB=V}}\p{{GCB=T}}\u3131-\u318e\uffa0-\uffdc{_JAMO}]"
).match
_hides = re.compile(f"[{_INVISIBLE}]").match
_PRINTABLE = bytes(range(32, 127))
_LINES = _PRINTABLE + b"\n"
_ASCII_SPACES = "\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f"
_space_runs = re.compile("  +").finditer
_invisible_runs = re.compile(f"[{_INVISIBLE}]+").finditer


def make_folder(steps: Sequence[str]) -> Folder:
    """A function text -> (folded text, map back to the text or None when no offset changed).

    It can be pickled. Raises ValueError for a step that is not one of FOLDS.

    >>> make_folder(["casefold"])("Straße")
    ('strasse', OffsetMap([(0, 4, 0, 4), (4, 6, 4, 5), (6, 7, 5, 6)]))
    """
    for step in steps:
        if step not in FOLDS:
            raise ValueError(f'"{step}" is no way to fold; expected {", ".join(sorted(FOLDS))}')
    return _Folding(tuple(steps))


def fold_all(folder: Folder, texts: Sequence[str]) -> list[str]:
    """The folded form of many short texts; the same as to fold each, and faster where most are plain.

    >>> fold_all(make_folder(["casefold"]), ["Hot", "Straße"])
    ['hot', 'strasse']
    """
    if not isinstance(folder, _Folding):
        return [folder(text)[0] for text in texts]
    folded: list[str] = []
    for start in range(0, len(texts), _TOGETHER):
        some = list(texts[start : start + _TOGETHER])
        are_plain = list(map(str.isascii, some))
        if all(are_plain) or not any(are_plain):
            folded += folder.fold_together(some)
            continue
        plain = iter(folder.fold_together(list(compress(some, are_plain))))
        other = iter(folder.fold_together(list(compress(some, map(not_, are_plain)))))
        folded += [next(plain) if is_plain else next(other) for is_plain in are_plain]
    return folded


class _DependsOnNeighboursError(Exception):
    """A character that cannot be folded alone to exactly one."""


class _Characters(dict[int, str]):
    """Code point -> its folded form, for the characters that fold alone, each to exactly one; filled as met."""

    def __init__(self, folding: _Folding) -> None:
        self._folding = folding

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = self._folding.fold_unit(character)
        if len(folded) != 1 or _depends(character) or _depends(folded):
            raise _DependsOnNeighboursError
        self[code] = folded
        return folded


class _Expansions(dict[int, str]):
    """Code point -> its folded form of any length, for the characters that fold alone; filled as met."""

    def __init__(self, folding: _Folding) -> None:
        super().__init__({ord("\n"): "\n"})  # it stands between texts
        self._folding = folding

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = self._folding.fold_unit(character)
        if _depends(character) or any(map(_depends, folded)) or "\n" in folded or _hides(character):
            raise _DependsOnNeighboursError
        self[code] = folded
        return folded


class _Folding:
    """The steps at work. ASCII text takes a short way, text without marks and ligatures nearly as short a one."""

    def __init__(self, steps: tuple[str, ...]) -> None:
        self._steps = steps
        self._casefold = "casefold" in steps
        self._spaces = "spaces" in steps
        self._nfkc = "nfkc" in steps
        self._accents = "accents" in steps
        self._invisible = "invisible" in steps
        self._table = _table(steps)
        self._characters = _Characters(self)
        self._expansions = _Expansions(self)
        self._known: dict[str, tuple[str, bool]] = {}

    def __reduce__(self) -> tuple[object, ...]:
        return (make_folder, (self._steps,))

    def __call__(self, text: str) -> tuple[str, OffsetMap | None]:
        if text.isascii():
            folded = text.lower() if self._casefold else text
            if self._spaces and ("  " in folded or folded.encode().translate(None, _PRINTABLE)):
                return _join_spaces(folded)
            return folded, None
        folded, offsets = self._fold_beyond_ascii(text)
        # No white space but the space itself is printable, and asking this is faster than searching.
        if self._spaces and ("  " in folded or not folded.isprintable()):
            folded, later = _join_spaces(folded)
            return folded, _then(offsets, later)
        return folded, offsets

    def fold_together(self, texts: list[str]) -> list[str]:
        """The folded form of each text: of all at once, as lines of one text, where that gives the same."""
        if len(texts) <= 4:
            return [self(text)[0] for text in texts]
        lines = self._fold_lines(texts)
        if lines is not None:
            return lines
        half = len(texts) // 2
        return self.fold_together(texts[:half]) + self.fold_together(texts[half:])

    def _fold_lines(self, lines: list[str]) -> list[str] | None:
        """The folded lines of a text; None where a line has to be looked at by itself."""
        text = "\n".join(lines)
        if text.isascii():
            folded = text.lower() if self._casefold else text
            is_printable = not folded.encode().translate(None, _LINES)
        else:
            try:
                folded = text.translate(self._expansions)
            except _DependsOnNeighboursError:
                return None
            is_printable = folded.replace("\n", "").isprintable()
        if folded.count("\n") != len(lines) - 1 or (self._spaces and ("  " in folded or not is_printable)):
            return None
        return list(lines) if folded == text else folded.split("\n")

    def _fold_beyond_ascii(self, text: str) -> tuple[str, OffsetMap | None]:
        text, offsets = _leave_out_invisible(text) if self._invisible else (text, None)
        try:
            return self._fold_characters(text), offsets
        except _DependsOnNeighboursError:
            folded, later = self._fold_units(text)
            return folded, _then(offsets, later)

    def fold_unit(self, text: str) -> str:
        """A short text folded by all steps, again and again until nothing changes."""
        for _ in range(4):
            before = text
            text = text.translate(self._table)
            if self._nfkc:
                text = _compatible(text)
            if self._accents:
                text = _without_accents(text)
            if self._casefold:
                # İ folds to i and a dot above, for Turkish. No dictionary has that, everyone else writes İ where
                # others write I, and so the dot goes.
                text = text.casefold().replace("i\u0307", "i")
            if text == before:
                break
        return text

    def _fold_characters(self, text: str) -> str:
        """For texts in which every character folds to one by itself; offsets stay."""
        parts: list[str] = []
        done = 0
        for run in _runs(text):
            start, end = run.span()
            parts.append(text[done:start].lower() if self._casefold else text[done:start])
            parts.append(run[0].translate(self._characters))
            done = end
        parts.append(text[done:].lower() if self._casefold else text[done:])
        return "".join(parts)

    def _fold_units(self, text: str) -> tuple[str, OffsetMap | None]:
        """For all other texts: user-perceived character by character, where they are not ASCII."""
        writer = _Writer()
        done = 0
        for run in _runs(text):
            start, end = run.span()
            if start > done and _attaches(text, start):
                start -= 1
            writer.keep(text[done:start].lower() if self._casefold else text[done:start])
            for unit in _units(text, start, end):
                folded, plain = self._known.get(unit) or self._learn(unit)
                if plain:
                    writer.keep(folded)
                elif len(unit) <= _UNIT:
                    writer.replace(folded, len(unit))
                else:
                    for at in range(0, len(unit), _UNIT):
                        part = unit[at : at + _UNIT]
                        writer.replace(self.fold_unit(part), len(part))
            done = end
        writer.keep(text[done:].lower() if self._casefold else text[done:])
        return writer.finish()

    def _learn(self, unit: str) -> tuple[str, bool]:
        """The unit folded, and whether that is so character by character."""
        if len(unit) > _UNIT:
            return unit, False
        folded = self.fold_unit(unit)
        plain = len(folded) == len(unit) and (
            len(unit) == 1 or folded == unit or all(map(str.__eq__, folded, map(self.fold_unit, unit)))
        )
        if len(self._known) >= _CACHED:
            self._known.clear()
        self._known[unit] = (folded, plain)
        return folded, plain


class _Writer:
    """A text in the making, with the pieces of its map."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._pieces: list[Piece] = []
        self._same = True
        self._kept_from = (0, 0)
        self._target = 0
        self._source = 0

    def keep(self, text: str) -> None:
        """Adds a text that took the place of one of the same length, character by character."""
        self._parts.append(text)
        self._target += len(text)
        self._source += len(text)

    def replace(self, text: str, length: int) -> None:
        """Adds a text that took the place of `length` characters as a whole; an empty one leaves them out."""
        self._close()
        self._same = False
        after = self._target + len(text)
        if text:
            self._parts.append(text)
            self._pieces.extend(whole(self._target, after, self._source, self._source + length))
        self._target = after
        self._source += length
        self._kept_from = (self._target, self._source)

    def finish(self) -> tuple[str, OffsetMap | None]:
        """The text and its map, or None if nothing was replaced."""
        self._close()
        return "".join(self._parts), None if self._same else OffsetMap(self._pieces)

    def _close(self) -> None:
        target, source = self._kept_from
        if self._target > target:
            self._pieces.append((target, self._target, source, self._source))


def _join_spaces(text: str) -> tuple[str, OffsetMap | None]:
    """Every white space character as a space, runs of them as one."""
    flat = text
    for space in _ASCII_SPACES:  # those beyond ASCII are gone by now
        flat = flat.replace(space, " ")
    if "  " not in flat:
        return flat, None
    parts: list[str] = []
    pieces: list[Piece] = []
    source = target = 0
    for run in _space_runs(flat):
        start, end = run.span()
        parts.append(flat[source : start + 1])
        if start > source:
            pieces.append((target, target + start - source, source, start))
            target += start - source
        pieces.append((target, target + 1, start, end))
        target += 1
        source = end
    if source < len(flat):
        parts.append(flat[source:])
        pieces.append((target, target + len(flat) - source, source, len(flat)))
    return "".join(parts), OffsetMap(pieces)


def _leave_out_invisible(text: str) -> tuple[str, OffsetMap | None]:
    """The text without what nobody sees. First of all, so that what becomes neighbours is folded as neighbours."""
    parts: list[str] = []
    pieces: list[Piece] = []
    source = target = 0
    for run in _invisible_runs(text):
        start, end = run.span()
        if start > source:
            parts.append(text[source:start])
            pieces.append((target, target + start - source, source, start))
            target += start - source
        source = end
    if not source:
        return text, None
    if source < len(text):
        parts.append(text[source:])
        pieces.append((target, target + len(text) - source, source, len(text)))
    return "".join(parts), OffsetMap(pieces)


def _then(first: OffsetMap | None, later: OffsetMap | None) -> OffsetMap | None:
    if first is None or later is None:
        return later if first is None else first
    return first.then(later)


def _table(steps: tuple[str, ...]) -> dict[int, str]:
    """Code point -> what it becomes by the steps that look at single characters."""
    table: dict[int, str] = {}
    if "quotes" in steps:
        table |= dict.fromkeys(map(ord, _SINGLE), "'") | dict.fromkeys(map(ord, _DOUBLE), '"')
    if "dashes" in steps:
        table |= dict.fromkeys(map(ord, _DASHES), "-")
    if "spaces" in steps:
        table |= dict.fromkeys(map(ord, _SPACES), " ")
    return table


def _compatible(text: str) -> str:
    parts = _signs(text)
    return "".join(part if index % 2 else normalize("NFKC", part) for index, part in enumerate(parts))


def _without_accents(text: str) -> str:
    text = text.translate(_STROKES)
    decomposed = normalize("NFD", text)
    bare = _ACCENTS.sub("", decomposed)
    return text if bare == decomposed else normalize("NFC", bare)
