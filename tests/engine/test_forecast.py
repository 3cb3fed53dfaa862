"""`run --plan`: what a run is going to do, and that asking for it does nothing."""

import gzip
import json

import pytest

from rubricate.annotator import load
from rubricate.errors import UsageError
from rubricate.forecast import foresee
from rubricate.runner import Settings
from rubricate.running import estimating
from rubricate.running.inputs import resolve_inputs
from support.command import call, spawn, tree
from support.projects import ROWS, RULESET, make_project, manifest


@pytest.fixture
def project(tmp_path):
    project = make_project(tmp_path / "project")
    project.write([{**ROWS[number % 8], "id": f"n{number}"} for number in range(80)])
    return project


def plan(project, name="first", *, dumps=None, **settings):
    out = project.folder / "runs" / name
    options = {"workers": 0, "unit_size": 700, **settings}
    return foresee(load(project.ruleset), [str(dump) for dump in dumps or [project.dump]], out,
                   settings=Settings(**options))  # fmt: skip


def go(project, name, *more):
    return project.run(name, "--unit-size", 700, "--workers", 0, *more)


def test_a_new_run_counts_its_records_and_its_work(project):
    before = tree(project.folder)

    found = plan(project)

    assert (found.state, found.units_done, found.records, found.records_left) == ("new", 0, 80, 80)
    assert found.records_exact
    [stage] = found.stages
    assert (stage.matchers, stage.rules, stage.records, stage.how) == (5, 5, 80, "all")
    assert (found.work, found.model_calls, found.seconds, found.against) == (400, 0, None, None)
    assert found.recomputed == "everything"
    assert tree(project.folder) == before


def test_units_are_those_of_the_run(project):
    found = plan(project)
    go(project, "first")

    assert (
        abs(found.units - max(part["unit"] for part in manifest(project.folder / "runs" / "first")["body"]["parts"]))
        <= 1
    )


def test_a_finished_run_has_nothing_left(project):
    go(project, "first")
    before = tree(project.folder)

    found = plan(project)

    assert (found.state, found.records_left, found.work) == ("complete", 0, 0)
    assert found.units == found.units_done > 3
    assert (found.changes, found.recomputed) == ((), "nothing: this run is complete already")
    assert tree(project.folder) == before


def test_a_run_that_was_stopped_says_what_is_left(project):
    out = project.folder / "runs" / "first"
    spawn("run", project.ruleset, project.dump, "--out", out, "--unit-size", 700, "--workers", 0,
          env={"RUBRICATE_FAIL_POINT": "after_ledger_commit:3"})  # fmt: skip

    found = plan(project)

    assert (found.state, found.units_done, found.units_exact) == ("goes on", 3, True)
    assert 0 < found.records_left < found.records == 80
    assert found.recomputed == "nothing: finished units are kept"


def test_an_edited_rule_is_named_though_the_old_ruleset_is_no_more(project):
    out = go(project, "first")
    edited = RULESET.replace("when: '\"song\"'", "when: '\"tune\"'").replace(
        "rude: {cites: [s3]}", "rude: {cites: [s3, s4]}"
    )
    project.ruleset.write_text(edited)

    found = plan(project)

    assert found.state == "refused"
    assert [difference.split(" ")[0] for difference in found.differences] == ["plan"]
    assert found.against == out
    assert found.changes == ("rule song changed", "label rude changed")
    assert plan(project, overwrite=True).state == "replaces"


def test_an_edited_copy_is_compared_in_words(project):
    go(project, "first")
    copy = project.folder / "copy.yaml"
    copy.write_text(RULESET.replace("confidence: 0.95", "confidence: 0.5"))

    found = foresee(load(copy), [str(project.dump)], project.folder / "runs" / "first", settings=Settings())

    assert found.changes == ("rule asks changed: confidence 0.95 -> 0.5",)


def test_a_comment_changes_nothing(project):
    go(project, "first")
    project.ruleset.write_text(f"# a remark\n{RULESET}")

    assert (plan(project).state, plan(project).changes) == ("complete", ())


def test_after_an_earlier_run_only_what_is_new_is_left(project):
    first = go(project, "first")
    more = project.folder / "more.jsonl"
    more.write_text('{"id": "z", "text": "what a song"}\n')

    found = plan(project, "second", dumps=[project.dump, more], after=first)

    assert [(one.status, one.records, one.how) for one in found.inputs] == [
        ("unchanged", 80, "known"),
        ("new", 1, "counted"),
    ]
    assert (found.records, found.records_left, found.work) == (81, 1, 5)
    assert found.recomputed == "what is new or changed; of a dump that only grew, its new units"
    assert found.seconds is not None


def test_after_an_earlier_run_with_other_rules_only_these_are_asked(project):
    first = go(project, "first")
    project.ruleset.write_text(RULESET.replace("confidence: 0.95", "confidence: 0.96"))

    found = plan(project, "second", after=first)

    assert (found.records_left, found.changes) == (80, ("rule asks changed",))
    assert (found.anew, found.rules, found.work, found.work_in_all.evaluations_of) == (("asks",), 5, 80, 400)
    assert found.recomputed == "1 rule and all decisions; the votes of the other rules are known"


def test_after_an_earlier_run_with_another_threshold_no_matcher_is_asked(project):
    first = go(project, "first")
    project.ruleset.write_text(f"{RULESET}accept: 0.5\n")

    found = plan(project, "second", after=first)

    assert (found.anew, found.work, found.work_in_all.evaluations_of) == ((), 0, 400)
    assert found.recomputed == "decisions only: the votes of all rules are known"


def test_after_an_earlier_run_without_votes_all_is_asked(project):
    first = go(project, "first", "--no-votes")
    project.ruleset.write_text(RULESET.replace("confidence: 0.95", "confidence: 0.96"))

    found = plan(project, "second", after=first)

    assert (found.anew, found.work) == (None, 400)
    reason = "was made with rules that mean something else, and kept no votes"
    assert found.recomputed == f"everything, as the earlier run {reason}"


def test_later_stages_go_by_the_share_that_reached_them(project):
    staged = RULESET + "cascade:\n  - {stage: quick, runs: [dictionary]}\n  - {stage: slow, runs: [regex]}\n"
    project.ruleset.write_text(staged)

    first = plan(project)
    go(project, "first")
    project.ruleset.write_text(staged.replace("0.95", "0.96"))
    second = plan(project, overwrite=True)

    assert [(stage.name, stage.records, stage.how) for stage in first.stages] == [
        ("quick", 80, "all"), ("slow", 80, "at most"),
    ]  # fmt: skip
    asked = manifest(project.folder / "runs" / "first")["body"]["counts"]["stages"]
    expected = round(80 * asked[1]["asked"] / asked[0]["asked"])
    assert [(stage.records, stage.how) for stage in second.stages] == [(80, "all"), (expected, "as before")]


def test_of_a_large_dump_records_are_estimated_and_digests_unknown(project, monkeypatch):
    monkeypatch.setattr(estimating, "HASHED", 100)
    monkeypatch.setattr(estimating, "LOOKED_AT", 600)

    found = plan(project)

    [one] = found.inputs
    assert (one.sha256, one.how, found.records_exact) == (None, "estimated", False)
    assert 60 <= one.records <= 100


def test_a_dump_that_an_earlier_run_has_read_is_not_read_again(project, monkeypatch):
    first = go(project, "first")
    [source] = resolve_inputs([str(project.dump)], load(project.ruleset).registry, spool=project.folder)
    monkeypatch.setattr(type(source.open()), "records", lambda self, part: pytest.fail("records are parsed"))

    [one] = plan(project, "second", after=first).inputs

    assert (one.records, one.how) == (80, "known")


def test_a_packed_dump_is_as_large_as_it_unpacks_to(project, monkeypatch):
    monkeypatch.setattr(estimating, "LOOKED_AT", 600)
    packed = project.folder / "dump.jsonl.gz"
    packed.write_bytes(gzip.compress(project.dump.read_bytes()))

    [one] = plan(project, dumps=[packed]).inputs

    assert one.how == "estimated"
    assert 60 <= one.records <= 100


def test_a_limit_bounds_what_is_read(project):
    found = plan(project, limit=7)

    assert (found.records, found.records_left, found.work) == (7, 7, 35)


def test_standard_input_cannot_be_foreseen(project):
    with pytest.raises(UsageError, match="standard input cannot be looked at beforehand"):
        plan(project, dumps=["-"])


def test_the_command_says_it_in_words_and_as_json(project):
    out = project.folder / "runs" / "first"
    command = ("run", project.ruleset, project.dump, "--out", out, "--plan")

    words, figures = call(*command), json.loads(call(*command, "--json").out)

    assert words.code == 0
    assert words.out.splitlines() == [
        f"{out}: a new run",
        f"ruleset  comments 1.0.0, plan {figures['plan'][:12]}",
        (
            f"input    {project.dump}  {project.dump.stat().st_size:,} bytes,"
            f" sha256 {figures['inputs'][0]['sha256'][:12]}, 80 records, counted"
        ),
        "units    about 1",
        "records  80",
        "stage    lexical  5 matchers, 5 rules, 80 records",
        "work     400 evaluations of a matcher on a record, 0 model calls",
        "anew     everything",
        "time     not known: no earlier run to go by",
    ]
    assert (figures["work"], figures["model_calls"], figures["state"], figures["seconds"]) == (400, 0, "new", None)
    assert not out.exists()
