"""What is told of pictures without a model: their background, their blur, what they look like."""

import hashlib
from collections import Counter

import pytest

from support.models import needs

needs("PIL", "numpy")

import numpy as np  # noqa: E402  # what needs Pillow and numpy comes behind the skip
from PIL import Image, ImageFilter  # noqa: E402

import rubricate_images  # noqa: E402
from rubricate.api import OptionError  # noqa: E402
from rubricate_images.colours import COLOURS, _border, _named  # noqa: E402
from support import tiny_vision as tiny  # noqa: E402

STEPS = range(0, 256, 17)


def framed(border, middle, width=80, height=60):
    """A picture with a broad border around another colour."""
    image = Image.new("RGB", (width, height), border)
    image.paste(middle, (width // 4, height // 4, width * 3 // 4, height * 3 // 4))
    return tiny.written(image)


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ("#000000", "black"), ("#1a1a1e", "black"), ("#ffffff", "white"), ("#f4f3ef", "white"), ("#808080", "grey"),
        ("#c8c6c4", "grey"), ("#e3d2b4", "beige"), ("#5a3a1e", "brown"), ("#d01010", "red"), ("#ff8c00", "orange"),
        ("#f2e21a", "yellow"), ("#2e8b57", "green"), ("#20c0c0", "turquoise"), ("#1e50c8", "blue"),
        ("#7a28b8", "purple"), ("#ff50b0", "pink"), ("#ff0010", "red"),
    ],
)  # fmt: skip
def test_a_background_has_the_name_that_people_use(ask, colour, name):
    assert ask("background", framed(colour, "#20c020" if name != "green" else "#c02020")) == [
        [("m", "photo", 0, 4800, 1.0, {"class": name})]
    ]


def test_each_colour_has_one_name_on_every_machine():
    every = np.array([(red, green, blue) for red in STEPS for green in STEPS for blue in STEPS], dtype=np.int16)

    named = _named(np.ascontiguousarray(every.T))

    assert dict(Counter(COLOURS[number] for number in named)) == {
        "black": 41, "white": 15, "grey": 62, "beige": 57, "brown": 80, "red": 316, "orange": 216, "yellow": 258,
        "green": 1062, "turquoise": 328, "blue": 704, "purple": 381, "pink": 576,
    }  # fmt: skip
    assert hashlib.sha256(bytes(int(number) for number in named)).hexdigest()[:16] == "bd3dba53a41f8be5"


@pytest.mark.parametrize(
    ("width", "height", "number"), [(1, 1, 1), (2, 3, 6), (40, 2, 80), (3, 40, 82), (200, 150, 2544)]
)
def test_the_border_counts_each_of_its_pixels_once(width, height, number):
    pixels = _border(Image.new("RGB", (width, height), (1, 2, 3)))

    assert pixels.T.tolist() == [[1, 2, 3]] * number


def test_a_border_of_many_colours_is_no_background(ask):
    image = Image.new("RGB", (90, 90), "white")
    image.paste("red", (0, 0, 30, 90))
    image.paste("blue", (60, 0, 90, 90))

    assert ask("background", tiny.written(image)) == [[]]
    assert [match[4:] for match in ask("background", tiny.written(image), least=0.2)[0]] == [(0.4118, {"class": "red"})]


def test_a_blurred_picture_is_found_by_its_sharpness(ask):
    sharp = tiny.drawn(200)
    soft = sharp.filter(ImageFilter.GaussianBlur(6))

    found = ask("blur", tiny.written(sharp), tiny.written(soft), tiny.painted("grey"), tiny.painted("red", 2, 2))

    assert [[match[4:] for match in each] for each in found] == [
        [], [(0.9818, {"sharpness": 1.82})], [(1.0, {"sharpness": 0.0})], [(1.0, {"sharpness": 0.0})],
    ]  # fmt: skip


def test_a_picture_that_looks_like_an_example_has_its_class(ask, tmp_path):
    (tmp_path / "none.png").write_bytes(tiny.written(tiny.drawn()))
    (tmp_path / "logo.png").write_bytes(tiny.written(tiny.drawn(turn=1)))
    (tmp_path / "logo2.png").write_bytes(tiny.written(tiny.drawn(turn=2)))
    examples = {"placeholder": "none.png", "logo": ["logo.png", "logo2.png"]}
    copy = tiny.written(tiny.drawn(turn=2).resize((200, 200)), "JPEG")

    found = ask("near_duplicate", tiny.written(tiny.drawn()), copy, tiny.written(tiny.drawn(turn=3)), examples=examples)

    assert found[0] == [("m", "photo", 0, 9216, 1.0, {"class": "placeholder"})]
    assert [match[5] for match in found[1]] == [{"class": "logo"}]
    assert found[2] == []


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, 'there is no picture "a.png"'), (b"<svg/>", '"a.png" is no picture: the image of the field "examples" is')],
    ids=["absent", "svg"],
)
def test_an_example_that_is_no_picture_is_refused(ask, tmp_path, content, message):
    if content is not None:
        (tmp_path / "a.png").write_bytes(content)

    with pytest.raises(OptionError, match=message):
        ask("near_duplicate", examples={"x": ["a.png"]})


def test_examples_are_files_that_a_matcher_rests_on(spec, tmp_path):
    (tmp_path / "a.png").write_bytes(tiny.painted("red"))
    kind = next(each for each in rubricate_images.register_matchers() if each.name == "images.near_duplicate")

    assert kind.files(spec("near_duplicate", examples={"x": "a.png"})) == {"a.png": tmp_path / "a.png"}


def test_the_first_picture_counts_unless_fields_are_named(ask):
    document = tiny.document_of(tiny.painted("red"), tiny.painted("white"))

    assert [match[1] for match in ask("background", document)[0]] == ["photo"]
    assert [match[1] for match in ask("background", document, fields=("photo2",))[0]] == ["photo2"]
    assert [match[1] for match in ask("background", document, fields=("photo", "photo2"))[0]] == ["photo", "photo2"]
    assert ask("background", tiny.document_of(clean={"text": "no picture"})) == [[]]
