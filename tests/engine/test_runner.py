"""A run from Python, and what it leaves behind in the project."""

import io

import pytest

import rubricate
from rubricate.errors import RunError, UsageError
from rubricate.runner import Settings, apply, report, run
from support.command import tree
from support.projects import ROWS, RULESET, make_project, manifest


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "project")


@pytest.fixture
def rules(project):
    return rubricate.load(project.ruleset)


def test_summary_and_seconds_of_each_stage(project, rules):
    summary, seconds = run(rules, [str(project.dump)], project.folder / "runs" / "first")

    assert (summary.state, summary.counts["read"], list(seconds)) == ("completed", 8, ["lexical"])


def test_questions_are_asked_once_whatever_runs(project, rules):
    from rubricate.storage.people import open_people

    for name in ("first", "second"):
        run(rules, [str(project.dump)], project.folder / "runs" / name)

    with open_people(project.folder / "people.db") as people:
        assert people.count_questions() == {"open": 4}
        assert people.count_questions(run="runs/second") == {"open": 4}


def test_run_outside_a_project_makes_its_folder_one(project, rules, tmp_path):
    out = tmp_path / "alone"

    run(rules, [str(project.dump)], out)

    assert (out / "people.db").exists()


def test_manifest_names_the_labels_in_the_order_of_the_ruleset(project, rules):
    out = project.folder / "runs" / "first"

    run(rules, [str(project.dump)], out)

    assert manifest(out)["body"]["labels"] == {
        "sets": {"kind": ["spam", "ham"]},
        "documents": ["rude"],
        "spans": ["price"],
    }


def test_manifest_body_holds_no_path_of_the_machine(project, rules, monkeypatch):
    monkeypatch.chdir(project.folder)
    out = project.folder / "runs" / "first"

    run(rules, ["dump.jsonl"], out)

    assert str(project.folder) not in str(manifest(out)["body"])


@pytest.mark.parametrize("dumps", [["-", "nothing.jsonl"], ["-", "-"]])
def test_refused_run_leaves_no_folder(project, rules, monkeypatch, dumps):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"text": "x"}\n')))
    before = tree(project.folder)

    with pytest.raises(UsageError):
        run(rules, dumps, project.folder / "deep" / "out")

    assert tree(project.folder) == before


@pytest.mark.parametrize("place", ["", "out", "deep/out", "../dumps/out", "link/out"])
def test_output_inside_a_folder_that_is_read_is_refused(project, rules, place):
    dumps = project.folder / "dumps"
    dumps.mkdir()
    project.dump.rename(dumps / "dump.jsonl")
    (project.folder / "elsewhere").symlink_to(dumps)
    out = project.folder / place.replace("link", "elsewhere") if "link" in place else dumps / place
    before = tree(project.folder)

    with pytest.raises(UsageError) as caught:
        run(rules, [str(dumps)], out)

    assert (caught.value.message, caught.value.help) == (
        f'{out}: is inside "{dumps}", and the next run would read what this one writes',
        "choose an --out outside of the folder that is read",
    )
    assert tree(project.folder) == before


def test_output_beside_a_folder_that_is_read_is_no_mistake(project, rules):
    dumps = project.folder / "dumps"
    dumps.mkdir()
    project.dump.rename(dumps / "dump.jsonl")

    summary, _ = run(rules, [str(dumps)], project.folder / "dumps-out")

    assert summary.counts["read"] == 8


def test_refused_standard_input_leaves_another_runs_folder_alone(project, rules, monkeypatch):
    out = project.folder / "runs" / "first"
    run(rules, [str(project.dump)], out)
    before = tree(project.folder)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"text": "x"}\n')))

    with pytest.raises(RunError, match="holds another run"):
        run(rules, ["-"], out)

    assert tree(project.folder) == before


def test_overwriting_replaces_parts_questions_and_report(project, rules):
    out = project.folder / "runs" / "first"
    run(rules, [str(project.dump)], out)
    project.write(ROWS[:1])

    run(rules, [str(project.dump)], out, settings=Settings(overwrite=True))

    assert list(project.said(out)) == ["c1"]
    assert list((out / "review").iterdir()) == []
    assert b"idiot" not in (out / "report.html").read_bytes()


def test_report_and_apply_find_the_ruleset_of_a_project_that_was_moved(project, rules, tmp_path):
    run(rules, [str(project.dump)], project.folder / "runs" / "first")
    moved = project.folder.rename(tmp_path / "moved")

    apply(moved / "runs" / "first")
    report(moved / "runs" / "first")

    assert "A comment that wants something" in (moved / "runs" / "first" / "report.html").read_text()


def test_report_does_not_tell_rules_that_mean_something_else_now(project, rules):
    out = project.folder / "runs" / "first"
    run(rules, [str(project.dump)], out)
    project.ruleset.write_text(RULESET.replace('"www"', '"https"'))

    report(out)

    assert "A comment that wants something" not in (out / "report.html").read_text()
