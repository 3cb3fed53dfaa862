"""Looks for an input that breaks a law, and makes it small."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TypeVar

from rubricate.errors import MissingExtraError
from rubricate.testing.faults import ForeignError

try:
    import hypothesis
    from hypothesis import strategies
    from hypothesis.errors import Flaky, NoSuchExample
except ImportError:
    raise MissingExtraError("rubricate.testing", "testing") from None

__all__ = ["find_broken", "strategies", "texts_around"]

T = TypeVar("T")


def find_broken(inputs: strategies.SearchStrategy[T], breaks: Callable[[T], bool], *, tries: int = 200) -> T | None:
    """The smallest input found that breaks a law, or on which asking raises; the same each time.

    Raises ForeignError with what is raised on it.
    """

    def breaks_or_raises(value: T) -> bool:
        try:
            return breaks(value)
        except ForeignError:
            return True

    settings = hypothesis.settings(
        max_examples=tries, database=None, deadline=None, phases=[hypothesis.Phase.generate, hypothesis.Phase.shrink]
    )
    try:
        found = hypothesis.find(inputs, breaks_or_raises, settings=settings, random=Random(0))  # noqa: S311  # no secret
    except NoSuchExample:
        return None
    except Flaky:
        raise ForeignError(
            "inputs that were looked for", "the same input gives something else the second time"
        ) from None
    breaks(found)
    return found


def texts_around(seeds: list[str], letters: str) -> strategies.SearchStrategy[str]:
    """Texts made of the seeds, of changed seeds, and of letters."""
    seeds = sorted({form for seed in seeds for form in (seed, seed.lower(), seed.upper(), seed.title())} - {""})
    alphabet = sorted(set(letters + "".join(seeds)))
    letter = strategies.sampled_from(alphabet)
    if not seeds:
        return strategies.text(letter, max_size=12)
    seed = strategies.sampled_from(seeds)
    changed = strategies.builds(_change, seed, strategies.integers(0, 200), letter | strategies.just(""))
    return strategies.lists(seed | changed | letter, max_size=5).map("".join)


def _change(seed: str, place: int, letter: str) -> str:
    place %= len(seed) + 1
    return seed[:place] + letter + seed[place + 1 :]
