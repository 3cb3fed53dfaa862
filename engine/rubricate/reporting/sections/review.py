"""What went to people, and why."""

from __future__ import annotations

from rubricate.reporting.charts import bar
from rubricate.reporting.figures import number, plural, share
from rubricate.reporting.markup import Markup, element
from rubricate.reporting.samples import Reason
from rubricate.reporting.sections.parts import Column, Row, Section, bar_cell, label_html, lead, table
from rubricate.reporting.sections.pictures_html import card
from rubricate.reporting.view import View

__all__ = ["build"]

WITH_SAMPLES = 6
MOST_LISTED = 40


def build(view: View) -> Section | None:
    """Questions by set or label, by reason, and examples of the most frequent reasons."""
    waiting, settled = view.law.routes["review"], view.law.routes["settled"]
    if not waiting and not settled and not view.samples.reasons:
        return None
    reasons = view.samples.reasons
    total = sum(reason.count for reason in reasons) + view.samples.other_reasons
    return Section(
        id="review",
        title="For people",
        count=number(waiting),
        body=element(
            "div",
            lead(
                f"{plural(waiting, 'record')} ({share(waiting, view.law.total)}) wait for people, with "
                f"{plural(total, 'question')}. Settled by people so far: {number(settled)}."
            ),
            _asked(view) if len(view.asked) > 1 else None,
            _reasons(view, total) if reasons else None,
            _examples(view) if reasons else None,
        ),
    )


def _asked(view: View) -> Markup:
    whole = sum(view.asked.values())
    ranked = sorted(view.asked.items(), key=lambda pair: (-pair[1], pair[0]))
    rows = [Row([label_html(view, name), bar_cell(count, whole, kind="review")], []) for name, count in ranked]
    return table("Questions by set or label", [Column(title="About"), Column(title="Questions", is_number=True)], rows)


def _reasons(view: View, total: int) -> Markup:
    shown = view.samples.reasons[:MOST_LISTED]
    rows = [Row([element("bdi", reason.why), _count(reason.count, total)], []) for reason in shown]
    rest = total - sum(reason.count for reason in shown)
    if rest:
        rows.append(Row([element("i", "other reasons"), _count(rest, total)], []))
    return table("Why people are asked", [Column(title="Reason"), Column(title="Questions", is_number=True)], rows)


def _count(count: int, total: int) -> list[Markup]:
    return [
        bar(count / total if total else 0, kind="review"),
        element("span", number(count), class_="n"),
        element("span", share(count, total), class_="pct"),
    ]


def _examples(view: View) -> Markup:
    told = [reason for reason in view.samples.reasons if reason.samples][:WITH_SAMPLES]
    return element("div", [_example(view, reason, first=index == 0) for index, reason in enumerate(told)])


def _example(view: View, reason: Reason, *, first: bool) -> Markup:
    return element(
        "details",
        element(
            "summary",
            element("bdi", reason.why),
            element("span", f"{len(reason.samples)} of {number(reason.count)} shown", class_="pct"),
        ),
        element("div", [card(view, picture) for picture in reason.samples], class_="samples"),
        open=first,
    )
