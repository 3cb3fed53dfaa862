"""Words, sentences, clauses, lines and paragraphs of a text, as offsets.

Words and sentences are those of UAX #29, without tailoring. No segment is empty, none begins or ends with white space,
and they stand in the order of the text without overlap.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, TypeAlias

import regex

from rubricate.texts.wordlike import WITHOUT_SPACES

__all__ = ["CONJUNCTIONS", "clauses", "has_scripts_without_spaces", "lines", "paragraphs", "sentences", "words"]

Spans: TypeAlias = "list[tuple[int, int]]"

CONJUNCTIONS: Final = (
    "although", "because", "but", "except", "however", "nevertheless", "though", "unless", "whereas", "while", "yet",
)  # fmt: skip
"""English words before which a clause ends. Not those that join likes, such as "and": in "no cuts and burns" the
first word governs both others."""

# Most text needs few of the rules for words: ASCII, the letters of Europe and of Arabic, Chinese and Hiragana (where
# each character is a segment), common signs. What stands between two spaces and holds anything else goes the long way.
_LETTERS = "A-Za-zªµºÀ-ÖØ-öø-ʯΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ϿЀ-ҁҊ-ԯؠ-ؿف-يḀ-ỿ"
_SINGLE = "\u3041-\u3096\u4e00-\u9fff"
_SIGNS = (
    "\xa0-\xa9\xab\xac\xae-\xb1\xb4\xb6\xbb\xbf×÷؟\u2010-\u2017\u201a-\u201f•…‰‹›€™−\u3000-\u3004\u3008-〗！？"
    "\u2600-❵🌀-🏺🐀-🙏🚀-🛿🤀-🧿"
)
_MIDDLE_OF_WORD = "[.:'‘’]"
_MIDDLE_OF_NUMBER = "[.,;'‘’،，]"
_simple_words = re.compile(
    f"[{_LETTERS}0-9_]+(?:(?:{_MIDDLE_OF_WORD}(?<=[{_LETTERS}].)(?=[{_LETTERS}])"
    f"|{_MIDDLE_OF_NUMBER}(?<=[0-9].)(?=[0-9]))[{_LETTERS}0-9_]+)*|[{_SINGLE}]"
).finditer
_ascii_words = re.compile(
    "[A-Za-z0-9_]+(?:(?:['.:](?<=[A-Za-z].)(?=[A-Za-z])|[.,;'](?<=[0-9].)(?=[0-9]))[A-Za-z0-9_]+)*"
).finditer
_beyond_simple = re.compile(f"[^\x00-\x7f{_LETTERS}{_SINGLE}{_SIGNS}‘’،，]").search
_gap = re.compile("[ \n]").search
_holds_word = re.compile(r"\w").search

# The long way: WB5 to WB13b, with WB4 as what may follow each character and WB3c at the end.
_MORE = r"[\p{WB=Extend}\p{WB=Format}\p{WB=ZWJ}]"
_LETTER = r"[\p{WB=ALetter}\p{WB=Hebrew_Letter}]"
_HEBREW = rf"(?<=\p{{WB=Hebrew_Letter}}{_MORE}*.)"
_ALNUM = r"[\p{WB=ALetter}\p{WB=Hebrew_Letter}\p{WB=Numeric}]"
_INSIDE = rf"""(?:
    [\p{{WB=MidLetter}}\p{{WB=MidNumLet}}'] (?<={_LETTER}{_MORE}*.) {_MORE}*+ (?={_LETTER})
  | [\p{{WB=MidNum}}\p{{WB=MidNumLet}}'] (?<=\p{{WB=Numeric}}{_MORE}*.) {_MORE}*+ (?=\p{{WB=Numeric}})
  | " {_HEBREW} {_MORE}*+ (?=\p{{WB=Hebrew_Letter}})
)"""
_LETTERS_AND_DIGITS = rf"{_ALNUM}++ (?: {_MORE}++ {_ALNUM}*+ | {_INSIDE} {_ALNUM}++ )*+"
_GROUP = rf"(?: {_LETTERS_AND_DIGITS} | (?: \p{{WB=Katakana}}++ {_MORE}*+ )++ )"
_JOIN = rf"(?: \p{{WB=ExtendNumLet}}++ {_MORE}*+ )++"
_CHAIN = rf"{_GROUP} (?: {_JOIN} {_GROUP} )*+ (?: {_JOIN} )?+"
_any_words = regex.compile(
    rf"(?: [{_SINGLE}] {_MORE}*+ | {_CHAIN} | {_JOIN} (?: {_CHAIN} )?+ | [\p{{L}}\p{{N}}] {_MORE}*+ )"
    rf"(?: ' {_HEBREW} {_MORE}*+ )?+ (?: (?<=\u200d) \p{{ExtPict}} {_MORE}*+ )*+",
    regex.VERBOSE | regex.DOTALL,
).finditer

# Where sentences end: SB4, SB6 to SB11, with SB5 as what may follow each character.
_FOLLOW = r"[\p{SB=Extend}\p{SB=Format}]*+"
_BREAK = r"(?: \r\n | [\p{SB=Sep}\r\n] )"
_CLOSING = rf"(?: \p{{SB=Close}} {_FOLLOW} )*+ (?: \p{{SB=Sp}} {_FOLLOW} )*+"
_GOES_ON = r"[\p{SB=SContinue}\p{SB=STerm}\p{SB=ATerm}]"
_LOWER_NEXT = (
    r"[^\p{SB=OLetter}\p{SB=Upper}\p{SB=Lower}\p{SB=Sep}\p{SB=CR}\p{SB=LF}\p{SB=STerm}\p{SB=ATerm}]*+ \p{SB=Lower}"
)
_sentence_end = regex.compile(
    rf"""
    {_BREAK}
  | \p{{SB=STerm}} {_FOLLOW} {_CLOSING} (?: {_BREAK} | (?! {_GOES_ON} ) )
  | \p{{SB=ATerm}} {_FOLLOW} (?! \p{{SB=Numeric}} )
    (?! (?<=[\p{{SB=Upper}}\p{{SB=Lower}}] {_FOLLOW} \p{{SB=ATerm}} {_FOLLOW}) \p{{SB=Upper}} )
    {_CLOSING} (?: {_BREAK} | (?! {_GOES_ON} | {_LOWER_NEXT} ) )
    """,
    regex.VERBOSE,
)
_may_end = re.compile("[.!?\r\n]").finditer

_has_script_without_spaces = re.compile(f"[{WITHOUT_SPACES}]").search


def words(text: str) -> Spans:
    """The segments that hold a letter, a digit or an underscore.

    >>> [text for start, end in words("Can't stop: 3.14 (π)") if (text := "Can't stop: 3.14 (π)"[start:end])]
    ["Can't", 'stop', '3.14', 'π']
    """
    if text.isascii():
        return [match.span() for match in _ascii_words(text)]
    found: Spans = []
    done = 0
    while (odd := _beyond_simple(text, done)) is not None:
        at = odd.start()
        start = max(done, text.rfind(" ", done, at) + 1, text.rfind("\n", done, at) + 1)
        gap = _gap(text, at)
        end = len(text) if gap is None else gap.start()
        found += [match.span() for match in _simple_words(text, done, start)]
        found += _words_of_any_kind(text, start, end)
        done = end
    found += [match.span() for match in _simple_words(text, done)]
    return found


def sentences(text: str) -> Spans:
    """Sentences without the white space around them; a line end always ends one.

    >>> sentences("Dr. who? Yes.")
    [(0, 8), (9, 13)]
    """
    ends: Iterable[int]
    if text.isascii():
        ends = [
            found.end() for match in _may_end(text) if (found := _sentence_end.match(text, match.start())) is not None
        ]
    else:
        ends = [found.end() for found in _sentence_end.finditer(text)]
    return _between(text, ends)


def clauses(text: str, conjunctions: Sequence[str] = CONJUNCTIONS) -> Spans:
    """Parts of sentences between `, ; : ( )`, dashes and conjunctions; a conjunction begins its clause.

    A comma or colon inside a number, a time or an address ends nothing.

    >>> [span for span in clauses("No burn, but 1,000 cuts")]
    [(0, 7), (9, 23)]
    """
    ends = _clause_ends(tuple(conjunctions))
    found: Spans = []
    for start, end in sentences(text):
        at = start
        for match in ends.finditer(text, start, end):
            _add(found, text, at, match.start())
            at = match.start() if text[match.start()].isalpha() else match.end()
        _add(found, text, at, end)
    return [(start, end) for start, end in found if _holds_word(text, start, end)]


def lines(text: str) -> Spans:
    """The lines that are not blank."""
    found: Spans = []
    at = 0
    for line in text.splitlines(keepends=True):
        _add(found, text, at, at + len(line))
        at += len(line)
    return found


def paragraphs(text: str) -> Spans:
    """What stands between blank lines or paragraph separators."""
    ends: list[int] = []
    at = 0
    for line in text.splitlines(keepends=True):
        at += len(line)
        if line.isspace() or line.endswith("\u2029"):
            ends.append(at)
    return _between(text, ends)


def has_scripts_without_spaces(text: str) -> bool:
    """Whether it holds Han, Hiragana, Katakana, Thai, Lao, Khmer or Myanmar letters, where words are not to be seen.

    >>> has_scripts_without_spaces("東京"), has_scripts_without_spaces("서울 Seoul")
    (True, False)
    """
    return not text.isascii() and _has_script_without_spaces(text) is not None


def _words_of_any_kind(text: str, begin: int, finish: int) -> Spans:
    found: Spans = []
    for match in _any_words(text, begin, finish):
        start, end = match.span()
        if _holds_word(text, start, end):
            # A narrow no-break space joins words and numbers, and may be left over at their edge.
            _add(found, text, start, end)
    return found


@lru_cache(maxsize=64)
def _clause_ends(conjunctions: tuple[str, ...]) -> re.Pattern[str]:
    # Every branch begins with a literal character, because `re` then skips to these.
    marks = [*map(re.escape, ";()（），；、：—"), r",(?!\d)", r",(?<!\d,)", r":(?![\d/])", "--+"]
    marks += [rf"{dash}(?<=\s{dash})(?=\s)" for dash in "-–"]
    written = {form for word in conjunctions if word for form in (word, word.lower(), word.capitalize(), word.upper())}
    starts = [rf"{re.escape(form[0])}(?<!\w.){re.escape(form[1:])}(?!\w)" for form in sorted(written)]
    return re.compile("|".join(marks + starts))


def _between(text: str, ends: Iterable[int]) -> Spans:
    found: Spans = []
    at = 0
    for end in ends:
        _add(found, text, at, end)
        at = end
    _add(found, text, at, len(text))
    return found


def _add(found: Spans, text: str, start: int, end: int) -> None:
    """Adds [start, end) without the white space at its ends, unless that is all."""
    part = text[start:end]
    ink = part.strip()
    if ink:
        begin = start + len(part) - len(part.lstrip())
        found.append((begin, begin + len(ink)))
