"""A pattern that takes too long again and again is no longer asked, and what rests on it abstains."""

import json
from contextlib import suppress

import pytest

from rubricate.errors import RunInterruptedError
from rubricate.model.document import Document
from rubricate.runner import Settings, run
from rubricate.running.patience import MOST_TIMEOUTS, switched_off
from rubricate.storage.incidents import Incident
from rubricate_regex import scanning
from support.rulesets import load_text

RULES = """\
labels: {hostile: {kind: document}, harmless: {kind: document}, doubtful: {kind: document}}
record: {text: [text]}
matchers: {slow: {use: regex, pattern: '/(?:a|aa)+$/'}}
rules:
  - {id: one, label: hostile, when: slow, confidence: 0.9}
  - {id: two, label: harmless, when: '"aab"', confidence: 0.9}
  - {id: three, label: doubtful, when: '"aab" and not slow', confidence: 0.9}
"""
SLOW = "a" * 3000 + "b"
HOSTILE = MOST_TIMEOUTS + 3


@pytest.fixture
def dump(tmp_path, monkeypatch):
    monkeypatch.setattr(scanning, "TIME_LIMIT", 0.01)
    rows = [{"id": f"slow-{number}", "text": SLOW} for number in range(HOSTILE)]
    rows.insert(5, {"id": "early", "text": "aab"})
    rows.append({"id": "late", "text": "aab"})
    path = tmp_path / "dump.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def labelled(out):
    rows = [json.loads(line) for path in sorted((out / "records").iterdir()) for line in path.read_text().splitlines()]
    return {row["id"]: (list(row["rubricate"]["decisions"]), row["rubricate"].get("without")) for row in rows}


def run_it(tmp_path, dump, out="out", **settings):
    summary, _ = run(load_text(tmp_path, RULES), [str(dump)], tmp_path / out, settings=Settings(workers=0, **settings))
    return summary


def test_rules_that_rest_on_it_abstain_from_the_next_record_on(tmp_path, dump):
    summary = run_it(tmp_path, dump)

    assert summary.counts["quarantined"] == {"regex_timeout": MOST_TIMEOUTS}
    assert labelled(tmp_path / "out") == {
        "early": (["harmless", "doubtful"], None),
        "late": (["harmless"], ["slow"]),
        **{f"slow-{number}": ([], ["slow"]) for number in range(MOST_TIMEOUTS, HOSTILE)},
    }


def test_it_is_said_aloud(tmp_path, dump):
    [note] = run_it(tmp_path, dump).notes

    assert note.startswith('"slow" was switched off in unit 0: on 20 records it took too long')
    log = [json.loads(line) for line in (tmp_path / "out" / ".rubricate" / "log.jsonl").read_text().splitlines()]
    told = [line for line in log if line["event"] == "switched_off"]
    assert [(line["unit"], line["matcher"], line["position"]) for line in told] == [(0, "slow", MOST_TIMEOUTS)]


@pytest.mark.parametrize("batch", [1, 7, 256])
def test_where_it_happens_does_not_hang_on_the_batch(tmp_path, dump, batch):
    assert run_it(tmp_path, dump, batch=batch).digest == run_it(tmp_path, dump, "other").digest


def test_a_run_that_goes_on_switches_it_off_at_the_same_record(tmp_path, dump, monkeypatch):
    whole = run_it(tmp_path, dump)
    seen = []

    def interrupted(self, *arguments, **named):
        seen.append(self)
        raise RunInterruptedError("stopped")

    with monkeypatch.context() as patch, suppress(RunInterruptedError):
        patch.setattr("rubricate.running.labeller.UnitCounts.as_tally", interrupted)
        run_it(tmp_path, dump, "resumed")
    monkeypatch.setattr(scanning, "TIME_LIMIT", 2.0)  # nothing that was decided is tried again

    assert (len(seen), run_it(tmp_path, dump, "resumed").digest) == (1, whole.digest)


def test_too_few_incidents_switch_nothing_off():
    slow = Incident("regex_timeout", "slow took longer than 2 s on one text")
    others = {1: Incident("timeout", "slow"), 2: Incident("regex_timeout", "matches /a/ took longer than 2 s")}

    assert switched_off({"slow"}, {**others, **dict.fromkeys(range(10, 29), slow)}) == {}
    assert switched_off({"slow"}, {**others, **dict.fromkeys(range(10, 40), slow)}) == {"slow": 29}
    assert (
        Document(id="1", ordinal=0, original={}, clean={}, maps={}, meta={}, fold=lambda text: (text, None)).off
        == frozenset()
    )
