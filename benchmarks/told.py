"""What commands of a benchmark told of themselves, and the table that is made of it."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["Told", "table_of"]

OURS = "rubricate run"
LOADS = {"load 100,000 terms, cold": 2.5, "load 100,000 terms, cached": 0.5, "load 600,000 terms, cold": 15}
"""What is loaded -> seconds that it may take."""
Rounds = Sequence["dict[str, Told]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One run of one command."""

    records: int
    cpu: float
    wall: float
    load: float = 0.0
    peak: int = 0
    """MiB."""
    hits: int = 0
    version: str = ""

    @property
    def each(self) -> float:
        """CPU seconds a record."""
        return max(self.cpu, 1e-6) / max(self.records, 1)

    @staticmethod
    def median(numbers: Sequence[float]) -> float:
        """The middle one."""
        return statistics.median(numbers)


def table_of(rounds: Rounds, skipped: dict[str, str]) -> Iterator[str]:
    """Every command, then the ratios that goals are set for, then what was left out."""
    names = list(rounds[0])
    runs = [name for name in names if name not in LOADS]
    yield "| command | records | us a record | records/s | by hand, re2 = 1 | load s | peak MiB |"
    yield "|---|---|---|---|---|---|---|"
    for name in runs:
        told = [one[name] for one in rounds]
        each = statistics.median(one.each for one in told)
        load, peak = statistics.median(one.load for one in told), max(one.peak for one in told)
        shown = told[0].version or name
        ratio = _spread(rounds, "by hand, re2", name) if "by hand, re2" in names else "-"
        yield (
            f"| {shown} | {told[0].records:,} | {each * 1e6:,.1f} | {1 / each:,.0f} | {ratio} "
            f"| {load:.2f} | {peak or '-'} |"
        )
    yield ""
    yield "| ratio | measured | goal |"
    yield "|---|---|---|"
    for title, upper, lower, goal, is_wall in _goals():
        if upper in names and lower in names:
            yield f"| {title} | {_spread(rounds, upper, lower, is_wall=is_wall)} | {goal} |"
    for name, goal in LOADS.items():
        if name in names:
            measured = [one[name].cpu for one in rounds], [one[name].load for one in rounds]
            load, whole = map(statistics.median, measured)
            yield f"| {name}, CPU seconds (with the first text: {whole:.2f}) | {load:.2f} | <= {goal} |"
    ten = f"{OURS}, deduped, ten times the records"
    if ten in names:
        peaks = [one[ten].peak / one[f"{OURS}, deduped"].peak for one in rounds]
        yield f"| peak memory of ten times the records | {statistics.median(peaks):.2f} | <= 1.2 |"
    for name, why in skipped.items():
        yield f"\nskipped: {name} ({why})"


def _goals() -> Iterator[tuple[str, str, str, str, bool]]:
    """(title, the slower one, the faster one, goal, whether wall time counts)."""
    yield "by hand with re2 / rubricate", "by hand, re2", OURS, ">= 0.8", False
    yield "by hand without extras / rubricate without extras", "by hand, pure", f"{OURS}, plain", ">= 0.9", False
    yield "plain loop / rubricate", "by hand, loop", OURS, ">= 10", False
    for tool, goal in (("yara", 3), ("snorkel", 10), ("spacy", 40), ("presidio", 30)):
        yield f"{tool} / rubricate", tool, OURS, f">= {goal}", False
    yield "one worker / two workers, wall time", f"{OURS}, 1 worker", f"{OURS}, 2 workers", ">= 1.7", True
    one, two = "by hand, re2", "by hand, re2, twice at once"
    yield "by hand with re2 / the same twice at once, wall time", one, two, "the machine's", True
    yield "rubricate / labels only", OURS, f"{OURS}, labels only", "<= 1.1", False


def _spread(rounds: Rounds, upper: str, lower: str, *, is_wall: bool = False) -> str:
    found = []
    for one in rounds:
        above, below = one[upper], one[lower]
        found.append(above.wall / below.wall if is_wall else above.each / below.each)
    return f"{statistics.median(found):.2f} ({min(found):.2f}-{max(found):.2f})"
