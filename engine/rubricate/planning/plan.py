"""The executable form of a ruleset: stages, rules as functions, and how each label is decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from rubricate.model.descriptors import Combiner, Cost, FittedCombine, Scanner
from rubricate.model.document import Folder
from rubricate.model.match import Match
from rubricate.model.picture import Picture
from rubricate.model.ruleset import Rule, Ruleset, Target
from rubricate.model.table import Table
from rubricate.planning.frame import Decision, Frame
from rubricate.planning.guarding import Guard
from rubricate.planning.literals import LiteralIndex
from rubricate.planning.logic import Matches, Truth
from rubricate.planning.scanning import Gate, Gated
from rubricate.planning.values import Value

__all__ = ["MARKS", "Fitted", "Links", "Plan", "PlannedRule", "PlannedStage", "Rewrite", "Subject", "Threshold"]

MARKS = frozenset({"box", "span"})
"""Kinds of subjects whose votes stand somewhere, each in its place."""

Rewrite = Callable[[str], "tuple[str, object] | None"]
Keep = Callable[[Frame, list[Match]], list[Match]]


@dataclass(frozen=True, slots=True)
class Threshold:
    """What a score is held against."""

    accept: float
    low: float
    target: Target | None = None
    """The promise that `accept` was chosen to keep; it is out of reach until one has been chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A combiner with numbers for one set."""

    combine: FittedCombine
    numbers: Mapping[str, float]
    is_pinned: bool
    """Whether they come from the lock; else they are what is believed of no records, and no run takes them."""
    voters: tuple[str, ...]
    """The rules that can vote for a label of the set and are no drafts."""
    rules: Sequence[str]
    """Rule, by its number in the plan -> its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is decided, and asked of people, as one: a set of labels, a label, or a label of spans or boxes."""

    name: str
    kind: Literal["set", "label", "span", "box"]
    labels: tuple[str, ...]
    combiner: Combiner
    margin: float
    if_none: Literal["review", "no"]
    cites: tuple[str, ...]
    fitted: Fitted | None = None
    """For a combiner that is fitted: with what numbers."""
    fingerprint: str
    """Digest of the label definitions and the text of the cited sections: what a question means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """How labels bear on one another."""

    implies: Mapping[str, Sequence[str]]
    """Label -> those that hold whenever it does."""
    excludes: Mapping[str, frozenset[str]]
    """Label -> those that cannot hold beside it; both ways round."""
    upward: Sequence[str]
    """All labels, each before those that it implies."""
    closures: Mapping[str, Sequence[str]]
    """Label -> itself and all that it implies, for those that cannot hold beside some other label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRule:
    """A rule as functions."""

    number: int
    rule: Rule
    stage: int
    level: int
    """0, or one more than the rules whose decisions it asks for."""
    labels: tuple[str, ...]
    """The labels that it can vote for."""
    truth: Truth
    triggers: frozenset[str] | None
    evidence: Callable[[Frame], list[Match]]
    matches: Matches | None
    """For a rule that is worked out match by match."""
    parts: Callable[[Frame, Match], Sequence[Match]] | None
    """What a match rests on, where it is a span over several."""
    label_from: Value | None
    confidence: Value
    constant: float | None
    """The confidence where it is a number, as a score."""
    value: Value | None
    is_draft: bool
    bare: str | None = None
    """The matcher of which the condition asks only that it matches, where that is all it says."""
    by_row: bool = False
    """Whether label, confidence and value are the same for all matches of one row of a table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStage:
    """A stage of the cascade as functions."""

    number: int
    name: str
    matchers: Mapping[str, Cost]
    """Those that run here -> what each costs."""
    models: int
    """How many of them ask a model."""
    literals: LiteralIndex | None
    scanners: Sequence[tuple[str, Scanner]]
    """(kind, scanner), for every record."""
    guard: Guard | None
    """The scanners that are only called for records that hold a text they require."""
    gated: Sequence[Gated]
    """The scanners of expensive matchers, for the records for which these may matter."""
    keep: Mapping[str, Keep]
    """Matcher -> what take, check, except and field leave of its matches."""
    rules: Sequence[PlannedRule]
    """In the order in which they are asked."""
    always: Sequence[int]
    """Positions in `rules` of those that can fire without a match."""
    triggered: Mapping[str, Sequence[int]]
    """Matcher -> positions in `rules` of those that its matches can fire."""
    when: Truth | None
    labels: frozenset[str]
    """The labels that it can vote for, by its own rules or by later ones that look for its matches."""
    thresholds: Mapping[str, Threshold]
    """Label -> what its scores are held against in this stage."""
    known: dict[tuple[object, ...], Decision] = field(init=False, default_factory=dict, compare=False, repr=False)
    """(label, scores of its votes) -> what was decided: the same few combinations come again and again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that labelling needs; pure of any record."""

    ruleset: Ruleset
    digest: str
    """Digest of the meaning: two plans with equal digests label every record alike."""
    stages: Sequence[PlannedStage]
    rules: Sequence[PlannedRule]
    subjects: Mapping[str, Subject]
    subject_of: Mapping[str, Subject]
    """Label -> its subject."""
    links: Links | None
    """None: no label implies or excludes another."""
    prepare: Sequence[Rewrite]
    """The steps that rewrite texts, in order."""
    readers: Sequence[tuple[str, str, str, Callable[[Picture], str]]]
    """The steps that read texts out of images: (step, image field, text field, function)."""
    fold: Folder
    dedupe: tuple[str, ...] | None
    """Fields whose equality makes a duplicate; () for all text fields; None: duplicates stay."""
    distance: int | None
    """In how many bits the likenesses of duplicates may differ, of the image that `dedupe` names; None: equal bytes."""
    tables: Mapping[str, Table]
    """Matcher -> its table."""
    gate: Gate
    """Which records expensive matchers may matter for."""
    models: Mapping[str, Mapping[str, str]]
    """Matcher -> file of its model -> sha256."""
    plugins: Mapping[str, str]
    """Plugin that has a part in the result -> its version."""
    code: Mapping[str, str]
    """Of these, plugin that does not come with Rubricate -> digest of its files."""
    libraries: Mapping[str, str]
    """Library that has a part in the result, such as the one that decodes images -> its version."""
