"""Finds out what of a ruleset its examples, negatives and tests touch: rules, branches, sections, rows of tables.

Only examples that pass count, and known gaps never do. A branch counts when an example that says something of its rule
takes it: one beside the rule, a negative of its label, or a final test.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rubricate.checking.coverage import Coverage, Gap, Kind, Share
from rubricate.checking.examples import Case, ExampleRunner
from rubricate.checking.judging import votes_of
from rubricate.checking.outcomes import Outcome
from rubricate.checking.rows import Rows
from rubricate.checking.watching import Watch, is_written
from rubricate.model.location import Location
from rubricate.model.ruleset import Example, FinalTest
from rubricate.planning.frame import Frame
from rubricate.planning.plan import Plan
from rubricate.registry import Registry

__all__ = ["cover"]


def cover(plan: Plan, registry: Registry) -> Coverage:
    """Runs every example of a ruleset and says what they touch."""
    runner = ExampleRunner(plan)
    gathered = _Gathered(plan, registry)
    for case, frame, outcome in runner.frames(runner.cases()):
        gathered.add(case, frame, outcome)
    return gathered.coverage()


@dataclass(slots=True)
class _Tries:
    """The examples of one rule that are to fire it, or those that are not."""

    word: str
    several: str
    count: int = 0
    passing: int = 0

    def add(self, *, passes: bool) -> None:
        self.count += 1
        self.passing += passes

    @property
    def reason(self) -> str | None:
        """Why the rule is untouched; None when one passes."""
        if self.passing:
            return None
        if not self.count:
            return f"it has no {self.word}"
        return f"its only {self.word} fails" if self.count == 1 else f"its {self.count} {self.several} all fail"


class _Gathered:
    """What has been touched so far."""

    def __init__(self, plan: Plan, registry: Registry) -> None:
        self._plan = plan
        self._watch = Watch(plan, registry)
        self._hits = [_Tries("hit", "hits") for _ in plan.rules]
        self._misses = [_Tries("miss", "misses") for _ in plan.rules]
        self._unwritten = [rule.number for rule in plan.rules if not is_written(rule)]
        for number in self._unwritten:
            self._hits[number] = _Tries("final test in which it votes", "")
            self._misses[number] = _Tries("final test or negative in which it does not vote", "")
        self._rows = Rows(plan)
        self._reasons: set[str] = set()
        """Sections that the reason of an example names."""
        self._failing = 0

    def add(self, case: Case, frame: Frame | None, outcome: Outcome) -> None:
        """An example has been run."""
        self._failing += outcome.status == "failed"
        is_gap, passes = outcome.expect.startswith("todo_"), outcome.status == "passed"
        if frame is not None:
            self._rows.look(frame, "known gap" if is_gap else "passes" if passes else "fails")
        if is_gap:
            return
        if case.rule is not None:
            tries = self._misses if outcome.expect == "miss" else self._hits
            tries[case.rule.number].add(passes=passes)
        for number in case.among:
            self._misses[number].add(passes=passes)
        if frame is None or not passes:
            return
        if isinstance(case.example, FinalTest):
            for number in self._unwritten:
                (self._hits if votes_of(frame, number) else self._misses)[number].add(passes=True)
        if isinstance(case.example, Example) and case.example.because is not None:
            self._reasons.add(case.example.because)
        about = case.among if case.rule is None else frozenset({case.rule.number})
        self._watch.look(frame, about or None)

    def coverage(self) -> Coverage:
        """All of it."""
        ruleset = self._plan.ruleset
        branches, untaken = self._watch.count()
        gaps = {
            "rules": list(self._rule_gaps()),
            "branches": untaken,
            "sections": list(self._section_gaps()),
            "rows": list(self._rows.gaps()),
        }
        totals: dict[Kind, int] = {
            "rules": len(ruleset.rules),
            "branches": branches,
            "sections": len(self._sections()),
            "rows": self._rows.count,
        }
        return Coverage(
            name=ruleset.name,
            path=str(ruleset.file),
            shares={kind: Share(total - len(gaps[kind]), total) for kind, total in totals.items()},
            gaps=tuple(gap for kind in totals for gap in gaps[kind]),
            failing=self._failing,
        )

    def _rule_gaps(self) -> Iterator[Gap]:
        for planned, hits, misses in zip(self._plan.rules, self._hits, self._misses, strict=True):
            reasons = [reason for reason in (hits.reason, misses.reason) if reason is not None]
            if reasons:
                rule = planned.rule
                yield Gap(kind="rules", name=rule.id, reason=" and ".join(reasons), location=rule.location)

    # -- sections ----------------------------------------------------------------------------------------------

    def _sections(self) -> dict[str, Location]:
        """The sections that say something, or that something cites; a bare heading over others is none."""
        guideline = self._plan.ruleset.guideline
        if guideline is None:
            return {}
        cited = self._citing()
        return {
            name: section.location
            for name, section in guideline.sections.items()
            if section.text.strip() or name in cited
        }

    def _citing(self) -> dict[str, list[int]]:
        """Section -> the rules that cite it, themselves or through their label."""
        ruleset = self._plan.ruleset
        found: dict[str, list[int]] = {}
        for rule in self._plan.rules:
            cites = list(rule.rule.cites)
            for label in (ruleset.labels[name] for name in rule.labels):
                cites += label.cites if label.set is None else (*label.cites, *ruleset.sets[label.set].cites)
            for name in dict.fromkeys(cites):
                found.setdefault(name, []).append(rule.number)
        return found

    def _section_gaps(self) -> Iterator[Gap]:
        citing = self._citing()
        exercised = {name for name, rules in citing.items() if any(self._hits[number].passing for number in rules)}
        exercised |= self._reasons
        for name, location in self._sections().items():
            rules = citing.get(name, [])
            # what stands above sections that are exercised is their common part
            if name in exercised or any(other.startswith(f"{name}.") for other in exercised):
                continue
            if rules:
                first = self._plan.rules[rules[0]].rule.id
                others = f" and {len(rules) - 1} more" if len(rules) > 1 else ""
                reason = f"no hit of {first}{others} passes"
            else:
                reason = "no rule, label or example cites it"
            yield Gap(kind="sections", name=name, reason=reason, location=location)
