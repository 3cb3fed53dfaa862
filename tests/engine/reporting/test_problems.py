"""Problems shown to people and given to programs."""

from __future__ import annotations

from rubricate.model.codes import problem
from rubricate.model.location import Location
from rubricate.model.problem import Note
from rubricate.reporting.problems import render_problems, to_json

PLACE = Location("r.yaml", 2, 4, 3)


def test_a_problem_shows_its_line_with_a_marker_notes_and_help() -> None:
    found = problem(
        "R003",
        'the key "abc" stands twice',
        Location("r.yaml", 10, 1, 3),
        notes=(Note(Location("r.yaml", 2, 1, 3), "it stands here first"),),
        help="remove one of them",
    )
    text = "x: 1\nabc: 2\n" + "\n" * 7 + "abc: 3\n"

    assert (
        render_problems([found], {"r.yaml": text})
        == """\
r.yaml:10:1 R003 error: the key "abc" stands twice
10 | abc: 3
   | ^^^
   note: r.yaml:2:1 it stands here first
 2 | abc: 2
   | ^^^
   help: remove one of them
"""
    )


def test_problems_stand_apart_and_none_is_nothing() -> None:
    found = problem("R101", "a", Location("r.yaml", 1, 1))

    assert render_problems([], {}) == ""
    assert render_problems([found, found], {}) == "r.yaml:1:1 R101 warning: a\n\nr.yaml:1:1 R101 warning: a\n"


def shown(line: str, column: int, length: int) -> list[str]:
    text = render_problems([problem("R010", "x", Location("r", 1, column, length))], {"r": line})
    return [part.partition("| ")[2] for part in text.splitlines()[1:]]


def test_the_marker_stands_below_wide_characters() -> None:
    assert shown("日本: 漢字 x", 5, 2) == ["日本: 漢字 x", "      ^^^^"]


def test_a_tab_takes_four_columns() -> None:
    assert shown("\ta: b", 2, 1) == ["    a: b", "    ^"]


def test_combining_characters_take_no_column() -> None:
    assert shown("e\u0301e\u0301 x", 6, 1) == ["e\u0301e\u0301 x", "   ^"]


def test_control_characters_do_not_reach_the_terminal() -> None:
    assert shown("\x1b[31mred\u202e x", 11, 1) == ["\ufffd[31mred x", "         ^"]


def test_a_long_line_is_cut_around_its_marker() -> None:
    source, marker = shown("a" * 500 + "b" + "c" * 500, 501, 1)

    assert source.startswith("…a")
    assert source.endswith("c…")
    assert source[len(marker) - 1] == "b"
    assert len(source) <= 122


def test_a_place_behind_the_line_is_marked_at_its_end() -> None:
    assert shown("abc", 9, 4) == ["abc", "   ^"]


def test_problems_are_values_for_programs() -> None:
    found = problem("R010", "m", PLACE, notes=(Note(PLACE, "n"),), help="h")
    place = {"path": "r.yaml", "line": 2, "column": 4, "length": 3}

    assert to_json([found]) == [
        {
            "code": "R010",
            "severity": "error",
            "message": "m",
            **place,
            "notes": [{"message": "n", **place}],
            "help": "h",
            "fix": None,
            "silenced": None,
        }
    ]
