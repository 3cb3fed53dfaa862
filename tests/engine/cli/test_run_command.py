"""`rubricate run`: the same bytes however it is done, the law kept, and a run that goes on after it was stopped."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from rubricate.running.verifying import verify_run
from support.command import call, spawn, tree
from support.projects import ROWS, make_project, manifest, parts


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "project")


def many(count=300):
    return [{**ROWS[number % len(ROWS)], "id": f"n{number}", "n": number} for number in range(count)]


def test_trace_ends_with_the_next_step(project):
    out = project.folder / "runs" / "first"

    called = call("run", project.ruleset, project.dump, "--out", out)

    assert (called.code, called.err) == (0, "")
    assert called.out.splitlines()[0] == (
        "read 8 + made 0 = dropped 1 (duplicate 0, blank 1) + quarantined 0 + split 0 + accepted 3 + review 4"
        " + settled 0 + undecided 0"
    )
    assert called.out.splitlines()[-1] == f"next    rubricate review {out} --terminal    (4 records wait for people)"


def test_one_record_waits(project):
    project.write(ROWS[:2])

    called = call("run", project.ruleset, project.dump, "--out", project.folder / "runs" / "first")

    assert called.out.splitlines()[-1].endswith("(1 record waits for people)")


def test_run_outside_a_project_says_where_its_questions_stand(project, tmp_path):
    out = tmp_path / "alone"

    told = call("run", project.ruleset, project.dump, "--out", out).out.splitlines()
    inside = call("run", project.ruleset, project.dump, "--out", project.folder / "runs" / "first").out

    assert told[-2] == (
        f"people  4 questions in {out / 'people.db'}; runs beside it do not see these answers,"
        " `rubricate init` makes a project that shares them"
    )
    assert "people.db" not in inside


def test_run_that_asks_nothing_does_not_speak_of_people(project, tmp_path):
    project.write(ROWS[:1])

    assert "people" not in call("run", project.ruleset, project.dump, "--out", tmp_path / "alone").out


@pytest.fixture
def spoilt(project):
    """A dump of which two thirds cannot be read."""
    project.dump.write_text('{"id": "c1", "text": "please subscribe"}\n{"id":\n{"text": 7}\n')
    return ("run", project.ruleset, project.dump, "--out", project.folder / "runs" / "first")


REFUSED = "{}: 2 of 3 records are in quarantine, most often as json: the JSON ends early\n"


def test_more_than_half_in_quarantine_is_a_finding(spoilt):
    called = call(*spoilt, "--quiet")

    assert (called.code, called.out, called.err) == (
        1,
        "",
        (
            f"warning: {REFUSED.format(spoilt[2])}"
            "rubricate: 66.7 % of what was read is in quarantine, more than half; --max-quarantined allows more\n"
        ),
    )


@pytest.mark.parametrize(
    ("share", "code", "told"),
    [
        ("5%", 1, "rubricate: 66.7 % of what was read is in quarantine, more than --max-quarantined 5 %\n"),
        ("0.05", 1, "rubricate: 66.7 % of what was read is in quarantine, more than --max-quarantined 5 %\n"),
        ("0", 1, "rubricate: 66.7 % of what was read is in quarantine, more than --max-quarantined 0 %\n"),
        ("70%", 0, ""),
        ("1", 0, ""),
    ],
)
@pytest.mark.parametrize("times", [1, 2])
def test_more_in_quarantine_than_allowed_is_a_finding(spoilt, share, code, told, times):
    for _ in range(times):
        called = call(*spoilt, "--quiet", "--max-quarantined", share)

    assert (called.code, called.out, "".join(called.err.splitlines(keepends=True)[-1:])) == (code, "", told)
    assert verify_run(spoilt[-1]) == []


@pytest.mark.parametrize("share", ["5", "-1%", "many", "nan"])
def test_what_is_no_share_is_refused(spoilt, share):
    called = call(*spoilt, "--max-quarantined", share)

    assert (called.code, called.err.splitlines()[0]) == (
        2,
        f"rubricate: invalid value for '--max-quarantined': \"{share}\" is no share; write it as 5% or 0.05",
    )


def test_json_tells_the_counts(project):
    called = call("run", project.ruleset, project.dump, "--out", project.folder / "runs" / "first", "--json")

    told = json.loads(called.out)
    assert (told["state"], told["counts"]["read"], told["counts"]["routes"]["review"]) == ("completed", 8, 4)


@pytest.mark.parametrize("batch", [1, 7])
def test_batches_change_no_byte(project, batch):
    project.write(many())

    default = project.run("default")
    other = project.run("other", "--batch", batch)

    assert tree(other / "records") == tree(default / "records")
    assert manifest(other)["digest"] == manifest(default)["digest"]


def test_units_change_no_byte_of_a_record(project):
    project.write(many())

    whole = project.run("whole")
    cut = project.run("cut", "--unit-size", 1000)

    assert len(list((cut / "records").iterdir())) > 10
    for folder in ("records", "review", "dropped"):
        together = [b"".join(part.read_bytes() for part in sorted((out / folder).iterdir())) for out in (whole, cut)]
        assert together[0] == together[1]
    assert manifest(whole)["body"]["counts"] == manifest(cut)["body"]["counts"]


def test_hash_seed_changes_no_byte(project):
    digests = set()
    for seed in ("0", "1"):
        out = project.folder / "runs" / seed
        called = spawn("run", project.ruleset, project.dump, "--out", out, env={"PYTHONHASHSEED": seed})
        assert called.returncode == 0, called.stderr
        digests.add(manifest(out)["digest"])

    assert len(digests) == 1


def test_records_keep_the_bytes_of_the_source(project):
    project.dump.write_text('{ "id":"a" , "n":1.50,"text":"what a song\\u00e9"}\n')

    out = project.run()

    assert next(iter(parts(out).values())).startswith(
        b'{ "id":"a" , "n":1.50,"text":"what a song\\u00e9","rubricate":{"v":1,'
    )


def test_limit_reads_the_first_records_and_is_marked(project):
    out = project.run("first", "--limit", 3)

    assert manifest(out)["body"]["partial"] == {"limit": 3}
    assert {*project.said(out), *project.said(out, "review")} == {"c1", "c2", "c3"}


def test_sample_is_drawn_the_same_again_and_is_marked(project):
    project.write(many())

    first, again, other = (
        project.run(name, "--sample", 20, "--seed", seed) for name, seed in (("first", 1), ("again", 1), ("other", 2))
    )

    assert manifest(first)["body"]["partial"] == {"sample": 20, "seed": 1}
    assert manifest(first)["body"]["counts"]["read"] == 20
    assert parts(first) == parts(again)
    assert parts(first) != parts(other)


def test_equal_records_are_dropped_when_asked(project):
    kept, dropped = project.run("kept", "--dedupe", "none"), project.run("dropped", "--dedupe", "exact")

    assert "c7" in project.said(kept)
    assert project.said(dropped, "dropped")["c7"]["duplicate_of"] == "c3"


def test_second_run_finds_nothing_to_do(project):
    out = project.run()
    before = tree(project.folder)

    called = call("run", project.ruleset, project.dump, "--out", out)

    assert called.out.splitlines()[0] == f"{out}: this run is complete already; nothing was done"
    after = tree(project.folder)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert {name for name in changed if "/.rubricate/" not in name} <= {"people.db-shm", "people.db-wal"}


def test_standard_input_is_not_kept(project):
    out = project.folder / "runs" / "first"

    for state in ("completed", "already complete"):
        called = call("run", project.ruleset, "-", "--out", out, "--json", stdin=project.dump.read_bytes())
        assert json.loads(called.out)["state"] == state
        assert not (out / ".rubricate" / "spool").exists()


def test_law_is_in_the_manifest(project):
    project.dump.write_bytes(project.dump.read_bytes() + b"\xff\n{}\n")

    counts = manifest(project.run("first", "--dedupe", "exact"))["body"]["counts"]

    assert counts["read"] + counts["made"] == sum(counts["routes"].values()) == 10
    assert counts["routes"] == {
        "accepted": 2,
        "review": 4,
        "settled": 0,
        "undecided": 0,
        "quarantined": 2,
        "dropped": 2,
        "split": 0,
    }


@pytest.mark.parametrize(
    "point", ["mid_index_pass:2", "after_parts:2", "after_receipt:1", "before_ledger_commit:3", "after_ledger_commit:1",
              "before_manifest:1", "after_manifest_temp:1", "after_manifest:1"],
)  # fmt: skip
def test_killed_run_goes_on_to_the_same_manifest(project, point):
    project.write(many(60))
    undisturbed = project.run("undisturbed", "--unit-size", 700)
    out = project.folder / "runs" / "killed"
    command = ("run", project.ruleset, project.dump, "--out", out, "--unit-size", 700, "--workers", 0)

    killed = spawn(*command, env={"RUBRICATE_FAIL_POINT": point})
    again = call(*command)

    assert (killed.returncode, again.code) == (-signal.SIGKILL, 0)
    assert manifest(out)["digest"] == manifest(undisturbed)["digest"]
    assert verify_run(out) == []
    assert (out / "report.html").exists()
    assert "open" in project.answer(out, "q")


def test_killed_after_the_manifest_of_an_overwriting_run_questions_are_asked_all_the_same(project):
    project.write(ROWS[2:3])
    out = project.run()
    project.write(ROWS[1:2])
    command = ("run", project.ruleset, project.dump, "--out", out, "--overwrite")

    spawn(*command, env={"RUBRICATE_FAIL_POINT": "after_manifest"})
    call(*command)

    assert "c2 review" in project.answer(out, "q")
    assert "for more" in (out / "report.html").read_text()


def test_asked_to_stop_it_says_so_and_goes_on_later(project):
    project.write(many(4000))
    undisturbed = project.run("undisturbed", "--unit-size", 2000)
    out = project.folder / "runs" / "stopped"
    command = ["run", str(project.ruleset), str(project.dump), "--out", str(out), "--unit-size", "2000"]
    process = subprocess.Popen(
        [sys.executable, "-m", "rubricate", *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    receipts = out / ".rubricate" / "receipts"
    while process.poll() is None and (not receipts.is_dir() or len(list(receipts.iterdir())) < 2):
        time.sleep(0.005)

    os.kill(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)

    assert process.returncode == 130
    assert (
        errors
        == f"rubricate: {out}: stopped as asked; what is finished is kept\nhelp: the same command goes on from here\n"
    )
    assert call(*command).code == 0
    assert manifest(out)["digest"] == manifest(undisturbed)["digest"]


@pytest.mark.slow
def test_long_line_is_passed_over_without_being_held(project):
    with project.dump.open("ab") as file:
        file.write(b'{"id":"long","text":"' + b"x" * 50_000_000 + b'"}\n{"id":"z","text":"what a song"}\n')

    # in a process of its own, as the largest of all children so far is what a process is told
    program = (
        "import resource, subprocess, sys; subprocess.run([sys.executable, '-m', 'rubricate', *sys.argv[1:]]); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command = ["run", project.ruleset, project.dump, "--out", project.folder / "runs" / "first", "--json"]
    called = subprocess.run(
        [sys.executable, "-c", program, *map(str, command)], capture_output=True, text=True, check=True
    )
    *said, peak = called.stdout.splitlines()

    assert json.loads("\n".join(said))["counts"]["quarantined"] == {"record_too_large": 1}
    assert int(peak) < 400_000


def test_foreign_plan_of_the_fail_point_is_refused(project):
    called = spawn(
        "run", project.ruleset, project.dump, "--out", project.folder / "o", env={"RUBRICATE_FAIL_POINT": "nowhere"}
    )

    assert (called.returncode, called.stderr.splitlines()[0]) == (
        2,
        'rubricate: RUBRICATE_FAIL_POINT: there is no fail point "nowhere"',
    )
    assert not (project.folder / "o").exists()
