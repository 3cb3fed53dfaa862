"""A record with its evidence, as a card of the report page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest

from rubricate.reporting.drawing import marked, opening
from rubricate.reporting.figures import score
from rubricate.reporting.markup import Child, Markup, element
from rubricate.reporting.pictures import Finding, Picture, PictureField, Said
from rubricate.reporting.sections.parts import TONES, cites_html, label_html, rule_html
from rubricate.reporting.sections.shots_html import shot_html
from rubricate.reporting.spans import Mark
from rubricate.reporting.view import View

__all__ = ["card"]

DEEPEST = 3


def card(view: View, picture: Picture, *, own: str | None = None) -> Markup:
    """The card of a record; the label `own` needs no name, since the card stands below it."""
    several = len(picture.fields) > 1
    return element(
        "article",
        element("header", _head(view, picture, own)),
        [shot_html(view, shot) for shot in picture.shots],
        [_field(view, field, several=several) for field in picture.fields]
        or (None if picture.shots else element("p", "no text to show", class_="note")),
        [element("p", element("bdi", why), class_="why") for why in picture.why],
        [_said(view, said, own) for said in picture.said if said.findings or said.label != own],
        element("p", f"and {picture.left_out} more", class_="note") if picture.left_out else None,
        class_="sample",
    )


def _head(view: View, picture: Picture, own: str | None) -> list[Child]:
    first = next((said for said in picture.said if said.label == own), None)
    return [element("bdi", picture.id, class_="id"), _state(view, first, name=False) if first is not None else None]


def _state(view: View, said: Said, *, name: bool) -> Markup:
    """Such as `spam accepted 0.95, threshold 0.85`."""
    words = "suggested" if said.is_suggestion else "by " + said.by if said.by != "machine" else said.decision
    limit = "" if said.threshold is None else f" of {score(said.threshold)}"
    return element(
        "span",
        [label_html(view, said.label), " "] if name else None,
        element("bdi", words),
        " ",
        element("b", score(said.score)) if said.score is not None else None,
        element("span", limit, class_="pct"),
        element("span", f" in {said.stage}", class_="pct") if said.stage else None,
        element("span", " = ", element("code", said.value)) if said.value is not None else None,
        class_="state",
    )


def _field(view: View, field: PictureField, *, several: bool) -> Markup:
    def attributes(mark: Mark, depth: int) -> Mapping[str, object]:
        tone = view.tones.get(mark.label, 0) % TONES
        return {"class_": f"t{tone} d{min(depth, DEEPEST)}", "title": mark.label}

    def tag(ends: Sequence[Mark]) -> Markup | None:
        numbers = sorted({number for mark in ends for number in mark.findings})
        spans = list(dict.fromkeys(mark.label for mark in ends if not mark.findings))
        words = [*spans, *map(str, numbers)]
        return element("sup", ",".join(words)) if words else None

    head = element("span", field.name, " ", class_="field-name") if several else None
    text = element("p", head, marked(field.segments, attributes=attributes, tag=tag), class_="text", dir="auto")
    if not field.whole:
        return text
    whole = element("p", marked(field.whole, attributes=attributes, tag=tag), class_="text", dir="auto")
    return element("div", text, element("details", element("summary", opening(field)), whole, class_="whole"))


def _said(view: View, said: Said, own: str | None) -> Markup:
    return element(
        "div",
        element("p", _state(view, said, name=True), class_="said") if said.label != own else None,
        element("ol", [_finding(view, finding) for finding in said.findings], class_="findings")
        if said.findings
        else None,
    )


def _finding(view: View, finding: Finding) -> Markup:
    more = element("span", f" and {finding.left_out} more", class_="pct") if finding.left_out else None
    return element(
        "li",
        rule_html(view, finding.rule),
        " ",
        element("b", score(finding.score)),
        " ",
        cites_html(view, finding.cites),
        _quotes(finding),
        more,
        value=finding.number,
    )


def _quotes(finding: Finding) -> list[Child]:
    """The matched texts; a matcher is named after the last of its texts."""
    parts: list[Child] = []
    for quote, following in zip_longest(finding.quotes, finding.quotes[1:]):
        parts += [" ", element("q", element("bdi", quote.text))]
        if quote.row is not None:
            parts.append(element("span", f" line {quote.row}", class_="pct"))
        if following is None or following.matcher != quote.matcher:
            parts.append(element("span", f" {quote.matcher}", class_="pct"))
    return parts
