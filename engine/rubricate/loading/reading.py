"""Typed values from nodes. A value of the wrong kind gives nothing: its problem has been reported by its schema."""

from __future__ import annotations

import math

from rubricate.loading.findings import Findings
from rubricate.loading.wording import nearest, quoted
from rubricate.loading.yaml_tree import Mapping, Node, Scalar, Sequence

__all__ = ["flag", "is_misspelt", "items", "mapping", "scalar", "share", "text", "texts", "whole_number"]


def is_misspelt(entry: Mapping, key: str) -> bool:
    """Whether a key that is missing stands there in nearly its letters, which is reported as an unknown key."""
    return any(name.text != key and nearest(name.text, [key]) is not None for name, _ in entry.own())


def mapping(node: Node | None) -> Mapping | None:
    """A mapping, or nothing."""
    return node if isinstance(node, Mapping) else None


def items(node: Node | None) -> tuple[Node, ...]:
    """The entries of a list; none for anything else."""
    return node.items if isinstance(node, Sequence) else ()


def scalar(node: Node | None) -> Scalar | None:
    """A text that is not empty, or nothing."""
    return node if isinstance(node, Scalar) and isinstance(node.value, str) and node.text else None


def text(node: Node | None) -> str | None:
    """A text that is not empty, or nothing."""
    found = scalar(node)
    return None if found is None else found.text


def texts(node: Node | None) -> tuple[Scalar, ...]:
    """The texts of a list; a text alone is a list of one."""
    alone = scalar(node)
    if alone is not None:
        return (alone,)
    return tuple(each for each in map(scalar, items(node)) if each is not None)


def flag(node: Node | None) -> bool:
    """A truth value; no for anything else."""
    return isinstance(node, Scalar) and node.value is True


def whole_number(node: Node | None) -> int | None:
    """A whole number, or nothing."""
    if isinstance(node, Scalar) and isinstance(node.value, int) and not isinstance(node.value, bool):
        return node.value
    return None


def share(node: Node | None, findings: Findings) -> float | None:
    """A number from 0 to 1, or nothing; one that is no finite number is reported here, as no schema can."""
    if not isinstance(node, Scalar) or isinstance(node.value, bool) or not isinstance(node.value, int | float):
        return None
    if not math.isfinite(node.value):
        findings.add("R035", f"{quoted(node.text)} is outside 0 to 1", node.location)
        return None
    return float(node.value) if 0 <= node.value <= 1 else None
