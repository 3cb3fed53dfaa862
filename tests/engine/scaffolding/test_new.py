"""What `rubricate new` and `rubricate init` write works as it stands."""

import importlib
import json
import os
import re
import subprocess
import sys
import tomllib
from contextlib import contextmanager

import pytest

from rubricate.registry import KINDS
from rubricate.scaffolding.plugins import GROUPS
from rubricate.testing import check_plugin
from support.command import call, tree

RULESET = """\
# Comments stay.
ruleset: t
version: "1.0.0"     # so do those behind values
labels: {kind: {one_of: [spam, ham]}, price: {kind: span}}
rules:
    # first
    - id: asks
      label: spam
      when: '"subscribe"'
      confidence:   0.9
      hit: ["please subscribe"]
      miss: ["a song"]
# about what follows
otherwise: {label: ham, confidence: 0.7}
"""


@pytest.fixture
def ruleset(tmp_path):
    path = tmp_path / "ruleset.yaml"
    path.write_text(RULESET, encoding="utf-8")
    return path


def is_fine(path):
    checked, tested = call("check", "--strict", path), call("test", path)
    return (checked.code, checked.out.splitlines()[-1], tested.code) == (0, "1 ruleset: 0 errors, 0 warnings", 0)


# -- projects ----------------------------------------------------------------------------------------------


def test_a_new_project_passes_check_and_test_without_warnings(tmp_path):
    call("init", tmp_path / "p")

    assert is_fine(tmp_path / "p" / "rulesets" / "starter" / "ruleset.yaml")


def test_the_five_commands_of_its_page_work(tmp_path, monkeypatch):
    call("init", tmp_path / "p")
    monkeypatch.chdir(tmp_path / "p")
    block = (tmp_path / "p" / "README.md").read_text(encoding="utf-8").partition("```sh\n")[2].partition("```")[0]
    commands = [[word.strip('"') for word in re.findall(r'"[^"]*"|\S+', line)] for line in block.splitlines()]

    codes = [call(*command[1:]).code for command in commands]

    assert (len(commands), codes) == (5, [0, 0, 0, 0, 0])
    assert is_fine(tmp_path / "p" / "rulesets" / "my-topic" / "ruleset.yaml")


def test_a_project_is_made_here(tmp_path, monkeypatch):
    (tmp_path / "p" / ".git").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "p")

    called = call("init")

    assert (called.code, called.out.splitlines()[0]) == (0, "made .: rulesets/, runs/, cache/, people.db")
    assert (tmp_path / "p" / "README.md").read_text(encoding="utf-8").startswith("# P\n")


def test_a_folder_in_use_gets_a_project_beside_what_it_holds(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.py").write_text("mine", encoding="utf-8")
    (tmp_path / "rulesets" / "own").mkdir(parents=True)
    (tmp_path / "runs").mkdir()
    (tmp_path / "README.md").write_text("mine", encoding="utf-8")
    (tmp_path / ".gitignore").write_text("build\n/runs\n", encoding="utf-8")
    before = tree(tmp_path)

    called = call("init", tmp_path)

    assert (called.code, called.out.splitlines()[1:3]) == (
        0,
        [
            "kept    README.md and .gitignore stay as they are",
            f"help: add cache/, people.db* to {tmp_path / '.gitignore'}; people.db holds answers of people",
        ],
    )
    after = tree(tmp_path)
    assert {name: after[name] for name in before} == before
    assert {"people.db", "cache", "rulesets/starter/ruleset.yaml", "rulesets/starter/dict/defects.tsv"} <= set(after)
    assert is_fine(tmp_path / "rulesets" / "starter" / "ruleset.yaml")


@pytest.mark.parametrize(
    ("there", "message"),
    [
        (["people.db"], '"people.db" is there already\nhelp: move it away, or name another folder'),
        (
            ["rulesets/starter/guideline.md", "people.db"],
            '"rulesets/starter/guideline.md", "people.db" are there already\nhelp: move them away, or name another folder',
        ),
        (["rulesets/starter"], '"rulesets/starter" is there already\nhelp: move it away, or name another folder'),
        (["runs"], '"runs" is there already\nhelp: move it away, or name another folder'),
    ],
    ids=["people", "a file of the ruleset", "a file for a folder", "a file for the runs"],
)
def test_nothing_that_a_folder_holds_is_overwritten(tmp_path, there, message):
    for name in there:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("mine", encoding="utf-8")
    before = tree(tmp_path)

    called = call("init", tmp_path)

    assert (called.code, called.err) == (2, f"rubricate: {tmp_path}: {message}\n")
    assert tree(tmp_path) == before


def test_a_link_that_leads_nowhere_is_not_written_through(tmp_path):
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "people.db").symlink_to(tmp_path / "elsewhere")

    called = call("init", tmp_path / "p")

    assert (called.code, sorted(tree(tmp_path))) == (2, ["p", "p/people.db"])


def test_a_file_becomes_no_project(tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")

    called = call("init", tmp_path / "mine.txt")

    assert (called.code, called.err) == (2, f"rubricate: {tmp_path / 'mine.txt'}: is a file\nhelp: name a folder\n")


# -- rulesets ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--label", "spam", "--label", "ham", "--label", "other"],
        ["--label", "spam"],
        ["--label", "no", "--label", "ja, gern", "--label", 'it\'s "so"'],
        ["--field", "title", "--field", "on"],
    ],
    ids=["nothing said", "three labels", "one label", "labels that YAML misreads", "fields"],
)
def test_a_new_ruleset_passes_check_and_test(tmp_path, options):
    called = call("new", "ruleset", "topic", "--project", tmp_path, *options)

    assert called.code == 0, called.err
    assert is_fine(tmp_path / "rulesets" / "topic" / "ruleset.yaml")


def test_it_has_the_labels_and_fields_that_were_said(tmp_path):
    import rubricate

    call("new", "ruleset", "topic", "--project", tmp_path, "--label", "a", "--label", "b", "--field", "title")

    ruleset = rubricate.load(tmp_path / "rulesets" / "topic").ruleset
    assert (list(ruleset.labels), ruleset.record.text) == (["a", "b"], ("title",))
    assert list(ruleset.guideline.sections) == ["s1", "s2"]


def test_what_was_written_is_told_as_json_too(tmp_path):
    called = call("new", "ruleset", "topic", "--project", tmp_path, "--json")

    folder = tmp_path / "rulesets" / "topic"
    assert json.loads(called.out) == {"written": [str(folder / "ruleset.yaml"), str(folder / "guideline.md")]}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["to pic"], '"to pic" cannot be the name of a ruleset\nhelp: letters, digits, dots, - and _'),
        (["../topic"], '"../topic" cannot be the name of a ruleset\nhelp: letters, digits, dots, - and _'),
        (["topic", "--label", "a:b"], '"a:b" cannot be a label\nhelp: any characters but colons, stars and brackets'),
        (["topic", "--label", "a", "--label", "a"], 'the label "a" is given twice\nhelp: name each label once'),
    ],
    ids=["space", "path", "label", "twice"],
)
def test_a_name_that_cannot_be_one_is_refused(tmp_path, words, message):
    called = call("new", "ruleset", *words, "--project", tmp_path)

    assert (called.code, called.err) == (2, f"rubricate: {message}\n")
    assert tree(tmp_path) == {}


def test_a_ruleset_is_never_overwritten(tmp_path):
    call("new", "ruleset", "topic", "--project", tmp_path)
    before = tree(tmp_path)

    called = call("new", "ruleset", "topic", "--project", tmp_path, "--label", "x")

    folder = tmp_path / "rulesets" / "topic"
    assert (called.code, called.err) == (
        2,
        f"rubricate: {folder}: is there already\nhelp: choose another name, or remove it\n",
    )
    assert tree(tmp_path) == before


# -- rules -------------------------------------------------------------------------------------------------


def test_a_rule_is_put_behind_the_others_and_nothing_else_changes(ruleset):
    called = call("new", "rule", ruleset, "buys", "--label", "spam", "--when", "\"it's free\"", "--hit", "it's free",
                  "--miss", "a song", "--confidence", "0.8")  # fmt: skip

    assert called.code == 0, called.err
    added = """\
    - id: buys
      label: spam
      when: '"it''s free"'
      confidence: 0.8
      hit: ["it's free"]
      miss: ["a song"]
"""
    assert ruleset.read_text(encoding="utf-8") == RULESET.replace("# about what", added + "# about what")
    assert call("test", ruleset).code == 0


@pytest.mark.parametrize("label", ["spam", "price"])
def test_a_rule_of_which_nothing_is_said_passes(ruleset, label):
    assert call("new", "rule", ruleset, "some-words", "--label", label).code == 0
    assert call("test", ruleset).code == 0


@pytest.mark.parametrize(
    ("rules", "kept"),
    [
        ("", ""),
        ("rules: []  # none yet\n", "# none yet"),
        ("rules: [{id: a, label: spam, when: '\"x\"', confidence: 1}]  # one\n", "# one"),
        ("rules:\n- {id: a, label: spam, when: '\"x\"', confidence: 1}  # one", "# one"),
    ],
    ids=["no rules", "empty", "brackets", "no line end"],
)
def test_a_rule_finds_its_place_however_rules_are_written(tmp_path, rules, kept):
    path = tmp_path / "ruleset.yaml"
    path.write_text(f'ruleset: t\nversion: "1.0.0"\nlabels: [spam, ham]\n{rules}', encoding="utf-8")

    called = call("new", "rule", path, "buys", "--label", "spam")

    assert called.code == 0, called.err
    assert call("test", path).code == 0
    assert kept in path.read_text(encoding="utf-8")
    assert "id: buys" in path.read_text(encoding="utf-8")


def test_a_rule_cites_what_its_label_cites(tmp_path):
    call("new", "ruleset", "topic", "--project", tmp_path)

    called = call("new", "rule", tmp_path / "rulesets" / "topic", "more", "--label", "unwanted", "--json")

    assert "cites: [s2]" in json.loads(called.out)["text"]
    assert is_fine(tmp_path / "rulesets" / "topic" / "ruleset.yaml")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["asks", "--label", "spam"], 'the rule "asks" cannot be added: '),
        (
            ["new", "--label", "sapm"],
            'the rule "new" cannot be added: the label "sapm" is not declared\nhelp: did you mean "spam"?',
        ),
        (["new", "--label", "spam", "--when", '"a', "--hit", "a"], 'the rule "new" cannot be added: '),
        (
            ["new", "--label", "spam", "--when", '"a"'],
            "a condition needs an example\nhelp: add --hit TEXT, and --miss TEXT",
        ),
    ],
    ids=["id", "label", "condition", "no example"],
)
def test_a_rule_that_cannot_be_is_not_written(ruleset, words, message):
    called = call("new", "rule", ruleset, *words)

    assert called.code == 2
    assert called.err.startswith(f"rubricate: {message}")
    assert ruleset.read_text(encoding="utf-8") == RULESET


# -- plugins -----------------------------------------------------------------------------------------------


@contextmanager
def importable(folder, module):
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module(module)
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.partition(".")[0] == module]:
            del sys.modules[name]


@pytest.mark.parametrize("group", GROUPS)
def test_a_new_plugin_keeps_its_contract(tmp_path, group):
    assert call("new", "plugin", f"my-{group}", "--group", group, "--out", tmp_path).code == 0
    folder = tmp_path / f"rubricate-my-{group}"

    with importable(folder, f"rubricate_my_{group}") as module:
        given = {}
        exec((folder / "tests" / "test_contract.py").read_text(encoding="utf-8"), given)

        assert [str(fault) for fault in check_plugin(module, given["TestContract"].samples)] == []


@pytest.mark.slow
def test_an_installed_new_plugin_is_listed_and_its_tests_pass(tmp_path):
    call("new", "plugin", "my-own", "--out", tmp_path)
    folder = tmp_path / "rubricate-my-own"
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    info = folder / f"rubricate_my_own-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Name: {project['name']}\nVersion: {project['version']}\n", encoding="utf-8")
    [(name, module)] = project["entry-points"]["rubricate"].items()
    (info / "entry_points.txt").write_text(f"[rubricate]\n{name} = {module}\n", encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": str(folder)}

    listed = subprocess.run(
        [sys.executable, "-m", "rubricate", "plugins"], capture_output=True, text=True, env=env, check=True
    )
    tested = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "."], cwd=folder,
                            capture_output=True, text=True, env=env, check=False)  # fmt: skip

    assert (
        "my_own (rubricate-my-own 0.1.0)\n  matcher     my_own         words of three or more capitals\n"
        in listed.stdout
    )
    assert (tested.returncode, tested.stdout.splitlines()[-1].split()[1:2]) == (0, ["passed"])


def test_the_command_offers_every_group():
    from rubricate.cli import new_command

    assert new_command.GROUPS == GROUPS
    assert set(GROUPS) == set(KINDS.values())


def test_a_new_plugin_has_no_names_that_were_not_filled_in(tmp_path):
    for group in GROUPS:
        call("new", "plugin", f"my-{group}", "--group", group, "--out", tmp_path)

    texts = [path.read_text(encoding="utf-8") for path in tmp_path.rglob("*") if path.is_file()]
    assert [text for text in texts if re.search(r"\$\w", text)] == []


@pytest.mark.parametrize("name", ["My-Plugin", "my plugin", "../mine", "1st", "mine-"])
def test_a_plugin_name_that_cannot_be_one_is_refused(tmp_path, name):
    called = call("new", "plugin", name, "--out", tmp_path)

    assert (called.code, called.err) == (
        2,
        f'rubricate: "{name}" cannot be the name of a plugin\nhelp: small letters and digits, with - between\n',
    )
    assert tree(tmp_path) == {}


def test_a_plugin_is_never_overwritten(tmp_path):
    call("new", "plugin", "mine", "--out", tmp_path)
    before = tree(tmp_path)

    called = call("new", "plugin", "mine", "--group", "check", "--out", tmp_path)

    assert called.code == 2
    assert "is there already" in called.err
    assert tree(tmp_path) == before
