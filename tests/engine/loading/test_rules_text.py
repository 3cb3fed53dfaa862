"""The text form of rules: what it says, where it stands, and what is said about mistakes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rubricate.loading import load_ruleset
from rubricate.loading.findings import Findings
from rubricate.loading.rules_text import read_rules
from rubricate.loading.rules_text_mistakes import MISTAKES
from rubricate.loading.source import Source
from rubricate.loading.surprises import mend
from rubricate.loading.yaml_syntax import read_tree
from rubricate.loading.yaml_tree import Mapping, Node, Scalar, Sequence, plain
from rubricate.model.location import Location
from rubricate.plugins.discovering import build_registry


def read(text: str) -> Mapping:
    findings = Findings()
    rules = read_rules(Source("some.rules", text), findings)
    assert findings.sorted("some.rules") == ()
    return rules.root


def at(node: Node, *path: str | int) -> Scalar:
    for part in path:
        found = node.get(part) if isinstance(node, Mapping) and isinstance(part, str) else None
        if isinstance(node, Sequence) and isinstance(part, int):
            found = node.items[part]
        assert found is not None
        node = found
    assert isinstance(node, Scalar)
    return node


WHOLE = r"""
# what asks
let asks = any of ("subscribe",   # the usual word
    "my channel")

rule burn-near-body-part "Heat word close to a body part" => injury.burn
  cites s3.2.1, "s 4"
  when  burn_mention
      and not "sun"
  emit heat
  value number(it.n)
  confidence 0.75
  hit  "The lid [[injury.burn:scalded my hand]] \u00e9 \\ \"x\"\n"
  miss "Nobody was burned." because s3.2.4
  miss {title: "Buy", price: -3, tags: ["a", b], old: false, x: null} because 'it''s old'
  uncertain 'a \d "b"'
  todo_hit []
  todo_miss "\[[ is text"
  status draft
  priority 2
  supersedes old-burn
  x-note {by: me, since: [2020, "2020"]}
end

group shop-copy "Shop" => from it.label if it in title else "other"
  only doc.source == "shop"
  confidence 0.9 if "#1" else /#\// and 0.5  # two
  rule sale-words => "a b"
    when count("sale") >= 2
  end
  group inner
    rule headline
      when "buy now" in title
    end
  end
end

test "Scalded my hand" expect injury.burn: accepted, advertising: none
test {title: "x", price: 3} expect spam
test "[[spam:x]]"
"""


def test_every_part_gives_the_tree_that_yaml_gives() -> None:
    assert plain(read(WHOLE)) == {
        "let": {"asks": 'any of ("subscribe", "my channel")'},
        "rules": [
            {
                "id": "burn-near-body-part",
                "title": "Heat word close to a body part",
                "label": "injury.burn",
                "cites": ["s3.2.1", "s 4"],
                "when": 'burn_mention and not "sun"',
                "emit": "heat",
                "value": "number(it.n)",
                "confidence": 0.75,
                "hit": ['The lid [[injury.burn:scalded my hand]] é \\ "x"\n'],
                "miss": [
                    {"text": "Nobody was burned.", "because": "s3.2.4"},
                    {"title": "Buy", "price": -3, "tags": ["a", "b"], "old": False, "x": None, "because": "it's old"},
                ],
                "uncertain": ['a \\d "b"'],
                "todo_hit": [],
                "todo_miss": ["\\[[ is text"],
                "status": "draft",
                "priority": 2,
                "supersedes": ["old-burn"],
                "x-note": {"by": "me", "since": [2020, "2020"]},
            },
            {
                "group": "shop-copy",
                "title": "Shop",
                "label_from": 'it.label if it in title else "other"',
                "only": 'doc.source == "shop"',
                "confidence": '0.9 if "#1" else /#\\// and 0.5',
                "rules": [
                    {"id": "sale-words", "label": "a b", "when": 'count("sale") >= 2'},
                    {"group": "inner", "rules": [{"id": "headline", "when": '"buy now" in title'}]},
                ],
            },
        ],
        "tests": [
            {"text": "Scalded my hand", "expect": {"injury.burn": "accepted", "advertising": "none"}},
            {"title": "x", "price": 3, "expect": "spam"},
            {"text": "[[spam:x]]"},
        ],
    }


def test_words_of_lists_and_labels_are_texts_and_words_of_records_are_what_yaml_takes_them_for() -> None:
    root = read('rule 1 => 2\n  when 3\n  cites 4\n  miss {n: 5, t: "6"} because 7\nend\n')

    assert plain(root) == {
        "rules": [
            {"id": "1", "label": "2", "when": "3", "cites": ["4"], "miss": [{"n": 5, "t": "6", "because": "7"}]},
        ]
    }


def test_comments_are_kept_with_their_places() -> None:
    text = (
        '# one\nlet a = b  # two\nrule r => x\n  when any of (  # three\n    a)\n  # four\n  hit "# no"\nend # five\n'
    )

    found = read_rules(Source("some.rules", text), Findings())

    assert [(comment.text, comment.alone) for comment in found.comments] == [
        ("# one", True),
        ("# two", False),
        ("# three", False),
        ("# four", True),
        ("# five", False),
    ]
    assert [text[comment.start :].startswith(comment.text) for comment in found.comments] == [True] * 5


def test_a_character_of_a_broken_expression_is_found_in_its_line() -> None:
    root = read('rule r => x\n  when any of (  # one\n    "a",\n    b)\nend\n')
    when = at(root, "rules", 0, "when")

    assert when.text == 'any of ( "a", b)'
    assert when.place(9, 12) == Location("some.rules", 3, 5, 3)
    assert when.place(14) == Location("some.rules", 4, 5, 1)
    assert when.location == Location("some.rules", 2, 8, 8 + len("  # one"))


def test_a_line_break_within_a_string_is_kept_without_the_indentation() -> None:
    root = read('rule r => x\n  when\n    any of ("a\n      b\n    # c")\nend\n')

    assert at(root, "rules", 0, "when").text == 'any of ("a\n  b\n# c")'


def test_a_character_behind_an_escape_is_found_in_its_line() -> None:
    root = read('rule r => x\n  when a\n  hit "\\u00e9\\n\\[[x:y]]"\nend\n')
    hit = at(root, "rules", 0, "hit", 0)

    assert hit.text == "é\n\\[[x:y]]"
    assert [hit.place(index).column for index in range(5)] == [8, 14, 16, 17, 18]


def test_windows_line_ends_change_nothing() -> None:
    assert plain(read(WHOLE.replace("\n", "\r\n"))) == plain(read(WHOLE))


EXAMPLES = [(name, example) for name, row in MISTAKES.items() for example in row.examples]


@pytest.mark.parametrize(
    ("name", "text"), EXAMPLES, ids=[f"{name}-{index}" for index, (name, _) in enumerate(EXAMPLES)]
)
def test_each_mistake_is_told_in_the_words_of_its_row(name: str, text: str) -> None:
    findings = Findings()

    read_rules(Source("some.rules", text), findings)

    wanted = re.sub(r"\\\{\w+\\\}", ".+", re.escape(MISTAKES[name].message))
    messages = [problem.message for problem in findings.sorted("some.rules")]
    assert [message for message in messages if re.fullmatch(wanted, message)] != []


@pytest.mark.parametrize(
    ("name", "text"), EXAMPLES, ids=[f"{name}-{index}" for index, (name, _) in enumerate(EXAMPLES)]
)
def test_no_mistake_is_told_in_the_words_of_a_machine(name: str, text: str) -> None:
    findings = Findings()

    read_rules(Source("some.rules", text), findings)

    for problem in findings.sorted("some.rules"):
        words = set(re.findall(r"[A-Z]{2,}", f"{problem.message} {problem.help}"))
        assert words <= {"ID", "LABEL", "NAME", "CONDITION", "VALUE", "YAML"}
        assert "{" not in problem.message.replace('"{"', "")
        assert problem.message[0].islower() or not problem.message[0].isalpha()
        assert not problem.message.endswith(".")


def test_a_key_that_stands_twice_is_reported_with_its_first_place() -> None:
    findings = Findings()

    read_rules(Source("some.rules", "rule r => x\n  when a\n  when b\nend\nlet c = d\nlet c = e\n"), findings)

    assert [
        (each.code, each.message, each.location.line, each.notes[0].location.line) for each in findings.sorted("")
    ] == [
        ("R003", 'the key "when" stands twice', 3, 2),
        ("R003", 'the name "c" stands twice', 6, 5),
    ]


YAML = """\
ruleset: t
version: "1.0.0"
record: {text: [text], meta: {price: {type: number}}}
labels: {spam: {kind: document}, part: {kind: span}}
matchers: {thing: {use: dictionary, terms: [pot]}}
"""
RULES = """\
let pots = thing not near "no" within 2 words
rule pot-named "A pot" => part
  when pots
  confidence 0.9
  hit  "a [[part:pot]]"
  miss "no pot"
end
group cheap => spam
  only doc.price < 3
  rule cheap-pot
    when pots
    confidence 0.95
    hit  {text: "a pot", price: 1}
    miss {text: "a pot", price: 5}
  end
end
test {text: "a pot", price: 1} expect spam: accepted
"""


def test_rules_of_the_text_form_are_the_rules_of_yaml(tmp_path: Path) -> None:
    registry = build_registry()
    inline = plain_yaml(RULES)
    (tmp_path / "one.yaml").write_text(YAML + "include: [t.rules]\n")
    (tmp_path / "t.rules").write_text(RULES)
    (tmp_path / "two.yaml").write_text(YAML + inline)

    one, two = (load_ruleset(tmp_path / name, registry) for name in ("one.yaml", "two.yaml"))

    assert (one.problems, two.problems) == ((), ())
    assert one.ruleset is not None
    assert two.ruleset is not None
    assert (one.ruleset.lets.keys(), one.ruleset.tests) == (two.ruleset.lets.keys(), two.ruleset.tests)
    assert [(rule.id, rule.title, rule.label, rule.when.text, rule.examples) for rule in one.ruleset.rules] == [
        (rule.id, rule.title, rule.label, rule.when.text, rule.examples) for rule in two.ruleset.rules
    ]


def plain_yaml(rules: str) -> str:
    """The same as JSON, which is YAML."""
    import json

    root = plain(read(rules))
    assert isinstance(root, dict)
    text = "".join(f"{key}: {json.dumps(value)}\n" for key, value in root.items())
    source = Source("x.yaml", text)
    tree = read_tree(source, Findings())
    assert tree is not None
    assert plain(mend(tree, source, Findings())) == root
    return text
