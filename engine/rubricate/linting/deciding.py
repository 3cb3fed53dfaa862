"""Whether a formula can be anything but yes, or anything but no, whatever the record.

Cheap and cautious: what it cannot tell it leaves open. Unknown values do not count: a condition that is never yes may
still be unknown.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from rubricate.linting.formulas import Formulas, Value

__all__ = ["Decider", "Verdict"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """That a condition is always or never yes, and why."""

    holds: bool
    reason: str


@dataclass(slots=True)
class _Range:
    """What one subject may still be when all comparisons with it hold."""

    low: float = -math.inf
    high: float = math.inf
    low_open: bool = False
    high_open: bool = False
    whole: bool = False
    allowed: frozenset[Value] | None = None
    refused: set[Value] = field(default_factory=set)

    def compare(self, operator: str, value: Value) -> None:
        """Narrows it by one comparison."""
        if operator == "==":
            self.member(frozenset([value]), inside=True)
        elif operator == "!=":
            self.refused.add(value)
        if not isinstance(value, float):
            return
        if operator in (">", ">=", "=="):
            self._above(value, is_open=operator == ">")
        if operator in ("<", "<=", "=="):
            self._below(value, is_open=operator == "<")

    def member(self, values: frozenset[Value], *, inside: bool) -> None:
        """Narrows it by one list."""
        if not inside:
            self.refused |= values
        elif self.allowed is None:
            self.allowed = values
        else:
            self.allowed &= values

    def is_empty(self) -> bool:
        """Whether nothing is left."""
        if self.allowed is not None:
            return not any(self._fits(value) for value in self.allowed)
        if self.low > self.high or (self.low == self.high and (self.low_open or self.high_open)):
            return True
        if self.low == self.high:
            return self.low in self.refused
        if self.whole and self.high - self.low <= 64:
            return not any(self._fits(float(value)) for value in range(math.ceil(self.low), math.floor(self.high) + 1))
        return False

    def _above(self, value: float, *, is_open: bool) -> None:
        if value > self.low or (value == self.low and is_open):
            self.low, self.low_open = value, is_open

    def _below(self, value: float, *, is_open: bool) -> None:
        if value < self.high or (value == self.high and is_open):
            self.high, self.high_open = value, is_open

    def _fits(self, value: Value) -> bool:
        if value in self.refused:
            return False
        if not isinstance(value, float):
            return True
        if self.whole and not value.is_integer():
            return False
        above = value > self.low or (value == self.low and not self.low_open)
        return above and (value < self.high or (value == self.high and not self.high_open))


class Decider:
    """Decides formulas, each once."""

    def __init__(self, formulas: Formulas) -> None:
        self._formulas = formulas
        self._known: dict[int, Verdict | None] = {}

    def verdict(self, number: int) -> Verdict | None:
        """Always or never yes; None when it may be either."""
        if number not in self._known:
            self._known[number] = None
            self._known[number] = self._decide(number)
        return self._known[number]

    def _decide(self, number: int) -> Verdict | None:
        match self._formulas.form(number):
            case ("constant", bool(value), str(why)):
                return Verdict(value, why)
            case ("not", int(item)):
                inner = self.verdict(item)
                return None if inner is None else Verdict(not inner.holds, inner.reason)
            case ("and", tuple(items)):
                return self._all(items)
            case ("or", tuple(items)):
                return self._any(items)
            case ("compare", int(), str(), _) | ("member", int(), _, bool()):
                return self._alone(number)
            case _:
                return None

    def _all(self, items: tuple[int, ...]) -> Verdict | None:
        verdicts = [self.verdict(item) for item in items]
        for found in verdicts:
            if found is not None and not found.holds:
                return found
        if all(found is not None for found in verdicts):
            return verdicts[0]
        reason = self._conflict(items)
        return None if reason is None else Verdict(False, reason)

    def _any(self, items: tuple[int, ...]) -> Verdict | None:
        verdicts = [self.verdict(item) for item in items]
        for found in verdicts:
            if found is not None and found.holds:
                return found
        if all(found is not None for found in verdicts):
            return verdicts[0]
        if self._conflict([self._formulas.negated(item) for item in items]) is not None:
            return Verdict(True, "one of its sides always holds")
        return None

    def _alone(self, number: int) -> Verdict | None:
        form = self._formulas.form(number)
        subject = form[1]
        assert isinstance(subject, int)
        if self._is_empty_set(subject):
            never = form[0] == "compare" and form[2:] == (">=", 1.0)
            return Verdict(False, "what it filters by never holds") if never else None
        word = self._bounds(subject)
        if self._conflict([number]) is not None:
            return Verdict(False, word)
        if self._conflict([self._formulas.negated(number)]) is not None:
            return Verdict(True, word)
        return None

    def _is_empty_set(self, subject: int) -> bool:
        """Whether a subject counts the matches of a set whose filter never holds."""
        form = self._formulas.form(subject)
        if form[:2] != ("value", "count"):
            return False
        inner = form[2]
        while isinstance(inner, int):
            part = self._formulas.form(inner)
            if part[:2] == ("set", "Where"):
                condition = part[3]
                assert isinstance(condition, int)
                found = self.verdict(condition)
                if found is not None and not found.holds:
                    return True
            inner = self._formulas.base(inner)
        return False

    def _bounds(self, subject: int) -> str:
        form = self._formulas.form(subject)
        if form[:2] in (("value", "count"), ("value", "distinct")):
            return "a count is a whole number from 0 up"
        if form[:3] == ("value", "Call", "score"):
            return "a score lies between 0 and 1"
        declared = self._formulas.field(subject)
        if declared is not None and declared.values:
            return f"doc.{declared.name} has {'these values' if len(declared.values) > 1 else 'one value'} only"
        return "no value fits"

    def _conflict(self, items: Iterable[int]) -> str | None:
        """Why these cannot all be yes."""
        known = self._all_known(items)
        for item in known:
            if self._formulas.negated(item) in known:
                return "it wants the same to be there and not to be there"
        ranges: dict[int, _Range] = {}
        absent: set[int] = set()
        for item in sorted(known):
            match self._formulas.form(item):
                case ("compare", int(subject), str(operator), value):
                    self._range(ranges, subject).compare(operator, value)  # type: ignore[arg-type]  # a value
                case ("member", int(subject), frozenset() as values, bool(inside)):
                    self._range(ranges, subject).member(values, inside=inside)
                case ("not", int(inner)) if self._formulas.form(inner)[0] == "exists":
                    absent.add(self._formulas.form(inner)[1])  # type: ignore[arg-type]  # a formula
        if any(found.is_empty() for found in ranges.values()):
            return "no value fits all of its comparisons"
        if absent & ranges.keys():
            return "it compares a field that it wants not to be given"
        return None

    def _all_known(self, items: Iterable[int]) -> set[int]:
        """These formulas, and what must hold where they do."""
        known: set[int] = set()
        waiting = list(items)
        open_: set[int] = set()
        while waiting:
            item = waiting.pop()
            if item in known:
                continue
            known.add(item)
            waiting += self._implied(item)
            form = self._formulas.form(item)
            if form[0] == "and":
                waiting += form[1]  # type: ignore[arg-type]  # formulas
            elif form[0] == "or":
                open_.add(item)
            if waiting:
                continue
            for choice in list(open_):  # of what is left of a choice only one may remain
                sides = self._formulas.form(choice)[1]
                assert isinstance(sides, tuple)
                left = [side for side in sides if self._formulas.negated(side) not in known]
                if len(left) < 2:
                    open_.discard(choice)
                    waiting += left or sides  # with none left, they contradict what is known
        return known

    def _range(self, ranges: dict[int, _Range], subject: int) -> _Range:
        if subject not in ranges:
            found = ranges[subject] = _Range()
            form = self._formulas.form(subject)
            if form[:2] in (("value", "count"), ("value", "distinct")):
                found.low, found.whole = 0.0, True
            elif form[:3] == ("value", "Call", "score"):
                found.low, found.high = 0.0, 1.0
            else:
                declared = self._formulas.field(subject)
                if declared is not None and declared.type == "enum" and declared.values:
                    found.allowed = frozenset(declared.values)
        return ranges[subject]

    def _implied(self, item: int) -> set[int]:
        """What must hold too: a set that is a part of another one needs that one."""
        form = self._formulas.form(item)
        found: set[int] = set()
        if form[0] != "compare" or form[2] not in (">=", ">", "=="):
            return found
        if not isinstance(form[3], float) or (form[3] < 1 if form[2] != ">" else form[3] < 0):
            return found
        subject = self._formulas.form(form[1])  # type: ignore[arg-type]  # a formula
        inner = subject[2] if subject[:2] == ("value", "count") else None
        while isinstance(inner, int):
            inner = self._formulas.base(inner)
            if inner is not None:
                found.add(self._formulas.some(inner))
        return found
