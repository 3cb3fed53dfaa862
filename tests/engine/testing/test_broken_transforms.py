"""The kit catches a step that rewrites texts for each law that it can break, and says what is wrong with it."""

import itertools
import re

import pytest

from rubricate.api import OffsetMap, Transform
from rubricate.testing import TransformSample
from support.broken_plugins import eight_times, faults_of, laws_without_a_case, one_option, plugin, words_of

STAR = TransformSample({"use": "stars"}, gives={"a * star": "a  star"}, keeps=["nothing here"])


def without_stars(text):
    pieces, target = [], 0
    for run in re.finditer(r"[^*]+", text):
        pieces.append((target, target + len(run[0]), *run.span()))
        target += len(run[0])
    return (text.replace("*", ""), OffsetMap(pieces)) if "*" in text else None


def stars(rewrite=without_stars, **more):
    return Transform(name="stars", help="no stars", make=lambda options: rewrite, **more)


def shifted(text):
    found = without_stars(text)
    return found and (found[0], OffsetMap([(0, len(found[0]), 0, len(found[0]))] if found[0] else []))


def too_short(text):
    found = without_stars(text)
    return found and (found[0], OffsetMap(found[1].pieces[:-1]))


def backwards(text):
    found = without_stars(text)
    if found is None:
        return None
    pieces = [(*one[:2], *other[2:]) for one, other in zip(found[1].pieces, found[1].pieces[::-1], strict=True)]
    return (found[0], OffsetMap(pieces))


TURN = itertools.count()

TRANSFORMS = {
    "another text": (stars(lambda text: (text.upper(), OffsetMap([(0, len(text), 0, len(text))])) if text else None),
                     "samples", "it gives 'A * STAR', not 'a  star'"),
    "a text that must stay": (stars(lambda text: (text[1:], OffsetMap([(0, len(text) - 1, 1, len(text))]))
                                    if len(text) > 1 else None), "identity", "of a text that must stay"),
    "an option that crashes": (
        Transform(name="stars", help="no stars", options=one_option(type="integer", description="How many."),
                  make=lambda options: without_stars if 7 // options.get("least", 1) else None),
        "wrong options", "its schema takes an option, and then it raises ZeroDivisionError",
    ),
    "a map that leads elsewhere": (stars(shifted), "offset map", "the map leads"),
    "a map that is too short": (stars(too_short), "offset map", "characters of the new text"),
    "a map that runs back": (stars(backwards), "offset map", "the map runs back"),
    "no map": (stars(lambda text: text), "offset map", "something else than a text and an offset map"),
    "a crash": (stars(lambda text: without_stars(text) if text.isprintable() else 1 / 0), "offset map", "ZeroDivisionError"),
    "chance": (stars(lambda text: without_stars(text + "*" * (next(TURN) % 2))), "repetition",
               "the same text becomes something else the second time"),
    "work that grows too fast": (stars(lambda text: eight_times(text) and without_stars(text)), "growth", "times as long, more than 3"),
}  # fmt: skip


@pytest.mark.parametrize("case", TRANSFORMS)
def test_a_broken_transform_is_told_what_is_wrong(case):
    transform, law, words = TRANSFORMS[case]

    assert words in words_of(plugin(transforms=[transform]), STAR, law)


def test_every_law_of_transforms_is_broken_by_a_case():
    assert laws_without_a_case(TransformSample, TRANSFORMS) == set()


def test_a_whole_transform_breaks_no_law():
    assert faults_of(plugin(transforms=[stars()]), STAR) == []
