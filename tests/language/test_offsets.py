"""Spans index the original text, whatever was stripped and folded before rules saw it."""

import pytest

from support.rulesets import load_text, truth_of

SPAN = """\
labels: {{x: {{kind: span}}}}
{more}
rules: [{{id: r, label: x, when: '{when}', confidence: 0.9}}]
"""
HTML = "prepare: [{use: html_text}]"


def slices(tmp_path, when, text, more=""):
    """Start and text of each accepted span."""
    record = load_text(tmp_path, SPAN.format(when=when, more=more)).annotate_one(text)
    return [(span.start, text[span.start : span.end]) for span in record.annotations]


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("strasse", "in der Straße 5", (7, "Straße")),
        ("straße", "STRASSE", (0, "STRASSE")),
        ("office", "the oﬃce door", (4, "oﬃce")),
        ("first", "ﬁrst", (0, "ﬁrst")),
        ("first", "ﬁrﬆ", (0, "ﬁrﬆ")),
        ("i̇stanbul", "to İSTANBUL", (3, "İSTANBUL")),
        ("sale", "İİİ ßß ﬃ sale", (9, "sale")),
        ("sale", "😀😀 sale", (3, "sale")),
        ("café", "the cafe\u0301!", (4, "cafe\u0301")),
        ("cafe\u0301", "the café!", (4, "café")),
        ("buy now", "please buy \t\n now!", (7, "buy \t\n now")),
        ("it's", "IT’S", (0, "IT’S")),
        ("3 km²", "3 ㎞²", (0, "3 ㎞²")),
    ],
)
def test_a_folded_match_is_a_slice_of_the_original(tmp_path, term, text, expected):
    when = f'"{term}"'.replace("'", "''")

    assert slices(tmp_path, when, text) == [expected]


def test_a_match_within_a_character_that_folds_to_several_is_the_whole_character(tmp_path):
    more = "matchers: {m: {use: regex, pattern: '/f(?=i)/', fold: true}}"

    assert slices(tmp_path, "m", "the ﬁn", more) == [(4, "ﬁ")]


@pytest.mark.parametrize(
    ("when", "text", "expected"),
    [
        ('"sale"', "<p>A <b>sale</b></p>", (8, "sale")),
        ('"café"', "<i>caf&eacute;</i>", (3, "caf&eacute;")),
        ('"cafe au lait"', "cafe&nbsp;au&#32;lait", (0, "cafe&nbsp;au&#32;lait")),
        ('"fish & chips"', "<b>Fish &amp; chips</b>", (3, "Fish &amp; chips")),
        ('"office"', "<p>o&#xFB03;ce</p>", (3, "o&#xFB03;ce")),
        ('"strasse"', "<p>&#304; Stra&szlig;e</p>", (10, "Stra&szlig;e")),
        ('"buy now"', "<p>buy <b>now</b></p>", (3, "buy <b>now")),
        ("/(?<=a )b/", "<u>a</u> b", (9, "b")),
    ],
)
def test_a_match_in_html_is_a_slice_of_the_original(tmp_path, when, text, expected):
    assert slices(tmp_path, when, text, HTML) == [expected]


@pytest.mark.parametrize("when", ['"href"', '"shop"', "/</", '"nbsp"', "/&/"])
def test_rules_do_not_see_markup(tmp_path, when):
    assert truth_of(tmp_path, when, '<a href="/shop">go</a>&nbsp;there', HTML) == "no"


def test_numbers_of_words_are_those_of_the_clean_text(tmp_path):
    text = '<a href="/shop">one&nbsp;two</a> three'

    assert truth_of(tmp_path, 'count(words) == 3 and "three" in last 1 words of text', text, HTML) == "yes"


def test_distances_are_measured_in_the_clean_text(tmp_path):
    text = 'one <a href="/a/b/c">two</a>'

    assert truth_of(tmp_path, '"one" near "two" within 1 chars', text, HTML) == "yes"
    assert truth_of(tmp_path, '"one" near "two" within 1 chars', text) == "no"


def test_distances_in_characters_are_not_those_of_the_folded_text(tmp_path):
    # the clean text is what is measured: two characters stand between, which fold to six
    assert truth_of(tmp_path, '"one" near "two" within 4 chars', "one ﬃﬃ two") == "yes"


def test_evidence_is_in_offsets_of_the_original(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {x: {kind: document}}
        prepare: [{use: html_text}]
        rules: [{id: r, label: x, when: '"sale" or /caf./', confidence: 0.9}]
        """,
    )
    text = "<b>caf&eacute;</b> İ SALE"

    [vote] = rules.annotate_one(text).votes

    assert sorted(text[e.start : e.end] for e in vote.evidence) == ["SALE", "caf&eacute;"]


def test_each_field_has_offsets_of_its_own(tmp_path):
    rules = load_text(tmp_path, SPAN.format(when='"sale"', more=HTML))
    record = {"title": "<b>SALE</b>", "text": "ßß <i>Sale</i>"}

    found = rules.annotate_one(record)

    assert sorted((span.field, record[span.field][span.start : span.end]) for span in found.annotations) == [
        ("text", "Sale"),
        ("title", "SALE"),
    ]
