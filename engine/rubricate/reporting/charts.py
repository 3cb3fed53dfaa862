"""Charts as inline SVG, drawn here: colours come from classes, so that they follow light and dark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rubricate.reporting.figures import number, score, share
from rubricate.reporting.markup import Markup, element

__all__ = ["Line", "Part", "bar", "flow", "histogram", "stacked"]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a whole."""

    name: str
    count: int
    kind: str
    """The colour: `accepted`, `review`, ..."""


@dataclass(frozen=True, slots=True)
class Line:
    """A threshold in a histogram."""

    at: float
    name: str


def bar(value: float, *, kind: str = "accent") -> Markup:
    """A bar as long as a share of 0..1; the number stands beside it, so it says nothing to a screen reader."""
    width = round(100 * min(max(value, 0.0), 1.0), 2)
    visible = 0.0 if value <= 0 else max(width, 0.8)
    return element(
        "svg",
        element("rect", class_="track", width=100, height=8, rx=0),
        element("rect", class_=f"fill-{kind}", width=visible, height=8) if visible else None,
        class_="bar",
        viewBox="0 0 100 8",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def stacked(parts: Sequence[Part], *, whole: int) -> Markup:
    """Parts of a whole as one bar, in their order, a hair apart."""
    rects: list[Markup] = []
    at = 0.0
    for part in parts:
        width = 300 * part.count / whole if whole else 0.0
        if part.count:
            title = element("title", f"{part.name} {number(part.count)} ({share(part.count, whole)})")
            rects.append(
                element("rect", title, class_=f"fill-{part.kind}", x=_at(at), width=_at(max(width - 1, 0.8)), height=14)
            )
        at += width
    return element(
        "svg",
        rects,
        class_="stacked",
        viewBox="0 0 300 14",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def histogram(bins: Sequence[Sequence[Part]], *, lines: Sequence[Line], description: str) -> Markup:
    """Scores of 0..1 in equal bins, each bin of the parts that are stacked in it, from below."""
    width, height, floor = 260.0, 96.0, 74.0
    most = max((sum(part.count for part in parts) for parts in bins), default=0) or 1
    step = width / max(len(bins), 1)
    bars: list[Markup] = []
    for index, parts in enumerate(bins):
        scores = f"{score(index / len(bins))} to {score((index + 1) / len(bins))}"
        base = floor
        for part in parts:
            if not part.count:
                continue
            tall = max(1.5, (floor - 16) * part.count / most)
            base -= tall
            title = element("title", f"{scores}: {number(part.count)} {part.name}")
            bars.append(
                element(
                    "rect", title, class_=f"fill-{part.kind}", x=_at(index * step + 0.75), y=_at(base),
                    width=_at(step - 1.5), height=_at(tall),
                )
            )  # fmt: skip
    return element(
        "svg",
        element("line", class_="axis", x1=0, x2=width, y1=floor + 0.5, y2=floor + 0.5),
        bars,
        [_threshold(line, width, floor) for line in lines],
        [_tick(at, width, height) for at in (0.0, 0.5, 1.0)],
        class_="histogram",
        viewBox=f"0 0 {width:g} {height:g}",
        role="img",
        aria_label=description,
    )


def _threshold(line: Line, width: float, floor: float) -> list[Markup]:
    x = line.at * width
    end = "end" if line.at > 0.5 else "start"
    beside = x - 4 if end == "end" else x + 4
    name = f"{line.name} {score(line.at)}"
    return [
        element("line", class_="threshold", x1=_at(x), x2=_at(x), y1=4, y2=floor),
        element("text", name, class_="threshold-name", x=_at(beside), y=11, text_anchor=end),
    ]


def _tick(at: float, width: float, height: float) -> Markup:
    anchor = "start" if at == 0 else "end" if at == 1 else "middle"
    return element("text", f"{at:g}", class_="tick", x=_at(at * width), y=height - 8, text_anchor=anchor)


@dataclass(frozen=True, slots=True)
class _Node:
    part: Part
    y: float
    tall: float


def flow(inputs: Sequence[Part], cascade: Sequence[Part], aside: Sequence[Part], *, wide: bool) -> Markup:
    """Where records went: what came in on the left, what the cascade decided and what was put aside on the right.

    Heights are in proportion, with a floor so that a single record is still seen.
    """
    width = 880.0 if wide else 360.0
    left, right = (96.0, 200.0) if wide else (8.0, 150.0)
    total = sum(part.count for part in inputs) or 1
    scale = (250.0 if wide else 230.0) / total
    targets = [part for part in (*cascade, *aside) if part.count]
    nodes = _stack(targets, scale, gap=14 if wide else 12, least=34.0)
    source = _stack([part for part in inputs if part.count], scale, gap=0, least=0.0)
    high = max((node.y + max(node.tall, 34) for node in nodes), default=40)
    offset = max(0.0, (high - sum(node.tall for node in source)) / 2) if wide else 30.0  # the name stands above it
    high += 0 if wide else 30
    ribbons: list[Markup] = []
    at = offset
    for node in nodes:
        thick = node.part.count * scale
        ribbons.append(_ribbon(left + 12, at, thick, width - right - 12, node.y + (0 if wide else 30), node.tall, node))
        at += thick
    return element(
        "svg",
        ribbons,
        [_source(node, left, offset, wide=wide) for node in source],
        [_target(node, width - right, 0 if wide else 30, total) for node in nodes],
        class_="flow wide" if wide else "flow narrow",
        viewBox=f"0 0 {width:g} {high + 4:g}",
        aria_hidden="true",
    )


def _stack(parts: Sequence[Part], scale: float, *, gap: float, least: float) -> list[_Node]:
    nodes: list[_Node] = []
    y = 2.0
    for part in parts:
        tall = max(part.count * scale, 2.0)
        nodes.append(_Node(part, y + max(0.0, (least - tall) / 2), tall))
        y += max(tall, least) + gap
    return nodes


def _ribbon(x1: float, y1: float, thick: float, x2: float, y2: float, tall: float, node: _Node) -> Markup:
    middle = (x1 + x2) / 2
    path = (
        f"M{x1:.1f} {y1:.1f}C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
        f"V{y2 + tall:.1f}C{middle:.1f} {y2 + tall:.1f} {middle:.1f} {y1 + thick:.1f} {x1:.1f} {y1 + thick:.1f}Z"
    )
    return element("path", class_=f"ribbon fill-{node.part.kind}", d=path)


def _source(node: _Node, left: float, offset: float, *, wide: bool) -> list[Markup]:
    y = offset + node.y - 2
    rect = element("rect", class_=f"fill-{node.part.kind}", x=left, y=_at(y), width=12, height=_at(node.tall))
    if not wide:
        above = element("text", f"{node.part.name} ", element("tspan", number(node.part.count), class_="flow-count"),
                        class_="flow-name", x=left, y=_at(y - 10))  # fmt: skip
        return [rect, above] if node.y < 3 else [rect]
    middle = y + node.tall / 2
    return [
        rect,
        element("text", number(node.part.count), class_="flow-count", x=left - 14, y=_at(middle), text_anchor="end"),
        element("text", node.part.name, class_="flow-name", x=left - 14, y=_at(middle + 17), text_anchor="end"),
    ]


def _target(node: _Node, x: float, down: float, total: int) -> list[Markup]:
    y = node.y + down
    middle = y + node.tall / 2
    count = element("tspan", number(node.part.count), class_="flow-count")
    return [
        element("rect", class_=f"fill-{node.part.kind}", x=x - 12, y=_at(y), width=12, height=_at(node.tall)),
        element("text", count, element("tspan", f"  {share(node.part.count, total)}", class_="flow-share"), x=x + 12,
                y=_at(middle - 1)),
        element("text", node.part.name, class_="flow-name", x=x + 12, y=_at(middle + 15)),
    ]  # fmt: skip


def _at(value: float) -> str:
    """A coordinate with at most one digit."""
    return f"{value:.1f}".removesuffix(".0")
