"""An image with its boxes, drawn into a card of the report page."""

from __future__ import annotations

from rubricate.reporting.markup import Markup, element
from rubricate.reporting.sections.parts import TONES
from rubricate.reporting.shots import BoxMark, Shot
from rubricate.reporting.view import View

__all__ = ["shot_html"]

LETTERS = 20
"""So many lines of letters would fill the longer side of an image."""


def shot_html(view: View, shot: Shot) -> Markup:
    """The small copy, or an empty frame of its shape, with a rectangle for each box."""
    size = max(shot.width, shot.height) / LETTERS
    image = None
    if shot.copy:
        image = element("image", href=shot.copy, width=shot.width, height=shot.height)
    frame = element("rect", class_="frame", width=shot.width, height=shot.height)
    told = f"{shot.name}, {shot.width} x {shot.height} pixels"
    return element(
        "figure",
        element(
            "svg",
            image,
            frame,
            [_box(view, box, size) for box in shot.boxes],
            viewBox=f"0 0 {shot.width} {shot.height}",
            role="img",
            aria_label=told,
        ),
        element("figcaption", told, class_="pct"),
        class_="shot",
    )


def _box(view: View, box: BoxMark, size: float) -> Markup:
    x, y, width, height = box.place
    tone = view.tones.get(box.label, 0) % TONES
    words = " ".join([*([box.label] if box.is_label else []), ",".join(map(str, box.findings))]).strip()
    return element(
        "g",
        element("title", f"{box.label}: {width} x {height} at {x},{y}"),
        element("rect", x=x, y=y, width=width, height=height),
        element("text", words, x=x + size / 4, y=y + size, font_size=round(size, 1)),
        class_=f"t{tone}" + ("" if box.is_label else " evidence"),
    )
