"""Runs the stages of a plan over a batch of documents: scan, ask rules, decide, go on with what is open."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Sized
from typing import cast

from rubricate.errors import PluginError, RecordError, RunError
from rubricate.model.descriptors import Scanner
from rubricate.model.document import Document
from rubricate.model.match import Match
from rubricate.planning.frame import Frame, Vote
from rubricate.planning.plan import MARKS, Plan, PlannedRule, PlannedStage, Subject
from rubricate.running.deciding import decide
from rubricate.running.quick_votes import as_score, make_quick_votes
from rubricate.running.work import WorkCount

__all__ = ["BROKEN", "Cascade", "is_open"]

BROKEN = "plugin_contract"
"""The reason of a fault that is no record's: what a plugin says about a batch cannot be told apart by record."""
SHOWN = 100
"""So many characters of a wrong match are shown."""


def is_open(subject: Subject, frame: Frame) -> bool:
    """Whether a later stage may still add votes: spans and boxes always, others until accepted or no."""
    if subject.kind in MARKS:
        return True
    decisions = [frame.decisions.get(label) for label in subject.labels]
    if subject.kind == "set":
        return not any(found is not None and found.decision == "accepted" for found in decisions)
    return decisions[0] is None or decisions[0].decision in ("uncertain", "none")


class Cascade:
    """A plan at work. Holds no state between batches."""

    def __init__(self, plan: Plan, *, every_stage: bool = False) -> None:
        self.plan = plan
        self._names = _names_by_kind(plan)
        self._quick = [make_quick_votes(stage, plan.subject_of) for stage in plan.stages]
        self.every_stage = every_stage
        """Run all stages on all records and hear every vote, as examples and `why` want it."""
        self.seconds = dict.fromkeys((stage.name for stage in plan.stages), 0.0)
        """Stage -> time spent in it so far. For people only: no part of any result."""
        self.work = WorkCount()
        """What was asked of matchers so far."""

    def run(self, documents: Sequence[Document]) -> list[Frame]:
        """A frame for each document, decided; documents do not see one another."""
        plan = self.plan
        decider = self._decider(plan.stages[0])
        frames = self._begin(documents, decider)
        if plan.ruleset.segment:
            for frame in frames:
                frame.segment = plan.ruleset.segment
        for stage in plan.stages:
            chosen = self._choose(stage, frames)
            if chosen:
                began = time.perf_counter()
                self._run_stage(stage, chosen)
                self.seconds[stage.name] += time.perf_counter() - began
        if plan.ruleset.otherwise:
            for frame in frames:
                self._otherwise(frame)
        return frames

    def _begin(self, documents: Sequence[Document], decider: Callable[[Frame], None]) -> list[Frame]:
        return [Frame(document, decider) for document in documents]

    def _choose(self, stage: PlannedStage, frames: Sequence[Frame]) -> Sequence[Frame]:
        """Those that a stage runs on."""
        is_for_all = self.every_stage or (stage.number == 0 and stage.when is None)
        return frames if is_for_all else [frame for frame in frames if self._enters(stage, frame)]

    def _decider(self, stage: PlannedStage) -> Callable[[Frame], None]:
        plan = self.plan
        return lambda frame: decide(plan, stage, frame)

    def _enters(self, stage: PlannedStage, frame: Frame) -> bool:
        """Whether a stage runs on a record: its `when` is yes or unknown; else, it can vote for an open label."""
        if self.every_stage:
            return True
        if stage.when is not None:
            wanted = stage.when(frame) is not False
        else:
            wanted = stage.number == 0 or any(is_open(self.plan.subject_of[label], frame) for label in stage.labels)
        if not wanted:
            frame.skipped = {*frame.skipped, stage.number}
        return wanted

    def _run_stage(self, stage: PlannedStage, frames: Sequence[Frame]) -> None:
        self._scan(stage, frames)
        decider, linked = self._decider(stage), self.plan.links is not None
        first, always, triggered = stage.number == 0, stage.always, stage.triggered
        for frame in frames:
            frame.last_stage = stage.number
            if linked:
                frame.closed = self._closed(stage, frame)
            frame.decide = decider
            if not first:
                frame.cache.clear()
            positions = set(always)
            for name in frame.matches:
                found = triggered.get(name)
                if found is not None:
                    positions.update(found)
            if frame.given:
                positions.update(frame.given)
            if positions:
                self._hear(stage, frame, sorted(positions) if len(positions) > 1 else positions)
            if frame.changed:
                decider(frame)

    def _hear(self, stage: PlannedStage, frame: Frame, positions: Iterable[int]) -> None:
        """Take the votes of rules, by their positions in the stage; their conditions may hold."""
        rules, quick, given = stage.rules, self._quick[stage.number], frame.given
        for position in positions:
            votes = quick[position]
            if votes is None or (given and position in given):
                self._ask(rules[position], stage, frame)
            else:
                self._take_votes(votes(frame), stage, frame)

    def _closed(self, stage: PlannedStage, frame: Frame) -> frozenset[str]:
        """The subjects that earlier stages decided for good."""
        if stage.number == 0:
            return frozenset()
        return frozenset(name for name, subject in self.plan.subjects.items() if not is_open(subject, frame))

    def _scan(self, stage: PlannedStage, frames: Sequence[Frame]) -> None:
        self.work.count(stage, len(frames))
        documents = [frame.document for frame in frames]
        met: Sequence[Collection[int]] = [()] * len(documents)
        if stage.literals is not None:
            answers, met = stage.literals.scan_and_choose(documents)
            self._take(stage, frames, answers)
        for kind, scanner in stage.scanners:
            self._take(stage, frames, self._call(kind, scanner, documents))

        if stage.guard is not None:
            for number, places in enumerate(stage.guard.choose(documents, met)):
                if places:
                    kind, scanner = stage.guard.scanners[number]
                    found = self._call(kind, scanner, [documents[place] for place in places])
                    self._take(stage, [frames[place] for place in places], found)

        for gated in stage.gated:
            gate = None if self.every_stage else gated.gate
            chosen = frames if gate is None else [frame for frame in frames if gate(frame) is not False]
            if chosen:
                self.work.count_gated(stage, gated.matchers, len(chosen))
                found = self._call(gated.kind, gated.scanner, [frame.document for frame in chosen])
                self._take(stage, chosen, found)

    def _call(self, kind: str, scanner: Scanner, documents: Sequence[Document]) -> Sequence[Sequence[Match]]:
        """The boundary to a plugin's code: what it raises names the plugin, and its answer is counted."""
        try:
            found = scanner.scan(documents)
        except RunError:  # about no record: the run must stop here, and knows what to say
            raise
        except RecordError as error:  # a scanner's own word about one record
            record = error.record or _only(documents)
            matcher = error.matcher
            raise PluginError(kind, error.detail, record=record, reason=error.reason, matcher=matcher) from error
        except (Exception, SystemExit) as error:
            # Foreign code may raise anything, and must not end the run by calling exit. KeyboardInterrupt goes on: the
            # handler of a second Ctrl-C raises it wherever the program is, so it is a person's word, not a fault.
            raise PluginError(kind, f"{type(error).__name__}: {error}", record=_only(documents)) from error
        if not isinstance(found, Sequence):
            raise PluginError(kind, f"gave no sequence of answers but {_kind_of(found)}", reason=BROKEN)
        if len(found) != len(documents):
            detail = f"gave {len(found)} answers for {len(documents)} documents"
            raise PluginError(kind, detail, reason=BROKEN)
        names = self._names[kind]
        for document, answer in zip(documents, found, strict=True):
            if not isinstance(answer, Sequence):
                raise PluginError(kind, f"gave no sequence of matches but {_kind_of(answer)}", record=document.id)
            if answer:
                _check_matches(kind, names, document, answer)
        return found

    def _take(self, stage: PlannedStage, frames: Sequence[Frame], answers: Sequence[Sequence[Match]]) -> None:
        keep = stage.keep
        for frame, found in zip(frames, answers, strict=True):
            if not found:
                continue
            matches = frame.matches
            names = set()
            for match in found:
                name = match[0]
                known = matches.get(name)
                if known is None:
                    matches[name] = [match]
                    names.add(name)
                else:
                    known.append(match)
            if keep:
                for name in [name for name in matches if name in names and name in keep]:
                    kept = keep[name](frame, matches[name])
                    if kept:
                        matches[name] = kept
                    else:
                        del matches[name]

    # -- rules ---------------------------------------------------------------------------------------------

    def _ask(self, rule: PlannedRule, stage: PlannedStage, frame: Frame) -> None:
        if rule.stage in frame.skipped:
            return
        if rule.is_draft:
            self._hear_draft(rule, stage, frame)
            return
        if stage.number > rule.stage:
            self._ask_again(rule, stage, frame)
            return
        self._take_votes(self._votes_of(rule, stage, frame), stage, frame)

    def _take_votes(self, said: Collection[Vote], stage: PlannedStage, frame: Frame) -> None:
        may_close = stage.number > 0 and not self.every_stage
        heard, changed = frame.votes, frame.changed  # only now: a rule that asks for decisions has them made
        for vote in said:
            label = vote[0]
            if may_close and self._comes_too_late(label, stage, frame):
                frame.late.append(vote)
                continue
            known = heard.get(label)
            if known is None:
                heard[label] = [vote]
            else:
                known.append(vote)
            changed.add(label)

    def _hear_draft(self, rule: PlannedRule, stage: PlannedStage, frame: Frame) -> None:
        """A draft's votes stand aside; what it says in a later stage replaces what it said."""
        new = list(self._votes_of(rule, stage, frame))
        old = [vote for votes in frame.shadows.values() for vote in votes if vote.rule == rule.number]
        if [vote._replace(stage=0) for vote in new] == [vote._replace(stage=0) for vote in old]:
            return
        for label, votes in frame.shadows.items():
            frame.shadows[label] = [vote for vote in votes if vote.rule != rule.number]
        for vote in new:
            frame.shadows.setdefault(vote.label, []).append(vote)

    def _ask_again(self, rule: PlannedRule, stage: PlannedStage, frame: Frame) -> None:
        """A rule that asks for decisions is asked in each later stage: what it says then replaces what it said.

        A vote that it casts again unchanged is no new vote, and stays where and as it was.
        """
        again: dict[str, list[Vote]] = {label: [] for label in rule.labels}
        for vote in self._votes_of(rule, stage, frame):
            again[vote.label].append(vote)
        for label, new in again.items():
            votes = frame.votes.get(label, [])
            old = [vote for vote in votes if vote.rule == rule.number]
            same = [vote._replace(stage=0) for vote in new] == [vote._replace(stage=0) for vote in old]
            if not same and not self._comes_too_late(label, stage, frame):
                frame.votes[label] = [vote for vote in votes if vote.rule != rule.number] + new
                frame.changed.add(label)

    def _votes_of(self, rule: PlannedRule, stage: PlannedStage, frame: Frame) -> Collection[Vote]:
        if rule.truth(frame) is not True:
            return ()
        if rule.matches is not None:
            return self._votes_by_match(rule, stage, frame)
        score = _confidence(rule, frame)
        if score is None:
            return ()
        label = cast("str", rule.rule.label)
        return (Vote(label, rule.number, score, rule.evidence(frame), None, None, stage.number),)

    def _votes_by_match(self, rule: PlannedRule, stage: PlannedStage, frame: Frame) -> Collection[Vote]:
        """A rule worked out match by match; on a document label the best match of a label is the vote."""
        assert rule.matches is not None
        subject_of, label, label_from, number = self.plan.subject_of, rule.rule.label, rule.label_from, rule.number
        spans: list[Vote] = []
        best: dict[str, tuple[float, list[Match]]] = {}
        for match in rule.matches(frame):
            frame.it = match
            score = _confidence(rule, frame)
            if label_from is not None:
                label = cast("str | None", label_from(frame))
            value = rule.value(frame) if rule.value is not None else None
            frame.it = None
            subject = subject_of.get(label) if isinstance(label, str) else None
            if score is None or subject is None or not isinstance(label, str):
                continue
            if subject.kind in MARKS:
                evidence = [match] if rule.parts is None else rule.parts(frame, match)
                spans.append(Vote(label, number, score, evidence, match[1:4], value, stage.number))
                continue
            known = best.get(label)
            if known is None:
                best[label] = (score, [match])
            else:
                known[1].append(match)
                if score > known[0]:
                    best[label] = (score, known[1])
        if not best:
            return spans
        found = [Vote(label, number, score, evidence, None, None, stage.number)
                 for label, (score, evidence) in best.items()]  # fmt: skip
        return [*spans, *found]

    def _comes_too_late(self, label: str, stage: PlannedStage, frame: Frame) -> bool:
        """Whether an earlier stage closed a label, so that votes for it no longer count."""
        if stage.number == 0 or self.every_stage:
            return False
        subject = self.plan.subject_of[label]
        if self.plan.links is not None:  # what other labels did may be worked out afresh within the stage
            return subject.name in frame.closed
        if is_open(subject, frame):
            return False
        found = (frame.decisions.get(member) for member in subject.labels)
        return any(decision is not None and decision.stage < stage.number for decision in found)

    def _otherwise(self, frame: Frame) -> None:
        """The vote for each set on which no other vote fell, when no stage is left to run."""
        plan = self.plan
        for number, vote in enumerate(plan.ruleset.otherwise):
            subject = plan.subject_of[vote.label]
            if any(frame.votes.get(label) for label in subject.labels):
                continue
            score = round(vote.confidence, 4)
            frame.votes[vote.label] = [Vote(vote.label, -1 - number, score, [], None, None, frame.last_stage)]
            frame.changed.add(vote.label)
        if frame.changed:
            decide(plan, plan.stages[frame.last_stage], frame)


def _names_by_kind(plan: Plan) -> dict[str, frozenset[str]]:
    names: dict[str, set[str]] = {}
    families = {name: gated.kind for stage in plan.stages for gated in stage.gated for name in gated.matchers}
    for spec in plan.ruleset.matchers.values():
        names.setdefault(families.get(spec.name, spec.kind), set()).add(spec.name)
    return {kind: frozenset(found) for kind, found in names.items()}


def _only(documents: Sequence[Document]) -> str | None:
    return documents[0].id if len(documents) == 1 else None


def _kind_of(value: object) -> str:
    return "None" if value is None else f"a value of type {type(value).__name__}"


def _check_matches(kind: str, names: frozenset[str], document: Document, matches: Sequence[Match]) -> None:
    """Hold a scanner's matches in one document against its contract."""
    clean: Mapping[str, Sized] = document.clean
    if document.pictures:
        clean = {**clean, **_pixels(document)}
    for match in matches:
        try:
            name, field, start, end, score, _ = match
            if (
                type(match) is tuple
                and type(start) is int
                and type(end) is int
                and 0 <= start < end <= len(clean[field])
                and score is None
                and name in names
            ):
                continue
            well_formed = type(start) is int and type(end) is int and isinstance(match, tuple)
            well_formed = well_formed and (score is None or isinstance(score, int | float))
            inside = 0 <= start < end <= len(clean.get(field, ""))
            own = name in names
        except KeyError:
            well_formed, inside, own = True, False, name in names
        except (TypeError, ValueError):
            well_formed = inside = own = False
        if well_formed and inside and own:
            continue
        if not well_formed:
            detail = "gave a match of a wrong form"
        elif own:
            detail = f"gave a match outside of the {'image' if match[1] in document.pictures else 'text'}"
        else:
            detail = "gave a match of no matcher of its kind"
        raise PluginError(kind, f"{detail}: {str(match)[:SHOWN]}", record=document.id)


def _pixels(document: Document) -> dict[str, range]:
    """Image field -> something as long as its image has pixels."""
    return {name: range(each.width * each.height) for name, each in document.pictures.items()}


def _confidence(rule: PlannedRule, frame: Frame) -> float | None:
    """The score of a vote, between 0 and 1, rounded before anything compares it; None: the rule abstains."""
    if rule.constant is not None:
        return rule.constant
    return as_score(rule.confidence(frame))
