"""`rubricate cover`: shares with counts, what is missing, floors that a build server goes by."""

from __future__ import annotations

import json

import pytest

from support.command import call

RULESET = """\
ruleset: shop
version: "1.0.0"
record: {text: [text]}
labels: {spam: {kind: document}}
dictionaries: {songs: {file: songs.tsv}}
matchers: {song: {use: dictionary, of: songs}}
rules:
  - {id: asks, label: spam, when: '"buy" or "get" or song', confidence: 0.9, hit: [buy, hello], miss: [sell]}
  - {id: sells, label: spam, when: '"sell"', confidence: 0.9, hit: [sell]}
"""


@pytest.fixture
def path(tmp_path):
    (tmp_path / "songs.tsv").write_text("term\nhello\nbye\nyesterday\n")
    (tmp_path / "ruleset.yaml").write_text(RULESET)
    return tmp_path / "ruleset.yaml"


def shares(path):
    return (
        f"shop   {path}\n  rules     1 of 2 (50.0 %)\n  branches  2 of 3 (66.7 %)\n  sections  none\n"
        "  rows      1 of 3 (33.3 %)\n  total     3 of 5 (60.0 %), without rows\n"
    )


def test_shares_are_shown_with_their_counts(path):
    called = call("cover", path)

    assert (called.code, called.out, called.err) == (0, shares(path), "")


def test_what_is_missing_is_listed_with_its_place_and_the_reason(path):
    assert call("cover", path, "--missing").out == shares(path) + (
        "  rules that no example touches\n"
        f"    {path}:9:10 sells: it has no miss\n"
        "  branches that no example touches\n"
        f"    {path}:8:45 asks\n"
        '      "buy" or "get" or song\n'
        "               ~~~~~\n"
        '      - none of its examples has "get"\n'
        "  rows that no example touches\n"
        f"    {path.parent / 'songs.tsv'}: 2 rows, lines 3-4: no example has its term\n"
    )


@pytest.mark.parametrize(
    ("floors", "low"),
    [
        (["60"], []),
        (["60.1"], ["total 60.0 % is below 60.1 %"]),
        (["rules=50", "rows=40", "sections=100"], ["rows 33.3 % is below 40 %"]),
        (["total=70", "rules=51"], ["total 60.0 % is below 70 %", "rules 50.0 % is below 51 %"]),
    ],
)
def test_a_share_below_its_floor_is_a_finding(path, floors, low):
    called = call("cover", path, *(word for floor in floors for word in ("--fail-under", floor)))

    assert called.code == (1 if low else 0)
    assert called.out == shares(path) + "".join(f"{path}: {line}\n" for line in low)


@pytest.mark.parametrize(
    ("floor", "said"),
    [
        ("much", '"much" is no number from 0 to 100'),
        ("101", '"101" is no number from 0 to 100'),
        ("nan", '"nan" is no number from 0 to 100'),
        ("rule=5", '"rule" is none of rules, branches, sections, rows, total'),
    ],
)
def test_a_floor_that_cannot_be_read_is_refused(path, floor, said):
    called = call("cover", path, "--fail-under", floor)

    assert (called.code, called.out) == (2, "")
    assert said in called.err


def test_as_json(path):
    called = call("cover", path, "--json", "--fail-under", "99")

    place = {"path": str(path), "line": 9, "column": 10, "length": 5}
    assert (called.code, called.err) == (1, f"{path}: total 60.0 % is below 99 %\n")
    assert json.loads(called.out) == [
        {
            "ruleset": "shop", "path": str(path),
            "rules": {"touched": 1, "of": 2, "percent": 50.0},
            "branches": {"touched": 2, "of": 3, "percent": 66.7},
            "sections": {"touched": 0, "of": 0, "percent": 100.0},
            "rows": {"touched": 1, "of": 3, "percent": 33.3},
            "total": {"touched": 3, "of": 5, "percent": 60.0},
            "failing": 0,
            "missing": [
                {"kind": "rules", "name": "sells", "reason": "it has no miss", "location": place},
                {"kind": "branches", "name": "asks", "reason": 'none of its examples has "get"',
                 "location": {"path": str(path), "line": 8, "column": 45, "length": 5}},
            ],
            "missing_rows": [{"path": str(path.parent / "songs.tsv"), "reason": "no example has its term", "lines": [3, 4]}],
        }
    ]  # fmt: skip


def test_examples_that_fail_are_named(path):
    path.write_text(RULESET.replace("miss: [sell]", "miss: [buy]"))

    assert f"note: 1 example fails and touches nothing: rubricate test {path}\n" in call("cover", path).out


def test_a_ruleset_with_errors_cannot_be_covered(path):
    path.write_text(RULESET.replace("label: spam", "label: sapm"))

    called = call("cover", path.parent)

    assert (called.code, called.out) == (2, "")
    assert "R030 error" in called.err
