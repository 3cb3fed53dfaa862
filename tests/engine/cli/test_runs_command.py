"""`rubricate runs`: what a project's runs are and how they stand, and everything about one."""

import json
import re

import pytest

from rubricate.storage.layout import internal, lock_file
from rubricate.storage.locking import hold_lock
from support.command import call, spawn, tree
from support.faults import command as run_command
from support.faults import environment, install_misbehaving, run_process, write_records
from support.projects import ROWS, RULESET, make_project, manifest

MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")
TIME = re.compile(r"\d+(\.\d)? m?s\b")


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "project")


def told(text):
    """Lines without figures that differ each time, and with single spaces."""
    lines = [MOMENT.sub("DATE", TIME.sub("TIME", line)) for line in text.splitlines()]
    return [re.sub(r" {2,}", "  ", line).rstrip() for line in lines]


def stop(project, name, point="after_parts:3"):
    """A run that was killed."""
    out = project.folder / "runs" / name
    spawn("run", project.ruleset, project.dump, "--out", out, "--unit-size", 100, "--workers", 0,
          env={"RUBRICATE_FAIL_POINT": point})  # fmt: skip
    return out


def settled(project):
    """Every file but the memory that readers and writers of a database share."""
    return {name: content for name, content in tree(project.folder).items() if not name.endswith("-shm")}


def state(out):
    """What the list says of one run."""
    [run] = json.loads(call("runs", out, "--json").out)
    return run


def test_runs_of_a_project_stand_in_the_order_in_which_they_began(project):
    first = project.run("z-first")
    part = project.run("part", "--limit", 1)
    killed = stop(project, "killed")

    lines = told(call("runs", project.folder).out)

    assert lines == [
        "run  state  ruleset  read  accepted  review  dropped  time  by stage  began",
        f"{first}  complete  comments 1.0.0  8  3  4  1  TIME  lexical TIME  DATE",
        f"{part}  partial  comments 1.0.0  1  1  0  0  TIME  lexical TIME  DATE",
        f"{killed}  stopped, 75.0 %  comments 1.0.0  8  TIME  lexical TIME  DATE",
    ]


def test_json_has_every_figure(project):
    out = project.run()

    run = state(out)

    assert {name: run[name] for name in ("run", "state", "ruleset", "version", "digest", "counts", "progress")} == {
        "run": str(out), "state": "complete", "ruleset": "comments", "version": "1.0.0",
        "digest": manifest(out)["digest"], "progress": None,
        "counts": {"read": 8, **manifest(out)["body"]["counts"]["routes"]},
    }  # fmt: skip
    assert list(run["stages"]) == ["lexical"]
    assert run["seconds"] > 0


def test_a_run_that_was_stopped_says_how_far_it_is(project):
    run = state(stop(project, "killed"))

    assert (run["state"], run["counts"]) == ("stopped", None)
    assert run["progress"] == {"units": 3, "units_done": 2, "records": 8, "records_done": 6}


def test_a_run_at_work_names_who_works(project):
    out = stop(project, "killed")

    with hold_lock(lock_file(out), clock=lambda: 0.0):
        run = state(out)

    assert run["state"] == "at work"
    assert re.fullmatch(r"pid \d+ on \S+", run["detail"])
    assert state(out)["state"] == "stopped"


def test_a_manifest_that_was_changed_is_broken(project):
    out = project.run()
    (out / "manifest.json").write_bytes((out / "manifest.json").read_bytes().replace(b'"rows": ', b'"rows": 1'))

    run = state(out)

    assert (run["state"], run["detail"]) == ("broken", f"{out / 'manifest.json'}: was changed after it was published")


def test_a_part_that_has_gone_is_broken(project):
    out = project.run()
    next((out / "review").iterdir()).unlink()

    assert (state(out)["state"], state(out)["detail"]) == ("broken", "1 of its parts has gone")


def test_a_run_that_is_being_replaced_is_not_told_as_the_old_one(project):
    out = project.run()
    project.write(ROWS[:3])
    spawn(
        "run", project.ruleset, project.dump, "--out", out, "--overwrite", env={"RUBRICATE_FAIL_POINT": "after_parts"}
    )

    run = state(out)

    assert (run["state"], run["counts"], run["digest"]) == ("stopped", None, None)


def test_looking_writes_nothing(project):
    project.run("first")
    stop(project, "killed")
    before = settled(project)

    call("runs", project.folder)
    call("runs", "show", project.folder / "runs" / "killed")
    call("runs", "show", project.folder / "runs" / "first", "--json")

    assert settled(project) == before


def test_a_run_without_a_log_is_told_from_its_manifest(project):
    out = project.run()
    (internal(out) / "log.jsonl").unlink()

    run = state(out)

    assert (run["state"], run["ruleset"], run["started"]) == ("complete", "comments", manifest(out)["annex"]["created"])
    assert run["seconds"] == manifest(out)["annex"]["seconds"]


def test_no_runs_and_no_folder(tmp_path):
    assert call("runs", tmp_path).out == f"no runs in {tmp_path}\n"
    assert call("runs", "nowhere").err.splitlines()[0] == 'rubricate: "nowhere": no such folder'
    assert call("runs", "sho").err.splitlines()[0] == 'rubricate: there is no folder "sho", did you mean "show"?'


# -- show --------------------------------------------------------------------------------------------------


def test_show_tells_everything_about_a_run(project):
    with project.dump.open("a") as file:
        file.write("broken\n")
    out = project.run()

    lines = told(call("runs", "show", out).out)

    body = manifest(out)["body"]
    source = body["sources"][0]
    assert lines == [
        f"{out}  complete",
        f"ruleset  comments 1.0.0, plan {body['plan'][:12]}",
        "guideline  comment-guide 3.1.0",
        f"plugins  {', '.join(f'{name} {version}' for name, version in body['plugins'].items())}",
        "began  DATE UTC, took TIME",
        "",
        "1 input",
        f"  {source['name']}  {source['size']} bytes, {source['sha256'][:12]}, 9 records",
        "",
        (
            "read 9 + made 0 = dropped 1 (duplicate 0, blank 1) + quarantined 1 (json 1) + split 0 + accepted 3 + review 4"
            " + settled 0 + undecided 0"
        ),
        "stage lexical  asked 7  closed 3 (42.9 %)  mean score 0.91  TIME",
        "work  35 evaluations of a matcher on a record",
        "accepted, nothing found: 0",
        "asked: kind 2, price 1, rude 1",
        "",
        f"manifest  {out / 'manifest.json'}",
        f"report  {out / 'report.html'}",
        f"log  {out / '.rubricate' / 'log.jsonl'}",
        f"digest  {manifest(out)['digest']}",
    ]


def test_show_tells_what_a_run_follows(project):
    first = project.run("first")
    project.answer(first, "1;q")
    call("review", "apply", first)
    second = project.run("second", "--after", first)

    told = json.loads(call("runs", "show", second, "--json").out)

    applied = manifest(first)
    assert told["lineage"] == [
        {"digest": applied["digest"], "how": "earlier run", "run": str(first)},
        {"digest": applied["body"]["parent"], "how": "before answers were applied", "run": str(first)},
    ]
    assert told["taken_over"] == {"units": 1, "records": 8}
    assert f"follows    {applied['digest'][:12]}, earlier run: {first}" in call("runs", "show", second).out.splitlines()


def test_show_tells_the_work_of_edited_rules(project):
    first = project.run("first")
    project.ruleset.write_text(RULESET.replace("confidence: 0.95", "confidence: 0.96"))
    second = project.run("second", "--after", first)

    told = json.loads(call("runs", "show", second, "--json").out)

    assert told["work"] == {"evaluations": 7, "evaluations_of": 35, "model_calls": 0, "model_calls_of": 0,
                            "readings": 0, "readings_of": 0}  # fmt: skip
    assert told["anew"] == [1, 5]
    line = "work    7 of 35 evaluations of a matcher on a record (20.0 %); 1 of 5 rules asked anew"
    assert line in call("runs", "show", second).out.splitlines()


def test_show_tells_attempts_workers_and_incidents(tmp_path):
    site = install_misbehaving(tmp_path / "site")
    (tmp_path / "ruleset.yaml").write_text(
        'ruleset: t\nversion: "1.0.0"\nlabels: {spam: {kind: document}, odd: {kind: document}}\n'
        "matchers: {bad: {use: misbehaving}}\nrules:\n"
        "  - {id: odd, label: odd, when: bad, confidence: 0.9}\n"
    )
    dump, out = write_records(tmp_path / "dump.jsonl", special={50: "EXIT"}), tmp_path / "out"
    command = run_command(tmp_path / "ruleset.yaml", dump, out, "--workers", "1")
    run_process(command, env=environment(site, RUBRICATE_FAIL_POINT="before_manifest"))
    done = run_process(command, env=environment(site))

    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(call("runs", "show", out, "--json").out)
    assert [each["end"] for each in told["attempts"]] == ["killed", "published"]
    [incident] = told["incidents"]
    assert incident["reason"] == "worker_died"
    ended = [worker["ended"] for worker in told["workers"] if worker["ended"]]
    assert ended[:2] == ["exit code 3", "exit code 3"]
    assert sum(worker["records"] for worker in told["workers"]) == 120


def test_show_of_what_is_no_run_names_one_nearby(project):
    out = project.run()

    called = call("runs", "show", project.folder)

    assert (called.code, called.err) == (
        2, f'rubricate: "{project.folder}": holds no run\nhelp: there is one in it: "{out}"\n',
    )  # fmt: skip
