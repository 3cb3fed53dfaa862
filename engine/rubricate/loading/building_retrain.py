"""When models are to be trained again."""

from __future__ import annotations

from rubricate.loading.findings import Findings
from rubricate.loading.reading import mapping
from rubricate.loading.yaml_tree import Node, Scalar
from rubricate.model.ruleset import Retrain

__all__ = ["build_retrain"]


def build_retrain(node: Node | None, findings: Findings) -> Retrain | None:
    """The trigger; one that names nothing is reported."""
    declared = mapping(node)
    if declared is None or node is None:
        return None
    answers, accuracy = declared.get("after_answers"), declared.get("or_accuracy_below")
    if not list(declared.own()):
        help = "write after_answers: 200, or_accuracy_below: 0.9, or both"
        findings.add("R011", "retrain does not say when", node.location, help=help)
        return None
    after, below = _number(answers), _number(accuracy)
    if after is not None and isinstance(answers, Scalar) and after < 1:
        findings.add("R013", f"after {answers.text} answers is always", answers.location, help="write 1 or more")
    if below is not None and isinstance(accuracy, Scalar) and not 0 < below <= 1:
        message = f"an accuracy is never below {accuracy.text}" if below <= 0 else f"{accuracy.text} is no share"
        findings.add("R013", message, accuracy.location, help="write a share such as 0.9")
    whole = int(after) if after is not None and float(after).is_integer() else None
    return Retrain(after_answers=whole, or_accuracy_below=below, location=node.location)


def _number(node: Node | None) -> float | None:
    """A number; one of the wrong kind has been reported."""
    if not isinstance(node, Scalar) or isinstance(node.value, bool) or not isinstance(node.value, int | float):
        return None
    return node.value
