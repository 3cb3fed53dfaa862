"""What a run may spend."""

from __future__ import annotations

from rubricate.loading.findings import Findings
from rubricate.loading.reading import mapping
from rubricate.loading.wording import quoted
from rubricate.loading.yaml_tree import Mapping, Node, Scalar
from rubricate.model.ruleset import Budget, MatcherSpec
from rubricate.registry import Registry

__all__ = ["build_budget"]


def build_budget(
    node: Node | None, specs: dict[str, MatcherSpec], registry: Registry, findings: Findings
) -> Budget | None:
    """The budget; money is only a limit where every matcher that asks a service knows its prices."""
    declared = mapping(node)
    if declared is None:
        return None
    records, tokens, money = (_amount(declared, key, findings) for key in ("records", "tokens", "money"))
    key = declared.key("money")
    if key is not None and money is not None:
        for spec in specs.values():
            estimate = registry.matchers[spec.kind].estimate
            if estimate is not None and estimate(spec, ()).money is None:
                message = f"the budget counts money, and matcher {quoted(spec.name)} has no prices"
                help = "add prices: {input: .., output: ..} to it, for a million tokens each"
                findings.add("R041", message, key.location, help=help)
    return Budget(records=None if records is None else int(records), tokens=None if tokens is None else int(tokens),
                  money=money)  # fmt: skip


def _amount(declared: Mapping, key: str, findings: Findings) -> float | None:
    """A number above 0; one of the wrong kind has been reported."""
    node = declared.get(key)
    if not isinstance(node, Scalar) or isinstance(node.value, bool) or not isinstance(node.value, int | float):
        return None
    if node.value <= 0:
        findings.add("R013", f"a budget of {node.text} {key} allows nothing", node.location, help="write a larger one")
        return None
    return node.value
