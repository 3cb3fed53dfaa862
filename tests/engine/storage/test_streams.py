import gzip
import os
import tracemalloc
import zlib

import pytest
import zstandard

from rubricate.errors import UsageError
from rubricate.model.descriptors import Unreadable
from rubricate.storage.streams import open_stream

TEXT = b"one\ntwo\n" * 20_000
MIB = 1024 * 1024


def read_all(path):
    """Everything that a stream gives, and its fault."""
    with open_stream(path) as stream:
        pieces = []
        while piece := stream.read(1000):
            pieces.append(piece)
        return b"".join(pieces), stream.fault


@pytest.fixture
def file(tmp_path):
    def write(content):
        path = tmp_path / "dump.jsonl"
        path.write_bytes(content)
        return path

    return write


def zstd(data):
    return zstandard.ZstdCompressor().compress(data)


def fault(reason, detail, *, offset):
    return Unreadable(reason, detail, line=0, offset=offset, length=0, sample=b"")


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd], ids=["plain", "gzip", "zstd"])
def test_content_is_told_by_first_bytes_not_by_name(file, pack):
    path = file(pack(TEXT))

    assert read_all(path) == (TEXT, None)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd], ids=["plain", "gzip", "zstd"])
def test_empty_content_gives_nothing(file, pack):
    path = file(pack(b""))

    assert read_all(path) == (b"", None)


@pytest.mark.parametrize("pack", [gzip.compress, zstd], ids=["gzip", "zstd"])
def test_members_are_read_one_after_another(file, pack):
    path = file(pack(b"one\n") + pack(b"") + pack(TEXT))

    assert read_all(path) == (b"one\n" + TEXT, None)


def test_skippable_zstd_frame_is_skipped(file):
    path = file(b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc" + zstd(b"one\n"))

    assert read_all(path) == (b"one\n", None)


def test_zeros_behind_a_gzip_archive_are_padding(file):
    path = file(gzip.compress(b"one\n") + bytes(1000))

    assert read_all(path) == (b"one\n", None)


def test_garbage_behind_a_gzip_archive_is_a_fault(file):
    archive = gzip.compress(b"one\n", mtime=0)
    path = file(archive + b"garbage")

    detail = f"after {len(archive)} bytes the gzip archive goes on with bytes that are no archive"
    assert read_all(path) == (b"one\n", fault("gzip_garbage", detail, offset=4))


def test_good_members_before_a_truncated_one_are_kept(file):
    path = file(gzip.compress(b"one\n") + gzip.compress(b"two\n")[:-6])

    data, found = read_all(path)

    assert (data, found.reason, found.offset) == (b"one\ntwo\n", "gzip_truncated", 8)


def test_damaged_gzip_archive_is_a_fault(file):
    archive = bytearray(gzip.compress(TEXT))
    archive[-5] ^= 255

    data, found = read_all(file(bytes(archive)))

    assert TEXT.startswith(data)
    assert found.reason == "gzip_corrupt"


def test_truncated_zstd_frame_is_a_fault(file):
    path = file(zstd(b"one\n") + zstd(os.urandom(300_000))[:-50_000])

    data, found = read_all(path)

    assert data.startswith(b"one\n")
    assert (found.reason, found.offset) == ("zstd_truncated", len(data))


def test_garbage_behind_a_zstd_frame_is_a_fault(file):
    path = file(zstd(b"one\n") + b"garbage")

    data, found = read_all(path)

    assert (data, found.reason) == (b"one\n", "zstd_garbage")


def test_giant_zstd_window_is_refused(file):
    parameters = zstandard.ZstdCompressionParameters.from_level(1, window_log=30)
    packer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    path = file(packer.compress(b"one\n") + packer.flush())

    data, found = read_all(path)

    assert (data, found.reason) == (b"", "inflate_limit")


def bomb(kind):
    if kind == "zstd":
        return zstandard.ZstdCompressor().compress(bytes(300 * MIB))
    packer = zlib.compressobj(9, wbits=31)
    return b"".join([*(packer.compress(bytes(MIB)) for _ in range(100)), packer.flush()])


@pytest.mark.parametrize("kind", ["gzip", "zstd"])
def test_bomb_is_left_behind_the_grace(file, kind):
    path = file(bomb(kind))
    total = 0
    tracemalloc.start()

    with open_stream(path) as stream:
        while piece := stream.read(MIB):
            total += len(piece)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    assert stream.fault is not None
    assert stream.fault.reason == "inflate_limit"
    assert 64 * MIB < total < 200 * MIB
    assert peak < 100 * MIB


def test_utf8_mark_is_left_out_and_counted(file):
    path = file(b"\xef\xbb\xbfone\n")

    with open_stream(path) as stream:
        assert (stream.start, stream.offset, stream.read(), stream.offset) == (3, 3, b"one\n", 7)


def test_utf8_mark_inside_an_archive_is_left_out(file):
    assert read_all(file(gzip.compress(b"\xef\xbb\xbfone\n"))) == (b"one\n", None)


@pytest.mark.parametrize(
    ("content", "reason", "word"),
    [
        ('{"a": 1}\n'.encode("utf-16"), "utf16", "UTF-16"),
        ('{"a": 1}\n'.encode("utf-16-be"), "utf16", "UTF-16"),
        ('{"a": 1}\n'.encode("utf-32"), "utf16", "UTF-32"),
        (gzip.compress(gzip.compress(b"one\n")), "nested_archive", "unpack"),
        (b"PK\x03\x04 and so on", "archive", "a zip archive"),
        (b"BZh91AY&SY and so on", "archive", "a bzip2 archive"),
        (b"PAR1 and so on", "archive", "a Parquet file"),
    ],
    ids=["utf-16", "utf-16 without mark", "utf-32", "gzip in gzip", "zip", "bzip2", "parquet"],
)
def test_file_that_is_no_text_is_one_fault(file, content, reason, word):
    data, found = read_all(file(content))

    assert (data, found.reason, found.line, found.offset) == (b"", reason, 1, 0)
    assert word in found.detail


def test_missing_file_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match="no such file"):
        open_stream(tmp_path / "no.jsonl")


def test_folder_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match="a folder where a file is needed"):
        open_stream(tmp_path)


def test_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(UsageError, match="not a file but a pipe"):
        open_stream(tmp_path / "pipe")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_file_without_rights_is_a_usage_error(file):
    path = file(b"one\n")
    path.chmod(0)

    with pytest.raises(UsageError, match="may not be read"):
        open_stream(path)
