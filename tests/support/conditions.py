"""Strategies for the condition language: every tree that a text can have, and texts that nearly have one."""

from __future__ import annotations

from hypothesis import strategies as st

from rubricate.language.malformed import RESERVED_WORDS
from rubricate.language.tree import (
    And,
    Arithmetic,
    AtLeast,
    Call,
    Choice,
    Column,
    Compare,
    Distance,
    Doc,
    Exists,
    InContext,
    InPlace,
    It,
    ListOf,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Or,
    Place,
    Quantified,
    Regex,
    Relation,
    String,
    Where,
    Wildcard,
)

__all__ = ["conditions", "names", "nearly_conditions"]

_WORDS = (
    *sorted(RESERVED_WORDS), "a", "b", "words", "doc.x", "it.y", "a.b", "b*", '"s"', "'t'", "/r/i", "3", "2.5", "==", "<",
    "+", "-", "*", "/", "(", ")", "[", "]", ",", "=", "&&", "AND", '"', "“", ".",
)  # fmt: skip


def names() -> st.SearchStrategy[str]:
    """Names of matchers, lets, fields and contexts."""
    usual = st.sampled_from(("a", "b", "heat_terms", "größe", "words", "nothing", "inside_x", "_", "x1"))
    any_letters = st.from_regex(r"[a-zA-Zäß_][a-zA-Zß0-9_]{0,6}", fullmatch=True)
    free = any_letters.filter(lambda name: name.lower() not in RESERVED_WORDS and name not in ("it", "doc"))
    return usual | free


def _atoms() -> st.SearchStrategy[Node]:
    parts = st.from_regex(r"[a-z_][a-z0-9_]{0,4}", fullmatch=True)
    pattern = st.lists(
        st.sampled_from(("/", "a", " ", '"', "'", "\\\\", "\\d", '\\"', "(", "*", "\n", "ß")), min_size=1
    )
    flags = st.sets(st.sampled_from("aimsx")).map(lambda found: "".join(sorted(found)))
    numbers = st.integers(0, 2**53 - 1).map(float) | st.floats(0, allow_infinity=False, allow_nan=False)
    columned = names().filter(lambda name: name not in ("it", "doc"))
    return st.one_of(
        names().map(Name),
        st.text(max_size=8).map(String),
        st.sampled_from(('"', "\\", "'", '\\"', "a and b", "")).map(String),
        st.builds(Regex, pattern.map("".join), flags),
        numbers.map(abs).map(Number),
        st.lists(parts, min_size=1, max_size=3).map(lambda found: Doc(".".join(found))),
        st.builds(It, st.none() | parts),
        st.builds(Column, columned, parts),
    )


def _distances() -> st.SearchStrategy[Distance]:
    counted = st.builds(Distance, st.integers(0, 10**9), st.sampled_from(("words", "chars", "sentences")))
    return counted | st.builds(Distance, st.none(), st.sampled_from(("sentence", "paragraph")))


def _places() -> st.SearchStrategy[Place]:
    fields = st.lists(names(), min_size=1, max_size=3).map(tuple)
    units = st.sampled_from(("words", "chars", "sentences", "lines"))
    edges = st.builds(Place, fields | st.just(()), st.sampled_from(("first", "last")), st.integers(0, 10**9), units)
    return st.builds(Place, fields) | edges


def _larger(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    many = st.lists(inner, min_size=1, max_size=3).map(tuple)
    two_or_more = st.lists(inner, min_size=2, max_size=4).map(tuple)
    wildcards = st.from_regex(r"[a-z_*][a-z0-9_]{0,3}\*[a-z0-9_*]{0,2}", fullmatch=True).map(Wildcard)
    members = st.lists(inner | wildcards, min_size=1, max_size=3).map(tuple)
    signs = st.sampled_from(("==", "!=", "<", "<=", ">", ">=", "contains", "matches"))
    near = st.sampled_from(("near", "before", "after"))
    inside = st.sampled_from(("inside", "overlaps"))
    functions = names()
    return st.one_of(
        st.builds(ListOf, many),
        st.builds(Call, functions, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Not, inner),
        st.builds(And, two_or_more),
        st.builds(Or, two_or_more),
        st.builds(Quantified, st.sampled_from(("any", "all", "none")), members),
        st.builds(AtLeast, st.integers(0, 10**9), members),
        st.builds(Relation, near, inner, inner, st.none() | _distances(), st.booleans()),
        st.builds(Relation, inside, inner, inner, st.none(), st.booleans()),
        st.builds(InPlace, inner, _places(), st.booleans()),
        st.builds(InContext, inner, names(), st.booleans()),
        st.builds(Where, inner, inner),
        st.builds(Compare, signs, inner, inner),
        st.builds(Compare, st.sampled_from(("in", "not in")), inner, st.builds(ListOf, many)),
        st.builds(Exists, inner),
        st.builds(Arithmetic, st.sampled_from("+-*/"), inner, inner),
        st.builds(Negative, inner),
        st.builds(Choice, inner, inner, inner),
    )


def conditions() -> st.SearchStrategy[Node]:
    """Every tree that parsing can give, of a moderate size."""
    return st.recursive(_atoms(), _larger, max_leaves=12)


def nearly_conditions() -> st.SearchStrategy[str]:
    """Words and signs of the language in any order."""
    glue = st.sampled_from((" ", " ", " ", "", "\n"))
    return st.lists(st.tuples(st.sampled_from(_WORDS), glue), max_size=14).map(
        lambda found: "".join(word + space for word, space in found)
    )
