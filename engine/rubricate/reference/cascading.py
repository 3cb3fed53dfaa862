"""The cascade: stage after stage, as long as one can run on the record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from rubricate.model.descriptors import Cost
from rubricate.model.document import Document
from rubricate.model.location import Location
from rubricate.model.ruleset import Expression, Rule, Ruleset, Stage
from rubricate.reference.asking import truth_of
from rubricate.reference.deciding import decide_label, decide_set, said_of_subject
from rubricate.reference.finding import find
from rubricate.reference.known import Known, root
from rubricate.reference.linking import bound_to, link
from rubricate.reference.naming import asked_subjects, expressions_of, labels_of, matchers_of, subject_of
from rubricate.reference.results import ReferenceDecision, ReferenceResult, ReferenceVote
from rubricate.reference.spans import decide_spans, settle_overlaps
from rubricate.reference.voting import votes_of
from rubricate.registry import Registry
from rubricate.texts.folding import make_folder

__all__ = ["label"]


def label(ruleset: Ruleset, registry: Registry, document: Document) -> ReferenceResult:
    """Everything that a ruleset says of a record."""
    known = Known(ruleset=ruleset, registry=registry, document=document, fold=make_folder(ruleset.fold))
    walk = _Walk(known)
    for stage in range(len(walk.stages)):
        if walk.enters(stage):
            walk.run(stage)
        else:
            walk.skipped.append(stage)
    walk.otherwise()
    return ReferenceResult(
        votes={name: tuple(votes) for name, votes in walk.votes.items() if votes},
        shadows={name: tuple(votes) for name, votes in walk.shadows.items() if votes},
        decisions=walk.known.decisions,
        skipped=tuple(walk.stages[stage].name for stage in walk.skipped),
        route=_route(walk.known),
    )


def stages_of(ruleset: Ruleset, registry: Registry) -> Sequence[Stage]:
    """The declared cascade, or one stage for each cost class of the matchers used."""
    if ruleset.cascade:
        return ruleset.cascade
    here = Location(str(ruleset.file), 1, 1)
    costs = sorted({registry.matchers[spec.kind].cost for spec in ruleset.matchers.values()}) or [Cost.LEXICAL]
    kinds = {cost: tuple(kind for kind, found in registry.matchers.items() if found.cost is cost) for cost in costs}
    return [Stage(name=cost.name.lower(), runs=kinds[cost], location=here) for cost in costs]


class _Walk:
    """One record on its way: what is known, and the votes so far."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.ruleset = known.ruleset
        self.stages = stages_of(known.ruleset, known.registry)
        self.homes = {name: self._home_of_matcher(name) for name in self.ruleset.matchers}
        self.levels = _levels(self.ruleset)
        self.own: dict[str, Mapping[str, ReferenceDecision]] = {}
        """Set or label -> what its votes alone say."""
        self.votes: dict[str, list[ReferenceVote]] = {}
        self.shadows: dict[str, list[ReferenceVote]] = {}
        self.skipped: list[int] = []
        self.last = 0

    def _home_of_matcher(self, name: str) -> int:
        """The one stage that a matcher runs in: that which names it, or else its kind."""
        kind = self.ruleset.matchers[name].kind
        by_name = [number for number, stage in enumerate(self.stages) if name in stage.runs]
        by_kind = [number for number, stage in enumerate(self.stages) if kind in stage.runs]
        return (by_name or by_kind)[0]

    def _homes_of(self, expressions: Iterable[Expression]) -> set[int]:
        return {self.homes[name] for each in expressions for name in matchers_of(each, self.ruleset)}

    def _stage_of(self, rule: Rule) -> int:
        """A rule belongs to the latest stage of the matchers it names; without any, to the first."""
        return max(self._homes_of(expressions_of(rule)), default=0)

    def _asked_in(self, stage: int) -> list[Rule]:
        """The rules of a stage, and again those of earlier ones that ask for decisions; askers after those asked about.

        A rule of a stage that did not run is not asked at all.
        """
        here = [rule for rule in self.ruleset.rules if self._stage_of(rule) == stage]
        again = [rule for rule in self.ruleset.rules if self._stage_of(rule) < stage and self.levels[rule.id] > 0]
        again = [rule for rule in again if self._stage_of(rule) not in self.skipped]
        rules = [rule for rule in self.ruleset.rules if rule in here or rule in again]
        return sorted(rules, key=lambda rule: self.levels[rule.id])

    # -- stages --------------------------------------------------------------------------------------------

    def enters(self, stage: int) -> bool:
        """A stage runs if its `when` is yes or unknown; without one, if it can vote for an open label."""
        when = self.stages[stage].when
        if when is not None:
            return truth_of(root(when), self.known) is not False
        return stage == 0 or any(self._is_open(name) for name in self._can_vote_for(stage))

    def _can_vote_for(self, stage: int) -> set[str]:
        """What the rules asked in a stage vote for, and those of later stages that need its matches."""
        rules = [rule for rule in self.ruleset.rules if self._stage_of(rule) == stage]
        rules += [rule for rule in self.ruleset.rules if self._stage_of(rule) < stage and self.levels[rule.id] > 0]
        for rule in self.ruleset.rules:
            when = self.stages[self._stage_of(rule)].when
            needs = [*expressions_of(rule), *([when] if when is not None else [])]
            if self._stage_of(rule) > stage and stage in self._homes_of(needs):
                rules.append(rule)
        return {name for rule in rules if rule.status != "draft" for name in labels_of(rule, self.ruleset)}

    def _is_open(self, name: str) -> bool:
        """Accepted and no close a label, an accepted member a set; span labels stay open."""
        if self.ruleset.labels[name].kind == "span":
            return True
        owner = self.ruleset.labels[name].set
        if owner is None:
            found = self.known.decisions.get(name)
            return found is None or found.decision == "uncertain"
        found_in_set = [self.known.decisions.get(member) for member in self.ruleset.sets[owner].members]
        return all(found is None or found.decision != "accepted" for found in found_in_set)

    def run(self, stage: int) -> None:
        """Looks for the matches of a stage, asks its rules, decides."""
        self.last = stage
        specs = [spec for name, spec in self.ruleset.matchers.items() if self.homes[name] == stage]
        found = {spec.name: find(spec, self.known) for spec in specs}
        self.known = replace(self.known, found={**self.known.found, **found})
        closed = {name for name in self.ruleset.labels if not self._is_open(name)} if stage > 0 else set()
        for rule in self._asked_in(stage):
            self._ask(rule, stage, closed)

    def _ask(self, rule: Rule, stage: int, closed: set[str]) -> None:
        """What a rule says now replaces what it said; a vote that it casts again unchanged stays as it was."""
        said = votes_of(rule, stage, self.known)
        aside = rule.status == "draft"
        votes = self.shadows if aside else self.votes
        for name in self.ruleset.labels:
            if name in closed and not aside:
                continue
            old = [vote for vote in votes.get(name, []) if vote.rule == rule.id]
            new = [vote for vote in said if vote.label == name]
            if [replace(vote, stage=0) for vote in old] == [replace(vote, stage=0) for vote in new]:
                continue
            votes[name] = [vote for vote in votes.get(name, []) if vote.rule != rule.id] + new
            if not aside:
                self._decide(name, stage)

    def _decide(self, name: str, stage: int) -> None:
        """Decides a label or its set anew by all its votes, and what that means for the others."""
        subject = subject_of(name, self.ruleset)
        if self.ruleset.labels[name].kind == "span":
            said = decide_spans(name, self.votes.get(name, []), stage, self.stages, self.known)
        elif subject in self.ruleset.sets:
            members = {member: self.votes.get(member, []) for member in self.ruleset.sets[subject].members}
            said = decide_set(subject, members, stage, self.stages, self.known)
        else:
            said = decide_label(name, {name: self.votes.get(name, [])}, stage, self.stages, self.known)
        self.own[subject] = said
        alone = {label: found for said in self.own.values() for label, found in said.items()}
        settled = settle_overlaps(alone, self.ruleset)
        linked = link(settled, self.votes, self.stages, self.ruleset)
        self.known = replace(self.known, decisions=linked)

    def otherwise(self) -> None:
        """When no stage is left: a vote for each set on which no other vote fell."""
        for each in self.ruleset.otherwise:
            owner = self.ruleset.labels[each.label].set
            members = (each.label,) if owner is None else self.ruleset.sets[owner].members
            if not any(self.votes.get(member) for member in members):
                vote = ReferenceVote(
                    label=each.label,
                    rule=f"otherwise: {each.label}",
                    score=round(each.confidence, 4),
                    evidence=(),
                    stage=self.last,
                )
                self.votes[each.label] = [vote]
                self._decide(each.label, self.last)


def _levels(ruleset: Ruleset) -> dict[str, int]:
    """Rule -> 0, or one more than the highest of those that can change what it asks about. Drafts change nothing."""
    asked = {
        rule.id: {name for each in expressions_of(rule) for name in asked_subjects(each, ruleset)}
        for rule in ruleset.rules
    }
    moved = {
        rule.id: {
            subject_of(other, ruleset)
            for name in labels_of(rule, ruleset)
            for other in bound_to(name, ruleset)
            if rule.status != "draft"
        }
        for rule in ruleset.rules
    }

    def level(name: str) -> int:
        if not asked[name]:
            return 0
        return 1 + max((level(other) for other, names in moved.items() if names & asked[name]), default=0)

    return {rule.id: level(rule.id) for rule in ruleset.rules}


def _route(known: Known) -> Literal["accepted", "review", "undecided"]:
    """Uncertain labels go to review; of those about which nothing is decided, those that `if_none` sends there."""
    ruleset = known.ruleset
    for name in ruleset.labels:
        subject = subject_of(name, ruleset)
        members = ruleset.sets[subject].members if subject in ruleset.sets else (name,)
        levels = [known.decisions[member].decision for member in members if member in known.decisions]
        said = [each.if_none for each in said_of_subject(subject, ruleset) if each.if_none is not None]
        if_none = (said or ["review" if subject in ruleset.sets else "no"])[0]
        settled = "accepted" in levels or (subject not in ruleset.sets and "no" in levels)
        if "uncertain" in levels or (if_none == "review" and not settled):
            return "review" if ruleset.review else "undecided"
    return "accepted"
