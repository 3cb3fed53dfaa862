"""What rests on something broken: it is left out, so that one mistake is reported once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from rubricate.language import tree
from rubricate.loading.expressions import root
from rubricate.model.ruleset import Expression, Let, Rule

__all__ = ["Broken", "names_in"]


@dataclass(frozen=True, slots=True)
class Broken:
    """Names of matchers and lets that are declared but cannot be built."""

    names: frozenset[str]

    def carries(self, rule: Rule) -> bool:
        """Whether a rule names one of them."""
        parts = (rule.when, rule.emit, rule.value, rule.confidence, rule.label_from, *rule.only)
        return any(part is not None and not self.names.isdisjoint(names_in(part, self.names)) for part in parts)

    @staticmethod
    def spreading(names: frozenset[str], lets: Mapping[str, Let]) -> Broken:
        """Those names, and all lets that rest on them."""
        while True:
            more = {
                let.name
                for let in lets.values()
                if let.name not in names and not names.isdisjoint(names_in(let.expression, names))
            }
            if not more:
                return Broken(names)
            names = names | more


def names_in(expression: Expression, known: frozenset[str]) -> frozenset[str]:
    """The names that an expression uses; a wildcard uses those of `known` that fit."""
    found: set[str] = set()
    for node in tree.walk(root(expression)):
        match node:
            case tree.Name() | tree.Column():
                found.add(node.name)
            case tree.InContext():
                found.add(node.context)
            case tree.Wildcard():
                found.update(name for name in known if fnmatchcase(name, node.pattern))
            case _:
                pass
    return frozenset(found)
