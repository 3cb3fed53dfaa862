"""Why people are asked, counted: reasons that differ in numbers only are one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias, cast

__all__ = ["ReasonGroup", "ReasonName", "Reasons"]

ReasonName: TypeAlias = "tuple[str, tuple[str, ...]]"
"""The words of a reason, and the labels that are asked about."""

MOST = 200
"""So many reasons are told apart."""
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.]*\w)")


@dataclass(slots=True)
class ReasonGroup:
    """Questions whose reasons differ in numbers only."""

    count: int
    words: Sequence[str]
    lows: list[str]
    highs: list[str]
    labels: tuple[str, ...]

    def add(self, count: int, lows: Sequence[str], highs: Sequence[str]) -> None:
        """So many more, with numbers between these."""
        self.count += count
        for index, (low, high) in enumerate(zip(lows, highs, strict=True)):
            if float(low) < float(self.lows[index]):
                self.lows[index] = low
            if float(high) > float(self.highs[index]):
                self.highs[index] = high

    def why(self) -> str:
        """The reason, with the range of each number."""
        shown = [low if low == high else f"{low} to {high}" for low, high in zip(self.lows, self.highs, strict=True)]
        return "".join(word + value for word, value in zip(self.words, [*shown, ""], strict=True))


class Reasons:
    """The reasons that were met, and how often."""

    def __init__(self) -> None:
        self.groups: dict[ReasonName, ReasonGroup] = {}
        """In the order in which they were met."""
        self.others = 0
        """Questions with reasons beyond those that are told apart."""

    def add(self, why: str, labels: Iterable[str]) -> ReasonName | None:
        """Counts a question; None where its reason is none of those that are told apart."""
        words, numbers = _parts(why)
        return self._add(1, words, numbers, numbers, tuple(labels))

    def _add(
        self, count: int, words: Sequence[str], lows: Sequence[str], highs: Sequence[str], labels: tuple[str, ...]
    ) -> ReasonName | None:
        name = ("#".join(words), labels)
        known = self.groups.get(name)
        if known is not None:
            known.add(count, lows, highs)
        elif len(self.groups) < MOST:
            self.groups[name] = ReasonGroup(count, words, list(lows), list(highs), labels)
        else:
            self.others += count
            return None
        return name

    def as_json(self) -> dict[str, object]:
        """What `merge` reads."""
        groups = [[each.count, each.words, each.lows, each.highs, each.labels] for each in self.groups.values()]
        return {"groups": groups, "others": self.others}

    def merge(self, told: Mapping[str, object]) -> Iterator[ReasonName | None]:
        """Counts what was counted elsewhere; gives the name that each of its groups has here."""
        self.others += cast("int", told["others"])
        for count, words, lows, highs, labels in cast("list[list[list[str]]]", told["groups"]):
            yield self._add(cast("int", count), words, lows, highs, tuple(labels))


@lru_cache(maxsize=4096)
def _parts(why: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A reason's words and the numbers between them; the same ones come again and again."""
    return tuple(_NUMBER.split(why)), tuple(_NUMBER.findall(why))
