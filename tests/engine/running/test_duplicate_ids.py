"""What becomes of records whose id an earlier record has."""

import json

import pytest

from rubricate.running.verifying import verify_run
from support.command import call
from support.projects import make_project, manifest

ROWS = [
    {"id": "a", "text": "what a song"},
    {"id": "a", "text": "please subscribe"},
    {"id": "b", "text": "please subscribe"},
    {"id": "a", "text": "what a song"},
]


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "project", ROWS)


def dropped(project, out):
    """What is said of each dropped record, in order."""
    lines = [line for part in sorted((out / "dropped").iterdir()) for line in part.read_bytes().splitlines()]
    said = [json.loads(line)["rubricate"] for line in lines]
    return [(one["id"], one["reason"], one.get("duplicate_of")) for one in said]


@pytest.mark.parametrize("size", [10, 100_000])
@pytest.mark.parametrize("workers", [0, 2])
def test_the_first_one_stays_and_the_others_name_it(project, size, workers):
    out = project.run("first", "--duplicate-ids", "keep_first", "--unit-size", size, "--workers", workers)

    assert sorted(project.said(out)) == ["a", "b"]
    assert dropped(project, out) == [("a", "repeated_id", "a"), ("a", "repeated_id", "a")]
    assert manifest(out)["body"]["counts"]["dropped"] == {"duplicate": 0, "blank": 0, "repeated_id": 2}
    assert manifest(out)["body"]["options"]["duplicate_ids"] == "keep_first"
    assert verify_run(out) == []


def test_no_record_is_dropped_in_favour_of_one_that_is_gone_itself(project):
    """The second record repeats an id, the third its text: the third stays."""
    out = project.run("first", "--duplicate-ids", "keep_first", "--dedupe", "exact")

    assert sorted(project.said(out)) == ["a", "b"]
    assert [reason for _, reason, _ in dropped(project, out)] == ["repeated_id", "repeated_id"]


def test_a_record_that_is_blank_or_unfit_holds_no_id(project):
    project.write(
        [
            {"id": "a", "text": "  "},
            {"id": "b", "text": 7},
            {"id": "a", "text": "a song"},
            {"id": "b", "text": "a song"},
        ]
    )

    out = project.run("first", "--duplicate-ids", "keep_first")

    assert sorted(project.said(out)) == ["a", "b"]
    assert dropped(project, out) == [("a", "blank", None)]


def test_renaming_is_what_is_done_unless_said(project):
    out = project.run()

    assert sorted(project.said(out)) == ["a", "a~2", "a~3", "b"]
    assert "duplicate_ids" not in manifest(out)["body"]["options"]


def test_a_run_may_stop_at_them(project):
    out = project.folder / "runs" / "first"
    command = ("run", project.ruleset, project.dump, "--out", out)

    called = call(*command, "--duplicate-ids", "error")
    again = call(*command, "--quiet")

    assert (called.code, called.err) == (
        2,
        (
            f"rubricate: {out}: 2 records repeat the id of an earlier one\n"
            "help: mend the dump; --duplicate-ids suffix renames them, keep_first drops them\n"
        ),
    )
    assert (again.code, sorted(project.said(out))) == (0, ["a", "a~2", "a~3", "b"])


def test_a_dump_without_them_is_the_same_run_either_way(project):
    project.write(ROWS[1:3])

    digests = {manifest(project.run(name, *more))["digest"]
               for name, more in (("one", ()), ("other", ("--duplicate-ids", "error")))}  # fmt: skip

    assert len(digests) == 1


def test_the_console_says_what_became_of_them(project):
    renamed = call("run", project.ruleset, project.dump, "--out", project.folder / "runs" / "renamed").out
    kept = call(
        "run", project.ruleset, project.dump, "--out", project.folder / "runs" / "kept", "--duplicate-ids", "keep_first"
    )

    assert "warning: 2 records repeat an id; the id on disk ends in ~2, ~3, ..." in renamed.splitlines()
    assert "warning: 2 records repeat an id; the first one stays" in kept.out.splitlines()
