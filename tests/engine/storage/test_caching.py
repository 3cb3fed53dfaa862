from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rubricate.storage.caching import cache_folder, read_entry, sweep_cache, write_entry

NAME = "a.ruleset"


def test_what_was_written_is_read(tmp_path: Path) -> None:
    assert write_entry(tmp_path / "new" / "folder", NAME, b"content" * 1000)

    assert read_entry(tmp_path / "new" / "folder", NAME) == b"content" * 1000
    assert (tmp_path / "new" / "folder" / NAME).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "new" / "folder").stat().st_mode & 0o077 == 0


def test_what_is_not_there_is_nothing(tmp_path: Path) -> None:
    assert read_entry(tmp_path / "absent", NAME) is None


def test_a_file_that_others_may_read_or_write_is_not_believed(tmp_path: Path) -> None:
    write_entry(tmp_path, NAME, b"content")
    (tmp_path / NAME).chmod(0o620)

    assert read_entry(tmp_path, NAME) is None


def test_a_file_of_somebody_else_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_entry(tmp_path, NAME, b"content")
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)

    assert read_entry(tmp_path, NAME) is None
    assert not write_entry(tmp_path, NAME, b"other")


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    write_entry(tmp_path, "real.ruleset", b"content")
    (tmp_path / NAME).symlink_to("real.ruleset")

    assert read_entry(tmp_path, NAME) is None


def test_neither_a_folder_nor_a_pipe_is_an_entry(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    os.mkfifo(tmp_path / "b.ruleset", 0o600)

    assert read_entry(tmp_path, NAME) is None
    assert read_entry(tmp_path, "b.ruleset") is None


def test_every_damage_is_seen(tmp_path: Path) -> None:
    write_entry(tmp_path, NAME, b"some content that is kept")
    whole = (tmp_path / NAME).read_bytes()

    for at in range(len(whole)):
        for damaged in (whole[:at], whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]):
            (tmp_path / NAME).write_bytes(damaged)
            assert read_entry(tmp_path, NAME) is None


def test_a_new_entry_takes_the_place_of_an_old_one(tmp_path: Path) -> None:
    write_entry(tmp_path, NAME, b"old")
    write_entry(tmp_path, NAME, b"new")

    assert read_entry(tmp_path, NAME) == b"new"
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_a_folder_that_cannot_be_written_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert not write_entry(tmp_path / "file" / "below", NAME, b"content")


def test_what_was_not_asked_for_longest_is_swept_first(tmp_path: Path) -> None:
    for number, name in enumerate(("old.ruleset", "mid.ruleset", "new.ruleset")):
        write_entry(tmp_path, name, os.urandom(1000))
        os.utime(tmp_path / name, (number, number))
    (tmp_path / "somebody-elses.txt").write_text("x" * 5000)
    assert read_entry(tmp_path, "old.ruleset") is not None  # and now it is the newest

    freed = sweep_cache(tmp_path, bound=2500)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.ruleset", "old.ruleset", "somebody-elses.txt"]
    assert freed > 1000


def test_what_nobody_will_finish_is_swept(tmp_path: Path) -> None:
    for name, age in ((".tmp-1-old", 0), (".tmp-2-new", None)):
        (tmp_path / name).write_bytes(b"x")
        if age is not None:
            os.utime(tmp_path / name, (age, age))

    assert sweep_cache(tmp_path) == 1
    assert [path.name for path in tmp_path.iterdir()] == [".tmp-2-new"]


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"RUBRICATE_CACHE": "off"}, None),
        ({"RUBRICATE_CACHE": "/x/y", "XDG_CACHE_HOME": "/z"}, Path("/x/y")),
        ({"XDG_CACHE_HOME": "/z"}, Path("/z/rubricate")),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/h"}, Path("/h/.cache/rubricate")),
        ({"HOME": "/h"}, Path("/h/.cache/rubricate")),
    ],
)
def test_the_folder_is_the_users_own(
    variables: dict[str, str], folder: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("RUBRICATE_CACHE", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert cache_folder() == folder


def test_a_reader_never_sees_half_of_what_several_write(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from rubricate.storage.caching import write_entry\n"
        "for n in range(60): write_entry(pathlib.Path(sys.argv[1]), 'a.ruleset', sys.argv[2].encode() * 50000)"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), letter]) for letter in "xy"]
    seen = set()
    while any(writer.poll() is None for writer in writers):
        found = read_entry(tmp_path, NAME)
        seen.add(found if found is None else (found[:1], len(set(found)), len(found)))

    assert [writer.wait() for writer in writers] == [0, 0]
    assert seen <= {None, (b"x", 1, 50000), (b"y", 1, 50000)}
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
