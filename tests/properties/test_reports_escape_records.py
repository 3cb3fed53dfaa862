"""No record text ever becomes part of the report's markup."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rubricate.reporting.drawing import draw_html, draw_text
from rubricate.reporting.page import build_report
from support.runs import fake_run

HOSTILE = (
    "<script>hostile()</script>",
    "</script><script>hostile()</script>",
    "</style><svg onload=hostile()>",
    "<img src=x onerror=hostile()>",
    '"><b hostile="1">',
    "' onmouseover='hostile()",
    "]]><!--",
    "--><hostile>",
    "<![CDATA[<hostile>]]>",
    "&lt;script&gt;&#60;hostile&#62;",
    "\u202egnp.exe\u2066\u200f",
    "\x00\x1b[2J\x07\x9b",
    "\ud800 lone",
    "w" * 10_000,
    "{{hostile}} ${hostile} {% hostile %}",
    "\u0301" * 300,
    "subscribe www.<hostile>.com please song",
)

texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.lists(st.sampled_from([*HOSTILE, "song", " ", "check my channel "]), min_size=1, max_size=4).map("".join),
    st.text(alphabet=st.characters(categories=("L", "P", "S", "C", "Z")), max_size=40),
)


class Shape(HTMLParser):
    """Keeps names of elements and attributes, and what stands inside scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.raw: list[str] = []
        self.oddities: list[str] = []
        self.depth = 0

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_data(self, data):
        if self.cdata_elem is not None:
            self.raw.append(data)

    def handle_comment(self, data):
        self.oddities.append(data)

    def handle_decl(self, decl):
        self.oddities.append(decl)

    def unknown_decl(self, data):
        self.oddities.append(data)

    def handle_pi(self, data):
        self.oddities.append(data)


def shape_of(html):
    shape = Shape()
    shape.feed(html)
    shape.close()
    return shape


PLAIN = fake_run(size=300)
PLAIN_SHAPE = shape_of(build_report(PLAIN.manifest, PLAIN.records, PLAIN.ruleset, PLAIN.seconds))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(texts, min_size=1, max_size=6))
def test_a_report_of_hostile_records_has_the_shape_of_a_plain_one(hostile):
    run = fake_run(size=24, texts=tuple(hostile))
    for rows in run.folders.values():
        for row, text in zip(rows, hostile * len(rows), strict=False):
            row["rubricate"] |= {"id": text, "reason": text, "detail": text, "sample": text, "source": text}
            row["title"] = text

    shape = shape_of(build_report(run.manifest, run.records, run.ruleset, run.seconds))

    assert shape.elements <= PLAIN_SHAPE.elements | {"i"}
    assert shape.attributes <= PLAIN_SHAPE.attributes
    assert shape.raw == PLAIN_SHAPE.raw
    assert shape.oddities == ["DOCTYPE html"]


@settings(max_examples=25, deadline=None)
@given(texts, texts)
def test_names_of_a_hostile_ruleset_are_escaped_too(name, why):
    run = fake_run(size=12)
    counts = run.counts
    counts["labels"] = {name: {"accepted": 3}}
    counts["histograms"] = {name: [1] * 20}
    counts["rules"] = {name: {"votes": 1, "records": 1, "label": name}}
    counts["review"] = {name: 2, why: 1}
    counts["stages"] = {name: {"asked": 1, "closed": 1}}
    counts["quarantined"] = {why: 3}
    run.manifest["body"]["ruleset"]["name"] = name

    shape = shape_of(build_report(run.manifest, run.records, None, {why: 1.0}))

    assert shape.elements <= PLAIN_SHAPE.elements
    assert shape.attributes <= PLAIN_SHAPE.attributes
    assert shape.raw == PLAIN_SHAPE.raw


@settings(max_examples=50, deadline=None)
@given(texts, texts, st.integers(0, 30), st.integers(0, 30))
def test_drawings_hold_no_markup_and_no_control_character_of_a_record(text, label, start, length):
    annotation = {"kind": "span", "label": label, "field": "text", "start": start, "end": start + length, "score": 0.5}
    record = {"text": text, "rubricate": {"id": text, "route": label, "annotations": [annotation]}}

    shape = shape_of(draw_html(record))
    drawn = draw_text(record)

    assert shape.elements <= {"div", "b", "span", "mark", "sub", "bdi", "details", "summary"}
    assert shape.attributes <= {"style", "dir", "class"}
    assert all(ch == "\n" or ch == "\t" or ch.isprintable() or ord(ch) >= 0xA0 for ch in drawn)
