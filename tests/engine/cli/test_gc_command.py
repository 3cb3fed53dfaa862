"""`rubricate gc`: what it says, and what it refuses."""

import json
import os
import time

import pytest

from support.command import call
from support.projects import make_project


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "project")


@pytest.fixture
def orphan(project):
    """An old part that no manifest names."""
    path = project.run() / "records" / "part-00009-0123abcd.jsonl"
    path.write_bytes(b"12345\n")
    os.utime(path, (time.time() - 2 * 86400,) * 2)
    return path


def test_it_says_what_is_gone(project, orphan):
    called = call("gc", project.folder)

    run = orphan.parents[1]
    assert (called.code, called.out, called.err) == (0, f"{run}: 1 file removed, 6 bytes (part 1)\n", "")
    assert not orphan.exists()
    assert call("gc", project.folder).out == f"{run}: nothing to remove\n"


def test_a_dry_run_names_each_file(project, orphan):
    called = call("gc", project.folder, "--dry-run")

    run = orphan.parents[1]
    assert called.out == f"{run}: 1 file would be removed, 6 bytes (part 1)\n  part       {orphan}\n"
    assert orphan.exists()


@pytest.mark.parametrize(("grace", "goes"), [("3d", False), ("49h", False), ("47h", True), ("90m", True), ("0", True)])
def test_grace_is_a_period(project, orphan, grace, goes):
    called = call("gc", project.folder, "--grace", grace)

    assert orphan.exists() != goes
    assert called.out.endswith("nothing to remove; 1 file too young\n") != goes


def test_json_names_each_file(project, orphan):
    called = call("gc", project.folder, "--json")

    assert json.loads(called.out) == [
        {
            "run": str(orphan.parents[1]),
            "left_alone": None,
            "removed": [{"path": str(orphan), "what": "part", "bytes": 6}],
            "too_young": 0,
        }
    ]


def test_a_run_named_twice_is_swept_once(project, orphan):
    called = call("gc", project.folder, project.folder / "runs", orphan.parents[1])

    assert len(called.out.splitlines()) == 1


def test_a_folder_without_runs_is_fine(tmp_path):
    called = call("gc", tmp_path)

    assert (called.code, called.out) == (0, f"no runs in {tmp_path}\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nowhere",), 'rubricate: "nowhere": no such folder'),
        (
            ("--grace", "soon"),
            "rubricate: invalid value for '--grace': \"soon\" is no period; write it as 30m, 24h or 7d",
        ),
        (
            ("--grace", "-1h"),
            "rubricate: invalid value for '--grace': \"-1h\" is no period; write it as 30m, 24h or 7d",
        ),
    ],
)
def test_what_cannot_be_done_is_said(arguments, told):
    called = call("gc", *arguments)

    assert (called.code, called.err.splitlines()[0]) == (2, told)
