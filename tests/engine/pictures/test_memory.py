"""Decoded images are kept as long as there is room."""

from types import SimpleNamespace

from rubricate.pictures.memory import PixelMemory


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
