"""When a matcher is no longer asked: on too many records of a unit it took longer than it may.

A clock decides which records those are, and what it decided is kept as incidents of the unit. From them alone follows
from which record on a matcher is switched off, so that a run that goes on, by more workers or fewer, does the same.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from rubricate.model.document import Document
from rubricate.storage.incidents import Incident

__all__ = ["MOST_TIMEOUTS", "Patience", "switched_off"]

MOST_TIMEOUTS: Final = 20
"""A matcher that took too long on so many records of a unit is not asked about those behind them."""
TIMEOUT: Final = "regex_timeout"


class Patience:
    """The patience with the matchers of a plan in one unit."""

    def __init__(self, matchers: Collection[str], incidents: Mapping[int, Incident]) -> None:
        self._matchers = matchers
        self._positions: dict[str, list[int]] = {}
        """Matcher -> the records on which it took too long, in order."""
        self._off: dict[str, int] = {}
        """Matcher that is switched off -> the last record that it was asked about."""
        for position, incident in incidents.items():
            if incident.reason == TIMEOUT:
                self.lose(incident.detail.partition(" ")[0], position)

    def lose(self, matcher: str | None, position: int) -> None:
        """It took too long on one more record."""
        if matcher not in self._matchers or matcher is None:
            return
        positions = self._positions.setdefault(matcher, [])
        insort(positions, position)
        if len(positions) >= MOST_TIMEOUTS:
            self._off[matcher] = positions[MOST_TIMEOUTS - 1]

    def apply(self, documents: Sequence[Document]) -> None:
        """Tell documents which matchers are not asked about them."""
        if self._off:
            for document in documents:
                document.off = frozenset(name for name, last in self._off.items() if document.ordinal > last)

    @property
    def off(self) -> Mapping[str, int]:
        """Matcher that is switched off -> the last record that it was asked about."""
        return self._off


def switched_off(matchers: Collection[str], incidents: Mapping[int, Incident]) -> Mapping[str, int]:
    """Matcher that was switched off in a unit -> the last record that it was asked about."""
    return Patience(matchers, incidents).off
