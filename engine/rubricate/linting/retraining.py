"""Lint of `retrain`: a trigger that can never be pulled."""

from __future__ import annotations

from collections.abc import Iterator

from rubricate.linting.places import key_place
from rubricate.linting.view import View
from rubricate.model.codes import problem
from rubricate.model.problem import Problem

__all__ = ["lint_retraining"]


def lint_retraining(view: View) -> Iterator[Problem]:
    """R142: answers are waited for that nobody is asked for."""
    ruleset = view.ruleset
    if ruleset.retrain is None:
        return
    place = key_place(view, "retrain")
    if not ruleset.review:
        message = "retrain waits for answers, and under review: none nobody is asked"
        yield problem("R142", message, place, help="remove retrain, or let people be asked")
    elif not any(label.kind == "document" for label in ruleset.labels.values()):
        message = "retrain waits for answers about labels of records, and none is declared"
        yield problem("R142", message, place, help="remove retrain: models are trained for labels of records")
