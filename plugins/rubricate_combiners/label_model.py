"""Learns how far each rule of a set can be believed from how rules agree, without any gold.

The model is that of Dawid and Skene (1979) with one accuracy a rule, rules that err independently, and abstentions that
say nothing: a rule votes for the true label with its accuracy, and for each other label of the set with an equal part
of the rest. Expectation and maximisation take turns: what each record is, given the accuracies, and what they are,
given the records. All labels are taken to be equally likely beforehand, since nothing but gold can tell how many
records nobody votes on; and each accuracy begins at, and is drawn towards, `BELIEVED`, so that a rule which never meets
another one stays there. No rule is taken to be worse than chance: who wrote it meant what it says, and without that
the model can turn half of the rules round, and then finds that all records have the label of the other half.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from rubricate.api import CastVotes, FittedCombine, RuleVote

__all__ = ["BELIEVED", "fit", "make"]

BELIEVED = 0.75
"""What a rule's accuracy is taken to be before anything is known."""
STRENGTH = 4.0
"""How many votes that belief is worth."""
MOST = 0.99
MOST_ROUNDS = 200
STILL = 1e-6


def fit(labels: Sequence[str], rules: Sequence[str], votes: Mapping[CastVotes, int]) -> dict[str, float]:
    """The accuracy of each rule, rounded to 1e-4, for a set of two labels or more.

    >>> fit(["spam", "ham"], ["a", "b", "c"], {(("a", "spam"), ("b", "spam"), ("c", "ham")): 40})
    {'a': 0.9768, 'b': 0.9768, 'c': 0.5}
    """
    patterns = sorted(votes.items())
    accuracies = dict.fromkeys(sorted({*rules, *(rule for cast, _ in patterns for rule, _ in cast)}), BELIEVED)
    for _ in range(MOST_ROUNDS if patterns else 0):
        after = _round(labels, accuracies, patterns)
        change = max(abs(after[rule] - accuracies[rule]) for rule in accuracies)
        accuracies = after
        if change < STILL:
            break
    return {rule: round(accuracy, 4) for rule, accuracy in accuracies.items()}


def make(labels: Sequence[str], numbers: Mapping[str, float]) -> FittedCombine:
    """What gives each label with votes its probability, given the votes of all. A rule without a number says nothing.

    >>> combine = make(["spam", "ham"], {"a": 0.9, "b": 0.6})
    >>> combine({"spam": [RuleVote("a", 0.8)], "ham": [RuleVote("b", 0.8)]})
    {'spam': 0.8571428571428572, 'ham': 0.14285714285714285}
    """
    for rule, accuracy in numbers.items():
        if not 0 < accuracy < 1:
            raise ValueError(f'the accuracy of "{rule}" is {accuracy:g}, which is not between 0 and 1')

    def combine(votes: Mapping[str, Sequence[RuleVote]]) -> dict[str, float]:
        cast = sorted((vote.rule, label) for label, given in votes.items() for vote in given)
        likely = _probabilities(labels, numbers, cast)
        return {label: likely[label] for label in votes}

    return combine


def _probabilities(
    labels: Sequence[str], accuracies: Mapping[str, float], cast: Iterable[tuple[str, str]]
) -> dict[str, float]:
    """Label -> how likely it is, given who voted for what."""
    logs = dict.fromkeys(labels, 0.0)
    for rule, voted in cast:
        accuracy = accuracies.get(rule)
        if accuracy is None:
            continue
        right, wrong = math.log(accuracy), math.log((1 - accuracy) / (len(logs) - 1))
        for label in logs:
            logs[label] += right if label == voted else wrong
    most = max(logs.values())
    weights = {label: math.exp(found - most) for label, found in logs.items()}
    total = math.fsum(weights.values())
    return {label: weight / total for label, weight in weights.items()}


def _round(
    labels: Sequence[str], accuracies: Mapping[str, float], patterns: Sequence[tuple[CastVotes, int]]
) -> dict[str, float]:
    """The accuracies that fit best to what the records are, given those of the round before."""
    right = dict.fromkeys(accuracies, STRENGTH * BELIEVED)
    votes = dict.fromkeys(accuracies, STRENGTH)
    for cast, count in patterns:
        likely = _probabilities(labels, accuracies, cast)
        for rule, voted in cast:
            right[rule] += count * likely[voted]
            votes[rule] += count
    chance = 1 / len(labels)
    return {rule: min(max(right[rule] / votes[rule], chance), MOST) for rule in accuracies}
