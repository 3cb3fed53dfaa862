"""What makes records duplicates of each other."""

import pytest

from support.command import call
from support.projects import RULESET, make_project

BLANK = "<p> &nbsp; </p>"


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "project")


def prepared(by):
    ruleset = RULESET.replace("text: [text]}", "text: [text], meta: {author: {type: text}}}", 1)
    return ruleset.replace("labels:", f"prepare: [{{use: html_text}}, {{use: dedupe, by: [{by}]}}]\nlabels:", 1)


def test_no_record_is_dropped_in_favour_of_one_that_is_blank_when_cleaned(project):
    rows = [{"id": "c1", "author": "ana", "text": BLANK}, {"id": "c2", "author": "ana", "text": "<b>please subscribe"}]
    project.write(rows, ruleset=prepared("author"))

    out = project.run()

    assert {id: said["reason"] for id, said in project.said(out, "dropped").items()} == {"c1": "blank"}
    assert list(project.said(out)) == ["c2"]


def test_record_that_is_not_blank_when_cleaned_still_has_duplicates(project):
    rows = [{"id": id, "author": "ana", "text": "<b>please subscribe</b>"} for id in ("c1", "c2")]
    project.write(rows, ruleset=prepared("author"))

    out = project.run()

    assert list(project.said(out)) == ["c1"]
    assert project.said(out, "dropped")["c2"]["duplicate_of"] == "c1"


@pytest.mark.parametrize("refused", [{"text": 7}, {}, {"text": "x", "rubricate": 1}], ids=["type", "no text", "key"])
def test_no_record_is_dropped_in_favour_of_one_in_quarantine(project, refused):
    rows = [{"id": "c1", "author": "ana", **refused}, {"id": "c2", "author": "ana", "text": "please subscribe"}]
    project.write(rows, ruleset=prepared("author"))

    called = call("run", project.ruleset, project.dump, "--out", project.folder / "out")

    assert called.code == 0
    assert list(project.said(project.folder / "out")) == ["c2"]


def test_id_made_from_content_outlives_renaming_and_reordering(project):
    rows = [{"text": "please subscribe"}, {"text": "what a song"}, {"text": "what a song"}]
    project.write(rows)
    first = project.said(project.run("first"))
    project.write([rows[1], rows[0], rows[1]])
    other = project.dump.rename(project.folder / "renamed.jsonl")

    second = project.said(project.run("second", dump=other))

    assert first.keys() == second.keys()
    assert sorted(id[18:] for id in first) == ["", "", "~2"]
