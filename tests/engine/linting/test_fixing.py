"""Certain fixes: exact, kept only when they help, never harmful."""

from __future__ import annotations

from pathlib import Path

import pytest

from rubricate.annotator import check, fix
from rubricate.linting.fixing import apply_edits, fix_texts
from rubricate.model.codes import problem
from rubricate.model.location import Location
from rubricate.model.problem import Edit, Fix

RULESET = """\
ruleset: t   # a comment
version: {version}
labels: [spam, ham]
matchers:
  price: {{use: regex, pattern: '/[0-9]+ ?eur/', fold: {fold}}}
rules:
  - id: asks   # kept
    label: spam
    when: {when}   # kept too
    {key}: 0.9
    hit: ["a"]
    miss: ["b"]
"""
SOUND = {"version": '"1.0.0"', "fold": "true", "when": "'price'", "key": "confidence"}
FIXES = {
    "R015": {"version": ("1.10", '"1.10.0"')},
    "R019": {"fold": ("yes", "true")},
    "R010": {"key": ("confidense", "confidence")},
    "R016": {"when": ('"buy now"', "'\"buy now\"'")},
    "R017": {"when": ('"buy now" or price', "'\"buy now\" or price'")},
    "R018": {"when": (r'"/\bDOB\b/ or price"', r"'/\bDOB\b/ or price'")},
    "R104": {"when": ('\'"a b" and price or "c d" and price\'', '\'("a b" and price) or ("c d" and price)\'')},
}


def write(tmp_path: Path, **values: str) -> Path:
    path = tmp_path / "ruleset.yaml"
    path.write_text(RULESET.format(**{**SOUND, **values}), encoding="utf-8")
    return path


@pytest.mark.parametrize("code", FIXES)
def test_what_is_certain_is_fixed_and_nothing_else_changes(code: str, tmp_path: Path) -> None:
    path = write(tmp_path, **{key: before for key, (before, _) in FIXES[code].items()})
    assert code in {each.code for each in check(path)[1]}

    fixed = fix(path)

    expected = RULESET.format(**{**SOUND, **{key: after for key, (_, after) in FIXES[code].items()}})
    assert fixed.texts == {str(path): expected}
    assert fixed.counts == {str(path): 1}


def test_all_of_them_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, version="1.10", fold="no", when=FIXES["R017"]["when"][0], key="confidense")

    fixed = fix(path)

    assert fixed.counts == {str(path): 4}
    path.write_text(fixed.texts[str(path)], encoding="utf-8")
    assert (check(path)[1], fix(path).texts) == ((), {})


def test_line_ends_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "ruleset.yaml"
    text = RULESET.format(**{**SOUND, "version": "1.10"}).replace("\n", "\r\n")
    path.write_bytes(text.encode())

    assert fix(path).texts == {str(path): text.replace("1.10", '"1.10.0"')}


def test_a_key_that_could_be_two_is_left_alone(tmp_path: Path) -> None:
    path = write(tmp_path)
    path.write_text(path.read_text(encoding="utf-8") + "    hint: x\n", encoding="utf-8")

    assert fix(path).texts == {}


def test_a_key_that_is_there_already_is_not_written_twice(tmp_path: Path) -> None:
    path = write(tmp_path)
    path.write_text(path.read_text(encoding="utf-8") + "    hitt: [x]\n", encoding="utf-8")

    assert fix(path).texts == {}


def test_a_silenced_warning_is_not_fixed(tmp_path: Path) -> None:
    path = write(tmp_path, when=FIXES["R104"]["when"][0] + "  # allow R104: read aloud like this")

    assert fix(path).texts == {}


def test_an_included_file_is_fixed(tmp_path: Path) -> None:
    (tmp_path / "more.rules").write_text(
        'rule sells => ham\n  when "a b" or "c d" and "e f"\n  confidence 0.9\nend\n', encoding="utf-8"
    )
    path = write(tmp_path)
    path.write_text("include: [more.rules]\n" + path.read_text(encoding="utf-8"), encoding="utf-8")

    [(file, text)] = fix(path).texts.items()

    assert file == str(tmp_path / "more.rules")
    assert text == 'rule sells => ham\n  when "a b" or ("c d" and "e f")\n  confidence 0.9\nend\n'


def place(column: int, length: int) -> Location:
    return Location("r.yaml", 1, column, length)


def test_edits_go_by_characters() -> None:
    edits = [Edit(place(4, 2), "XY"), Edit(place(1, 0), "("), Edit(place(9, 0), ")")]

    assert apply_edits("äö cd ef\n", "r.yaml", edits) == "(äö XY ef)\n"


@pytest.mark.parametrize("other", ["R003", "R010"])
def test_a_fix_that_brings_another_error_is_not_made(other: str) -> None:
    found = problem("R010", "m", place(1, 1), fix=Fix.replacing(place(1, 1), "b"))
    after = problem(other, "another", place(1, 1))

    fixed = fix_texts({"r.yaml": "a\n"}, lambda texts: [found] if texts["r.yaml"] == "a\n" else [after])

    assert (fixed.texts, dict(fixed.counts)) == ({}, {})


def test_a_fix_that_does_not_help_is_not_made() -> None:
    found = problem("R010", "m", place(1, 1), fix=Fix.replacing(place(1, 1), "b"))

    assert fix_texts({"r.yaml": "a\n"}, lambda texts: [found]).texts == {}


def test_one_bad_fix_keeps_no_other_from_being_made() -> None:
    good = problem("R010", "good", place(1, 1), fix=Fix.replacing(place(1, 1), "A"))
    bad = problem("R015", "bad", place(3, 1), fix=Fix.replacing(place(3, 1), "C"))

    def examine(texts):  # type: ignore[no-untyped-def]
        text = texts["r.yaml"]
        worse = [problem("R002", "worse", place(3, 1))] if "C" in text else [bad]
        return ([] if "A" in text else [good]) + worse

    fixed = fix_texts({"r.yaml": "a c\n"}, examine)

    assert (fixed.texts, dict(fixed.counts)) == ({"r.yaml": "A c\n"}, {"r.yaml": 1})


def test_a_pattern_without_slashes_gets_them(tmp_path: Path) -> None:
    path = write(tmp_path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("'/[0-9]+ ?eur/'", "'[0-9]+ ?eur'"), encoding="utf-8")

    assert fix(path).texts == {str(path): text}


def test_a_silence_of_nothing_goes_and_other_comments_stay(tmp_path: Path) -> None:
    path = write(tmp_path)
    text = path.read_text(encoding="utf-8")
    above = text.replace("  - id: asks", "  # allow R104: both read alike\n  # the first\n  - id: asks")
    path.write_text(above.replace("label: spam\n", "label: spam  # allow R101: none\n"), encoding="utf-8")

    assert fix(path).texts == {str(path): text.replace("  - id: asks", "  # the first\n  - id: asks")}


def test_a_silence_that_another_machine_may_need_stays(tmp_path: Path) -> None:
    path = write(tmp_path)
    text = path.read_text(encoding="utf-8").replace("label: spam\n", "label: spam  # allow R114: slow at times\n")
    path.write_text(text, encoding="utf-8")

    assert [each.code for each in check(path)[1]] == ["R135"]
    assert fix(path).texts == {}
