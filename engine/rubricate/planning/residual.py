"""What is left of a plan where some votes are known: stages that look only for what the other rules name.

A stage is made for the records of which the same is known. Its matchers are looked for when a rule that must be asked
names them, or when it is not certain that they ran on the record without a fault; those of earlier stages that a later
rule turns out to name are caught up on then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from rubricate.model.descriptors import Cost
from rubricate.planning.plan import PlannedStage
from rubricate.planning.scanning import make_scan
from rubricate.planning.voting import Voting, VotingHeader

__all__ = ["Residual", "ResidualStage", "State"]

State = tuple[int, frozenset[int], frozenset[str]]
"""Of a record: the stages that ran earlier, a bit each; those that are skipped now; the matchers looked for so far."""


STAGES = 64
"""More than a cascade has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidualStage:
    """A stage for records in one state."""

    stage: PlannedStage
    catch_up: tuple[PlannedStage, ...]
    """Earlier stages with only those matchers that are wanted now; no rule is asked there again."""
    given: Mapping[int, tuple[tuple[int, int], ...]]
    """Earlier number of a rule whose votes hold -> (position in the stage, number now) of those that mean the same."""
    scanned: frozenset[str]
    """The matchers looked for once it ran."""


class Residual:
    """A plan, given the votes cast under an earlier one."""

    def __init__(self, voting: Voting, known: VotingHeader) -> None:
        self._voting = voting
        self._known = known
        self._stages: dict[tuple[int, State], ResidualStage] = {}
        self._scans: dict[tuple[int, frozenset[str]], PlannedStage] = {}
        self._same = frozenset(
            name for name, digest in voting.matchers.items() if known.matchers.get(name, ("", 0))[0] == digest
        )
        """The matchers that find what they found."""

    def anew(self) -> list[int]:
        """The rules whose votes are not known at all."""
        known = self._known.rules
        return [number for number, digest in enumerate(self._voting.rules) if digest not in known]

    def foreseen(self) -> list[PlannedStage]:
        """Each stage with the matchers that it asks about a record on which all stages ran, and run again."""
        every, scanned = (1 << STAGES) - 1, frozenset[str]()
        found = []
        for stage in self._voting.plan.stages:
            before = scanned
            residual = self.stage(stage.number, (every, frozenset(), scanned))
            scanned = residual.scanned
            new = scanned - before
            costs = {name: cost for each in self._voting.plan.stages for name, cost in each.matchers.items()
                     if name in new}  # fmt: skip
            found.append(replace(stage, matchers=costs, models=_models(costs)))
        return found

    def stage(self, number: int, state: State) -> ResidualStage:
        """What a stage must do for records in a state."""
        known = self._stages.get((number, state))
        if known is None:
            known = self._stages[number, state] = self._make(number, state)
        return known

    def before(self, number: int, state: State) -> tuple[tuple[PlannedStage, ...], frozenset[str]]:
        """What must be caught up on before the `when` of a stage is asked, and the matchers looked for then."""
        _, skipped, scanned = state
        wanted = self._with_gates(self._voting.names_of_when[number]) - scanned
        return self._catch_up(number, skipped, wanted), scanned | self._homed_before(number, skipped, wanted)

    def _make(self, number: int, state: State) -> ResidualStage:
        ran, skipped, scanned = state
        stage = self._voting.plan.stages[number]
        given: dict[int, list[tuple[int, int]]] = {}
        asked: set[int] = set()
        wanted: set[str] = set()
        for position, rule in enumerate(stage.rules):
            earlier = self._holds(rule.number, rule.stage, ran, skipped)
            if earlier is not None and rule.stage == number:
                given.setdefault(earlier, []).append((position, rule.number))
                continue
            asked.add(position)
            if rule.stage not in skipped:
                wanted |= self._voting.names[rule.number]
        doubtful = (name for name in stage.matchers if not (name in self._same and self._ran(name, ran)))
        needed = self._with_gates({*wanted, *doubtful})
        here = stage.matchers.keys() & needed
        left = needed - scanned
        return ResidualStage(
            stage=self._only(number, here, asked),
            catch_up=self._catch_up(number, skipped, left),
            given={earlier: tuple(rules) for earlier, rules in given.items()},
            scanned=scanned | here | self._homed_before(number, skipped, left),
        )

    def _with_gates(self, names: Iterable[str]) -> frozenset[str]:
        """These matchers, and those that the gates of expensive ones among them ask."""
        found, gates = frozenset(names), self._voting.names_of_gates
        while more := frozenset().union(*(gates.get(name, ()) for name in found)) - found:
            found |= more
        return found

    def _holds(self, number: int, stage: int, ran: int, skipped: frozenset[int]) -> int | None:
        """The earlier number of a rule whose votes hold; None where they do not, or are not known."""
        digest = self._voting.rules[number]
        found = None if digest is None else self._known.rules.get(digest)
        if found is None or not ran >> found[1] & 1 or stage in skipped:
            return None
        home = self._voting.home
        for name in self._voting.names[number]:
            if self._ran(name, ran) is (home[name] in skipped):
                return None
        return found[0]

    def _ran(self, name: str, ran: int) -> bool:
        """Whether a matcher was asked in the earlier run."""
        known = self._known.matchers.get(name)
        return known is not None and bool(ran >> known[1] & 1)

    def _homed_before(self, number: int, skipped: frozenset[int], names: Iterable[str]) -> frozenset[str]:
        home = self._voting.home
        return frozenset(name for name in names if home[name] < number and home[name] not in skipped)

    def _catch_up(self, number: int, skipped: frozenset[int], names: frozenset[str]) -> tuple[PlannedStage, ...]:
        stages = self._voting.plan.stages[:number]
        late = self._homed_before(number, skipped, names)
        return tuple(
            self._scanning(each.number, each.matchers.keys() & late) for each in stages if each.matchers.keys() & late
        )

    def _only(self, number: int, matchers: Iterable[str], asked: set[int]) -> PlannedStage:
        """A stage that looks for some of its matchers and asks some of its rules."""
        scanning = self._scanning(number, frozenset(matchers))
        return replace(
            scanning,
            always=[position for position in scanning.always if position in asked],
            triggered={
                name: left
                for name, positions in scanning.triggered.items()
                if (left := [position for position in positions if position in asked])
            },
        )

    def _scanning(self, number: int, matchers: Iterable[str]) -> PlannedStage:
        names = frozenset(matchers)
        known = self._scans.get((number, names))
        if known is None:
            known = self._scans[number, names] = self._make_scanning(self._voting.plan.stages[number], names)
        return known

    def _make_scanning(self, stage: PlannedStage, names: frozenset[str]) -> PlannedStage:
        if names == stage.matchers.keys():
            return stage
        plan, registry = self._voting.plan, self._voting.registry
        specs = [spec for spec in plan.ruleset.matchers.values() if spec.name in names]
        scan = make_scan(specs, registry, plan.ruleset.fold, plan.fold, plan.gate)
        costs = {name: cost for name, cost in stage.matchers.items() if name in names}
        return replace(
            stage,
            matchers=costs,
            models=_models(costs),
            literals=scan.literals,
            scanners=scan.scanners,
            guard=scan.guard,
            gated=scan.gated,
        )


def _models(costs: Mapping[str, Cost]) -> int:
    return sum(cost >= Cost.MODEL for cost in costs.values())
