"""Images are checked before they are decoded: what they are by their bytes, how large, and whether they are whole."""

import struct
import zlib
from io import BytesIO

import pytest

from rubricate.errors import RecordError
from rubricate.pictures import opening
from rubricate.pictures.memory import PixelMemory, SoundImages
from rubricate.pictures.opening import open_picture
from support.pictures import NEEDS_PILLOW, image_bytes

pytestmark = pytest.mark.skipif(NEEDS_PILLOW is not None, reason=str(NEEDS_PILLOW))


def refusal(data):
    with pytest.raises(RecordError) as caught:
        open_picture("photo", data)
    return caught.value.reason, caught.value.detail


def png_header(width, height):
    """A PNG that says how large it is, and holds nothing."""
    body = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", len(body)) + b"IHDR" + body + struct.pack(">I", zlib.crc32(b"IHDR" + body))
    return b"\x89PNG\r\n\x1a\n" + chunk + image_bytes()[33:]


@pytest.mark.parametrize("format", ["jpeg", "png", "webp", "gif", "bmp"])
def test_picture_tells_its_size_and_format(format):
    data = image_bytes(12, 7, format)

    picture = open_picture("photo", data)

    assert (picture.field, picture.width, picture.height, picture.format) == ("photo", 12, 7, format)
    assert (picture.size, picture.data) == (len(data), data)
    assert (picture.rgb().mode, picture.rgb().size) == ("RGB", (12, 7))


def test_picture_is_upright_as_its_exif_data_says():
    picture = open_picture("photo", image_bytes(12, 7, "jpeg", turned=6))

    assert (picture.width, picture.height, picture.rgb().size) == (7, 12, (7, 12))


def test_what_is_transparent_stands_on_white():
    picture = open_picture("photo", image_bytes(2, 2, mode="RGBA", colour=(255, 0, 0, 0)))

    assert picture.rgb().getpixel((0, 0)) == (255, 255, 255)


def test_grey_and_indexed_images_become_rgb():
    grey = open_picture("photo", image_bytes(2, 2, mode="L", colour=90))
    indexed = open_picture("photo", image_bytes(2, 2, "gif", mode="P", colour=0))

    assert (grey.rgb().getpixel((0, 0)), indexed.rgb().mode) == ((90, 90, 90), "RGB")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "an SVG drawing"),
        (b'<?xml version="1.0"?>\n<!-- x --><svg/>', "an SVG drawing"),
        (b"<!doctype html><script>alert(1)</script>", "markup, such as a web page"),
        (b"SIMPLE  =                    T", "a FITS image"),
        (b"II*\0\x08\0\0\0", "a TIFF image"),
        (b"%PDF-1.7", "a PDF"),
        (b"PK\x03\x04", "a zip archive"),
        (b"\0\0\0\x18ftypheic", "an HEIC or AVIF image"),
        (b"hello", "no image that is known here"),
    ],
)
def test_what_is_no_image_of_the_list_is_refused_by_its_bytes(data, words):
    assert refusal(data) == (
        "image_format",
        f'the image of the field "photo" is {words}; jpeg, png, webp, gif and bmp are read',
    )


@pytest.mark.parametrize(
    ("data", "second"),
    [
        (image_bytes(format="gif")[:20] + b"<script>alert(1)</script>", "a web page"),
        (image_bytes(format="bmp") + b"%PDF-1.7 ", "a PDF"),
        (image_bytes(format="jpeg") + b"PK\x05\x06" + b"\0" * 18, "a zip archive"),
        (image_bytes(format="jpeg") + b"PK\x05\x06" + b"\0" * 16 + b"\x02\0hi", "a zip archive"),
    ]
    if NEEDS_PILLOW is None
    else [],
)
def test_polyglot_is_refused(data, second):
    reason, detail = refusal(data)

    assert (reason, detail.partition(" is ")[2].partition(" and ")[2]) == ("image_format", f"{second} at the same time")


def test_image_with_the_mark_of_an_archive_by_chance_is_an_image():
    data = image_bytes(format="jpeg") + b"PK\x05\x06" + b"\0" * 18 + b"more"

    assert open_picture("photo", data).format == "jpeg"


@pytest.mark.parametrize(("width", "height"), [(50_000, 50_000), (8_001, 8_000), (2**31 - 1, 1)])
def test_too_many_pixels_are_refused_by_the_header(width, height):
    reason, detail = refusal(png_header(width, height))

    assert reason == "image_too_large"
    assert detail.endswith("more than 64,000,000")


def test_too_many_bytes_are_refused(monkeypatch):
    monkeypatch.setattr("rubricate.pictures.opening.MOST_BYTES", 10)

    assert refusal(image_bytes())[0] == "image_too_large"


@pytest.mark.parametrize("format", ["jpeg", "png", "webp", "gif", "bmp"])
def test_image_that_was_cut_short_is_broken(format):
    data = image_bytes(40, 40, format)

    assert refusal(data[: len(data) // 2])[0] == "image_broken"


def outcome(data):
    try:
        return str(open_picture("photo", data).width)
    except RecordError as error:
        return error.reason


def test_every_cut_of_an_image_is_refused_or_whole():
    data = image_bytes(9, 5, "jpeg", colour=(1, 200, 90))

    assert {outcome(data[:end]) for end in range(len(data) - 2)} <= {"9", "image_format", "image_broken"}


def test_of_16_bits_a_pixel_the_upper_half_is_seen():
    from PIL import Image

    written = BytesIO()
    Image.new("I;16", (3, 2), 0x4E20).save(written, "PNG")

    assert open_picture("photo", written.getvalue()).rgb().getpixel((1, 1)) == (0x4E, 0x4E, 0x4E)


def test_image_that_was_replaced_since_it_was_opened_is_not_taken_for_it(monkeypatch):
    monkeypatch.setattr("rubricate.pictures.opening._PIXELS", PixelMemory(0))
    picture = open_picture("photo", image_bytes(3, 2), lambda: image_bytes(5, 5))

    with pytest.raises(RecordError) as caught:
        picture.rgb()

    assert caught.value.detail == 'the image of the field "photo" was replaced while it was looked at'


def test_image_that_was_found_sound_is_decoded_again_only_for_its_pixels(monkeypatch):
    decoded = []
    upright = opening._upright
    monkeypatch.setattr(opening, "_upright", lambda image: decoded.append(image.size) or upright(image))
    monkeypatch.setattr(opening, "_PIXELS", PixelMemory(0))
    monkeypatch.setattr(opening, "_SOUND", SoundImages(9))
    data = image_bytes(7, 3)
    open_picture("photo", data)
    again = open_picture("photo", data)
    assert (decoded, again.width) == ([(7, 3)], 7)

    assert again.rgb().size == (7, 3)
    assert decoded == [(7, 3)] * 2


def test_broken_image_is_never_taken_for_sound(monkeypatch):
    monkeypatch.setattr(opening, "_SOUND", SoundImages(9))
    data = image_bytes(40, 40, "jpeg")

    assert [refusal(data[: len(data) // 2])[0] for _ in range(2)] == ["image_broken"] * 2


def test_image_that_is_called_otherwise_is_what_its_bytes_say():
    reason, detail = refusal(b"\xff\xd8\xff" + image_bytes()[8:])

    assert (reason, detail) == (
        "image_broken",
        'the image of the field "photo" cannot be decoded: nothing behind its first bytes is jpeg',
    )
