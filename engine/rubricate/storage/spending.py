"""What a run has spent on services, and may still: a line for each question, shared by all who work on the run."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from rubricate.errors import RunPausedError
from rubricate.model.ruleset import Budget
from rubricate.model.run_context import Spend

__all__ = ["Spending", "Spent"]


@dataclass(slots=True)
class Spent:
    """What a matcher has cost."""

    records: int = 0
    """Questions that were asked: one for each record, or field of a record."""
    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    money: float | None = None

    @property
    def tokens(self) -> int:
        """All that were paid for."""
        return self.tokens_in + self.tokens_out

    @property
    def as_json(self) -> dict[str, object]:
        """As the log and programs are told."""
        told: dict[str, object] = {"records": self.records, "calls": self.calls,
                                   "tokens_in": self.tokens_in, "tokens_out": self.tokens_out}  # fmt: skip
        return told if self.money is None else {**told, "money": round(self.money, 6)}

    def add(self, calls: int, tokens_in: int, tokens_out: int, money: float | None) -> None:
        """Counts one more question that was asked."""
        self.records += 1
        self.calls += calls
        self.tokens_in += tokens_in
        self.tokens_out += tokens_out
        if money is not None:
            self.money = (self.money or 0.0) + money


@dataclass(slots=True)
class Spending:
    """The purse of a run. A question whose price nobody knows yet, as its process died, counts at its highest."""

    path: Path
    budget: Budget | None = None
    by_matcher: dict[str, Spent] = field(default_factory=dict)
    _open: dict[str, tuple[int, float]] = field(default_factory=dict)
    _read: int = 0

    def reserve(self, key: str, matcher: str, most: Spend) -> None:
        """Takes what a question may cost at most; raises RunPausedError where that is more than is left."""
        with self._for_us() as file:
            known = self._open.pop(key, None)
            try:
                self._refuse(most)
            except RunPausedError:
                if known is not None:
                    self._open[key] = known
                raise
            self._append(file, {"do": "reserve", "key": key, "matcher": matcher, "tokens": most.tokens,
                                "money": most.money})  # fmt: skip

    def settle(self, key: str, matcher: str, spent: Spend) -> None:
        """Puts what a question did cost in place of what was reserved for it; nothing where nothing was paid."""
        with self._for_us() as file:
            self._append(file, {"do": "settle", "key": key, "matcher": matcher, "calls": spent.calls,
                                "in": spent.tokens_in, "out": spent.tokens_out, "money": spent.money})  # fmt: skip

    def refresh(self) -> Mapping[str, Spent]:
        """Matcher -> what it has cost so far, whoever spent it; nothing where nobody has."""
        with suppress(FileNotFoundError), self._locked(os.O_RDONLY):
            return dict(sorted(self.by_matcher.items()))
        return {}

    def _refuse(self, most: Spend) -> None:
        """Raises RunPausedError when one more question may cost more than is left."""
        budget = self.budget
        if budget is None:
            return
        done = self.by_matcher.values()
        waiting = self._open.values()
        used = {
            "records": (budget.records, sum(each.records for each in done) + len(self._open), 1),
            "tokens": (budget.tokens, sum(each.tokens for each in done) + sum(each for each, _ in waiting),
                       most.tokens),
            "money": (budget.money, sum(each.money or 0.0 for each in done) + sum(each for _, each in waiting),
                      most.money or 0.0),
        }  # fmt: skip
        for name, (limit, spent, next_) in used.items():
            if limit is not None and spent + next_ > limit + 1e-9:
                more = "" if spent >= limit else f", and the next question may take {_figure(next_)}"
                raise RunPausedError(
                    f"the budget is spent: {_figure(spent)} of {_figure(limit)} {name}{more}",
                    help=f"raise `budget: {{{name}: ..}}` and give the same command: what was paid for is kept",
                )

    def _for_us(self) -> AbstractContextManager[int]:
        """The file, to be written to by us alone."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return self._locked(os.O_RDWR | os.O_CREAT | os.O_APPEND)

    @contextmanager
    def _locked(self, flags: int) -> Iterator[int]:
        """The file, with what others have written read, while nobody writes; who reads leaves others to read."""
        file = os.open(self.path, flags, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_SH if flags == os.O_RDONLY else fcntl.LOCK_EX)
            self._read_on(file)
            yield file
        finally:
            os.close(file)

    def _read_on(self, file: int) -> None:
        size = os.fstat(file).st_size
        news = os.pread(file, size - self._read, self._read) if size > self._read else b""
        for line in news.splitlines():
            try:
                self._take(orjson.loads(line))
            except (orjson.JSONDecodeError, KeyError, TypeError):
                continue  # a line that a crash cut off
        self._read += len(news)

    def _append(self, file: int, told: Mapping[str, object]) -> None:
        line = orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)
        if self._read and os.pread(file, 1, self._read - 1) != b"\n":
            line = b"\n" + line
        if os.write(file, line) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))
        self._read_on(file)

    def _take(self, told: Mapping[str, object]) -> None:
        key, matcher, money = str(told["key"]), str(told["matcher"]), told["money"]
        price = float(money) if isinstance(money, int | float) else None
        if told["do"] == "reserve":
            self._open[key] = (_whole(told["tokens"]), price or 0.0)
            return
        self._open.pop(key, None)
        if calls := _whole(told["calls"]):
            spent = self.by_matcher.setdefault(matcher, Spent())
            spent.add(calls, _whole(told["in"]), _whole(told["out"]), price)


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError("no whole number")
    return value


def _figure(value: float) -> str:
    """A number as people read it.

    >>> [_figure(value) for value in (12000, 0.25, 3.0)]
    ['12,000', '0.25', '3']
    """
    return f"{value:,}" if isinstance(value, int) else f"{round(value, 6):g}"
