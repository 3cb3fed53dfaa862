"""A forecast, as `run --plan` shows it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from rubricate.model.run_context import Spend
from rubricate.reporting.figures import number, plural, seconds, visible
from rubricate.reporting.working import work_line
from rubricate.running.forecasts import Forecast, InputForecast, StageForecast, StepForecast

__all__ = ["forecast_json", "forecast_text"]

STATES = {
    "new": "a new run",
    "goes on": "goes on with the run that was stopped there",
    "complete": "is complete already; nothing would be done",
    "replaces": "would replace the run there",
    "refused": "would be refused: the folder holds another run",
}
MOST = 20
"""So many inputs, and so many changes, are listed."""


def forecast_json(forecast: Forecast) -> dict[str, object]:
    """A forecast as a program reads it."""
    told = dataclasses.asdict(forecast)
    return {
        **told,
        "out": str(forecast.out),
        "against": None if forecast.against is None else str(forecast.against),
        "work": forecast.work,
        "model_calls": forecast.model_calls,
        "work_of": forecast.work_in_all.evaluations_of,
        "model_calls_of": forecast.work_in_all.model_calls_of,
        "readings": forecast.work_in_all.readings,
        "readings_of": forecast.work_in_all.readings_of,
        "seconds": None if forecast.seconds is None else round(forecast.seconds, 3),
    }


def forecast_text(forecast: Forecast) -> str:
    """A forecast for people."""
    lines = [*_head(forecast), *_inputs(forecast), *_work(forecast), *_against(forecast), *_time(forecast)]
    return "".join(f"{visible(line)}\n" for line in lines)


def _head(forecast: Forecast) -> Iterator[str]:
    yield f"{forecast.out}: {STATES[forecast.state]}"
    for difference in forecast.differences[:MOST]:
        yield f"  {difference}"
    yield f"ruleset  {forecast.ruleset}, plan {forecast.plan[:12]}"


def _inputs(forecast: Forecast) -> Iterator[str]:
    inputs = forecast.inputs
    for one in inputs[:MOST]:
        yield f"input    {_input(one)}"
    if len(inputs) > MOST:
        yield f"         and {plural(len(inputs) - MOST, 'more input')}"
    about = "" if forecast.units_exact else "about "
    done = f", {number(forecast.units_done)} of them done" if forecast.units_done else ""
    yield f"units    {about}{number(forecast.units)}{done}"
    about = "" if forecast.records_exact else "about "
    left = "" if forecast.records_left == forecast.records else f", {_left(forecast)}"
    yield f"records  {about}{number(forecast.records)}{left}"


def _input(one: InputForecast) -> str:
    digest = f"sha256 {one.sha256[:12]}" if one.sha256 else "sha256 not known yet"
    records = {
        "known": f"{plural(one.records, 'record')}, known",
        "counted": f"{plural(one.records, 'record')}, counted",
        "estimated": f"about {plural(one.records, 'record')}, going by its first megabytes",
    }
    status = "" if one.status is None else f", {one.status}"
    return f"{one.name}  {number(one.size)} bytes, {digest}, {records[one.how]}{status}"


def _left(forecast: Forecast) -> str:
    most = "" if forecast.against is None or forecast.units_exact else "at most "
    return f"{most}{number(forecast.records_left)} to be labelled"


def _work(forecast: Forecast) -> Iterator[str]:
    for step in forecast.steps:
        yield f"step     {_step(step)}"
    for stage in forecast.stages:
        yield f"stage    {_stage(stage)}"
        if stage.asked is not None:
            yield f"         {_spend(stage.asked)}"
    for sentence in forecast.over_budget:
        yield f"budget   {sentence}"
    if forecast.anew is not None:
        rules = (len(forecast.anew), forecast.rules)
        yield work_line(forecast.work_in_all, rules).replace("work    ", "work     ", 1)
        return
    yield (
        f"work     {plural(forecast.work, 'evaluation')} of a matcher on a record,"
        f" {plural(forecast.model_calls, 'model call')}"
    )


def _step(step: StepForecast) -> str:
    told, known = f"{step.name}  {step.image} into {step.text}", step.readings_of - step.readings
    more = f"; what was read in {number(known)} more is known" if known else ""
    return f"{told}, {plural(step.readings, 'image')} at most{more}"


def _stage(stage: StageForecast) -> str:
    how = {"all": "", "as before": ", as many as in the earlier run", "at most": " at most"}[stage.how]
    parts = f"{plural(stage.matchers, 'matcher')}, {plural(stage.rules, 'rule')}"
    return f"{stage.name}  {parts}, {plural(stage.records, 'record')}{how}"


def _spend(spend: Spend) -> str:
    """What asking services takes; without what is stored already, which costs nothing."""
    money = "" if spend.money is None else f", money {spend.money:g}"
    return (
        f"at most about {plural(spend.calls, 'call')}, {plural(spend.tokens, 'token')}{money}"
        " (an estimate: 4 characters a token; stored responses cost nothing)"
    )


def _against(forecast: Forecast) -> Iterator[str]:
    if forecast.against is not None:
        if forecast.changes is None:
            yield f"changed  since {forecast.against}: the rules, but that run kept nothing by which to tell what"
        elif forecast.changes:
            yield f"changed  since {forecast.against}: {plural(len(forecast.changes), 'part')}"
            for change in forecast.changes[:MOST]:
                yield f"  {change}"
            if len(forecast.changes) > MOST:
                yield f"  and {len(forecast.changes) - MOST} more"
        else:
            yield f"changed  since {forecast.against}: nothing in the rules"
    yield f"anew     {forecast.recomputed}"
    if forecast.anew:
        more = f" and {len(forecast.anew) - MOST} more" if len(forecast.anew) > MOST else ""
        yield f"  {', '.join(forecast.anew[:MOST])}{more}"


def _time(forecast: Forecast) -> Iterator[str]:
    if forecast.seconds is None:
        yield "time     not known: no earlier run to go by"
        return
    workers = max(forecast.workers, 1)
    split = "" if workers == 1 else f", {seconds(forecast.seconds / workers)} with {plural(workers, 'worker')}"
    yield f"time     about {seconds(forecast.seconds)} of labelling{split}, going by {forecast.against}"
