"""What is known about one record while the cascade works on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, cast

from rubricate.model.document import Document
from rubricate.model.match import Match
from rubricate.texts.segmenting import clauses, lines, paragraphs, sentences, words

__all__ = ["NO_MATCHES", "UNKNOWN", "Decision", "Frame", "OpenMatches", "SpanDecision", "Vote"]


class OpenMatches(list[Match]):
    """Matches that are there for certain, where whether there are more is unknown."""

    __slots__ = ()


NO_MATCHES: list[Match] = []
NO_SEGMENT: Mapping[str, str] = MappingProxyType({})
NOTHING_GIVEN: Mapping[int, Sequence[Vote]] = MappingProxyType({})
UNKNOWN = OpenMatches()
"""What a matcher of a skipped stage finds."""
SEGMENTERS = {"words": words, "lines": lines, "sentences": sentences, "paragraphs": paragraphs, "clause": clauses}


class Vote(NamedTuple):
    """One vote for a label. `target` is (field, start, end) in clean offsets for a span label, else None."""

    label: str
    rule: int
    """The rule's number in the plan; -1 - n for the n-th `otherwise`."""
    score: float
    evidence: Sequence[Match]
    target: tuple[str, int, int] | None
    value: object
    stage: int


class SpanDecision(NamedTuple):
    """A span with the votes that make it."""

    field: str
    start: int
    end: int
    score: float
    decision: str
    """`accepted`, `uncertain` or `no`."""
    threshold: float
    votes: tuple[Vote, ...]
    value: object
    stage: int
    lost_to: str | None
    """The label whose span took its place."""


class Decision(NamedTuple):
    """What is decided so far about a label."""

    decision: str
    """`accepted`, `no`, `uncertain` or `none`."""
    score: float
    threshold: float
    stage: int
    """The stage whose votes decided it."""
    spans: tuple[SpanDecision, ...] = ()
    implied_by: str | None = None
    """The accepted label that makes it accepted."""
    lost_to: str | None = None
    """The label that excludes it, or the one that it implies and that is no."""
    before: Decision | None = None
    """What its own votes say, where another label decided; None: they say nothing."""


class Frame:
    """The matches, votes and decisions of one record."""

    __slots__ = (
        "cache",
        "changed",
        "closed",
        "decide",
        "decisions",
        "document",
        "given",
        "it",
        "last_stage",
        "late",
        "matches",
        "segment",
        "segments",
        "shadows",
        "skipped",
        "votes",
    )

    def __init__(self, document: Document, decide: Callable[[Frame], None]) -> None:
        self.document = document
        self.decide = decide
        """Brings the decisions up to date with the votes."""
        self.matches: dict[str, list[Match]] = {}
        """Matcher -> its matches; one without matches has no key."""
        self.skipped: frozenset[int] | set[int] = frozenset()
        """Stages that did not run on this record: what their matchers find is unknown."""
        self.it: Match | None = None
        self.cache: dict[str, object] = {}
        self.segments: dict[tuple[str, str], list[tuple[int, int]]] = {}
        self.segment: Mapping[str, str] = NO_SEGMENT
        """Unit -> the matcher whose matches it is."""
        self.votes: dict[str, list[Vote]] = {}
        self.shadows: dict[str, list[Vote]] = {}
        """The votes of drafts, which decide nothing."""
        self.changed: set[str] = set()
        """Labels with votes that no decision has looked at yet."""
        self.closed: frozenset[str] = frozenset()
        """What earlier stages decided for good; only kept where labels bear on one another."""
        self.decisions: dict[str, Decision] = {}
        self.last_stage = 0
        self.given: Mapping[int, Sequence[Vote]] = NOTHING_GIVEN
        """Position in the stage at hand -> the votes of a rule that need not be worked out again."""
        self.late: list[Vote] = []
        """Votes that no longer counted when they came."""

    def segmented(self, unit: str, field: str) -> list[tuple[int, int]]:
        """The words, lines, sentences, paragraphs or clauses of a field, in clean offsets."""
        found = self.segments.get((unit, field))
        if found is None:
            if unit in self.segment:
                return self._found(unit, field)
            found = self.segments[(unit, field)] = SEGMENTERS[unit](self.document.clean[field])
        return found

    def _found(self, unit: str, field: str) -> list[tuple[int, int]]:
        """The matches of a unit's matcher, of those that share text the first and longest; known for one stage."""
        key = f"{unit} of {field}"
        known = self.cache.get(key)
        if known is None:
            places = sorted(
                (match[2], -match[3]) for match in self.matches.get(self.segment[unit], ()) if match[1] == field
            )
            found: list[tuple[int, int]] = []
            for start, end in places:
                if not found or start >= found[-1][1]:
                    found.append((start, -end))
            known = self.cache[key] = found
        return cast("list[tuple[int, int]]", known)

    def text(self, match: Match) -> str:
        """The clean text of a match; none of one on an image."""
        text = self.document.clean.get(match[1])
        return "" if text is None else text[match[2] : match[3]]
