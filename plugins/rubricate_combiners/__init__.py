"""The combiners of the house: max, noisy_or, mean, majority and label_model.

Each adds up in an order of its own, so that the order of the votes never changes the last digit of a score.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rubricate.api import Combiner, Fitting, hookimpl
from rubricate_combiners import label_model

__all__ = ["register_combiners"]


@hookimpl
def register_combiners() -> list[Combiner]:
    """The combiners max, noisy_or, mean, majority and label_model."""
    return [
        Combiner(name="max", help="the best score", combine=best),
        Combiner(
            name="noisy_or",
            help="the chance that at least one vote is right, if votes err independently",
            connects=True,
            combine=noisy_or,
        ),
        Combiner(name="mean", help="the mean of the scores", connects=True, combine=mean),
        Combiner(
            name="majority",
            help="the share of the set's votes that fell on the label, whatever their scores",
            sets_only=True,
            connects=True,
            combine=majority,
        ),
        Combiner(
            name="label_model",
            help="how likely each label is, given who voted and how far each rule can be believed, as fitted to votes",
            sets_only=True,
            connects=True,
            fitting=Fitting(fit=label_model.fit, make=label_model.make),
        ),
    ]


def best(votes: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """The best score of each label.

    >>> best({"spam": [0.7, 0.9]})
    {'spam': 0.9}
    """
    return {label: max(scores) for label, scores in votes.items()}


def noisy_or(votes: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """One minus the product of the chances that each vote is wrong.

    >>> noisy_or({"spam": [0.5, 0.5]})
    {'spam': 0.75}
    """
    return {label: 1.0 - math.prod(sorted(1.0 - score for score in scores)) for label, scores in votes.items()}


def mean(votes: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """The mean of the scores of each label.

    >>> mean({"spam": [0.5, 1.0]})
    {'spam': 0.75}
    """
    return {label: min(1.0, math.fsum(scores) / len(scores)) for label, scores in votes.items()}


def majority(votes: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """The share of all votes that fell on each label.

    >>> majority({"angry": [0.6, 0.6, 0.6], "calm": [0.9]})
    {'angry': 0.75, 'calm': 0.25}
    """
    total = sum(len(scores) for scores in votes.values())
    return {label: len(scores) / total for label, scores in votes.items()}
