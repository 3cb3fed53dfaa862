"""How often each label was accepted, refused and left open, and with which scores."""

from __future__ import annotations

from rubricate.reporting.charts import Line, Part, histogram, stacked
from rubricate.reporting.figures import number, plural, score, share
from rubricate.reporting.markup import Child, Markup, element
from rubricate.reporting.sections.parts import Column, Row, Section, label_html, lead, table
from rubricate.reporting.view import LabelTrace, View

__all__ = ["build"]

OPEN_HISTOGRAMS = 12
"""Beyond these, histograms stand in a part that is opened by hand."""

KINDS = (("accepted", "accepted"), ("uncertain", "review"), ("no", "no"), ("none", "none"))


def build(view: View) -> Section | None:
    """Decisions as a table with bars, scores as small histograms."""
    if not view.labels:
        return None
    scored = [label for label in view.labels if any(label.histogram)]
    charts = [_histogram(view, label) for label in scored]
    rest = charts[OPEN_HISTOGRAMS:]
    return Section(
        id="labels",
        title="Labels",
        count=number(len(view.labels)),
        body=element(
            "div",
            lead(f"Decisions over the {plural(view.law.labelled, 'record')} that went through the cascade."),
            _legend(),
            _decisions(view),
            element("h3", "Scores") if charts else None,
            element("p", _SCORES_NOTE, class_="note") if charts else None,
            _legend(with_none=False) if charts and any(label.decided for label in scored) else None,
            element("div", charts[:OPEN_HISTOGRAMS], class_="histograms") if charts else None,
            _more(rest) if rest else None,
        ),
    )


_SCORES_NOTE = (
    "Combined scores of the decisions and spans that had votes, in twentieths, coloured by what was decided. "
    "The line is the threshold from which a label is accepted; beyond it a label may still be uncertain, when another "
    "of its set is as strong, or no, when another took its place."
)


def _legend(*, with_none: bool = True) -> Markup:
    kinds = [("accepted", "accepted"), ("uncertain", "review"), ("no", "no"), *([("no vote", "none")] * with_none)]
    items = [element("li", element("span", class_=f"dot k-{kind}", aria_hidden="true"), name) for name, kind in kinds]
    return element("ul", items, class_="legend")


def _decisions(view: View) -> Markup:
    marked = {label.kind for label in view.labels if label.spans}
    columns = [Column(title="Label"), Column(title="Share"), Column(title="Accepted", is_number=True)]
    columns += [Column(title=title, is_number=True) for title in ("Uncertain", "No", "No vote")]
    if marked:
        title = " and ".join(name for kind, name in (("span", "spans"), ("box", "boxes")) if kind in marked)
        columns.append(Column(title=title.capitalize(), is_number=True))
    return table(
        "Decisions by label", columns, [_row(view, label, spans=bool(marked)) for label in view.labels], sortable=True
    )


def _row(view: View, label: LabelTrace, *, spans: bool) -> Row:
    whole = max(view.law.labelled, sum(label.decisions.values()))
    parts = [Part(name, label.decisions[name], kind) for name, kind in KINDS]
    accepted = label.decisions["accepted"]
    about = ", ".join(part for part in (label.kind, f"one of {label.set}" if label.set else "") if part)
    cells: list[Child] = [
        [label_html(view, label.name), element("span", label.description or about, class_="sub")],
        stacked(parts, whole=whole),
        [element("span", number(accepted), class_="n"), element("span", share(accepted, whole), class_="pct")],
        *(number(label.decisions[name]) for name in ("uncertain", "no", "none")),
    ]
    keys: list[str | float | None] = [
        label.name,
        accepted,
        accepted,
        *(label.decisions[name] for name in ("uncertain", "no", "none")),
    ]
    if spans:
        cells.append(number(label.spans))
        keys.append(label.spans)
    return Row(cells, keys)


def _histogram(view: View, label: LabelTrace) -> Markup:
    total = sum(label.histogram)
    return element(
        "figure",
        element("figcaption", label_html(view, label.name), element("span", f"{number(total)} scored", class_="pct")),
        histogram(_bins(label), lines=_lines(label), description=_description(label, total)),
        class_="chart",
    )


def _lines(label: LabelTrace) -> tuple[Line, ...]:
    """The thresholds from which a label is accepted, and that below which it is no."""
    return (*([Line(label.low, "low")] if label.low else []), *label.lines)


def _bins(label: LabelTrace) -> list[list[Part]]:
    """What is stacked in each bin; one colour where decisions were not counted apart."""
    if not label.decided:
        return [[Part("scored", count, "accent")] for count in label.histogram]
    found = [(name, kind, label.decided[name]) for name, kind in KINDS if name in label.decided]
    return [[Part(name, counts[at], kind) for name, kind, counts in found] for at in range(len(label.histogram))]


def _description(label: LabelTrace, total: int) -> str:
    """The histogram in a sentence, for those who cannot see it."""
    words = f"Scores of {label.name}: {plural(total, 'score')}"
    if not label.lines:
        return words
    bins = len(label.histogram)
    line = label.lines[0]
    above = sum(count for index, count in enumerate(label.histogram) if (index + 0.5) / bins >= line.at)
    words = f"{words}, {number(above)} of them ({share(above, total)}) from the threshold of {score(line.at)} on"
    decided = [f"{number(sum(counts))} {name}" for name, counts in label.decided.items()]
    return f"{words}; {', '.join(decided)}" if decided else words


def _more(charts: list[Markup]) -> Markup:
    return element(
        "details",
        element("summary", f"{plural(len(charts), 'further label')}"),
        element("div", charts, class_="histograms"),
    )
