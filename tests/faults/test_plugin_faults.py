"""Section 3 of the faults: plugins that break. Each test is named for its row."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from support.faults import (
    RULESET,
    command,
    environment,
    install_misbehaving,
    outcome_of,
    rows_of,
    run_process,
    write_records,
)

ODD = (
    RULESET.replace("labels: {", "labels: {odd: {kind: document}, ")
    .replace("rules:\n", "matchers: {bad: {use: misbehaving}}\nrules:\n  - {id: odd, label: odd, when: bad, confidence: 0.95}\n")
)  # fmt: skip
SECRET = "a text that stands in no log"


class Project:
    """A folder with a ruleset that uses the misbehaving plugin."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.site = install_misbehaving(folder / "site")
        self.ruleset = folder / "ruleset.yaml"
        self.ruleset.write_text(ODD)

    def run(
        self, special: dict[int, str], *more: object, records: int = 120, out: str = "out", **environs: str
    ) -> subprocess.CompletedProcess[str]:
        dump = write_records(self.folder / f"{out}.jsonl", records, special)
        arguments = command(self.ruleset, dump, self.folder / out, "--batch", 16, *more)
        return run_process(arguments, env=environment(self.site, **environs))

    def aside(self, out: str = "out") -> dict[int, tuple[str, str]]:
        """Line -> reason and detail."""
        found = [row["rubricate"] for row in rows_of(self.folder / out, "quarantine")]
        return {said["line"]: (said["reason"], said["detail"]) for said in found}  # type: ignore[index]

    def labelled(self, out: str = "out") -> dict[str, object]:
        """Record -> what is said about it, without what hangs on the plan."""
        said = {row["id"]: row["rubricate"]["annotations"] for row in rows_of(self.folder / out, "records")}  # type: ignore[index]
        return {str(id): found for id, found in said.items()}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


DEEDS = {10: f"RAISE {SECRET}", 40: "LEAVE", 60: "INTERRUPT", 80: "HOLD", 100: "SURROUNDINGS", 101: "FORK"}


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, subprocess.CompletedProcess[str]]:
    """One run in which plugins do all of it."""
    project = Project(tmp_path_factory.mktemp("troubled"))
    return project, project.run(DEEDS, "--workers", 2, "--patience", 4)


def test_p01_a_plugin_that_raises_sets_its_record_aside_and_no_log_shows_a_text(troubled):
    project, done = troubled
    told = b"".join(path.read_bytes() for path in (project.folder / "out" / ".rubricate").rglob("*.log*"))

    assert done.returncode == 0, done.stderr
    assert project.aside()[11] == ("plugin_error", 'plugin "misbehaving", record r10: ValueError: no')
    assert (SECRET in done.stdout + done.stderr, SECRET.encode() in told) == (False, False)


def test_p04_a_call_that_holds_the_interpreter_is_ended_with_its_process(troubled):
    project, _ = troubled

    assert project.aside()[81] == ("timeout", "the record took longer than it may")


def test_p07_leaving_and_interrupting_are_faults_of_the_record_and_no_shutdown(troubled):
    project, _ = troubled

    assert project.aside()[41] == ("plugin_error", 'plugin "misbehaving", record r40: SystemExit: 7')
    assert project.aside()[61][0] in ("plugin_error", "worker_died")


def test_p09_what_a_plugin_changes_around_itself_ends_with_its_worker(troubled):
    project, _ = troubled
    outcome = outcome_of(project.folder / "out")

    assert sorted(project.aside()) == [11, 41, 61, 81]  # neither the changed surroundings nor the fork cost a record
    assert outcome.counts["read"] == 120
    assert {path.stat().st_mode & 0o777 for path in (project.folder / "out").rglob("part-*")} <= {0o644, 0o600, 0o000}


def test_p04_p05_what_is_left_of_a_troubled_run_is_labelled_as_in_a_calm_one(troubled):
    project, _ = troubled
    calm = project.run({}, "--workers", 0, out="calm")

    assert calm.returncode == 0, calm.stderr
    expected = {id: found for id, found in project.labelled("calm").items() if int(id[1:]) not in DEEDS}
    assert {id: found for id, found in project.labelled().items() if int(id[1:]) not in DEEDS} == expected


def test_p02_a_plugin_that_always_raises_stops_the_run_and_leaves_no_dataset_of_quarantine(project):
    done = project.run(dict.fromkeys(range(300), "RAISE"), "--workers", 0, records=300)

    assert done.returncode == 2
    assert 'plugin "misbehaving"' in done.stderr
    assert not (project.folder / "out" / "manifest.json").exists()


@pytest.mark.parametrize("workers", [0, pytest.param(1, marks=pytest.mark.torture)])
def test_p03_a_batch_with_too_many_answers_is_a_bug_and_its_unit_is_not_committed(project, workers):
    done = project.run({50: "TOO MANY"}, "--workers", workers)

    assert done.returncode == 2
    assert re.search(r'plugin "misbehaving": gave (\d+) answers for (\d+) documents', done.stderr), done.stderr
    assert not (project.folder / "out" / "manifest.json").exists()
    parts = [part.read_bytes() for part in (project.folder / "out").glob("*/part-*")]
    assert not any(b"TOO MANY" in part for part in parts)


def test_p06_a_worker_that_leaks_is_replaced_between_two_units(project):
    special = {number: f"LEAK {number}" for number in range(0, 300, 20)}
    done = project.run(special, "--workers", 1, "--worker-memory", 130, records=300)
    log = (project.folder / "out" / ".rubricate" / "workers.log").read_text().split()
    leaked_by = [log.count(pid) for pid in dict.fromkeys(log)]

    assert done.returncode == 0, done.stderr
    assert (sum(leaked_by), len(leaked_by) > 1, outcome_of(project.folder / "out").counts["read"]) == (15, True, 300)
    assert max(leaked_by) * 8 < 130


def test_p08_a_batch_cannot_be_changed_by_the_plugin_that_sees_it(project):
    done = project.run({50: "MUTATE"}, "--workers", 0)

    assert done.returncode == 0, done.stderr
    reason, detail = project.aside()[51]
    assert (reason, "mappingproxy" in detail) == ("plugin_error", True)


def test_p08_an_audit_finds_what_depends_on_what_was_seen_before(project):
    special = {number: f"REMEMBER {number}" for number in range(0, 119, 7)}  # an odd number of them
    blind = project.run(special, "--workers", 0, out="blind")
    done = project.run(special, "--workers", 0, "--audit", "100%")

    assert (blind.returncode, done.returncode) == (0, 2)
    assert "gave two different results" in done.stderr
    assert not (project.folder / "out" / "manifest.json").exists()
    assert [path.name for path in (project.folder / "out").rglob(".tmp-*")] == []


@pytest.mark.parametrize("workers", [pytest.param(0, marks=pytest.mark.torture), 2])
def test_p08_an_audit_of_a_sound_run_changes_nothing(project, workers):
    project.ruleset.write_text(RULESET)
    done = project.run({}, "--workers", workers, "--audit", "0.5")
    calm = project.run({}, "--workers", 0, out="calm")

    assert (done.returncode, calm.returncode) == (0, 0), done.stderr
    assert outcome_of(project.folder / "out").counts == outcome_of(project.folder / "calm").counts


def test_p10_a_worker_with_another_version_of_a_plugin_refuses_to_work(project, monkeypatch):
    import rubricate
    from rubricate.errors import RunError
    from rubricate.runner import Settings, run

    monkeypatch.syspath_prepend(str(project.site))
    rules = rubricate.load(project.ruleset)
    dump = write_records(project.folder / "dump.jsonl")
    install_misbehaving(project.site, version="1.1")

    with pytest.raises(RunError, match="a worker reads other rules than the driver did"):
        run(rules, [str(dump)], project.folder / "out", settings=Settings(workers=1))
    assert not list((project.folder / "out").glob("*/part-*"))


def test_p10_an_edited_plugin_is_another_one_though_its_version_stayed(project):
    plugin = project.site / "rubricate_misbehaving.py"
    first = project.run({50: "RAISE"}, "--workers", 0)
    same = project.run({50: "RAISE"}, "--workers", 0)
    plugin.write_text(plugin.read_text().replace('raise ValueError("no")', 'raise ValueError("never")'))
    refused = project.run({50: "RAISE"}, "--workers", 0)
    told = 'holds another run: the code of plugin "misbehaving" has changed; plan '
    dump = project.folder / "out.jsonl"
    after = run_process(
        command(project.ruleset, dump, project.folder / "new", "--after", project.folder / "out", "--json"),
        env=environment(project.site),
    )

    assert (first.returncode, same.returncode) == (0, 0), first.stderr
    assert (refused.returncode, told in refused.stderr) == (2, True), refused.stderr
    assert (after.returncode, json.loads(after.stdout)["anew"]) == (0, [1, 3]), after.stderr
    assert project.aside("new")[51][1].endswith("ValueError: never")


def test_p10_a_plugin_that_cannot_be_imported_is_told_before_anything_is_read(project):
    (project.site / "rubricate_misbehaving.py").write_text("import a_package_that_is_not_there\n")
    done = project.run({})

    assert done.returncode == 2
    assert "a_package_that_is_not_there" in done.stderr
    assert not (project.folder / "out").exists()


def test_p11_two_plugins_with_one_name_are_both_named(project):
    other = project.site / "rubricate_other-2.0.dist-info"
    other.mkdir()
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: rubricate-other\nVersion: 2.0\n")
    (other / "entry_points.txt").write_text("[rubricate]\nother = rubricate_other\n")
    shutil.copy(project.site / "rubricate_misbehaving.py", project.site / "rubricate_other.py")
    done = project.run({})

    assert done.returncode == 2
    assert ("rubricate-misbehaving" in done.stderr, "rubricate-other" in done.stderr) == (True, True), done.stderr
