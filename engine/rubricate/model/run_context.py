"""What a run lends to matchers that ask a service: stored responses, a purse, and ears for what they count.

A scanner asks `current_run()` when it scans. It is set for the thread that labels, so two runs in one process do not
see each other's; outside of a run it is None.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

__all__ = ["Purse", "Responses", "RunContext", "Spend", "current_run", "running_in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spend:
    """What asking a service takes, or took."""

    questions: int = 0
    """Texts that are asked about, of an estimate; a budget of `records` counts them."""
    calls: int = 0
    """Responses: several to a question that is asked more than once."""
    tokens_in: int = 0
    tokens_out: int = 0
    money: float | None = None
    """None: no price is known."""

    @property
    def tokens(self) -> int:
        """All that are paid for."""
        return self.tokens_in + self.tokens_out


class Responses(Protocol):
    """Responses of a service, by the digest of all that was asked; each is written once and never changes."""

    def load(self, digest: str) -> bytes | None:
        """The response, whole; None where there is none."""
        ...

    def keep(self, digest: str, content: bytes) -> bytes:
        """Makes a response durable; gives what stands there now, which is the one that came first."""
        ...


class Purse(Protocol):
    """What a run may spend. Called by the thread that scans."""

    def reserve(self, key: str, matcher: str, most: Spend) -> None:
        """Takes what a question may cost at most; raises RunPausedError where that is more than is left.

        A key that is reserved again, as by a run that was killed in between, is counted once.
        """
        ...

    def settle(self, key: str, matcher: str, spent: Spend) -> None:
        """Puts what a question did cost in place of what was reserved for it."""
        ...


class RunContext:
    """What one process of a run lends."""

    def __init__(
        self,
        *,
        responses: Callable[[str], Responses],
        purse: Purse | None = None,
        replay: bool = False,
        alive: Callable[[], None] | None = None,
    ) -> None:
        """`responses`: the name of a kind of service -> its stored responses; `alive`: hears that work goes on."""
        self.responses = responses
        self.purse = purse
        self.replay = replay
        """Whether nothing may be asked: a response that is not stored is an error."""
        self.lacking = 0
        """How many responses a replay has not found in the unit at hand."""
        self._alive = alive
        self._counts: Counter[str] = Counter()

    def alive(self) -> None:
        """Says that a batch that takes long is being worked on; called at least every few seconds."""
        if self._alive is not None:
            self._alive()

    def count(self, matcher: str, what: str, number: int = 1) -> None:
        """Counts something of a matcher that is worth telling, such as answers that could not be used."""
        if number:
            self._counts[f"{matcher}: {what}"] += number

    def take_counts(self) -> dict[str, int]:
        """`MATCHER: WHAT` -> how often, since it was asked last."""
        found, self._counts, self.lacking = dict(sorted(self._counts.items())), Counter(), 0
        return found


_CURRENT: ContextVar[RunContext | None] = ContextVar("rubricate_run", default=None)


def current_run() -> RunContext | None:
    """The run that this thread labels for."""
    return _CURRENT.get()


@contextmanager
def running_in(context: RunContext) -> Iterator[RunContext]:
    """Has `current_run` give this context."""
    token = _CURRENT.set(context)
    try:
        yield context
    finally:
        _CURRENT.reset(token)
