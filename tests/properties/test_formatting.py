"""Laws of the two forms: what is converted or formatted says the same, and formatting twice is formatting once."""

from __future__ import annotations

import json
import re
from typing import cast

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from rubricate.formatting.converting import to_rules, to_yaml
from rubricate.formatting.formatter import format_text, said_by
from rubricate.formatting.reading import Written, read_written
from rubricate.formatting.yaml_scalars import double_quoted
from rubricate.language.printing import to_text
from rubricate.loading.findings import Findings
from rubricate.loading.rules_text import read_rules
from rubricate.loading.rules_text_mistakes import MISTAKES
from rubricate.loading.source import Source
from rubricate.loading.yaml_tree import Mapping, Node, Scalar, Sequence
from support.conditions import conditions

ONCE = [Phase.generate]
"""Making an example of this size smaller takes minutes; it can be read as it is."""

IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,6}", fullmatch=True)
NAMES = st.from_regex(r"[a-zä_][a-zß0-9_]{0,5}", fullmatch=True)
LABELS = st.sampled_from(
    ["spam", "injury.burn", "from", "because", "größe", "a b", "x/y", "true", "3", "-a", "it's", '"q"']
)
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12),
    st.sampled_from(
        ['say "x"', "it's", "both ' and \"", "a\nb", "tab\there", "\\d+", "\\[[ no mark", "[[spam:sub]] now", "back\\", "# no",
         " lead", "end ", "1.10", "true", "~", "a: b", "- a", "漢字 \U0001f600", "\u2028", "\x85", "x\\\\[[y", "end", "\r"]
    ),
)  # fmt: skip
EXPRESSIONS = conditions().map(to_text).filter(lambda text: all(sign.isprintable() or sign == "\n" for sign in text))
IN_A_LINE = EXPRESSIONS.filter(str.isprintable)
CONFIDENCES = st.one_of(st.sampled_from([0.5, 1, 0, 0.85, 1e-3]), EXPRESSIONS)
VALUES = st.one_of(TEXTS, st.integers(-9, 9), st.booleans(), st.none(), st.lists(TEXTS, max_size=2), st.just(1.5))
RECORDS = st.dictionaries(st.one_of(NAMES, st.sampled_from(["text", "because", "a b", "x-y", "3"])), VALUES, max_size=3)
EXAMPLES = st.lists(st.one_of(TEXTS, RECORDS, st.fixed_dictionaries({"text": TEXTS, "because": TEXTS})), max_size=3)


def rules() -> st.SearchStrategy[dict[str, object]]:
    optional = {
        "title": TEXTS, "label": LABELS, "cites": st.lists(LABELS, max_size=3), "emit": EXPRESSIONS, "value": EXPRESSIONS,
        "confidence": CONFIDENCES, "hit": EXAMPLES, "miss": EXAMPLES, "uncertain": EXAMPLES, "todo_hit": EXAMPLES,
        "status": st.sampled_from(["draft", "stable"]), "priority": st.integers(-3, 3), "x-note": VALUES,
        "supersedes": st.lists(IDS, min_size=1, max_size=2),
    }  # fmt: skip
    return st.fixed_dictionaries(
        {"id": IDS, "when": EXPRESSIONS}, optional=cast("dict[str, st.SearchStrategy[object]]", optional)
    )


def groups() -> st.SearchStrategy[dict[str, object]]:
    optional = {"title": TEXTS, "label_from": IN_A_LINE, "only": EXPRESSIONS, "cites": st.lists(LABELS, max_size=2)}
    return st.fixed_dictionaries({"group": IDS, "rules": st.lists(rules(), max_size=2)}, optional=optional)


TESTS = st.fixed_dictionaries(
    {}, optional={"text": TEXTS, "title": TEXTS, "price": VALUES,
                  "expect": st.one_of(LABELS, st.dictionaries(LABELS, st.sampled_from(["no", "accepted"]), max_size=2))}
)  # fmt: skip


def parts() -> st.SearchStrategy[dict[str, object]]:
    """The part of a ruleset that the text form holds."""
    return st.fixed_dictionaries(
        {"rules": st.lists(rules() | groups(), min_size=1, max_size=3)},
        optional={
            "let": st.dictionaries(NAMES, EXPRESSIONS, min_size=1, max_size=2),
            "tests": st.lists(TESTS, min_size=1, max_size=2),
        },
    )


def dumped(value: object, indent: int = 0) -> str:
    """A value as YAML in blocks."""
    pad = "\n" + " " * indent
    if isinstance(value, dict) and value:
        return "".join(f"{pad}{double_quoted(str(key))}: {dumped(inner, indent + 2)}" for key, inner in value.items())
    if isinstance(value, list) and value:
        return "".join(f"{pad}- {dumped(inner, indent + 2)}" for inner in value)
    return double_quoted(value) if isinstance(value, str) else json.dumps(value)


def written(part: object, *, flow: bool) -> Written:
    """The part as a YAML file."""
    assert isinstance(part, dict)
    if not flow:
        return read_written(Source("part.yaml", dumped(part).lstrip("\n") + "\n"))
    lines = [f"{key}: {_SPECIAL.sub(_escaped, json.dumps(value, ensure_ascii=False))}\n" for key, value in part.items()]
    return read_written(Source("part.yaml", "".join(lines)))


_SPECIAL = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found.group()):04x}"


@settings(deadline=None, max_examples=20, phases=ONCE)
@given(parts(), st.booleans())
def test_rules_go_to_the_text_form_and_back(part: object, flow: bool) -> None:
    before = written(part, flow=flow)

    text = to_rules(before)
    read = read_written(Source("part.rules", text.text))
    back = read_written(Source("back.yaml", to_yaml(read).text))

    assert text.lost == ()
    assert said_by(read) == said_by(before) == said_by(back)


@settings(deadline=None, max_examples=20, phases=ONCE)
@given(parts(), st.booleans())
def test_formatting_twice_is_formatting_once(part: object, flow: bool) -> None:
    before = written(part, flow=flow)

    yaml = format_text(before.source.text, "part.yaml")
    rules = format_text(to_rules(before).text, "part.rules")

    assert format_text(yaml, "part.yaml") == yaml
    assert format_text(rules, "part.rules") == rules
    assert said_by(read_written(Source("part.yaml", yaml))) == said_by(before)


def scalars(node: Node) -> list[Scalar]:
    match node:
        case Scalar():
            return [node]
        case Sequence():
            return [found for item in node.items for found in scalars(item)]
        case Mapping():
            return [found for entry in node.entries for part in entry for found in scalars(part)]


@settings(deadline=None, max_examples=20, phases=ONCE)
@given(parts())
def test_every_character_of_a_text_is_found_in_the_file(part: object) -> None:
    text = to_rules(written(part, flow=False)).text
    source = Source("part.rules", text)

    read = read_rules(source, Findings())

    for scalar in scalars(read.root):
        if text[scalar.start : scalar.end].startswith(scalar.text):
            continue  # a keyword stands for its key
        offsets = scalar.offsets()
        if scalar.style != "plain" or "\n" in text[scalar.start : scalar.end]:
            assert len(offsets) == len(scalar.text)
            for sign, at in zip(scalar.text, offsets, strict=True):
                assert text[at] in (sign, "\\", "\n", "\r", " ", "'")


PIECES = st.sampled_from(
    ["rule", "group", "let", "test", "end", "when", "hit", "miss", "cites", "because", "expect", "from", "=>", "=", ":", "a",
     '"a"', '"', "'", "{", "}", "[", "]", ",", "(", ")", "/", "#", " ", "\n", "\n  ", "\n    ", "\t", "\\", "0.9", "x-n", "-", "\0"]
)  # fmt: skip
BASES = st.sampled_from([example for row in MISTAKES.values() for example in row.examples])


@settings(deadline=None, max_examples=100, phases=ONCE)
@given(st.one_of(st.lists(PIECES, max_size=25).map(" ".join), st.tuples(BASES, st.lists(PIECES, max_size=6)).map(
    lambda found: found[0] + " ".join(found[1])
)))  # fmt: skip
def test_whatever_a_file_holds_gives_problems_inside_its_lines(text: str) -> None:
    source = Source("some.rules", text)
    findings = Findings()

    read_rules(source, findings)

    for problem in findings.sorted("some.rules"):
        place = problem.location
        assert 1 <= place.column <= len(source.line(place.line)) + 1
        assert place.column + place.length - 1 <= len(source.line(place.line)) + 1
        assert "\n" not in problem.message


COMMENTED_YAML = """\
ruleset: t
version: "1"
labels: {spam: {kind: document}, ham: }
let:
  a: '"x"'
  b: 'a or
    "y"'
rules:
  - when: a
    id: one
    label: spam
    hit: ["x",
      {text: "y", because: s1}
      ]
    cites:
      - s1
      - s2
    confidence: 0.9
  - {id: two, when: b, label: ham, confidence: 0.5}
  - group: more
    rules:
      - id: three
        confidence: 1
        when: b
tests:
- {text: x,
   expect: spam}
"""
COMMENTED_RULES = """\
let a = "x"
let b = a or
    "y"
rule one "One" => spam
  when a
    and b
  hit "x"
  hit {text: "y",
      price: 3} because s1
  cites s1,
    s2
end
group g => spam
  confidence 0.9
  rule two
    when b
  end
end
test "x"
  expect spam
"""


@st.composite
def commented(draw: st.DrawFn, text: str) -> str:
    """The text with comments and blank lines between its lines, and comments behind them."""
    lines: list[str] = []
    for number, line in enumerate(text.splitlines()):
        for index in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
            blank = draw(st.integers(0, 3)) == 0
            lines.append("" if blank else " " * draw(st.integers(0, 8)) + f"# {number}.{index}")
        beside = draw(st.integers(0, 5)) == 0 and "'a or" not in line
        lines.append(f"{line}  # {number}" if beside else line)
    lines += [" " * draw(st.integers(0, 6)) + "# at the end"] * draw(st.integers(0, 1))
    return "".join(f"{line}\n" for line in _outside_quotes(lines))


def _outside_quotes(lines: list[str]) -> list[str]:
    """Without what was put between the two lines of the condition in quotes, where a comment is none."""
    begin = next((index for index, line in enumerate(lines) if line.strip().startswith("b: 'a or")), None)
    if begin is None:
        return lines
    end = next(index for index, line in enumerate(lines) if line.strip().startswith('"y"\''))
    return [*lines[: begin + 1], *lines[end:]]


@settings(deadline=None, max_examples=40, phases=ONCE)
@given(st.one_of(commented(COMMENTED_YAML).map(lambda text: ("a.yaml", text)),
                 commented(COMMENTED_RULES).map(lambda text: ("a.rules", text))))  # fmt: skip
def test_every_comment_survives_and_formatting_twice_is_formatting_once(file: tuple[str, str]) -> None:
    name, text = file

    formatted = format_text(text, name)

    assert sorted(re.findall("#[^#\n]*", formatted)) == sorted(re.findall("#[^#\n]*", text))
    assert format_text(formatted, name) == formatted


@settings(deadline=None, max_examples=30, phases=ONCE)
@given(commented(COMMENTED_YAML))
def test_every_comment_of_a_rule_goes_along_to_the_text_form_and_back(text: str) -> None:
    before = read_written(Source("a.yaml", text))

    rules = to_rules(before)
    back = to_yaml(read_written(Source("a.rules", rules.text)))

    moved = re.findall("#[^#\n]*", rules.text)
    assert (rules.lost, back.lost) == ((), ())
    assert set(moved) <= set(re.findall("#[^#\n]*", text))
    assert sorted(re.findall("#[^#\n]*", back.text)) == sorted(moved)
