"""Where the fields of a record stand, and what makes records duplicates of each other."""

import json

import pytest

import rubricate
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


def test_a_field_below_an_object_is_labelled_in_its_own_offsets_and_the_record_keeps_its_bytes(project):
    rows = [{"id": "c1", "post": {"body": "$5 today", "likes": 3}}, {"id": "c2", "post.body": "$7"}]
    project.write(rows, ruleset=RULESET.replace("text: [text]", "text: [post.body]", 1))
    out = project.run()

    [span] = [one for one in project.said(out, "review")["c1"]["suggestions"] if one["kind"] == "span"]
    [line] = [line for part in (out / "review").iterdir() for line in part.read_text().splitlines() if '"c1"' in line]
    assert (span["field"], span["start"], span["end"]) == ("post.body", 0, 2)
    assert line.startswith(json.dumps(rows[0])[:-1])
    assert "c2" in project.said(out, "review")


@pytest.mark.parametrize(
    ("post", "detail"),
    [
        ([{"body": "x"}], 'the field "post" is a list, whose parts have no names, so there is no "post.body" in it'),
        ("x", 'the field "post" is a text, so there is no "post.body" in it'),
        ({"body": ["x"]}, 'the field "post.body" is a list, a text is wanted'),
        (None, "it has none of the text fields post.body"),
    ],
    ids=["a list", "a text", "a list of texts", "nothing"],
)
def test_what_is_in_the_way_to_a_field_is_told(project, post, detail):
    rows = [{"id": "c1", "post": post}, {"id": "c2", "post": {"body": "what a song"}}]
    project.write(rows, ruleset=RULESET.replace("text: [text]", "text: [post.body]", 1))

    called = call("run", project.ruleset, project.dump, "--out", project.folder / "out")

    assert called.code == 0
    [quarantined] = [json.loads(part.read_bytes()) for part in (project.folder / "out" / "quarantine").iterdir()]
    assert quarantined["rubricate"]["detail"] == detail


RENAMED = """\
ruleset: t
version: "1.0.0"
record:
  text: [title, review]
  id: row
  fields: {review: {from: "Review Text"}, age: {from: who.age}, row: {from: "Row #"}}
  meta: {age: {type: number}}
labels: {love: {kind: span}}
rules:
  - id: loves-it
    label: love
    when: '"love" in review and doc.age > 60 and doc.review contains "dress"'
    confidence: 0.9
    hit: [{review: "I [[love:love]] this dress", age: 61}]
    miss: [{title: love, review: dress, age: 61}]
"""


def test_a_rule_calls_a_field_by_its_own_name_and_what_is_written_by_that_of_the_record(tmp_path):
    (tmp_path / "ruleset.yaml").write_text(RENAMED)
    (tmp_path / "dump.csv").write_text("Row #,title,Review Text\n7,x,the dress I love\n")
    rules = rubricate.load(tmp_path / "ruleset.yaml")
    fields = {"Row #": 7, "Review Text": "I love this dress", "who": {"age": 70}}
    record = rules.annotate_one(fields)
    [annotation] = record.annotations

    assert (record.id, annotation.field, record.text(annotation)) == ("7", "Review Text", "love")
    assert record.votes[0].evidence[0].field == "Review Text"
    assert {name: value for name, value in record.to_dict().items() if name != "rubricate"} == fields
    assert call("test", tmp_path / "ruleset.yaml").code == 0
