"""Marks stand below what they mark, in columns of a terminal."""

import pytest

from rubricate.reporting.underlining import Underline, columns, underline


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("a no b", "no", ["a no b", "  ^^ m"]),
        ("京都 no", "no", ["京都 no", "     ^^ m"]),
        ("京都 no", "都", ["京都 no", "  ^^ m"]),
        ("👍🏽 no", "no", ["👍🏽 no", "   ^^ m"]),
        ("❤️ no", "no", ["❤️ no", "   ^^ m"]),
        ("👨‍👩‍👧 no", "no", ["👨‍👩‍👧 no", "   ^^ m"]),
        ("🇩🇪 no", "no", ["🇩🇪 no", "   ^^ m"]),
        ("e\u0301 no", "no", ["e\u0301 no", "  ^^ m"]),
        ("\tno", "no", ["    no", "    ^^ m"]),
        ("one\ntwo no\nthree", "no", ["two no", "    ^^ m"]),
        ("\x1b[2J no", "no", ["␛[2J no", "     ^^ m"]),
    ],
    ids=["ascii", "wide", "wide-mark", "skin-tone", "emoji-form", "family", "flag", "accent", "tab", "line", "control"],
)
def test_mark_stands_below_the_word(text, word, expected):
    start = text.index(word)

    assert underline(text, [Underline(start=start, end=start + len(word), note="m")]) == expected


def test_a_long_line_is_shown_around_the_mark():
    text = "x" * 100 + " no " + "y" * 100

    drawn = underline(text, [Underline(start=101, end=103, note="deny")], width=30)

    assert drawn == ["…" + "x" * 9 + " no " + "y" * 17 + "…", " " * 11 + "^^ deny"]


def test_marks_of_one_line_stand_below_one_another():
    marks = [Underline(start=3, end=9, note="scope", sign="~"), Underline(start=0, end=2, note="deny")]

    assert underline("no scalds", marks) == ["no scalds", "^^ deny", "   ~~~~~~ scope"]


def test_no_mark_draws_nothing():
    assert underline("text", []) == []


def test_columns_of_a_text():
    assert [columns(text) for text in ("", "ab", "京", "a\tb", "e\u0301")] == [0, 2, 2, 6, 1]
