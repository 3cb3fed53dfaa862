"""Words of a condition that nothing joins and that belong together: a field with a space in its name, a lost quote."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from rubricate.language.parsing import RESERVED_WORDS, ConditionSyntaxError
from rubricate.loading.wording import quoted

__all__ = ["sayable_name", "words_apart"]

_WORDS = re.compile(r"(?<![\w.\"'/])[^\W\d]\w*(?: +[^\W\d]\w*)+(?![\w.(])")


def sayable_name(name: str) -> str:
    """What a field can be called in conditions.

    >>> sayable_name("Review Text"), sayable_name("2nd line"), sayable_name("?")
    ('review_text', 'field_2nd_line', 'field')
    """
    found = re.sub(r"\W+", "_", name).strip("_").lower()
    return f"field_{found}".rstrip("_") if not found or found[0].isdigit() else found


def words_apart(
    text: str, error: ConditionSyntaxError, known: Collection[str], unsayable: Mapping[str, str]
) -> ConditionSyntaxError:
    """The error itself, or a better one where it stands between words that belong together.

    `known` are the names of matchers and lets; `unsayable` are fields whose names no condition can say -> names that
    one can.
    """
    for field, name in unsayable.items():
        written = re.escape(field)
        for found in re.finditer(rf"(?:\bin\s+|\bdoc\.|[(,]\s*)(?P<field>{written})(?!\w)", text):
            if found.start("field") < error.start <= found.end("field"):
                message = f"conditions cannot say {quoted(field)}, a name with a space or sign in it"
                place = f'fields: {{{name}: {{from: "{field}"}}}}'
                help = f"give it a name, {place}, and write {name} here and in the record"
                return ConditionSyntaxError(message, *found.span("field"), help=help)
    if error.message.startswith("nothing joins") and (words := _plain_words(text, error.start, known)):
        help = f'to look for these words write them in quotes: "{words}"'
        return ConditionSyntaxError(error.message, error.start, error.end, help=help)
    return error


def _plain_words(text: str, at: int, known: Collection[str]) -> str | None:
    """The words around a place, if there are several and no name or word of the language is among them."""
    for found in _WORDS.finditer(text):
        if found.start() <= at < found.end():
            words: list[str] = []
            for word in re.compile(r"\w+").finditer(text, found.start(), found.end()):
                if word[0] not in RESERVED_WORDS:
                    words.append(word[0])
                elif word.start() > at:
                    break
                else:
                    words = []
            return " ".join(words) if len(words) > 1 and set(words).isdisjoint(known) else None
    return None
