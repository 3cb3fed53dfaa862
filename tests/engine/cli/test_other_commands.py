"""Every other command: what it prints, and the exit code a scheduler goes by."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rubricate.cli import COMMANDS
from support.command import call, spawn, tree
from support.projects import ROWS, RULESET, make_project, manifest, parts


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "project")


def test_help_lists_each_command_with_its_line(project):
    called = call("--help")

    assert called.code == 0
    for name, line in COMMANDS.items():
        assert any(name in row and line[:40] in row for row in called.out.splitlines())


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_each_command_shows_an_example(name):
    called = call(name, "--help")

    assert called.code == 0
    assert "Example" in called.out
    assert f"rubricate {name}" in called.out


@pytest.mark.parametrize("words", [*([name] for name in COMMANDS), ["review", "apply"], []], ids=" ".join)
def test_short_help_is_help(words):
    assert call(*words, "-h") == call(*words, "--help")


def test_help_of_a_command_below_a_command_shows_an_example():
    assert "Example:\n    rubricate review apply runs/monday\n" in call("review", "apply", "--help").out


def test_without_a_command_the_help_is_shown():
    assert call() == call("--help")


BROKEN = """\
ruleset: t
version: "1.0.0"
labels: [spam, ham]
rules:
  - {id: one, label: spam, when: '"subscribe"', confidence: 0.9}
  - {id: two, label: ham, when: 'sogn', confidence: 0.9}   # allow R102: a draft
  - {id: three, label: ham, when: '"song"', confidence: 0.9}
"""


@pytest.mark.parametrize(
    "words",
    [
        ("why", "ruleset.yaml", "x"),
        ("why-not", "ruleset.yaml", "one", "x"),
        ("try", "ruleset.yaml", "x"),
        ("run", "ruleset.yaml", "dump.jsonl", "--out", "out"),
        ("test", "ruleset.yaml"),
        ("cover", "ruleset.yaml"),
        ("lock", "ruleset.yaml"),
        ("diff", "ruleset.yaml", "ruleset.yaml"),
        ("evaluate", "ruleset.yaml", "gold.jsonl"),
    ],
    ids=lambda words: words[0],
)
def test_of_a_ruleset_that_cannot_be_used_the_errors_are_shown_and_the_warnings_counted(tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    Path("ruleset.yaml").write_text(BROKEN, encoding="utf-8")
    Path("gold.jsonl").write_text('{"id": "1", "text": "x", "labels": ["spam"]}\n', encoding="utf-8")
    Path("dump.jsonl").write_text('{"id": "1", "text": "x"}\n', encoding="utf-8")

    called = call(*words)

    assert called.code == 2
    assert re.findall(r"R\d+ \w+", called.err) == ["R021 error"]
    assert called.err.endswith("\n\nand 2 warnings: rubricate check ruleset.yaml\n")


def test_of_an_earlier_state_in_git_no_file_is_named_to_be_checked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("ruleset.yaml").write_text(BROKEN, encoding="utf-8")
    for words in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]):
        subprocess.run(["git", *words], check=True)

    called = call("diff", "git:HEAD:ruleset.yaml", "ruleset.yaml")

    assert called.err.endswith("\n\nand 2 warnings\n")


def test_a_ruleset_with_errors_alone_has_no_warnings_to_count(tmp_path):
    path = tmp_path / "ruleset.yaml"
    path.write_text(BROKEN.replace("0.9}", '0.9, hit: ["x"], miss: ["y z"]}'), encoding="utf-8")

    called = call("try", path, "x")

    assert "warning" not in called.err


def test_help_of_review_shows_how_questions_are_answered():
    called = call("review", "--help")

    assert called.out.splitlines()[0] == "Usage: rubricate review RUN --terminal | user FOLDER | apply RUN"
    assert "  --terminal " in called.out
    assert "queue" not in called.out


@pytest.mark.parametrize(
    ("words", "told", "where"),
    [
        (["rview"], 'there is no command "rview", did you mean "review"?', "rubricate"),
        (["xyz"], 'there is no command "xyz"', "rubricate"),
        (["review", "aply", "x"], 'there is no run "aply", did you mean "apply"?', "rubricate review"),
        (["review"], "missing argument 'RUN'", "rubricate review"),
        (["review", "x", "--termnal"], "no such option '--termnal'. Did you mean '--terminal'?", "rubricate review"),
    ],
    ids=["near", "far", "review", "nothing", "option"],
)
def test_unknown_command_is_answered_with_the_nearest(words, told, where):
    called = call(*words)

    assert (called.code, called.err) == (2, f"rubricate: {told}\nhelp: see {where} --help\n")


def test_help_imports_no_engine():
    heavy = {
        "regex",
        "ahocorasick",
        "lark",
        "jsonschema",
        "rich",
        "ruamel",
        "sqlite_utils",
        "pyarrow",
        "orjson",
        "sqlite3",
    }
    program = (
        "import sys; from rubricate.cli import cli\n"
        "sys.argv = ['rubricate', '--help']\n"
        "cli(standalone_mode=False)\n"
        "print(' '.join(sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert heavy & {name.partition(".")[0] for name in done.stdout.split()} == set()


def cpu_seconds(*command):
    before = os.times()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def test_help_costs_at_most_a_third_of_a_second():
    shown = min(cpu_seconds(sys.executable, "-m", "rubricate", "--help") for _ in range(5))
    empty = min(cpu_seconds(sys.executable, "-c", "pass") for _ in range(5))

    assert shown - empty <= 0.3


def test_reader_that_goes_away_is_no_error(project):
    project.write([{"id": f"n{n}", "text": "what a song " * 50} for n in range(2000)])
    out = project.run()

    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"{sys.executable} -m rubricate export {out} | head -c 10"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_output_that_cannot_be_written_is_said(project):
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m rubricate schema > /dev/full"], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (
        2, "rubricate: no space left on device\nhelp: mend it, then run the same command\n",
    )  # fmt: skip


def test_people_file_that_is_none_is_said(project):
    out = project.run()
    (project.folder / "people.db").write_bytes(b"not a database" * 100)

    called = call("review", out, "--terminal")

    assert called.code == 2
    assert called.err == (
        f"rubricate: {project.folder / 'people.db'}: cannot be used: file is not a database\n"
        "help: put a backup in its place: it holds the answers of people\n"
    )


# check


def test_sound_ruleset_is_checked(project):
    called = call("check", project.ruleset)

    assert (called.code, called.out, called.err) == (0, "1 ruleset: 0 errors, 0 warnings\n", "")


def test_warnings_are_findings_only_when_strict(project):
    project.ruleset.write_text(RULESET.replace(', hit: ["a song"], miss: ["subscribe"]', ""))

    assert call("check", project.ruleset).out.splitlines()[-1] == "1 ruleset: 0 errors, 1 warning"
    assert (call("check", project.ruleset).code, call("check", project.ruleset, "--strict").code) == (0, 1)


def test_problems_as_json(project):
    project.ruleset.write_text(RULESET.replace("label: ham", "label: hma"))

    called = call("check", project.ruleset, "--json")

    [problem] = [one for one in json.loads(called.out) if one["severity"] == "error"]
    assert called.code == 2
    assert (problem["code"], problem["path"], problem["line"]) == ("R030", str(project.ruleset), 14)


def test_one_broken_ruleset_hides_no_other(project):
    called = call("check", project.folder / "nothing.yaml", project.ruleset, project.folder)

    assert (called.code, called.out) == (2, "3 rulesets: 1 error, 0 warnings\n")
    assert called.err.startswith(f'rubricate: "{project.folder / "nothing.yaml"}": no such file or folder\n')


# try


def test_text_is_drawn_with_its_marks(project):
    called = call("try", project.ruleset, "please subscribe")

    assert called.out.splitlines()[1:] == [
        "text  please [subscribe](spam)",
        "spam accepted 0.95 (accept 0.85) in lexical",
        '  asks 0.95 [s1]: "subscribe" "subscribe"',
    ]


def test_record_without_an_id_is_called_text(project):
    drawn, said = call("try", project.ruleset, "a song"), call("try", project.ruleset, "a song", "--json")

    assert drawn.out.splitlines()[0] == "text accepted"
    assert json.loads(said.out)["rubricate"]["id"] == "text"
    assert call("why", project.ruleset, "a song").out.splitlines()[0] == "text accepted"


def test_text_from_standard_input_and_as_an_object(project):
    assert "what a [song](ham)" in call("try", project.ruleset, "-", stdin="what a song").out
    assert (
        json.loads(call("try", project.ruleset, '{"id":"x","text":"a song"}', "--json").out)["rubricate"]["id"] == "x"
    )


# plugins


def test_plugins_are_listed_with_what_they_give():
    called = call("plugins")

    assert (called.code, called.err) == (0, "")
    assert any(line.split()[:2] == ["matcher", "dictionary"] for line in called.out.splitlines())


def test_broken_plugin_is_shown_and_stops_nothing_else(project, tmp_path):
    info = tmp_path / "site" / "broken-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[rubricate]\nbroken = no_such_module_at_all\n")
    path = {"PYTHONPATH": os.pathsep.join([str(tmp_path / "site"), *filter(None, [os.environ.get("PYTHONPATH")])])}

    listed = spawn("plugins", env=path)
    checked = spawn("check", project.ruleset, env=path)

    assert listed.returncode == 1
    assert "broken (broken 1.0)\n  broken: " in listed.stdout
    assert "no_such_module_at_all" in listed.stdout
    assert checked.returncode == 0
    assert 'R109 warning: plugin "broken" cannot be imported' in checked.stdout
    assert checked.stdout.endswith("1 ruleset: 0 errors, 1 warning\n")


def test_broken_plugin_that_a_ruleset_needs_is_reported_once(project, tmp_path):
    info = tmp_path / "site" / "broken-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[rubricate]\nbroken = no_such_module_at_all\n")
    path = {"PYTHONPATH": os.pathsep.join([str(tmp_path / "site"), *filter(None, [os.environ.get("PYTHONPATH")])])}
    cause = "plugin \"broken\" cannot be imported: ModuleNotFoundError: No module named 'no_such_module_at_all'"
    help = 'upgrade or uninstall "broken 1.0", or tell its author'

    needs = RULESET.replace("matchers:", "matchers:\n  one: {use: broken}\n  two: {use: broken.more}")
    project.ruleset.write_text(needs)
    [alone] = json.loads(spawn("check", project.ruleset, "--json", env=path).stdout)
    project.ruleset.write_text(needs + "requires: {plugins: [broken]}\n")
    [required] = json.loads(spawn("check", project.ruleset, "--json", env=path).stdout)

    places = [(alone["line"], [note["line"] for note in alone["notes"]])]
    places.append((required["line"], [note["line"] for note in required["notes"]]))
    assert [(one["code"], one["message"], one["help"]) for one in (alone, required)] == [
        ("R040", cause, help), ("R047", cause, help),
    ]  # fmt: skip
    assert places == [(10, [11]), (19, [10, 11])]


# export


def test_export_of_what_is_decided(project):
    out = project.run()

    rows = [json.loads(line) for line in call("export", out).out.splitlines()]

    assert [row["id"] for row in rows] == ["c1", "c3", "c7"]


def test_export_of_everything_leaves_open_labels_empty(project):
    called = call(
        "export", project.run(), "--to", "csv", "--only", "all", "--labels", "kind,rude", "-o", "scores=false"
    )

    assert called.out.splitlines()[0] == "id,text,route,kind,rude"
    assert "c2,see www for more,review,," in called.out.splitlines()
    assert "c4,song by an idiot,review,ham," in called.out.splitlines()


def order(called):
    return [json.loads(line)["id"] for line in called.out.splitlines()]


def test_export_of_everything_keeps_the_order_of_the_source(project):
    out = project.run()

    assert order(call("export", out, "--only", "all")) == ["c1", "c2", "c3", "c4", "c5", "c6", "c7"]

    project.answer(out, "1;q")
    call("review", "apply", out)

    assert order(call("export", out, "--only", "all")) == ["c1", "c2", "c3", "c4", "c5", "c6", "c7"]
    assert order(call("export", out)) == ["c1", "c2", "c3", "c7"]


def test_order_of_the_source_is_kept_over_units(project):
    project.write([{**ROWS[number % 7], "id": f"n{number}"} for number in range(50)])

    called = call("export", project.run("first", "--unit-size", 300), "--only", "all")

    assert order(called) == [f"n{number}" for number in range(50)]


def test_without_receipts_one_folder_comes_after_the_other(project):
    out = project.run()
    shutil.rmtree(out / ".rubricate")

    assert order(call("export", out, "--only", "all")) == ["c1", "c3", "c7", "c2", "c4", "c5", "c6"]


PLAIN = RULESET.replace(
    "  kind: {one_of: [spam, ham]}\n  rude: {cites: [s3]}\n  price: {kind: span, cites: [s4]}", "  [spam, ham]"
)


@pytest.fixture
def plain(project):
    rules = [line for line in PLAIN.splitlines() if "label: rude" not in line and "label: price" not in line]
    project.write(
        ROWS[:3], ruleset="\n".join(rules).replace("guideline: {", "x-guideline: {").replace("matchers:", "x-m:")
    )
    project.ruleset.write_text(re.sub(r"cites: \[s\d\], ", "", project.ruleset.read_text()))
    return project.run()


def test_plain_list_of_labels_is_one_column_named_label(plain):
    assert call("export", plain, "--to", "csv", "--labels", "label").out.splitlines() == [
        "id,text,route,label,label_score",
        "c1,please subscribe,accepted,spam,0.95",
        "c3,what a song,accepted,ham,0.9",
    ]
    first = json.loads(call("export", plain).out.splitlines()[0])
    assert (first["labels"], first["scores"]) == ({"label": "spam"}, {"label": 0.95})


def test_plain_list_of_labels_in_parquet(plain, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")

    call("export", plain, "--to", "parquet", "--out", tmp_path / "o.parquet")

    assert parquet.read_table(tmp_path / "o.parquet")["label"].to_pylist() == ["spam", "ham"]


def test_unknown_format_is_answered_with_the_nearest(project):
    called = call("export", project.run(), "--to", "parqet")

    assert called.err.splitlines() == [
        'rubricate: no plugin gives the export "parqet"',
        'help: did you mean "parquet"?',
    ]


def test_export_to_parquet(project, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")

    called = call("export", project.run(), "--to", "parquet", "--out", tmp_path / "o.parquet")

    assert called.out == f"wrote 3 rows to {tmp_path / 'o.parquet'}\n"
    assert parquet.read_table(tmp_path / "o.parquet")["id"].to_pylist() == ["c1", "c3", "c7"]


def test_export_that_fails_leaves_no_file(project, tmp_path):
    out = project.run()
    next((out / "records").iterdir()).unlink()

    called = call("export", out, "--out", tmp_path / "o.jsonl")

    assert called.code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["project"]


def test_unknown_option_of_an_export_is_refused(project):
    called = call("export", project.run(), "-o", "colour=red")

    assert (called.code, called.err.splitlines()[0]) == (2, 'rubricate: the export "jsonl" has no option "colour"')


# report, verify


def test_report_is_written_again_with_the_ruleset_it_was_made_with(project):
    out = project.run()
    before = (out / "report.html").read_bytes()
    (out / "report.html").unlink()

    called = call("report", out)

    assert called.out == f"wrote {out / 'report.html'}\n"
    assert b"A comment that wants something" in before
    assert b"A comment that wants something" in (out / "report.html").read_bytes()


def test_whole_run_is_verified(project):
    out = project.run()

    before, called = tree(out), call("verify", out)

    assert (called.code, called.out, called.err) == (0, f"{out}: whole and unchanged\n", "")
    assert tree(out) == before


def flip(path):
    content = bytearray(path.read_bytes())
    content[5] ^= 1
    path.write_bytes(content)


def lose(path):
    path.unlink()


def add(path):
    (path.parent / "part-00007-00000000.jsonl").write_text("")


@pytest.mark.parametrize(
    ("harm", "said"), [(flip, "its sha256 is "), (lose, "is not there"), (add, "does not name this part")]
)
def test_harm_to_a_part_is_found(project, harm, said):
    out = project.run()
    harm(next((out / "records").iterdir()))

    called = call("verify", out)

    assert called.code == 1
    assert said in called.out.splitlines()[0]
    assert called.out.splitlines()[-1] == f"{out}: 1 finding"


def test_changed_manifest_is_found(project):
    out = project.run()
    path = out / "manifest.json"
    path.write_text(path.read_text().replace('"accepted": 3', '"accepted": 4', 1))

    called = call("verify", out)

    assert called.code == 1
    assert "was changed after it was published" in called.out


def test_changed_answer_is_found(project):
    import sqlite3

    out = project.run()
    project.answer(out, "1;q")
    database = sqlite3.connect(project.folder / "people.db")
    database.execute("DROP TRIGGER answers_refuse_update")
    database.execute("""UPDATE answers SET value = '{"label":"ham"}'""")
    database.commit()
    database.close()

    assert call("verify", out).code == 1


# evaluate


def test_run_with_its_own_key_is_evaluated(project, tmp_path):
    gold = tmp_path / "gold.jsonl"
    gold.write_text('{"id":"c1","labels":["spam"]}\n{"id":"c3","labels":["ham"]}\n')

    called = call("evaluate", project.run("first", "--output-key", "found"), gold, "--json")

    assert called.code == 0, called.err
    assert json.loads(called.out)["decided"]["count"] == 2


def test_evaluation_ends_with_its_last_line(project, tmp_path):
    gold = tmp_path / "gold.jsonl"
    gold.write_text('{"id":"c1","labels":["ham"]}\n')

    called = call("evaluate", project.run(), gold)

    assert called.out.endswith("wrong, the first 1:\n  c1: nothing, gold ham\n")


def test_verify_and_export_change_nothing(project):
    out = project.run()
    before = parts(out), manifest(out), tree(out / ".rubricate")

    call("verify", out)
    call("export", out)

    assert (parts(out), manifest(out), tree(out / ".rubricate")) == before
    assert len(ROWS) == 8
