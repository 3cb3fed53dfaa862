"""Where every record went: the law of conservation as a picture and with every term."""

from __future__ import annotations

from collections.abc import Mapping

from rubricate.reporting.charts import Part, flow
from rubricate.reporting.figures import number, plural
from rubricate.reporting.markup import Markup, element
from rubricate.reporting.sections.parts import Section, lead
from rubricate.reporting.trace import Law
from rubricate.reporting.view import View

__all__ = ["build"]

WORDS = {
    "accepted": "accepted",
    "settled": "settled by people",
    "review": "in review",
    "undecided": "undecided",
    "split": "split into parts",
    "dropped": "dropped",
    "quarantined": "quarantined",
}


def build(view: View) -> Section:
    """The flow picture, and below it the terms, zeros too."""
    law = view.law
    inputs = [Part("read", law.read, "read"), Part("made by splitting", law.made, "split")]
    found = law.routes["accepted"] - law.found_nothing
    cascade = [
        Part("accepted with labels" if law.found_nothing else "accepted", found, "accepted"),
        Part("accepted, nothing found", law.found_nothing, "nothing"),
        *(Part(WORDS[route], law.routes[route], route) for route in ("settled", "review", "undecided")),
    ]
    aside = [Part(WORDS[route], law.routes[route], route) for route in ("split", "dropped", "quarantined")]
    pictures = [flow(inputs, cascade, aside, wide=wide) for wide in (True, False)]
    return Section(
        id="records",
        title="Where every record went",
        count="",
        body=element("div", _sentence(law), element("figure", pictures), _terms(law)),
    )


def _sentence(law: Law) -> Markup:
    if not law.holds:
        return element(
            "p",
            f"The counts do not add up: {number(law.total)} came in, "
            f"{number(sum(law.routes.values()))} are accounted for.",
            class_="alarm",
            role="alert",
        )
    return lead(
        f"Each of the {plural(law.total, 'record')} is in exactly one place. "
        f"{number(law.labelled)} went through the cascade; accepted with no label found: {number(law.found_nothing)}."
    )


def _terms(law: Law) -> Markup:
    reasons = {"dropped": law.dropped, "quarantined": law.quarantined}
    left = [_term(name, count) for name, count in (("read", law.read), ("made", law.made))]
    right = [_term(route, count, reasons.get(route, {})) for route, count in law.routes.items()]
    sign = element(
        "span", "=" if law.holds else "\u2260", class_="sign", aria_label="equals" if law.holds else "is not"
    )
    return element("div", element("div", left, class_="side"), sign, element("div", right, class_="side"), class_="law")


def _term(name: str, count: int, reasons: Mapping[str, int] | None = None) -> Markup:
    last = len(reasons or ()) - 1
    why = [
        element("span", f"{reason} {number(n)}{', ' if index < last else ''}")
        for index, (reason, n) in enumerate((reasons or {}).items())
    ]
    return element(
        "div",
        element("span", element("span", class_=f"dot k-{name}", aria_hidden="true"), name, class_="term-name"),
        element("span", number(count), class_="term-count"),
        element("span", why, class_="term-why") if why else None,
        class_="term" if count else "term zero",
    )
