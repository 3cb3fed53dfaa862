"""Names and functions that a condition uses and nobody declared: what was probably meant."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rubricate.language.types import Scope, nearest

__all__ = ["NO_VALUES", "TRUTHS", "help_for_function", "help_for_name"]

NO_VALUES = frozenset({"blank", "empty", "missing", "na", "nil", "none", "null", "undefined"})
"""Words of other languages for a value that is not there."""

TRUTHS: Mapping[str, bool] = MappingProxyType({"false": False, "no": False, "true": True, "yes": True})
"""Words of other languages for the values of a field that is true or false."""

FUNCTIONS: Mapping[str, str] = MappingProxyType(
    {
        "avg": "write: mean(NAME.COLUMN)", "average": "write: mean(NAME.COLUMN)",
        "countif": "write: count(NAME)", "endswith": "write: doc.url matches /shop$/",
        "find": 'write: "text"; count("text") says how often',
        "has": 'write: "text"',
        "isblank": "write: not doc.price exists", "isnull": "write: not doc.price exists",
        "len": "write: count(NAME); count(words) is the number of words",
        "length": "write: count(NAME); count(words) is the number of words",
        "match": "write: /pattern/", "now": 'write a date: date("2026-01-31")', "re": "write: /pattern/",
        "regex": "write: /pattern/", "regexp": "write: /pattern/", "search": "write: /pattern/",
        "size": "write: count(NAME)", "startswith": "write: doc.url matches /^shop/",
        "strip": "take it away; fold(x) ignores spaces and case", "today": 'write a date: date("2026-01-31")',
        "upper": "take it away; fold(x) ignores case, and strings do too",
        "wordcount": "write: count(words)",
    }
)  # fmt: skip
"""Functions of other languages -> what to write here."""

NUMBERS: Mapping[str, int] = MappingProxyType(
    {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
)
FUNCTIONS_OF_MATCHES = ("count", "distinct", "max", "mean", "min", "score", "sum")
TODAY = frozenset({"now", "today", "yesterday"})


def help_for_name(name: str, scope: Scope, *, compared: bool = False) -> str:
    """What to do about a name that is neither a matcher nor a let; `compared` says that its value was wanted."""
    folded = name.casefold()
    places = (*scope.readable_fields, *sorted(scope.derived))
    if name in scope.meta or (compared and name in places):
        return f"for the field write: doc.{name}"
    if name in places:
        several = f", to look in several fields: NAME in ({', '.join(places)})" if len(places) > 1 else ""
        return f"for the field write: doc.{name}{several}"
    if name in scope.labels or name in scope.sets:
        return f'to ask for the label, write: label("{name}")'
    if name in scope.contexts:
        return f"it is a context; write: NAME is {name}"
    if folded in TRUTHS or folded in NO_VALUES:
        return f'to look for the word, write "{name}"; a field is asked as doc.sold, not doc.sold, doc.price exists'
    if folded in NUMBERS:
        return f"write: {NUMBERS[folded]}"
    if folded in TODAY:
        return 'a condition knows no clock; write a date: date("2026-01-31")'
    if folded in ("label", "uncertain"):
        return f'write: {folded}("spam")'
    if folded in FUNCTIONS_OF_MATCHES:
        return f"write: {folded}(NAME)"
    if folded in ("fewer", "less", "more"):
        return f'take "or {name}" away; "within 8 words" is 8 at most, "at least 2" is 2 or more'
    if compared:
        return f'a text stands in quotes: "{name}"'
    declared = [each for each in (*scope.matchers, *scope.lets) if each[:1] not in '"/']
    return nearest(name, declared) or f'to look for the word itself, write "{name}"'


def help_for_function(name: str, known: list[str]) -> str:
    """What to do about a function that there is not."""
    folded = name.casefold()
    if folded in known:
        return f"write {folded}(...)"
    return FUNCTIONS.get(folded) or nearest(name, known) or f"functions: {', '.join(sorted(known)[:7])}"
