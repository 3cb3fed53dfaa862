"""The canonical text of trees."""

from __future__ import annotations

import pytest

from rubricate.language.parsing import MAX_DEPTH, parse
from rubricate.language.printing import to_text
from rubricate.language.tree import And, Name, Negative, Node, Not, Number, Regex, String

CANONICAL = [
    # how people write it, how it is printed
    ("a  and\nb", "a and b"),
    ("((a)) and (b == c)", "a and b == c"),
    ("a and (b and c)", "a and (b and c)"),
    ("(a or b) and c", "(a or b) and c"),
    ("(a and b) or c", "a and b or c"),
    ("not (a)", "not a"),
    ("not (a or b)", "not (a or b)"),
    ("not (a == b)", "not a == b"),
    ("(not a) == b", "(not a) == b"),
    ("(a == b) == c", "(a == b) == c"),
    ("(a exists) exists", "(a exists) exists"),
    ("(doc.x in ['a','b']) == c", 'doc.x in ["a", "b"] == c'),
    ("doc.x not in [1]", "doc.x not in [1]"),
    ("(a near b) before c", "a near b before c"),
    ("a near (b before c)", "a near (b before c)"),
    ("(a near b within 8 words) is not negated", "a near b within 8 words is not negated"),
    ("a near b within 1 words", "a near b within 1 word"),
    ("a near b within 2 characters", "a near b within 2 chars"),
    ("a not near b within same paragraph", "a not near b within same paragraph"),
    ("a in (title)", "a in title"),
    ("a in (title,body)", "a in (title, body)"),
    ("a not in first 1 word of (title,body)", "a not in first 1 word of (title, body)"),
    ("a in last 100 character", "a in last 100 chars"),
    ("a where (it.x)", "a where it.x"),
    ("a where (it.x>0)", "a where (it.x > 0)"),
    ("a+(b*c)", "a + b * c"),
    ("(a+b)*c", "(a + b) * c"),
    ("a-(b-c)", "a - (b - c)"),
    ("(a-b)-c", "a - b - c"),
    ("- (-a)", "--a"),
    ("-(a+b)", "-(a + b)"),
    ("(-a)*b", "-a * b"),
    ("(a if b else c) if d else e", "(a if b else c) if d else e"),
    ("a if b else (c if d else e)", "a if b else c if d else e"),
    ("any of( a,b* , c or d)", "any of (a, b*, c or d)"),
    ("any of (a *b)", "any of (a * b)"),
    ("at least 02 of (a,b)", "at least 2 of (a, b)"),
    ("f( )", "f()"),
    ("f(a,b if c else d)", "f(a, b if c else d)"),
    ("doc.photo.width>=200", "doc.photo.width >= 200"),
    ("it.x + it + a.b", "it.x + it + a.b"),
    ("/a/si", "/a/is"),
    (r"/a\/b[\]\\]/", r"/a\/b[\]\\]/"),
    ("1.50 + 1e3 + 1e300 + 0.1", "1.5 + 1000 + 1e+300 + 0.1"),
    (r"'say \'hi\''", "\"say 'hi'\""),
    (r"""'"\\'""", r'''"\"\\"'''),
]


@pytest.mark.parametrize(("written", "printed"), CANONICAL, ids=[written for written, _ in CANONICAL])
def test_a_tree_has_one_text_with_no_more_parentheses_than_it_needs(written: str, printed: str) -> None:
    tree = parse(written)

    assert to_text(tree) == printed
    assert parse(printed) == tree


@pytest.mark.parametrize(
    ("node", "printed"),
    [
        (String('"'), r'"\""'),
        (Regex("a/b"), r"/a\/b/"),
        (Regex(r"a\/b"), r"/a\/b/"),
        (Number(3.0), "3"),
        (Number(1e22), "1e+22"),
        (Negative(Number(2)), "-2"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_a_node_made_by_hand_is_printed_like_a_parsed_one(node: Node, printed: str) -> None:
    assert to_text(node) == printed


def test_printing_does_not_recurse() -> None:
    tree: Node = Name("a")
    for _ in range(50 * MAX_DEPTH):
        tree = Not(And((Name("b"), tree)))

    assert to_text(tree) == "not (b and " * (50 * MAX_DEPTH) + "a" + ")" * (50 * MAX_DEPTH)
