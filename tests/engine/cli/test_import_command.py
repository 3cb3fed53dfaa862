"""`rubricate import`: a folder that works at once, or words."""

import csv
import json

import pytest

from rubricate.importing.kinds import IMPORTERS
from support.command import call

RULES = "label\tpattern\texample\nspam\tfree (cash|prize)\tFree cash!\nham\tlunch\tLunch?\nham\t(\t\n"


@pytest.fixture
def rules(tmp_path):
    path = tmp_path / "rules.tsv"
    path.write_text(RULES, encoding="utf-8")
    return path


def test_an_imported_ruleset_checks_and_tests_at_once(tmp_path, rules):
    out = tmp_path / "out"
    done = call("import", "rules-tsv", rules, "--out", out)

    assert (done.code, done.err) == (0, "")
    assert done.out == (
        f"took over 2 of 3 rules into {out}\n  3: left out: the pattern cannot be compiled: missing )\n"
    )
    assert call("check", out / "ruleset.yaml").code == 0
    assert call("test", out / "ruleset.yaml").out == "2 examples: 2 pass, 0 fail\n"


def test_the_report_and_the_readme_stand_in_the_folder(tmp_path, rules):
    out = tmp_path / "out"
    call("import", "rules-tsv", rules, "--out", out, "--source", "https://example.org", "--licence", "CC0")
    with (out / "import-report.tsv").open(encoding="utf-8") as stream:
        report = list(csv.reader(stream, delimiter="\t"))
    readme = (out / "README.md").read_text(encoding="utf-8").splitlines()

    assert report == [["id", "what", "reason"], ["3", "left out", "the pattern cannot be compiled: missing )"]]
    assert "Source: https://example.org" in readme
    assert "Licence: CC0" in readme
    assert "Of 3 rules 2 were taken over." in readme


def test_json_says_what_was_done(tmp_path, rules):
    done = call("import", "rules-tsv", rules, "--out", tmp_path / "out", "--json")

    assert json.loads(done.out) == {
        "out": str(tmp_path / "out"),
        "rules": 3,
        "taken": 2,
        "remarks": [{"id": "3", "what": "left out", "reason": "the pattern cannot be compiled: missing )"}],
    }


def test_the_same_file_gives_the_same_folder(tmp_path, rules):
    for name in ("a", "b"):
        call("import", "rules-tsv", rules, "--out", tmp_path / name)
    first, second = (
        {path.name: path.read_bytes() for path in (tmp_path / name).rglob("*") if path.is_file()} for name in "ab"
    )

    assert first == second


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("gitleak", "rules.tsv"), 'nothing is known about importing "gitleak"'),
        (("gitleaks", "rules.tsv"), "rules.tsv: cannot be read as TOML"),
        (("uap", "missing.yaml"), "missing.yaml: cannot be read: No such file or directory"),
    ],
)
def test_what_cannot_be_imported_is_told_in_words(tmp_path, rules, arguments, said):
    kind, file = arguments
    done = call("import", kind, tmp_path / file, "--out", tmp_path / "out")

    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_there_is_left_alone(tmp_path, rules):
    done = call("import", "rules-tsv", rules, "--out", tmp_path)

    assert (done.code, done.err) == (
        2,
        f"rubricate: {tmp_path}: is there already\nhelp: name a new folder, or empty this one\n",
    )


def test_the_help_names_every_kind():
    words = call("import", "--help").out.replace(",", " ").split()

    assert set(IMPORTERS) <= set(words)
