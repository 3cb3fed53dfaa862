"""`rubricate train`: from labelled records to a folder with a card."""

from __future__ import annotations

import json

import pytest

from support.command import call, tree
from support.lessons import TEXTS, write_labelled
from support.models import needs

needs("sklearn")

RULESET = """\
ruleset: comments
version: "1.2.0"
record: {text: [text]}
labels: [spam, ham]
rules:
  - {id: asks, label: spam, when: '"subscribe"', confidence: 0.95, hit: ["subscribe"], miss: ["song"]}
"""
FAST = ("-o", "strength=8")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ruleset.yaml").write_text(RULESET, encoding="utf-8")
    write_labelled(tmp_path)
    return tmp_path


def train(*arguments, to="model"):
    return call("train", "ruleset.yaml", "--to", to, *FAST, *arguments)


def test_a_model_stands_in_a_folder_with_its_card(folder):
    called = train("--gold", "gold.jsonl", "--held-to", "held.jsonl")

    assert (called.code, called.err) == (0, "")
    assert called.out.endswith("held.jsonl: 22 labels that it has not seen\n")
    assert sorted(tree(folder / "model")) == [
        "README.md", "answers.txt", "card.json", "lessons.json", "model.json", "vocabulary.json", "weights.safetensors",
    ]  # fmt: skip
    card = json.loads((folder / "model" / "card.json").read_bytes())
    assert (card["ruleset"]["name"], card["ruleset"]["version"]) == ("comments", "1.2.0")
    assert (card["lessons"], card["measured"]["records"]) == (
        {"gold": 58, "people": 0, "machine": 0}, {"gold": 22, "people": 0, "machine": 0},
    )  # fmt: skip
    assert card["sources"][0]["name"] == "gold.jsonl"
    held = [json.loads(line) for line in (folder / "held.jsonl").read_text().splitlines()]
    texts = {f"t{number}": label for number, (_, label) in enumerate(TEXTS)}
    assert all(each["labels"] == {label: label == texts[each["id"]] for label in ("spam", "ham")} for each in held)


def test_labels_that_are_held_out_are_written_over_nothing_that_is_read(folder):
    for name in ("ruleset.yaml", "gold.jsonl", "dump.jsonl"):
        (folder / "dump.jsonl").write_text('{"id": "t1", "text": "a song"}\n')
        called = train("--gold", "gold.jsonl", "--on", "dump.jsonl", "--held-to", name, "--force")

        assert (called.code, called.err.splitlines()[0]) == (2, f'rubricate: "{name}" is the file that is read')
    called = train("--gold", "gold.jsonl", "--held-to", "model")
    assert (called.code, called.err.splitlines()[0]) == (2, 'rubricate: "model" is the folder of the model')


def test_card_names_each_dump_of_a_folder(folder):
    (folder / "dumps").mkdir()
    (folder / "gold.jsonl").rename(folder / "dumps" / "all.jsonl")
    called = train("--gold", "dumps/all.jsonl", "--on", "dumps", "--json")

    assert [(each["what"], each["name"]) for each in json.loads(called.out)["sources"]] == [
        ("gold", "all.jsonl"), ("dump", "all.jsonl"),
    ]  # fmt: skip


def test_model_behind_a_link_is_replaced_there(folder):
    (folder / "new").mkdir()
    (folder / "model").symlink_to("new")
    codes = [train("--gold", "gold.jsonl", "--force").code for _ in range(2)]

    assert (codes, (folder / "model").is_symlink()) == ([0, 0], True)
    assert (folder / "new" / "card.json").is_file()
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == []


def test_the_same_input_gives_the_same_bytes(folder):
    assert (train("--gold", "gold.jsonl").code, train("--gold", "gold.jsonl", to="again").code) == (0, 0)

    assert tree(folder / "model") == tree(folder / "again")


def test_what_the_machine_accepted_is_learned_and_never_held_out(folder):
    assert call("run", "ruleset.yaml", "gold.jsonl", "--out", "run", "--quiet").code == 0
    few = (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()[4::8]
    more = (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()[1::8]
    (folder / "few.jsonl").write_text("\n".join([*few, *more]) + "\n", encoding="utf-8")

    called = train("--gold", "few.jsonl", "--run", "run", "--json", "--held-out", 0.3)

    assert called.code == 0, called.err
    card = json.loads(called.out)
    assert card["lessons"]["machine"] == 10
    assert card["measured"]["records"]["machine"] == 0
    assert {source["what"] for source in card["sources"]} == {"gold", "run"}


def test_nothing_of_the_machine_is_learned_where_only_people_are_asked_for(folder):
    assert call("run", "ruleset.yaml", "gold.jsonl", "--out", "run", "--quiet").code == 0

    called = train("--gold", "gold.jsonl", "--run", "run", "--json", "--people-only")

    assert json.loads(called.out)["lessons"]["machine"] == 0


def test_a_folder_with_a_model_is_replaced_only_when_told_so(folder):
    assert train("--gold", "gold.jsonl").code == 0

    again = train("--gold", "gold.jsonl")

    assert (again.code, again.err) == (
        2, 'rubricate: "model" holds a model already\nhelp: name a new folder, or replace it with --force\n',
    )  # fmt: skip
    assert train("--gold", "gold.jsonl", "--force").code == 0


def test_a_folder_of_something_else_is_left_alone(folder):
    (folder / "model").mkdir()
    (folder / "model" / "thesis.txt").write_text("mine")

    called = train("--gold", "gold.jsonl", "--force")

    assert (called.code, tree(folder / "model")) == (2, {"thesis.txt": b"mine"})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "there is nothing to learn from\nhelp: name gold with --gold, or a run with --run"),
        (("--run", "."), ".: holds no finished run"),
        (("--gold", "gold.jsonl", "--method", "tfidff"), 'no plugin gives the method "tfidff"\nhelp: did you mean "tfidf"?'),
        (("--gold", "gold.jsonl", "--method", "embeddings"), 'the method "embeddings" needs the option "encoder"'),
        (("--gold", "gold.jsonl", "-o", "colour=red"), 'the method "tfidf" has no option "colour"'),
        (("--gold", "gold.jsonl", "-o", "fields=body"), '"body" is no text field of ruleset.yaml\nhelp: it has text'),
        (("--gold", "gold.jsonl", "--label", "spam"), '"spam" is one of the set "labels"'),
        (("--gold", "gold.jsonl", "--on", "ruleset.yaml"), "ruleset.yaml"),
        (("--on", "gold.jsonl", "--run", "."), "--on says where the records of --gold are"),
    ],
    ids=["nothing", "no-run", "method", "encoder", "option", "field", "member", "dump", "on"],
)  # fmt: skip
def test_what_cannot_be_done_is_told(folder, arguments, message):
    called = train(*arguments)

    assert called.code == 2
    assert message in called.err
    assert not (folder / "model").exists()


def test_answers_that_are_not_applied_are_told_as_they_are_not_learned(folder):
    assert call("run", "ruleset.yaml", "gold.jsonl", "--out", "run", "--quiet").code == 0
    assert call("review", "run", "--terminal", "--person", "ann", stdin="2\n2\nq\n").code == 0
    hint = "help: run rubricate review apply run, then train again\n"

    before = train("--gold", "gold.jsonl", "--run", "run")
    assert call("review", "apply", "run").code == 0
    after = train("--gold", "gold.jsonl", "--run", "run", to="again")

    told = "warning: run: 2 answers are not applied, so nothing is learned from them\n"
    assert ((before.code, before.err), (after.code, after.err)) == ((0, told + hint), (0, ""))


def test_methods_are_listed_with_their_options():
    called = call("train", "--methods")

    assert called.code == 0
    assert called.out.startswith(
        "tfidf  logistic regression on words, pairs of words and pieces of words, without torch;"
    )
    assert "  -o encoder=..  The sentence encoder: its folder, or package:NAME/FOLDER." in called.out
