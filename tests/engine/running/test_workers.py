"""Workers: the same bytes as one process, whatever they do, and however they end."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rubricate.errors import RunError
from rubricate.runner import Settings, run
from rubricate.running import pool
from rubricate.running.verifying import verify_run
from support.rulesets import load_text

PLUGIN = Path(__file__).parents[2] / "misbehaving_plugin"
RULESET = """\
ruleset: t
version: "1.0.0"
labels: {spam: {kind: document}, odd: {kind: document}}
matchers: {bad: {use: misbehaving}}
rules:
  - {id: sale, label: spam, when: '"sale"', confidence: 0.9}
  - {id: odd, label: odd, when: bad, confidence: 0.9}
"""
PLAIN = "labels: {spam: {kind: document}}\nrules:\n  - {id: sale, label: spam, when: '\"sale\"', confidence: 0.9}\n"


def write_dump(path: Path, special: dict[int, str] | None = None, records: int = 120) -> Path:
    """Records of which every third is a sale; `special` replaces some texts."""
    special = special or {}
    lines = []
    for number in range(records):
        text = special.get(number, f"number {number}" + (" sale" if number % 3 == 0 else ""))
        lines.append(json.dumps({"id": f"r{number}", "text": text}))
    path.write_text("\n".join(lines) + "\n")
    return path


def installed(folder: Path) -> dict[str, str]:
    """An environment in which the misbehaving plugin is installed."""
    shutil.copy(PLUGIN / "rubricate_misbehaving.py", folder)
    info = folder / "rubricate_misbehaving-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: rubricate-misbehaving\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[rubricate]\nmisbehaving = rubricate_misbehaving\n")
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), *filter(None, sys.path)])}


def command(folder: Path, dump: Path, out: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "rubricate", "run", str(folder / "ruleset.yaml"), str(dump), "--out", str(out),
            "--unit-size", "1000", "--batch", "16", "-q", *more]  # fmt: skip


@pytest.fixture
def project(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "ruleset.yaml").write_text(RULESET)
    return tmp_path, installed(tmp_path / "site")


def quarantined(out: Path) -> dict[int, tuple[str, str]]:
    """Line -> reason and detail."""
    found = {}
    for part in sorted((out / "quarantine").glob("part-*")):
        for line in part.read_text().splitlines():
            said = json.loads(line)["rubricate"]
            found[said["line"]] = (said["reason"], said["detail"])
    return found


def manifest(out: Path) -> dict:
    return json.loads((out / "manifest.json").read_text())


def test_any_number_of_workers_gives_the_same_manifest(tmp_path):
    rules = load_text(tmp_path, PLAIN)
    dump = write_dump(tmp_path / "dump.jsonl")
    digests = set()
    for count in (0, 1, 2, 3):
        settings = Settings(workers=count, unit_size=900, batch=1 + 7 * count)
        summary, seconds = run(rules, [str(dump)], tmp_path / f"out{count}", settings=settings)
        digests.add(summary.digest)
        assert set(seconds) == {"lexical"}
        assert verify_run(tmp_path / f"out{count}") == []

    assert len(digests) == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("SEGFAULT", ("worker_died", "the record ended the process that looked at it (signal 11)")),
        ("EXIT", ("worker_died", "the record ended the process that looked at it (exit code 3)")),
        ("HANG", ("timeout", "the record took longer than it may")),
    ],
)
def test_a_record_that_ends_workers_is_quarantined_and_the_rest_is_the_same(project, text, told):
    folder, environment = project
    dump = write_dump(folder / "dump.jsonl", {50: text})
    subprocess.run(command(folder, dump, folder / "out", "--workers", "2", "--patience", "1.5"), env=environment,
                   check=True, timeout=120)  # fmt: skip

    routes = manifest(folder / "out")["body"]["counts"]["routes"]
    assert quarantined(folder / "out") == {51: told}
    assert (routes["accepted"], routes["quarantined"]) == (119, 1)
    assert verify_run(folder / "out") == []


def test_what_ended_workers_once_is_not_tried_again(project):
    folder, environment = project
    dump = write_dump(folder / "dump.jsonl", {50: "EXIT", 90: "EXIT"})
    first = subprocess.run(
        command(folder, dump, folder / "out", "--workers", "1"),
        env={**environment, "RUBRICATE_FAIL_POINT": "before_manifest"}, check=False, timeout=120,
    )  # fmt: skip
    again = subprocess.run(command(folder, dump, folder / "out", "--workers", "0"), env=environment, check=False,
                           timeout=120)  # fmt: skip

    assert (first.returncode, again.returncode) == (-signal.SIGKILL, 0)  # in process, the record would end the run
    assert sorted(quarantined(folder / "out")) == [51, 91]


def test_what_a_plugin_prints_or_reads_disturbs_nobody(project):
    folder, environment = project
    dump = write_dump(folder / "dump.jsonl", {50: "CHATTER"})
    done = subprocess.run(command(folder, dump, folder / "out", "--workers", "2"), env=environment, check=True,
                          capture_output=True, text=True, timeout=120)  # fmt: skip

    assert (done.stdout, done.stderr, quarantined(folder / "out")) == ("", "", {})
    assert (folder / "out" / ".rubricate" / "workers.log").read_text() == "what a plugin prints\n"


def test_a_plugin_that_ends_every_worker_stops_the_run_with_a_word(project):
    folder, environment = project
    dump = write_dump(folder / "dump.jsonl", dict.fromkeys(range(120), "EXIT"))
    done = subprocess.run(command(folder, dump, folder / "out", "--workers", "1"), env=environment, check=False,
                          capture_output=True, text=True, timeout=300)  # fmt: skip

    assert done.returncode == 2
    assert "workers end again and again on unit 0 (exit code 3)" in done.stderr


def children(pid: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parts = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(parts[1]) == pid:
            found.append(int(status.parent.name))
    return found


def test_killed_workers_are_replaced(project):
    folder, environment = project
    dump = write_dump(folder / "dump.jsonl", records=6000)
    subprocess.run(command(folder, dump, folder / "calm", "--workers", "0"), env=environment, check=True, timeout=120)
    process = subprocess.Popen(command(folder, dump, folder / "out", "--workers", "2"), env=environment)
    killed = set()
    while process.poll() is None and len(killed) < 3:
        parts = len(list((folder / "out").glob("records/part-*")))
        for child in children(process.pid) if parts > 20 * len(killed) else ():
            os.kill(child, signal.SIGKILL)
            killed.add(child)
            break
        time.sleep(0.02)

    assert (process.wait(timeout=120), len(killed) >= 1) == (0, True)
    assert manifest(folder / "out")["digest"] == manifest(folder / "calm")["digest"]


def test_one_interrupt_lets_workers_finish_their_units(project):
    folder, environment = project
    dump = write_dump(folder / "dump.jsonl", records=6000)
    process = subprocess.Popen(command(folder, dump, folder / "out", "--workers", "2"), env=environment,
                               stderr=subprocess.PIPE, text=True)  # fmt: skip
    while not list((folder / "out").glob("records/part-*")) and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)

    assert process.returncode == 130, errors
    assert "stopped as asked" in errors
    assert list((folder / "out").glob("*/.tmp-*")) == []
    subprocess.run(command(folder, dump, folder / "out", "--workers", "2"), env=environment, check=True, timeout=120)
    assert manifest(folder / "out")["body"]["counts"]["read"] == 6000


def test_workers_start_side_by_side(tmp_path, monkeypatch):
    events = []
    start, receive = subprocess.Popen, pool.receive
    monkeypatch.setattr(pool.subprocess, "Popen", lambda *told, **more: events.append("start") or start(*told, **more))
    monkeypatch.setattr(pool, "receive", lambda answers: events.append("heard") or receive(answers))
    rules = load_text(tmp_path, PLAIN)
    dump = write_dump(tmp_path / "dump.jsonl", dict.fromkeys(range(4), "long " * 40_000), records=4)  # more than a pipe

    run(rules, [str(dump)], tmp_path / "out", settings=Settings(workers=3, unit_size=1000))

    assert events[:4] == ["start", "start", "start", "heard"]


def test_a_worker_brings_in_no_parser_of_rulesets_and_no_command_line():
    needless = {"click", "jsonschema", "lark", "rich", "rubricate.annotator", "rubricate.linting.linter", "ruamel.yaml"}
    program = f"import rubricate.worker, sys; print(sorted({needless} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)

    assert done.stdout == "[]\n"


def test_a_worker_says_what_is_wrong_with_a_ruleset_that_has_become_unusable(tmp_path):
    rules = load_text(tmp_path, PLAIN)
    dump = write_dump(tmp_path / "dump.jsonl")
    (tmp_path / "ruleset.yaml").write_text((tmp_path / "ruleset.yaml").read_text().replace("'\"sale\"'", "gone"))

    with pytest.raises(RunError, match=r'ruleset\.yaml:\d+:\d+: R\d+ .*"gone"'):
        run(rules, [str(dump)], tmp_path / "out", settings=Settings(workers=1))


def test_a_worker_that_reads_other_rules_refuses_to_work(tmp_path):
    rules = load_text(tmp_path, PLAIN)
    dump = write_dump(tmp_path / "dump.jsonl")
    (tmp_path / "ruleset.yaml").write_text((tmp_path / "ruleset.yaml").read_text().replace("0.9", "0.8"))

    with pytest.raises(RunError, match="a worker reads other rules than the driver did"):
        run(rules, [str(dump)], tmp_path / "out", settings=Settings(workers=1))
