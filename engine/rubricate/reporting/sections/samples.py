"""Records of each label with their evidence marked."""

from __future__ import annotations

from rubricate.reporting.figures import number
from rubricate.reporting.markup import Markup, element
from rubricate.reporting.pictures import Picture
from rubricate.reporting.sections.parts import Section, label_html, lead
from rubricate.reporting.sections.pictures_html import card
from rubricate.reporting.view import View

__all__ = ["build"]

OPEN_GROUPS = 2


def build(view: View) -> Section | None:
    """A group a label, the first ones open; records on which nothing was found are a group of their own."""
    groups = [
        _group(view, label_html(view, label.name), pictures, label.decisions["accepted"], own=label.name, order=order)
        for order, label in enumerate(view.labels)
        if (pictures := view.samples.labels.get(label.name, ()))
    ]
    if view.samples.nothing:
        head = element("span", "accepted, nothing found")
        groups.append(_group(view, head, view.samples.nothing, view.law.found_nothing, own=None, order=len(groups)))
    if not groups:
        return None
    unsampled = sum(1 for label in view.labels if label.name not in view.samples.labels)
    return Section(
        id="samples",
        title="Records and their evidence",
        count="",
        body=element(
            "div",
            lead(
                "Drawn by the hash of their ids: a fair sample, the same every time. "
                "Numbers link a marked text to the rule that it speaks for."
            ),
            groups,
            element("p", f"Not sampled, being the rarest: {number(unsampled)} labels.", class_="note")
            if unsampled
            else None,
        ),
    )


def _group(
    view: View, head: Markup, pictures: tuple[Picture, ...], count: int, *, own: str | None, order: int
) -> Markup:
    shown = f"{len(pictures)} of {number(max(count, len(pictures)))} shown"
    return element(
        "details",
        element("summary", head, element("span", shown, class_="pct")),
        element("div", [card(view, picture, own=own) for picture in pictures], class_="samples"),
        open=order < OPEN_GROUPS,
    )
