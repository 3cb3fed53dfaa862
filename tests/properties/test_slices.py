"""However a dump is cut, and however its bytes trickle in, it holds the same records."""

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubricate.api import RawRecord
from rubricate_csv import register_sources as csv_sources
from rubricate_folder import register_sources as folder_sources
from rubricate_jsonl import register_sources as jsonl_sources
from rubricate_jsonl.cutting import cut_lines
from support.sources import fields_of, read_dump, reasons_of

[JSONL] = jsonl_sources()
[CSV] = csv_sources()
[FOLDER] = folder_sources()

SIZES = st.integers(min_value=1, max_value=200)
LINES = st.lists(
    st.sampled_from(
        [
            b'{"a":1}',
            b'{"b":"\xc3\xa9\\n"}',
            b"",
            b"  ",
            b"[1]",
            b"{",
            b'{"a":"\xff"}',
            b'{"long":"' + b"x" * 80 + b'"}',
        ]
    )
)
CELLS = st.lists(st.lists(st.text("ab\"',;\n\r é=", max_size=6), min_size=2, max_size=2), max_size=8)
LOOSE = st.text('ab",\n', max_size=80)


class Trickle:
    """A stream that gives few bytes at a time."""

    def __init__(self, data, step):
        self.start = self.offset = 0
        self.fault = None
        self._data = data
        self._step = step

    def read(self, size):
        step = min(size, self._step)
        piece, self._data = self._data[:step], self._data[step:]
        self.offset += len(piece)
        return piece


def write(folder, name, content):
    path = Path(folder) / name
    path.write_bytes(content)
    return path


@pytest.fixture(scope="module")
def folder():
    with tempfile.TemporaryDirectory() as path:
        yield path


@given(lines=LINES, ends=st.sampled_from([b"\n", b"\r\n"]), last=st.booleans(), size=SIZES, limit=SIZES)
def test_jsonl_is_the_same_in_slices_of_any_size(folder, lines, ends, last, size, limit):
    path = write(folder, "x.jsonl", b'{"first":0}\n' + ends.join(lines) + (ends if last else b""))
    options = {"max_record_bytes": limit}

    assert read_dump(JSONL, path, size=size, options=options) == read_dump(JSONL, path, options=options)


@given(lines=LINES, size=SIZES, limit=SIZES, step=st.integers(1, 40))
def test_slices_do_not_depend_on_how_bytes_come_in(lines, size, limit, step):
    data = b"\n".join(lines)

    slices = list(cut_lines(Trickle(data, step), size, limit))

    assert slices == list(cut_lines(Trickle(data, 10_000), size, limit))
    fits = [line for line in data.split(b"\n") if len(line) <= limit]
    assert [line for part in slices for line in part.data.split(b"\n") if line] == [line for line in fits if line]


@given(rows=CELLS, size=SIZES)
def test_csv_is_the_same_in_slices_of_any_size(folder, rows, size):
    table = io.StringIO(newline="")
    csv.writer(table).writerows([["x", "y"], *rows])
    path = write(folder, "x.csv", table.getvalue().encode())

    found = read_dump(CSV, path, size=size)

    assert found == read_dump(CSV, path)
    assert fields_of(found) == [{"x": one, "y": two} for one, two in rows]


@given(text=LOOSE, size=SIZES, limit=SIZES)
def test_loose_csv_is_the_same_in_slices_of_any_size(folder, text, size, limit):
    path = write(folder, "x.csv", b"x,y\n" + text.encode())
    options = {"max_record_bytes": limit}

    assert read_dump(CSV, path, size=size, options=options) == read_dump(CSV, path, options=options)


@given(text=LOOSE)
def test_csv_gives_what_pythons_reader_gives_for_whole_rows(folder, text):
    path = write(folder, "x.csv", b"x,y\n" + text.encode())

    found = read_dump(CSV, path)

    if "csv_quote" not in reasons_of(found):
        rows = list(csv.reader(io.StringIO("x,y\n" + text, newline="")))[1:]
        assert fields_of(found) == [{"x": row[0], "y": row[1]} for row in rows if len(row) == 2]


@given(lines=LINES, size=SIZES)
def test_offsets_lead_to_the_bytes_of_each_record(folder, lines, size):
    data = b'{"first":0}\n' + b"\n".join(lines)
    path = write(folder, "x.jsonl", data)

    for record in read_dump(JSONL, path, size=size):
        if isinstance(record, RawRecord):
            assert data[record.offset :].startswith(record.raw)
            assert data[: record.offset].count(b"\n") == record.line - 1


@given(size=SIZES)
def test_folder_is_the_same_in_slices_of_any_size(size):
    with tempfile.TemporaryDirectory() as path:
        for number in range(5):
            write(path, f"{number}.txt", b"x" * number * 20)
        write(path, "6.png", b"")

        assert read_dump(FOLDER, Path(path), size=size) == read_dump(FOLDER, Path(path))
