import csv
import io

import pytest

from rubricate_csv import register_exports
from support.labelled import document, labelled, span

[CSV] = register_exports()


def export(*records, **options):
    stream = io.BytesIO()
    count = CSV.write(iter(records), stream, options)
    rows = list(csv.reader(io.StringIO(stream.getvalue().decode(), newline="")))
    assert count == len(rows) - 1
    return rows


def test_table_has_a_row_a_record_and_a_column_a_label():
    records = [
        labelled(
            "7", document("spam", 0.95), document("rude", None), span("price", 0, 2, "5$"),
            decisions={"ham": "no", "odd": "no"}, id="7", text="5$ off\nnow", stars=4, tags=["a"],
        ),
        labelled("8", decisions={"spam": "uncertain", "rude": "uncertain", "price": "no"}, text=None, stars=-2.5),
    ]  # fmt: skip

    spans = '[{"field":"text","start":0,"end":2,"text":"5$","score":0.8,"by":"machine"}]'
    assert export(*records, sets={"class": ["spam", "ham"]}) == [
        [
            "id",
            "text",
            "stars",
            "tags",
            "route",
            "class",
            "odd",
            "rude",
            "class_score",
            "odd_score",
            "rude_score",
            "price",
        ],
        ["7", "5$ off\nnow", "4", '["a"]', "accepted", "spam", "0", "1", "0.95", "", "", spans],
        ["8", "", "-2.5", "", "accepted", "", "", "", "", "", "", "[]"],
    ]


@pytest.mark.parametrize("text", ["=cmd()", "+1", "-1", "@x", "\tx", "\rx", "'x"])
def test_cell_that_looks_like_a_formula_is_made_harmless(text):
    header, row = export(labelled(text, **{"text": text, text: "name"}))

    assert header == ["id", "text", "'" + text, "route"]
    assert row == ["'" + text, "'" + text, "name", "accepted"]


def test_numbers_and_other_texts_stay_as_they_are():
    assert export(labelled("1", a=-1, b="a=b", c=" =x"))[1] == ["1", "-1", "a=b", " =x", "accepted"]


def test_formulas_can_be_kept():
    assert export(labelled("1", text="=1+1"), formulas="keep")[1] == ["1", "=1+1", "accepted"]


def test_control_characters_are_escaped():
    assert export(labelled("1", text="a\0b\x1b[1m\tc\r\nd"))[1][1] == "a\\x00b\\x1b[1m\tc\r\nd"


def test_scores_can_be_left_out():
    assert export(labelled("1", document("spam")), scores=False) == [["id", "route", "spam"], ["1", "accepted", "1"]]


def test_columns_of_one_name_are_told_apart():
    record = labelled("1", document("text"), document("id"), text="a", id="b")

    assert export(record, scores=False)[0] == ["id", "text_", "id__", "route", "text", "id_"]


def test_rows_end_as_rfc_4180_says():
    stream = io.BytesIO()

    CSV.write(iter([labelled("1")]), stream, {})

    assert stream.getvalue() == b"id,route\r\n1,accepted\r\n"
