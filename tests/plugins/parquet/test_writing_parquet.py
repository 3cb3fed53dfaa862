import io
import sys

import pytest

from rubricate.api import MissingExtraError
from rubricate_parquet import register_exports
from support.labelled import document, labelled, span

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

[PARQUET] = register_exports()
SETS = {"class": ["spam", "ham"]}
SPANS = (
    "list<element: struct<field: string, start: int64, end: int64, text: string, value: string, score: double, "
    "by: string>>"
)


def export(*records, **options):
    stream = io.BytesIO()
    count = PARQUET.write(iter(records), stream, options)
    table = pq.read_table(io.BytesIO(stream.getvalue()))
    assert count == table.num_rows
    return table


def types_of(table):
    return {field.name: str(field.type) for field in table.schema}


def test_columns_have_types():
    record = labelled(
        "7", document("spam", 0.95), document("rude", None), span("price", 0, 2, "5$", value={"amount": 5}),
        decisions={"odd": "no"}, id="7", text="5$\0 off", stars=4, weight=1.5, new=True, tags=["a"],
    )  # fmt: skip

    table = export(record, sets=SETS)

    assert types_of(table) == {
        "id": "string", "text": "string", "stars": "int64", "weight": "double", "new": "bool", "tags": "string",
        "route": "string", "class": "string", "odd": "bool", "rude": "bool",
        "class_score": "double", "odd_score": "double", "rude_score": "double", "price": SPANS,
    }  # fmt: skip
    found = {
        "field": "text", "start": 0, "end": 2, "text": "5$", "value": '{"amount":5}', "score": 0.8, "by": "machine",
    }  # fmt: skip
    assert table.to_pylist() == [
        {
            "id": "7", "text": "5$\0 off", "stars": 4, "weight": 1.5, "new": True, "tags": '["a"]', "route": "accepted",
            "class": "spam", "odd": False, "rude": True, "class_score": 0.95, "odd_score": None, "rude_score": None,
            "price": [found],
        }
    ]  # fmt: skip


def test_types_do_not_depend_on_what_is_empty():
    declared = {"sets": SETS, "spans": ["price"], "documents": ["rude"]}
    full = labelled("1", document("spam"), document("rude"), span("price", 0, 1, "x"), text="x")
    bare = labelled("2", text=None)

    assert types_of(export(bare, **declared)) == types_of(export(full, **declared)) == {
        "id": "string", "text": "string", "route": "string", "class": "string", "rude": "bool",
        "class_score": "double", "rude_score": "double", "price": SPANS,
    }  # fmt: skip


def test_no_records_make_a_file_with_columns():
    table = export(sets=SETS)

    assert (table.num_rows, list(types_of(table))) == (0, ["id", "route", "class", "class_score"])


def test_values_of_several_types_become_texts():
    records = [labelled("1", x=1), labelled("2", x="a"), labelled("3", x=None), labelled("4", x=True)]

    assert export(*records).column("x").to_pylist() == ["1", "a", None, "true"]


def test_many_records_come_in_order():
    table = export(*(labelled(str(number)) for number in range(10_000)))

    assert table.column("id").to_pylist() == [str(number) for number in range(10_000)]


def test_missing_package_is_named_with_its_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(MissingExtraError, match=r'pip install "rubricate\[parquet\]"'):
        PARQUET.write(iter([]), io.BytesIO(), {})
