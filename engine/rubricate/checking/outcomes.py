"""What an example of a ruleset came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from rubricate.model.location import Location
from rubricate.model.ruleset import SpanMark

__all__ = ["Failure", "Outcome", "Status", "Verdict"]

Failure: TypeAlias = Literal["missed", "noisy", "wrong span", "wrong label", "wrong decision", "unusable"]
Status: TypeAlias = Literal["passed", "failed", "known gap", "now passes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How what was found compares with what is expected."""

    failure: Failure | None = None
    """None: as expected."""
    detail: str = ""
    """The reason, in a sentence."""
    found: tuple[SpanMark, ...] = ()
    """What was marked, or what the noise rests on; in offsets of the original text."""
    near: str | None = None
    """What kept the rule from firing, where that can be told in a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one example came to."""

    id: str
    """Its name in the ruleset: `asks-to-subscribe::hit[0]`, `negatives::spam[2]`, `tests::test[1]`."""
    rule: str | None
    """None for a final test, and for a negative of a label."""
    label: str | None = None
    """The label that the example is a negative of."""
    expect: str
    """`hit`, `miss`, `negative`, or what a final test expects."""
    fields: Mapping[str, object]
    """The record, without marks."""
    expected: tuple[SpanMark, ...] = ()
    """The marks of the example."""
    because: str | None = None
    location: Location = field(compare=False)
    status: Status = "passed"
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def failure(self) -> Failure | None:
        """The word for what is wrong; None also for a known gap."""
        return self.verdict.failure if self.status == "failed" else None

    @property
    def detail(self) -> str:
        """The reason of a failure, or of a known gap."""
        return self.verdict.detail

    @property
    def text(self) -> str:
        """The record in one line."""
        return " | ".join(str(value) for value in self.fields.values())

    @property
    def who(self) -> str:
        """Whose example it is: a rule, `negatives`, or `tests`."""
        return self.id.partition("::")[0]

    @property
    def advice(self) -> str:
        """What to do about a known gap that is none any more."""
        return f"now passes: move it to {self.expect.removeprefix('todo_')}" if self.status == "now passes" else ""
