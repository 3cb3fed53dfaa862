"""What became of the records of a run, in words: the law of conservation with every term, and the trace by stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rubricate.reporting.figures import mean, number, seconds, share
from rubricate.reporting.untyped import integer, integers, mappings

__all__ = ["Law", "StageTrace", "conservation_line", "found_nothing_line", "read_law", "read_stages", "stage_lines",
           "trace_text"]  # fmt: skip

ROUTES = ("dropped", "quarantined", "split", "accepted", "review", "settled", "undecided")
"""The right side of the law, in the order in which it is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """The terms of `read + made = dropped + quarantined + split + accepted + review + settled + undecided`."""

    read: int
    made: int
    routes: Mapping[str, int]
    """Every route of ROUTES, zeros too."""
    dropped: Mapping[str, int] = field(default_factory=dict)
    """Reason -> count; `duplicate` and `blank` are always there."""
    quarantined: Mapping[str, int] = field(default_factory=dict)
    """Reason -> count."""
    found_nothing: int = 0
    """Accepted records on which no label stands."""

    @property
    def total(self) -> int:
        """The left side."""
        return self.read + self.made

    @property
    def holds(self) -> bool:
        """Whether both sides are equal."""
        return self.total == sum(self.routes.values())

    @property
    def labelled(self) -> int:
        """Records that went through the cascade: all but dropped, quarantined and split ones."""
        return self.total - self.routes["dropped"] - self.routes["quarantined"] - self.routes["split"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageTrace:
    """What one stage did."""

    name: str
    asked: int
    closed: int
    mean: float | None
    """The mean of the deciding scores."""
    seconds: float | None = None


def read_law(counts: Mapping[str, object]) -> Law:
    """The terms in a tally as it stands in receipts and manifests."""
    routes = integers(counts.get("routes"))
    reasons = {"duplicate": 0, "blank": 0} | integers(counts.get("dropped"))
    return Law(
        read=integer(counts.get("read")),
        made=integer(counts.get("made")),
        routes={route: routes.get(route, 0) for route in ROUTES},
        dropped=reasons,
        quarantined=integers(counts.get("quarantined")),
        found_nothing=integer(counts.get("found_nothing")),
    )


def read_stages(counts: Mapping[str, object], seconds: Mapping[str, float] | None = None) -> tuple[StageTrace, ...]:
    """The stages in a tally, in their order."""
    stages = {str(stage.get("name")): stage for stage in mappings(counts.get("stages"))}
    return tuple(
        StageTrace(
            name=name,
            asked=integer(stage.get("asked")),
            closed=integer(stage.get("closed")),
            mean=_mean(stage.get("scores"), stage.get("scored")),
            seconds=(seconds or {}).get(name),
        )
        for name, stage in stages.items()
    )


def conservation_line(counts: Mapping[str, object]) -> str:
    """The law with every term, zeros too; says so when it does not hold.

    >>> conservation_line({"read": 3, "routes": {"accepted": 2, "dropped": 1}, "dropped": {"duplicate": 1}})[:66]
    'read 3 + made 0 = dropped 1 (duplicate 1, blank 0) + quarantined 0'
    """
    law = read_law(counts)
    terms = [f"{route} {number(count)}{_reasons(law, route)}" for route, count in law.routes.items()]
    sides = f"read {number(law.read)} + made {number(law.made)} = {' + '.join(terms)}"
    if law.holds:
        return sides
    return f"{sides} (does not hold: {number(law.total)} is not {number(sum(law.routes.values()))})"


def found_nothing_line(counts: Mapping[str, object]) -> str:
    """How many accepted records carry no label.

    >>> found_nothing_line({"found_nothing": 1204})
    'accepted, nothing found: 1,204'
    """
    return f"accepted, nothing found: {number(read_law(counts).found_nothing)}"


def stage_lines(counts: Mapping[str, object], seconds: Mapping[str, float] | None = None) -> list[str]:
    """One line a stage, aligned; times, which are no part of the counts, are given apart.

    What took time and is no stage, such as a step that reads texts out of images, has a line of its own.
    """
    stages = read_stages(counts, seconds)
    names = max((len(stage.name) for stage in stages), default=0)
    widths = [max((len(number(value)) for value in values), default=0)
              for values in ([s.asked for s in stages], [s.closed for s in stages])]  # fmt: skip
    known = {stage.name for stage in stages}
    steps = [f"step  {name}  {_took(spent)}" for name, spent in (seconds or {}).items()
             if known and name not in known]  # fmt: skip
    return steps + [
        f"stage {stage.name.ljust(names)}  asked {number(stage.asked).rjust(widths[0])}"
        f"  closed {number(stage.closed).rjust(widths[1])} ({share(stage.closed, stage.asked)})"
        f"  mean score {mean(stage.mean)}{_time(stage)}"
        for stage in stages
    ]


def trace_text(counts: Mapping[str, object], *, seconds: Mapping[str, float] | None = None) -> str:
    """All that a console shows when a run ends: the law, stages, what was accepted empty."""
    lines = [conservation_line(counts), *stage_lines(counts, seconds), found_nothing_line(counts)]
    return "\n".join(lines) + "\n"


def _reasons(law: Law, route: str) -> str:
    reasons = {"dropped": law.dropped, "quarantined": law.quarantined}.get(route)
    if not reasons:
        return ""
    return f" ({', '.join(f'{reason} {number(count)}' for reason, count in reasons.items())})"


def _time(stage: StageTrace) -> str:
    return "" if stage.seconds is None else f"  {_took(stage.seconds)}"


def _took(spent: float) -> str:
    return seconds(spent)


def _mean(total: object, count: object) -> float | None:
    if isinstance(total, (int, float)) and isinstance(count, int) and count:
        return round(total / count, 4)
    return None
