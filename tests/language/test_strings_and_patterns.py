"""What a string and a regex in a condition look for, and in which text."""

import pytest

from rubricate.errors import RecordError
from support.rulesets import load_text, matches_of, truth_of, votes_of


def test_the_smallest_ruleset_labels(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: [spam, ham]
        rules:
          - id: asks-to-subscribe
            label: spam
            when: 'any of ("subscribe", "my channel", /check (it|this|me) out/)'
            confidence: 0.95
            hit: ["please SUBSCRIBE to my channel"]
            miss: ["I subscribed to the newsletter of 1998"]
        otherwise: {label: ham, confidence: 0.7}
        """,
    )

    found = [rules.annotate_one(text) for text in ("please SUBSCRIBE to my channel", "I subscribed to a newsletter")]

    assert [dict(record.decisions) for record in found] == [{"spam": "accepted", "ham": "no"}, {"ham": "uncertain"}]
    assert [record.route for record in found] == ["accepted", "review"]


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("modern art", "yes"),
        ("let us start", "no"),
        ("artful", "no"),
        ("art", "yes"),
        ("(art)", "yes"),
        ("art2", "no"),
        ("art_x", "no"),
        ("art-house", "yes"),
    ],
)
def test_a_string_is_whole_words(tmp_path, text, truth):
    assert truth_of(tmp_path, '"art"', text) == truth


@pytest.mark.parametrize(
    "text",
    ["CAFÉ NOIR", "cafe\u0301 noir", "ｃａｆé noir", "café \t\n noir", "café\u00a0noir"],
    ids=["case", "combining mark", "full width", "white space", "no-break space"],
)
def test_a_string_ignores_case_and_unicode_form(tmp_path, text):
    assert truth_of(tmp_path, '"café noir"', text) == "yes"


def test_a_string_does_not_ignore_accents(tmp_path):
    assert truth_of(tmp_path, '"cafe"', "café") == "no"


def test_fold_can_be_told_to_ignore_accents(tmp_path):
    assert truth_of(tmp_path, '"cafe"', "Café", "fold: [nfkc, casefold, accents]") == "yes"


@pytest.mark.parametrize(("pattern", "truth"), [("/sale/", "no"), ("/SALE/", "yes"), ("/sale/i", "yes")])
def test_a_regex_sees_the_text_as_written(tmp_path, pattern, truth):
    assert truth_of(tmp_path, pattern, "big SALE") == truth


def test_a_regex_is_no_whole_word(tmp_path):
    assert matches_of(tmp_path, "/art/", "start") == [("text", 2, "art")]


def test_a_regex_knows_unicode_letters(tmp_path):
    assert matches_of(tmp_path, r"/\bg\w+/", "eine größe!") == [("text", 5, "größe")]


def test_a_folded_regex_sees_folded_text_and_marks_the_original(tmp_path):
    declared = "matchers: {street: {use: regex, pattern: '/strasse/', fold: true}}"

    assert matches_of(tmp_path, "street", "Große STRAẞE 7", declared) == [("text", 6, "STRAẞE")]


def test_a_record_is_read_in_title_text_and_body(tmp_path):
    record = {"title": "sale one", "text": "sale two", "body": "sale three", "other": "sale four"}

    assert matches_of(tmp_path, '"sale"', record) == [("body", 0, "sale"), ("text", 0, "sale"), ("title", 0, "sale")]


def test_a_declared_record_is_read_in_its_fields_only(tmp_path):
    record = {"title": "sale one", "text": "sale two", "other": "sale four"}

    assert matches_of(tmp_path, '"sale"', record, "record: {text: [other]}") == [("other", 0, "sale")]


def test_a_record_with_one_of_its_fields_is_read(tmp_path):
    assert matches_of(tmp_path, '"sale"', {"body": "sale"}) == [("body", 0, "sale")]


def test_a_record_without_text_is_refused(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: [a, b]
        rules: [{id: r, label: a, when: '"x"', confidence: 0.9}]
        """,
    )

    with pytest.raises(RecordError):
        rules.annotate_one({"other": "sale"})


def test_a_match_lies_in_one_field(tmp_path):
    assert truth_of(tmp_path, '"buy now"', {"title": "buy", "text": "now"}) == "no"


def test_a_let_stands_for_its_expression(tmp_path):
    declared = """\
    let:
      offer: '"sale" or "discount"'
      urgent: 'offer near "now" within 1 words'
    """

    assert matches_of(tmp_path, "urgent", "sale now, later a discount", declared) == [("text", 0, "sale")]


def test_a_string_in_place_is_named_in_quotes_in_evidence(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {spam: {kind: document}}
        rules:
          - {id: words, label: spam, when: '"buy now"', confidence: 0.9}
          - {id: digits, label: spam, when: '/\\d+/', confidence: 0.9}
        """,
    )

    record = rules.annotate_one("Buy now 24")

    assert votes_of(record) == [("words", "spam", 0.9), ("digits", "spam", 0.9)]
    assert [(e.matcher, e.field, e.start, e.end) for vote in record.votes for e in vote.evidence] == [
        ('"buy now"', "text", 0, 7),
        (r"/\d+/", "text", 8, 10),
    ]
