"""Parts of a ruleset in other files."""

from __future__ import annotations

from pathlib import Path

import pytest

import rubricate
from rubricate.errors import UsageError
from rubricate.loading import Loaded, load_ruleset
from rubricate.plugins.discovering import build_registry

REGISTRY = build_registry()
HEAD = 'ruleset: t\nversion: "1.0.0"\nrecord: {text: [text]}\n'
LABELS = "labels: {spam: {kind: document}, part: {kind: span}}\n"


def load(folder: Path, **files: str) -> Loaded:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load_ruleset(folder / "ruleset.yaml", REGISTRY)


def told(loaded: Loaded) -> list[tuple[str, str, int, str]]:
    return [
        (each.code, Path(each.location.path).name, each.location.line, each.message)
        for each in loaded.problems
        if each.is_error
    ]


RULE = "  - {id: pot, label: part, when: 'pots', confidence: 0.9, hit: ['a pot'], miss: [a]}\n"


def test_every_part_can_stand_in_an_included_file(tmp_path: Path) -> None:
    whole = (
        HEAD
        + LABELS
        + "dictionaries: {things: {file: d.txt}}\nmatchers: {thing: {use: dictionary, of: things}}\n"
        + "contexts: {denied: {cue: '\"no\"', window: 3 words}}\nlet: {pots: 'thing is not denied'}\n"
        + f"rules:\n{RULE}tests: [{{text: a pot, expect: {{spam: none}}}}]\n"
    )
    (tmp_path / "d.txt").write_text("pot\n")
    alone = load(tmp_path, ruleset_yaml=whole)

    parts = load(
        tmp_path,
        ruleset_yaml=HEAD + "include: [a.yaml, sub/c.yaml]\nlabels: {spam: {kind: document}}\n",
        a_yaml="include: [b.rules]\nlabels: {part: {kind: span}}\nmatchers: {thing: {use: dictionary, of: things}}\n",
        b_rules="let pots = thing is not denied\n",
        sub__c_yaml="dictionaries: {things: {file: d.txt}}\ncontexts: {denied: {cue: '\"no\"', window: 3 words}}\n"
        f"x-mine: 1\nrules:\n{RULE}tests: [{{text: a pot, expect: {{spam: none}}}}]\n",
    )

    assert (told(alone), told(parts)) == ([], [])
    assert parts.ruleset is not None
    assert parts.ruleset == alone.ruleset
    assert parts.ruleset.include == ("a.yaml", "b.rules", "sub/c.yaml")
    assert {Path(path).name for path in parts.sources} == {"ruleset.yaml", "a.yaml", "b.rules", "c.yaml"}


def test_a_rule_means_the_same_wherever_it_stands(tmp_path: Path) -> None:
    rules = [
        "  - {id: a, label: spam, when: '\"x\"', confidence: 0.6}\n",
        "  - {id: b, label: part, when: '\"x y\"', confidence: 0.9}\n",
        "  - {id: c, label: part, when: '\"y\"', confidence: 0.9}\n",
    ]

    found = []
    for moved in range(4):
        load(
            tmp_path,
            ruleset_yaml=HEAD
            + LABELS
            + "include: [i.yaml]\nrules:\n"
            + "".join(rules[moved:])
            + "  []\n" * (moved == 3),
            i_yaml="rules:\n" + "".join(rules[:moved]) + "  []\n" * (moved == 0),
        )
        labelled = rubricate.load(tmp_path / "ruleset.yaml").annotate_one("x y and y")
        found.append((labelled.decisions, labelled.annotations, sorted(vote.rule for vote in labelled.votes)))

    assert found[1:] == found[:-1]


@pytest.mark.parametrize(
    ("key", "first", "second", "line", "message"),
    [
        ("let", "let: {a: '\"x\"'}", "let: {a: '\"y\"'}", 1, 'the name "a" stands twice'),
        ("labels", "labels: {a: }", "labels:\n  a: {kind: span}", 2, 'the label "a" stands twice'),
        ("matchers", "matchers: {a: {use: dictionary, terms: [x]}}", "matchers: {a: {use: dictionary, terms: [y]}}", 1,
         'the matcher "a" stands twice'),
        ("rules", "rules: [{id: a, label: spam, when: '\"x\"', confidence: 1}]",
         "rules: [{id: a, label: spam, when: '\"x\"', confidence: 1}]", 1, 'the id "a" stands twice'),
    ],
)  # fmt: skip
def test_an_included_file_replaces_nothing(
    tmp_path: Path, key: str, first: str, second: str, line: int, message: str
) -> None:
    labels = "" if key == "labels" else LABELS
    loaded = load(tmp_path, ruleset_yaml=f"{HEAD}{labels}{first}\ninclude: [i.yaml]\n", i_yaml=f"{second}\n")

    assert told(loaded) == [("R034", "i.yaml", line, message)]
    [note] = next(each for each in loaded.problems if each.is_error).notes
    assert Path(note.location.path).name == "ruleset.yaml"


def test_names_of_one_file_are_known_in_the_others(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        ruleset_yaml=HEAD + LABELS + "include: [i.rules]\nlet: {one: 'two'}\n",
        i_rules='let two = three\nlet three = one or "x"\n',
    )

    assert told(loaded) == []  # circles are found when meaning is checked
    assert loaded.ruleset is not None
    assert list(loaded.ruleset.lets) == ["one", "two", "three"]


def test_problems_point_into_the_included_file(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        ruleset_yaml=HEAD + LABELS + "include: [i.rules, j.yaml]\n",
        i_rules='rule r => spma\n  when any of (\n    "x",\n    )\n  confidence 2\nend\n',
        j_yaml='rules:\n  - id: s\n    label: spam\n    when: "x" or "y"\n    confidence: 0.9\n    prority: 3\n',
    )

    assert [row[:3] for row in told(loaded)] == [
        ("R030", "i.rules", 1),
        ("R020", "i.rules", 4),
        ("R035", "i.rules", 5),
        ("R017", "j.yaml", 4),
        ("R010", "j.yaml", 6),
    ]


def test_a_file_is_read_from_the_folder_of_the_ruleset_only(tmp_path: Path) -> None:
    folder = tmp_path / "inside"
    folder.mkdir()
    (tmp_path / "o.rules").write_text("")
    (folder / "l.rules").symlink_to(tmp_path / "o.rules")

    loaded = load(folder, ruleset_yaml=HEAD + LABELS + "include: [../o.rules, l.rules, 'http://x/y.rules']\n")

    assert told(loaded) == [
        ("R008", "ruleset.yaml", 5, '"../o.rules" is outside the ruleset\'s folder'),
        ("R008", "ruleset.yaml", 5, '"l.rules" is outside the ruleset\'s folder'),
        ("R008", "ruleset.yaml", 5, '"http://x/y.rules" is no file in the ruleset\'s folder'),
    ]


def test_an_include_that_is_no_list_is_reported(tmp_path: Path) -> None:
    loaded = load(tmp_path, ruleset_yaml=HEAD + LABELS + "include: i.rules\n", i_rules="")

    assert told(loaded) == [("R012", "ruleset.yaml", 5, '"include" must be a list, not a text')]


def test_an_empty_file_of_rules_adds_nothing(tmp_path: Path) -> None:
    loaded = load(tmp_path, ruleset_yaml=HEAD + LABELS + "include: [i.rules]\n", i_rules="# nothing yet\n")

    assert told(loaded) == []


def test_a_file_of_rules_is_no_ruleset(tmp_path: Path) -> None:
    path = tmp_path / "some.rules"
    path.write_text("let a = b\n")

    with pytest.raises(UsageError, match="holds rules only"):
        load_ruleset(path, REGISTRY)
