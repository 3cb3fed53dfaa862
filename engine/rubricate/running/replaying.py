"""Votes that an earlier run kept are cast again, rules that mean something else are asked, and all is decided anew."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import cast

from rubricate.model.document import Document
from rubricate.model.match import Match
from rubricate.planning.frame import Frame, Vote
from rubricate.planning.plan import PlannedRule, PlannedStage
from rubricate.planning.residual import Residual, State
from rubricate.planning.voting import Voting
from rubricate.running.cascade import Cascade
from rubricate.storage.votes import Kept, VotesWriter

__all__ = ["Replayer", "VoteKeeper"]

_PLAIN = frozenset({str, int, bool, type(None)})
_NOTHING = Kept(0, ())


class _Frame(Frame):
    """What is known about a record, with what was known before."""

    __slots__ = ("kept", "scanned")

    def __init__(self, document: Document, decide: Callable[[Frame], None], kept: Kept) -> None:
        super().__init__(document, decide)
        self.kept = kept
        self.scanned: frozenset[str] = frozenset()
        """The matchers that were looked for."""

    @property
    def state(self) -> State:
        return self.kept.stages, frozenset(self.skipped), self.scanned


class Replayer(Cascade):
    """A cascade for records of which an earlier run kept the votes; its frames are those of a run from scratch."""

    def __init__(self, voting: Voting, residual: Residual) -> None:
        super().__init__(voting.plan)
        self._residual = residual
        self._position = {
            rule.number: position
            for stage in voting.plan.stages
            for position, rule in enumerate(stage.rules)
            if rule.stage == stage.number
        }
        self.kept: Mapping[int, Kept] = {}
        """Position in the unit -> what was kept of the records that are run next."""

    def _begin(self, documents: Sequence[Document], decider: Callable[[Frame], None]) -> list[Frame]:
        kept = self.kept
        return [_Frame(document, decider, kept.get(document.ordinal, _NOTHING)) for document in documents]

    def _choose(self, stage: PlannedStage, frames: Sequence[Frame]) -> Sequence[Frame]:
        if stage.when is not None:
            for state, group in _by_state(frames):
                missing, scanned = self._residual.before(stage.number, state)
                self._catch_up(missing, group, scanned)
        return super()._choose(stage, frames)

    def _run_stage(self, stage: PlannedStage, frames: Sequence[Frame]) -> None:
        for state, group in _by_state(frames):
            residual = self._residual.stage(stage.number, state)
            self._catch_up(residual.catch_up, group, residual.scanned)
            for frame in group:
                frame.given = _votes(frame.kept.votes, residual.given, stage.number) if residual.given else {}
            super()._run_stage(residual.stage, group)

    def _catch_up(self, stages: Sequence[PlannedStage], frames: Sequence[_Frame], scanned: frozenset[str]) -> None:
        for stage in stages:
            for frame in frames:
                frame.cache.clear()  # what was worked out without these matches
            self._scan(stage, frames)
        for frame in frames:
            frame.scanned = scanned
            if stages:
                frame.cache.clear()

    def _scan(self, stage: PlannedStage, frames: Sequence[Frame]) -> None:
        if stage.matchers:
            super()._scan(stage, frames)

    def _votes_of(self, rule: PlannedRule, stage: PlannedStage, frame: Frame) -> Collection[Vote]:
        if frame.given and rule.stage == stage.number:
            known = frame.given.get(self._position[rule.number])
            if known is not None:
                return known
        return super()._votes_of(rule, stage, frame)


def _by_state(frames: Iterable[Frame]) -> list[tuple[State, list[_Frame]]]:
    found: dict[State, list[_Frame]] = {}
    for frame in cast("Iterable[_Frame]", frames):
        found.setdefault(frame.state, []).append(frame)
    return list(found.items())


def _votes(
    kept: Sequence[Sequence[object]], given: Mapping[int, tuple[tuple[int, int], ...]], stage: int
) -> dict[int, list[Vote]]:
    """Position of a rule -> its votes, as it would cast them."""
    found: dict[int, list[Vote]] = {}
    for label, earlier, score, evidence, target, value in kept:
        for position, number in given.get(cast("int", earlier), ()):
            vote = Vote(
                cast("str", label),
                number,
                cast("float", score),
                [cast("Match", tuple(match)) for match in cast("list[list[object]]", evidence)],
                None if target is None else cast("tuple[str, int, int]", tuple(cast("list[object]", target))),
                value,
                stage,
            )
            found.setdefault(position, []).append(vote)
    return found


def _comes_back(value: object) -> bool:
    """Whether a value is the same once it was written as JSON and read again."""
    return type(value) in _PLAIN or (type(value) is float and math.isfinite(value))


class VoteKeeper:
    """Keeps the votes that pure rules cast on the records of a unit."""

    def __init__(self, voting: Voting, writer: VotesWriter, reading: str) -> None:
        self._writer = writer
        self._pure = frozenset(rule.number for rule in voting.plan.rules if voting.is_pure(rule))
        self._is_all_pure = len(self._pure) == len(voting.plan.rules)
        self._has_otherwise = bool(voting.plan.ruleset.otherwise)
        self._reads = bool(voting.plan.readers)
        self._have_values = any(rule.value is not None for rule in voting.plan.rules)
        self._all = (1 << len(voting.plan.stages)) - 1
        writer.begin(voting.header(reading))

    def add(self, first: int, frames: Sequence[Frame | None]) -> None:
        """A batch of records from position `first` on; None for one that was not labelled."""
        stages: list[int] = []
        votes: list[tuple[int, Sequence[Sequence[object]]]] = []
        every = self._all
        for place, frame in enumerate(frames):
            if frame is None or frame.document.off:  # what was switched off may not be missing for good
                stages.append(0)
                continue
            stages.append(every if not frame.skipped else every & ~sum(1 << number for number in frame.skipped))
            if frame.votes or frame.shadows or frame.late:
                found = self._of(frame)
                if found is None:
                    stages[-1] = 0
                elif found:
                    votes.append((place, found))
        texts = [
            (place, dict(frame.document.read))
            for place, frame in enumerate(frames if self._reads else ())
            if frame is not None and frame.document.read
        ]
        self._writer.add(first, stages, votes, texts)

    def _of(self, frame: Frame) -> Sequence[Sequence[object]] | None:
        """The votes of a record, as they are told; None where one holds a value that would not come back as it is."""
        cast_votes = [vote for votes in frame.votes.values() for vote in votes]
        if frame.shadows:
            cast_votes += [vote for votes in frame.shadows.values() for vote in votes]
        cast_votes += frame.late
        if not self._is_all_pure or self._has_otherwise:
            pure = self._pure
            cast_votes = [vote for vote in cast_votes if vote[1] in pure]
        if self._have_values and not all(_comes_back(vote[5]) for vote in cast_votes):
            return None
        return [vote[:6] for vote in cast_votes]
