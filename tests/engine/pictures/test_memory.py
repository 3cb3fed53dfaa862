"""Decoded images are kept as long as there is room, and of many more that they are sound."""

from types import SimpleNamespace

from rubricate.pictures.memory import PixelMemory, SoundImages


def image(width=10, height=10):
    return SimpleNamespace(width=width, height=height)


def test_image_that_was_used_longest_ago_makes_room():
    memory = PixelMemory(1200)
    for name in ("a", "b", "c"):
        memory.keep(name, image())
    memory.get("a")
    memory.keep("d", image())

    assert [name for name in "abcd" if name in memory] == ["a", "c", "d"]


def test_image_larger_than_half_of_the_memory_is_not_kept():
    memory = PixelMemory(1200)
    memory.keep("small", image())
    memory.keep("large", image(20, 10))

    assert [name for name in ("small", "large") if name in memory] == ["small"]


def test_images_are_known_as_sound_up_to_a_number():
    sound = SoundImages(2)
    names = [letter * 64 for letter in "abc"]
    for name in names:
        sound.add(name)

    assert [name in sound for name in names] == [True, True, False]
