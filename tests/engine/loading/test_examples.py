"""Marks of expected spans in examples."""

from __future__ import annotations

import pytest

from rubricate.loading.examples import read_marks
from rubricate.loading.findings import Findings
from rubricate.loading.source import Source
from rubricate.loading.yaml_tree import Scalar
from rubricate.model.ruleset import SpanMark


def marks(text: str) -> tuple[str, tuple[SpanMark, ...], list[tuple[str, int]]]:
    findings = Findings()
    node = Scalar(text=text, value=text, source=Source("r.yaml", text), start=0, end=len(text))
    found, spans = read_marks(node, "body", findings)
    return found, spans, [(each.message, each.location.column) for each in findings.sorted("r.yaml")]


@pytest.mark.parametrize(
    ("written", "text", "spans"),
    [
        ("plain", "plain", ()),
        ("a [[x:b c]] d", "a b c d", (SpanMark("x", "body", 2, 5),)),
        ("[[a.b:10:30]]", "10:30", (SpanMark("a.b", "body", 0, 5),)),
        (r"\[[x:b]]", "[[x:b]]", ()),
        ("[[x:a]][[y:b]]", "ab", (SpanMark("x", "body", 0, 1), SpanMark("y", "body", 1, 2))),
        ("[[x:a [[y:b]]]]", "a b", (SpanMark("x", "body", 0, 3), SpanMark("y", "body", 2, 3))),
        ("x[1]] = [2]", "x[1]] = [2]", ()),
    ],
    ids=["none", "one", "first colon", "escaped", "side by side", "nested", "brackets"],
)
def test_marks_are_taken_out_of_the_text(written: str, text: str, spans: tuple[SpanMark, ...]) -> None:
    assert marks(written) == (text, spans, [])


@pytest.mark.parametrize(
    ("written", "message", "column"),
    [
        ("a [[b]]", "this mark names no label", 3),
        ("a [[x:b", 'this mark has no "]]"', 3),
        ("a [[x:]] b", "this mark is empty", 6),
    ],
)
def test_a_mark_that_cannot_be_read_is_a_problem_at_its_place(written: str, message: str, column: int) -> None:
    assert marks(written)[2] == [(message, column)]
