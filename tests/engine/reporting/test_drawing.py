"""One record, drawn."""

from __future__ import annotations

from html.parser import HTMLParser

from rubricate.model.document import Document
from rubricate.model.offsets import OffsetMap
from rubricate.reporting.drawing import draw_html, draw_text
from rubricate.reporting.viewing import texts_of

RECORD = {
    "id": "c17",
    "text": "please SUBSCRIBE to my channel",
    "rubricate": {
        "v": 1,
        "id": "c17",
        "route": "accepted",
        "decisions": {"spam": "accepted"},
        "annotations": [
            {
                "kind": "document", "label": "spam", "decision": "accepted", "score": 0.95, "threshold": 0.85,
                "stage": "lexical",
                "votes": [
                    {"rule": "asks-to-subscribe", "score": 0.95, "cites": ["s2.1"],
                     "evidence": [{"matcher": "subscribe", "field": "text", "start": 7, "end": 16, "row": 12}]},
                    {"rule": "short", "score": 0.6, "cites": [], "evidence": []},
                ],
            },
        ],
    },
}  # fmt: skip

CROSSING = {
    "text": "abcdefg",
    "rubricate": {
        "annotations": [
            {"kind": "span", "label": "one", "field": "text", "start": 0, "end": 4, "score": 0.9},
            {"kind": "span", "label": "two", "field": "text", "start": 2, "end": 6, "score": 0.8, "value": {"n": 2}},
        ]
    },
}


def test_a_terminal_shows_marks_with_their_label_and_the_reasons_below():
    assert draw_text(RECORD) == (
        "c17 accepted\n"
        "text  please [SUBSCRIBE](spam) to my channel\n"
        "spam accepted 0.95 (accept 0.85) in lexical\n"
        '  asks-to-subscribe 0.95 [s2.1]: subscribe line 12 "SUBSCRIBE"\n'
        "  short 0.60\n"
    )


def test_crossing_spans_each_end_with_their_label():
    assert draw_text(CROSSING) == (
        '\ntext  [ab][cd](one)[ef](two)g\none given 0.90 "abcd"\ntwo given 0.80 "cdef" = {"n":2}\n'
    )


def test_colours_are_ansi_sequences_and_change_no_text():
    text = draw_text(RECORD, colour=True)

    assert "\x1b[1;7;36mSUBSCRIBE\x1b[0m\x1b[2m(spam)\x1b[0m" in text


def test_control_characters_of_a_record_do_nothing_to_a_terminal():
    text = draw_text({"text": "\x1b[2Jgone\x9b \u202etxt", "rubricate": {"id": "a\x07"}})

    assert text == "a\u2407\ntext  \u241b[2Jgone[U+009B] [U+202E]txt\n"


def test_lines_of_a_text_stay_below_one_another():
    assert draw_text({"text": "one\ntwo", "rubricate": {}}) == "\ntext  one\n      two\n"


def test_suggestions_and_questions_are_shown_as_such():
    record = {
        "text": "hm",
        "rubricate": {
            "id": "r",
            "route": "review",
            "suggestions": [
                {"kind": "document", "label": "spam", "decision": "uncertain", "score": 0.7, "threshold": 0.85}
            ],
            "questions": [{"labels": ["spam"], "why": "uncertain: spam 0.70 is below 0.85"}],
        },
    }

    assert draw_text(record) == (
        "r review\ntext  hm\nspam suggested 0.70 (accept 0.85)\nasked  uncertain: spam 0.70 is below 0.85\n"
    )


PAGE = {
    "id": "p1",
    "title": "Kettle",
    "body": "<p>It is <b>bro</b>ken &amp; loud.</p>",
    "price": 9.5,
    "lang": "en",
    "rubricate": {
        "id": "p1",
        "route": "accepted",
        "annotations": [
            {
                "kind": "span", "label": "defect", "field": "body", "start": 12, "end": 22, "score": 0.9,
                "votes": [{"rule": "breaks", "score": 0.9, "evidence": [
                    {"matcher": "broken", "field": "body", "start": 12, "end": 22}]}],
            },
        ],
    },
}  # fmt: skip
SHOWN = texts_of(
    Document(
        id="p1", ordinal=0, original={}, clean={"title": "Kettle", "body": "It is broken & loud."},
        maps={"body": OffsetMap([(0, 6, 3, 9), (6, 9, 12, 15), (9, 13, 19, 23), (13, 14, 23, 28), (14, 20, 28, 34)])},
        meta={}, fold=lambda text: (text, None),
    )
)  # fmt: skip


def test_people_see_the_text_that_rules_see_with_the_marks_at_its_places():
    assert draw_text(PAGE, shown=SHOWN, others=True) == (
        "p1 accepted\n"
        "title  Kettle\n"
        "body   It is [broken](defect) & loud.\n"
        "also   price: 9.5, lang: en\n"
        'defect given 0.90 "broken"\n'
        '  breaks 0.90: broken "broken"\n'
    )


def test_a_notebook_shows_every_text_of_the_record_and_no_markup_of_it():
    parser = Texts()

    parser.feed(draw_html(PAGE, shown=SHOWN))

    assert "title Kettlebody It is broken defect & loud.price: 9.5, lang: en" in parser.text


def test_a_text_without_evidence_is_cut_shorter_than_one_with_some():
    record = {
        "title": "a " * 300,
        "text": "b " * 300,
        "rubricate": {"annotations": [{"kind": "span", "label": "x", "field": "text", "start": 0, "end": 1}]},
    }

    title, text = draw_text(record, limit=90, opens="--whole shows all of it").splitlines()[1:3]

    assert title == f"title  {'a ' * 14}a  … 570 more characters"
    assert text == f"text   [b](x){' b' * 30} … 539 more characters"
    assert "--whole shows all of it" in draw_text(record, limit=90, opens="--whole shows all of it")
    assert "--whole" not in draw_text(record, opens="--whole shows all of it")


def test_a_long_text_can_be_opened_in_a_notebook():
    record = {"text": "word " * 2000, "rubricate": {}}

    html = draw_html(record, limit=100)

    assert "9,900 more characters" in html
    assert "<summary style=" in html
    assert "the whole text, 10,000 characters</summary>" in html
    assert "word " * 2000 in html


def test_a_label_by_a_person_names_the_person():
    record = {"text": "hm", "rubricate": {"annotations": [{"label": "spam", "by": "anna", "decision": "accepted"}]}}

    assert draw_text(record).splitlines()[-1] == "spam accepted by anna"


class Texts(HTMLParser):
    """Gathers the tags and the text of a fragment."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.text += data


def test_a_notebook_fragment_holds_all_it_needs():
    html = draw_html(RECORD)

    assert "<style" not in html
    assert "class=" not in html
    assert "SUBSCRIBE</mark>" in html


def test_a_notebook_fragment_escapes_the_record():
    record = {
        "text": "<script>alert(1)</script>",
        "rubricate": {"id": '"><img src=x>', "annotations": [{"label": "<b>"}]},
    }
    parser = Texts()

    parser.feed(draw_html(record))

    assert {"script", "img"} & set(parser.tags) == set()
    assert "<script>alert(1)</script>" in parser.text
    assert '"><img src=x>' in parser.text
