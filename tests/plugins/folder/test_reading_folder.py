import os

import pytest
from jsonschema import Draft202012Validator

from rubricate.api import RawRecord, Unreadable, UsageError
from rubricate_folder import register_sources
from support.sources import fields_of, read_dump

[FOLDER] = register_sources()


def test_files_come_in_the_order_of_their_paths_bytes(tmp_path):
    for name in ("b.txt", "a/z.md", "a.txt", "é.HTML", "B.htm"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"in {name}")

    found = read_dump(FOLDER, tmp_path)

    names = ["B.htm", "a.txt", "a/z.md", "b.txt", "é.HTML"]
    assert fields_of(found) == [{"id": name, "text": f"in {name}", "path": name} for name in names]
    assert [item.line for item in found] == [1, 2, 3, 4, 5]


def test_record_is_one_line_of_json(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfone\r\ntwo\0")

    assert read_dump(FOLDER, tmp_path) == [
        RawRecord(
            1, 0, b'{"id":"a.txt","text":"one\\r\\ntwo\\u0000","path":"a.txt"}',
            {"id": "a.txt", "text": "one\r\ntwo\0", "path": "a.txt"},
        )
    ]  # fmt: skip


def test_hidden_names_are_passed_over(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "a.txt").write_text("no")
    (tmp_path / ".b.txt").write_text("no")

    assert read_dump(FOLDER, tmp_path) == []


def test_links_and_pipes_are_refused_and_not_followed(tmp_path):
    (tmp_path / "down").mkdir()
    (tmp_path / "down" / "up").symlink_to(tmp_path)
    (tmp_path / "passwords.txt").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe.txt")

    found = read_dump(FOLDER, tmp_path)

    assert [(item.reason, item.detail) for item in found] == [
        ("not_a_file", "down/up: a symbolic link, which is not followed"),
        ("not_a_file", "passwords.txt: a symbolic link, which is not followed"),
        ("not_a_file", "pipe.txt: a pipe, socket or device"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"\xe9t\xe9", "utf8"),
        ("a.txt", "été".encode("utf-16"), "utf8"),
        ("a.pdf", b"%PDF", "other_suffix"),
        ("a.txt", b"x" * 101, "record_too_large"),
    ],
    ids=["bytes", "utf-16", "another ending", "too large"],
)
def test_file_that_is_no_text_is_refused(tmp_path, name, content, reason):
    (tmp_path / name).write_bytes(content)

    [found] = read_dump(FOLDER, tmp_path, options={"max_record_bytes": 100})

    assert isinstance(found, Unreadable)
    assert (found.reason, found.length, found.detail.partition(": ")[0]) == (reason, len(content), name)


def test_sample_of_a_refused_file_is_its_own_bytes(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\xe9" * 300)

    [found] = read_dump(FOLDER, tmp_path)

    assert found.sample == b"\xe9" * 200


def test_endings_can_be_chosen(tmp_path):
    (tmp_path / "a.log").write_text("one")

    assert fields_of(read_dump(FOLDER, tmp_path, options={"suffixes": [".log"]})) == [
        {"id": "a.log", "text": "one", "path": "a.log"}
    ]


@pytest.mark.parametrize(
    ("name", "shown"),
    [(b"new\nline.txt", "new\nline.txt"), (b"\xff.txt", "\\xff.txt"), (b"-x.txt", "-x.txt"), (b"%2e.txt", "%2e.txt"),
     (b"y" * 251 + b".txt", "y" * 251 + ".txt")],
    ids=["line end", "bytes", "hyphen", "percent", "255 bytes"],
)  # fmt: skip
def test_odd_names_are_kept_as_they_are(tmp_path, name, shown):
    (tmp_path / os.fsdecode(name)).write_text("one")

    assert fields_of(read_dump(FOLDER, tmp_path)) == [{"id": shown, "text": "one", "path": shown}]


def test_file_is_no_folder(tmp_path):
    (tmp_path / "a.txt").write_text("one")

    with pytest.raises(UsageError, match="not a folder"):
        FOLDER.open(tmp_path / "a.txt", {})


def test_the_schema_takes_the_endings_that_it_names_as_default():
    declared = FOLDER.options["properties"]["suffixes"]

    assert Draft202012Validator(declared).is_valid(declared["default"])
    assert not Draft202012Validator(declared).is_valid(["txt"])
