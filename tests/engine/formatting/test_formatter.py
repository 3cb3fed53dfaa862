"""The one form of YAML rulesets and of the text form."""

from __future__ import annotations

import importlib.resources
from textwrap import dedent

import pytest

from rubricate.errors import RulesetError
from rubricate.formatting.formatter import format_text
from rubricate.loading import load_ruleset
from rubricate.planning.compiling import make_plan
from rubricate.plugins.discovering import build_registry


def yaml(text: str) -> str:
    return format_text(dedent(text), "ruleset.yaml")


def rules(text: str) -> str:
    return format_text(dedent(text), "some.rules")


MESSY = """\
# A ruleset about spam.
# It has a head of two lines.

rules:   # first to last
    # sends readers away
  - when:   any of ( "subscribe","my channel" )
    id: asks   # asks for readers
    confidence:   .9
    x-by: me
    label: spam
    miss:
    - "a text"   # short
    # longer
    - {because: s1, text: "another"}
    hit: [ 'please "subscribe"',
           it's ]
  - {id: links, confidence: '0.9 if "x" else 0.5', label: spam, when: '/https?:/'}
    # no more rules

labels:
  {spam: {kind: document}}
version: '1.0.0'
x-own: {b: 1,   a: 2}
ruleset: messy


# what it needs
requires: {plugins: [a]}
let:
    one: two     # uses two


    # the other
    two: '"two"'
    """

NEAT = """\
# A ruleset about spam.
# It has a head of two lines.

ruleset: messy
version: '1.0.0'

# what it needs
requires: {plugins: [a]}

labels: {spam: {kind: document}}

let:
  one: 'two'  # uses two

  # the other
  two: '"two"'

rules:  # first to last
  # sends readers away
  - id: asks  # asks for readers
    label: spam
    when: 'any of ("subscribe", "my channel")'
    confidence: .9
    hit: ['please "subscribe"', it's]
    miss:
      - "a text"  # short
      # longer
      - {because: s1, text: "another"}
    x-by: me

  - {id: links, label: spam, when: '/https?:/', confidence: '0.9 if "x" else 0.5'}
  # no more rules

x-own: {b: 1, a: 2}
"""


def test_a_messy_ruleset_becomes_neat_with_all_its_comments() -> None:
    assert yaml(MESSY) == NEAT
    assert yaml(NEAT) == NEAT


def test_a_confidence_that_is_learned_is_a_word() -> None:
    rule = "- {id: a, label: b, when: '\"x\"', confidence: learned}"

    assert yaml(f"rules:\n  {rule}\n") == f"rules:\n  {rule}\n"


RULES_MESSY = """\
#  what asks
let asks=any of ("subscribe",'my channel')


let big = ((a or b) and (c near d within 1 words))
rule r   'A "title"'=>spam # eol
   confidence .9
   miss 'b' because  's1'
   when asks   and
        not   "x" # inner


   # about hits
   hit "a"
   hit {text: "b",price: 3,}
   cites s1,s2
   # last
end
group g
 only doc.x == 1
 # the first
  rule s => from  it.label
     when a
     value it.x # column
   end
end # of g
test "b" expect {spam: none}
test "a"   expect spam
# done
"""

RULES_NEAT = """\
#  what asks
let asks = any of ("subscribe", "my channel")

let big = (a or b) and (c near d within 1 word)

rule r 'A "title"' => spam  # eol
  cites s1, s2
  when  asks and
      not "x"  # inner
  confidence 0.9
  # about hits
  hit  "a"
  hit  {text: "b", price: 3}
  miss "b" because s1
  # last
end

group g  # of g
  only doc.x == 1

  # the first
  rule s => from it.label
    when  a
    value it.x  # column
  end
end

test "b" expect spam: none
test "a" expect spam
# done
"""


def test_messy_rules_become_neat_with_all_their_comments() -> None:
    messy = RULES_MESSY.replace(".9", "0.9")
    assert rules(messy) == RULES_NEAT
    assert rules(RULES_NEAT) == RULES_NEAT


@pytest.mark.parametrize(
    ("written", "formatted"),
    [
        ("thing", "'thing'"),
        ("'thing   near  \"it''s\"'", "'thing near \"it''s\"'"),
        ("((a))", "'a'"),
        ("a or (b and c)", "'a or (b and c)'"),
        ("not (a inside b)", "'not (a inside b)'"),
        ("count((a))  >=  2", "'count(a) >= 2'"),
        ("count(a or b) > 1", "'count(a or b) > 1'"),
        ("a near 'b' within 1 words", "'a near \"b\" within 1 word'"),
        ("'a where (it.x > 0)'", "'a where (it.x > 0)'"),
        (">-\n      a and\n      b", "'a and\n      b'"),
        ("|\n      a and\n      b\n", "'a and\n      b'"),
    ],
)
def test_a_condition_stands_in_single_quotes_in_its_canonical_form(written: str, formatted: str) -> None:
    head = "let: {thing: '/x/', a: '/x/', b: '/x/', c: '/x/'}\nrules:\n  - id: r\n    when: "

    assert format_text(head + written + "\n", "part.yaml").partition("when: ")[2] == formatted + "\n"


def test_a_long_condition_is_broken_before_words_that_join() -> None:
    words = [f"matcher_of_the_name_{number}" for number in range(9)]
    text = f"rules:\n  - id: r\n    when: {' or '.join(words)}\n"

    formatted = format_text(text, "part.yaml")

    assert formatted.splitlines() == [
        "rules:",
        "  - id: r",
        "    when: 'matcher_of_the_name_0 or matcher_of_the_name_1 or matcher_of_the_name_2 or matcher_of_the_name_3",
        "      or matcher_of_the_name_4 or matcher_of_the_name_5 or matcher_of_the_name_6 or matcher_of_the_name_7",
        "      or matcher_of_the_name_8'",
    ]
    assert format_text(formatted, "part.yaml") == formatted


def test_a_string_that_yaml_can_only_escape_stays_as_it_is() -> None:
    text = 'rules:\n  - id: r\n    when: "any of (\\"a\\nb\\")"\n'

    assert format_text(text, "part.yaml") == text


def test_quotes_that_went_to_yaml_are_an_error_and_nothing_is_formatted() -> None:
    text = 'ruleset: t\nversion: "1"\nlabels: [a, b]\nrules:\n  - {id: r, label: a, when: "subscribe", confidence: 1}\n'

    with pytest.raises(RulesetError) as raised:
        yaml(text)

    assert [problem.code for problem in raised.value.problems] == ["R016"]


def test_in_a_part_a_word_in_double_quotes_stays_as_it_is() -> None:
    text = 'rules:\n  - {id: r, label: a, when: "subscribe", confidence: 1}\n'

    assert format_text(text, "part.yaml") == text


@pytest.mark.parametrize(
    "text",
    ["rules: [\n", "labels: {a: 1\n", "rules:\n  - {id: r, when: 'a or or b'}\n", "rule: x\n", "- a\n", "a: *b\n",
     "rules:\n  - {id: r, label: x, when: any of (a, b), confidence: 1}\n"],
)  # fmt: skip
def test_a_file_with_mistakes_is_refused(text: str) -> None:
    with pytest.raises(RulesetError):
        yaml(text)


def test_texts_keep_the_form_that_their_author_gave_them() -> None:
    text = """\
labels:
  a:
    description: >-
      two
      lines

      and a third
  b:
    description: |
        indented
      back
  c: {description: "a\\tb"}
  d:
    description: plain over
      two lines
  e:
"""

    assert format_text(text.replace("        indented", "      indented"), "part.yaml") == text.replace(
        "        indented", "      indented"
    )


def test_a_list_that_is_too_long_for_a_line_is_wrapped() -> None:
    names = ", ".join(f"section-{number}" for number in range(20))

    formatted = format_text(f"rules:\n  - id: r\n    when: a\n    cites: [{names}]\n", "part.yaml").splitlines()

    assert formatted[2].startswith("    cites: [section-0, section-1, ")
    assert formatted[3].startswith("      section-")
    assert max(map(len, formatted)) <= 120


def test_a_long_mapping_in_braces_is_written_in_lines() -> None:
    pattern = "x" * 100
    text = f"matchers:\n  a: {{use: regex, pattern: '/{pattern}/', check: luhn}}\n"

    assert format_text(text, "part.yaml") == (
        f"matchers:\n  a:\n    use: regex\n    pattern: '/{pattern}/'\n    check: luhn\n"
    )


def test_a_pattern_without_quotes_gets_them() -> None:
    text = "matchers:\n  a: {use: regex, pattern: /it's \\d+/}\n"

    assert format_text(text, "part.yaml") == "matchers:\n  a: {use: regex, pattern: '/it''s \\d+/'}\n"


SHIPPED = ["product_listings", "starter", "youtube_spam"]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_ruleset_means_the_same_when_it_is_formatted(name: str) -> None:
    registry = build_registry()
    with importlib.resources.as_file(importlib.resources.files("rubricate_rulesets") / name) as folder:
        path = folder / "ruleset.yaml"
        formatted = format_text(path.read_text(encoding="utf-8"), str(path))
        before = load_ruleset(path, registry)
        after = load_ruleset(path, registry, instead={str(path): formatted})

    assert before.ruleset is not None
    assert after.ruleset is not None
    assert [each for each in after.problems if each.is_error] == []
    assert make_plan(after.ruleset, registry).digest == make_plan(before.ruleset, registry).digest
    assert format_text(formatted, str(path)) == formatted
