"""Which characters make up words, and where a text found in another stands as a whole word."""

from __future__ import annotations

import re
from typing import Final
from unicodedata import category

__all__ = ["WITHOUT_SPACES", "goes_on", "is_whole_word", "is_word_character"]

WITHOUT_SPACES: Final = (
    "\u0e01-\u0e3a\u0e40-\u0e4e"  # Thai, without its digits and signs
    "\u0e80-\u0ece\u0edc-\u0edf"  # Lao, without its digits
    "\u1000-\u103f\u1050-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f"  # Myanmar, without its digits
    "\u1780-\u17d3\u17d7\u17dc\u17dd"  # Khmer, without its digits and signs
    "\u2e80-\u2fd5\u3005-\u3007\u3021-\u3029\u3038-\u303b"  # Han: radicals, marks and numerals
    "\u3041-\u309f\u30a1-\u30ff\u31f0-\u31ff\uff66-\uff9f"  # Hiragana and Katakana with the prolonged sound mark
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # Han
    "\U0001aff0-\U0001b16f\U00020000-\U0003fffd"  # more Kana, more Han
)
"""The characters of the scripts that put no spaces between words, as the inside of a character class."""

_without_spaces = re.compile(f"[{WITHOUT_SPACES}]").match


def is_word_character(character: str) -> bool:
    """Whether it is a letter, a digit, a mark that changes a letter, or the underscore.

    >>> [is_word_character(character) for character in "é7_ '"]
    [True, True, True, False, False]
    """
    return character.isalnum() or character == "_" or (character > "\u02ff" and _is_mark(character))


def goes_on(character: str) -> bool:
    """Whether a word goes on in this character, when one has come up to it.

    Like `is_word_character`, but letters of scripts without spaces say nothing about where a word ends.

    >>> [goes_on(character) for character in "é京. "]
    [True, False, False, False]
    """
    if not is_word_character(character):
        return False
    return _without_spaces(character) is None or category(character) in ("Mn", "Mc")


def is_whole_word(text: str, start: int, end: int) -> bool:
    """Whether no word runs over either end of [start, end); an end that is no word character always passes.

    >>> is_whole_word("a cat :)", 2, 5), is_whole_word("concat", 3, 6), is_whole_word("cat:)x", 3, 5)
    (True, False, True)
    """
    if start > 0 and goes_on(text[start - 1]) and is_word_character(text[start]):
        return False
    return not (end < len(text) and goes_on(text[end]) and is_word_character(text[end - 1]))


def _is_mark(character: str) -> bool:
    # Selectors of a form are marks by category only: "❤️" ends in one, and the word after it is a whole one.
    if "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef":
        return False
    return category(character) in ("Mn", "Mc")
