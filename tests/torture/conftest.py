"""Chance and time of the tests that torture at random. The seed stands in the report of a test that fails."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """What chance begins with."""
    given = request.config.getoption("--torture-seed")
    found = random.SystemRandom().randrange(1 << 32) if given is None else int(given)
    print(f"--torture-seed {found}")
    return found


@pytest.fixture
def chance(seed: int) -> random.Random:
    """Numbers that follow from the seed."""
    return random.Random(seed)


@pytest.fixture
def has_time(request: pytest.FixtureRequest) -> Callable[[], bool]:
    """Whether there is still time."""
    ends = time.monotonic() + float(request.config.getoption("--torture-seconds"))
    return lambda: time.monotonic() < ends
