"""From the text of a condition to its tree, or to the one sentence that says why there is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache, lru_cache

from lark import Token

from rubricate.language.building import MAX_DEPTH
from rubricate.language.habits import apostrophe, habit
from rubricate.language.malformed import MALFORMED, MISPLACED, RESERVED_WORDS, ConditionSyntaxError, Malformed
from rubricate.language.reading import END, Stop, read
from rubricate.language.strays import STRAYS
from rubricate.language.tree import Node
from rubricate.language.wording import group_behind, in_quotes, shortened

__all__ = ["MAX_DEPTH", "MAX_LENGTH", "RESERVED_WORDS", "ConditionSyntaxError", "parse"]

MAX_LENGTH = 100_000
"""How many code points a condition may have."""

_Wording = tuple[str, str | None]
"""A message and a help."""

_ENDING = frozenset({END, "COMMA", "RPAR", "RSQB"})
_JOINING = frozenset(
    {
        "AND",
        "OR",
        "IF",
        "ELSE",
        "NEAR",
        "BEFORE",
        "AFTER",
        "INSIDE",
        "OVERLAPS",
        "IN",
        "IS",
        "WHERE",
        "COMPARISON",
        "CONTAINS",
        "MATCHES",
        "EXISTS",
        "PLUS",
        "STAR",
        "WITHIN",
    }
)
_STARTING = frozenset(
    {"NAME", "DOTTED", "STRING", "REGEX", "NUMBER", "WILDCARD", "LPAR", "LSQB", "ANY", "ALL", "NONE", "AT"}
)
_OPERATORS = (
    "after", "and", "before", "contains", "exists", "inside", "matches", "near", "overlaps", "where", "within",
)  # fmt: skip


def parse(text: str) -> Node:
    """The tree of a condition; raises `ConditionSyntaxError`. The tree of a text is made once and shared.

    >>> parse("heat_terms near body_part within 8 words").kind
    'near'
    """
    if len(text) > MAX_LENGTH:
        help = "put the words into a dictionary, or give parts of the condition a name under `let`"
        message = f"the condition is {len(text)} characters long; the limit is {MAX_LENGTH}"
        raise ConditionSyntaxError(message, MAX_LENGTH, len(text), help=help)
    return _parse(text)


@lru_cache(maxsize=2048)
def _parse(text: str) -> Node:
    result = read(text)
    if isinstance(result, Stop):
        raise _explain(result)
    return result


def _explain(stop: Stop) -> ConditionSyntaxError:
    if stop.token is None:
        return _explain_sign(stop)
    star = _wildcard(stop, stop.token)
    if star is not None:
        return _starred(stop, star)
    foreign = habit(stop, stop.token)
    if foreign is not None:
        return foreign
    found = "" if stop.token.type == END else str(stop.token)
    message, help = _known_mistake(stop, stop.token) or _mistake(stop, stop.token)
    return _worded(stop, message, help, found)


def _starred(stop: Stop, star: int) -> ConditionSyntaxError:
    """A wildcard outside of a group."""
    around = re.compile(r"[\w*]+")
    name = next(found for found in around.finditer(stop.text) if found.start() <= star < found.end())[0]
    words = name.replace("*", r"\w*")
    bounds = ("" if name.startswith("*") else r"\b", "" if name.endswith("*") else r"\b")
    help = f'write "any of ({name})" for names, or /{bounds[0]}{words}{bounds[1]}/i for words of the text'
    return ConditionSyntaxError("a wildcard stands only in a group, and alone", star, star + 1, help=help)


def _explain_sign(stop: Stop) -> ConditionSyntaxError:
    if re.compile(r"(?<=\w)['’](?=\w)").match(stop.text, stop.position):
        return apostrophe(stop.text, stop.position)
    for stray in STRAYS:
        if found := re.compile(stray.pattern).match(stop.text, stop.position):
            return _worded(stop, stray.message, stray.help, found[0])
    sign = stop.text[stop.position]
    shown = "{found}" if sign.isprintable() else f"U+{ord(sign):04X}"
    return _worded(stop, f"the character {shown} means nothing here", "take it away", sign)


def _known_mistake(stop: Stop, token: Token) -> _Wording | None:
    exact, alike = _examples()
    row = exact.get((stop.state, token.type, str(token))) or alike.get((stop.state, token.type))
    return (row.message, row.help) if row else None


@cache
def _examples() -> tuple[Mapping[tuple[int, str, str], Malformed], Mapping[tuple[int, str], Malformed]]:
    """The table of mistakes by the state and the word that its examples stop at.

    Lark's own `match_examples` takes two states for the same only at the same depth of parentheses, and takes any word
    in that state for the mistake; a table for it would need an example for each depth and each word.
    """
    exact: dict[tuple[int, str, str], Malformed] = {}
    alike: dict[tuple[int, str], Malformed] = {}
    for row in MALFORMED:
        for example in row.examples:
            stop = read(example)
            assert isinstance(stop, Stop), example
            assert stop.token is not None, example
            exact.setdefault((stop.state, stop.token.type, str(stop.token)), row)
            alike.setdefault((stop.state, stop.token.type), row)
    return exact, alike


def _mistake(stop: Stop, token: Token) -> _Wording:
    """What can be said in any state, from whether an operand or an operator is due."""
    if row := MISPLACED.get(token.type):
        return row.message, row.help
    if "REGEX" in stop.expected:
        return _missing_operand(stop, token)
    if "AND" in stop.expected and token.type in _STARTING:
        return _missing_operator(token)
    if stop.before is None:
        return "{found} cannot stand here", "take it away"
    if token.type == END:
        return "nothing stands after {before}", "complete it, or take it away"
    return "{found} cannot stand after {before}", "take one of them away"


def _missing_operand(stop: Stop, token: Token) -> _Wording:
    if token.type == "SLASH":
        return "the regex is not closed", r'add "/" at its end; a slash inside it is written "\/"'
    if token.type == "NOT":
        return '"not" needs parentheses after {before}', 'write "(not ...)"'
    if stop.before is None or (token.type != END and stop.before.type in ("LPAR", "LSQB", "COMMA")):
        return "nothing stands before {found}", "complete it, or take it away"
    if token.type in _ENDING:
        return "nothing stands after {before}", "complete it, or take it away"
    if token == stop.before:
        return "{found} stands twice", "take one away"
    if token.type in _JOINING:
        return "nothing stands between {before} and {found}", "complete it, or take one of them away"
    return "{found} cannot stand after {before}", "take one of them away"


def _missing_operator(token: Token) -> _Wording:
    near = get_close_matches(token, _OPERATORS, n=1, cutoff=0.7) if token.type == "NAME" else []
    if near:
        return "unknown word {found} after {before}", f'did you mean "{near[0]}"?'
    return "nothing joins {before} and {found}", 'write "and" or "or" between them'


def _wildcard(stop: Stop, token: Token) -> int | None:
    """Where a star stands that was meant for "any letters": `burn_*` with nothing to multiply, `*_word`."""
    if token.type in ("STAR", "WILDCARD"):
        is_meant = "REGEX" in stop.expected and re.compile(r"\*\w|\w+\*").match(stop.text, stop.position)
        return stop.text.index("*", stop.position) if is_meant else None
    if stop.before is None or stop.before.type != "STAR" or stop.before.start_pos is None:
        return None
    star = stop.before.start_pos
    is_meant = token.type in _ENDING | _JOINING and re.search(r"\w\Z", stop.text[:star])
    return star if is_meant else None


def _worded(stop: Stop, message: str, help: str | None, found: str) -> ConditionSyntaxError:
    sign, last = shortened(found), shortened(stop.before or "")
    words = {
        "found": in_quotes(sign),
        "sign": sign,
        "small": found.lower(),
        "field": sign.rpartition(".")[2],
        "before": in_quotes(last),
        "last": last,
        "opened": "" if stop.opened is None else _beginning(stop.text, stop.opened),
        "closing": "]" if stop.opened == "[" else ")",
        **_numbers(stop, found),
    }
    start, end = stop.position, stop.position + len(found)
    return ConditionSyntaxError(message.format(**words), start, end, help=help and help.format(**words))


def _numbers(stop: Stop, found: str) -> dict[str, str]:
    """The numbers that messages work out from what stands there."""
    last = stop.before if stop.before is not None and stop.before.type == "NUMBER" else None
    edge = re.compile(r"\b(first|last)\s+[0-9]+\s*\Z").search(stop.text, 0, stop.position)
    count = re.compile(r"exactly\s+([0-9]{1,9})\b(?:\s+of\b)?").match(stop.text, stop.position)
    whole = group_behind(stop.text, count.end(), "(...)") if count else ""
    least = f"at least {count[1]} of {whole} and not at least {int(count[1]) + 1} of {whole}" if count else ""
    most = re.compile(r"most\s+([0-9]{1,9})\b(?:\s+of\b)?").match(stop.text, stop.position)
    number, group = (int(most[1]), group_behind(stop.text, most.end(), "(...)")) if most else (2, "(...)")
    return {
        "most": f"not at least {number + 1} of {group}",
        "share": f"{float(last) / 100:g}" if last is not None else "0.1",
        "name": re.sub(r"\W", "", found),
        "digits": "".join(re.findall("[0-9]", found)),
        "edge": edge[1] if edge else "first",
        "exactly": least or "at least 2 of (...) and not at least 3 of (...)",
    }


def _beginning(text: str, opened: Token) -> str:
    """Some words from a parenthesis on, up to a quote: enough to find it again."""
    shown = re.compile(r'[^"]{1,16}').match(text, opened.start_pos or 0)
    assert shown is not None
    more = "…" if shown.end() < len(text) else ""
    return f'"{shown[0].rstrip()}{more}"'
