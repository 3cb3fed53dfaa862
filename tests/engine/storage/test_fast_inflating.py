"""Gzip inflated by two packages: nobody can tell which."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rubricate.storage import streams

pytest.importorskip("isal")


def read(path, monkeypatch, *, fast):
    """What a file holds, and what ended it before its time."""
    monkeypatch.setattr(streams, "can_inflate_fast", lambda: fast)
    with streams.open_stream(path) as stream:
        parts = []
        while part := stream.read(100_000):
            parts.append(part)
    return b"".join(parts), stream.fault


def both(tmp_path, monkeypatch, content):
    path = tmp_path / "dump.gz"
    path.write_bytes(content)
    return read(path, monkeypatch, fast=False), read(path, monkeypatch, fast=True)


MEMBERS = st.lists(
    st.builds(
        lambda piece, times, level: gzip.compress(piece * times, level),
        st.binary(max_size=200), st.sampled_from([0, 1, 40, 4000]), st.integers(1, 9),
    ),
    min_size=1, max_size=3,
)  # fmt: skip


@given(MEMBERS, st.sampled_from([b"", b"\0\0", b"junk", b"\x1f\x8b"]), st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whole_cut_and_damaged_archives_give_the_same(tmp_path, monkeypatch, members, tail, data):
    content = bytearray(b"".join(members) + tail)
    how = data.draw(st.sampled_from(["whole", "cut", "damaged"]))
    at = data.draw(st.integers(2, len(content) - 1))
    if how == "cut":
        del content[at:]
    elif how == "damaged":
        content[at] ^= data.draw(st.integers(1, 255))
    slow, fast = both(tmp_path, monkeypatch, bytes(content))

    assert fast == slow


def test_a_long_archive_that_is_damaged_at_its_end_gives_the_same(tmp_path, monkeypatch):
    text = b"".join(b"%d please subscribe\n" % (number * 7919 % 1_000_003) for number in range(200_000))
    content = gzip.compress(text, 6)
    slow, fast = both(tmp_path, monkeypatch, content[:-5] + b"\1" + content[-4:])

    assert fast == slow
    assert (slow[1].reason, slow[0]) == ("gzip_corrupt", text[: len(slow[0])])
    assert zlib.crc32(both(tmp_path, monkeypatch, content)[1][0]) == zlib.crc32(text)
