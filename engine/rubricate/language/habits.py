"""What is said about words and forms of other languages: Python, SQL, spreadsheets, search engines, everyday English.

They are known by their letters, so they are looked at before the table of malformed conditions, which knows states.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from lark import Token

from rubricate.language.malformed import RESERVED_WORDS, ConditionSyntaxError
from rubricate.language.reading import Stop
from rubricate.language.wording import group_behind, in_quotes, shortened

__all__ = ["WORDS", "apostrophe", "habit"]

STRAIGHT_QUOTES = 'write straight quotes: "text"'

_NEAR = 'write "a near b within 8 words"'
_ORDER = 'write "a before b", or "a before b within 8 words"'
_LATER = 'write "a after b", or "a after b within 8 words"'
_AND_NOT = 'write "and not"'
_BEGINS = 'write "matches /^shop/"'
_ENDS = 'write "matches /shop$/"'
_CONTAINS = 'write "contains", as in doc.url contains "shop"'
_BETWEEN = 'write "x >= 2 and x <= 5"'
_COUNT = 'write "at least 3 of (a, b, c)" for members, or "count(a) > 2" for matches'

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "adjacent": _NEAR, "aren": 'write "is not"', "atleast": 'write "at least"', "avoid": _AND_NOT,
        "begins": _BEGINS, "between": _BETWEEN, "but": 'write "and", as in "a and not b"',
        "case": 'write "x if a else y"', "close": _NEAR, "containing": _CONTAINS, "doesn": 'write "not"',
        "eq": 'write "=="', "equal": 'write "=="', "equals": 'write "=="', "ends": _ENDS, "endswith": _ENDS,
        "ended": _ENDS, "except": _AND_NOT, "excluding": _AND_NOT, "followed": _ORDER, "following": _LATER,
        "follows": _LATER, "ge": 'write ">="', "gt": 'write ">"', "gte": 'write ">="', "has": _CONTAINS,
        "ilike": _CONTAINS, "include": _CONTAINS, "includes": _CONTAINS, "isn": 'write "is not"', "le": 'write "<="',
        "like": _CONTAINS, "lt": 'write "<"', "lte": 'write "<="', "minus": _AND_NOT, "ne": 'write "!="',
        "negated": 'write "is negated"', "neq": 'write "!="', "next": _NEAR, "no": 'write "not"',
        "nor": 'write "none of (a, b)"', "plus": 'write "and"', "preceded": _LATER, "precedes": _ORDER,
        "preceding": _ORDER, "regexp": 'write "matches /.../"', "starts": _BEGINS, "startswith": _BEGINS,
        "surrounding": _NEAR, "then": 'write "a and b", or "x if a else y" to choose a value',
        "together": 'write "and"',
        "unless": _AND_NOT, "unlike": _AND_NOT, "until": _AND_NOT, "when": 'write "x if a else y"',
        "with": 'write "and", or "a near b within 8 words"', "without": _AND_NOT,
        "xor": 'write "(a or b) and not (a and b)"',
    }
)  # fmt: skip
"""Words that join things elsewhere -> what to write here."""

_COUNTED = frozenset({"fewer", "greater", "less", "more"})
_FUNCTIONS_OF_MATCHES = frozenset({"count", "distinct", "label", "max", "mean", "min", "score", "sum", "uncertain"})
_GROUPS = {"both": "all", "each": "all", "every": "all", "one": "any", "some": "any"}
_UNITS = frozenset({"char", "chars", "characters", "line", "lines", "sentence", "sentences", "word", "words"})
_OPERANDS = frozenset(
    {"NAME", "DOTTED", "STRING", "REGEX", "NUMBER", "WILDCARD", "LPAR", "LSQB", "ANY", "ALL", "NONE", "AT"}
)
_CLOSE = re.compile(r"(?:near|onear|pre|adj|w|n)/(?P<number>[0-9]+)\b", re.IGNORECASE)
_FIELD = re.compile(r"\bin\s+(?P<first>[^\W\d]\w*)\s*\Z")
_NEXT_FIELD = re.compile(r",\s*(?P<second>[^\W\d]\w*)")
_SUBJECT = re.compile(r"[^\W\d][\w.]*(?:\([\w., ]*\))?\s*\Z")
_LIMITS = re.compile(r"between\s+(?P<low>-?[0-9.]+)\s+(?:and|to)\s+(?P<high>-?[0-9.]*[0-9])", re.IGNORECASE)
_THAN = re.compile(r"(?P<sign>\w+)\s+than\s+(?P<number>[0-9]{1,9})\s+of\s*(?P<group>\([^()\"]{1,60}\))", re.IGNORECASE)
_KEY = re.compile(r"\[\s*[\"']?(?P<key>[^\W\d]\w*)[\"']?\s*\]")
_NEAR_NUMBER = re.compile(r"\bnear\s+(?P<number>[0-9]+)\s*\Z")


def habit(stop: Stop, token: Token) -> ConditionSyntaxError | None:
    """What to say if the parser stopped at a form that other languages have."""
    for known in (_distance, _commas, _signs, _quotes, _groups, _edges, _side_by_side):
        found = known(stop, token)
        if found is not None:
            return found
    return None


def _said(message: str, help: str, start: int, end: int) -> ConditionSyntaxError:
    return ConditionSyntaxError(message, start, end, help=help)


def _at(message: str, help: str, token: Token) -> ConditionSyntaxError:
    start = token.start_pos or 0
    return _said(message, help, start, start + len(token))


def _distance(stop: Stop, _token: Token) -> ConditionSyntaxError | None:
    """`a near/5 b` and `a near 5 b` of search engines."""
    last = stop.before.start_pos if stop.before is not None else None
    for start in (stop.position, last):
        found = None if start is None else _CLOSE.match(stop.text, start)
        if found is not None:
            help = f'write "a near b within {found["number"]} words"'
            return _said("a distance is written in words", help, *found.span())
    found = _NEAR_NUMBER.search(stop.text, 0, stop.position)
    if found is None:
        return None
    help = f'write "a near b within {found["number"]} words"'
    return _said("the distance stands behind both parts", help, found.start("number"), found.end("number"))


def _commas(stop: Stop, token: Token) -> ConditionSyntaxError | None:
    """`1,000`, `20,5` and `a in title, body`."""
    if token.type != "COMMA" or stop.before is None:
        return None
    digits = re.compile(r",([0-9]+)\b").match(stop.text, stop.position)
    if stop.before.type == "NUMBER" and digits is not None:
        whole = f"{stop.before}{digits[1]}" if len(digits[1]) == 3 else f"{stop.before}.{digits[1]}"
        return _at("a number holds no comma", f'write "{whole}"', token)
    field, other = _FIELD.search(stop.text, 0, stop.position), _NEXT_FIELD.match(stop.text, stop.position)
    if field is not None and other is not None:
        help = f'write "in ({field["first"]}, {other["second"]})"'
        return _at("several fields stand in parentheses", help, token)
    return None


def _signs(stop: Stop, token: Token) -> ConditionSyntaxError | None:
    """`**`, `//` and `->`."""
    if stop.before is None or stop.before.end_pos != stop.position:
        return None
    pair = f"{stop.before}{str(token)[:1]}"
    help = {
        "**": "write x * x for a square",
        "//": 'write "/" to divide',
        "->": 'write "and", or "a before b" for an order',
    }.get(pair)
    return None if help is None else _said(f'"{pair}" means nothing here', help, stop.position - 1, stop.position + 1)


def _quotes(stop: Stop, token: Token) -> ConditionSyntaxError | None:
    r"""`don't and won't`, `"hot” or "cold"` and `r"\d+"`."""
    if stop.before is None:
        return None
    touches = stop.before.end_pos == stop.position
    if token.type == "STRING" and touches and stop.before in ("r", "R"):
        return _at("a pattern stands between slashes", f"write /{token[1:-1]}/", token)
    if token.type == "STRING" and touches and token.startswith("'"):
        return apostrophe(stop.text, stop.position)
    curly = re.search("[“”„]", stop.before) if stop.before.type == "STRING" else None
    if curly is not None and token.type in _OPERANDS:
        at = (stop.before.start_pos or 0) + curly.start()
        return _said(f"the curly quote {in_quotes(curly[0])} closes no string", STRAIGHT_QUOTES, at, at + 1)
    return None


def apostrophe(text: str, at: int) -> ConditionSyntaxError:
    """The error for an apostrophe outside of a string, which the parser takes for its beginning."""
    word = re.compile(r"\w*").match(text, at + 1)
    begin = re.compile(r"\w*\Z").search(text, 0, at)
    assert word is not None
    assert begin is not None
    whole = text[begin.start() : word.end()]
    help = f'put the words that it belongs to into double quotes, as in "{whole}"'
    return _said(f'the apostrophe in "{shortened(whole)}" stands outside of a string', help, at, at + 1)


def _groups(stop: Stop, token: Token) -> ConditionSyntaxError | None:
    """`2 of (a, b)`, `one of (a, b)`, `number of words`."""
    if token.type != "OF" or stop.before is None or "AND" not in stop.expected:
        return None
    last, group = stop.before.lower(), group_behind(stop.text, stop.position + len(token), "(a, b)")
    if stop.before.type == "NUMBER" and stop.before.isdecimal():
        return _at('"of" has no group before it', f'write "at least {last} of {group}"', stop.before)
    if last in _GROUPS:
        return _at(f'"{last} of" begins no group', f'write "{_GROUPS[last]} of {group}"', stop.before)
    if last in ("amount", "count", "number"):
        return _at(f'"{last} of" counts nothing', 'write "count(words)" for the number of words', stop.before)
    return None


def _edges(stop: Stop, token: Token) -> ConditionSyntaxError | None:
    """`in first sentence`, and `the` before anything."""
    if stop.before is None:
        return None
    if stop.before == "the" and token.type != "$END":
        return _at('"the" has no place in a condition', "take it away", stop.before)
    if stop.before.type in ("FIRST", "LAST") and token.lower() in _UNITS:
        help = f'write "in {stop.before} {3 if token.endswith("s") else 1} {token}"'
        return _at(f'the number after "{stop.before}" is missing', help, token)
    return None


def _side_by_side(stop: Stop, token: Token) -> ConditionSyntaxError | None:
    """Two operands that nothing joins, or that a word of another language was meant to join."""
    if stop.before is None or token.type not in _OPERANDS or "AND" not in stop.expected:
        return None
    for word in (token, stop.before):
        if word.type == "NAME" and word.lower() in WORDS:
            help = (_bounds(stop.text, word) if word.lower() == "between" else None) or WORDS[word.lower()]
            return _at(f'"{word}" is no word of conditions', help, word)
    if stop.before.lower() in _COUNTED:
        return _at(f'"{stop.before}" is no word of conditions', _members(stop.text, stop.before) or _COUNT, stop.before)
    if token.type == "LPAR" and stop.before.type == "DOTTED":
        return _method(stop.before)
    if token.type == "LSQB" and (key := _KEY.match(stop.text, stop.position)) is not None:
        owner = str(stop.before) if stop.before in ("doc", "it") else "doc"
        return _said("a field stands behind a dot", f'write "{owner}.{key["key"]}"', *key.span())
    if stop.before.type == "NAME" and stop.before.lower() in _FUNCTIONS_OF_MATCHES and token.type != "NUMBER":
        help = f'write "{stop.before.lower()}({shortened(token) if token.type != "LPAR" else "..."})"'
        return _at(f'"{stop.before}" stands before parentheses', help, token)
    if stop.before.type == "NUMBER" and token.type == "NAME":
        return _unit(stop, stop.before, token)
    if _is_listed(stop):
        both = f"nothing joins {in_quotes(shortened(stop.before))} and {in_quotes(shortened(token))}"
        is_list = stop.opened is not None and stop.opened == "["
        return _at(both, "write a comma between them" + ("" if is_list else ', or "and" or "or"'), token)
    return None


def _bounds(text: str, word: Token) -> str | None:
    """`x between 1 and 3`, with what stands there."""
    at = word.start_pos or 0
    subject, limits = _SUBJECT.search(text, 0, at), _LIMITS.match(text, at)
    if subject is None or limits is None:
        return None
    name = subject[0].rstrip()
    return f'write "{name} >= {limits["low"]} and {name} <= {limits["high"]}"'


def _members(text: str, word: Token) -> str | None:
    """`more than 1 of (a, b)`, with what stands there."""
    found = _THAN.match(text, word.start_pos or 0)
    if found is None:
        return None
    number = int(found["number"])
    if found["sign"].lower() in ("less", "fewer"):
        return f'write "not at least {number} of {found["group"]}"'
    return f'write "at least {number + 1} of {found["group"]}"'


def _is_listed(stop: Stop) -> bool:
    """Whether the innermost parenthesis holds several things, with commas between them."""
    if stop.opened is None:
        return False
    before = stop.text[: stop.opened.start_pos or 0].rstrip()
    word = re.compile(r"[^\W\d]\w*\Z").search(before)
    return stop.opened == "[" or (word is not None and (word[0] == "of" or word[0] not in RESERVED_WORDS))


def _method(before: Token) -> ConditionSyntaxError:
    """`doc.url.lower()`."""
    owner, _, name = before.rpartition(".")
    help = {
        "contains": f'write {owner} contains "shop"',
        "endswith": f"write {owner} matches /shop$/",
        "match": f"write {owner} matches /shop/",
        "search": f"write {owner} matches /shop/",
        "startswith": f"write {owner} matches /^shop/",
    }.get(name.lower())
    if owner in ("re", "regex"):
        help = "write /pattern/"
    return _at(f'"{name}" is not called behind a dot', help or f"write it before: {name}({owner})", before)


def _unit(stop: Stop, number: Token, unit: Token) -> ConditionSyntaxError:
    if unit.lower() in _UNITS and stop.opened is not None:
        return _at("a distance stands without parentheses", f'write "within {number} {unit}"', unit)
    if unit.lower() in _UNITS:
        help = f'take "{unit}" away; "count({unit.lower().rstrip("s")}s)" counts them'
        return _at("a number has no unit here", help, unit)
    return _at("a number has no unit here", f'take "{shortened(unit)}" away', unit)
