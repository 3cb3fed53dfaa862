"""The sections of the guideline, and which rules rest on them."""

from __future__ import annotations

from rubricate.reporting.figures import number, plural
from rubricate.reporting.markup import Markup, element
from rubricate.reporting.sections.parts import Section, anchor, label_html, lead, rule_html
from rubricate.reporting.spans import shorten
from rubricate.reporting.view import SectionTrace, View

__all__ = ["build"]

MOST_TEXT = 1500


def build(view: View) -> Section | None:
    """A row a section of the guideline, in its order."""
    if not view.sections:
        return None
    uncited = sum(1 for section in view.sections if not section.rules)
    return Section(
        id="guideline",
        title="Guideline",
        count=number(len(view.sections)),
        body=element(
            "div",
            lead(
                f"{number(len(view.sections) - uncited)} of {plural(len(view.sections), 'section')} "
                "are cited by a rule. What no rule cites is left to people, or to nobody."
            ),
            element("div", [_section(view, section, index) for index, section in enumerate(view.sections)]),
        ),
    )


def _section(view: View, section: SectionTrace, index: int) -> Markup:
    text = section.text.strip()
    rules = [[rule_html(view, rule), " "] for rule in section.rules]
    return element(
        "div",
        element("h4", element("span", section.id, class_="id"), section.title),
        element(
            "p",
            [f"{plural(len(section.rules), 'rule')}, {plural(section.votes, 'vote')}: ", rules]
            if rules
            else element("span", "no rule cites it", class_="never"),
            [element("span", "defines ", class_="pct"), [[label_html(view, name), " "] for name in section.labels]]
            if section.labels
            else None,
            class_="cited",
        ),
        element("details", element("summary", "read it"), element("p", shorten(text, MOST_TEXT), class_="guide"))
        if text
        else None,
        class_="guide-section",
        id=anchor("section", index),
    )
