"""Which strings and regexes of a condition are looked for in texts."""

from __future__ import annotations

import pytest

from rubricate.language.parsing import parse
from rubricate.language.types import inline_name
from rubricate.loading import load_text
from rubricate.loading.expressions import inline_matchers, regexes
from rubricate.plugins.discovering import build_registry


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ('"a" near /b/i within 3 words', ['"a"', "/b/i"]),
        ('not any of ("a", b) and at least 1 of ("c", d)', ['"a"', '"c"']),
        ('doc.url contains "/p/" or doc.lang in ["en"]', []),
        ("doc.sku matches /x/ and /y/", ["/y/"]),
        ('count("a" or "b") >= 2', ['"a"', '"b"']),
        ('label("a") or uncertain("b")', []),
        ('score(m, "apple") > 0.5 and score("x") > 0', ['"x"']),
        ('fold(it.text) == fold("x")', []),
        ('a where (it.kind == "k" and it near "b")', ['"b"']),
        ('sum(a.weight) > 2 if "x" else "y"', ['"x"', '"y"']),
        ('doc.published >= date("2026-01-01")', []),
    ],
)
def test_strings_in_the_place_of_matches_are_looked_for(condition: str, names: list[str]) -> None:
    assert [inline_name(node) for node in inline_matchers(parse(condition))] == names


@pytest.mark.parametrize(
    ("value", "names"),
    [('unit(it.n, "in")', []), ('"in"', []), ('0.9 if it near "x" else 0.1', ['"x"']), ('"x" and a', ['"x"'])],
)
def test_strings_in_the_place_of_values_are_texts(value: str, names: list[str]) -> None:
    assert [inline_name(node) for node in inline_matchers(parse(value), matches=False)] == names


def test_regexes_that_are_compared_with_are_found_apart() -> None:
    assert [node.pattern for node in regexes(parse("doc.a matches /x/ and /y/"))] == ["x"]


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ('"subscribe"', ["R016"]),
        ("'check out'", ["R016"]),
        ('"asks"', []),
        ('"aks"', []),
        ('"words"', []),
        ("'subscribe'", []),
        ('"asks and words"', []),
    ],
    ids=["word", "phrase", "name", "nearly a name", "set", "single quotes", "operator"],
)
def test_only_words_that_are_no_names_have_lost_their_quotes(written: str, codes: list[str]) -> None:
    text = f"""\
ruleset: r
version: "1"
labels: [a, b]
let: {{asks: '"x"'}}
rules: [{{id: r, label: a, when: {written}, confidence: 0.9, hit: [x], miss: [y]}}]
"""

    loaded = load_text(text, "ruleset.yaml", build_registry())

    assert [problem.code for problem in loaded.problems] == codes


APART = {
    '"fabric" in Review Text': (
        'conditions cannot say "Review Text", a name with a space or sign in it',
        'give it a name, fields: {review_text: {from: "Review Text"}}, and write review_text here and in the record',
    ),
    'doc.Review Text contains "x"': (
        'conditions cannot say "Review Text", a name with a space or sign in it',
        'give it a name, fields: {review_text: {from: "Review Text"}}, and write review_text here and in the record',
    ),
    'runs large or "too big"': (
        'nothing joins "runs" and "large"',
        'to look for these words write them in quotes: "runs large"',
    ),
    '"big" and (fits too small)': (
        'nothing joins "fits" and "too"',
        'to look for these words write them in quotes: "fits too small"',
    ),
    "hot large": ('nothing joins "hot" and "large"', 'write "and" or "or" between them'),
}


@pytest.mark.parametrize(("condition", "told"), APART.items())
def test_words_that_belong_together_are_told_as_a_field_or_a_text(condition: str, told: tuple[str, str]) -> None:
    text = f"""\
ruleset: t
version: "1.0.0"
record: {{text: [Title, Review Text]}}
labels: [a, b]
matchers: {{hot: {{use: regex, pattern: /hot/}}}}
rules:
  - {{id: one, label: a, confidence: 0.9, when: '{condition}', hit: [x], miss: [y]}}
"""

    problems = load_text(text, "t.yaml", build_registry()).problems

    assert [(each.message, each.help) for each in problems if each.code == "R020"] == [told]


def test_a_short_form_of_a_label_is_written_out_and_its_labels_are_known() -> None:
    text = """\
ruleset: t
version: "1.0.0"
labels: {fit: [small, large], returned: document}
contexts: {denied: {cue: '"not"', window: 3   words}}
rules:
  - {id: one, label: small, confidence: 0.9, when: '"x"', hit: [x], miss: [y], unless: '"z"'}
"""

    problems = load_text(text, "t.yaml", build_registry()).problems

    assert [(each.code, each.help) for each in problems if each.is_error] == [
        ("R012", "write fit: {one_of: [small, large]}"),
        ("R012", "write returned: {kind: document}"),
        ("R014", 'write "and not (...)" at the end of when'),
    ]
