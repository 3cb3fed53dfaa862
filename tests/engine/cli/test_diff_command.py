"""`rubricate diff` and `rubricate guideline diff`."""

from __future__ import annotations

import subprocess

import orjson
import pytest

from support.command import call
from support.projects import GUIDELINE, make_project
from support.versions import RULESET, write_ruleset


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Two states of a ruleset, `a` and `b`, and a dump."""
    monkeypatch.chdir(tmp_path)
    write_ruleset(tmp_path / "a")
    write_ruleset(tmp_path / "b", RULESET.replace("confidence: 0.95", "confidence: 0.8"))
    rows = ["outrageous", "a song", "never again <b>|@you"]
    lines = [orjson.dumps({"id": f"r{n}", "text": text}).decode() + "\n" for n, text in enumerate(rows)]
    (tmp_path / "dump.jsonl").write_text("".join(lines), encoding="utf-8")
    return tmp_path


def git(*arguments):
    name = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    subprocess.run(["git", *name, *arguments], check=True, capture_output=True)


def test_equal_rulesets_exit_with_0_and_others_with_1(folder):
    assert call("diff", "a", "a/ruleset.yaml").out == "both mean the same\n"
    assert call("diff", "a", "a").code == 0
    called = call("diff", "a", "b")
    assert (called.code, called.out) == (1, "rule furious: confidence 0.95 -> 0.8\n1 rule changed\n")


def test_a_state_in_git_is_compared(folder):
    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "first")
    write_ruleset(folder / "a", RULESET.replace("confidence: 0.95", "confidence: 0.9"))

    for name in ("git:HEAD:a", "git:HEAD:a/ruleset.yaml"):
        assert call("diff", name, "a").out == "rule furious: confidence 0.95 -> 0.9\n1 rule changed\n"
    assert call("diff", "git:HEAD:nowhere", "a").code == 2
    assert call("diff", "git:--help:a", "a").code == 2


def test_a_run_stands_for_its_ruleset(folder):
    assert call("run", "a", "dump.jsonl", "--out", "out", "--quiet").code == 0

    assert call("diff", "out", "b").out == "rule furious: confidence 0.95 -> 0.8\n1 rule changed\n"
    write_ruleset(folder / "a", RULESET.replace("confidence: 0.95", "confidence: 0.9"))
    assert call("diff", "out", "b").code == 2


def test_on_a_dump_each_change_is_counted_blamed_and_shown(folder):
    called = call("diff", "a", "b", "--on", "dump.jsonl")

    assert called.code == 1
    assert called.out.partition("\n\n")[2] == (
        "3 records: 2 (66.7 %) labelled differently\n"
        "routes\n"
        "  accepted -> review 2: its labels 2\n"
        "angry\n"
        "  accepted -> uncertain 2: rule furious: 0.95 -> 0.8 2\n"
        "    r2  accepted 0.95 -> uncertain 0.8, rule furious: 0.95 -> 0.8\n"
        "      [never again] <b>|@you\n"
        "    r0  accepted 0.95 -> uncertain 0.8, rule furious: 0.95 -> 0.8\n"
        "      [outrageous]\n"
    )


def test_fail_on_chooses_what_the_exit_code_goes_by(folder):
    assert call("diff", "a", "b", "--on", "dump.jsonl", "--fail-on", "gained,lost").code == 0
    assert call("diff", "a", "b", "--on", "dump.jsonl", "--fail-on", "moved").code == 1
    assert call("diff", "a", "b", "--on", "dump.jsonl", "--fail-on", "won").code == 2
    assert call("diff", "a", "b", "--on", "dump.jsonl", "--limit", "1").out.count("(100.0 %)") == 1
    assert call("diff", "a", "b", "--limit", "1").code == 2


def test_gold_judges_the_changes(folder):
    (folder / "gold.jsonl").write_text('{"id": "r0", "labels": ["angry"]}\n{"id": "r2", "labels": ["calm"]}\n', "utf-8")
    called = call("diff", "a", "b", "--on", "dump.jsonl", "--gold", "gold.jsonl", "--samples", "0")

    assert called.out.splitlines()[-3:] == [
        "  accepted -> uncertain 2 (+1 right, -1 wrong): rule furious: 0.95 -> 0.8 2",
        "gold: coverage 100.0 % (2 of 2) -> 0.0 % (0 of 2)",
        "gold: accuracy 50.0 % (1 of 2) -> - (0 of 0)",
    ]


def test_gold_may_be_a_table_and_labels_that_neither_ruleset_has_are_named(folder):
    (folder / "gold.csv").write_text("id,label\nr0,angry\nr2,angri\n", "utf-8")
    called = call("diff", "a", "b", "--on", "dump.jsonl", "--gold", "gold.csv", "--samples", "0")
    found = orjson.loads(call("diff", "a", "b", "--on", "dump.jsonl", "--gold", "gold.csv", "--json").out)

    warning = 'neither ruleset has a label "angri", which 1 gold record names, did you mean "angry"?'
    assert called.out.splitlines()[-1] == f"warning: {warning}"
    assert found["on"]["unknown_labels"] == [{"label": "angri", "records": 1, "nearest": "angry"}]


def test_edges_that_moved_are_told_in_each_form(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_ruleset(tmp_path / "a")
    emitted = "    emit: '/scalded his/'\n    confidence: 0.9\n    hit"
    write_ruleset(tmp_path / "b", RULESET.replace("    confidence: 0.9\n    hit", emitted))
    (tmp_path / "dump.jsonl").write_text('{"id": "r1", "text": "he scalded his hand"}\n', "utf-8")
    shown, marked, told = (call("diff", "a", "b", "--on", "dump.jsonl", *form).out for form in
                           ((), ("--markdown",), ("--json",)))  # fmt: skip

    assert shown.endswith(
        "burn\n"
        "  edges shifted 1: rule burnt 1; [before] {after}\n"
        "    r1  accepted 0.9 -> accepted 0.9, rule burnt\n"
        "      he {[scalded] his} hand\n"
    )
    assert "| From | Text; \\[before\\] {after} |\n" in marked
    assert "| rule burnt | he {\\[scalded\\] his} hand |\n" in marked
    [group] = orjson.loads(told)["on"]["groups"]
    assert group["samples"][0]["spans"] == {
        "before": {"field": "text", "start": 3, "end": 10, "text": "scalded", "value": None},
        "after": {"field": "text", "start": 3, "end": 14, "text": "scalded his", "value": None},
    }


def test_markdown_shows_texts_as_they_are_and_calls_nobody(folder):
    called = call("diff", "a", "b", "--on", "dump.jsonl", "--markdown")

    assert "| rule | `furious` | confidence 0.95 -&gt; 0.8 |  |\n" in called.out
    assert "\\[never again\\] &lt;b&gt;\\|@<!-- -->you |\n" in called.out
    assert called.out.count("<details>") == called.out.count("</details>") == 1


def test_json_has_both_kinds_of_differences(folder):
    found = orjson.loads(call("diff", "a", "b", "--on", "dump.jsonl", "--json", "--samples", "0").out)

    assert found["changes"] == [
        {"part": "rule", "name": "furious", "how": "changed", "lines": ["confidence 0.95 -> 0.8"], "rules": []}
    ]
    assert [(group["label"], group["kind"], group["count"]) for group in found["on"]["groups"]] == [
        (None, "route", 2), ("angry", "moved", 2),
    ]  # fmt: skip


def test_a_changed_section_counts_the_answers_that_no_longer_hold(tmp_path, monkeypatch):
    project = make_project(tmp_path / "project")
    monkeypatch.chdir(project.folder)
    out = project.run()
    project.answer(out, "1;1;1;1;1;q")
    (project.folder / "new.md").write_text(GUIDELINE.replace("attacks somebody", "attacks a person"), "utf-8")
    called = call("guideline", "diff", "guideline.md", "new.md", "--ruleset", "ruleset.yaml", "--json")

    found = orjson.loads(called.out)
    assert called.code == 1
    [section] = found["sections"]
    assert (section["id"], section["how"], section["rules"], section["labels"]) == (
        "s3",
        "changed",
        ["insult"],
        ["rude"],
    )
    assert section["answers"] == {"count": 1, "stale": 1}
    assert found["answers"]["stale"] == 1


def test_equal_guidelines_exit_with_0(tmp_path, monkeypatch):
    project = make_project(tmp_path / "project")
    monkeypatch.chdir(project.folder)
    called = call("guideline", "diff", "guideline.md", "guideline.md", "--ruleset", "ruleset.yaml")

    assert (called.code, called.out) == (0, "no section differs\n")


def test_a_guideline_that_is_not_there_is_refused(folder):
    assert call("guideline", "diff", "x.md", "a/guideline.md", "--ruleset", "a").code == 2
    assert call("guideline", "diff", "a/guideline.md", "a/guideline.md", "--ruleset", "a", "--project", "a").code == 2
