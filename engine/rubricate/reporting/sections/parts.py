"""What sections of the report page are made of: headings, tables, links to labels, rules and guideline sections."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rubricate.reporting.charts import bar
from rubricate.reporting.figures import number, share
from rubricate.reporting.markup import Child, Markup, element
from rubricate.reporting.view import View

__all__ = [
    "Column",
    "Row",
    "Section",
    "anchor",
    "bar_cell",
    "cites_html",
    "code_html",
    "label_html",
    "lead",
    "rule_html",
    "table",
]

TONES = 8
_PARTS = re.compile(r"[^._-]*[._-]|[^._-]+", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section of the page."""

    id: str
    title: str
    count: str
    """What stands beside its title in the contents; may be empty."""
    body: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table."""

    title: str
    is_number: bool = False
    help: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: cells, and what each is sorted by."""

    cells: Sequence[Child]
    keys: Sequence[str | float | None]
    id: str | None = None


def lead(*children: Child) -> Markup:
    """The paragraph that opens a section."""
    return element("p", *children, class_="lead")


def anchor(kind: str, index: int) -> str:
    """An id within the page that no text of a ruleset can spoil."""
    return f"{kind}-{index + 1}"


def label_html(view: View, name: str) -> Markup:
    """A label with the colour of its marks; a set of labels has none."""
    tone = view.tones.get(name)
    dot = None if tone is None else element("span", class_=f"dot t{tone % TONES}", aria_hidden="true")
    return element("span", dot, _breakable(name), class_="label")


def _breakable(name: str) -> list[Child]:
    """A name that may be broken behind its dots, hyphens and underscores."""
    return [[part, element("wbr")] if part[-1] in "._-" else part for part in _PARTS.findall(name)]


def code_html(id: str) -> Markup:
    """An id as it is written, which may be broken where its words end."""
    return element("code", _breakable(id))


def rule_html(view: View, id: str) -> Markup:
    """A rule's id, linked to its row."""
    index = next((index for index, rule in enumerate(view.rules) if rule.id == id), None)
    code = code_html(id)
    return code if index is None else element("a", code, href=f"#{anchor('rule', index)}")


def cites_html(view: View, cites: Sequence[str]) -> Markup | None:
    """Sections of the guideline, linked to their place, with their titles."""
    if not cites:
        return None
    order = {section.id: index for index, section in enumerate(view.sections)}
    links = [
        element("a", id, href=f"#{anchor('section', order[id])}", title=view.section_title(id))
        if id in order
        else element("span", id)
        for id in cites
    ]
    return element("span", [[link, " "] for link in links], class_="cites")


def bar_cell(count: int, of: int, *, kind: str = "accent") -> list[Markup]:
    """A bar with its count and share beside it."""
    return [
        bar(count / of if of else 0.0, kind=kind),
        element("span", number(count), class_="n"),
        element("span", share(count, of), class_="pct"),
    ]


def table(caption: str, columns: Sequence[Column], rows: Sequence[Row], *, sortable: bool = False) -> Markup:
    """A table that scrolls sideways by itself on a narrow screen; with `sortable`, its heads are buttons."""
    return element(
        "div",
        element(
            "table",
            element("caption", caption),
            element("thead", element("tr", [_head(column, sortable=sortable) for column in columns])),
            element("tbody", [_row(row, columns, sortable=sortable) for row in rows]),
            class_="sortable" if sortable else None,
        ),
        class_="scroll",
        role="region",
        aria_label=caption,
        tabindex=0,
    )


def _head(column: Column, *, sortable: bool) -> Markup:
    title = element("button", column.title, type="button") if sortable else column.title
    return element("th", title, scope="col", class_="num" if column.is_number else None, title=column.help)


def _row(row: Row, columns: Sequence[Column], *, sortable: bool) -> Markup:
    cells = [
        element(
            "td" if index else "th",
            cell,
            scope=None if index else "row",
            class_="num" if column.is_number else None,
            data_key=_key(row.keys[index]) if sortable else None,
        )
        for index, (cell, column) in enumerate(zip(row.cells, columns, strict=True))
    ]
    return element("tr", cells, id=row.id)


def _key(key: str | float | None) -> str:
    return "" if key is None else str(key)
