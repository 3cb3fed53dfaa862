"""Tables as they come, and the matches that their rows make."""

import gzip

import pytest

from support.rulesets import load_text, matches_of, problems_of, spans_of, truth_of, votes_of

USES = "matchers: {thing: {use: dictionary, of: things}}\n"


@pytest.mark.parametrize(
    ("declared", "name", "content"),
    [
        ("{file: t.tsv}", "t.tsv", "term\tkind\npan\tmetal\ncup\tclay\n"),
        ("{file: t.csv}", "t.csv", 'term,kind\n"pan",metal\ncup,"clay, fine"\n'),
        ("{file: t.txt}", "t.txt", "pan\ncup\n"),
        ("{file: t.csv, term: name}", "t.csv", "kind,name\nmetal,pan\nclay,cup\n"),
        ("{file: t.csv, term: [name, alias]}", "t.csv", "name,alias\nfrying thing,pan\ncup,mug\n"),
        ('{file: t.csv, term: [name, alias], split: "|"}', "t.csv", "name,alias\nvessel,cup|pan\n"),
        ("{file: t.tsv, columns: [term, kind]}", "t.tsv", "pan\tmetal\ncup\tclay\n"),
        ("{file: t.csv.gz}", "t.csv.gz", gzip.compress(b"term,kind\npan,metal\ncup,clay\n")),
    ],
    ids=["tsv", "csv", "list", "term column", "term columns", "split", "no header", "gz"],
)
def test_a_table_is_read_as_it_comes(tmp_path, declared, name, content):
    found = matches_of(
        tmp_path, "thing", "a pan and a cup", f"dictionaries: {{things: {declared}}}\n{USES}", **{name: content}
    )

    assert found == [("text", 2, "pan"), ("text", 12, "cup")]


def test_only_leaves_rows_out(tmp_path):
    declared = "dictionaries: {things: {file: t.csv, only: 'it.kind == \"clay\"'}}\n" + USES
    files = {"t.csv": "term,kind\npan,metal\ncup,clay\n"}

    assert matches_of(tmp_path, "thing", "a pan and a cup", declared, **files) == [("text", 12, "cup")]


def test_skip_leaves_short_terms_and_listed_words_out(tmp_path):
    declared = """\
    dictionaries:
      things: {file: t.txt, skip: {shorter_than: 3, words: common}}
      common: {file: common.txt}
    matchers: {thing: {use: dictionary, of: things}}
    """
    files = {"t.txt": "pan\nit\ncup\nThe\n", "common.txt": "the\n"}

    assert matches_of(tmp_path, "thing", "the pan, it is the cup", declared, **files) == [
        ("text", 4, "pan"),
        ("text", 19, "cup"),
    ]


def test_a_row_carries_its_columns(tmp_path):
    declared = "dictionaries: {things: {file: t.csv, types: {weight: number}}}\n" + USES
    files = {"t.csv": "term,weight\npan,2.5\ncup,0.5\n"}

    assert matches_of(tmp_path, "thing where (it.weight > 1)", "a pan and a cup", declared, **files) == [
        ("text", 2, "pan")
    ]


def test_an_empty_cell_is_unknown(tmp_path):
    declared = "dictionaries: {things: {file: t.csv, types: {weight: number}}}\n" + USES
    files = {"t.csv": "term,weight\npan,\n"}

    assert truth_of(tmp_path, "thing where (it.weight > 1)", "a pan", declared, **files) == "unknown"
    assert truth_of(tmp_path, "thing where (it.weight exists)", "a pan", declared, **files) == "no"


def test_the_named_groups_of_a_regex_are_columns(tmp_path):
    declared = "matchers: {degree: {use: regex, pattern: '/(?<n>\\d+) ?°(?<unit>[CF])/'}}"

    found = matches_of(tmp_path, 'degree where (it.unit == "C")', "90 °C or 194 °F", declared)

    assert found == [("text", 0, "90 °C")]


def test_a_match_has_its_text_and_field(tmp_path):
    record = {"title": "sale", "text": "Sale deal"}

    assert matches_of(tmp_path, '("sale" or "deal") where (it.text == "Sale")', record) == [("text", 0, "Sale")]
    assert matches_of(tmp_path, '("sale" or "deal") where (it.field == "title")', record) == [("title", 0, "sale")]


def test_each_row_of_equal_terms_is_a_match(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {snake: {kind: document}, language: {kind: document}}
        dictionaries: {words: {file: words.csv, types: {sure: number}}}
        matchers: {word: {use: dictionary, of: words}}
        rules:
          - {id: r, label_from: it.label, when: word, confidence: it.sure}
        """,
        **{"words.csv": "term,label,sure\npython,snake,0.5\nPython,language,0.9\n"},
    )

    record = rules.annotate_one("my python")

    assert votes_of(record) == [("r", "snake", 0.5), ("r", "language", 0.9)]


def test_evidence_names_the_line_of_the_row(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {thing: {kind: span}}
        dictionaries: {things: {file: t.csv}}
        matchers: {thing: {use: dictionary, of: things}}
        rules: [{id: r, label: thing, when: thing, confidence: 0.9}]
        """,
        **{"t.csv": "term,kind\npan,metal\ncup,clay\n"},
    )

    record = rules.annotate_one("a cup")

    [span] = record.annotations
    assert [(e.matcher, e.start, e.end, e.row) for e in span.votes[0].evidence] == [("thing", 2, 5, 3)]


def test_patterns_are_the_rows_of_a_table_of_regexes(tmp_path):
    declared = """\
    dictionaries: {agents: {file: agents.tsv, term: pattern}}
    matchers: {agent: {use: regex, of: agents}}
    """
    files = {"agents.tsv": "pattern\tname\nMobile \\w+\tmobile\nSafari\tsafari\n"}

    assert matches_of(tmp_path, "agent", "Mobile Safari", declared, **files) == [
        ("text", 0, "Mobile Safari"),
        ("text", 7, "Safari"),
    ]


def test_take_first_lets_the_first_row_that_matches_win_in_each_field(tmp_path):
    declared = """\
    dictionaries: {agents: {file: agents.tsv, term: pattern}}
    matchers: {agent: {use: regex, of: agents, take: first}}
    """
    files = {"agents.tsv": "pattern\tname\nMobile \\w+\tmobile\nSafari\tsafari\n"}
    record = {"title": "Safari", "text": "Safari or Mobile Opera"}

    assert matches_of(tmp_path, "agent", record, declared, **files) == [
        ("text", 10, "Mobile Opera"),
        ("title", 0, "Safari"),
    ]


def test_take_longest_keeps_the_longest_of_overlapping_matches(tmp_path):
    declared = "matchers: {city: {use: dictionary, terms: [york, new york, new york city, hall], take: longest}}"

    assert matches_of(tmp_path, "city", "new york city hall in york", declared) == [
        ("text", 0, "new york city"),
        ("text", 14, "hall"),
        ("text", 22, "york"),
    ]


def test_take_longest_goes_field_by_field(tmp_path):
    declared = "matchers: {city: {use: dictionary, terms: [york, new york], take: longest}}"

    assert matches_of(tmp_path, "city", {"title": "york", "text": "new york"}, declared) == [
        ("text", 0, "new york"),
        ("title", 0, "york"),
    ]


def test_take_longest_keeps_every_row_of_equal_terms(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {snake: {kind: document}, language: {kind: document}}
        dictionaries: {words: {file: words.csv}}
        matchers: {word: {use: dictionary, of: words, take: longest}}
        rules: [{id: r, label_from: it.label, when: word, confidence: 0.9}]
        """,
        **{"words.csv": "term,label\npython,snake\npython,language\n"},
    )

    assert votes_of(rules.annotate_one("my python")) == [("r", "snake", 0.9), ("r", "language", 0.9)]


def test_check_keeps_the_matches_that_pass(tmp_path):
    declared = r"matchers: {card: {use: regex, pattern: '/\b\d(?:[ -]?\d){12,18}\b/', check: luhn}}"

    found = matches_of(tmp_path, "card", "4111 1111 1111 1111 or 4111 1111 1111 1112", declared)

    assert found == [("text", 0, "4111 1111 1111 1111")]


def test_except_takes_out_the_terms_of_a_table(tmp_path):
    declared = """\
    dictionaries: {tests: {file: tests.txt}}
    matchers: {code: {use: regex, pattern: '/\\b[A-Z]{2}-\\d+\\b/', except: tests}}
    """
    files = {"tests.txt": "ab-1\n"}

    assert matches_of(tmp_path, "code", "AB-1 and AB-12", declared, **files) == [("text", 9, "AB-12")]


def test_except_comes_before_take(tmp_path):
    # what does not count cannot push out what does
    declared = """\
    dictionaries: {tests: {file: tests.txt}}
    matchers: {city: {use: dictionary, terms: [york, new york], take: longest, except: tests}}
    """

    found = matches_of(tmp_path, "city", "new york", declared, **{"tests.txt": "new york\n"})

    assert found == [("text", 4, "york")]


def test_a_label_column_with_an_undeclared_label_is_an_error(tmp_path):
    found = problems_of(
        tmp_path,
        """\
        labels: {snake: {kind: document}}
        dictionaries: {words: {file: words.csv}}
        matchers: {word: {use: dictionary, of: words}}
        rules: [{id: r, label_from: it.label, when: word, confidence: 0.9}]
        """,
        **{"words.csv": "term,label\npython,snake\nperl,language\n"},
    )

    assert found == [("R044", 3)]


def test_values_are_normalised_and_the_span_stays(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {size: {kind: span}, thing: {kind: span}, price: {kind: span}}
        dictionaries: {things: {file: t.csv}}
        matchers:
          thing: {use: dictionary, of: things}
          size: {use: regex, pattern: '/\\d+ ?(?<unit>CM|IN)/i'}
          price: {use: regex, pattern: '/(?<n>\\d+,\\d+) EUR/'}
        rules:
          - {id: things, label: thing, when: thing, value: it.name, confidence: 0.9}
          - {id: sizes, label: size, when: size, value: lower(it.unit), confidence: 0.9}
          - {id: prices, label: price, when: price, value: number(it.n), confidence: 0.9}
        """,
        **{"t.csv": "term,name\ncup,mug\n"},
    )

    record = rules.annotate_one("Cup, 12 CM, 3,50 EUR")

    assert sorted(spans_of(record)) == [("price", "3,50 EUR", 0.9), ("size", "12 CM", 0.9), ("thing", "Cup", 0.9)]
    values = {span.label: span.value for span in record.annotations}
    assert values == {"thing": "mug", "price": 3.5, "size": "cm"}


ALLOWED = """\
dictionaries: {allowed: {file: a.tsv, term: pattern}}
matchers: {key: {use: regex, pattern: '/[A-Za-z0-9-]{4,}/', except: allowed}}
"""


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("EXAMPLE$", ["my-EXAMPLE-key", "example", "abcd"]),
        ("(?i)example", ["abcd"]),
        ("^ab", ["my-EXAMPLE", "my-EXAMPLE-key", "example"]),
        ("(a)bc", ["my-EXAMPLE", "my-EXAMPLE-key", "example"]),
        ("key|ample", ["my-EXAMPLE", "abcd"]),
    ],
)
def test_a_match_that_holds_a_pattern_of_its_exceptions_does_not_count(tmp_path, row, found):
    text = "my-EXAMPLE my-EXAMPLE-key example abcd"
    matches = matches_of(tmp_path, "key", text, ALLOWED, **{"a.tsv": f"pattern\nnothing\n{row}\n(?i)NOTHING\n"})

    assert [match[2] for match in matches] == found


def test_a_bad_pattern_among_exceptions_is_an_error(tmp_path):
    rule = "rules: [{id: r, label: a, when: 'key', confidence: 1}]\nlabels: [a, b]\n"

    assert problems_of(tmp_path, ALLOWED + rule, **{"a.tsv": "pattern\n(\n"}) == [("R028", 4)]


def test_columns_are_filled_from_the_groups_of_the_pattern(tmp_path):
    yaml = """\
record: {text: [agent]}
dictionaries: {agents: {file: a.tsv, term: pattern}}
labels: {browser: {kind: span}}
matchers: {agent: {use: regex, of: agents, take: first, fill: [family, major]}}
rules:
  - {id: r, label: browser, when: 'agent', confidence: 1, value: 'object("family", it.family, "major", it.major)'}
"""
    annotator = load_text(
        tmp_path, yaml, **{"a.tsv": "pattern\tfamily\tmajor\n(Edg)\\w*/(\\d+)\t$1e\t$2\nSafari\tSafari\n"}
    )
    said = [
        [(annotator_found.text(each), each.value) for each in annotator_found.annotations]
        for annotator_found in annotator.annotate(["Safari EdgA/12", "Safari/3"])
    ]

    assert said == [[("EdgA/12", {"family": "Edge", "major": "12"})], [("Safari", {"family": "Safari"})]]
