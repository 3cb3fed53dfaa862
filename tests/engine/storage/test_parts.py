"""Writing a part."""

import hashlib

import pytest

from rubricate.errors import RunError
from rubricate.storage import parts
from rubricate.storage.parts import PartWriter


def test_rows_become_lines(tmp_path):
    writer = PartWriter(tmp_path)
    writer.write(b'{"id":1}')
    writer.write(b'{"id":2}')
    part = writer.finish()

    assert part is not None
    content = part.temp.read_bytes()
    assert (content, part.rows) == (b'{"id":1}\n{"id":2}\n', 2)
    assert part.sha256 == hashlib.sha256(content).hexdigest()


def test_spilling_changes_no_byte(tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "_SPILL", 10)
    writer = PartWriter(tmp_path)
    for number in range(20):
        writer.write(b"row %d" % number)
    part = writer.finish()

    assert part is not None
    assert part.temp.read_bytes() == b"".join(b"row %d\n" % number for number in range(20))


def test_no_rows_make_no_file(tmp_path):
    assert PartWriter(tmp_path).finish() is None
    assert list(tmp_path.iterdir()) == []


def test_discarded_part_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "_SPILL", 1)
    writer = PartWriter(tmp_path)
    writer.write(b"row")
    writer.discard()

    assert list(tmp_path.iterdir()) == []


def test_part_that_reads_back_differently_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "digest_file", lambda path: "0" * 64)
    writer = PartWriter(tmp_path)
    writer.write(b"row")

    with pytest.raises(RunError, match="read back differs"):
        writer.finish()
    writer.discard()
    assert list(tmp_path.iterdir()) == []
