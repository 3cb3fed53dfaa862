"""What is said about conditions that cannot be read: whole messages, places and help."""

from __future__ import annotations

import re

import pytest

from rubricate.language.malformed import MALFORMED, MISPLACED, RESERVED_WORDS
from rubricate.language.parsing import MAX_DEPTH, MAX_LENGTH, ConditionSyntaxError, parse
from rubricate.language.strays import STRAYS

GOLDEN = [
    # text, message, start, end, help
    ("", "the condition is empty", 0, 0, 'write a name, a "text" or a /regex/'),
    ("a and", 'nothing stands after "and"', 5, 5, "complete it, or take it away"),
    ("and a", 'nothing stands before "and"', 0, 3, "complete it, or take it away"),
    ("a and and b", '"and" stands twice', 6, 9, "take one away"),
    ("a and or b", 'nothing stands between "and" and "or"', 6, 8, "complete it, or take one of them away"),
    ("a AND b", '"AND" is written in small letters', 2, 5, 'write "and"'),
    ("NOT a", '"NOT" is written in small letters', 0, 3, 'write "not"'),
    ("a && b", '"&&" is written in words', 2, 4, 'write "and"'),
    ("a | b", '"|" is written in words', 2, 3, 'write "or"'),
    ("!a", '"!" is written in words', 0, 1, 'write "not"'),
    ("a = 3", '"=" does not compare', 2, 3, 'write "=="'),
    ("a => 3", '"=>" is no comparison', 2, 4, 'write ">="'),
    ("a <> b", '"<>" is no comparison', 3, 4, 'write "!="'),
    ("a < b < c", "comparisons cannot be chained", 6, 7, 'write "a < b and b < c"'),
    ("a near", 'nothing stands after "near"', 6, 6, "complete it, or take it away"),
    ("near b", 'nothing stands before "near"', 0, 4, "complete it, or take it away"),
    (
        "a near b within",
        'the distance after "within" is missing',
        15,
        15,
        'write "within 8 words" or "within same sentence"',
    ),
    (
        "a near b within 8",
        "the distance has no unit",
        17,
        17,
        'write "words", "chars" or "sentences" behind the number',
    ),
    ("a near b within 8 apples", 'unknown unit "apples"', 18, 24, 'use "chars", "sentences" or "words"'),
    ("a near b within 3 wrods", 'unknown unit "wrods"', 18, 23, 'did you mean "words"?'),
    ("a near b within same chapter", 'unknown unit "chapter"', 21, 28, 'use "paragraph" or "sentence"'),
    ("a near b within 2.5 words", 'a distance is a whole number, not "2.5"', 16, 19, "write it in digits only"),
    (
        'a near b within "x"',
        '"within" is followed by a number or "same"',
        16,
        19,
        'write "within 8 words" or "within same sentence"',
    ),
    ("a within 8 words", '"within" belongs to "near", "before" or "after"', 2, 8, 'write "a near b within 8 words"'),
    (
        "(a near b) within 8 words",
        '"within" belongs to "near", "before" or "after"',
        11,
        17,
        'write "a near b within 8 words"',
    ),
    ("a inside b within 3 words", '"inside" and "overlaps" take no distance', 11, 17, 'take it away, or write "near"'),
    ("a nera b", 'unknown word "nera" after "a"', 2, 6, 'did you mean "near"?'),
    ("a b", 'nothing joins "a" and "b"', 2, 3, 'write "and" or "or" between them'),
    ('"x" "y"', 'nothing joins "x" and "y"', 4, 7, 'write "and" or "or" between them'),
    ("a not b", '"not" stands between two parts', 6, 7, 'write "and not"'),
    ("a == not b", '"not" needs parentheses after "=="', 5, 8, 'write "(not ...)"'),
    ("a not exists", '"not" stands before "exists"', 6, 12, 'write "not doc.price exists"'),
    ('a not contains "x"', '"not" stands before "contains"', 6, 14, 'write "not (x contains y)"'),
    ("(heat_terms or body_part", '"(heat_terms or b…" is not closed', 24, 24, 'add ")"'),
    ("count(a", '"(a" is not closed', 7, 7, 'add ")"'),
    ("any of (a, b*", '"(a, b*" is not closed', 13, 13, 'add ")"'),
    ("[1, 2", '"[1, 2" is not closed', 5, 5, 'add "]"'),
    ("a or b)", 'there is no "(" for this ")"', 6, 7, "take it away"),
    ("a or b]", 'there is no "[" for this "]"', 6, 7, "take it away"),
    ("any of (a, b]", '"]" does not close "(a, b]"', 12, 13, 'write ")"'),
    ("()", "nothing stands in the parentheses", 1, 2, "write a condition there, or take them away"),
    ("any of ()", "the group is empty", 8, 9, "name at least one member"),
    ("at least 2 of ()", "the group is empty", 15, 16, "name at least one member"),
    ("[]", "the list is empty", 1, 2, "write at least one value"),
    ("any (a, b)", '"of" is missing after "any"', 4, 5, 'write "any of (a, b)"'),
    ("any of a", "a group stands in parentheses", 7, 8, 'write "of (a, b)"'),
    ("at least of (a)", 'the number after "at least" is missing', 9, 11, 'write "at least 2 of (a, b)"'),
    ("at least 2 (a)", '"of" is missing after "at least 2"', 11, 12, 'write "at least 2 of (a, b)"'),
    (
        "at least 1.5 of (a)",
        'the number after "at least" is a whole number, not "1.5"',
        9,
        12,
        "write it in digits only",
    ),
    ("at 2 of (a)", '"at" has no "least"', 3, 4, 'write "at least 2 of (a, b)"'),
    ("at most 2 of (a, b)", '"at most" is not built yet', 3, 7, 'write "not at least 3 of (a, b)"'),
    (
        "exactly 2 of (a, b)",
        '"exactly" is not built yet',
        0,
        7,
        'write "at least 2 of (a, b) and not at least 3 of (a, b)"',
    ),
    ("least 2 of (a)", '"least" stands only after "at"', 0, 5, 'write "at least 2 of (a, b)"'),
    ("any of (a,, b)", "nothing stands between two commas", 10, 11, "take one away"),
    ("any of (a,)", "nothing stands after the last comma", 10, 11, "take the comma away"),
    ("any of (, a)", 'nothing stands before ","', 8, 9, "take the comma away"),
    ("a, b", "a comma joins nothing here", 1, 2, 'write "and" or "or", or "any of (a, b)"'),
    (
        "burn_*",
        "a wildcard stands only in a group, and alone",
        5,
        6,
        'write "any of (burn_*)" for names, or /\\bburn_\\w*/i for words of the text',
    ),
    (
        "any of (a and b*)",
        "a wildcard stands only in a group, and alone",
        15,
        16,
        'write "any of (b*)" for names, or /\\bb\\w*/i for words of the text',
    ),
    ('"buy now', "the string is not closed", 0, 1, 'add " at its end; a quote that is part of the text is written \\"'),
    ("'buy now", "the string is not closed", 0, 1, "add ' at its end; a quote that is part of the text is written \\'"),
    ("“buy now”", 'curly quotes "“" do not mark a string', 0, 1, 'write straight quotes: "text"'),
    (
        '"a\\d"',
        '"\\d" means nothing in a string',
        2,
        4,
        'write "\\\\" for a backslash itself, or a /regex/ for a pattern',
    ),
    ("/abc", "the regex is not closed", 0, 1, 'add "/" at its end; a slash inside it is written "\\/"'),
    ("//", "the regex is empty", 0, 2, "write what it looks for between the two slashes"),
    (
        "/a/g",
        'unknown regex flag "g"',
        3,
        4,
        'use "a", "i", "m", "s" or "x"; a slash inside the regex is written "\\/"',
    ),
    ("/a/ii", 'the regex flag "i" stands twice', 4, 5, "take one away"),
    (
        "doc.n > 1e999",
        'the number "1e999" is too large',
        8,
        13,
        "the largest whole number is 9007199254740991; put longer ones, such as an id, in quotes",
    ),
    (
        "doc.id == 9007199254740993",
        'the number "9007199254740993" is too large',
        10,
        26,
        "the largest whole number is 9007199254740991; put longer ones, such as an id, in quotes",
    ),
    ("at least 9999999999 of (a)", 'the number "9999999999" is too large', 9, 19, "the largest is 1000000000"),
    ("doc.n > .5", 'the number ".5" has no digit before the dot', 8, 10, 'write "0.5"'),
    ("doc", '"doc" has no field', 0, 3, 'write "doc.price" for the field "price"'),
    (
        "it.a.b",
        '"it.a.b" has more than one dot',
        0,
        6,
        'only "doc" takes more, as in "doc.photo.width"; a label stands in quotes, as in label("a.b.c")',
    ),
    ("doc(a)", '"doc" is no function', 0, 3, 'write "doc.price" for "price"'),
    (
        "a in",
        'the place after "in" is missing',
        4,
        4,
        'write "in title", "in first 3 words of title" or "in ["a", "b"]"',
    ),
    ('a in "title"', '"in" is followed by fields or a list', 5, 12, 'write "in title" or "in ["a", "b"]"'),
    ('a in ("x", "y")', "values stand in a list, fields in parentheses", 6, 9, 'write "in ["a", "b"]"'),
    (
        "a in doc.title",
        'a field stands after "in" without "doc."',
        5,
        14,
        'write "in title" for matches in a text, or "doc.title contains ..." to look into a value',
    ),
    ("a in ()", "no field stands in the parentheses", 6, 7, 'name one, as in "in (title, body)"'),
    ("a in first words of title", 'the number after "first" is missing', 11, 16, 'write "in first 3 words"'),
    (
        "a in first 3 of title",
        'the unit after "3" is missing',
        13,
        15,
        'write "chars", "lines", "sentences" or "words"',
    ),
    ("a in first 3 pages", 'unknown unit "pages"', 13, 18, 'use "chars", "lines", "sentences" or "words"'),
    ("a in first 3 words title", '"of" is missing before "title"', 19, 24, 'write "of title"'),
    ("first 3 words of title", '"first" stands only after "in"', 0, 5, 'write "in first 3 words of title"'),
    ("a is", 'the context after "is" is missing', 4, 4, 'write "is negated", or "==" to compare'),
    ('a is "x"', '"is" names a context and does not compare', 5, 8, 'write "==", or "!=" for "is not"'),
    ("a is in title", '"is" stands before "in"', 5, 7, 'write "in" without "is"'),
    ("a is not near b", '"is not" stands before "near"', 9, 13, 'write "not near"'),
    ("x if a", '"else" is missing', 6, 6, 'write "x if a else y", or "and" where both must be there'),
    ("x else y", '"else" has no "if"', 2, 6, 'write "x if a else y"'),
    (
        "if a then b",
        '"if" stands between two values',
        0,
        2,
        'write "a and b" for a condition of two parts, or "x if a else y" to choose a value',
    ),
    ("a same sentence", '"same" stands only after "within"', 2, 6, 'write "within same sentence"'),
    ("a ? 1 : 2", '"?" means nothing here', 2, 3, 'choose with "x if a else y"'),
    ("10% < a", '"%" means nothing here', 2, 3, "write a share as a number: 0.1"),
    ("a @ b", 'the character "@" means nothing here', 2, 3, "take it away"),
    ("a and {b}", '"{b}" is no way to name a field', 6, 9, 'write "doc.b" for a field; ( ) make groups'),
    ("doc. price", 'a dot stands only inside a name, as in "doc.price"', 3, 4, "take it away, or the spaces around it"),
    ("a # b", "a condition holds no comment", 2, 3, "put it behind a # outside the quotes"),
    ("\\d+", "a backslash stands only in a string or a regex", 0, 1, "write a pattern between slashes, as in /\\d+/"),
    ("a \x00 b", "the character U+0000 means nothing here", 2, 3, "take it away"),
]

TABLE = [
    pytest.param(row.message, example, id=f"{example!r}")
    for row in (*STRAYS, *MALFORMED, *MISPLACED.values())
    for example in row.examples
]


def error_of(text: str) -> ConditionSyntaxError:
    with pytest.raises(ConditionSyntaxError) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize(("text", "message", "start", "end", "help"), GOLDEN, ids=[repr(row[0]) for row in GOLDEN])
def test_a_mistake_has_one_message_a_place_and_a_way_out(
    text: str, message: str, start: int, end: int, help: str
) -> None:
    error = error_of(text)

    assert (error.message, error.start, error.end, error.help) == (message, start, end, help)


@pytest.mark.parametrize(("message", "example"), TABLE)
def test_each_example_of_the_table_gets_the_message_of_its_row(message: str, example: str) -> None:
    wanted = re.sub(r"\\\{\w+\\\}", ".*", re.escape(message))

    assert re.fullmatch(wanted, error_of(example).message)


@pytest.mark.parametrize("text", [example.values[1] for example in TABLE], ids=repr)
def test_no_message_names_a_token_of_the_grammar(text: str) -> None:
    error = error_of(text)

    said = re.sub(r'"[^"]*"', "", f"{error.message} {error.help}").replace("U+", "")
    assert not re.search(r"\$END|[A-Z]{2,}", said)


@pytest.mark.parametrize("text", ["x or (a b)", "f(a b)", "[a b]", "any of (x, (a b))", "x if (a b) else z"])
def test_a_mistake_is_known_at_any_depth(text: str) -> None:
    error = error_of(text)

    assert (error.message, error.start) == ('nothing joins "a" and "b"', text.index("b)" if "b)" in text else "b]"))


@pytest.mark.parametrize("text", ["(a and", "f(a and", "a and   ", "a and\n"])
def test_the_end_of_a_condition_is_marked_behind_its_last_word(text: str) -> None:
    error = error_of(text)

    assert (error.start, error.end) == (len(text.rstrip()), len(text.rstrip()))


@pytest.mark.parametrize("word", sorted(RESERVED_WORDS))
@pytest.mark.parametrize("change", [str.lower, str.upper, str.title])
def test_a_reserved_word_is_no_name(word: str, change: type[str]) -> None:
    with pytest.raises(ConditionSyntaxError):
        parse(change(word))


def test_a_condition_that_is_too_long_is_refused() -> None:
    text = "a" * (MAX_LENGTH + 1)

    error = error_of(text)

    assert error.message == "the condition is 100001 characters long; the limit is 100000"
    assert (error.start, error.end) == (100_000, 100_001)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("(" * (MAX_DEPTH + 1), 100, 101),
        ("(" * (MAX_DEPTH + 1) + "a" + ")" * (MAX_DEPTH + 1), 100, 101),
        ("not " * MAX_DEPTH + "a", 0, 401),
        ("-" * MAX_DEPTH + "a", 0, 101),
        (" near ".join("a" * (MAX_DEPTH + 1)), 0, 701),
        ("a if b else " * MAX_DEPTH + "c", 0, 1201),
    ],
    ids=["open", "parentheses", "nots", "signs", "chain", "choices"],
)
def test_a_condition_that_is_nested_too_deep_is_refused(text: str, start: int, end: int) -> None:
    error = error_of(text)

    assert (error.message, error.start, error.end) == ("the condition is nested more than 100 deep", start, end)


def test_a_quoted_word_is_not_quoted_again() -> None:
    assert error_of("\"a\" 'b'").message == 'nothing joins "a" and "\'b\'"'


def test_a_long_word_is_shown_by_its_beginning() -> None:
    assert error_of("a " + "b" * 50).message == f'nothing joins "a" and "{"b" * 29}…"'


def test_braces_in_a_condition_are_no_places_in_a_message() -> None:
    assert error_of('a "{found}"').message == 'nothing joins "a" and "{found}"'
