"""What of two rulesets makes them say something else about one record: a rule, a row of a table, a threshold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rubricate.language import tree
from rubricate.model.match import Match
from rubricate.model.ruleset import Conflicts
from rubricate.planning.frame import Frame, Vote
from rubricate.planning.meanings import Meanings
from rubricate.planning.plan import Plan, Subject, Threshold
from rubricate.planning.scoping import root
from rubricate.versioning.changes import Side
from rubricate.versioning.rowless import condition_without_rows, without_rows
from rubricate.versioning.words import in_quotes

__all__ = ["Blame", "Blamer", "Found", "Place", "View"]

Place = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """What one ruleset decides about a label, or about a span of one."""

    decision: str
    """`accepted`, `uncertain`, or `nothing`."""
    score: float | None = None
    threshold: float | None = None
    votes: Sequence[Vote] = ()
    value: object = None
    place: Place | None = None
    """Of a span, in the original text."""
    because_of: str | None = None
    """The label that implies it, excludes it, or took its place."""


@dataclass(frozen=True, slots=True)
class View:
    """One ruleset's look at a record."""

    side: Side
    frame: Frame


@dataclass(frozen=True, slots=True)
class Blame:
    """What makes the difference."""

    text: str
    evidence: Sequence[Match] = ()
    """What was found in the text, by the ruleset that says more."""
    of_after: bool = True
    """Whether the evidence is that of the second ruleset."""


@dataclass(slots=True)
class Blamer:
    """Blames differences between two rulesets."""

    before: Side
    after: Side
    _terms: dict[tuple[int, str], frozenset[str]] = field(default_factory=dict)
    _rowless: dict[int, Meanings] = field(default_factory=dict)
    _edited: dict[str, bool] = field(default_factory=dict)

    def blame(self, label: str, one: Found, other: Found, before: View, after: View) -> Blame:
        """The part of the rulesets that a difference comes from, in words that do not depend on other records."""
        for side, word in ((self.before, "added"), (self.after, "removed")):
            if label not in side.plan.ruleset.labels:
                is_new = word == "added"
                return Blame(f"label {label} {word}", self._evidence(other if is_new else one), is_new)
        rises = _rank(other) >= _rank(one)
        strong, weak = (other, one) if rises else (one, other)
        strong_view, weak_view = (after, before) if rises else (before, after)
        found = (
            self._by_vote(strong.votes, weak.votes, strong_view, weak_view, rises=rises)
            or self._by_span(one, other, before, after)
            or self._by_threshold(label, before, after)
            or self._by_rival(label, strong_view, weak_view, rises=rises)
            or self._by_label(one, other)
            or self._by_subject(label)
            or "how votes and labels bear on one another"
        )
        votes = _fresh(strong.votes, weak.votes, strong_view.side.plan, weak_view.side.plan) or list(strong.votes)
        return Blame(found, [match for vote in votes for match in vote.evidence], rises)

    def _evidence(self, found: Found) -> list[Match]:
        return [match for vote in found.votes for match in vote.evidence]

    # -- votes ---------------------------------------------------------------------------------------------

    def _by_vote(
        self, strong: Sequence[Vote], weak: Sequence[Vote], one: View, other: View, *, rises: bool
    ) -> str | None:
        """The surest vote of the side that says more which the other side has not, or has with a lower score."""
        plans = one.side.plan, other.side.plan
        fresh = [vote for vote in _fresh(strong, weak, *plans) if vote.rule >= 0]
        if fresh:
            vote = min(fresh, key=lambda vote: (-vote.score, _rule_id(vote, plans[0])))
            return self._rule_words(vote, one, other, rises=rises)
        scores = {_rule_id(vote, plans[1]): vote.score for vote in weak}
        raised = [vote for vote in strong if vote.score > scores.get(_rule_id(vote, plans[0]), vote.score)]
        if raised:
            vote = min(raised, key=lambda vote: (-vote.score, _rule_id(vote, plans[0])))
            id = _rule_id(vote, plans[0])
            return self._score_words(id, vote.score, scores[id], rises=rises)
        return None

    def _rule_words(self, vote: Vote, one: View, other: View, *, rises: bool) -> str:
        """A vote that only one side has: its rule came or went, else a row that it rests on, else the rule itself."""
        id = _rule_id(vote, one.side.plan)
        if id not in {rule.id for rule in other.side.plan.ruleset.rules}:
            return f"rule {id} {'added' if rises else 'removed'}"
        row = next(self._own_rows(vote, one.side, other.side), None)
        if row is not None:
            return self._row_words(row, "added" if rises else "removed", id)
        rule = one.side.plan.rules[vote.rule].rule
        counterpart = next(each for each in other.side.plan.ruleset.rules if each.id == id)
        if (rule.status == "draft") != (counterpart.status == "draft"):
            return f"rule {id} is {'no draft any more' if rises else 'a draft now'}"
        if one.side.meanings.rule(rule) == other.side.meanings.rule(counterpart):
            return f"rule {id}, itself unchanged"
        return f"rule {id}"

    def _row_words(self, row: str, word: str, id: str) -> str:
        """A row that came or went; with the rule that rests on it, if that one asks for something else by itself."""
        return f"{row} {word} and rule {id} changed" if self._is_edited(id) else f"{row} {word} (rule {id})"

    def _is_edited(self, id: str) -> bool:
        """Whether a rule of both sides asks for something else, whatever the rows of its tables."""
        if id not in self._edited:
            conditions = [
                condition_without_rows(rule, self._without_rows(side))
                for side in (self.before, self.after)
                for rule in side.plan.ruleset.rules
                if rule.id == id
            ]
            self._edited[id] = len(conditions) == 2 and conditions[0] != conditions[1]
        return self._edited[id]

    def _without_rows(self, side: Side) -> Meanings:
        if id(side) not in self._rowless:
            self._rowless[id(side)] = without_rows(side.meanings)
        return self._rowless[id(side)]

    def _own_rows(self, vote: Vote, one: Side, other: Side) -> Iterator[str]:
        """The rows that a vote rests on and that the other side's table has not."""
        for match in vote.evidence:
            table, entry = one.plan.tables.get(match[0]), match[5]
            row = entry if isinstance(entry, int) or entry is None else entry.get("row")
            if table is None or not isinstance(row, int):
                continue
            terms = table.rows[row].terms
            if other.plan.tables.get(match[0]) is not None and not set(terms) & self._known_terms(other, match[0]):
                yield f"row {in_quotes(terms[0])} of {table.name}"

    def _known_terms(self, side: Side, matcher: str) -> frozenset[str]:
        key = (id(side), matcher)
        if key not in self._terms:
            rows = side.plan.tables[matcher].rows
            self._terms[key] = frozenset(term for row in rows for term in row.terms)
        return self._terms[key]

    def _score_words(self, id: str, strong: float, weak: float, *, rises: bool) -> str:
        """Constant confidences with their numbers; others differ from record to record."""
        if id.startswith("otherwise: ") or all(_is_constant(id, side.plan) for side in (self.before, self.after)):
            old, new = (weak, strong) if rises else (strong, weak)
            return f"rule {id}: {old:g} -> {new:g}"
        return f"rule {id}: its confidence"

    # -- how votes are decided -----------------------------------------------------------------------------

    def _by_span(self, one: Found, other: Found, before: View, after: View) -> str | None:
        """What is behind a span that both have, with other edges or another value."""
        if one.place is None or other.place is None or (one.place, one.value) == (other.place, other.value):
            return None
        return (
            # the surest votes may be the same on both sides, and one that is less sure have gone
            self._by_vote(one.votes, other.votes, before, after, rises=False)
            or self._by_own_row(one, other)
            or self._by_target(one, other, before, after)
            or _conflict_words(self.before.plan.ruleset.conflicts, self.after.plan.ruleset.conflicts)
        )

    def _by_own_row(self, one: Found, other: Found) -> str | None:
        """A row that a vote rests on and that the other side has not."""
        for found, sides, word in (
            (other, (self.after, self.before), "added"), (one, (self.before, self.after), "removed"),
        ):  # fmt: skip
            for vote in found.votes:
                row = next(self._own_rows(vote, *sides), None)
                if row is not None:
                    return self._row_words(row, word, _rule_id(vote, sides[0].plan))
        return None

    def _by_target(self, one: Found, other: Found, before: View, after: View) -> str | None:
        """A rule that votes on both sides, for another place or with another value; the one that gives the edges."""
        votes = _targets(one.votes, before), _targets(other.votes, after)
        moved = [id for id in sorted(votes[0].keys() | votes[1].keys()) if votes[0].get(id) != votes[1].get(id)]
        leading = [id for id in moved if any(place == other.place for place, _ in votes[1].get(id, ()))]
        return next((f"rule {id}" for id in (*leading, *moved)), None)

    def _by_threshold(self, label: str, before: View, after: View) -> str | None:
        one, other = _threshold(label, before), _threshold(label, after)
        if one.accept != other.accept:
            return f"accept {one.accept:g} -> {other.accept:g}"
        return f"low {one.low:g} -> {other.low:g}" if one.low != other.low else None

    def _by_rival(self, label: str, strong: View, weak: View, *, rises: bool) -> str | None:
        """Votes for another label of the set, which the side that says less of this label has."""
        for other in _rivals(label, weak.side.plan):
            against, lacking = weak.frame.votes.get(other, ()), strong.frame.votes.get(other, ())
            found = self._by_vote(against, lacking, weak, strong, rises=not rises)
            if found is not None:
                return f"{found}, for {other}"
        return None

    def _by_label(self, one: Found, other: Found) -> str | None:
        if one.because_of == other.because_of:
            return None
        named = other.because_of or one.because_of
        return f"what is decided about {named}"

    def _by_subject(self, label: str) -> str | None:
        one, other = self.before.plan.subject_of[label], self.after.plan.subject_of[label]
        return next(_subject_words(one, other), None)


def _targets(votes: Iterable[Vote], view: View) -> dict[str, list[tuple[Place, str]]]:
    """Rule -> the places in the original text that it votes for, each with its value."""
    document = view.frame.document
    found: dict[str, list[tuple[Place, str]]] = {}
    for vote in votes:
        if vote.target is not None:
            place = (vote.target[0], *document.to_original(*vote.target))
            found.setdefault(_rule_id(vote, view.side.plan), []).append((place, repr(vote.value)))
    return found


def _conflict_words(one: Conflicts, other: Conflicts) -> str | None:
    for name in ("same_label_overlap", "overlap"):
        before, after = getattr(one, name), getattr(other, name)
        if before != after:
            return f"{name} {before} -> {after}"
    return "conflicts: nest" if one.nest != other.nest else None


def _subject_words(one: Subject, other: Subject) -> Iterator[str]:
    if one.combiner.name != other.combiner.name:
        yield f"combine {one.combiner.name} -> {other.combiner.name}"
    if one.margin != other.margin:
        yield f"margin {one.margin:g} -> {other.margin:g}"
    if one.labels != other.labels:
        yield f"the labels of the set {other.name}"


def _rank(found: Found) -> tuple[int, float]:
    return ("nothing", "uncertain", "accepted").index(found.decision), found.score or 0.0


def _rule_id(vote: Vote, plan: Plan) -> str:
    return plan.rules[vote.rule].rule.id if vote.rule >= 0 else f"otherwise: {vote.label}"


def _fresh(strong: Iterable[Vote], weak: Iterable[Vote], one: Plan, other: Plan) -> list[Vote]:
    """The votes of rules that do not vote on the other side."""
    known = {_rule_id(vote, other) for vote in weak}
    return [vote for vote in strong if _rule_id(vote, one) not in known]


def _is_constant(id: str, plan: Plan) -> bool:
    return any(rule.id == id and isinstance(root(rule.confidence), tree.Number) for rule in plan.ruleset.rules)


def _threshold(label: str, view: View) -> Threshold:
    """What the label was held against in the stage that decided it, else in the last one that ran."""
    decision = view.frame.decisions.get(label)
    stage = view.frame.last_stage if decision is None else decision.stage
    return view.side.plan.stages[stage].thresholds[label]


def _rivals(label: str, plan: Plan) -> list[str]:
    return [other for other in plan.subject_of[label].labels if other != label]
