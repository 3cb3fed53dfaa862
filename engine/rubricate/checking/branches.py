"""The ways that a condition can come out, each with the test whether a record takes it.

What is asked of a condition: each member of an `or`, `any of`, `none of` or `at least` has been yes; each part of an
`and` has been the only no; each filter (`near`, `in title`, `is not negated`, `where`) has turned a match away; each
`x if C else y` has been both. A name of a `let` is one part here; the let's own condition is looked at by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rubricate.language import tree
from rubricate.language.printing import to_text
from rubricate.language.types import members
from rubricate.planning.conditions import Conditions
from rubricate.planning.frame import Frame, OpenMatches
from rubricate.planning.logic import Matches, Truth
from rubricate.reporting.spans import shorten

__all__ = ["NONE_HAS", "Branch", "Way", "branches_of", "guard_branch", "outcomes_of"]

Way: TypeAlias = Literal["member", "part", "filter", "choice", "whole"]
Test: TypeAlias = Callable[[Frame], bool]
Around: TypeAlias = Callable[[Test], Test]
"""Where a part is asked: of the record, or of each match at hand."""

NONE_HAS = "none of its examples has"
"""How the reason begins why a member is untouched that is a text, a pattern or a name."""
SHOWN = 40
"""So many characters of a part stand in a sentence."""
_FILTERS = tree.Relation | tree.InPlace | tree.InContext | tree.Where


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """One way that a part of a condition can come out."""

    node: tree.Node
    way: Way
    wanted: bool
    """Whether the part has to be yes or no for it."""
    takes: Test
    """Whether a record takes it."""

    @property
    def reason(self) -> str:
        """Why it is untouched, in words."""
        match self.way:
            case "member" if isinstance(self.node, tree.String | tree.Regex | tree.Name):
                return f"{NONE_HAS} {_shown(self.node)}"
            case "member":
                return f"never yes: {_shown(self.node)}"
            case "part":
                return f"never the only no: {_shown(self.node)}"
            case "filter":
                return f"never turns a match away: {_filter(self.node)}"
            case _:
                return f"never {'yes' if self.wanted else 'no'}: {_shown(self.node)}"


def branches_of(
    node: tree.Node, conditions: Conditions, *, of: Matches | None = None, given: Truth | None = None
) -> list[Branch]:
    """The branches of a condition or value, in the order of its text.

    With `of` they are asked of each of these matches; with `given` only of records for which it holds.
    """
    around = _as_is if of is None else _each(of)
    if given is None:
        return list(_walk(node, conditions, around))
    return list(_walk(node, conditions, lambda test: _where(given, around(test))))


def outcomes_of(node: tree.Node, conditions: Conditions) -> list[Branch]:
    """The yes and the no of a whole condition."""
    return list(_both(node, "whole", conditions, _as_is))


def guard_branch(guard: tree.Node, others: Sequence[tree.Node], conditions: Conditions) -> Branch:
    """The no of a condition that a group puts before its rules, where nothing else is a no."""
    return _part(guard, others, conditions, _as_is)


def _walk(node: tree.Node, conditions: Conditions, around: Around) -> Iterator[Branch]:
    scope = conditions.scope
    below: Sequence[tree.Node]
    match node:
        case tree.And():
            below = node.items
            yield from _parts(below, conditions, around)
        case tree.Quantified() if node.quantifier == "all":
            below = members(node.items, scope)
            yield from _parts(below, conditions, around)
        case tree.Or() | tree.Quantified() | tree.AtLeast():
            below = members(node.items, scope)
            for item in below:
                yield Branch(item, "member", True, around(_is(conditions.truth(item), True)))
        case tree.Relation() | tree.InPlace() | tree.InContext():
            yield Branch(node, "filter", False, around(_drops(node, conditions)))
            below = (node.left, node.right) if isinstance(node, tree.Relation) else (node.left,)
        case tree.Where():
            yield Branch(node, "filter", False, around(_drops(node, conditions)))
            yield from _walk(node.left, conditions, around)
            inner = _each(conditions.matches(node.left))
            yield from _walk(node.condition, conditions, lambda test: around(inner(test)))
            return
        case tree.Choice():
            yield from _both(node.condition, "choice", conditions, around)
            below = (node.value, node.condition, node.otherwise)
        case _:
            below = tuple(tree.children(node))
    for item in below:
        yield from _walk(item, conditions, around)


def _parts(items: Sequence[tree.Node], conditions: Conditions, around: Around) -> Iterator[Branch]:
    for number, item in enumerate(items):
        yield _part(item, [*items[:number], *items[number + 1 :]], conditions, around)


def _part(item: tree.Node, others: Sequence[tree.Node], conditions: Conditions, around: Around) -> Branch:
    truth, rest = conditions.truth(item), [conditions.truth(other) for other in others]

    def alone(frame: Frame) -> bool:
        return truth(frame) is False and all(other(frame) is not False for other in rest)

    return Branch(item, "part", False, around(alone))


def _both(node: tree.Node, way: Way, conditions: Conditions, around: Around) -> Iterator[Branch]:
    truth = conditions.truth(node)
    for wanted in (True, False):
        yield Branch(node, way, wanted, around(_is(truth, wanted)))


def _is(truth: Truth, wanted: bool) -> Test:
    return lambda frame: truth(frame) is wanted


def _drops(node: tree.Relation | tree.InPlace | tree.InContext | tree.Where, conditions: Conditions) -> Test:
    """Whether a filter keeps fewer matches than it is given."""
    given, kept = conditions.matches(node.left), conditions.matches(node)

    def drops(frame: Frame) -> bool:
        ours = given(frame)
        if not ours:
            return False
        left = kept(frame)
        return not isinstance(left, OpenMatches) and len(left) < len(ours)

    return drops


def _where(given: Truth, test: Test) -> Test:
    return lambda frame: given(frame) is True and test(frame)


def _as_is(test: Test) -> Test:
    return test


def _each(matches: Matches) -> Around:
    """Asks of each match whether it takes a branch."""

    def around(test: Test) -> Test:
        def any_takes(frame: Frame) -> bool:
            outer = frame.it
            for match in list(matches(frame)):
                frame.it = match
                if test(frame):
                    frame.it = outer
                    return True
            frame.it = outer
            return False

        return any_takes

    return around


def _shown(node: tree.Node) -> str:
    return shorten(to_text(node), SHOWN)


def _filter(node: tree.Node) -> str:
    """A filter without what it filters: `near body_part within 8 words`."""
    assert isinstance(node, _FILTERS)
    whole, left = to_text(node), to_text(node.left)
    rest = whole.removeprefix(left) if whole.startswith(left) else whole.removeprefix(f"({left})")
    return shorten(rest.strip(), SHOWN)
