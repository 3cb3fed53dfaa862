"""Answers settle records: new parts and a manifest that names its parent, the same law, and nothing asked twice."""

import signal

import pytest

from rubricate.running.verifying import verify_run
from support.command import call, spawn, tree
from support.projects import GUIDELINE, ROWS, RULESET, make_project, manifest, parts


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "project")


def apply(out):
    called = call("review", "apply", out)
    assert (called.code, called.err) == (0, "")
    return called.out.splitlines()[0]


def test_answered_records_are_settled(project):
    out = project.run()
    before = manifest(out)
    project.answer(out, "a;n;m $7;q")

    assert apply(out) == "3 records settled, 3 answers used"

    after = manifest(out)
    assert after["body"]["parent"] == before["digest"]
    assert after["body"]["counts"]["routes"] == {
        "accepted": 3, "review": 1, "settled": 3, "undecided": 0, "quarantined": 0, "dropped": 1, "split": 0,
    }  # fmt: skip
    assert list(project.said(out)) == ["c1", "c2", "c3", "c4", "c5", "c7"]
    assert list(project.said(out, "review")) == ["c6"]
    assert verify_run(out) == []


def test_law_of_each_source_is_told_anew(project):
    other = project.folder / "other.jsonl"
    other.write_text('{"id": "d1", "text": "hello www"}\n{"id":\n')
    out = project.run("first", other)
    project.answer(out, "1;q")

    apply(out)

    sources = manifest(out)["body"]["sources"]
    common = {"made": 0, "split": 0, "undecided": 0}
    assert [source["routes"] for source in sources] == [
        {**common, "read": 8, "dropped": 1, "quarantined": 0, "accepted": 3, "review": 3, "settled": 1},
        {**common, "read": 2, "dropped": 0, "quarantined": 1, "accepted": 0, "review": 1, "settled": 0},
    ]
    assert verify_run(out) == []


def test_receipts_that_lose_a_record_of_a_source_publish_nothing(project, monkeypatch):
    out = project.run()
    project.answer(out, "1;q")
    before = (out / "manifest.json").read_bytes()
    monkeypatch.setattr("rubricate.review.rewriting._Recount.change", lose_a_record)

    called = call("review", "apply", out)

    assert called.code == 2
    assert "counts do not balance: 8 records went in, 8 read + 0 made != 1 dropped" in called.err
    assert (out / "manifest.json").read_bytes() == before


def lose_a_record(recount, before, _after):
    recount.tally["routes"][before["route"]] -= 1


def test_what_people_say_stands_by_them_and_the_suggestion_goes(project):
    out = project.run()
    project.answer(out, "2;n;m $7;q")
    apply(out)
    said = project.said(out)

    ham = {"kind": "document", "label": "ham", "by": "ana", "decision": "accepted"}
    price = {
        "kind": "span",
        "label": "price",
        "field": "text",
        "start": 15,
        "end": 17,
        "by": "ana",
        "decision": "accepted",
    }
    assert said["c2"]["annotations"] == [ham]
    assert said["c2"]["decisions"] == {"ham": "accepted", "spam": "no"}
    assert said["c4"]["decisions"]["rude"] == "no"
    assert said["c5"]["annotations"][-1] == price
    assert not any("suggestions" in one or "questions" in one for one in said.values())
    [answer] = said["c2"]["answers"]
    assert (answer["value"], answer["by"], answer["guideline"]) == ({"label": "ham"}, "ana", "3.1.0")


def test_applying_twice_changes_nothing(project):
    out = project.run()
    project.answer(out, "1;q")
    apply(out)
    before = parts(out), (out / "manifest.json").read_bytes(), (out / "report.html").read_bytes()

    assert apply(out) == "0 records settled, 0 answers used"
    assert (parts(out), (out / "manifest.json").read_bytes(), (out / "report.html").read_bytes()) == before


def test_fresh_run_with_the_same_answers_has_the_same_bytes(project):
    out = project.run("first", "--unit-size", 60)
    project.answer(out, "1;q")
    apply(out)
    project.answer(out, "n;2;1")
    apply(out)

    fresh = project.run("second", "--unit-size", 60)

    assert parts(fresh) == parts(out)
    assert manifest(fresh)["body"]["counts"] == manifest(out)["body"]["counts"]
    assert manifest(fresh)["body"]["answers"] == manifest(out)["body"]["answers"]


def test_killed_run_goes_on_with_the_answers_that_it_began_with(project):
    first = project.run("first")
    project.answer(first, "1;m $7;q")
    undisturbed = project.run("undisturbed", "--unit-size", 60)
    out = project.folder / "runs" / "killed"
    command = ("run", project.ruleset, project.dump, "--out", out, "--unit-size", 60)

    spawn(*command, env={"RUBRICATE_FAIL_POINT": "after_parts:1"})
    project.answer(first, "n;2")
    call(*command)

    assert manifest(out)["digest"] == manifest(undisturbed)["digest"]


def test_record_with_two_questions_is_settled_when_both_are_answered(project):
    project.write([{"id": "c9", "text": "www idiot"}])
    out = project.run("first")
    project.answer(out, "1;q")

    assert apply(out) == "0 records settled, 1 answer used"
    assert project.said(out, "review")["c9"]["decisions"] == {"rude": "uncertain", "spam": "accepted", "ham": "no"}
    project.answer(out, "y")
    assert apply(out) == "1 record settled, 1 answer used"
    assert parts(project.run("second")) == parts(out)


@pytest.mark.parametrize("unanswered", ["1;q", "s;1;q"])
def test_span_label_is_accepted_wherever_it_is_marked(project, unanswered):
    ruleset = RULESET.replace("record: {text: [text]}", "record: {text: [title, text]}")
    project.write([{"id": "c9", "title": "song $5", "text": "song $7"}], ruleset=ruleset)
    out = project.run()
    project.answer(out, "1;n")

    apply(out)

    assert project.said(out)["c9"]["decisions"]["price"] == "accepted"


def test_second_run_asks_nothing_again(project):
    first = project.run("first")
    project.answer(first, "a;n;m $7;1")

    second = project.run("second")

    assert manifest(second)["body"]["counts"]["routes"]["review"] == 0
    assert "no open question is left" in project.answer(second, "q")


def test_answers_outlive_an_edit_of_the_rules(project):
    project.answer(project.run("first"), "a;n;m $7;1")
    project.write(ROWS, ruleset=RULESET.replace('"www"', '"more"').replace("confidence: 0.6", "confidence: 0.5"))

    assert manifest(project.run("second"))["body"]["counts"]["routes"]["review"] == 0


@pytest.mark.parametrize(
    "change",
    [
        {"ruleset": RULESET.replace("rude: {cites: [s3]}", "rude: {cites: [s3], description: an attack}")},
        {"guideline": GUIDELINE.replace("It attacks somebody.", "It attacks somebody who is named.")},
    ],
    ids=["label definition", "cited section"],
)
def test_what_means_something_else_is_asked_anew(project, change):
    project.answer(project.run("first"), "a;n;m $7;1")
    project.write(ROWS, **change)

    second = project.run("second")

    assert list(project.said(second, "review")) == ["c4"]
    assert "c4 review" in project.answer(second, "q")


def test_report_is_written_again_with_the_ruleset(project):
    out = project.run()
    project.answer(out, "1;q")
    before = (out / "report.html").read_text()

    apply(out)

    after = (out / "report.html").read_text()
    assert after != before
    assert "asks" in after
    assert "A comment that wants something of the reader." in after


def test_report_is_written_without_a_ruleset_that_has_gone(project):
    out = project.run()
    project.answer(out, "1;q")
    project.ruleset.unlink()

    apply(out)

    assert "settled" in (out / "report.html").read_text()


@pytest.mark.parametrize("hit", range(1, 7))
def test_killed_while_applying_it_finishes_when_repeated(project, hit):
    # two units hold answered questions, so a unit is passed twice, then publishing, then settling in people.db
    reference = project.run("reference", "--unit-size", 60)
    out = project.run("killed", "--unit-size", 60)
    project.answer(out, "1;n;q")
    apply(reference)

    killed = spawn("review", "apply", out, env={"RUBRICATE_FAIL_POINT": f"in_apply:{hit}"})
    apply(out)

    assert killed.returncode == (-signal.SIGKILL if hit <= 4 else 0)
    assert parts(out) == parts(reference)
    assert manifest(out)["body"]["counts"] == manifest(reference)["body"]["counts"]
    assert verify_run(out) == []
    assert not (out / ".rubricate" / "applying.json").exists()
    assert "settled 2" in project.answer(out, "q")


@pytest.mark.parametrize("hit", [1, 3, 4])
def test_run_finishes_what_a_killed_apply_began(project, hit):
    out = project.run("first", "--unit-size", 60)
    project.answer(out, "1;n;q")
    spawn("review", "apply", out, env={"RUBRICATE_FAIL_POINT": f"in_apply:{hit}"})

    called = call("run", project.ruleset, project.dump, "--out", out, "--unit-size", 60)

    assert called.out.splitlines()[0] == f"{out}: this run is complete already; nothing was done"
    assert manifest(out)["body"]["counts"]["routes"]["settled"] == 2
    assert apply(out) == "0 records settled, 0 answers used"


def test_answer_undone_after_the_kill_is_the_one_that_was_begun_with(project):
    out = project.run("first", "--unit-size", 60)
    project.answer(out, "1;n;q")
    spawn("review", "apply", out, env={"RUBRICATE_FAIL_POINT": "in_apply:1"})
    project.answer(out, "u;u;q")

    apply(out)

    assert manifest(out)["body"]["counts"]["routes"]["settled"] == 2


def test_damaged_part_is_not_settled(project):
    out = project.run()
    project.answer(out, "1;q")
    [part] = (out / "review").iterdir()
    part.write_bytes(part.read_bytes().replace(b"hello there", b"hallo there"))
    before = tree(out)

    called = call("review", "apply", out)

    assert (called.code, called.err) == (
        2, f"rubricate: {part}: was changed\nhelp: run again with --overwrite; answers are kept\n",
    )  # fmt: skip
    assert {name for name in tree(out) if not name.startswith(".rubricate")} == {
        name for name in before if not name.startswith(".rubricate")
    }


def test_lost_ledger_publishes_nothing(project):
    out = project.run()
    project.answer(out, "1;q")
    before = (out / "manifest.json").read_bytes()
    for path in (out / ".rubricate").glob("ledger.db*"):
        path.unlink()

    called = call("review", "apply", out)

    assert (called.code, called.err.splitlines()[0]) == (2, f"rubricate: {out}: the ledger of the run has gone")
    assert (out / "manifest.json").read_bytes() == before


def test_output_key_of_the_run_is_used(project):
    out = project.run("first", "--output-key", "found")
    project.answer(out, "1;q")

    assert apply(out) == "1 record settled, 1 answer used"
    assert (
        call("export", out, "--to", "csv", "--labels", "kind")
        .out.splitlines()[2]
        .startswith("c2,see www for more,settled,")
    )
