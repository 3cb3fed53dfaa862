"""Images are read below one folder or out of the record, and nowhere else; nothing is fetched."""

import base64
import os

import pytest

from rubricate.errors import RecordError
from rubricate.pictures.locating import find_image

SECRET = b"not for everybody"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "secret.jpg").write_bytes(SECRET)
    images = tmp_path / "images"
    (images / "down").mkdir(parents=True)
    (images / "a.jpg").write_bytes(b"a")
    (images / "down" / "b.jpg").write_bytes(b"b")
    (images / "out.jpg").symlink_to(tmp_path / "secret.jpg")
    (images / "up").symlink_to(tmp_path)
    (images / "in.jpg").symlink_to(images / "a.jpg")
    (images / "ring.jpg").symlink_to(images / "ring.jpg")
    os.mkfifo(images / "pipe.jpg")
    return images


def reason(value, folder):
    with pytest.raises(RecordError) as caught:
        find_image("photo", value, folder)
    return caught.value.reason


@pytest.mark.parametrize(("value", "data"), [
    ("a.jpg", b"a"), ("down/b.jpg", b"b"), ("down/../a.jpg", b"a"), ("./a.jpg", b"a"), ("in.jpg", b"a"),
    ({"path": "a.jpg", "bytes": None}, b"a"),
])  # fmt: skip
def test_path_leads_on_from_the_folder(folder, value, data):
    found, again = find_image("photo", value, folder)

    assert (found, again()) == (data, data)


@pytest.mark.parametrize("value", [
    "../secret.jpg", "down/../../secret.jpg", "out.jpg", "up/secret.jpg", "/etc/passwd", "..",
])  # fmt: skip
def test_nothing_outside_of_the_folder_is_read(folder, value):
    assert reason(value, folder) == "image_outside"


@pytest.mark.parametrize("value", [
    "http://169.254.169.254/latest/meta-data/a.jpg", "http://localhost/a.jpg", "https://example.com/a.jpg",
    "file:///etc/passwd", "FILE:a.jpg", "ftp://example.com/a.jpg", "gopher:x", "c:\\a.jpg",
])  # fmt: skip
def test_address_is_never_followed(folder, value):
    with pytest.raises(RecordError) as caught:
        find_image("photo", value, folder)

    assert caught.value.reason == "image_outside"
    assert "nothing is fetched" in caught.value.detail


@pytest.mark.parametrize("value", ["b.jpg", "a.jpg/b", "down", "pipe.jpg", "ring.jpg", " ", "a\0.jpg"])
def test_what_is_no_file_is_missing(folder, value):
    assert reason(value, folder) in ("image_missing",)


def test_absolute_path_is_refused_even_below_the_folder(folder):
    assert reason(str(folder / "a.jpg"), folder) == "image_outside"


def test_image_within_the_record_needs_no_folder(tmp_path):
    text = "data:image/png;base64," + base64.b64encode(b"pixels").decode()

    assert find_image("photo", text, tmp_path) == (b"pixels", None)
    assert find_image("photo", b"pixels", tmp_path) == (b"pixels", None)
    assert find_image("photo", {"bytes": b"pixels", "path": "a.jpg"}, tmp_path) == (b"pixels", None)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("data:text/html;base64,aGk=", "image_format"),
        ("data:image/svg+xml,<svg/>", "image_format"),
        ("data:image/png;base64,a*b", "image_broken"),
        ("data:", "image_format"),
        (7, "type"),
        ([], "type"),
        ({}, "type"),
    ],
)
def test_what_holds_no_image_is_refused(tmp_path, value, expected):
    assert reason(value, tmp_path) == expected
