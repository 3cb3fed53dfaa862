"""Draws a calibration: for each label and stage what a threshold buys, and how far scores can be believed."""

from __future__ import annotations

from collections.abc import Sequence

from rubricate.model.binomial import lower_bound
from rubricate.model.calibration import ALWAYS, Bin, Calibration, Choice
from rubricate.reporting.figures import number, percent, score
from rubricate.reporting.markup import Child, Markup, element

__all__ = ["calibration_page", "calibration_svg"]

PANEL, GAP, TOP, SIDE = 260.0, 96.0, 64.0, 56.0
ROW = PANEL + TOP + 56.0
WIDTH = SIDE + 2 * PANEL + GAP + 24.0
MOST_POINTS = 200

_STYLE = """
.paper { fill: #ffffff } .frame { fill: none; stroke: #9aa1ab } .grid { stroke: #e3e6ea }
text { font: 12px system-ui, sans-serif; fill: #20242a } .title { font-weight: 600; font-size: 14px }
.small { font-size: 11px; fill: #5a626d }
.seen { fill: none; stroke: #1f6f8b; stroke-width: 2 } .bound { fill: none; stroke: #1f6f8b; stroke-dasharray: 4 3 }
.target { stroke: #b3541e } .chosen { fill: #b3541e } .ideal { stroke: #9aa1ab; stroke-dasharray: 3 3 }
.before { fill: none; stroke: #9aa1ab; stroke-width: 1.5 } .dot-before { fill: #9aa1ab } .dot { fill: #1f6f8b }
"""


def calibration_page(found: Calibration, *, title: str) -> str:
    """A page that needs nothing but itself."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("title", title),
        element("style", Markup("body { margin: 24px; background: #ffffff }")),
    )
    body = element("body", Markup(calibration_svg(found, title=title)))
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def calibration_svg(found: Calibration, *, title: str) -> str:
    """One drawing, a row for each label and stage that has scores."""
    shown = [choice for choice in found.choices if choice.scored]
    height = 40 + ROW * max(1, len(shown))
    rows: list[Child] = [_row(choice, found.records, 40 + ROW * place) for place, choice in enumerate(shown)]
    if not shown:
        rows.append(element("text", "nothing was scored", x=SIDE, y=64))
    return element(
        "svg",
        element("title", title),
        element("style", Markup(_STYLE)),
        element("rect", class_="paper", width=_at(WIDTH), height=_at(height)),
        element("text", title, class_="title", x=SIDE, y=26),
        rows,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH:g} {height:g}",
        width=_at(WIDTH),
        height=_at(height),
        role="img",
    )


def _row(choice: Choice, records: int, down: float) -> Markup:
    chosen = "no threshold" if choice.threshold is None else f"threshold {score(choice.threshold)}"
    head = f"{choice.label} in {choice.stage}: {chosen} for {choice.target}"
    return element(
        "g",
        element("text", head, class_="title", x=SIDE, y=22),
        element("g", _curve(choice, records), transform=f"translate({SIDE:g} {TOP - 18:g})"),
        element("g", _reliability(choice), transform=f"translate({SIDE + PANEL + GAP:g} {TOP - 18:g})"),
        transform=f"translate(0 {down:g})",
    )


def _curve(choice: Choice, records: int) -> list[Child]:
    """Precision, and what it is at least, over the share of records that would be accepted."""
    points = _points(choice, records)
    widest = max((coverage for coverage, *_ in points), default=1.0) or 1.0
    target = choice.target.precision
    low = min([target, *(seen for _, _, seen, _ in points)], default=target)
    floor = max(0.0, round(low - 0.05, 1) if low > 0.1 else 0.0)

    def place(coverage: float, precision: float) -> tuple[float, float]:
        inside = (max(precision, floor) - floor) / (1 - floor) if floor < 1 else 1.0
        return PANEL * coverage / widest, PANEL * (1 - inside)

    line = place(0, target)[1]
    parts: list[Child] = [
        _frame(f"{percent(widest)} of records", f"{floor:.2f}", "1", "precision"),
        element("line", class_="target", x1=0, x2=PANEL, y1=_at(line), y2=_at(line)),
        _path("bound", [place(coverage, bound) for coverage, _, _, bound in points]),
        _path("seen", [place(coverage, seen) for coverage, _, seen, _ in points]),
    ]
    taken = [] if choice.threshold is None else [point for point in points if point[1] >= choice.threshold]
    if taken:
        coverage, threshold, seen, bound = taken[-1]
        x, y = place(coverage, seen)
        told = (
            f"{score(threshold)}: {percent(seen)} right, at least {percent(bound)}, on {percent(coverage)} of records"
        )
        parts.append(element("circle", element("title", told), class_="chosen", cx=_at(x), cy=_at(y), r=5))
    return parts


def _points(choice: Choice, records: int) -> list[tuple[float, float, float, float]]:
    """(share of records, threshold, share right, its bound), from the strictest threshold to the lowest."""
    found: list[tuple[float, float, float, float]] = []
    right = 0
    for place, each in enumerate(choice.scored, start=1):
        right += each.right
        if place == len(choice.scored) or choice.scored[place].score != each.score:
            bound = lower_bound(right, place, choice.delta)
            found.append((place / max(1, records), min(each.score, ALWAYS), right / place, bound))
    step = max(1, len(found) // MOST_POINTS)
    chosen = choice.threshold
    return [point for at, point in enumerate(found) if at % step == 0 or at == len(found) - 1 or point[1] == chosen]


def _reliability(choice: Choice) -> list[Child]:
    """What was right over what was claimed, in bins of equally many records."""
    told = choice.probabilities
    parts: list[Child] = [
        _frame("what is claimed", "0", "1", "what is right"),
        element("line", class_="ideal", x1=0, y1=PANEL, x2=PANEL, y2=0),
    ]
    if told is not None:
        parts += [_bins(told.bins_before, "before"), _bins(told.bins, "seen")]
        named = f"scores: ECE {told.ece_before:.4f}   {told.method}: ECE {told.ece:.4f}"
        parts.append(element("text", named, class_="small", x=0, y=_at(PANEL + 34)))
    return parts


def _bins(bins: Sequence[Bin], kind: str) -> list[Child]:
    points = [(PANEL * each.said, PANEL * (1 - each.right / each.of)) for each in bins]
    dots: list[Child] = [
        element(
            "circle",
            element("title", f"{score(each.said)}: {number(each.right)} of {number(each.of)} right"),
            class_="dot" if kind == "seen" else "dot-before", cx=_at(x), cy=_at(y), r=3.5,
        )
        for each, (x, y) in zip(bins, points, strict=True)
    ]  # fmt: skip
    return [_path(kind, points), dots]


def _frame(right: str, low: str, high: str, upward: str) -> list[Child]:
    lines = [
        element("line", class_="grid", x1=0, x2=PANEL, y1=_at(PANEL * at), y2=_at(PANEL * at))
        for at in (0.25, 0.5, 0.75)
    ]
    return [
        lines,
        element("rect", class_="frame", width=PANEL, height=PANEL),
        element("text", right, class_="small", x=PANEL, y=_at(PANEL + 16), text_anchor="end"),
        element("text", low, class_="small", x=-6, y=_at(PANEL), text_anchor="end"),
        element("text", high, class_="small", x=-6, y=10, text_anchor="end"),
        element("text", upward, class_="small", x=0, y=-6),
    ]


def _path(kind: str, points: Sequence[tuple[float, float]]) -> Markup | None:
    if not points:
        return None
    return element("path", class_=kind, d="M" + "L".join(f"{_at(x)} {_at(y)}" for x, y in points))


def _at(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
