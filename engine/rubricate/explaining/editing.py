"""Edits of a ruleset that might make a rule hold: what a person would change, and the ruleset with that change."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import PurePath
from typing import NamedTuple

from rubricate.explaining.failing import Blame
from rubricate.explaining.spotting import Spot, at_spot, parent_of, replaced, with_matcher
from rubricate.language import tree
from rubricate.language.printing import to_text
from rubricate.model.ruleset import MatcherSpec, Ruleset
from rubricate.model.table import Row, Table

__all__ = [
    "DROPPED",
    "Candidate",
    "add_term",
    "change_node",
    "change_spec",
    "drop_node",
    "owner_of",
    "remove_term",
    "table_name",
]

Change = Callable[[Ruleset], "tuple[Ruleset, frozenset[str]]"]
DROPPED = 10
"""What the loss of a part weighs, in changed nodes: every edit that keeps all parts comes before."""
REWORDED = 0.5
"""What the change of a term or pattern weighs beside its size: changed numbers come first."""


class Candidate(NamedTuple):
    """An edit that nobody has checked yet."""

    text: str
    """What to change, in words."""
    where: str
    """Outside the rule itself: the let, context or matcher that the change is made in."""
    nodes: float
    """How many nodes of the tree it changes."""
    size: float
    """How far: words, characters, or the difference of two numbers."""
    change: Change
    """A ruleset -> the edited one, and the matchers that must look at the record again."""
    series: tuple[str, float] | None = None
    """Edits that differ by a number alone share its name: the name, and that number."""


def owner_of(spot: Spot | None) -> str:
    """What else than the rule itself is changed by a change at a spot."""
    if spot is None or spot.owner == "when":
        return ""
    if spot.owner == "only":
        return "in the only of its group"
    return f"in the let {spot.name}" if spot.owner == "let" else f"in the {spot.owner} of the context {spot.name}"


def change_node(
    number: int,
    blame: Blame,
    new: tree.Node,
    *,
    size: float,
    text: str | None = None,
    old: tree.Node | None = None,
    reworded: bool = False,
    series: float | None = None,
) -> list[Candidate]:
    """Another node where one stands; nothing when it stands nowhere itself, or nothing would change."""
    spot, node = blame.spot, blame.node if old is None else old
    if spot is None or new == blame.node:
        return []
    written = text if text is not None else f"{to_text(node)} -> {to_text(new)}"
    here = to_text(blame.node)
    return [
        Candidate(
            text=written,
            where=owner_of(spot),
            nodes=1 + (REWORDED if reworded else 0),
            size=size,
            change=lambda ruleset: replaced(ruleset, number, spot, new),
            series=None if series is None else (f"{owner_of(spot)} {here}", series),
        )
    ]


def drop_node(number: int, ruleset: Ruleset, blame: Blame) -> list[Candidate]:
    """The condition without the part that is to blame: without the member of a group, or without what filters a set."""
    spot, node = blame.spot, blame.node
    if spot is None:
        return []
    found: list[Candidate] = []
    if isinstance(node, tree.Relation | tree.InPlace | tree.InContext | tree.Where) and blame.wanted:
        kept = node.left
        told = f"drop {to_text(node).removeprefix(to_text(kept)).strip()}"
        weight = DROPPED + sum(1 for _ in tree.walk(node)) - sum(1 for _ in tree.walk(kept))
        found.append(Candidate(told, owner_of(spot), weight, 0, lambda edited: replaced(edited, number, spot, kept)))
    return found + _dropped_member(number, ruleset, spot, wanted=blame.wanted)


def _dropped_member(number: int, ruleset: Ruleset, spot: Spot, *, wanted: bool) -> list[Candidate]:
    """The group that a spot lies in, without the member that holds the spot.

    What has lost one of its alternatives holds no sooner, so of an `or` that should be yes all go at once.
    """
    while (above := parent_of(spot)) is not None:
        group = at_spot(ruleset, number, above)
        if isinstance(group, tree.And | tree.Or | tree.Quantified) and len(group.items) > 1:
            needs_all = group.quantifier == "all" if isinstance(group, tree.Quantified) else isinstance(group, tree.And)
            if needs_all is wanted:
                return [_without_member(number, group, above, spot.path[-1][1])]
        if isinstance(group, tree.Not) or (isinstance(group, tree.Quantified) and group.quantifier == "none"):
            wanted = not wanted
        spot = above
    return []


def _without_member(number: int, group: tree.And | tree.Or | tree.Quantified, at: Spot, member: int) -> Candidate:
    lost = group.items[member]
    left = tuple(item for index, item in enumerate(group.items) if index != member)
    alone = len(left) == 1 and not isinstance(group, tree.Quantified)
    rest = left[0] if alone else dataclasses.replace(group, items=left)
    weight = DROPPED + sum(1 for _ in tree.walk(lost))
    told = f"drop ({to_text(lost)})" if isinstance(lost, tree.And | tree.Or) else f"drop {to_text(lost)}"
    return Candidate(told, owner_of(at), weight, 0, lambda edited: replaced(edited, number, at, rest))


def change_spec(spec: MatcherSpec, new: MatcherSpec, text: str, *, size: float, where: str = "") -> Candidate:
    """Another form of a matcher."""
    names = frozenset({spec.name})
    return Candidate(text, where, 1 + REWORDED, size, lambda ruleset: (with_matcher(ruleset, new), names))


def table_name(table: Table) -> str:
    """What people call a table: its file."""
    return PurePath(table.path).name or table.name


def add_term(spec: MatcherSpec, term: str, *, row: int | None, size: float) -> Candidate | None:
    """A further term of a declared dictionary; of a table the new row has what the row that it is near to has."""
    if spec.table is not None:
        rows = spec.table.rows
        cells = rows[row].cells if row is not None and row < len(rows) else {}
        table = dataclasses.replace(spec.table, rows=(*rows, Row((term,), cells, 0)), digest="")
        text = f'add the term "{term}" to the table {table_name(spec.table)}'
        return _with_table(spec, table, text, size=size)
    given = spec.options.get("terms")
    if not isinstance(given, list | tuple):
        return None
    new = dataclasses.replace(spec, options={**spec.options, "terms": [*given, term]})
    return change_spec(spec, new, f'add the term "{term}" to the matcher {spec.name}', size=size)


def remove_term(spec: MatcherSpec, term: str, *, fold: Callable[[str], str], whose: str = "") -> Candidate | None:
    """A declared dictionary without a term, named as it is written there; None when it does not hold it."""
    wanted = fold(term).strip()
    if spec.table is not None:
        rows = [Row(tuple(each for each in row.terms if fold(each).strip() != wanted), row.cells, row.line)
                for row in spec.table.rows]  # fmt: skip
        if sum(len(row.terms) for row in rows) == sum(len(row.terms) for row in spec.table.rows):
            return None
        table = dataclasses.replace(spec.table, rows=tuple(rows), digest="")
        term = next(each for row in spec.table.rows for each in row.terms if fold(each).strip() == wanted)
        return _with_table(spec, table, f'remove "{term}" from the table {table_name(table)}{whose}', size=1)
    given = spec.options.get("terms")
    if not isinstance(given, list | tuple):
        return None
    left = [each for each in given if fold(str(each)).strip() != wanted]
    if not left or len(left) == len(given):
        return None
    new = dataclasses.replace(spec, options={**spec.options, "terms": left})
    term = next(str(each) for each in given if fold(str(each)).strip() == wanted)
    return change_spec(spec, new, f'remove "{term}" from the matcher {spec.name}{whose}', size=1)


def _with_table(spec: MatcherSpec, table: Table, text: str, *, size: float) -> Candidate:
    """A table with other rows, in every matcher that looks for its terms."""

    def change(ruleset: Ruleset) -> tuple[Ruleset, frozenset[str]]:
        users = [each for each in ruleset.matchers.values() if each.table is not None and each.table is spec.table]
        changed = {each.name: dataclasses.replace(each, table=table) for each in users or [spec]}
        tables = {**ruleset.tables, table.name: table} if table.name in ruleset.tables else ruleset.tables
        edited = dataclasses.replace(ruleset, matchers={**ruleset.matchers, **changed}, tables=tables)
        return edited, frozenset(changed)

    return Candidate(text, "", 1 + REWORDED, size, change)
