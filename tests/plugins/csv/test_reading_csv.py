import gzip
import tracemalloc

import pytest

from rubricate.api import RawRecord, Unreadable, UsageError
from rubricate_csv import register_sources
from support.sources import fields_of, read_dump, reasons_of

MIB = 1024 * 1024
[CSV] = register_sources()


@pytest.fixture
def table(tmp_path):
    def write(content, name="dump.csv"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


def test_row_becomes_an_object_of_texts(table):
    path = table('\ufeffid,text\r\n1,"a ""b"",\r\nc"\r\n\r\n2,é\r\n'.encode())

    assert read_dump(CSV, path) == [
        RawRecord(2, 12, b'{"id":"1","text":"a \\"b\\",\\r\\nc"}', {"id": "1", "text": 'a "b",\r\nc'}),
        RawRecord(5, 31, '{"id":"2","text":"é"}'.encode(), {"id": "2", "text": "é"}),
    ]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "bar"])
def test_delimiter_is_found_in_the_header(table, mark):
    path = table(f'"a,b"{mark}c{mark}d\n1{mark}2{mark}3\n'.encode())

    assert fields_of(read_dump(CSV, path)) == [{"a,b": "1", "c": "2", "d": "3"}]


def test_delimiter_can_be_said(table):
    path = table(b"a,b;c\n1;2\n")

    assert fields_of(read_dump(CSV, path, options={"delimiter": ";"})) == [{"a,b": "1", "c": "2"}]


def test_tsv_with_one_column_keeps_its_commas(table):
    assert fields_of(read_dump(CSV, table(b"text\na, b\n", "dump.tsv"))) == [{"text": "a, b"}]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"a,b\n", b"a,b"], ids=["empty", "blank", "header", "bare header"])
def test_table_without_rows_gives_no_records(table, content):
    assert read_dump(CSV, table(content)) == []


def test_last_row_needs_no_line_end(table):
    assert fields_of(read_dump(CSV, table(b'a,b\n1,"2"'))) == [{"a": "1", "b": "2"}]


def test_quote_inside_a_bare_cell_is_a_quote(table):
    assert fields_of(read_dump(CSV, table(b'a,b\n5" pipe,6" pipe\n1,2\n'))) == [
        {"a": '5" pipe', "b": '6" pipe'},
        {"a": "1", "b": "2"},
    ]


def test_nul_and_control_characters_are_kept(table):
    assert fields_of(read_dump(CSV, table(b"a,b\nx\x00\x1b,\n"))) == [{"a": "x\0\x1b", "b": ""}]


@pytest.mark.parametrize(
    ("row", "reason", "detail"),
    [
        (b"1", "csv_ragged", "the row has 1 cell and the header 2"),
        (b"1,2,3", "csv_ragged", "the row has 3 cells and the header 2"),
        (b"\xff,2", "utf8", "the bytes are not UTF-8"),
    ],
    ids=["short", "long", "bytes"],
)
def test_bad_row_is_refused_and_the_next_one_read(table, row, reason, detail):
    found = read_dump(CSV, table(b"a,b\n" + row + b"\n3,4\n"))

    assert found == [
        Unreadable(reason, detail, 2, 4, len(row), row),
        RawRecord(3, 5 + len(row), b'{"a":"3","b":"4"}', {"a": "3", "b": "4"}),
    ]


@pytest.mark.parametrize("limit", [20, 10_000], ids=["open up to the limit", "open up to the end"])
def test_open_quote_takes_one_line_and_not_the_file(table, limit):
    path = table(b'a,b\n1,2\n3,"4\n' + b"5,6\n" * 50)

    found = read_dump(CSV, path, options={"max_record_bytes": limit})

    detail = "a quote opens a cell here and nothing closes it"
    assert found[1] == Unreadable("csv_quote", detail, 3, 8, 4, b'3,"4')
    assert fields_of(found) == [{"a": "1", "b": "2"}, *[{"a": "5", "b": "6"}] * 50]
    assert found[2].offset == 13


def test_huge_row_takes_little_memory(tmp_path):
    path = tmp_path / "dump.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n1,")
        for _ in range(50):
            file.write(b"x" * MIB)
        file.write(b"\n3,4\n")
    tracemalloc.start()

    found = read_dump(CSV, path)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (reasons_of(found), fields_of(found)) == (["record_too_large"], [{"a": "3", "b": "4"}])
    assert found[0].length == 50 * MIB + 2
    assert peak < 60 * MIB


def test_truncated_archive_keeps_its_good_rows(table):
    path = table(gzip.compress(b"a,b\n" + b"1,2\n" * 10)[:-4], "dump.csv.gz")

    found = read_dump(CSV, path)

    assert (fields_of(found), reasons_of(found)) == ([{"a": "1", "b": "2"}] * 10, ["gzip_truncated"])


def test_every_slice_carries_the_header(table):
    reader = CSV.open(table(b"a,b\n1,2\n3,4\n5,6\n"), {})

    slices = [(part.index, part.offset, part.first, part.data, part.head) for part in reader.slices(5)]

    assert slices == [(0, 4, 2, b"1,2\n3,4\n", b"a,b\n"), (1, 12, 4, b"5,6\n", b"a,b\n")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a,b,a\n1,2,3\n", 'two columns are called "a"'),
        (b'a,"b\n1,2\n', "the header row does not end"),
        (b"a,\xff\n1,2\n", "the header is not UTF-8"),
        (b"a,b\r1,2\r", "lines end with a bare carriage return"),
    ],
    ids=["twice", "open quote", "bytes", "old Mac"],
)
def test_header_that_cannot_be_used_is_a_usage_error(table, content, words):
    with pytest.raises(UsageError, match=words) as caught:
        CSV.open(table(content), {})

    assert "dump.csv:1: " in caught.value.message
    assert caught.value.help


def test_file_in_utf16_is_one_region(table):
    assert reasons_of(read_dump(CSV, table("a,b\n1,2\n".encode("utf-16")))) == ["utf16"]
