"""How fast work grows, on a clock that counts steps and sometimes is late."""

import itertools

import pytest

from rubricate.testing import timing


@pytest.fixture
def clock(monkeypatch):
    """Seconds that only work adds."""
    time = [0.0]
    monkeypatch.setattr(timing, "process_time", lambda: time[0])
    return time


def taking(clock, seconds):
    def work(text):
        clock[0] += seconds(len(text))

    return work


@pytest.mark.parametrize(
    ("power", "seconds"),
    [(0, 1.0), (0.5, 1e-3), (1, 1e-9), (1, 1e-6), (1, 1e-3), (1, 0.1), (1.5, 1e-6)],
)
def test_work_that_grows_as_the_text_does_is_fine(clock, power, seconds):
    assert timing.growth_of(taking(clock, lambda size: seconds * size**power), "ab") is None


@pytest.mark.parametrize(("power", "ratio"), [(1.7, 3.25), (2, 4), (3, 8)])
@pytest.mark.parametrize("seconds", [1e-10, 1e-8, 1e-6, 1e-4])
def test_work_that_grows_faster_is_told(clock, power, ratio, seconds):
    size, grown = timing.growth_of(taking(clock, lambda size: seconds * size**power), "abc")

    assert (grown, size in [512 << step for step in range(10)]) == (pytest.approx(ratio, rel=0.01), True)


def test_work_that_first_grows_as_the_text_does_is_looked_at_where_it_takes_time(clock):
    size, grown = timing.growth_of(taking(clock, lambda size: 1e-7 * size + 1e-9 * size**2), "a")

    assert (size, grown) == (8192, pytest.approx(3.98, rel=0.01))


@pytest.mark.parametrize("every", [3, 4, 5])
def test_a_late_clock_hides_no_growth_and_makes_none(clock, every):
    turns = itertools.count()

    def late(seconds):
        return lambda size: seconds(size) + (0.1 if next(turns) % every == 0 else 0)

    assert timing.growth_of(taking(clock, late(lambda size: 1e-6 * size)), "a") is None
    assert timing.growth_of(taking(clock, late(lambda size: 1e-8 * size**2)), "a") == (2048, pytest.approx(4))


def test_the_first_call_may_take_long(clock):
    first = iter([60.0])

    assert timing.growth_of(taking(clock, lambda size: next(first, 0.0) + 1e-6 * size), "a") is None
