"""Runs the examples of a ruleset as tests: beside each rule, the negatives of each label, and final decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from rubricate.checking.judging import judge, judge_final, judge_negative, votes_of
from rubricate.checking.outcomes import Outcome, Status, Verdict
from rubricate.errors import PluginError, RecordError
from rubricate.model.document import Document
from rubricate.model.ruleset import Example, FinalTest
from rubricate.planning.frame import Frame
from rubricate.planning.plan import Plan, PlannedRule
from rubricate.running.cascade import Cascade
from rubricate.running.preparing import Preparer
from rubricate.running.shaping import Shaper

__all__ = ["Case", "ExampleRunner", "Near", "Outcome", "run_examples"]

BATCH = 256
"""So many examples go through the cascade together."""

Near = Callable[[PlannedRule, Frame], "str | None"]
"""What kept a rule from firing on a record, in a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One example with whom it is about: a rule, the rules of a label, or final decisions."""

    id: str
    example: Example | FinalTest
    rule: PlannedRule | None = None
    label: str | None = None
    """The label that it is a negative of."""
    among: frozenset[int] = frozenset()
    """The rules that a negative is held against."""


class ExampleRunner:
    """The examples of one plan."""

    def __init__(self, plan: Plan, *, near: Near | None = None) -> None:
        self.plan = plan
        self._near = near
        self._preparer = Preparer(plan, images=plan.ruleset.file.parent)
        self._shaper = Shaper(plan)
        self._probe = Cascade(plan, every_stage=True)
        self._whole = Cascade(plan)

    def cases(self, *, rules: Sequence[str] = (), labels: Sequence[str] = ()) -> list[Case]:
        """Every example, in the ruleset's order; or those of some rules, or about some labels or sets."""
        wanted = [rule for rule in self.plan.rules if self._is_wanted(rule, rules, labels)]
        found = [
            Case(id=f"{rule.rule.id}::{name}", rule=rule, example=example)
            for rule in wanted
            for name, example in _named(rule.rule.examples)
        ]
        found += self._negatives(wanted, labels)
        if not rules:
            found += [
                Case(id=f"tests::test[{number}]", example=test)
                for number, test in enumerate(self.plan.ruleset.tests)
                if not labels or self._names(test) & set(labels)
            ]
        return found

    def run(self, cases: Iterable[Case]) -> Iterator[Outcome]:
        """What each case came to, in order, a batch at a time."""
        for _, _, outcome in self.frames(cases):
            yield outcome

    def frames(self, cases: Iterable[Case]) -> Iterator[tuple[Case, Frame | None, Outcome]]:
        """Each case with all that is known about its record; no frame for a record that cannot be used."""
        left = iter(cases)
        while batch := list(islice(left, BATCH)):
            told: dict[int, Frame | Exception] = {}
            for cascade, final in ((self._probe, False), (self._whole, True)):
                told |= self._told(cascade, [(place, case) for place, case in enumerate(batch)
                                             if isinstance(case.example, FinalTest) is final])  # fmt: skip
            for place, case in enumerate(batch):
                frame = told[place]
                yield case, frame if isinstance(frame, Frame) else None, self._outcome(case, frame)

    # -- which -----------------------------------------------------------------------------------------------

    def _is_wanted(self, rule: PlannedRule, rules: Sequence[str], labels: Sequence[str]) -> bool:
        votes = {name for label in rule.labels for name in (label, self.plan.subject_of[label].name)}
        return (not rules or rule.rule.id in rules) and (not labels or bool(votes & set(labels)))

    def _negatives(self, wanted: Sequence[PlannedRule], labels: Sequence[str]) -> Iterator[Case]:
        for name, label in self.plan.ruleset.labels.items():
            among = frozenset(rule.number for rule in wanted if name in rule.labels)
            if not among or (labels and not {name, label.set} & set(labels)):
                continue
            for number, example in enumerate(label.negatives):
                yield Case(id=f"negatives::{name}[{number}]", label=name, among=among, example=example)

    def _names(self, test: FinalTest) -> set[str]:
        """The labels that a final test is about, and their sets."""
        named = {*test.expect, *(mark.label for mark in test.spans)}
        return named | {self.plan.subject_of[name].name for name in named if name in self.plan.subject_of}

    # -- what ------------------------------------------------------------------------------------------------

    def _told(self, cascade: Cascade, cases: Sequence[tuple[int, Case]]) -> dict[int, Frame | Exception]:
        """Place -> what a cascade makes of the case there, or why its record cannot be used."""
        told: dict[int, Frame | Exception] = {}
        documents: dict[int, Document] = {}
        for place, case in cases:
            try:
                documents[place] = self._preparer.document(case.example.fields, id=case.id, lenient=True)
            except (RecordError, PluginError) as error:
                told[place] = error
        return told | dict(zip(documents, _run(cascade, list(documents.values())), strict=True))

    def _outcome(self, case: Case, frame: Frame | Exception) -> Outcome:
        example = case.example
        if isinstance(frame, Frame):
            verdict = self._judge(case, frame)
        else:
            verdict = Verdict(failure="unusable", detail=getattr(frame, "detail", str(frame)))
        return Outcome(
            id=case.id,
            rule=None if case.rule is None else case.rule.rule.id,
            label=case.label,
            expect=_expectation(case),
            fields=example.fields,
            expected=example.spans,
            because=example.because if isinstance(example, Example) else None,
            location=example.location,
            status=_status(example, verdict),
            verdict=verdict,
        )

    def _judge(self, case: Case, frame: Frame) -> Verdict:
        example = case.example
        if isinstance(example, FinalTest):
            route = self._shaper.shape(frame).route if example.route is not None else ""
            return judge_final(example, frame, self.plan, route)
        if case.rule is None:
            assert case.label is not None
            return judge_negative(example, case.label, frame, self.plan, case.among)
        verdict = judge(example, votes_of(frame, case.rule.number), frame, self.plan)
        if verdict.failure == "missed" and self._near is not None:
            return Verdict(failure="missed", detail=verdict.detail, near=self._near(case.rule, frame))
        return verdict


def run_examples(plan: Plan) -> Iterator[Outcome]:
    """What every example of a ruleset came to, in its order."""
    runner = ExampleRunner(plan)
    return runner.run(runner.cases())


def _run(cascade: Cascade, documents: Sequence[Document]) -> list[Frame | Exception]:
    """A frame for each document; where a plugin fails on some, the others are still told."""
    try:
        return list(cascade.run(documents))
    except PluginError as error:
        if len(documents) == 1:
            return [error]
    return [found for document in documents for found in _run(cascade, [document])]


def _named(examples: Iterable[Example]) -> Iterator[tuple[str, Example]]:
    """Each example under its key with its number there: `hit[0]`."""
    counts: dict[str, int] = {}
    for example in examples:
        number = counts[example.expect] = counts.get(example.expect, -1) + 1
        yield f"{example.expect}[{number}]", example


def _expectation(case: Case) -> str:
    example = case.example
    if isinstance(example, Example):
        return "negative" if case.rule is None else example.expect
    wanted = [*example.expect.items(), *((("route", example.route),) if example.route is not None else ())]
    number = int(case.id.rpartition("[")[2].rstrip("]"))
    return ", ".join(f"{name}: {decision}" for name, decision in wanted) or f"test {number + 1}"


def _status(example: Example | FinalTest, verdict: Verdict) -> Status:
    if isinstance(example, Example) and example.expect.startswith("todo_"):
        if verdict.failure == "unusable":
            return "failed"
        return "now passes" if verdict.failure is None else "known gap"
    return "passed" if verdict.failure is None else "failed"
