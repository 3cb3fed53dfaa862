"""`rubricate status`: a project at a glance, and what is due."""

from __future__ import annotations

import json

import pytest

from support.command import call
from support.projects import RULESET, make_project

RETRAIN = "retrain: {after_answers: 2, or_accuracy_below: 0.5}\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    found = make_project(tmp_path / "p")
    (found.folder / "rulesets").rename(found.folder / "drafts")
    (found.folder / "rulesets").mkdir()
    found.ruleset = found.folder / "rulesets" / "ruleset.yaml"
    (found.folder / "ruleset.yaml").rename(found.ruleset)
    (found.folder / "guideline.md").rename(found.folder / "rulesets" / "guideline.md")
    monkeypatch.chdir(found.folder)
    return found


def status(*arguments):
    called = call("status", *arguments)
    assert called.err == ""
    return called


def test_a_project_shows_its_rulesets_runs_and_questions(project):
    project.run()

    called = status()

    assert called.code == 0
    lines = called.out.splitlines()
    assert lines[:4] == ["1 ruleset", "  rulesets/ruleset.yaml  comments 1.0.0, no lock", "", "1 run"]
    assert lines[5].split()[:2] == ["runs/first", "complete"]
    assert lines[-1] == "4 questions: open 4; 0 people"


def test_drift_from_the_lock_is_due(project):
    assert call("lock", project.ruleset).code == 0
    assert "comments 1.0.0, as locked (1.0.0)" in status().out
    project.ruleset.write_text(RULESET.replace("0.95", "0.9"), encoding="utf-8")

    called = status()

    assert called.code == 1
    assert called.out.splitlines()[-2:] == [
        "due", "  rulesets/ruleset.yaml is not what its lock says; run rubricate lock rulesets/ruleset.yaml",
    ]  # fmt: skip


def test_a_ruleset_with_errors_is_due(project):
    project.ruleset.write_text("ruleset: broken\n", encoding="utf-8")

    called = status()

    assert called.code == 1
    assert "rulesets/ruleset.yaml  2 errors: " in called.out


def test_answers_that_no_run_uses_yet_are_due(project):
    out = project.run()
    project.answer(out, "1")

    called = status()

    assert called.code == 1
    assert "  runs/first: 1 answer is not applied; run rubricate review apply runs/first" in called.out.splitlines()


def test_a_first_model_is_due_after_so_many_answers(project):
    project.ruleset.write_text(RULESET.replace("labels:", RETRAIN + "labels:", 1), encoding="utf-8")
    out = project.run()
    project.answer(out, "2;y;n;1")
    assert call("review", "apply", out).code == 0

    called = status("--json")

    assert called.code == 1
    found = json.loads(called.out)
    [model] = found["rulesets"][0]["models"]
    assert (model["matcher"], model["answers_since"], model["due"]) == (
        None, 3, ["3 answers since, of 2 that it waits for"],
    )  # fmt: skip
    assert model["accuracy"]["of"] == 2
    assert found["due"] == [
        "rulesets/ruleset.yaml: a first model is to be trained: 3 answers since, of 2 that it waits for"
    ]


def test_runs_with_people_db_of_their_own_count_as_well_and_an_answer_given_twice_once(project):
    (project.folder / "people.db").unlink()
    project.ruleset.write_text(RULESET.replace("labels:", RETRAIN + "labels:", 1), encoding="utf-8")
    for name in ("first", "second"):
        project.answer(project.run(name), "2;y;n;1")

    called = status()

    assert called.code == 1
    lines = called.out.splitlines()
    assert "8 questions: answered 8; 1 person" in lines
    assert lines[lines.index("due") + 1 :] == [
        "  rulesets/ruleset.yaml: a first model is to be trained: 3 answers since, of 2 that it waits for",
        "  runs/first: 4 answers are not applied; run rubricate review apply runs/first",
        "  runs/second: 4 answers are not applied; run rubricate review apply runs/second",
    ]


def test_nothing_is_due_before(project):
    project.ruleset.write_text(RULESET.replace("labels:", RETRAIN + "labels:", 1), encoding="utf-8")
    project.run()

    called = status()

    assert called.code == 0
    assert "    no model yet: 0 answers since" in called.out.splitlines()


def test_a_folder_without_a_project_is_refused(tmp_path):
    called = call("status", tmp_path)

    assert (called.code, called.err) == (
        2, f"rubricate: {tmp_path}: holds no rulesets, no runs and no questions\nhelp: rubricate init FOLDER\n",
    )  # fmt: skip


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    assert call("status", tmp_path / "none").code == 2


def test_a_ruleset_that_a_run_refuses_for_want_of_numbers_is_due(project):
    project.ruleset.write_text(RULESET.replace("confidence: 0.95", "confidence: learned"), encoding="utf-8")

    called = status()

    assert called.code == 1
    assert called.out.splitlines()[1] == '  rulesets/ruleset.yaml  no confidence has been learned yet for "asks"'
    assert (
        "  rulesets/ruleset.yaml cannot be used; run rubricate check rulesets/ruleset.yaml" in called.out.splitlines()
    )


def test_a_target_without_a_threshold_is_no_fault(project):
    accepted = "accept: {precision: 0.97}\nlabels:\n  kind: {one_of: [spam, ham]}\n"
    rules = RULESET[RULESET.index("matchers:") :].replace("label: rude", "label: spam")
    rules = rules[: rules.index("  - {id: dollars")]
    project.ruleset.write_text(RULESET[: RULESET.index("labels:")] + accepted + rules, encoding="utf-8")

    assert status().code == 0


def test_a_broken_database_is_named(project):
    (project.folder / "people.db").write_bytes(b"no database" * 1000)

    called = call("status")

    assert (called.code, called.err) == (
        2,
        (
            "rubricate: people.db: cannot be used: file is not a database\n"
            "help: put a backup in its place: it holds the answers of people\n"
        ),
    )
