"""What is said about a line of a `.rules` file that cannot be read: a table of mistakes, each with examples.

The examples are the test of the table: each of them gets the message of its row. In messages and help, `{keyword}` is
the word that the line begins with, `{found}` what reading stopped at, and `{last}` what stands before that, in double
quotes; with a line below (`{found_}`) they are bare.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rubricate.loading.wording import quoted

__all__ = ["MISTAKES", "Mistake", "RulesTextError"]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One kind of mistake."""

    message: str
    help: str | None
    examples: tuple[str, ...]
    """Whole files in which it is made."""


class RulesTextError(Exception):
    """A mistake at a place of the file; the reader reports it and goes on with the next line."""

    def __init__(self, name: str, start: int, end: int, **words: str) -> None:
        shown = {key: _shown(word) for key, word in words.items()} | {f"{key}_": word for key, word in words.items()}
        row = MISTAKES[name]
        self.message = row.message.format(**shown)
        self.help = None if row.help is None else row.help.format(**shown)
        self.start = start
        self.end = end
        super().__init__(self.message)


def _shown(word: str) -> str:
    """A word in double quotes; a text that stands in quotes as it is."""
    return word if len(word) > 1 and word[0] == word[-1] and word[0] in "\"'" else quoted(word).replace("\\\\", "\\")


_STATEMENTS = 'begin a line with "let", "rule", "group" or "test"'
_RULE = "rule r => x\n  when a\n"

MISTAKES: Final[dict[str, Mistake]] = {
    # lines
    "capital": Mistake(
        "{found} is written in small letters", 'write "{small_}"', ("Rule r => x\nend\n", "Let a = b\n", "Test x\n")
    ),
    "no_statement": Mistake(
        "{found} begins no statement", _STATEMENTS, ("rul r => x\n", "=> x\n", "(a)\n", "a or b\n")
    ),
    "outside": Mistake(
        "{found} stands outside a rule",
        'put it between "rule" and "end"',
        ("when a\n", _RULE + 'end\nhit "a"\n', "cites s1\n"),
    ),
    "yaml_key": Mistake(
        "{found} belongs in a YAML file",
        "a .rules file holds let, rule, group and test",
        ("labels: [a, b]\n", "matchers:\n", "include more.rules\n", "rules:\n", "accept 0.9\n"),
    ),
    "yaml_entry": Mistake(
        "this line is YAML, not the text form",
        'write "rule ID => LABEL" and close it with "end"',
        ("- id: r\n", _RULE + '  hit\n    - "a"\nend\n', "-\n"),
    ),
    "stray_end": Mistake('nothing is open that this "end" closes', "take it away", ("end\n", _RULE + "end\nend\n")),
    "no_end": Mistake(
        "{kind_} {id} has no end",
        'write "end" below its last line',
        (_RULE, _RULE + "let a = b\n", _RULE + "rule s => x\n  when b\nend\n", "group g => x\n" + _RULE + "end\n"),
    ),
    "behind_end": Mistake(
        '"end" stands alone in its line', "put {found} on a line of its own", (_RULE + "end r\n", _RULE + 'end "r"\n')
    ),
    "tab": Mistake("a tab stands where spaces are wanted", "write spaces", ("rule r => x\n\twhen a\nend\n",)),
    "control": Mistake(
        "the control character {code_} is not allowed", "remove it", ('test "a\x07"\n', "let a = \x00\n")
    ),
    "not_indented": Mistake(
        "the line before goes on here, but this line is not indented further",
        "indent it more than {keyword}",
        (
            "rule r => x\n  when a or\n  b\nend\n",
            "rule r => x\n  when a\n  and b\nend\n",
            "let a = b\nor c\n",
            "rule r => x\n  when any of (a,\n  b)\nend\n",
        ),
    ),
    # headers
    "no_id": Mistake(
        "a {keyword_} needs an id",
        "write {keyword_} ID => LABEL",
        ("rule\nend\n", "rule => x\nend\n", "group\nend\n", 'rule "a title" => x\nend\n'),
    ),
    "title_quotes": Mistake(
        "the title stands in quotes",
        'write {keyword_} {id_} "..."',
        ("rule r Words close by => x\nend\n", "group g Shop copy\nend\n"),
    ),
    "no_arrow": Mistake(
        "{found} does not lead to a label",
        'write "=>"',
        (
            "rule r -> x\nend\n",
            "rule r = x\nend\n",
            "rule r: x\nend\n",
            'rule r "t" --> x\nend\n',
            "rule r => x, y\nend\n",
        ),
    ),
    "arrow_missing": Mistake(
        'a "=>" is missing before {found}',
        "write {keyword_} {id_} => {found_}",
        ("rule r spam\nend\n", 'rule r "title" spam  # why\nend\n', "group g injury.burn\nend\n"),
    ),
    "no_label": Mistake(
        'no label stands behind "=>"',
        'write a label, or "from" and where it comes from, as in "from it.label"',
        ("rule r =>\nend\n", 'rule r "title" =>  # why\nend\n'),
    ),
    "no_from": Mistake(
        'nothing stands behind "from"',
        'write where the label comes from, as in "from it.label"',
        ("rule r => from\nend\n",),
    ),
    "own_line": Mistake(
        "{found} begins a line of its own",
        "put it and what follows it below",
        ("rule r => x when a\nend\n", "rule r => x confidence 0.9\n  when a\nend\n"),
    ),
    "label_quotes": Mistake(
        "a label of several words stands in quotes",
        'write => "..."',
        ("rule r => very angry\nend\n", 'rule r => "a" b\nend\n'),
    ),
    "title_late": Mistake(
        "the title stands before the label",
        'write {keyword_} {id_} "..." => LABEL',
        ('rule r => x "a title"\nend\n', 'rule r => "x" "a title"\nend\n'),
    ),
    "in_header": Mistake(
        "{keyword} stands in the first line of a {kind_}",
        'write {kind_} ID "title" => LABEL',
        (
            _RULE + '  title "x"\nend\n',
            "rule r\n  label x\nend\n",
            "group g\n  label_from it.x\nend\n",
            "rule r => x\n  id s\nend\n",
        ),
    ),
    # let
    "let_name": Mistake('"let" needs a name', "write let NAME = CONDITION", ("let\n", "let = a\n", 'let "a" = b\n')),
    "let_sign": Mistake(
        'a "=" is missing behind {last}',
        "write let {last_} = CONDITION",
        ("let a\n", "let a: b\n", "let a == b\n", "let a b\n"),
    ),
    "let_empty": Mistake('nothing stands behind "="', "write a condition", ("let a =\n", "let a = # why\n")),
    # keys
    "sign": Mistake(
        "{found} does not stand behind {keyword}",
        "take it away",
        ("rule r => x\n  when: a\nend\n", 'rule r => x\n  hit = "a"\nend\n', "rule r => x\n  cites: [s1]\nend\n"),
    ),
    "empty": Mistake(
        "nothing stands behind {keyword}",
        "write {wanted_}, or take the line away",
        (
            "rule r => x\n  when\nend\n",
            "rule r => x\n  confidence # how sure\nend\n",
            "rule r => x\n  hit\nend\n",
            "rule r => x\n  cites\nend\n",
            "test\n",
        ),
    ),
    # examples and tests
    "text_quotes": Mistake(
        "the text of an example stands in quotes",
        'write {keyword_} "..."',
        ("rule r => x\n  hit buy now\nend\n", "test buy now expect x\n", "rule r => x\n  miss 3\nend\n"),
    ),
    "one_a_line": Mistake(
        "{found} cannot stand behind the example",
        "write each example on a line of its own",
        (
            'rule r => x\n  hit "a" "b"\nend\n',
            'rule r => x\n  hit "a", "b"\nend\n',
            'rule r => x\n  miss "a" s1\nend\n',
        ),
    ),
    "near_word": Mistake(
        "{found} cannot stand behind the example",
        "did you mean {near}?",
        ('rule r => x\n  miss "a" becuase s1\nend\n', 'test "a" expects x\n', 'test "a" => x\n'),
    ),
    "no_reason": Mistake(
        'no reason stands behind "because"',
        "write a section such as s2.1, or a text in quotes",
        ('rule r => x\n  miss "a" because\nend\n',),
    ),
    "reason_quotes": Mistake(
        "a reason of several words stands in quotes",
        'write because "..."',
        ('rule r => x\n  miss "a" because it is old\nend\n',),
    ),
    "no_expectation": Mistake(
        'nothing stands behind "expect"',
        "write a label, or LABEL: accepted",
        ('test "a" expect\n', 'test "a" expect # x\n'),
    ),
    "no_outcome": Mistake(
        'a ":" is missing between {last} and {found}',
        "write {last_}: {found_}",
        ('test "a" expect x accepted\n', 'test "a" expect x: no, y none\n'),
    ),
    # values
    "open_quote": Mistake(
        "the quote that begins here is not closed in its line",
        "add {found_} at the end of the text",
        ('test "a\n', "test 'a\n", 'rule r "title => x\nend\n', "rule r => x\n  cites 's1\nend\n", 'test {a: "b}\n'),
    ),
    "escape": Mistake(
        "{found} is no escape",
        r'write "\\" for a backslash, "\n" for a line break',
        (r'test "\d+"' + "\n", r'test "\u12"' + "\n", r'test "\ud800"' + "\n", r'test "\U00110000"' + "\n"),
    ),
    "open_bracket": Mistake(
        "{found} is not closed",
        "add {closing}",
        ("test {a: b\n", "rule r => x\n  cites [s1\nend\n", "test {a: [1, 2}\n", "test {\n"),
    ),
    "no_comma": Mistake(
        "a comma is missing before {found}",
        "write a comma between the two",
        ("rule r => x\n  cites s1 s2\nend\n", 'test {title: "a" body: "b"}\n', "test {a: [1 2]}\n"),
    ),
    "no_colon": Mistake(
        'a ":" is missing behind {last}', "write {last_}: VALUE", ("test {a}\n", 'test {a, b: "c"}\n', 'test {a "b"}\n')
    ),
    "no_value": Mistake(
        "a value is missing before {found}",
        "write a text in quotes, a number, true, false, null or a list",
        ("test {a: }\n", "test {a: , b: 1}\n", "rule r => x\n  cites ,s1\nend\n", "test {a: [,]}\n"),
    ),
    "value_end": Mistake(
        "a value is missing at the end of the line",
        "write one, or take the last sign away",
        ('test "a" expect x:\n', "rule r => x\n  cites s1,\nend\n"),
    ),
    "value_quotes": Mistake(
        "{found} cannot stand behind the value",
        "put texts of several words into quotes",
        (
            "rule r => x\n  status not yet\nend\n",
            "rule r => x\n  priority 1 2\nend\n",
            'rule r => x\n  when a\n  x-note a "b"\nend\n',
        ),
    ),
}
"""By the name that the reader calls them; the order means nothing."""
