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
    assert called.out == "since version 1.0.0 was locked in ruleset.lock:\n  rule furious: changed\n"
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
        "since version 1.0.0 was locked in ruleset.lock:\n"
        "  rule furious: changed\n"
        "  version: 1.0.0 -> 1.1.0\n"
        "ruleset.lock: not up to date; run rubricate lock\n"
    )


def test_json_says_what_was_done(ruleset):
    edit(ruleset, "confidence: 0.95", "confidence: 0.9")
    called = call("lock", "ruleset.yaml", "--json")

    found = orjson.loads(called.out)
    [problem] = found.pop("problems")
    assert (problem["code"], problem["help"]) == ("R051", 'write version: "1.1.0" or higher, as results may change')
    assert (called.code, called.err, found) == (2, "", {
        "format": "rubricate-lock-1", "lock": "ruleset.lock", "state": "refused",
        "version": "1.0.0", "locked": "1.0.0", "needs": {"bump": "minor", "version": "1.1.0"},
        "changes": [{"part": "rule", "name": "furious", "how": "changed"}],
    })  # fmt: skip


def test_json_says_when_nothing_changed(ruleset):
    called = call("lock", "ruleset.yaml", "--check", "--json")

    assert (called.code, orjson.loads(called.out)) == (0, {
        "format": "rubricate-lock-1", "lock": "ruleset.lock", "state": "current",
        "version": "1.0.0", "locked": "1.0.0", "needs": {"bump": "patch", "version": "1.0.0"},
        "changes": [], "problems": [],
    })  # fmt: skip


def test_a_version_that_no_lock_takes_is_told_by_check_and_keeps_nobody_from_a_run(ruleset):
    bump(ruleset, "1.1")
    checked, locked = call("check", "ruleset.yaml"), call("lock", "ruleset.yaml")
    (ruleset.parent / "dump.jsonl").write_text('{"id": 1, "text": "a hot lid"}\n', encoding="utf-8")

    assert (checked.code, locked.code) == (2, 2)
    assert 'ruleset.yaml:2:10 R053 error: "1.1" is not a version of three numbers\n' in checked.out
    assert 'ruleset.yaml:2:10 R053 error: "1.1" is not a version of three numbers\n' in locked.err
    assert call("run", "ruleset.yaml", "dump.jsonl", "--out", "out").code == 0


VERSIONS = {
    "the same version": ("confidence: 0.95", "confidence: 0.9", "1.0.0",
                         "the version 1.0.0 is locked with another meaning: 1 rule changed",
                         'write version: "1.1.0" or higher, as results may change', ""),
    "a patch": ("confidence: 0.95", "confidence: 0.9", "1.0.1",
                'the version "1.0.1" is too small after 1.0.0: 1 rule changed',
                'write version: "1.1.0" or higher, as results may change', ""),
    "a minor version for an id": ("id: furious", "id: angry-words", "1.1.0",
                                  'the version "1.1.0" is too small after 1.0.0: 2 rules changed',
                                  'write version: "2.0.0" or higher, as labels or ids changed', ""),
    "a version that goes back": ("confidence: 0.95", "confidence: 0.9", "0.9.0",
                                 'the version "0.9.0" comes before 1.0.0, which is locked: 1 rule changed',
                                 'write version: "1.1.0" or higher, as results may change',
                                 ", which 0.9.0 comes before"),
    "a version that goes back where nothing changed": (
        "title: Heat", "title: Much heat", "0.9.0",
        'the version "0.9.0" comes before 1.0.0, which is locked',
        'write version: "1.0.0" or higher; versions never go back', ", which 0.9.0 comes before"),
}  # fmt: skip


@pytest.mark.parametrize("name", VERSIONS)
def test_a_version_that_will_not_do_is_told_with_the_smallest_that_will(ruleset, name):
    old, new, version, message, help, tail = VERSIONS[name]
    edit(ruleset, old, new)
    bump(ruleset, version)
    locked, checked = call("lock", "ruleset.yaml", "--check"), call("check", "ruleset.yaml", "--locked")

    assert (locked.code, checked.code) == (1, 2)
    assert f"R051 error: {message}\n" in locked.err
    assert f"  help: {help}\n" in locked.err
    assert f"changed since 1.0.0{tail}\nhelp: {help}; then run rubricate lock, or undo the change\n" in checked.err
    assert call("check", "ruleset.yaml").err.endswith(f"{tail}; {help}; then run rubricate lock\n")


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
    assert 'changed since 1.0.0; write version: "1.' in called.err


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

    assert called.err == (
        'ruleset.lock: 1 rule changed since 1.0.0; write version: "1.1.0" or higher, as results may change; '
        "then run rubricate lock\n"
    )
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
