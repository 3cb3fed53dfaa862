"""What was dropped and what was quarantined, by reason."""

from __future__ import annotations

from collections.abc import Mapping

from rubricate.reporting.figures import number, plural
from rubricate.reporting.markup import Child, Markup, element
from rubricate.reporting.samples import Dropped, Quarantined
from rubricate.reporting.sections.parts import Section, bar_cell, lead
from rubricate.reporting.view import View

__all__ = ["build"]


def build(view: View) -> Section | None:
    """Reasons with counts and examples; nothing at all when nothing was left out."""
    dropped, quarantined = view.law.routes["dropped"], view.law.routes["quarantined"]
    if not dropped and not quarantined:
        return None
    return Section(
        id="left-out",
        title="Left out",
        count=number(dropped + quarantined),
        body=element(
            "div",
            lead(
                f"{plural(dropped, 'record')} dropped on purpose, {number(quarantined)} quarantined because "
                "they could not be read or labelled. Nothing else is missing."
            ),
            _group("Dropped", "dropped", view.law.dropped, view, {
                reason: [_dropped(entry) for entry in entries] for reason, entries in view.samples.dropped.items()
            }),
            _group("Quarantined", "quarantined", view.law.quarantined, view, {
                reason: [_quarantined(entry) for entry in entries]
                for reason, entries in view.samples.quarantined.items()
            }),
        ),
    )  # fmt: skip


def _group(
    title: str, kind: str, reasons: Mapping[str, int], view: View, samples: Mapping[str, list[Markup]]
) -> Markup | None:
    told = sorted(((n, reason) for reason, n in reasons.items() if n), key=lambda pair: (-pair[0], pair[1]))
    if not told:
        return None
    blocks: list[Child] = [
        element(
            "div",
            element("h4", element("bdi", reason), element("span", bar_cell(count, view.law.total, kind=kind))),
            element("ul", samples.get(reason, []), class_="left-out") if samples.get(reason) else None,
            class_="reason",
        )
        for count, reason in told
    ]
    return element("div", element("h3", title), blocks)


def _dropped(entry: Dropped) -> Markup:
    of = [_likened(entry), element("bdi", entry.duplicate_of, class_="id")] if entry.duplicate_of else None
    head = element("span", element("bdi", entry.id, class_="id"), of, class_="where")
    text = element("span", entry.text, class_="text", dir="auto") if entry.text else element("i", "no text")
    return element("li", head, text)


def _likened(entry: Dropped) -> str:
    return " same as " if entry.distance is None else f" {entry.distance} of 64 bits from "


def _quarantined(entry: Quarantined) -> Markup:
    place = [f"{entry.source}" if entry.line is None else f"{entry.source}:{entry.line}"]
    if entry.offset is not None:
        place.append(f"from byte {number(entry.offset)}")
    if entry.length is not None:
        place.append(plural(entry.length, "byte"))
    return element(
        "li",
        element("span", element("bdi", ", ".join(place)), class_="where"),
        element("span", element("bdi", entry.detail)),
        element("code", entry.sample, dir="auto") if entry.sample else None,
    )
