"""`prepare: [{use: dedupe, by: ..}]`: which fields make a duplicate."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.rulesets import load_text, problems_of

REST = "labels: [spam, ham]\nrules:\n  - {id: a, label: spam, when: '\"x\"', confidence: 0.9}\n"


def ruleset(by: str, record: str) -> str:
    return f"record: {record}\nprepare: [{{use: dedupe, by: {by}}}]\n{REST}"


@pytest.mark.parametrize(
    ("by", "record", "fields"),
    [
        ("text", "{text: [title, body]}", ("title", "body")),
        ("[url, text]", "{text: [title, body], meta: {url: {type: text}}}", ("url", "title", "body")),
        ("[title, text]", "{text: [title, body]}", ("title", "body")),
        ("text", "{text: [title, text]}", ("text",)),
        ("text", "{text: [title, body], meta: {text: {type: text}}}", ("text",)),
        ("text", "{meta: {url: {type: text}}}", ("text",)),
        ("body", "{text: [title, body]}", ("body",)),
    ],
)
def test_text_stands_for_all_text_fields_unless_a_field_is_called_so(
    by: str, record: str, fields: tuple[str, ...], tmp_path: Path
) -> None:
    assert load_text(tmp_path, ruleset(by, record)).plan.dedupe == fields


def test_an_undeclared_field_is_an_error(tmp_path: Path) -> None:
    assert ("R026", 5) not in problems_of(tmp_path, ruleset("text", "{text: [title, body]}"))
    assert problems_of(tmp_path, ruleset("bdoy", "{text: [title, body]}"))[0][0] == "R026"
