"""The counts of one unit, gathered record by record and cheap to gather."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from rubricate.planning.frame import Frame, SpanDecision
from rubricate.planning.plan import Plan
from rubricate.running.tally import ROUTES

__all__ = ["BINS", "UnitCounts"]

BINS = 20
"""Bins of a score histogram over 0..1."""
RULE: Final = 1
SCORE: Final = 2
"""Where a vote has them; by number they are read twice as fast."""


class _RuleCounts:
    """What one rule did in a unit."""

    __slots__ = ("conflicts", "overlaps", "records", "scores", "votes")

    def __init__(self) -> None:
        self.votes = self.records = self.overlaps = self.conflicts = 0
        self.scores = 0.0


class UnitCounts:
    """Gathers; `as_tally` gives the shape of `rubricate.running.tally.empty`."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._names = [stage.name for stage in plan.stages]
        self._routes: Counter[str] = Counter()
        self._dropped: Counter[str] = Counter()
        self._quarantined: Counter[str] = Counter()
        self._review: Counter[str] = Counter()
        self._asked = [0] * len(plan.stages)
        self._closed = [0] * len(plan.stages)
        self._scores = [0.0] * len(plan.stages)
        self._scored = [0] * len(plan.stages)
        self._labels: dict[str, Counter[str]] = defaultdict(Counter)
        self._histograms: dict[str, list[int]] = defaultdict(lambda: [0] * BINS)
        self._rules: dict[int, _RuleCounts] = defaultdict(_RuleCounts)
        self._documents = 0
        self._nothing = 0
        self._asked_in_all = 0
        self._alone = {name for name, subject in plan.subject_of.items() if len(subject.labels) == 1}

    def dropped(self, reason: str) -> None:
        """A record that was dropped."""
        self._routes["dropped"] += 1
        self._dropped[reason] += 1

    def quarantined(self, reason: str) -> None:
        """A record or region that was quarantined."""
        self._routes["quarantined"] += 1
        self._quarantined[reason] += 1

    def labelled(self, frame: Frame, said: Mapping[str, object], route: str) -> None:
        """A record that went through the cascade."""
        self._routes[route] += 1
        self._documents += 1
        if frame.skipped:
            for number in range(len(self._names)):
                if number not in frame.skipped:
                    self._asked[number] += 1
        else:
            self._asked_in_all += 1
        if route == "accepted":
            self._closed[frame.last_stage] += 1
            if not said["annotations"]:
                self._nothing += 1
        for question in said.get("questions", ()):  # type: ignore[attr-defined]  # a list of mappings
            self._review[question["subject"]] += 1
        self._count_decisions(frame, said["decisions"])  # type: ignore[arg-type]  # label -> decision
        if frame.votes:
            self._count_rules(frame)
        if frame.shadows:
            self._count_drafts(frame)

    def _count_decisions(self, frame: Frame, final: Mapping[str, str]) -> None:
        heard = frame.votes
        for label, decided in frame.decisions.items():
            decision, score, _, stage, spans, *_ = decided
            if spans:
                self._count_spans(label, spans)
                continue
            if heard.get(label):
                self._histograms[label][min(int(score * BINS), BINS - 1)] += 1
            if decision == "accepted":
                self._scored[stage] += 1
                self._scores[stage] += score
        for label, found in final.items():
            self._labels[label][found] += 1

    def _count_spans(self, label: str, spans: Sequence[SpanDecision]) -> None:
        counts, histogram = self._labels[label], self._histograms[label]
        for span in spans:
            histogram[min(int(span.score * BINS), BINS - 1)] += 1
            if span.decision == "accepted":
                counts["spans"] += 1
                self._scored[span.stage] += 1
                self._scores[span.stage] += span.score

    def _count_rules(self, frame: Frame) -> None:
        rules, alone = self._rules, self._alone
        together: dict[str, list[tuple[int, str]]] = {}
        for label, votes in frame.votes.items():
            if not votes:
                continue
            for vote in votes:
                counts = rules[vote[RULE]]
                counts.votes += 1
                counts.scores += vote[SCORE]
            if label not in alone:
                heard = together.setdefault(self._plan.subject_of[label].name, [])
                heard += [(vote.rule, label) for vote in votes]
            elif len(votes) == 1:
                counts.records += 1
            else:  # a label by itself has no other that could be heard against it
                numbers = {vote[RULE] for vote in votes}
                for number in numbers:
                    counts = rules[number]
                    counts.records += 1
                    counts.overlaps += len(numbers) > 1
        for heard in together.values():
            self._count_set(heard)

    def _count_set(self, heard: list[tuple[int, str]]) -> None:
        """What rules did that voted for labels of one set."""
        for rule in {rule for rule, _ in heard}:
            counts = self._rules[rule]
            counts.records += 1
            others = [label for other, label in heard if other != rule]
            if others:
                counts.overlaps += 1
                own = {label for other, label in heard if other == rule}
                counts.conflicts += any(label not in own for label in others)

    def _count_drafts(self, frame: Frame) -> None:
        """Drafts beside the votes that count; what those did is not changed by them."""
        subject_of = self._plan.subject_of
        by_rule: dict[int, set[str]] = {}
        for label, votes in frame.shadows.items():
            for vote in votes:
                counts = self._rules[vote.rule]
                counts.votes += 1
                counts.scores += vote.score
                by_rule.setdefault(vote.rule, set()).add(label)
        for rule, own in by_rule.items():
            counts = self._rules[rule]
            counts.records += 1
            asked = {other for label in own for other in subject_of[label].labels}
            heard = {label for label in asked if frame.votes.get(label)}
            counts.overlaps += bool(heard)
            counts.conflicts += bool(heard - own)

    def as_tally(self) -> dict[str, object]:
        """The counts, all labels, stages and rules of the plan included."""
        return {
            "routes": {route: self._routes[route] for route in ROUTES},
            "read": sum(self._routes.values()),
            "made": 0,
            "found_nothing": self._nothing,
            "dropped": {"duplicate": 0, "blank": 0, **self._dropped},
            "quarantined": dict(sorted(self._quarantined.items())),
            "review": dict(sorted(self._review.items())),
            "stages": [
                {
                    "name": name,
                    "asked": self._asked[n] + self._asked_in_all,
                    "closed": self._closed[n],
                    "scores": round(self._scores[n], 4),
                    "scored": self._scored[n],
                }
                for n, name in enumerate(self._names)
            ],
            "labels": {label: self._label(label) for label in self._plan.ruleset.labels},
            "histograms": {
                label: self._histograms[label] for label in self._plan.ruleset.labels if label in self._histograms
            },
            "rules": self._rule_rows(),
        }

    def _label(self, label: str) -> dict[str, int]:
        counts = self._labels.get(label, Counter())
        told = {name: counts[name] for name in ("accepted", "no", "uncertain")}
        return {**told, "none": self._documents - sum(told.values()), "spans": counts["spans"]}

    def _rule_rows(self) -> dict[str, object]:
        rows: dict[str, object] = {}
        for rule in self._plan.rules:
            row = self._rule_row(self._rules.get(rule.number), rule.rule.label)
            rows[rule.rule.id] = {**row, "status": "draft"} if rule.rule.status == "draft" else row
        for number, otherwise in enumerate(self._plan.ruleset.otherwise):
            rows[f"otherwise: {otherwise.label}"] = self._rule_row(self._rules.get(-1 - number), otherwise.label)
        return rows

    def _rule_row(self, counts: _RuleCounts | None, label: str | None) -> dict[str, object]:
        counts = counts or _RuleCounts()
        return {
            "votes": counts.votes,
            "records": counts.records,
            "overlaps": counts.overlaps,
            "conflicts": counts.conflicts,
            "scores": round(counts.scores, 4),
            "label": label,
        }
