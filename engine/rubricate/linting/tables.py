"""Lints of terms: one letter, words that stand everywhere, two scripts in a word, no spaces, wildcards in quotes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase

from rubricate.linting.view import View
from rubricate.loading.wording import quoted
from rubricate.model.codes import problem
from rubricate.model.location import Location
from rubricate.model.problem import Problem
from rubricate.model.ruleset import MatcherSpec
from rubricate.model.table import Table
from rubricate.planning.scoping import expressions_of, named_matchers, root
from rubricate.texts.wordlike import WITHOUT_SPACES

__all__ = [
    "HELP_INSIDE",
    "MOST",
    "entry_terms",
    "find_inside",
    "is_literal",
    "likeness",
    "lint_terms",
    "mixture",
    "searched_matchers",
    "weakness",
    "written_as_pattern",
]

MOST = 10
"""Terms of one table that are told one by one."""

HELP_INSIDE = "a longer text is found less by chance; look at what it finds before relying on it"

STOP_WORDS = frozenset(
    {
        "a", "an", "and", "are", "at", "be", "been", "by", "for", "from", "in", "is", "it", "its", "of", "on",
        "that", "the", "these", "this", "those", "to", "was", "were", "with",
    }
)  # fmt: skip
"""Words that stand in nearly every English text. Words that deny, contrast or point to people are not among them: they
are cues, or worth a look."""

_LATIN_LOOK = frozenset("АВЕЅІЈКМНОРСТХҮасеѕіјорухһѵԁԛԝ")
"""Cyrillic letters that look like Latin ones."""
_CYRILLIC_LOOK = frozenset("ABCEHIJKMOPSTXYaceijopsxyh")
"""Latin letters that look like Cyrillic ones."""
_GREEK_LOOK = frozenset("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο")
"""Greek letters that look like Latin ones; others stand beside Latin letters rightly, as in `kΩ` and `TNFα`."""

_WILD = re.compile(
    r"(?<=\w)\*(?!\S)|(?<!\S)\*(?=\w)|\.[*+]|(?<![\w:\\])\\[bBdDwWsS]|\\[bdws](?!\w)|(?<=\w)\|(?=\w)|\(\?[:=!]\w"
    r"|(?<=[^\W\d] )\*(?= [^\W\d])|\[\^?[^\W_]-[^\W_]|\A\^(?=\w{4})|(?<=[a-z][a-z])\$\Z|(?<=[a-z]n)\.(?=t\b)"
    r"|(?<=[^\W\d])\?(?=[^\W\d])(?!\w+=)|(?<=\w\w\ws)\?(?= [^\W\d])|\A\w{3,}s\?\Z"
)
"""What only wildcards and patterns have. `^urs` is a short form of words, a question mark behind several words one."""
_BAR = re.compile(r"(?<=\w)\|(?=\w)")
_OF_PATTERNS = "a table of patterns has term: pattern; a single one stands in a condition, between slashes"
_OF_CELLS = 'for several terms in one cell, write split: "|" where the table is declared'

_word = re.compile(r"\w+").finditer
_dense = re.compile(f"[{WITHOUT_SPACES}]").search


def lint_terms(view: View) -> Iterator[Problem]:
    """R117, R118, R119 and R123 for the tables that are looked for in texts, and for texts written in conditions."""
    searched = searched_matchers(view)
    tables: dict[str, Table] = {}
    for spec in view.ruleset.matchers.values():
        if spec.table is not None and not spec.table.patterns and spec.name in searched:
            tables[spec.table.name] = spec.table
    for table in tables.values():
        yield from _of_table(table)
    written = [spec for spec in view.ruleset.matchers.values() if spec.name.startswith('"')]
    yield from _of_conditions(written, view)


def searched_matchers(view: View) -> set[str]:
    """The matchers that conditions ask for by name: the cues and stops of contexts are words that stand everywhere."""
    expressions = [item for rule in view.ruleset.rules for item in expressions_of(rule)]
    expressions += [let.expression for let in view.ruleset.lets.values()]
    found = set[str]().union(*(named_matchers(root(item), view.scope) for item in expressions))
    cues = [item for context in view.ruleset.contexts.values() for item in (context.cue, context.stop) if item]
    return found - set[str]().union(*(named_matchers(root(item), view.scope) for item in cues))


def _of_table(table: Table) -> Iterator[Problem]:
    terms = [(term, row.line) for row in table.rows for term in row.terms]
    yield from _told(
        table,
        "R117",
        ((weakness(term), line) for term, line in terms),
        "remove it, or add it to a list of words to skip",
    )
    yield from _told(
        table,
        "R117",
        ((_comment(term), line) for term, line in terms),
        "take the line away, or write the note into a column of its own",
    )
    yield from _told(table, "R118", ((mixture(term), line) for term, line in terms), "type the word again")
    likes = [(None if is_literal(term) else term, line) for term, line in terms]
    yield from _told(table, "R123", ((term and likeness(term), line) for term, line in likes), _of_pattern(likes))
    message = find_inside([term for term, _ in terms], "of this table")
    if message is not None:
        yield problem("R119", message, table.location, help=HELP_INSIDE)


def _comment(term: str) -> str | None:
    """That a term was meant for a comment, if it looks so."""
    return f"{quoted(term)} is looked for as a term; a table holds no comments" if term.startswith("# ") else None


def find_inside(terms: Iterable[str], where: str) -> str | None:
    """That some terms are found inside longer words, if they are."""
    dense = [term for term in terms if _dense(term)]
    more = f" and {len(dense) - 1:,} more terms {where}" if len(dense) > 1 else ""
    return f"{quoted(dense[0])}{more} {_found_inside(len(dense))}" if dense else None


def _found_inside(number: int) -> str:
    verb, own = ("are", "their script has") if number > 1 else ("is", "its script has")
    return f"{verb} found inside longer words too: {own} no spaces"


def _told(table: Table, code: str, found: Iterable[tuple[str | None, int]], help: str) -> Iterator[Problem]:
    """The first problems of a table one by one, and how many more there are."""
    told = [(message, line) for message, line in found if message is not None]
    for message, line in told[:MOST]:
        yield problem(code, message, Location(table.path, line, 1), help=help)
    if len(told) > MOST:
        more = len(told) - MOST
        message = f"{more:,} more {'term' if more == 1 else 'terms'} of {quoted(table.name)} like those above"
        yield problem(code, message, Location(table.path, told[-1][1], 1), help=help)


def _of_conditions(written: Iterable[MatcherSpec], view: View) -> Iterator[Problem]:
    dense: list[MatcherSpec] = []
    for spec in written:
        for term in entry_terms(spec):
            message = mixture(term)
            if message is not None:
                yield problem("R118", message, spec.location, help="type the word again")
            message = likeness(term)
            if message is not None:
                yield problem("R123", message, spec.location, help=written_as_pattern(term, view))
            if _dense(term):
                dense.append(spec)
    if dense:
        more = f" and {len(dense) - 1:,} more texts in conditions" if len(dense) > 1 else ""
        message = f"{quoted(entry_terms(dense[0])[0])}{more} {_found_inside(len(dense))}"
        yield problem("R119", message, dense[0].location, help=HELP_INSIDE)


def entry_terms(spec: MatcherSpec) -> list[str]:
    """The terms of a matcher that stand in the ruleset itself."""
    terms = spec.options.get("terms")
    return [term for term in terms if isinstance(term, str)] if isinstance(terms, list) else []


def likeness(term: str) -> str | None:
    """That a text looks like a wildcard or pattern, if it does."""
    return None if is_literal(term) else f"{quoted(term)} is looked for as it stands, with its signs"


def is_literal(term: str) -> bool:
    r"""Whether a text is not written like a wildcard or pattern. A star within a word hides a letter: it is meant so.

    >>> is_literal("f*ck"), is_literal("C++"), is_literal("small*"), is_literal(r"\bsale"), is_literal("cat|dog")
    (True, True, False, False, False)
    >>> is_literal("runs * large"), is_literal("threads?"), is_literal("don.t"), is_literal("[a-z]ing")
    (False, False, False, False)
    >>> is_literal("is it yours?"), is_literal("why?"), is_literal("no.1"), is_literal("watch?v="), is_literal("US$")
    (True, True, True, True, True)
    """
    return _WILD.search(term) is None


def _of_pattern(likes: Iterable[tuple[str | None, int]]) -> str:
    """What to do about terms of a table that look like patterns, from the first of them."""
    first = next((term for term, _ in likes if term is not None), "")
    return _OF_CELLS if _BAR.search(first) else _OF_PATTERNS


def written_as_pattern(term: str, view: View) -> str:
    """How to write what was probably meant."""
    names = [name for name in (*view.scope.matchers, *view.scope.lets) if name[:1] not in '"/']
    if "*" in term and any(fnmatchcase(name, term) for name in names):
        return f"for the names that fit it, write any of ({term}) without quotes"
    if between := re.fullmatch(r"(\w[\w ]*) \* (\w[\w ]*)", term):
        return f'for words in between, write "{between[1]}" before "{between[2]}" within 3 words'
    if re.fullmatch(r"[\w ]+\*", term):
        return f"for words that begin so, write /\\b{term[:-1]}\\w*/i"
    if re.fullmatch(r"\*[\w ]+", term):
        return f"for words that end so, write /\\w*{term[1:]}\\b/i"
    return f"for a pattern, write it between slashes: /{term.replace('/', chr(92) + '/')}/i"


def weakness(term: str) -> str | None:
    """Why a term finds far too much.

    >>> weakness("x"), weakness("The"), weakness("theme")
    ('"x" is a single letter', '"The" stands in nearly every text', None)
    """
    bare = term.strip()
    if len(bare) == 1 and bare.isalnum() and not _dense(bare):
        return f"{quoted(bare)} is a single {'letter' if bare.isalpha() else 'digit'}"
    return f"{quoted(bare)} stands in nearly every text" if bare.casefold() in STOP_WORDS else None


def mixture(term: str) -> str | None:
    """Which letter of a term is of another script than those around it, though it looks the same.

    >>> mixture("sаle"), mixture("kΩ"), mixture("sale")
    ('"sаle" mixes scripts: "а" is a Cyrillic letter (U+0430)', None, None)
    """
    if term.isascii():
        return None
    for word in _word(term):
        letters = word.group()
        latin = [sign for sign in letters if _is(sign, "LATIN")]
        for script, is_odd in _ODD.items():
            other = [sign for sign in letters if _is(sign, script)]
            if not latin or not other:
                continue
            if all(map(is_odd, other)):
                return _mixed(term, other[0], script)
            if script == "CYRILLIC" and all(sign in _CYRILLIC_LOOK for sign in latin):
                return _mixed(term, latin[0], "LATIN")
    return None


_ODD: dict[str, Callable[[str], bool]] = {"CYRILLIC": _LATIN_LOOK.__contains__, "GREEK": _GREEK_LOOK.__contains__}


def _is(sign: str, script: str) -> bool:
    return sign.isalpha() and unicodedata.name(sign, "").startswith(script)


def _mixed(term: str, sign: str, script: str) -> str:
    return f"{quoted(term)} mixes scripts: {quoted(sign)} is a {script.capitalize()} letter (U+{ord(sign):04X})"
