"""The counts of one unit, gathered record by record and cheap to gather."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Final, cast

from rubricate.planning.frame import Frame, SpanDecision, Vote
from rubricate.planning.plan import Plan
from rubricate.running.tally import ROUTES

__all__ = ["BINS", "UnitCounts"]

BINS = 20
"""Bins of a score histogram over 0..1."""
RULE: Final = 1
BEHIND: Final = 3
"""Where a vote has its rule and its score, and what follows them; by number they are read faster than by name."""
SCORED: Final = ("accepted", "uncertain", "no")
"""The decisions that have a score."""
GATHERED: Final = 8192
"""So many decisions are gathered before they are added up."""


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
        self._histograms: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * BINS)
        """Label and decision -> counts of its scores."""
        self._rules: dict[int, _RuleCounts] = defaultdict(_RuleCounts)
        self._documents = 0
        self._nothing = 0
        self._asked_in_all = 0
        self._alone = {name for name, subject in plan.subject_of.items() if len(subject.labels) == 1}
        self._heard: list[tuple[object, ...]] = []
        self._decided: list[tuple[str, str, float, int, bool]] = []
        self._final: list[tuple[str, str]] = []
        self._asked_about: list[str] = []

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
            self._asked_about.append(question["subject"])
        self._final += said["decisions"].items()  # type: ignore[attr-defined]  # label -> decision
        self._count_decisions(frame)
        if frame.votes:
            self._count_rules(frame)
        if frame.shadows:
            self._count_drafts(frame)
        if len(self._final) > GATHERED:
            self._add_up()

    def _count_decisions(self, frame: Frame) -> None:
        heard, gathered = frame.votes, self._decided
        for label, (decision, score, _, stage, spans, *_) in frame.decisions.items():
            if spans:
                self._count_spans(label, spans)
            else:
                gathered.append((label, decision, score, stage, bool(heard.get(label))))

    def _add_up(self) -> None:
        """Counts what was gathered, which says the same few things again and again."""
        for (label, found), times in Counter(self._final).items():
            self._labels[label][found] += times
        for (label, decision, score, stage, is_heard), times in Counter(self._decided).items():
            if is_heard:
                self._histograms[label, decision][min(int(score * BINS), BINS - 1)] += times
            if decision == "accepted":
                self._scored[stage] += times
                self._scores[stage] += score * times
        for votes, times in Counter(self._heard).items():
            self._add_votes(votes, times)
        self._review.update(self._asked_about)
        for gathered in (self._final, self._decided, self._heard, self._asked_about):
            gathered.clear()

    def _add_votes(self, votes: tuple[object, ...], times: int) -> None:
        """What was heard of a label by itself, which has no other that could be heard against it."""
        numbers = set(votes[::2])
        for number, score in zip(votes[::2], votes[1::2], strict=True):
            counts = self._rules[cast("int", number)]
            counts.votes += times
            counts.scores += cast("float", score) * times
        for number in numbers:
            counts = self._rules[cast("int", number)]
            counts.records += times
            counts.overlaps += times * (len(numbers) > 1)

    def _count_spans(self, label: str, spans: Sequence[SpanDecision]) -> None:
        counts, histograms = self._labels[label], self._histograms
        for span in spans:
            histograms[label, span.decision][min(int(span.score * BINS), BINS - 1)] += 1
            if span.decision == "accepted":
                counts["spans"] += 1
                self._scored[span.stage] += 1
                self._scores[span.stage] += span.score

    def _count_rules(self, frame: Frame) -> None:
        alone, gathered = self._alone, self._heard
        together: dict[str, list[Vote]] = {}
        for label, votes in frame.votes.items():
            if label not in alone:
                together.setdefault(self._plan.subject_of[label].name, []).extend(votes)
            elif len(votes) == 1:
                gathered.append(votes[0][RULE:BEHIND])
            elif votes:
                gathered.append(tuple(chain.from_iterable(vote[RULE:BEHIND] for vote in votes)))
        for votes in together.values():
            for vote in votes:
                counts = self._rules[vote.rule]
                counts.votes += 1
                counts.scores += vote.score
            self._count_set([(vote.rule, vote.label) for vote in votes])

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

    @property
    def asked(self) -> list[int]:
        """Stage -> the records that it ran on."""
        return [number + self._asked_in_all for number in self._asked]

    def as_tally(self) -> dict[str, object]:
        """The counts, all labels, stages and rules of the plan included."""
        self._add_up()
        decided = self._decided_histograms()
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
            "histograms": {label: _sum(found.values()) for label, found in decided.items()},
            "decided_histograms": decided,
            "rules": self._rule_rows(),
        }

    def _decided_histograms(self) -> dict[str, dict[str, list[int]]]:
        """Label -> decision -> counts of scores, of what there is any."""
        found: dict[str, dict[str, list[int]]] = {}
        for label in self._plan.ruleset.labels:
            of_label = {name: self._histograms[label, name] for name in SCORED if (label, name) in self._histograms}
            if of_label:
                found[label] = of_label
        return found

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


def _sum(histograms: Iterable[Sequence[int]]) -> list[int]:
    return [sum(counts) for counts in zip(*histograms, strict=True)]
