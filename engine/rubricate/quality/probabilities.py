"""Turns scores into probabilities, and says how far both are from what is right.

Three ways: isotonic regression by pooling adjacent violators (Ayer et al. 1955; it needs no form and many records),
Platt's two numbers on the log-odds of the score (Platt 1999), and one number of them, a temperature (Guo et al. 2017).
The one with the smallest log-loss on records that it was not fitted on is chosen, so that few records do not choose a
form that only fits them. Everything is rounded to 1e-4.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import TypeAlias

from rubricate.model.calibration import ALWAYS, Bin, Probabilities, Scored

__all__ = ["BINS", "calibrate_scores", "expected_error", "fit_isotonic", "fit_platt", "fit_temperature", "reliability"]

Map: TypeAlias = "Callable[[float], float]"
Points: TypeAlias = "Sequence[tuple[float, bool]]"
"""(score, whether it was right)."""

BINS = 10
FOLDS = 5
EDGE = 0.001
"""No probability is nearer to 0 or 1 than this when losses are compared: nothing that was counted is certain."""
MOST_STEPS = 100
FLAT = 1e-9


def calibrate_scores(scored: Sequence[Scored]) -> Probabilities | None:
    """What the scores of these records mean; None without records. Their order says which fold each is in."""
    points = [(each.score, each.right) for each in scored if each.score < ALWAYS]
    if not points:
        return None
    fits: dict[str, Callable[[Points], Map]] = {"rate": _fit_rate}
    if len({score for score, _ in points}) > 1 and len({right for _, right in points}) > 1 and len(points) >= 2 * FOLDS:
        fits = {"temperature": fit_temperature, "platt": fit_platt, "isotonic": fit_isotonic, **fits}
    unseen = {name: _unseen(points, fit) for name, fit in fits.items()}
    losses = {name: _log_loss(said, points) for name, said in unseen.items()}
    method = min(losses, key=lambda name: losses[name])
    fitted = fits[method](points)
    before = [score for score, _ in points]
    return Probabilities(
        method=method,
        points=tuple((score, round(fitted(score), 4)) for score in sorted({score for score, _ in points})),
        log_loss={**losses, "none": _log_loss(before, points)},
        brier=_brier(unseen[method], points),
        brier_before=_brier(before, points),
        ece=expected_error(unseen[method], points),
        ece_before=expected_error(before, points),
        bins=reliability(unseen[method], points),
        bins_before=reliability(before, points),
    )


def _unseen(points: Points, fit: Callable[[Points], Map]) -> list[float]:
    """What is said of each record by a map that was fitted without its fold."""
    said = [0.0] * len(points)
    folds = min(FOLDS, len(points))
    for fold in range(folds):
        rest = [point for place, point in enumerate(points) if place % folds != fold] or list(points)
        fitted = fit(rest)
        for place in range(fold, len(points), folds):
            said[place] = round(fitted(points[place][0]), 4)
    return said


def _fit_rate(points: Points) -> Map:
    """The share that is right, whatever the score; half a record more of each kind keeps it from being certain."""
    share = (sum(right for _, right in points) + 0.5) / (len(points) + 1)
    return lambda _: share


def fit_isotonic(points: Points) -> Map:
    """The rising steps that are nearest to the points; between two scores the step of the lower one."""
    by_score: dict[float, list[float]] = {}
    for score, right in points:
        of = by_score.setdefault(score, [0.0, 0.0])
        of[0] += right
        of[1] += 1
    blocks: list[tuple[float, float, float]] = []  # first score, right, of
    for score in sorted(by_score):
        block = (score, by_score[score][0], by_score[score][1])
        while blocks and blocks[-1][1] * block[2] >= block[1] * blocks[-1][2]:
            below = blocks.pop()
            block = (below[0], below[1] + block[1], below[2] + block[2])
        blocks.append(block)
    starts = [block[0] for block in blocks]
    shares = [block[1] / block[2] for block in blocks]
    return lambda score: shares[max(0, bisect_right(starts, score) - 1)]


def fit_platt(points: Points) -> Map:
    """1 / (1 + exp(-(a * log-odds + b))), with Platt's targets, which keep it from certainty."""
    a, b = _logistic(points, with_shift=True)
    return lambda score: _expit(a * _logit(score) + b)


def fit_temperature(points: Points) -> Map:
    """The same without a shift: a score of one half stays one half."""
    a, _ = _logistic(points, with_shift=False)
    return lambda score: _expit(a * _logit(score))


def _logistic(points: Points, *, with_shift: bool) -> tuple[float, float]:
    """Newton's method on a loss with one lowest point, damped so that each step goes down."""
    held = sum(right for _, right in points)
    high, low = (held + 1) / (held + 2), 1 / (len(points) - held + 2)
    data = [(_logit(score), high if right else low) for score, right in points]
    a, b = 1.0, 0.0
    loss = _loss(data, a, b)
    for _ in range(MOST_STEPS):
        ga = gb = 0.0
        haa = hbb = 1e-9
        hab = 0.0
        for x, wanted in data:
            said = _expit(a * x + b)
            error, weight = said - wanted, said * (1 - said)
            ga += error * x
            gb += error
            haa += weight * x * x
            hab += weight * x
            hbb += weight
        if not with_shift:
            step = (ga / haa, 0.0)
        else:
            determinant = haa * hbb - hab * hab
            if determinant <= FLAT:
                break
            step = ((hbb * ga - hab * gb) / determinant, (haa * gb - hab * ga) / determinant)
        size = 1.0
        while size > FLAT and _loss(data, a - size * step[0], b - size * step[1]) > loss:
            size /= 2
        a, b = a - size * step[0], b - size * step[1]
        after = _loss(data, a, b)
        if loss - after < FLAT:
            break
        loss = after
    return max(a, 0.0), b  # a falling curve would turn the order of the scores round


def _loss(data: Sequence[tuple[float, float]], a: float, b: float) -> float:
    return sum(_softplus(a * x + b) - wanted * (a * x + b) for x, wanted in data)


def _softplus(value: float) -> float:
    return max(value, 0.0) + math.log1p(math.exp(-abs(value)))


def _logit(score: float) -> float:
    inside = min(max(score, EDGE), 1 - EDGE)
    return math.log(inside / (1 - inside))


def _expit(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value >= 0 else math.exp(value) / (1 + math.exp(value))


def _log_loss(said: Sequence[float], points: Points) -> float:
    inside = [min(max(each, EDGE), 1 - EDGE) for each in said]
    total = math.fsum(-math.log(p if right else 1 - p) for p, (_, right) in zip(inside, points, strict=True))
    return round(total / len(points), 4)


def _brier(said: Sequence[float], points: Points) -> float:
    return round(math.fsum((p - right) ** 2 for p, (_, right) in zip(said, points, strict=True)) / len(points), 4)


def reliability(said: Sequence[float], points: Points, *, bins: int = BINS) -> tuple[Bin, ...]:
    """Bins of about equally many records by what was said of them; records of which the same was said stay together."""
    groups: dict[float, list[bool]] = {}
    for p, (_, right) in zip(said, points, strict=True):
        groups.setdefault(p, []).append(right)
    found: list[Bin] = []
    total = 0.0
    inside: list[bool] = []
    seen = 0
    for p in sorted(groups):
        total += p * len(groups[p])
        inside += groups[p]
        seen += len(groups[p])
        if seen * bins >= len(points) * (len(found) + 1) or seen == len(points):
            found.append(Bin(round(total / len(inside), 4), sum(inside), len(inside)))
            total, inside = 0.0, []
    return tuple(found)


def expected_error(said: Sequence[float], points: Points, *, bins: int = BINS) -> float:
    """The expected calibration error over bins of equally many records.

    >>> expected_error([0.9] * 10, [(0.9, place > 0) for place in range(10)])
    0.0
    >>> expected_error([0.9] * 10, [(0.9, place > 4) for place in range(10)])
    0.4
    """
    found = reliability(said, points, bins=bins)
    return round(math.fsum(abs(each.said * each.of - each.right) for each in found) / len(points), 4)
