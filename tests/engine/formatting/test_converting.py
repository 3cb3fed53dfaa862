"""Rules from YAML to the text form and back."""

from __future__ import annotations

import pytest

from rubricate.errors import UsageError
from rubricate.formatting.converting import Converted, to_rules, to_yaml, without_rules
from rubricate.formatting.reading import read_written
from rubricate.loading.source import Source

RULESET = """\
# Spam.
ruleset: comments
version: "1.0.0"

# one of two
labels: [spam, ham]
include: [more.yaml]  # shared

# names
let:
  asks: 'any of ("subscribe",   # no comment here
    "it''s")'

# the rules
rules:
  # asks for readers
  - id: asks-to-subscribe  # first
    title: Asks for "subscribers"
    label: spam
    cites: [s2.1]
    when: asks
    confidence: 0.95  # measured
    hit: ["please subscribe", {text: "sub", because: s2.1}]  # two
    miss:
      # an old one
      - "I subscribed\\tto a \\\\ paper"
    x-note: {by: me}
  - group: links
    only: 'doc.source == "web"'  # only there
    label_from: it.label
    rules:
      # the one
      - {id: link, when: '/https?:/', confidence: '0.9 if it in title else 0.5', todo_hit: []}

otherwise: {label: ham, confidence: 0.7}
tests:
  - {text: "please subscribe", expect: spam}
  - {title: "x", expect: {spam: none, a b: no}}  # none
# the end
"""

RULES = r"""# names
let asks = any of ("subscribe", # no comment here "it's")

# the rules
# asks for readers
rule asks-to-subscribe 'Asks for "subscribers"' => spam  # first
  cites s2.1
  when  asks
  confidence 0.95  # measured
  hit  "please subscribe"  # two
  hit  "sub" because s2.1
  # an old one
  miss "I subscribed\tto a \\ paper"
  x-note {by: me}
end

group links => from it.label
  only doc.source == "web"  # only there

  # the one
  rule link
    when  /https?:/
    confidence 0.9 if it in title else 0.5
    todo_hit []
  end
end

test "please subscribe" expect spam
test {title: "x"} expect spam: none, "a b": no  # none
# the end
"""


def written(text: str, name: str = "ruleset.yaml"):
    return read_written(Source(name, text))


SOUND = RULESET.replace("   # no comment here\n    ", " ")
RULES_OF_SOUND = RULES.replace(" # no comment here", "")


def test_a_ruleset_in_the_text_form_with_its_comments() -> None:
    assert to_rules(written(SOUND)) == Converted(RULES_OF_SOUND)


def test_rules_in_yaml_with_their_comments() -> None:
    assert to_yaml(written(RULES_OF_SOUND, "some.rules")) == Converted("""\
# names
let:
  asks: 'any of ("subscribe", "it''s")'

rules:
  # the rules
  # asks for readers
  - id: asks-to-subscribe  # first
    title: 'Asks for "subscribers"'
    label: spam
    cites: [s2.1]
    when: 'asks'
    confidence: 0.95  # measured
    hit:
      - "please subscribe"  # two
      - {text: "sub", because: s2.1}
    # an old one
    miss: ["I subscribed\\tto a \\\\ paper"]
    x-note: {by: me}

  - group: links
    only: 'doc.source == "web"'  # only there
    label_from: 'it.label'
    rules:
      # the one
      - id: link
        when: '/https?:/'
        confidence: '0.9 if it in title else 0.5'
        todo_hit: []

tests:
  - {text: "please subscribe", expect: spam}
  - {title: "x", expect: {spam: none, a b: "no"}}  # none
  # the end
""")


def test_the_rest_of_a_ruleset_includes_its_rules_and_stays_as_it_is() -> None:
    found = written(SOUND)

    assert (
        without_rules(found, "spam.rules", to_rules(found).text)
        == """\
# Spam.
ruleset: comments
version: "1.0.0"

# one of two
labels: [spam, ham]
include: [more.yaml, spam.rules]  # shared

otherwise: {label: ham, confidence: 0.7}
"""
    )


@pytest.mark.parametrize(
    ("include", "becomes"),
    [
        ("", "include: [s.rules]\n"),
        ("include:\n  - a.yaml  # one\n", "include:\n  - a.yaml  # one\n  - s.rules\n"),
        ("include: []\n", "include: [s.rules]\n"),
    ],
)
def test_a_file_is_added_to_what_is_included(include: str, becomes: str) -> None:
    head, tail = 'ruleset: t\nversion: "1"\n', "labels: [a, b]\n"
    found = written(f"{head}{include}{tail}rules:\n  - {{id: r, label: a, when: '/x/', confidence: 1}}\n")

    assert without_rules(found, "s.rules", to_rules(found).text) == head + becomes + tail


def test_what_the_text_form_cannot_hold_is_said() -> None:
    text = 'let: {x-own: 1, a: \'"x"\'}  # why\nrules:\n  - {id: r, when: a, label_from: "it.a if \\"a\\nb\\" else it.b"}\n'

    assert to_rules(written(text, "part.yaml")).lost == (
        '"x-own" under "let"',
        'a line break in a string of "label_from"',
    )


def test_a_file_without_rules_is_not_converted() -> None:
    with pytest.raises(UsageError, match="has no let, rules or tests"):
        to_rules(written('ruleset: t\nversion: "1"\nlabels: [a, b]\n'))
