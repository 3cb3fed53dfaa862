"""What is known of a record while it is read, and sets of matches of which some may be unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from rubricate.language import tree
from rubricate.language.types import SEGMENT_SETS, Scope, members
from rubricate.model.document import Document, Folder
from rubricate.model.match import Match
from rubricate.model.ruleset import Expression, Ruleset
from rubricate.reference.results import ReferenceDecision
from rubricate.registry import Registry

__all__ = ["Found", "Known", "Truth", "all_hold", "members_of", "negate", "one_holds", "root", "unite"]

Truth: TypeAlias = "bool | None"
"""Yes, no, or None for unknown."""


@dataclass(frozen=True, slots=True)
class Found:
    """Matches that are there for certain, and whether there may be more that nobody knows of."""

    matches: tuple[Match, ...] = ()
    more: bool = False

    def holds(self) -> Truth:
        """A set as a truth value: it is not empty. Of one that is empty as far as known, that is unknown."""
        if self.matches:
            return True
        return None if self.more else False


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The record, the ruleset, and what was found and decided so far."""

    ruleset: Ruleset
    registry: Registry
    document: Document
    fold: Folder
    found: Mapping[str, tuple[Match, ...]] = field(default_factory=dict)
    """Matcher -> its matches, for the matchers of stages that ran; any other matcher is unknown."""
    decisions: Mapping[str, ReferenceDecision] = field(default_factory=dict)
    it: Match | None = None
    """The match at hand."""

    def text(self, match: Match) -> str:
        """The clean text of a match."""
        _, name, start, end, _, _ = match
        return self.document.clean[name][start:end]

    def measures(self, unit: str | None) -> bool:
        """Whether it is known where the words, or sentences, of the record are."""
        name = self.ruleset.segment.get("sentences" if unit == "sentence" else unit or "")
        return name is None or name in self.found

    def let(self, name: str) -> tree.Node | None:
        """What a name stands for, if it is a let; sets that are always there and matchers are none."""
        if name in SEGMENT_SETS or name not in self.ruleset.lets:
            return None
        return root(self.ruleset.lets[name].expression)


def root(expression: Expression) -> tree.Node:
    """The tree of an expression, typed."""
    return cast("tree.Node", expression.tree)


def members_of(items: tuple[tree.Node, ...], ruleset: Ruleset) -> tuple[tree.Node, ...]:
    """The members of a group, a wildcard being every matcher and let whose name fits."""
    lets = {name: let.expression for name, let in ruleset.lets.items()}
    return members(items, Scope(matchers={name: {} for name in ruleset.matchers}, lets=lets))


def unite(sets: Iterable[Found]) -> Found:
    """All matches of several sets, each once; there may be more of them if there may be more of one."""
    given = tuple(sets)
    matches: list[Match] = []
    for found in given:
        matches += [match for match in found.matches if match not in matches]
    return Found(tuple(matches), any(found.more for found in given))


def negate(truth: Truth) -> Truth:
    """`not`: unknown stays unknown."""
    return None if truth is None else not truth


def all_hold(truths: Iterable[Truth]) -> Truth:
    """`and`: one no makes it no, whatever is unknown."""
    given = tuple(truths)
    if False in given:
        return False
    return None if None in given else True


def one_holds(truths: Iterable[Truth]) -> Truth:
    """`or`: one yes makes it yes, whatever is unknown."""
    given = tuple(truths)
    if True in given:
        return True
    return None if None in given else False
