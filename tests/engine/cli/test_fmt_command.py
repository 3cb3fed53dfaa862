"""`rubricate fmt`."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from support.command import call

RULESET = 'version: "1.0.0"\nruleset: t\nlabels:  [a, b]\ninclude: [s.rules]\n'
NEAT = 'ruleset: t\nversion: "1.0.0"\ninclude: [s.rules]\nlabels: [a, b]\n'
RULES = "rule  r => a\n when  'x'\nend\n"
NEAT_RULES = 'rule r => a\n  when  "x"\nend\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ruleset.yaml").write_text(RULESET)
    (tmp_path / "s.rules").write_text(RULES)
    return tmp_path


def test_the_files_of_a_folder_are_formatted(folder: Path) -> None:
    called = call("fmt", folder)

    assert (called.code, called.out.splitlines(), called.err) == (
        0,
        [f"changed {folder / 'ruleset.yaml'}", f"changed {folder / 's.rules'}", "2 files: 2 changed, 0 as they are"],
        "",
    )
    assert ((folder / "ruleset.yaml").read_text(), (folder / "s.rules").read_text()) == (NEAT, NEAT_RULES)
    assert call("fmt", folder).out == "2 files: 0 changed, 2 as they are\n"


def test_check_names_the_files_and_changes_none(folder: Path) -> None:
    (folder / "ruleset.yaml").write_text(NEAT)

    called = call("fmt", "--check", folder)

    assert (called.code, called.out.splitlines()) == (
        1, [str(folder / "s.rules"), "2 files: 1 would be changed, 1 as it is"]
    )  # fmt: skip
    assert (folder / "s.rules").read_text() == RULES
    (folder / "s.rules").write_text(NEAT_RULES)
    assert call("fmt", "--check", folder).code == 0


def test_diff_shows_what_would_change(folder: Path) -> None:
    file = folder / "s.rules"

    called = call("fmt", "--diff", file)

    assert (called.code, called.out.splitlines()) == (
        0,
        [f"--- {file}", f"+++ {file}", "@@ -1,3 +1,3 @@", "-rule  r => a", "- when  'x'", "+rule r => a",
         '+  when  "x"', " end"],
    )  # fmt: skip
    assert called.err == "1 file: 1 would be changed, 0 as they are\n"
    assert (call("fmt", "--diff", "--check", file).code, file.read_text()) == (1, RULES)


def test_a_file_with_errors_stays_and_the_others_are_formatted(folder: Path) -> None:
    broken = RULES.replace("'x'", "'x' or")
    (folder / "broken.rules").write_text(broken)

    called = call("fmt", folder)

    assert called.code == 2
    assert called.err.startswith(f'{folder / "broken.rules"}:2:14 R020 error: nothing stands after "or"\n')
    assert called.out.splitlines()[-1] == "3 files: 2 changed, 0 as they are, 1 file with errors"
    assert (folder / "broken.rules").read_text() == broken
    assert (folder / "s.rules").read_text() == NEAT_RULES


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "latin.rules").write_bytes(b"# caf\xe9\n")
    (tmp_path / "empty").mkdir()

    assert call("fmt", tmp_path / "none.yaml").err == (
        f'rubricate: "{tmp_path / "none.yaml"}" cannot be read: No such file or directory\n'
    )
    assert call("fmt", tmp_path / "latin.rules").err == (
        f'rubricate: "{tmp_path / "latin.rules"}" is not UTF-8: byte 5\nhelp: save it as UTF-8\n'
    )
    assert (call("fmt", tmp_path / "empty").code, call("fmt", tmp_path / "none.yaml").code) == (2, 2)


def test_a_folder_means_the_rulesets_below_it_with_what_they_include(tmp_path):
    below = tmp_path / "below"
    (below / "parts").mkdir(parents=True)
    (below / "ruleset.yaml").write_text('ruleset: t\nversion: "1.0.0"\ninclude: [parts/labels.yaml]\nrules: []\n')
    (below / "parts" / "labels.yaml").write_text("labels:   [a, b]\n")

    called = call("fmt", tmp_path)

    assert (called.code, called.err) == (0, "")
    assert (below / "parts" / "labels.yaml").read_text() == "labels: [a, b]\n"


def test_json_says_what_became_of_each_file(folder: Path) -> None:
    (folder / "ruleset.yaml").write_text(NEAT)
    (folder / "broken.rules").write_text('rule r => a\n  when "x" and\nend\n')

    called = call("fmt", "--check", "--json", folder)
    files = {Path(each["file"]).name: each for each in orjson.loads(called.out)["files"]}

    assert (called.code, called.err) == (2, "")
    assert {name: each["state"] for name, each in files.items()} == {
        "ruleset.yaml": "unchanged", "s.rules": "would change", "broken.rules": "failed"
    }  # fmt: skip
    assert [each["message"] for each in files["broken.rules"]["problems"]] == ['nothing stands after "and"']
    assert (folder / "s.rules").read_text() == RULES


def test_json_without_check_writes_the_files(folder: Path) -> None:
    called = call("fmt", "--json", folder)

    assert [each["state"] for each in orjson.loads(called.out)["files"]] == ["changed", "changed"]
    assert (folder / "s.rules").read_text() == NEAT_RULES


def test_a_difference_is_not_shown_as_json(folder: Path) -> None:
    assert call("fmt", "--json", "--diff", folder).code == 2
