"""`rubricate lock` and `--locked`."""

from __future__ import annotations

import orjson
import pytest

from support.command import call
from support.versions import write_ruleset


@pytest.fixture
def ruleset(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_ruleset(tmp_path)
    assert call("lock", "ruleset.yaml").code == 0
    return tmp_path / "ruleset.yaml"


def edit(ruleset, old, new):
    text = ruleset.read_text(encoding="utf-8")
    assert old in text
    ruleset.write_text(text.replace(old, new), encoding="utf-8")


def bump(ruleset, version):
    edit(ruleset, 'version: "1.0.0"\nguideline', f'version: "{version}"\nguideline')


def test_a_lock_is_written_beside_the_ruleset_and_is_up_to_date_then(ruleset):
    assert ruleset.with_name("ruleset.lock").read_text(encoding="utf-8").startswith("# What this ruleset means")
    assert call("lock", "ruleset.yaml") == call("lock", ".", "--check")
    assert call("lock", ".", "--check").out == "ruleset.lock: up to date, version 1.0.0\n"


def test_a_version_that_did_not_grow_is_refused_with_the_one_to_write(ruleset):
    before = ruleset.with_name("ruleset.lock").read_bytes()
    edit(ruleset, "confidence: 0.95", "confidence: 0.9")
    called = call("lock", "ruleset.yaml")

    assert called.code == 2
    assert called.out == "rule furious: changed\n"
    assert "R051 error: the version 1.0.0 is locked with another meaning: 1 rule changed\n" in called.err
    assert '  help: write version: "1.1.0" or higher, as results may change\n' in called.err
    assert ruleset.with_name("ruleset.lock").read_bytes() == before


def test_a_new_version_is_locked(ruleset):
    edit(ruleset, "confidence: 0.95", "confidence: 0.9")
    bump(ruleset, "1.1.0")
    called = call("lock", "ruleset.yaml")

    assert (called.code, called.err) == (0, "")
    assert 'since = "1.1.0"' in ruleset.with_name("ruleset.lock").read_text(encoding="utf-8")


def test_check_exits_with_1_when_the_lock_is_stale(ruleset):
    edit(ruleset, "confidence: 0.95", "confidence: 0.9")
    bump(ruleset, "1.1.0")
    called = call("lock", "ruleset.yaml", "--check")

    assert called.code == 1
    assert called.out == (
        "rule furious: changed\nversion burns 1.1.0: changed\n"
        "ruleset.lock: 1 rule, the version changed since 1.0.0; run rubricate lock\n"
    )


def test_json_says_what_was_done(ruleset):
    edit(ruleset, "confidence: 0.95", "confidence: 0.9")
    called = call("lock", "ruleset.yaml", "--json")

    assert orjson.loads(called.out) == {
        "lock": "ruleset.lock", "state": "refused", "version": "1.0.0",
        "changes": [{"part": "rule", "name": "furious", "how": "changed"}],
    }  # fmt: skip


def test_a_title_needs_no_new_version_and_no_new_lock(ruleset):
    edit(ruleset, "title: Heat", "title: Much heat")

    assert call("lock", "ruleset.yaml", "--check").code == 0


def test_an_id_that_is_gone_is_never_used_for_another_rule(ruleset):
    edit(ruleset, "id: weighed", "id: heavy")
    bump(ruleset, "2.0.0")
    assert call("lock", "ruleset.yaml").code == 0
    edit(ruleset, "id: heavy", "id: weighed")
    edit(ruleset, "(hot.weight) >= 3", "(hot.weight) >= 4")
    called = call("check", "ruleset.yaml")

    assert called.code == 2
    assert 'R050 error: the id "weighed" stood for another rule before 2.0.0\n' in called.out


def test_supersedes_names_what_was_a_rule_here(ruleset):
    edit(ruleset, "id: weighed,", "id: heavy, supersedes: [weighed, wieghed],")
    called = call("check", "ruleset.yaml")

    assert called.code == 2
    assert 'R052 error: "heavy" supersedes "wieghed", which was never a rule here\n' in called.out
    assert '"weighed"' not in called.out


@pytest.mark.parametrize(
    ("name", "old", "new", "warning"),
    [
        ("guideline.md", "was hurt", "was badly hurt", 'R120 warning: the section "s1" changed since 1.0.0 was locked\n'),
        ("heat.tsv", "hot\t1", "hot\t2",
         'R121 warning: the entries of "heat" are not those that were locked as version 1.0.0\n'),
    ],
)  # fmt: skip
def test_check_warns_of_sections_and_tables_that_changed_since_they_were_locked(ruleset, name, old, new, warning):
    edit(ruleset.with_name(name), old, new)
    called = call("check", "ruleset.yaml")

    assert called.code == 0
    assert warning in called.out
    assert "changed since 1.0.0; run rubricate lock\n" in called.err


def test_locked_refuses_drift_and_a_missing_lock(ruleset):
    (ruleset.parent / "dump.jsonl").write_text('{"id": "a", "text": "hot lid"}\n', encoding="utf-8")
    assert call("run", "ruleset.yaml", "dump.jsonl", "--out", "out", "--locked", "--quiet").code == 0
    edit(ruleset, "confidence: 0.95", "confidence: 0.9")
    commands = [
        ("check", "ruleset.yaml"),
        ("test", "ruleset.yaml"),
        ("run", "ruleset.yaml", "dump.jsonl", "--out", "x"),
    ]

    assert [call(*command, "--locked").code for command in commands] == [2, 2, 2]
    ruleset.with_name("ruleset.lock").unlink()
    assert [call(*command, "--locked").code for command in commands] == [2, 2, 2]
    assert [call(*command).err for command in commands[:1]] == [""]


def test_a_run_keeps_what_had_drifted_beside_its_manifest(ruleset):
    (ruleset.parent / "dump.jsonl").write_text('{"id": "a", "text": "hot lid"}\n', encoding="utf-8")
    edit(ruleset, "confidence: 0.95", "confidence: 0.9")
    called = call("run", "ruleset.yaml", "dump.jsonl", "--out", "out", "--quiet")

    assert called.err == "ruleset.lock: 1 rule changed since 1.0.0; run rubricate lock\n"
    annex = orjson.loads((ruleset.parent / "out" / "manifest.json").read_bytes())["annex"]
    assert annex["lock"] == {
        "version": "1.0.0", "drift": [{"part": "rule", "name": "furious", "how": "changed"}],
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", "format = 1\n", "{}", "format = 9\n", "format = 1\nrules = 3\n", "\x00"])
def test_a_file_that_is_no_lock_is_refused_in_words(ruleset, text):
    ruleset.with_name("ruleset.lock").write_text(text, encoding="utf-8")
    called = call("lock", "ruleset.yaml")

    assert called.code == 2
    assert called.err.startswith("rubricate: ruleset.lock: ")
