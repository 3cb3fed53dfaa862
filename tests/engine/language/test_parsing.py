"""Each form of the condition language as the tree it becomes."""

from __future__ import annotations

import pytest

from rubricate.language.malformed import RESERVED_WORDS
from rubricate.language.parsing import MAX_DEPTH, parse
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
    walk,
)

A, B, C, D = Name("a"), Name("b"), Name("c"), Name("d")

ATOMS: list[tuple[str, Node]] = [
    ("heat_terms", Name("heat_terms")),
    ("größe", Name("größe")),
    ("android", Name("android")),
    ("notes", Name("notes")),
    ("words", Name("words")),
    ('"buy now"', String("buy now")),
    ("'buy now'", String("buy now")),
    (r'"say \"hi\" \\ \'"', String('say "hi" \\ \'')),
    ('""', String("")),
    ('"a and (b"', String("a and (b")),
    (r"/\d+ ?EUR/i", Regex(r"\d+ ?EUR", "i")),
    ("/a/si", Regex("a", "is")),
    (r"/a\/b\\/", Regex("a/b\\\\")),
    ('/"/', Regex('"')),
    ("3", Number(3)),
    ("0.75", Number(0.75)),
    ("1e3", Number(1000)),
    ("doc.price", Doc("price")),
    ("doc.photo.width", Doc("photo.width")),
    ("doc.in", Doc("in")),
    ("it", It()),
    ("it.label", It("label")),
    ("senti.weight", Column("senti", "weight")),
    ('["en", 2, a]', ListOf((String("en"), Number(2), A))),
    ("count(a)", Call("count", (A,))),
    ('score(m, "apple")', Call("score", (Name("m"), String("apple")))),
    ("now()", Call("now", ())),
    ("cover(a)", Call("cover", (A,))),
    ("any of (a, b*)", Quantified("any", (A, Wildcard("b*")))),
    ("all of (a)", Quantified("all", (A,))),
    ('none of (*_x, "b")', Quantified("none", (Wildcard("*_x"), String("b")))),
    ("any of (a*b, *)", Quantified("any", (Wildcard("a*b"), Wildcard("*")))),
    ("any of (a *b, 2*3)", Quantified("any", (Arithmetic("*", A, B), Arithmetic("*", Number(2), Number(3))))),
    ("any of (a and b, c)", Quantified("any", (And((A, B)), C))),
    ("at least 2 of (a, b, c*)", AtLeast(2, (A, B, Wildcard("c*")))),
    ("(((a)))", A),
]

RELATIONS: list[tuple[str, Node]] = [
    ("a near b", Relation("near", A, B)),
    ("a near b within 8 words", Relation("near", A, B, Distance(8, "words"))),
    ("a near b within 1 word", Relation("near", A, B, Distance(1, "words"))),
    ("a before b within 3 chars", Relation("before", A, B, Distance(3, "chars"))),
    ("a after b within 3 characters", Relation("after", A, B, Distance(3, "chars"))),
    ("a after b within 1 character", Relation("after", A, B, Distance(1, "chars"))),
    ("a near b within 2 sentences", Relation("near", A, B, Distance(2, "sentences"))),
    ("a near b within same sentence", Relation("near", A, B, Distance(None, "sentence"))),
    ("a near b within same paragraph", Relation("near", A, B, Distance(None, "paragraph"))),
    ("a not near b within 3 words", Relation("near", A, B, Distance(3, "words"), negated=True)),
    ("a inside b", Relation("inside", A, B)),
    ("a not overlaps b", Relation("overlaps", A, B, negated=True)),
    ("a in title", InPlace(A, Place(("title",)))),
    ("a in (title, body)", InPlace(A, Place(("title", "body")))),
    ("a not in (title)", InPlace(A, Place(("title",)), negated=True)),
    ("a in first 3 words of title", InPlace(A, Place(("title",), "first", 3, "words"))),
    ("a in last 100 chars", InPlace(A, Place((), "last", 100, "chars"))),
    ("a in first 1 line of (title, body)", InPlace(A, Place(("title", "body"), "first", 1, "lines"))),
    ("doc.x in [1, 2]", Compare("in", Doc("x"), ListOf((Number(1), Number(2))))),
    ("doc.x not in [1]", Compare("not in", Doc("x"), ListOf((Number(1),)))),
    ("a is negated", InContext(A, "negated")),
    ("a is not negated", InContext(A, "negated", negated=True)),
    ("a where (it.weight > 0)", Where(A, Compare(">", It("weight"), Number(0)))),
    ("a where b", Where(A, B)),
]

COMPARISONS: list[tuple[str, Node]] = [
    *((f"a {sign} b", Compare(sign, A, B)) for sign in ("==", "!=", "<", "<=", ">", ">=")),
    ('doc.url contains "/p/"', Compare("contains", Doc("url"), String("/p/"))),
    ("doc.sku matches /a b/", Compare("matches", Doc("sku"), Regex("a b"))),
    ("doc.x exists", Exists(Doc("x"))),
    ("count(a)>=3", Compare(">=", Call("count", (A,)), Number(3))),
]

PRECEDENCE: list[tuple[str, Node]] = [
    ("a or b and not c", Or((A, And((B, Not(C)))))),
    ("a and b and c", And((A, B, C))),
    ("a or b or c", Or((A, B, C))),
    ("(a and b) and c", And((And((A, B)), C))),
    ("a or (b or c)", Or((A, Or((B, C))))),
    ("not not a", Not(Not(A))),
    ("not a == b", Not(Compare("==", A, B))),
    ("not a near b", Not(Relation("near", A, B))),
    ("a near b == c inside d", Compare("==", Relation("near", A, B), Relation("inside", C, D))),
    ("a near b before c", Relation("before", Relation("near", A, B), C)),
    ("a near b within 8 words in title", InPlace(Relation("near", A, B, Distance(8, "words")), Place(("title",)))),
    ("a in title near b", Relation("near", InPlace(A, Place(("title",))), B)),
    ("a is negated where b is c", InContext(Where(InContext(A, "negated"), B), "c")),
    ("a near b + c", Relation("near", A, Arithmetic("+", B, C))),
    ("a + b * c - d", Arithmetic("-", Arithmetic("+", A, Arithmetic("*", B, C)), D)),
    ("a - b - c", Arithmetic("-", Arithmetic("-", A, B), C)),
    ("-a * b", Arithmetic("*", Negative(A), B)),
    ("a - -b", Arithmetic("-", A, Negative(B))),
    ("a if b or c else d", Choice(A, Or((B, C)), D)),
    ("a if b else c if d else a", Choice(A, B, Choice(C, D, A))),
    ("a or b if c else d", Choice(Or((A, B)), C, D)),
    ("any of (a) near b", Relation("near", Quantified("any", (A,)), B)),
]

SLASHES: list[tuple[str, Node]] = [
    ("a / b / c", Arithmetic("/", Arithmetic("/", A, B), C)),
    ("(a) / b/c", Arithmetic("/", Arithmetic("/", A, B), C)),
    ("a / /b/ / c", Arithmetic("/", Arithmetic("/", A, Regex("b")), C)),
    ("/a/ / 2", Arithmetic("/", Regex("a"), Number(2))),
    ("f(/a/, /b/)", Call("f", (Regex("a"), Regex("b")))),
    ("f(a) / 2 or /x/", Or((Arithmetic("/", Call("f", (A,)), Number(2)), Regex("x")))),
]


@pytest.mark.parametrize(("text", "tree"), ATOMS, ids=[text for text, _ in ATOMS])
def test_an_operand_stands_alone(text: str, tree: Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(("text", "tree"), RELATIONS, ids=[text for text, _ in RELATIONS])
def test_a_relation_filters_what_stands_before_it(text: str, tree: Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(("text", "tree"), COMPARISONS, ids=[text for text, _ in COMPARISONS])
def test_a_comparison_joins_two_values(text: str, tree: Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(("text", "tree"), PRECEDENCE, ids=[text for text, _ in PRECEDENCE])
def test_a_tighter_form_goes_first(text: str, tree: Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(("text", "tree"), SLASHES, ids=[text for text, _ in SLASHES])
def test_a_slash_begins_a_regex_only_where_an_operand_is_due(text: str, tree: Node) -> None:
    assert parse(text) == tree


def test_white_space_and_line_ends_mean_nothing() -> None:
    assert parse("\n a\tand\n\n( b )") == And((A, B))


@pytest.mark.parametrize("word", sorted(RESERVED_WORDS))
def test_a_name_may_begin_with_a_reserved_word(word: str) -> None:
    assert parse(f"{word}s_x and {word}_") == And((Name(f"{word}s_x"), Name(f"{word}_")))


def covered(text: str) -> list[tuple[str, str]]:
    return [(type(node).__name__, text[slice(*node.span)]) for node in walk(parse(text))]


def test_each_node_covers_its_text_from_first_to_last_word() -> None:
    text = ' (a near "b" within 8 words)  is not negated and count( c ) >= -2'

    assert covered(text) == [
        ("And", text.strip()),
        ("InContext", '(a near "b" within 8 words)  is not negated'),
        ("Relation", 'a near "b" within 8 words'),
        ("Name", "a"),
        ("String", '"b"'),
        ("Compare", "count( c ) >= -2"),
        ("Call", "count( c )"),
        ("Name", "c"),
        ("Negative", "-2"),
        ("Number", "2"),
    ]


def test_parentheses_belong_to_the_text_of_what_is_around_them() -> None:
    assert covered("not ((a) or [b])") == [
        ("Not", "not ((a) or [b])"),
        ("Or", "(a) or [b]"),
        ("Name", "a"),
        ("ListOf", "[b]"),
        ("Name", "b"),
    ]


def test_a_group_covers_its_quantifier_and_its_parentheses() -> None:
    assert covered("x or at least 2 of (a, b*) or any of ((c))") == [
        ("Or", "x or at least 2 of (a, b*) or any of ((c))"),
        ("Name", "x"),
        ("AtLeast", "at least 2 of (a, b*)"),
        ("Name", "a"),
        ("Wildcard", "b*"),
        ("Quantified", "any of ((c))"),
        ("Name", "c"),
    ]


def test_distances_and_places_know_their_text() -> None:
    text = "a near b within same sentence in first 3 words of (title, body)"

    tree = parse(text)

    assert isinstance(tree, InPlace)
    assert text[slice(*tree.place.span)] == "first 3 words of (title, body)"
    assert isinstance(tree.left, Relation)
    assert tree.left.distance is not None
    assert text[slice(*tree.left.distance.span)] == "within same sentence"


DEEP = {
    "signs": "-" * (MAX_DEPTH - 1) + "a",
    "nots": "not " * (MAX_DEPTH - 1) + "a",
    "parentheses": "(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH,
    "calls": "f(" * (MAX_DEPTH - 1) + "a" + ")" * (MAX_DEPTH - 1),
    "ands": "(b and " * (MAX_DEPTH - 1) + "a" + ")" * (MAX_DEPTH - 1),
    "groups": "any of (b, " * (MAX_DEPTH - 1) + "a" + ")" * (MAX_DEPTH - 1),
    "chain": " near ".join("a" * MAX_DEPTH),
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP.keys())
def test_a_tree_as_deep_as_allowed_can_be_compared_hashed_and_walked(text: str) -> None:
    tree, same = parse(text), parse(f" {text}")

    assert tree == same
    assert hash(tree) == hash(same)
    assert len(list(walk(tree))) == len(list(walk(same)))


def test_a_long_flat_condition_is_one_node() -> None:
    assert parse(" or ".join("a" * 10_000)) == Or((A,) * 10_000)


def test_the_tree_of_a_text_is_made_once() -> None:
    assert parse("a and made_once") is parse("a and made_once")
