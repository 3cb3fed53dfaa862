"""What a run says of inputs that are not what the ruleset takes them for."""

from __future__ import annotations

import json

import pytest

from rubricate import runner
from support.command import call
from support.projects import RULESET, make_project


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "project")


def told(project, *more, code):
    """The lines of warning of a quiet run, with DUMP for the dump."""
    called = call("run", project.ruleset, project.dump, "--out", project.folder / "out", "--quiet", *more)
    assert (called.code, called.out) == (code, "")
    return called.err.replace(str(project.dump), "DUMP").splitlines()


MOST = "rubricate: 100 % of what was read is in quarantine, more than half; --max-quarantined allows more"
NO_TEXT = "it has none of the text fields text; the fields of the first one are id, body, stars"
HELP = 'help: name the text field in the ruleset, such as record: {text: ["body"]}'


def test_records_without_the_text_field_are_a_finding_with_the_fields_that_they_have(project):
    project.write([{"id": id, "body": "what a song", "stars": 3} for id in "abc"])

    assert told(project, code=1) == [
        f"warning: DUMP: 3 of 3 records are in quarantine, as no_text: {NO_TEXT}", HELP, MOST,
    ]  # fmt: skip


def test_what_is_allowed_by_name_is_no_finding(project):
    project.write([{"id": "a", "body": "x"}, {"id": "b", "body": "x"}, {"id": "c", "text": "what a song"}])

    assert told(project, "--max-quarantined", "70%", code=0) == []


def test_before_a_long_run_the_first_records_are_looked_at(project, monkeypatch):
    monkeypatch.setattr(runner, "LONG", 0)
    project.write([{"id": id, "body": "what a song", "stars": 3} for id in "abc"])

    assert told(project, code=1)[:2] == [
        f"warning: DUMP: the first 3 records cannot be labelled (no_text): {NO_TEXT}", HELP,
    ]  # fmt: skip


def test_a_required_field_that_no_record_has_is_told_with_those_that_they_have(project):
    ruleset = RULESET.replace("text: [text]", "text: [text], meta: {likes: {type: number, required: true}}", 1)
    project.write([{"id": "a", "text": "x", "votes": 3}], ruleset=ruleset)

    assert told(project, code=1)[0] == (
        'warning: DUMP: 1 of 1 records are in quarantine, as missing_field: the required field "likes" is not given'
        "; the fields of the first one are id, text, votes"
    )


def test_each_input_is_judged_alone(project):
    project.write([{"id": id, "text": "what a song"} for id in "abc"])
    other, empty = project.folder / "other.csv", project.folder / "empty.csv"
    other.write_text("id;body\n1;x\n")
    empty.write_text("id;text\n")
    called = call("run", project.ruleset, project.dump, other, empty, "--out", project.folder / "out", "--json")

    assert called.code == 0
    assert json.loads(called.out)["warnings"] == [
        (
            f"{other}: 1 of 1 records are in quarantine, as no_text: it has none of the text fields text"
            "; the fields of the first one are id, body"
        ),
        f"{empty}: no records",
    ]
