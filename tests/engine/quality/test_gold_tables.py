"""Reading gold as a table."""

from __future__ import annotations

import gzip

import pytest

from rubricate.errors import UsageError
from rubricate.quality.gold import Gold, read_gold


def closed(*labels, guideline=None):
    return Gold(labels=dict.fromkeys(labels, True), closed=True, guideline=guideline)


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("gold.csv", "id,label\na,spam\nb,ham\n", {"a": closed("spam"), "b": closed("ham")}),
        ("gold.csv", "id,label\na,spam\na,rude\n", {"a": closed("spam", "rude")}),
        ("gold.csv", 'text,labels,id\n"x\ny",spam | rude,a\n,,b\n', {"a": closed("spam", "rude"), "b": closed()}),
        ("gold.csv", "\ufeffid;label\r\na;spam\r\n", {"a": closed("spam")}),
        ("gold.tsv", "id\tlabel\na\tspam, really\n", {"a": closed("spam, really")}),
        ("gold.csv", "id,label,guideline\na,spam,4.0.0\n", {"a": closed("spam", guideline="4.0.0")}),
    ],
    ids=["one label", "a label a row", "labels in a cell", "as a spreadsheet writes it", "tabs", "a version"],
)
def test_tables_are_read(tmp_path, name, content, found):
    path = tmp_path / name
    path.write_text(content, newline="")

    assert read_gold(path) == found


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "name,label\na,spam\n",
            ":1: gold as a table has a column id and a column label or labels, and here stand name, label",
        ),
        ("id,label\na,spam,x\n", ":2: the row has 3 cells and the header 2"),
        ("id,label\n,spam\n", ":2: the id is empty"),
        ('id,label\na,"spam\n', ":2: the row cannot be read: unexpected end of data"),
        ("id,label\na,caf\xe9\n", ":2: the bytes are not UTF-8"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path, content, message):
    path = tmp_path / "gold.csv"
    path.write_bytes(content.encode("latin-1"))

    with pytest.raises(UsageError) as raised:
        read_gold(path)

    assert raised.value.message == f"{path}{message}"


def test_packed_gold_is_read_and_one_that_was_cut_off_refused(tmp_path):
    path = tmp_path / "gold.csv.gz"
    path.write_bytes(gzip.compress(b"id,label\na,spam\n"))
    whole = read_gold(path)
    path.write_bytes(path.read_bytes()[:-9])

    assert whole == {"a": closed("spam")}
    with pytest.raises(UsageError, match="the gzip archive ends inside a member"):
        read_gold(path)
