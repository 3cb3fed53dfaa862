"""Laws of loading: nothing that a file holds makes it fail, and every problem points into the file."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from rubricate.loading import load_text
from rubricate.loading.findings import Findings
from rubricate.loading.source import Source
from rubricate.loading.yaml_syntax import read_tree
from rubricate.loading.yaml_tree import Mapping, Scalar
from rubricate.plugins.discovering import build_registry

REGISTRY = build_registry()
RULESET = """\
ruleset: comments
version: "1.0.0"
record: {text: [title, body], meta: {price: {type: number, required: true}}}
labels:
  spam: {kind: span}
  tone: {one_of: [calm, angry]}
matchers:
  asks: {use: regex, pattern: '/sub(scribe)?/i', fold: true}
  terms: {use: dictionary, terms: [a, b]}
let:
  asking: 'any of (asks, "my channel") near terms within 8 words'
cascade: [{stage: lexical, runs: [regex, dictionary], when: 'asks'}]
decide: {spam: {accept: 0.9, combine: max}}
rules:
  - id: asks
    label: spam
    when: >-
      asking and
      doc.price > 3
    confidence: '0.9 if "x" else 0.5'
    hit: ["[[spam:sub]] now", {title: "it''s", price: 3}]
  - group: more
    only: "doc.price exists"
    label: spam
    confidence: 0.5
    rules: [{id: more-of-it, when: 'asks not in title'}]
otherwise: {label: calm, confidence: 0.6}
tests: [{text: a, expect: {spam: none, tone: calm}}]
"""
SIGNS = st.sampled_from(
    [*"{}[]:,\"'#&*!|>%@`\\/-\n\t ()ax0.~?=\x00\ufeff漢", "- ", ": ", " #", "\n  ", "[[", "*a", "&a "]
)


@st.composite
def damaged_rulesets(draw: st.DrawFn) -> str:
    text = RULESET
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        stop = draw(st.integers(start, min(len(text), start + 12)))
        text = text[:start] + "".join(draw(st.lists(SIGNS, max_size=3))) + text[stop:]
    return text


@settings(deadline=None, max_examples=120)
@given(damaged_rulesets())
def test_a_damaged_ruleset_gives_problems_inside_its_lines(text: str) -> None:
    loaded = load_text(text, "ruleset.yaml", REGISTRY)

    source = Source("ruleset.yaml", text.removeprefix("\ufeff"))
    for problem in loaded.problems:
        for place in (problem.location, *(note.location for note in problem.notes)):
            assert 1 <= place.column <= len(source.line(place.line)) + 1
            assert place.column + place.length - 1 <= len(source.line(place.line)) + 1
    assert loaded.ruleset is not None or any(problem.is_error for problem in loaded.problems)


WORDS = st.lists(st.sampled_from(["a", "it's", 'say "x"', "\\d", "漢字", "e\u0301", "/", "b,c", "x: y"]), min_size=1)


@st.composite
def written_values(draw: st.DrawFn) -> tuple[str, str]:
    """(a value as YAML, the text that it holds)."""
    words = draw(WORDS)
    breaks = draw(st.booleans())
    joint = "\n    " if breaks else " "
    match draw(st.sampled_from(["single", "double", "literal", "folded"])):
        case "single":
            return "'" + joint.join(words).replace("'", "''") + "'", " ".join(words)
        case "double":
            escaped = [word.replace("\\", "\\\\").replace('"', '\\"').replace("漢", "\\u6f22") for word in words]
            return '"' + joint.join(escaped) + '"', " ".join(words)
        case "literal":
            return "|\n    " + joint.join(words), ("\n" if breaks else " ").join(words) + "\n"
        case _:
            return ">-\n    " + joint.join(words), " ".join(words)


@settings(deadline=None, max_examples=150)
@given(written_values())
def test_every_character_of_a_value_is_found_in_the_file(written: tuple[str, str]) -> None:
    source = Source("ruleset.yaml", f"title: x\nwhen: {written[0]}\n")

    tree = read_tree(source, Findings())

    assert isinstance(tree, Mapping)
    value = tree.get("when")
    assert isinstance(value, Scalar)
    assert value.text == written[1]
    offsets = value.offsets()
    assert len(offsets) == len(value.text)
    assert offsets == sorted(offsets)
    for character, offset in zip(value.text, offsets, strict=True):
        if character not in " \n":
            assert source.text[offset] in (character, "\\")
