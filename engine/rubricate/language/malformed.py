"""What is said about a condition that cannot be read: a table of mistakes, each with examples.

The examples are what a mistake is known by: a text that stops the parser in the same state on the same word gets the
message of that example. The same examples are the test of the table. No message ever lists what the parser expected.

In messages and help `{found}` is what the parser stopped at and `{before}` the word before it, both in quotes; `{sign}`
and `{last}` are the same without quotes, `{small}` is the first in small letters. `{opened}` is the beginning of the
parenthesis that is still open, `{closing}` what would close it, `{field}` what stands behind the dot of a field.
"""

from __future__ import annotations

from dataclasses import dataclass

from rubricate.errors import RubricateError

__all__ = ["MALFORMED", "MISPLACED", "RESERVED_WORDS", "ConditionSyntaxError", "Malformed"]

RESERVED_WORDS = frozenset(
    {
        "after",
        "all",
        "and",
        "any",
        "at",
        "before",
        "contains",
        "else",
        "exactly",
        "exists",
        "first",
        "if",
        "in",
        "inside",
    }
    | {"is", "last", "least", "matches", "near", "none", "not", "of", "or", "overlaps", "same", "where", "within"}
)
"""Words that cannot be names of matchers, lets or fields, in whatever case."""


class ConditionSyntaxError(RubricateError):
    """A condition that cannot be read: what is wrong, where in its text, and what to do about it."""

    def __init__(self, message: str, start: int, end: int, help: str | None = None) -> None:
        self.message = message
        self.start = start
        self.end = end
        self.help = help
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Malformed:
    """A mistake in how words follow each other."""

    message: str
    help: str | None
    examples: tuple[str, ...]
    """Texts that are stopped by it. An earlier row keeps a state and word that a later one also reaches."""


_OPERANDS = ("a", "a.b", '"a"', "/a/", "7", "(a)", "[a]", "any of (a)", "at least 1 of (a)", "-a")

MALFORMED = (
    Malformed("the condition is empty", 'write a name, a "text" or a /regex/', ("", " ")),
    Malformed(
        "the group is empty", "name at least one member", ("any of ()", "all of ()", "none of ()", "at least 2 of ()")
    ),
    Malformed("the list is empty", "write at least one value", ("[]", "a in []")),
    Malformed("nothing stands in the parentheses", "write a condition there, or take them away", ("()", "a and ()")),
    Malformed(
        "no field stands in the parentheses",
        'name one, as in "in (title, body)"',
        ("a in ()", "a in first 3 words of ()"),
    ),
    # Parentheses.
    Malformed(
        "{opened} is not closed",
        'add "{closing}"',
        (
            "(a",
            "(a or b",
            "(a if b else c",
            "count(a",
            "f(a, b",
            "f(",
            "any of (a",
            "any of (a, b",
            "any of (b*",
            "any of (a, b*",
            "a in (title",
            "a in (title, body",
            "(",
            "any of (",
            "at least 2 of (",
            "a in (",
            "[a",
            "a in [b, c",
            "[",
        ),
    ),
    Malformed('there is no "(" for this ")"', "take it away", ("a)", "a == b)", "(a))", "a exists)", "a if b else c)")),
    Malformed('there is no "[" for this "]"', "take it away", ("a]", "a == b]")),
    Malformed(
        "{found} does not close {opened}",
        'write "{closing}"',
        ("(a]", "f(a]", "f(a, b]", "any of (a]", "any of (a, b]", "a in (b]", "[a)", "[a, b)"),
    ),
    # Commas.
    Malformed(
        'nothing stands before ","', "take the comma away", (",", "any of (, a)", "f(, a)", "[, a]", "a in (, b)")
    ),
    Malformed(
        "nothing stands between two commas",
        "take one away",
        ("any of (a,, b)", "f(a,, b)", "[a,, b]", "a in (b,, c)"),
    ),
    Malformed(
        "nothing stands after the last comma",
        "take the comma away",
        ("any of (a,)", "f(a,)", "[a,]", "a in (b,)", "any of (a,", "f(a,", "[a,", "a in (b,"),
    ),
    Malformed(
        "a comma joins nothing here",
        'write "and" or "or", or "any of (a, b)"',
        ("a, b", "(a, b)", "a == b, c", "a or b, c"),
    ),
    # Words that stand behind what they are about.
    Malformed(
        '"exists" stands behind its field',
        'write "doc.price exists"',
        ("exists a", "exists", "a and exists b", "a or exists b", "not exists b", "(exists b)"),
    ),
    Malformed(
        "{found} stands behind the text that it looks into",
        'write "doc.url {sign} ...", or the "text" alone to look for it in the text of the record',
        ("contains", "matches", "a and contains b", "a or matches /b/", "not contains b", "(contains b)"),
    ),
    Malformed(
        "what is compared is missing before {found}",
        'name it each time, as in "x > 2 and x < 5"',
        ("a and < 5", "a or == b", "(a and < 5)"),
    ),
    # Not.
    Malformed(
        '"not" stands before {found}',
        'write "a not {sign} b"',
        ("not near b", "a and not near b", "a and not inside b", "(not near b)", "a or not in title", "not before b"),
    ),
    Malformed(
        '"not" stands between two parts',
        'write "and not"',
        tuple(f"{a} not {b}" for a in ("a", "(a)") for b in _OPERANDS),
    ),
    Malformed(
        '"not" stands before {found}',
        'write "not (x {sign} y)"',
        ("x not contains y", "x not matches /y/", "x not == y"),
    ),
    Malformed('"not" stands before "exists"', 'write "not doc.price exists"', ("x not exists",)),
    Malformed('"not" stands before "where"', 'write "where (not ...)"', ("x not where (y)",)),
    Malformed('"not" stands before "is"', 'write "is not"', ("x not is negated",)),
    Malformed('"not" stands before {found}', 'write "and not" or "or not"', ("x not and y", "x not or y")),
    Malformed('nothing stands after "not"', "complete it, or take it away", ("x not", "(x not)")),
    # Comparisons.
    Malformed(
        "comparisons cannot be chained",
        'write "a < b and b < c"',
        (
            "a < b < c",
            "a == b contains c",
            "a contains b matches /c/",
            "a exists == b",
            "a exists contains b",
            "a exists matches /b/",
        ),
    ),
    Malformed(
        '"exists" stands at the end of a comparison', 'write "a exists and a > b"', ("a > b exists", "a exists exists")
    ),
    Malformed('"<>" is no comparison', 'write "!="', ("a <> b",)),
    # Distances.
    Malformed(
        'the distance after "within" is missing',
        'write "within 8 words" or "within same sentence"',
        ("a near b within", "(a near b within)", "a near b within and c", "a near b within words"),
    ),
    Malformed(
        '"within" is followed by a number or "same"',
        'write "within 8 words" or "within same sentence"',
        (
            'a near b within "x"',
            "a near b within (8)",
            "a near b within -8 words",
            "a near b within a.b",
            "a near b within /x/",
        ),
    ),
    Malformed(
        "a distance is one number", 'write the greatest, as in "within 10 words"', ("a near b within 8-10 words",)
    ),
    Malformed(
        "the distance has no unit",
        'write "words", "chars" or "sentences" behind the number',
        (
            "a near b within 8",
            "(a near b within 8)",
            "a near b within 8 and c",
            "a near b within 8 in title",
            "any of (a near b within 8, c)",
        ),
    ),
    Malformed(
        '"same" has no unit',
        'write "within same sentence" or "within same paragraph"',
        ("a near b within same", "(a near b within same)"),
    ),
    Malformed(
        '"within" belongs to "near", "before" or "after"',
        'write "a near b within 8 words"',
        (
            "a within 8 words",
            "(a near b) within 8 words",
            "a near b within 8 words within 9 words",
            "a in title within 3 words",
            "a == b within 3 words",
            "a is negated within 3 words",
            "a or within 3 words",
            "within 3 words",
        ),
    ),
    Malformed(
        '"inside" and "overlaps" take no distance',
        'take it away, or write "near"',
        ("a inside b within 3 words", "a not overlaps b within same sentence"),
    ),
    # Places.
    Malformed(
        'the place after "in" is missing',
        'write "in title", "in first 3 words of title" or "in ["a", "b"]"',
        ("a in", "(a in)", "a in and b"),
    ),
    Malformed(
        '"in" is followed by fields or a list',
        'write "within {sign} words" for a distance, or "in first {sign} words" for a place',
        ("a in 3",),
    ),
    Malformed(
        '"in" is followed by fields or a list',
        'write "in title" or "in ["a", "b"]"',
        ('a in "title"', "a in /x/", "a in any of (b)", "a in -3"),
    ),
    Malformed(
        'a field stands after "in" without "doc."',
        'write "in {field}" for matches in a text, or "{sign} contains ..." to look into a value',
        ("a in doc.title", "a in (doc.title)", "a in first 3 words of doc.title"),
    ),
    Malformed(
        "values stand in a list, fields in parentheses",
        'write "in ["a", "b"]"',
        ('a in ("x", "y")', "a in (1, 2)", 'a in (b, "x")', "a in (b, 1)"),
    ),
    Malformed(
        "the number after {before} is missing",
        'write "in {last} 3 words of title"',
        ("a in first", "a in last", "a in first word", "a in last word", "(a in first)", "(a in last)"),
    ),
    Malformed(
        "the unit after {before} is missing",
        'write "chars", "lines", "sentences" or "words"',
        ("a in first 3", "a in last 3", "(a in first 3)", "a in first 3 of title", "a in first 3 and b"),
    ),
    Malformed(
        'the field after "of" is missing',
        'write "of title", or take "of" away',
        ("a in first 3 words of", "(a in first 3 words of)"),
    ),
    Malformed('"of" is missing before {found}', 'write "of {sign}"', ("a in first 3 words title",)),
    # Contexts.
    Malformed(
        'the context after "is" is missing',
        'write "is negated", or "==" to compare',
        ("a is", "a is not", "(a is)", "(a is not)"),
    ),
    Malformed(
        '"is" names a context and does not compare',
        'write "==", or "!=" for "is not"',
        ('a is "x"', 'a is not "x"', "a is 3", "a is not 3", "a is (b)", "a is not (b)", "a is a.b", "a is not a.b"),
    ),
    Malformed(
        '"is" stands before {found}',
        'write {found} without "is"',
        tuple(f"a is {word} b" for word in ("near", "before", "after", "inside", "in", "where", "within")),
    ),
    Malformed(
        '"is not" stands before {found}',
        'write "not {sign}"',
        tuple(f"a is not {word} b" for word in ("near", "before", "after", "inside", "in")),
    ),
    # Groups.
    Malformed(
        '"of" is missing after {before}',
        'write "{last} of (a, b)"',
        tuple(f"{word}{rest}" for word in ("any", "all", "none") for rest in ("", "(a)", " a", ' "a"', " and a")),
    ),
    Malformed(
        "a group stands in parentheses",
        'write "of (a, b)"',
        tuple(
            f"{word} of{rest}"
            for word in ("any", "all", "none", "at least 2")
            for rest in ("", " a", ' "a"', " [a]", " /a/", " a.b", " 3")
        ),
    ),
    Malformed(
        'the number after "at least" is missing',
        'write "at least 2 of (a, b)"',
        ("at least", "at least of (a)", "at least (a)", "at least two of (a)"),
    ),
    Malformed(
        '"of" is missing after "at least {last}"',
        'write "at least {last} of (a, b)"',
        ("at least 2", "at least 2 (a)", "at least 2 a"),
    ),
    Malformed(
        '"at" has no "least"', 'write "at least 2 of (a, b)"', ("at 2 of (a)", "at", "at last 2 of (a)", "at of (a)")
    ),
    Malformed('"at most" is not built yet', 'write "{most}"', ("at most 2 of (a, b)",)),
    # Choices.
    Malformed(
        '"else" is missing',
        'write "x if a else y", or "and" where both must be there',
        (
            "x if a",
            "(x if a)",
            "f(x if a)",
            "any of (x if a)",
            "[x if a]",
            "f(x if a, b)",
            "any of (x if a, b)",
            "x if a if b",
        ),
    ),
    Malformed('"else" has no "if"', 'write "x if a else y"', ("x else y", "x == y else z", "(x else y)")),
    Malformed(
        '"if" stands between two values',
        'write "a and b" for a condition of two parts, or "x if a else y" to choose a value',
        ("if a", "x and if a", "if"),
    ),
)
"""In order: an earlier row keeps what a later one also reaches."""

MISPLACED = {
    "FIRST": Malformed(
        '"first" stands only after "in"', 'write "in first 3 words of title"', ("first 3 words", "a first")
    ),
    "LAST": Malformed(
        '"last" stands only after "in"', 'write "in last 3 words of title"', ("last 3 words", "(a) last 3")
    ),
    "LEAST": Malformed(
        '"least" stands only after "at"',
        'write "at least 2 of (a, b)"',
        ("least 2 of (a)", "a or least 2 of (b)", "a least"),
    ),
    "OF": Malformed('"of" has no group before it', 'write "any of (a, b)"', ("of (a)", "a of b", "a and of")),
    "SAME": Malformed(
        '"same" stands only after "within"',
        'write "within same sentence"',
        ("a same sentence", "same", "a near same sentence"),
    ),
}
"""What is said of words that belong behind one other word, by the type of their token, if no row above fits."""
