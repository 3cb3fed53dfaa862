"""Exact bounds on a share that was counted: binomial tails and Clopper-Pearson, without a statistics package.

Source: Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial",
Biometrika 26 (1934). The lower bound at error `delta` is the share at which the counted number of hits or more would
be seen with probability `delta`; a true share below the bound is thus missed in at most `delta` of all draws.
"""

from __future__ import annotations

import math
from functools import lru_cache

__all__ = ["fewest_right", "lower_bound", "needed_without_error", "tail", "upper_bound"]

STEPS = 60
"""Halvings of 0..1 that find a bound to the last digit that a float has of it."""
LEAST = -700.0
"""The logarithm of what is nearly too small for a float."""


def tail(right: int, of: int, share: float) -> float:
    """The probability of `right` hits or more among `of` draws that each hit with probability `share`.

    >>> round(tail(9, 10, 0.5), 8), tail(0, 10, 0.5), tail(1, 10, 0.0)
    (0.01074219, 1.0, 0.0)
    """
    if right <= 0:
        return 1.0
    if right > of or share <= 0:
        return 0.0
    if share >= 1:
        return 1.0
    if right <= share * of:  # the shorter side is the more exact one
        return max(0.0, 1.0 - _sum(0, right - 1, of, share))
    return min(1.0, _sum(right, of, of, share))


def _sum(first: int, last: int, of: int, share: float) -> float:
    """The probability of `first` to `last` hits, from the likeliest of them outward until nothing is left to add."""
    peak = min(max(int((of + 1) * share), first), last)
    odds = share / (1 - share)
    top = math.exp(
        math.lgamma(of + 1) - math.lgamma(peak + 1) - math.lgamma(of - peak + 1)
        + peak * math.log(share) + (of - peak) * math.log1p(-share)
    )  # fmt: skip
    total = term = top
    for hits in range(peak + 1, last + 1):
        term *= odds * (of - hits + 1) / hits
        total += term
        if term < total * 1e-17:
            break
    term = top
    for hits in range(peak - 1, first - 1, -1):
        term *= (hits + 1) / (odds * (of - hits))
        total += term
        if term < total * 1e-17:
            break
    return total


@lru_cache(maxsize=4096)
def lower_bound(right: int, of: int, delta: float) -> float:
    """The share that the true one is not below, with an error of at most `delta` (one-sided, exact).

    >>> round(lower_bound(59, 59, 0.05), 6), round(lower_bound(95, 100, 0.05), 6), lower_bound(0, 0, 0.05)
    (0.950492, 0.897747, 0.0)
    """
    if right <= 0 or of <= 0:
        return 0.0
    if right == of:
        return float(delta ** (1 / of))
    low, high = 0.0, right / of
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if tail(right, of, middle) < delta else (low, middle)
    return low


def upper_bound(right: int, of: int, delta: float) -> float:
    """The share that the true one is not above, with an error of at most `delta` (one-sided, exact).

    >>> round(upper_bound(0, 59, 0.05), 6), upper_bound(0, 0, 0.05)
    (0.049508, 1.0)
    """
    return 1.0 - lower_bound(of - right, of, delta)


@lru_cache(maxsize=65536)
def fewest_right(of: int, target: float, delta: float) -> int | None:
    """The fewest hits among `of` draws whose lower bound reaches the target; None where not even `of` hits do.

    >>> fewest_right(59, 0.95, 0.05), fewest_right(100, 0.95, 0.05), fewest_right(58, 0.95, 0.05)
    (59, 99, None)
    """
    if of <= 0 or tail(of, of, target) > delta:
        return None
    if of * math.log(target) < LEAST:
        return _fewest_of_many(of, target, delta)
    odds = (1 - target) / target
    term = total = target**of
    right = of
    while right > 0:  # one hit less, as long as what is then in the tail stays within the error
        term *= odds * right / (of - right + 1)
        if total + term > delta:
            break
        total += term
        right -= 1
    return right


def _fewest_of_many(of: int, target: float, delta: float) -> int:
    low, high = 0, of  # high passes, low does not
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if tail(middle, of, target) <= delta else (middle, high)
    return high


def needed_without_error(target: float, delta: float) -> int:
    """How many hits in a row show that the true share reaches the target.

    >>> needed_without_error(0.95, 0.05), needed_without_error(0.97, 0.05)
    (59, 99)
    """
    return math.ceil(round(math.log(delta) / math.log(target), 9))
