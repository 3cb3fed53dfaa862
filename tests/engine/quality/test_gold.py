"""Reading gold."""

from __future__ import annotations

import pytest

from rubricate.errors import UsageError
from rubricate.quality.gold import NO_VALUE, Gold, GoldSpan, read_gold


def write(tmp_path, *lines):
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_all_forms_are_read(tmp_path):
    path = write(
        tmp_path,
        '{"id": "a", "labels": ["spam"]}',
        "",
        '{"id": 2, "label": "ham", "text": "whole records may stand here"}',
        '{"id": "c", "labels": {"spam": true, "toxic": false, "brand": {"value": "Acme"}}}',
        '{"id": "d", "labels": [], "spans": [{"field": "text", "start": 0, "end": 3, "label": "brand"}]}',
        '{"id": "e", "spans": [{"field": "text", "start": 0, "end": 3, "label": "size", "value": null}]}',
    )

    assert read_gold(path) == {
        "a": Gold(labels={"spam": True}, closed=True),
        "2": Gold(labels={"ham": True}, closed=True),
        "c": Gold(labels={"spam": True, "toxic": False, "brand": True}, values={"brand": "Acme"}),
        "d": Gold(
            labels={}, closed=True, spans=(GoldSpan(field="text", start=0, end=3, label="brand", value=NO_VALUE),)
        ),
        "e": Gold(spans=(GoldSpan(field="text", start=0, end=3, label="size", value=None),)),
    }


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"id": "a", "labels": []}\n')

    assert list(read_gold(path)) == ["a"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "the line is not JSON"),
        ("[]", "the line is not a JSON object"),
        ('{"labels": []}', 'a key "id" with a text is missing'),
        ('{"id": true, "labels": []}', 'a key "id" with a text is missing'),
        ('{"id": "a", "lables": []}', 'none of "labels", "spans" and "boxes" stands here'),
        ('{"id": "a", "label": "x", "labels": []}', 'both "label" and "labels" stand here'),
        ('{"id": "a", "label": null}', "null stands where the name of a label is wanted"),
        ('{"id": "a", "labels": "spam"}', '"labels" is neither a list of labels nor a mapping'),
        ('{"id": "a", "labels": [3]}', "3 stands where the name of a label is wanted"),
        ('{"id": "a", "labels": {"spam": "yes"}}', 'the label "spam" has "yes"'),
        ('{"id": "a", "spans": {}}', '"spans" is not a list'),
        ('{"id": "a", "spans": [1]}', "span 1 is not an object"),
        ('{"id": "a", "spans": [{"field": "text", "start": 0, "label": "x"}]}', 'span 1 lacks "end"'),
        (
            '{"id": "a", "spans": [{"field": "text", "start": 3, "end": 3, "label": "x"}]}',
            "span 1 goes from 3 to 3",
        ),
        (
            '{"id": "a", "spans": [{"field": "text", "start": 1.5, "end": 3, "label": "x"}]}',
            'span 1 has 1.5 as "start"',
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path, line, message):
    path = write(tmp_path, '{"id": "first", "labels": []}', line)

    with pytest.raises(UsageError) as caught:
        read_gold(path)

    assert caught.value.message.startswith(f"{path}:2: {message}")


def test_an_id_may_stand_once_only(tmp_path):
    path = write(tmp_path, '{"id": "a", "labels": []}', "", '{"id": "a", "labels": ["spam"]}')

    with pytest.raises(UsageError) as caught:
        read_gold(path)

    assert caught.value.message == f'{path}:3: the id "a" stands in line 1 already'


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"nowhere\.jsonl: no such file"):
        read_gold(tmp_path / "nowhere.jsonl")
