import io
import json

import pytest

from rubricate.api import UsageError
from rubricate_jsonl import register_exports
from support.labelled import document, labelled, span

[JSONL] = register_exports()


def export(*records, **options):
    stream = io.BytesIO()
    count = JSONL.write(iter(records), stream, options)
    rows = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert count == len(rows)
    return rows


def test_flat_form_is_ready_for_training():
    record = labelled(
        "7", document("spam", 0.95), span("price", 0, 2, "5$"), decisions={"ham": "no", "rude": "uncertain"},
        id="7", text="5$ off", stars=4,
    )  # fmt: skip

    assert export(record, sets={"class": ["spam", "ham"]}) == [
        {
            "id": "7",
            "text": "5$ off",
            "stars": 4,
            "route": "accepted",
            "labels": {"class": "spam", "rude": None, "price": True},
            "scores": {"class": 0.95, "rude": None},
            "spans": [
                {"label": "price", "field": "text", "start": 0, "end": 2, "text": "5$", "score": 0.8, "by": "machine"}
            ],
        }
    ]


def test_labels_tell_no_spans_from_not_known():
    records = [labelled("1", decisions={"price": "no"}), labelled("2", decisions={"price": "uncertain"})]

    assert [row["labels"] for row in export(*records, spans=["price"])] == [{"price": False}, {"price": None}]


def test_field_with_a_name_of_ours_gets_another():
    [row] = export({"labels": "gold", "route": "A8", "id": "other", **labelled("7")})

    assert row == {
        "id": "7", "labels_": "gold", "route_": "A8", "id_": "other", "route": "accepted", "labels": {}, "scores": {},
        "spans": [],
    }  # fmt: skip


def test_full_form_is_the_record_as_it_is():
    records = [labelled("1", document("spam"), text="a\0b"), labelled("2", route="undecided")]

    assert export(*records, form="full") == records[:1]
    assert export(*records, form="full", only="all") == records


def test_option_that_the_full_form_has_no_use_for_is_refused():
    with pytest.raises(UsageError, match='"labels" has no meaning with the form "full"'):
        export(labelled("1"), form="full", labels=["spam"])
