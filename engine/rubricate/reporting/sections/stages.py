"""What each stage of the cascade was asked and closed."""

from __future__ import annotations

from rubricate.reporting.figures import mean, number, seconds
from rubricate.reporting.markup import Child, element
from rubricate.reporting.sections.parts import Column, Row, Section, bar_cell, lead, table
from rubricate.reporting.trace import StageTrace
from rubricate.reporting.view import View

__all__ = ["build"]


def build(view: View) -> Section | None:
    """A row a stage; times only when somebody measured them."""
    if not view.stages:
        return None
    timed = any(stage.seconds is not None for stage in view.stages)
    columns = [
        Column(title="Stage"),
        Column(title="Asked", is_number=True, help="records that the stage ran on"),
        Column(title="Closed", is_number=True, help="of those, records that needed no later stage and no person"),
        Column(title="Mean score", is_number=True, help="of the labels that it accepted"),
    ]
    columns += [Column(title="Time", is_number=True)] if timed else []
    rows = [_row(stage, view.law.labelled, timed=timed) for stage in view.stages]
    others = ", ".join(f"{name} {seconds(time)}" for name, time in view.other_seconds.items())
    return Section(
        id="stages",
        title="The cascade, stage by stage",
        count=str(len(view.stages)),
        body=element(
            "div",
            lead("Cheap stages come first. A record leaves the cascade once no later stage has a say on it."),
            table("What each stage did", columns, rows),
            element("p", f"Further times: {others}.", class_="note") if others else None,
        ),
    )


def _row(stage: StageTrace, labelled: int, *, timed: bool) -> Row:
    cells: list[Child] = [
        element("b", stage.name),
        bar_cell(stage.asked, labelled, kind="quiet"),
        bar_cell(stage.closed, stage.asked, kind="accepted"),
        mean(stage.mean),
    ]
    if timed:
        cells.append(_time(stage))
    return Row(cells, [])


def _time(stage: StageTrace) -> Child:
    if stage.seconds is None:
        return "-"
    pace = element("span", f"{number(stage.asked / stage.seconds)} records/s", class_="pct") if stage.seconds else None
    return [seconds(stage.seconds), " ", pace]
