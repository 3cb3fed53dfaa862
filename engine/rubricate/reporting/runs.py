"""Runs, shown: a table of several, everything about one, and both as JSON."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from rubricate.reporting.figures import number, plural, seconds, share, visible
from rubricate.reporting.trace import conservation_line, found_nothing_line, stage_lines
from rubricate.reporting.untyped import integer, integers, mapping, mappings
from rubricate.reporting.working import usage_lines, work_line
from rubricate.running.lineage import Ancestor
from rubricate.running.overview import Overview
from rubricate.running.run_log import Event
from rubricate.running.work import NO_WORK, Work

__all__ = ["overview_json", "run_json", "run_text", "runs_text"]

TONES = {
    "complete": "green", "partial": "green", "at work": "cyan", "paused": "yellow", "stopped": "yellow",
    "broken": "red",
}  # fmt: skip
ENDS = ("already_complete", "failed", "interrupted", "paused", "published")
"""How an attempt may end, as the log calls it."""
COLUMNS = ("read", "accepted", "settled", "review", "quarantined", "dropped")
MOST = 20
"""So many incidents are listed."""


def runs_text(found: Sequence[Overview], *, width: int | None = None, colours: bool = False) -> str:
    """A table with a line for each run; columns that would be empty are left out."""
    rows = [[_figure(run, name) for name in COLUMNS] for run in found]
    shown = [place for place, name in enumerate(COLUMNS) if name == "read" or any(row[place] for row in rows)]
    table = _table("run", "state", "ruleset", right=[COLUMNS[place] for place in shown] + ["time"])
    table.add_column("by stage")
    table.add_column("began")
    for run, row in zip(found, rows, strict=True):
        figures = [number(row[place]) if row[place] or run.counts else "" for place in shown]
        ruleset = visible(f"{run.ruleset} {run.version}".strip())
        table.add_row(
            visible(str(run.path)), Text(_state(run), TONES[run.state]), ruleset, *figures, _seconds(run.seconds),
            " ".join(f"{name} {seconds(spent)}" for name, spent in run.stages.items()), _moment(run.started),
        )  # fmt: skip
    return _print(table, width=width, colours=colours)


def run_text(run: Overview, lineage: Sequence[Ancestor]) -> str:
    """Everything about one run, section by section."""
    lines = [*_head(run), *_inputs(run), *_outcome(run), *_work(run), *_origins(run, lineage), *_places(run)]
    return "".join(f"{visible(line)}\n" for line in lines)


def overview_json(run: Overview) -> dict[str, object]:
    """A run as a program reads it in the list."""
    return {
        "run": str(run.path),
        "state": run.state,
        **({"detail": run.detail} if run.detail else {}),
        "ruleset": run.ruleset or None,
        "version": run.version or None,
        "digest": None if run.manifest is None or not run.counts else run.manifest.digest,
        "started": run.started or None,
        "finished": run.finished or None,
        "seconds": run.seconds,
        "stages": dict(run.stages),
        "counts": {"read": integer(run.counts.get("read")), **run.routes} if run.counts else None,
        "progress": _progress(run),
    }


def run_json(run: Overview, lineage: Sequence[Ancestor]) -> dict[str, object]:
    """Everything about one run as JSON."""
    body = {} if run.manifest is None or not run.counts else run.manifest.body
    annex = {} if run.manifest is None or not run.counts else run.manifest.annex
    return {
        **overview_json(run),
        "inputs": body.get("sources", _began(run).get("inputs")),
        "plan": body.get("plan", _began(run).get("plan")),
        "plugins": body.get("plugins"),
        "libraries": body.get("libraries"),
        "options": body.get("options"),
        "answers": body.get("answers"),
        "guideline": body.get("guideline"),
        "partial": body.get("partial"),
        "quarantined": integers(run.counts.get("quarantined")),
        "dropped": integers(run.counts.get("dropped")),
        "review": integers(run.counts.get("review")),
        "repeated_ids": annex.get("repeated_ids"),
        "taken_over": annex.get("taken_over"),
        "work": annex.get("work"),
        "usage": _usage(run),
        "anew": annex.get("anew"),
        "drift": mapping(annex.get("lock")).get("drift"),
        "incidents": _incidents(run),
        "workers": _workers(run),
        "attempts": list(_attempts(run)),
        "lineage": [
            {"digest": each.digest, "how": each.how, "run": None if each.run is None else str(each.run)}
            for each in lineage
        ],
    }


# -- the table ---------------------------------------------------------------------------------------------


def _table(*left: str, right: Iterable[str]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in left:
        table.add_column(name, no_wrap=True)
    for name in right:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _print(table: Table, *, width: int | None, colours: bool) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width or 400, force_terminal=colours, highlight=False, emoji=False, markup=False)
    console.print(table)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def _state(run: Overview) -> str:
    progress = _progress(run)
    if progress is None or run.state in ("complete", "partial", "broken"):
        return run.state
    return f"{run.state}, {share(integer(progress['records_done']), integer(progress['records']))}"


def _figure(run: Overview, name: str) -> int:
    return run.read if name == "read" else run.routes.get(name, 0)


def _seconds(value: float | None) -> str:
    return "" if value is None else seconds(value)


def _moment(at: str) -> str:
    """A moment in UTC, to the minute.

    >>> _moment("2026-05-01T08:30:12+00:00")
    '2026-05-01 08:30'
    """
    return at[:16].replace("T", " ")


def _progress(run: Overview) -> dict[str, object] | None:
    """How far a run is that has not ended; None where that is not known."""
    ledger = run.ledger
    if ledger is None or run.counts or not ledger.units:
        return None
    return {
        "units": ledger.units,
        "units_done": ledger.done,
        "records": ledger.records,
        "records_done": ledger.records_done,
    }


# -- one run -----------------------------------------------------------------------------------------------


def _head(run: Overview) -> Iterator[str]:
    detail = f": {run.detail}" if run.detail else ""
    yield f"{run.path}  {_state(run)}{detail}"
    if run.ruleset:
        yield f"ruleset    {run.ruleset} {run.version}, plan {_short(_plan(run))}"
    body = {} if run.manifest is None else run.manifest.body
    guideline = mapping(body.get("guideline"))
    if guideline:
        yield f"guideline  {guideline.get('id')} {guideline.get('version')}"
    plugins = mapping(body.get("plugins"))
    if plugins:
        yield f"plugins    {', '.join(f'{name} {version}' for name, version in plugins.items())}"
    libraries = mapping(body.get("libraries"))
    if libraries:
        yield f"libraries  {', '.join(f'{name} {version}' for name, version in libraries.items())}"
    if run.started:
        took = "" if run.seconds is None else f", took {seconds(run.seconds)}"
        yield f"began      {_moment(run.started)} UTC{took}"
    partial = mapping(body.get("partial"))
    if partial and run.counts:
        yield f"partial    {', '.join(f'{name} {value}' for name, value in partial.items())}"


def _inputs(run: Overview) -> Iterator[str]:
    body = {} if run.manifest is None or not run.counts else run.manifest.body
    found = mappings(body.get("sources", _began(run).get("inputs")))
    if not found:
        return
    yield ""
    yield plural(len(found), "input")
    for source in found:
        read = f", {plural(integer(source['read']), 'record')}" if "read" in source else ""
        size = number(integer(source.get("size")))
        yield f"  {source.get('name')}  {size} bytes, {_short(source.get('sha256'))}{read}"


def _outcome(run: Overview) -> Iterator[str]:
    yield ""
    if not run.counts:
        progress = _progress(run)
        if progress is not None:
            done, units = integer(progress["units_done"]), integer(progress["units"])
            yield f"{number(done)} of {plural(units, 'unit')} done, {_state(run)}; the same command goes on"
        yield from usage_lines(_usage(run))
        return
    yield conservation_line(run.counts)
    yield from stage_lines(run.counts, run.stages)
    work = Work.read(_annex(run).get("work"))
    if work != NO_WORK:
        yield work_line(work, _anew(run))
    yield from usage_lines(_usage(run))
    yield found_nothing_line(run.counts)
    waiting = {name: count for name, count in integers(run.counts.get("review")).items() if count}
    if waiting:
        yield f"asked: {', '.join(f'{name} {number(count)}' for name, count in waiting.items())}"


def _usage(run: Overview) -> list[Mapping[str, object]]:
    """What matchers that ask services cost: of a run that is not complete, as the log told it last."""
    told = [event["matchers"] for event in run.events if event["event"] == "usage"]
    return list(mappings(_annex(run).get("usage", told[-1] if told else ())))


def _annex(run: Overview) -> Mapping[str, object]:
    return {} if run.manifest is None else run.manifest.annex


def _anew(run: Overview) -> tuple[int, int] | None:
    found = _annex(run).get("anew")
    return (found[0], found[1]) if isinstance(found, list) and len(found) == 2 else None


def _work(run: Overview) -> Iterator[str]:
    attempts, workers, incidents = list(_attempts(run)), _workers(run), _incidents(run)
    if len(attempts) > 1 or any(each["end"] not in ("published", "already_complete") for each in attempts):
        yield ""
        yield plural(len(attempts), "attempt")
        for each in attempts:
            error = f": {each['error']}" if each.get("error") else ""
            yield f"  {_moment(str(each['began']))}  {str(each['end']).replace('_', ' ')}{error}"
    if workers:
        yield ""
        yield plural(len(workers), "worker")
        for worker in workers:
            ended = f", {worker['ended']}" if worker.get("ended") else ""
            units, records = integer(worker["units"]), integer(worker["records"])
            yield f"  pid {worker['pid']}  {plural(units, 'unit')}, {plural(records, 'record')}{ended}"
    if incidents:
        yield ""
        yield plural(len(incidents), "incident")
        for incident in incidents[:MOST]:
            yield f"  unit {incident['unit']}, record {incident['position']}: {incident['reason']}"
        if len(incidents) > MOST:
            yield f"  and {len(incidents) - MOST} more"


def _origins(run: Overview, lineage: Sequence[Ancestor]) -> Iterator[str]:
    annex = {} if run.manifest is None or not run.counts else run.manifest.annex
    taken = integers(annex.get("taken_over"))
    drift = mappings(mapping(annex.get("lock")).get("drift"))
    if lineage or taken or drift:
        yield ""
    for each in lineage:
        yield f"follows    {_short(each.digest)}, {each.how}{'' if each.run is None else f': {each.run}'}"
    if taken:
        yield f"taken over {plural(taken.get('records', 0), 'record')} in {plural(taken.get('units', 0), 'unit')}"
    if drift:
        told = ", ".join(f"{each.get('part')} {each.get('name')} {each.get('how')}" for each in drift)
        yield f"drift      since the lock {mapping(annex.get('lock')).get('version')}: {told}"


def _places(run: Overview) -> Iterator[str]:
    yield ""
    for word, path in (
        ("manifest", run.path / "manifest.json"),
        ("report", run.path / "report.html"),
        ("log", run.path / ".rubricate" / "log.jsonl"),
    ):
        if path.exists():
            yield f"{word:<10} {path}"
    if run.manifest is not None and run.counts:
        yield f"digest     {run.manifest.digest}"


def _plan(run: Overview) -> object:
    return run.manifest.body["plan"] if run.manifest is not None and run.counts else _began(run).get("plan", "")


def _short(digest: object) -> str:
    return str(digest)[:12]


# -- what the log tells ------------------------------------------------------------------------------------


def _began(run: Overview) -> Event:
    return next((event for event in run.events if event["event"] in ("run_began", "run_resumed")), {})


def _incidents(run: Overview) -> list[dict[str, object]]:
    found = {
        (integer(event.get("unit")), integer(event.get("position"))): str(event.get("reason"))
        for event in run.events
        if event["event"] == "incident"
    }
    return [{"unit": unit, "position": place, "reason": reason} for (unit, place), reason in sorted(found.items())]


def _workers(run: Overview) -> list[dict[str, object]]:
    """What each process did, this one left out."""
    found: dict[int, dict[str, object]] = {}
    for event in run.events:
        pid = event.get("worker")
        if not isinstance(pid, int):
            continue
        known = found.setdefault(pid, {"pid": pid, "units": 0, "records": 0, "ended": None})
        if event["event"] == "unit_done":
            known["units"] = integer(known["units"]) + 1
            known["records"] = integer(known["records"]) + integer(event.get("records"))
        elif event["event"] == "worker_ended":
            known["ended"] = "took too long" if event.get("timed_out") else str(event.get("how"))
    return [found[pid] for pid in sorted(found)]


def _attempts(run: Overview) -> Iterator[dict[str, object]]:
    """When each attempt began, and how it ended; one of which the log tells no end was killed, or is at work."""
    names = list(dict.fromkeys(str(event.get("run")) for event in run.events))
    for place, name in enumerate(names):
        events = [event for event in run.events if event.get("run") == name]
        last: Mapping[str, object] = next(
            (event for event in events if event["event"] in ENDS),
            {},
        )
        running = run.state == "at work" and place == len(names) - 1
        end = last.get("event", "at work" if running else "killed")
        error = " ".join(str(last[name]) for name in ("error", "plugin", "message") if last.get(name))
        yield {"began": events[0]["at"], "end": end, **({"error": error} if error else {})}
