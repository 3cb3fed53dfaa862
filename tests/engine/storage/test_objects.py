"""Files that appear whole or not at all."""

import errno
import os

import pytest

from rubricate.storage import objects
from rubricate.storage.objects import Put, canonical_json, digest_bytes, put_if_absent, replace_file


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_absent_name_gets_the_bytes_and_no_temporary_file_stays(tmp_path):
    outcome = put_if_absent(tmp_path, "a.json", b"one")

    assert (outcome, (tmp_path / "a.json").read_bytes(), names(tmp_path)) == (Put.CREATED, b"one", ["a.json"])


@pytest.mark.parametrize(
    ("content", "outcome"), [(b"one", Put.SAME), (b"two", Put.DIFFERENT)], ids=["same", "different"]
)
def test_taken_name_keeps_its_bytes(tmp_path, content, outcome):
    put_if_absent(tmp_path, "a.json", b"one")

    assert put_if_absent(tmp_path, "a.json", content) is outcome
    assert ((tmp_path / "a.json").read_bytes(), names(tmp_path)) == (b"one", ["a.json"])


def test_finished_file_stays_when_the_name_is_taken_by_other_bytes(tmp_path):
    put_if_absent(tmp_path, "a", b"one")
    finished = tmp_path / ".tmp-x"
    finished.write_bytes(b"two")

    assert put_if_absent(tmp_path, "a", finished) is Put.DIFFERENT
    assert finished.read_bytes() == b"two"


def test_failed_sync_leaves_nothing(tmp_path, monkeypatch):
    def refuse(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(objects, "sync_descriptor", refuse)

    with pytest.raises(OSError, match="No space left"):
        put_if_absent(tmp_path, "a", b"one")
    assert names(tmp_path) == []


def test_file_system_without_links_still_refuses_a_taken_name(tmp_path, monkeypatch):
    def refuse(temp, final):
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)

    assert put_if_absent(tmp_path, "a", b"one") is Put.CREATED
    assert put_if_absent(tmp_path, "a", b"two") is Put.DIFFERENT
    assert ((tmp_path / "a").read_bytes(), names(tmp_path)) == (b"one", ["a"])


def test_file_is_written_synced_and_named_before_its_folder_is_synced(tmp_path, monkeypatch):
    calls = []
    for name in ("fsync", "link"):
        real = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *args, name=name, real=real: (calls.append(name), real(*args))[1])

    put_if_absent(tmp_path, "a", b"one")

    assert calls == ["fsync", "link", "fsync"]


def test_replaced_file_has_the_new_bytes(tmp_path):
    path = tmp_path / "manifest.json"
    path.write_bytes(b"old")

    replace_file(path, b"new")

    assert (path.read_bytes(), names(tmp_path)) == (b"new", ["manifest.json"])


def test_order_of_keys_changes_no_digest():
    one = digest_bytes(canonical_json({"a": 1, "b": {"d": 1, "c": 2}}))

    assert one == digest_bytes(canonical_json({"b": {"c": 2, "d": 1}, "a": 1}))
