"""Lint of values that nothing ever has: a class that a matcher cannot give, a format of images that is not read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from rubricate.language import tree
from rubricate.language.imaging import image_property_of
from rubricate.linting.view import View
from rubricate.loading.wording import quoted
from rubricate.model.codes import problem
from rubricate.model.problem import Problem
from rubricate.model.ruleset import Expression
from rubricate.pictures.formats import FORMATS
from rubricate.planning.scoping import expressions_of, named_matchers, root

__all__ = ["lint_impossible_values"]

MOST = 7
"""So many values are listed."""


class _Known(NamedTuple):
    """All that a value can be."""

    values: Sequence[str]
    of: str
    """What has them."""
    lacks: str
    """What it is said to do, before a text that is none of them."""

    def told(self, text: str) -> str:
        """That a text is none of them."""
        return f"{self.of} {self.lacks} {quoted(text)}"

    def help(self, text: str) -> str:
        """Which of them was meant, or which there are."""
        known = {value.casefold(): value for value in self.values}
        near = get_close_matches(text.casefold(), known, n=1, cutoff=0.6)
        if near:
            return f"did you mean {quoted(known[near[0]])}?"
        more = f" and {len(self.values) - MOST} more" if len(self.values) > MOST else ""
        return f"there are: {', '.join(self.values[:MOST])}{more}"


def lint_impossible_values(view: View) -> Iterator[Problem]:
    """R111: comparisons with a class that the matcher does not give, or a format that no image has."""
    seen: set[int] = set()
    lets = [let.expression for let in view.ruleset.lets.values()]
    stages = [stage.when for stage in view.ruleset.cascade if stage.when is not None]
    for expression in (*lets, *stages, *(each for rule in view.ruleset.rules for each in expressions_of(rule))):
        if id(expression) not in seen:  # a group hands one expression down to all of its rules
            seen.add(id(expression))
            yield from _of_node(root(expression), expression, view, None)


def _of_node(node: tree.Node, expression: Expression, view: View, matches: tree.Node | None) -> Iterator[Problem]:
    """`matches`: what `it` is one of, where a filter says so."""
    match node:
        case tree.Where():
            yield from _of_node(node.left, expression, view, matches)
            yield from _of_node(node.condition, expression, view, node.left)
            return
        case tree.Compare():
            yield from _of_comparison(node, expression, view, matches)
        case tree.Call(name="score", arguments=(of, tree.String() as named)):
            known = _classes(of, None, view)
            if known is not None and named.text not in known.values:
                message = f"this is never found: {known.told(named.text)}"
                yield problem("R111", message, expression.locate(*named.span), help=known.help(named.text))
        case _:
            pass
    for part in tree.children(node):
        yield from _of_node(part, expression, view, matches)


def _of_comparison(
    node: tree.Compare, expression: Expression, view: View, matches: tree.Node | None
) -> Iterator[Problem]:
    for side, other in ((node.left, node.right), (node.right, node.left)):
        items = _items(node, other)
        texts = [item for item in items if isinstance(item, tree.String)]
        known = _known(side, view, matches) if texts else None
        wrong = [] if known is None else [text for text in texts if text.text not in known.values]
        if known is None or not wrong:
            continue
        if len(wrong) < len(items):  # the others of a list still may be
            for text in wrong:
                yield problem("R111", known.told(text.text), expression.locate(*text.span), help=known.help(text.text))
            continue
        word = "never" if node.operator in ("==", "in") else "always"
        told = f"this is {word} true: {' and '.join(known.told(text.text) for text in wrong)}"
        yield problem("R111", told, expression.locate(*node.span), help=known.help(wrong[0].text))


def _items(node: tree.Compare, other: tree.Node) -> Sequence[tree.Node]:
    """What the other side of a comparison is held against."""
    if node.operator in ("==", "!="):
        return (other,)
    if node.operator in ("in", "not in") and isinstance(other, tree.ListOf) and other is node.right:
        return other.items
    return ()


def _known(side: tree.Node, view: View, matches: tree.Node | None) -> _Known | None:
    """All that a value can be, where that is known."""
    if isinstance(side, tree.It):
        return None if matches is None or side.column is None else _classes(matches, side.column, view)
    _, asked = image_property_of(side, view.scope) or ("", "")
    return _Known(FORMATS, "an image", "is never of the format") if asked == "format" else None


def _classes(matches: tree.Node, column: str | None, view: View) -> _Known | None:
    """The classes of a set of matches, or what stands in their column where that is the class; None: not known."""
    names = sorted(name for name in named_matchers(matches, view.scope) if name in view.ruleset.matchers)
    found: dict[str, None] = {}
    owners = []
    for name in names:
        spec = view.ruleset.matchers[name]
        kind = view.registry.matchers[spec.kind]
        if column is not None and column not in view.scope.matchers[name]:
            continue
        is_class = kind.classes is not None and column in (None, kind.classes)
        if not is_class or f"{name}.{column}" in view.scope.table_columns:
            return None
        classes = None if kind.outputs is None else kind.outputs(spec)
        if classes is None:
            return None
        found.update(dict.fromkeys(sorted(classes)))
        owners.append(quoted(name))
    return _Known(tuple(found), " or ".join(owners), "gives no class") if owners else None
