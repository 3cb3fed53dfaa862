"""The votes of units, for a labeller: which are known from an earlier run, and which are kept for a later one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rubricate.errors import PluginError
from rubricate.model.document import Document
from rubricate.planning.frame import Frame
from rubricate.planning.plan import Plan
from rubricate.planning.residual import Residual
from rubricate.planning.voting import Voting, VotingHeader
from rubricate.registry import Registry
from rubricate.running.cascade import Cascade
from rubricate.running.contracts import UnitVotes
from rubricate.running.replaying import Replayer, VoteKeeper
from rubricate.storage.objects import digest_value
from rubricate.storage.votes import Kept, KeptVotes

__all__ = ["Ballot", "UnitBallot"]

MOST_PLANS = 4
"""So many sets of earlier rules are remembered with what is left to do for each; a run rarely follows two."""


class UnitBallot:
    """One unit: the cascade that it goes through, and its votes."""

    def __init__(self, cascade: Cascade, known: KeptVotes | None, keeper: VoteKeeper | None) -> None:
        self.cascade = cascade
        self._known = known
        self._keeper = keeper

    def expect(self, first: int, count: int) -> Mapping[int, Kept]:
        """These records are run next: position -> what an earlier run kept of a record."""
        if self._known is None or not isinstance(self.cascade, Replayer):
            return {}
        self.cascade.kept = self._known.take(first, count)
        return self.cascade.kept

    def keep(self, first: int, prepared: Sequence[object], frames: Sequence[Frame | PluginError]) -> None:
        """Keep the votes of a batch: a frame, or an error, for each document of it."""
        if self._keeper is None:
            return
        coming = iter(frames)
        found = [next(coming) if isinstance(item, Document) else None for item in prepared]
        self._keeper.add(first, [frame if isinstance(frame, Frame) else None for frame in found])


class Ballot:
    """The votes of a plan's rules, over all units."""

    def __init__(self, plan: Plan, registry: Registry, cascade: Cascade) -> None:
        self._voting = Voting(plan, registry)
        self._cascade = cascade
        self._replayers: dict[str, Replayer] = {}
        self._spent: dict[str, float] = {}

    @property
    def seconds(self) -> Mapping[str, float]:
        """Stage -> time spent in it so far, whoever cast the votes."""
        total = dict(self._cascade.seconds)
        for spent in (self._spent, *(each.seconds for each in self._replayers.values())):
            for stage, seconds in spent.items():
                total[stage] = total.get(stage, 0.0) + seconds
        return total

    def of_unit(self, votes: UnitVotes) -> UnitBallot:
        """What goes with one unit."""
        known = None if votes.kept is None else VotingHeader.read(votes.kept.header, votes.reading)
        keeper = None if votes.keep is None else VoteKeeper(self._voting, votes.keep, votes.reading)
        if votes.kept is None or known is None:
            return UnitBallot(self._cascade, None, keeper)
        return UnitBallot(self._replayer(votes.kept.header, known), votes.kept, keeper)

    def _replayer(self, header: Mapping[str, object], known: VotingHeader) -> Replayer:
        name = digest_value([header["rules"], header["matchers"]])
        found = self._replayers.pop(name, None)
        if found is None:
            found = Replayer(self._voting, Residual(self._voting, known))
            while len(self._replayers) >= MOST_PLANS:
                self._forget(next(iter(self._replayers)))
        self._replayers[name] = found
        return found

    def _forget(self, name: str) -> None:
        for stage, seconds in self._replayers.pop(name).seconds.items():
            self._spent[stage] = self._spent.get(stage, 0.0) + seconds
