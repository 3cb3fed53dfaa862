"""Contexts: a cue, the side it stands on, how far its scope reaches, and what stops it."""

from __future__ import annotations

import re
from typing import Literal, cast

from rubricate.loading.building_matchers import MatcherBuilder, check_name
from rubricate.loading.expressions import build_expression
from rubricate.loading.findings import Findings
from rubricate.loading.reading import mapping, scalar, text
from rubricate.loading.wording import quoted
from rubricate.loading.yaml_tree import Mapping, Node
from rubricate.model.ruleset import Context, Expression

__all__ = ["build_contexts"]

_WINDOW = re.compile(
    r"(?:(?P<number>[1-9]\d{0,5}) +(?P<unit>words?|chars?|sentences?)|same +(?P<same>sentence|paragraph))"
)

Unit = Literal["words", "chars", "sentences", "sentence", "paragraph"]


def build_contexts(
    node: Node | None, names: frozenset[str], matchers: MatcherBuilder, findings: Findings
) -> dict[str, Context]:
    """Every context that can be built; what is wrong with the others is among the findings."""
    found: dict[str, Context] = {}
    declared = mapping(node)
    for key, value in [] if declared is None else declared.own():
        parts = mapping(value)
        if parts is None or not check_name(key, findings):
            continue
        cue = _expression("cue", parts, names, matchers, findings)
        stop = _expression("stop", parts, names, matchers, findings)
        window = _window(parts, findings)
        if cue is None or window is None or (stop is None and parts.get("stop") is not None):
            continue
        direction = cast('Literal["before", "after"]', text(parts.get("direction")) or "before")
        number, unit = window
        found[key.text] = Context(
            name=key.text, cue=cue, direction=direction, number=number, unit=unit, stop=stop, location=key.location
        )
    return found


def _expression(
    name: str, parts: Mapping, names: frozenset[str], matchers: MatcherBuilder, findings: Findings
) -> Expression | None:
    expression = build_expression(parts.get(name), findings, key=name, names=names)
    return expression if expression is not None and matchers.add_in_place(expression) else None


def _window(parts: Mapping, findings: Findings) -> tuple[int | None, Unit] | None:
    """How many of what; None when it cannot be read."""
    declared = scalar(parts.get("window"))
    if declared is None:
        return None
    match = _WINDOW.fullmatch(declared.text)
    if match is None:
        message = f"{quoted(declared.text)} is no window"
        findings.add(
            "R013", message, declared.location, help='write "6 words", "40 chars", "2 sentences" or "same sentence"'
        )
        return None
    if match["same"] is not None:
        return None, cast("Unit", match["same"])
    return int(match["number"]), cast("Unit", match["unit"].rstrip("s") + "s")
