"""`rubricate check` and `rubricate explain`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rubricate.model.codes import CODES
from support.command import call

SOUND = """\
ruleset: t
version: "1.0.0"
labels: [spam, ham]
rules:
  - {id: asks, label: spam, when: '"subscribe"', confidence: 0.9, hit: [subscribe], miss: [a song]}
"""
WARNED = SOUND.replace(", hit: [subscribe], miss: [a song]", "")
MIXED = WARNED.replace("'\"subscribe\"'", '\'"a b" or "c d" and "e f"\'')
SILENCED = WARNED.replace("rules:", "# allow R102: the tests cover it\nrules:")
BROKEN = SOUND.replace("confidence", "confidense")


@pytest.fixture
def ruleset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "ruleset.yaml"
    path.write_text(SOUND, encoding="utf-8")
    return path


def test_a_folder_means_all_rulesets_below_it(ruleset: Path) -> None:
    for name in ("one/ruleset.yaml", "one/other.yml", "one/not-a-ruleset.yaml", ".hidden/ruleset.yaml"):
        path = ruleset.parent / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("other: 1\n" if "not" in name else WARNED, encoding="utf-8")

    called = call("check", ".")

    assert (called.code, called.out.splitlines()[-1]) == (0, "3 rulesets: 0 errors, 2 warnings")


def test_a_folder_without_rulesets_cannot_be_checked(ruleset: Path) -> None:
    ruleset.unlink()

    assert call("check", ".").code == 2


def test_silenced_warnings_are_counted_and_not_shown(ruleset: Path) -> None:
    ruleset.write_text(SILENCED, encoding="utf-8")

    called = call("check", "ruleset.yaml", "--strict")

    assert (called.code, called.out) == (0, "1 ruleset: 0 errors, 0 warnings, 1 silenced\n")


def test_silenced_warnings_are_in_the_json(ruleset: Path) -> None:
    ruleset.write_text(SILENCED, encoding="utf-8")

    [found] = json.loads(call("check", "ruleset.yaml", "--json").out)

    assert (found["code"], found["silenced"]) == ("R102", "the tests cover it")


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        ([], ["R102", "R104"]),
        (["--select", "R104"], ["R104"]),
        (["--select", "mixed-and-or,no-examples"], ["R102", "R104"]),
        (["--ignore", "R104"], ["R102"]),
        (["--ignore", "R1"], []),
    ],
)
def test_warnings_are_chosen_by_code(options: list[str], codes: list[str], ruleset: Path) -> None:
    ruleset.write_text(MIXED, encoding="utf-8")

    called = call("check", "ruleset.yaml", "--json", "--strict", *options)

    assert [found["code"] for found in json.loads(called.out)] == codes
    assert called.code == (1 if codes else 0)


def test_errors_cannot_be_ignored(ruleset: Path) -> None:
    ruleset.write_text(BROKEN, encoding="utf-8")

    called = call("check", "ruleset.yaml", "--ignore", "R010")

    assert (called.code, called.out.splitlines()[-1]) == (2, "1 ruleset: 1 error, 0 warnings")


def test_an_unknown_code_is_refused(ruleset: Path) -> None:
    called = call("check", "ruleset.yaml", "--select", "R1,nonsense")

    assert (called.code, called.err) == (
        2, 'rubricate: no code is called "nonsense"\nhelp: rubricate explain lists all codes\n',
    )  # fmt: skip


def test_fixes_are_made_in_the_file(ruleset: Path) -> None:
    ruleset.write_bytes(b"\xef\xbb\xbf" + BROKEN.encode())
    ruleset.chmod(0o640)

    called = call("check", "ruleset.yaml", "--fix")

    assert (called.code, called.out) == (
        0, "fixed 1 problem in ruleset.yaml\n1 ruleset: 0 errors, 0 warnings\n",
    )  # fmt: skip
    assert ruleset.read_bytes() == b"\xef\xbb\xbf" + SOUND.encode()
    assert (ruleset.stat().st_mode & 0o777, [path.name for path in ruleset.parent.iterdir()]) == (
        0o640,
        ["ruleset.yaml"],
    )


def test_a_diff_changes_nothing(ruleset: Path) -> None:
    ruleset.write_text(BROKEN, encoding="utf-8")

    called = call("check", "ruleset.yaml", "--diff")

    assert (called.code, called.err) == (1, "1 problem of ruleset.yaml can be fixed\n")
    assert called.out.splitlines()[:2] == ["--- ruleset.yaml", "+++ ruleset.yaml, fixed"]
    assert (ruleset.read_text(encoding="utf-8"), call("check", ".", "--diff").code) == (BROKEN, 1)


def test_a_diff_of_nothing_is_empty(ruleset: Path) -> None:
    called = call("check", "ruleset.yaml", "--diff")

    assert (called.code, called.out, called.err) == (0, "", "")


def test_problems_as_sarif(ruleset: Path) -> None:
    ruleset.write_text(MIXED, encoding="utf-8")

    log = json.loads(call("check", "ruleset.yaml", "--format", "sarif").out)

    results = log["runs"][0]["results"]
    assert [(found["ruleId"], "fixes" in found) for found in results] == [("R102", False), ("R104", True)]
    assert "rubricate explain R104" in log["runs"][0]["tool"]["driver"]["rules"][1]["help"]["text"]


def test_problems_for_github(ruleset: Path) -> None:
    ruleset.write_text(WARNED, encoding="utf-8")

    called = call("check", "ruleset.yaml", "--format", "github")

    assert called.out == (
        "::warning file=ruleset.yaml,line=5,endLine=5,col=10,endColumn=14,title=R102 no-examples::"
        'rule "asks" has no hit and no miss example%0Ahelp: add hit: [..] and add miss: [..]\n'
    )


# explain


def test_a_page_is_shown_by_number_and_by_name() -> None:
    by_number, by_name = call("explain", "R105"), call("explain", "record-level-not")

    assert by_number.out == by_name.out
    assert [line for line in by_number.out.splitlines() if line and not line.startswith(" ")] == [
        "R105 record-level-not (warning)", "Why", "Avoid", "Prefer",
        "Where it is meant so, silence it in place: # allow R105: why",
    ]  # fmt: skip


def test_several_pages_are_shown_once_each() -> None:
    called = call("explain", "R06", "R060", "R061")

    heads = [line for line in called.out.splitlines() if line.startswith("R06")]
    assert heads == ["R060 silence-without-reason (error)", "R061 silence-of-no-warning (error)"]


def test_without_a_code_all_are_listed() -> None:
    assert [line.split()[0] for line in call("explain").out.splitlines()] == list(CODES)


def test_an_unknown_code_names_the_nearest() -> None:
    called = call("explain", "no-exampels")

    assert (called.code, called.err) == (
        2, 'rubricate: no code is called "no-exampels"\nhelp: did you mean "no-examples"?\n',
    )  # fmt: skip


def test_pages_as_json() -> None:
    [page] = json.loads(call("explain", "R102", "--json").out)

    assert (page["code"], page["name"], page["severity"], page["unshown"]) == ("R102", "no-examples", "warning", None)
