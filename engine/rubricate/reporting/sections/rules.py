"""What each rule did: coverage, overlap and conflict, as for labelling functions."""

from __future__ import annotations

from rubricate.reporting.figures import mean, number, plural, share
from rubricate.reporting.markup import Child, Markup, element
from rubricate.reporting.sections.parts import (
    Column,
    Row,
    Section,
    anchor,
    bar_cell,
    cites_html,
    code_html,
    label_html,
    lead,
    table,
)
from rubricate.reporting.view import RuleTrace, View

__all__ = ["build"]

MOST_RULES = 2000
DRAFT = "its votes are counted here and decide nothing"

COLUMNS = (
    Column(title="Rule"),
    Column(title="Label"),
    Column(title="Coverage", is_number=True, help="records that it voted on, of those that went through the cascade"),
    Column(title="Overlap", is_number=True, help="of these, records on which another rule voted on the same question"),
    Column(title="Conflict", is_number=True, help="of these, records on which another rule voted for another label"),
    Column(title="Votes", is_number=True),
    Column(title="Mean score", is_number=True),
    Column(title="Cites"),
)


def build(view: View) -> Section | None:
    """A sortable row a rule, by coverage."""
    if not view.rules:
        return None
    silent = sum(1 for rule in view.rules if not rule.records)
    shown = view.rules[:MOST_RULES]
    rows = [_row(view, rule, index) for index, rule in enumerate(shown)]
    rest = len(view.rules) - len(shown)
    return Section(
        id="rules",
        title="Rules",
        count=number(len(view.rules)),
        body=element(
            "div",
            lead(_sentence(len(view.rules), silent)),
            _definitions(view),
            _filter() if len(rows) > 12 else None,
            table("Rules by coverage", COLUMNS, rows, sortable=True),
            element("p", f"{plural(rest, 'rule')} with less coverage are not listed.", class_="note") if rest else None,
        ),
    )


def _sentence(rules: int, silent: int) -> str:
    if not silent:
        return f"All {number(rules)} rules voted at least once." if rules > 1 else "The one rule voted."
    return f"{number(rules - silent)} of {plural(rules, 'rule')} voted at least once; {number(silent)} never did."


def _definitions(view: View) -> Markup:
    return element(
        "p",
        element("b", "Coverage"),
        f" is the share of the {plural(view.law.labelled, 'record')} in the cascade that a rule voted on. ",
        element("b", "Overlap"),
        " is the share of those on which another rule voted on the same question, ",
        element("b", "conflict"),
        " the share on which another rule voted for a different label.",
        class_="note",
    )


def _filter() -> Markup:
    return element(
        "p",
        element("label", "Show rules with ", element("input", type="search", id="rule-filter", placeholder="any text")),
        element("span", "", id="rule-count", role="status"),
        class_="filter",
    )


def _row(view: View, rule: RuleTrace, index: int) -> Row:
    title = rule.title or ("never voted" if not rule.records else "")
    label: Child = label_html(view, rule.label) if rule.label else element("span", "by the match", class_="pct")
    never = element("span", "never voted", class_="never") if not rule.records and rule.title else None
    draft = element("span", "draft", class_="draft", title=DRAFT) if rule.is_draft else None
    cells: list[Child] = [
        [code_html(rule.id), draft, element("span", title, class_="sub") if title else None, never],
        label,
        bar_cell(rule.records, view.law.labelled),
        _part(rule.overlaps, rule.records),
        _part(rule.conflicts, rule.records, kind="conflict"),
        number(rule.votes),
        mean(rule.mean),
        cites_html(view, rule.cites) or element("span", "-", class_="pct"),
    ]
    keys = [rule.id, rule.label, rule.records, *_shares(rule), rule.votes, rule.mean, " ".join(rule.cites)]
    return Row(cells, keys, id=anchor("rule", index))


def _part(count: int, of: int, *, kind: str = "") -> Child:
    if not of:
        return element("span", "-", class_="pct")
    return [
        element("span", number(count), class_="n"),
        element("span", share(count, of), class_=f"pct {kind if count else ''}".strip()),
    ]


def _shares(rule: RuleTrace) -> tuple[float, float]:
    of = rule.records or 1
    return (round(rule.overlaps / of, 4), round(rule.conflicts / of, 4))
