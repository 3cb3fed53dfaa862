"""The perceptual hash of pictures."""

import random

import pytest

from rubricate.pictures import likeness as likeness_module
from rubricate.pictures.likeness import likeness_of
from support.pictures import NEEDS_PILLOW, image_bytes
from support.scenes import bytes_of, copy_of, picture_of, scene

pytestmark = pytest.mark.skipif(NEEDS_PILLOW is not None, reason=str(NEEDS_PILLOW))

SEEDS = range(12)


def likeness(data):
    return likeness_of(picture_of(data))


def differing(one, other):
    return (likeness(one) ^ likeness(other)).bit_count()


@pytest.mark.parametrize("kind", ["smaller", "poorer", "both", "trimmed", "other format"])
def test_copies_of_a_picture_are_near_it(kind):
    assert [differing(bytes_of(scene(seed)), copy_of(scene(seed), kind)) <= 6 for seed in SEEDS] == [True] * len(SEEDS)


def test_different_pictures_are_far_from_each_other():
    found = [likeness(bytes_of(scene(seed))) for seed in SEEDS]
    nearest = min((one ^ other).bit_count() for number, one in enumerate(found) for other in found[:number])

    assert nearest >= 10


def test_picture_of_one_shade_has_none():
    from PIL import Image

    slight = Image.linear_gradient("L").point(lambda shade: 100 + shade * 6 // 255).convert("RGB")

    assert [likeness(image_bytes(40, 30, colour=colour)) for colour in ("white", "black")] == [None, None]
    assert likeness(bytes_of(slight)) is None


@pytest.mark.parametrize("has_numpy", [False, True], ids=["Pillow alone", "numpy"])
def test_likeness_is_the_same_on_every_machine(monkeypatch, has_numpy):
    from PIL import Image

    if has_numpy:
        pytest.importorskip("numpy")
    else:
        monkeypatch.setattr(likeness_module, "find_numpy", lambda: None)

    shades = bytes((at * at // 7 + at % 32 * 5) % 256 for at in range(32 * 32))

    assert f"{likeness(bytes_of(Image.frombytes('L', (32, 32), shades))):016x}" == "90af38723115bd1b"


def test_numpy_and_python_reckon_alike(monkeypatch):
    pytest.importorskip("numpy")
    drawn = random.Random(11)  # shades, no secrets
    seen = [scene(seed).convert("L").resize((32, 32)).tobytes() for seed in SEEDS]
    steep = [bytes(drawn.choices((0, 255), k=1024)) for _ in range(20)]
    repeated = [bytes(drawn.choices(range(256), k=width)) * (1024 // width) for width in (1, 2, 32)]  # equal medians
    shades = [*seen, *steep, *repeated]
    hashed = [likeness_module._hash(each) for each in shades]

    monkeypatch.setattr(likeness_module, "find_numpy", lambda: None)

    assert hashed == [likeness_module._hash(each) for each in shades]
