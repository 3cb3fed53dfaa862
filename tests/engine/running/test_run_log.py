"""The log of a run: what happened and when, nothing of any record, and never more than it may hold."""

import json

import pytest

from rubricate.errors import RunError
from rubricate.running import run_log
from rubricate.running.run_log import RunLog, read_log, stage_seconds
from rubricate.storage.layout import log_file
from support.fake_run import FakeLabeller, run_fake, write_dump
from support.projects import make_project

SECRET = "Mrs-Miller-of-Elm-Street"


def names(out):
    return [event["event"] for event in read_log(out)]


def test_a_run_tells_its_phases_units_and_end(tmp_path):
    summary = run_fake(tmp_path / "out", write_dump(tmp_path / "dump.jsonl"))

    assert names(tmp_path / "out") == [
        "run_began", "phase", "indexed", "phase", *["unit_done"] * summary.units, "phase", "published",
    ]  # fmt: skip
    events = list(read_log(tmp_path / "out"))
    assert [event["phase"] for event in events if event["event"] == "phase"] == ["indexing", "labelling", "publishing"]
    assert {event["at"] for event in events} == {"2023-11-14T22:13:20.000+00:00"}
    assert [event["clock"] for event in events] == sorted(event["clock"] for event in events)
    assert sum(event["records"] for event in events if event["event"] == "unit_done") == 40


def test_a_run_that_failed_and_went_on_tells_both(tmp_path):
    dump, out = write_dump(tmp_path / "dump.jsonl"), tmp_path / "out"
    left = iter(range(25))

    def before():
        if next(left, None) is None:
            raise RunError("the labeller fell over")

    with pytest.raises(RunError):
        run_fake(out, dump, labeller=FakeLabeller(before=before))
    run_fake(out, dump)
    run_fake(out, dump)

    ends = [name for name in names(out) if name not in ("phase", "indexed", "unit_done")]
    assert ends == ["run_began", "failed", "run_resumed", "published", "run_resumed", "already_complete"]
    [failed] = [event for event in read_log(out) if event["event"] == "failed"]
    assert (failed["error"], failed["message"]) == ("RunError", "the labeller fell over")
    assert len({event["run"] for event in read_log(out)}) == 3


def test_no_text_and_no_id_of_a_record_is_written(tmp_path):
    project = make_project(tmp_path / "project", [{"id": SECRET, "text": f"please subscribe, {SECRET}"}] * 2)
    with project.dump.open("a") as file:
        file.write(f'{{"id": "{SECRET}", "text": \n')

    out = project.run("first", "-o", "max_record_bytes=1000000")

    assert SECRET not in log_file(out).read_text()
    assert "max_record_bytes" not in log_file(out).read_text()


def test_what_a_plugin_said_of_a_record_is_not_written(tmp_path):
    from rubricate.errors import PluginError

    def before():
        raise PluginError("p", f"cannot read {SECRET}", rule="r", record=SECRET)

    with pytest.raises(PluginError):
        run_fake(tmp_path / "out", write_dump(tmp_path / "dump.jsonl"), labeller=FakeLabeller(before=before))

    [failed] = [event for event in read_log(tmp_path / "out") if event["event"] == "failed"]
    told = {name: failed[name] for name in failed.keys() - {"at", "clock", "run", "event"}}
    assert told == {"error": "PluginError", "plugin": "p", "rule": "r", "reason": "plugin_error"}
    assert SECRET not in log_file(tmp_path / "out").read_text()


def test_a_log_that_has_grown_is_put_aside_once(tmp_path, monkeypatch):
    monkeypatch.setattr(run_log, "MOST_BYTES", 1000)
    path = log_file(tmp_path)
    path.parent.mkdir()
    log = RunLog(path, run="r", clock=lambda: 0.0)

    for number in range(100):
        log.write("unit_done", unit=number)

    assert sorted(each.name for each in path.parent.iterdir()) == ["log.jsonl", "log.jsonl.1"]
    assert all(each.stat().st_size < 1200 for each in path.parent.iterdir())
    units = [event["unit"] for event in read_log(tmp_path)]
    assert units == list(range(units[0], 100))
    assert len(units) > 8


def test_a_line_that_a_crash_cut_off_spoils_no_other(tmp_path):
    path = log_file(tmp_path)
    path.parent.mkdir()
    path.write_bytes(b'{"event":"phase","phase":"indexing"}\n{"event":"unit_d')

    RunLog(path, run="r").write("published")

    assert names(tmp_path) == ["phase", "published"]


def test_a_log_that_cannot_be_written_stops_no_run(tmp_path):
    (tmp_path / "log").mkdir()

    RunLog(tmp_path / "log").write("phase")
    RunLog(tmp_path / "nowhere" / "log").write("phase")


def test_seconds_of_stages_add_up_over_attempts_but_not_over_runs(tmp_path):
    path = log_file(tmp_path)
    path.parent.mkdir()
    events = [
        {"event": "run_began", "run": "old"}, {"event": "unit_done", "run": "old", "stages": {"lexical": 50.0}},
        {"event": "run_began", "run": "a"}, {"event": "unit_done", "run": "a", "stages": {"lexical": 1.0}},
        {"event": "unit_done", "run": "a", "stages": {"lexical": 1.5, "model": 2.0}},
        {"event": "run_resumed", "run": "b"}, {"event": "unit_done", "run": "b", "stages": {"lexical": 0.25}},
        {"event": "unit_done", "run": "b", "stages": {}},
    ]  # fmt: skip
    path.write_text("".join(f"{json.dumps(event)}\n" for event in events))

    assert stage_seconds(tmp_path) == {"lexical": 1.75, "model": 2.0}


def test_observers_hear_what_the_log_is_told(tmp_path):
    heard = []

    RunLog(None, run="r", clock=lambda: 0.0, observers=[heard.append]).write("phase", phase="indexing")

    [event] = heard
    assert {**event, "clock": 0} == {
        "at": "1970-01-01T00:00:00.000+00:00", "clock": 0, "run": "r", "event": "phase", "phase": "indexing",
    }  # fmt: skip
