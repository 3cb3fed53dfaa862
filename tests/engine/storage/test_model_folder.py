"""A model's folder appears whole, and a crash leaves the older model or the new one."""

from __future__ import annotations

import os

import pytest

from rubricate.storage import model_folder
from rubricate.storage.model_folder import put_model_folder


def held(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_new_model_takes_the_place_of_the_older_one(tmp_path):
    put_model_folder(tmp_path / "model", {"card.json": b"1", "old.txt": b""})
    put_model_folder(tmp_path / "model", {"card.json": b"2"})

    assert (held(tmp_path / "model"), names(tmp_path)) == ({"card.json": b"2"}, ["model"])


def test_files_and_their_names_are_on_the_disk_before_the_folder_is_renamed(tmp_path, monkeypatch):
    done = []
    monkeypatch.setattr(model_folder, "sync_descriptor", lambda descriptor: done.append("file"))
    monkeypatch.setattr(model_folder, "sync_folder", lambda folder: done.append(folder.name))
    rename = os.replace
    monkeypatch.setattr(os, "replace", lambda one, other: (done.append("rename"), rename(one, other)))

    put_model_folder(tmp_path / "model", {"a": b"1", "b": b"2"})

    assert done == ["file", "file", ".model.new", "rename", tmp_path.name]


@pytest.mark.parametrize("renames", [0, 1])
def test_older_model_outlives_a_crash_and_stands_in_its_place_again(tmp_path, monkeypatch, renames):
    put_model_folder(tmp_path / "model", {"card.json": b"1"})
    rename, left = os.replace, [None] * renames

    def crash(one, other):
        if not left:
            raise KeyboardInterrupt
        left.pop()
        rename(one, other)

    monkeypatch.setattr(os, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        put_model_folder(tmp_path / "model", {"card.json": b"2"})
    assert held(tmp_path / (".model.old" if renames else "model")) == {"card.json": b"1"}

    monkeypatch.setattr(os, "replace", rename)
    monkeypatch.setattr(model_folder, "_write", _full)
    with pytest.raises(OSError, match="full"):
        put_model_folder(tmp_path / "model", {"card.json": b"3"})
    assert held(tmp_path / "model") == {"card.json": b"1"}


def _full(path, content):
    raise OSError("full")
