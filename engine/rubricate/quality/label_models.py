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
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["LabelModel", "Votes", "fit_label_model"]

Votes: TypeAlias = "tuple[tuple[str, str], ...]"
"""(rule, label) of each vote on one record."""

BELIEVED = 0.75
"""What a rule's accuracy is taken to be before anything is known."""
STRENGTH = 4.0
"""How many votes that belief is worth."""
MOST = 0.99
MOST_ROUNDS = 200
STILL = 1e-6


@dataclass(frozen=True, slots=True)
class LabelModel:
    """The accuracy of each rule; the same votes always give the same probabilities."""

    labels: tuple[str, ...]
    accuracies: Mapping[str, float]

    def probabilities(self, votes: Iterable[tuple[str, str]]) -> dict[str, float]:
        """Label -> its probability given these votes, rounded to 1e-4. A rule that is not known says nothing.

        >>> LabelModel(("spam", "ham"), {"a": 0.9, "b": 0.6}).probabilities([("a", "spam"), ("b", "ham")])
        {'spam': 0.8571, 'ham': 0.1429}
        """
        logs = dict.fromkeys(self.labels, 0.0)
        for rule, voted in votes:
            accuracy = self.accuracies.get(rule)
            if accuracy is None or voted not in logs:
                continue
            other = math.log((1 - accuracy) / (len(logs) - 1))
            for label in logs:
                logs[label] += math.log(accuracy) if label == voted else other
        most = max(logs.values())
        weights = {label: math.exp(found - most) for label, found in logs.items()}
        total = math.fsum(weights.values())
        return {label: round(weight / total, 4) for label, weight in weights.items()}


def fit_label_model(labels: Sequence[str], records: Iterable[Votes]) -> LabelModel:
    """The model of a set of two labels or more. Records without a vote say nothing, and their order is no matter."""
    patterns = sorted(Counter(tuple(sorted(votes)) for votes in records if votes).items())
    rules = sorted({rule for votes, _ in patterns for rule, _ in votes})
    accuracies = dict.fromkeys(rules, BELIEVED)
    for _ in range(MOST_ROUNDS):
        after = _round(tuple(labels), accuracies, patterns)
        change = max((abs(after[rule] - accuracies[rule]) for rule in rules), default=0.0)
        accuracies = after
        if change < STILL:
            break
    return LabelModel(tuple(labels), {rule: round(accuracy, 4) for rule, accuracy in accuracies.items()})


def _round(
    labels: tuple[str, ...], accuracies: Mapping[str, float], patterns: Sequence[tuple[Votes, int]]
) -> dict[str, float]:
    """The accuracies that fit best to what the records are, given those of the round before."""
    model = LabelModel(labels, accuracies)
    right = dict.fromkeys(accuracies, STRENGTH * BELIEVED)
    votes = dict.fromkeys(accuracies, STRENGTH)
    for cast, count in patterns:
        likely = model.probabilities(cast)
        for rule, voted in cast:
            right[rule] += count * likely.get(voted, 0.0)
            votes[rule] += count
    chance = 1 / len(labels)
    return {rule: min(max(right[rule] / votes[rule], chance), MOST) for rule in accuracies}
