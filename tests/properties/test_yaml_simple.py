"""The quick reader of YAML gives exactly what the full one gives, or nothing."""

from __future__ import annotations

import re

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ruamel.yaml.error import YAMLError

from rubricate.loading.findings import Findings
from rubricate.loading.source import Source
from rubricate.loading.yaml_simple import read_simple
from rubricate.loading.yaml_tree import Mapping, Node, Scalar, Sequence, build_tree

RULESET = """\
ruleset: spam   # a comment
version: "1.0"
fold: [nfkc, 'case''fold', {a: b, "c d": [e]}]

labels:
  spam: {cites: [s1], kind: span}
  empty:
rules:
- id: one
  when: 'any of (a, b)
    and "c"'
  confidence: 0.9
  hit:
    - text one
    - "quoted: \\"two\\""

    # between
    - - nested
      - deeper: yes
        other: ~
  title: several lines
    of one text

    after a gap
x-note: {
  a: 1,
  b: [
    2 ],
}
"""
PIECES = (
    " ", "\n", "  ", "\n\n", "\n  ", ":", ": ", "- ", "\n- ", "-", "#", " # c", "'", '"', "''", "[", "]", "{", "}", ",", "|", ">",
    "&a", "*a", "!t", "?", "? ", "%", "@", "`", "~", "a", "0", "\\", "\\n", "\t", "\r\n", "\xa0", "\u2028", "\ufeff", "é", "😀",
    "---\n", "...", "{a: b}", "[x, y]", "k: v", "k: [v, w]", "k:\n  - v", "true", "1e3", "<<: ", "=",
)  # fmt: skip


@st.composite
def edited(draw: st.DrawFn) -> str:
    """Some parts of a ruleset, with a few characters put in or taken out."""
    parts = re.split(r"\n(?=[a-z])", RULESET)
    first = draw(st.integers(0, len(parts) - 1))
    text = "\n".join(parts[first : first + draw(st.integers(1, len(parts)))])
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(text)))
        cut = draw(st.integers(0, 3))
        text = text[:at] + draw(st.sampled_from(("", *PIECES))) + text[at + cut :]
    return text


def told(node: Node | None) -> object:
    """A node with everything that equality leaves out."""
    match node:
        case Scalar():
            value = (type(node.value).__name__, repr(node.value))
            return (node.text, value, node.style, node.start, node.end, node.repaired, node.characters)
        case Sequence():
            return ("list", node.flow, node.location, [told(item) for item in node.items])
        case Mapping():
            return ("mapping", node.flow, node.location, [(told(key), told(value)) for key, value in node.entries])
        case None:
            return None


def read_fully(text: str) -> object:
    """What the full reader gives, with what it has to say."""
    findings = Findings()
    try:
        root = build_tree(Source("r.yaml", text), text, findings, lambda _: None)
    except (YAMLError, ValueError, OverflowError) as error:
        return str(error)
    return (told(root), findings.sorted("r.yaml"))


@settings(max_examples=150, deadline=None)
@given(edited())
def test_what_the_quick_reader_gives_the_full_one_gives_without_a_word(text: str) -> None:
    quick = read_simple(Source("r.yaml", text))
    assume(quick is not None)

    assert read_fully(text) == (told(quick), ())


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_of_odds_and_ends_the_quick_reader_gives_nothing_or_the_same(text: str) -> None:
    quick = read_simple(Source("r.yaml", text))

    assert quick is None or read_fully(text) == (told(quick), ())


def test_an_ordinary_ruleset_is_read_quickly() -> None:
    assert read_fully(RULESET) == (told(read_simple(Source("r.yaml", RULESET))), ())
