"""The kit catches a step that reads pictures for each law that it can break, and says what is wrong with it."""

from support.models import needs

needs("PIL")

import itertools  # noqa: E402  # what needs Pillow comes behind the skip

import pytest  # noqa: E402

from rubricate.api import Transform  # noqa: E402
from rubricate.testing import ReadingSample  # noqa: E402
from support.broken_plugins import faults_of, laws_without_a_case, plugin, words_of  # noqa: E402
from support.pictures import boxed_bytes  # noqa: E402

STEP = {"use": "red_words", "from": "photo", "into": "text"}
READ = ReadingSample(STEP, reads=[(boxed_bytes((1, 2, 3, 2)), "6 red"), (boxed_bytes((0, 0, 1, 1)), "1 red")],
                     empty=[boxed_bytes()])  # fmt: skip
OPTIONS = {
    "type": "object",
    "properties": {
        "from": {"type": "string", "description": "The image field."},
        "into": {"type": "string", "description": "The text field."},
        "least": {"type": "integer", "description": "How many pixels."},
    },
    "required": ["from", "into"],
    "additionalProperties": False,
}


def red_words(picture):
    pixels = picture.rgb().load()
    red = sum(pixels[x, y] == (255, 0, 0) for x in range(picture.width) for y in range(picture.height))
    return f"{red} red" if red else ""


def reader(read=red_words, options=OPTIONS):
    return Transform(name="red_words", help="how much is red", options=options, read=lambda options: read)


def remembering(options):
    seen = itertools.count()
    return lambda picture: red_words(picture) and f"{red_words(picture)} and {next(seen)} before"


TURN = itertools.count()

READINGS = {
    "another text": (reader(lambda picture: red_words(picture).upper()), "samples",
                     "it reads '6 RED', in which '6 red' is missing"),
    "no text": (reader(lambda picture: red_words(picture) or None), "samples",
                "it reads None, which is no text"),
    "bytes": (reader(lambda picture: red_words(picture).encode()), "samples", "it reads b'6 red', which is no text"),
    "a text where there is none": (reader(lambda picture: red_words(picture) or "nothing red"), "samples",
                                   "it reads 'nothing red' in a picture without a text"),
    "a crash": (reader(lambda picture: red_words(picture) or 1 / 0), "samples", "it raises ZeroDivisionError"),
    "an option that crashes": (
        Transform(name="red_words", help="how much is red", options=OPTIONS,
                  read=lambda options: red_words if 7 // options.get("least", 1) else None),
        "wrong options", "its schema takes an option, and then it raises ZeroDivisionError",
    ),
    "chance": (reader(lambda picture: red_words(picture) and f"{red_words(picture)} {next(TURN)}"), "repetition",
               "the same picture gives another text the second time"),
    "a memory": (Transform(name="red_words", help="how much is red", options=OPTIONS, read=remembering), "repetition",
                 "the same picture gives another text the second time"),
}  # fmt: skip


@pytest.mark.parametrize("case", READINGS)
def test_a_broken_step_that_reads_pictures_is_told_what_is_wrong(case):
    step, law, words = READINGS[case]

    assert words in words_of(plugin(transforms=[step]), READ, law)


def test_every_law_of_readings_is_broken_by_a_case():
    assert laws_without_a_case(ReadingSample, READINGS) == set()


def test_a_whole_step_that_reads_pictures_breaks_no_law():
    assert faults_of(plugin(transforms=[reader()]), READ) == []


def test_a_step_that_cannot_be_loaded_is_told():
    sample = ReadingSample({**STEP, "least": "three"}, reads=READ.reads)

    assert "a ruleset with the sample's step cannot be loaded: " in words_of(
        plugin(transforms=[reader()]), sample, "samples"
    )


def test_a_picture_with_a_text_is_asked_for():
    assert words_of(plugin(transforms=[reader()]), ReadingSample(STEP), "samples") == (
        'transform "red_words" breaks the law "samples": the sample has no pictures that are read\n'
        '  help: add reads=[(DATA, "part of its text")]'
    )


def test_a_sample_of_readings_is_asked_for():
    [fault] = faults_of(plugin(transforms=[reader()]))

    assert fault == (
        'transform "red_words" breaks the law "samples": there is no sample of it, so nothing is known of what it does\n'
        '  help: add a ReadingSample for "red_words" to the samples'
    )
