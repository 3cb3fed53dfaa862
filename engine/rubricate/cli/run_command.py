"""`rubricate run`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from rubricate.cli.console import load_for_use, show_json
from rubricate.cli.forecasts import forecast_json, forecast_text
from rubricate.cli.locked import hold_to_lock, locked_option
from rubricate.cli.progress import Bar
from rubricate.forecast import foresee
from rubricate.reporting.figures import plural, visible
from rubricate.reporting.trace import trace_text
from rubricate.reporting.working import usage_lines, work_line
from rubricate.review.answers import people_file
from rubricate.runner import Settings, run
from rubricate.running.contracts import RunSummary, Verdict
from rubricate.running.options import split_options
from rubricate.running.verdicts import MUCH

__all__ = ["command"]

MOST_VERDICTS = 10


def _share(_ctx: click.Context, _param: click.Parameter, text: str | None) -> float | None:
    """A share, from `5%` or `0.05`."""
    if text is None:
        return None
    try:
        found = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 1:
        raise click.BadParameter(f'"{text}" is no share; write it as 5% or 0.05')
    return found


@click.command("run")
@click.argument("ruleset", type=click.Path(path_type=Path))
@click.argument("dumps", nargs=-1, required=True)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder that the run writes.")
@click.option("--limit", type=click.IntRange(min=1), help="Read only the first N records.")
@click.option("--sample", type=click.IntRange(min=1), help="Read only N records, drawn from all inputs.")
@click.option("--seed", type=int, default=0, show_default=True, help="Chooses what --sample draws.")
@click.option(
    "--dedupe", type=click.Choice(["none", "exact"]), help="Whether equal records are dropped. [as the ruleset says]"
)
@click.option("--from", "source", metavar="SOURCE", help="The format of the dumps. [by their names]")
@click.option("--source-option", "-o", multiple=True, metavar="NAME=VALUE", help="An option of the source.")
@click.option(
    "--images",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Where paths of images lead on from. [the folder of each dump]",
)
@click.option("--output-key", default="rubricate", show_default=True, help="The key that results stand under.")
@click.option("--relabel", is_flag=True, help="Replace what an earlier run wrote into the records.")
@click.option(
    "--after",
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="Take over from an earlier run what has not changed.",
)
@click.option(
    "--duplicate-ids",
    type=click.Choice(["suffix", "error", "keep_first"]),
    default="suffix",
    show_default=True,
    help="Records whose id an earlier one has become ID~2, stop the run, or are dropped.",
)
@click.option("--overwrite", is_flag=True, help="Replace another run in the output folder.")
@click.option(
    "--max-quarantined",
    callback=_share,
    metavar="SHARE",
    help="Exit with 1 when a larger share of what was read is in quarantine: 5% or 0.05. [50%]",
)
@locked_option
@click.option("--batch", type=click.IntRange(min=1), default=256, show_default=True, help="Records computed together.")
@click.option(
    "--workers",
    type=click.IntRange(min=0),
    help="Processes that label; 0 for this one. [one a core, none for a small dump]",
)
@click.option(
    "--patience",
    type=click.FloatRange(min=0.1),
    default=120.0,
    show_default=True,
    help="Seconds that a worker may look at one batch.",
)
@click.option(
    "--worker-memory",
    type=click.IntRange(min=1),
    default=2048,
    show_default=True,
    metavar="MIB",
    help="A worker that holds more than this after a unit is replaced.",
)
@click.option(
    "--audit", callback=_share, metavar="SHARE", help="Label this share of units twice and compare: 1% or 0.01."
)
@click.option("--no-votes", is_flag=True, help="Keep no votes for a later run of edited rules: a smaller folder.")
@click.option("--plan", "only_plan", is_flag=True, help="Say what would be done; nothing is written.")
@click.option("--replay", is_flag=True, help="Ask no service: take every response from what is stored.")
@click.option("--otel", is_flag=True, help="Send traces to where the OTEL_ variables say. [if they are set]")
@click.option("--unit-size", type=click.IntRange(min=1), hidden=True, help="Bytes of a unit, for tests.")
@click.option("--quiet", "-q", is_flag=True, help="No progress bar, no trace.")
@click.option("--json", "as_json", is_flag=True, help="Write the counts as JSON.")
def command(
    ruleset: Path,
    dumps: tuple[str, ...],
    out: Path,
    limit: int | None,
    sample: int | None,
    seed: int,
    dedupe: str | None,
    source: str | None,
    source_option: tuple[str, ...],
    images: Path | None,
    output_key: str,
    relabel: bool,
    after: Path | None,
    duplicate_ids: str,
    overwrite: bool,
    max_quarantined: float | None,
    locked: bool,
    batch: int,
    workers: int | None,
    patience: float,
    worker_memory: int,
    audit: float | None,
    no_votes: bool,
    only_plan: bool,
    replay: bool,
    otel: bool,
    unit_size: int | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Label DUMPS with RULESET into the folder --out. Started again after it was stopped, it goes on.

    DUMPS are files, folders, or - for standard input.

    \b
    Examples:
      rubricate run rulesets/youtube_spam/ruleset.yaml comments.jsonl.gz --out runs/monday
      rubricate run rulesets/youtube_spam/ruleset.yaml dumps/ --out runs/tuesday --after runs/monday --plan
    """
    rules = load_for_use(ruleset)
    hold_to_lock(rules, locked=locked)
    settings = Settings(
        limit=limit,
        sample=sample,
        seed=seed,
        dedupe=dedupe,  # type: ignore[arg-type]  # click checked the choice
        source=source,
        source_options=split_options(source_option),
        images=images,
        output_key=output_key,
        relabel=relabel,
        overwrite=overwrite,
        batch=batch,
        unit_size=unit_size,
        workers=workers,
        patience=patience,
        after=after,
        duplicate_ids=duplicate_ids,  # type: ignore[arg-type]  # click checked the choice
        otel=True if otel else None,
        worker_memory=worker_memory,
        audit=audit or 0.0,
        votes=not no_votes,
        replay=replay,
    )
    if only_plan:
        forecast = foresee(rules, dumps, out, settings=settings)
        if as_json:
            show_json(forecast_json(forecast))
        else:
            click.echo(forecast_text(forecast), nl=False)
        return
    with Bar(quiet=quiet or as_json) as bar:
        summary, stages = run(rules, dumps, out, settings=settings, progress=bar, warn=_tell_verdict)
    if as_json:
        show_json(_as_json(summary))
    elif not quiet:
        _tell(summary, stages)
    _tell_verdicts(summary, max_quarantined)
    if _is_spoilt(summary, max_quarantined):
        raise SystemExit(1)


def _tell_verdict(verdict: Verdict) -> None:
    """Where scripts look for warnings; --quiet and --json do not silence it."""
    click.echo(f"warning: {visible(verdict.source)}: {visible(verdict.message)}", err=True)
    if verdict.help is not None:
        click.echo(f"help: {visible(verdict.help)}", err=True)


def _tell_verdicts(summary: RunSummary, allowed: float | None) -> None:
    """What is wrong with inputs as a whole, without what was allowed by name."""
    is_allowed = allowed is not None and _quarantined(summary) <= allowed
    verdicts = [verdict for verdict in summary.verdicts if not (is_allowed and verdict.is_refused)]
    for verdict in verdicts[:MOST_VERDICTS]:
        _tell_verdict(verdict)
    more = len(verdicts) - MOST_VERDICTS
    if more > 0:
        click.echo(f"warning: and {more} more such findings", err=True)


def _is_spoilt(summary: RunSummary, allowed: float | None) -> bool:
    """Whether the run is a finding: a dump was cut off, or more is in quarantine than is allowed, half unless said."""
    cut = sum(verdict.is_cut_off for verdict in summary.verdicts)
    if cut:
        told = "1 dump was" if cut == 1 else f"{cut} dumps were"
        click.echo(f"rubricate: {told} not read to the end, so records are missing", err=True)
    share = _quarantined(summary)
    if share > (MUCH if allowed is None else allowed):
        more = "half; --max-quarantined allows more" if allowed is None else f"--max-quarantined {_percent(allowed)}"
        click.echo(f"rubricate: {_percent(share)} of what was read is in quarantine, more than {more}", err=True)
        return True
    return cut > 0


def _quarantined(summary: RunSummary) -> float:
    """The share of what was read that is in quarantine."""
    routes, read = summary.counts["routes"], summary.counts["read"]
    assert isinstance(routes, dict)
    assert isinstance(read, int)
    return routes["quarantined"] / read if read else 0.0


def _dropped(summary: RunSummary) -> Mapping[str, object]:
    dropped = summary.counts["dropped"]
    assert isinstance(dropped, dict)
    return dropped


def _percent(part: float) -> str:
    """Such as `5 %` and `33.3 %`; never rounded to a figure that hides that there is something.

    >>> [_percent(part) for part in (0.05, 1 / 3, 0.0001, 0.00001)]
    ['5 %', '33.3 %', '0.01 %', '0.001 %']
    """
    return f"{100 * part:.3g} %"


def _tell(summary: RunSummary, stages: Mapping[str, float]) -> None:
    if summary.state == "already complete":
        click.echo(f"{summary.out}: this run is complete already; nothing was done")
    click.echo(trace_text(summary.counts, seconds=stages), nl=False)
    routes = summary.counts["routes"]
    assert isinstance(routes, dict)
    if summary.taken_over:
        click.echo(f"taken over from the earlier run: {plural(summary.taken_over, 'record')}")
    work = summary.work
    is_spared = work.evaluations < work.evaluations_of or work.readings < work.readings_of
    if summary.state == "completed" and (summary.anew or is_spared):
        click.echo(work_line(summary.work, summary.anew))
    for line in usage_lines(summary.usage):
        click.echo(line)
    for note in summary.notes:
        click.echo(f"note: {note}")
    if routes["quarantined"]:
        verb = "is" if routes["quarantined"] == 1 else "are"
        where = summary.out / "quarantine"
        click.echo(f"warning: {plural(routes['quarantined'], 'record')} {verb} in quarantine, with the reason: {where}")
    if summary.repeated_ids:
        verb = "repeats" if summary.repeated_ids == 1 else "repeat"
        end = "the first one stays" if "repeated_id" in _dropped(summary) else "the id on disk ends in ~2, ~3, ..."
        click.echo(f"warning: {plural(summary.repeated_ids, 'record')} {verb} an id; {end}")
    click.echo(f"report  {summary.out / 'report.html'}")
    if routes["review"]:
        _tell_where_people_answer(summary)
        waiting = f"{plural(routes['review'], 'record')} {'waits' if routes['review'] == 1 else 'wait'} for people"
        click.echo(f"next    rubricate review {summary.out} --terminal    ({waiting})")


def _tell_where_people_answer(summary: RunSummary) -> None:
    """Says that a run outside of a project keeps its questions to itself."""
    people = people_file(summary.out)
    if people.parent != summary.out.absolute():
        return
    asked = summary.counts["review"]
    assert isinstance(asked, dict)
    click.echo(
        f"people  {plural(sum(asked.values()), 'question')} in {summary.out / people.name}; runs beside it do not see"
        " these answers, `rubricate init` makes a project that shares them"
    )


def _as_json(summary: RunSummary) -> dict[str, object]:
    return {
        "out": str(summary.out), "state": summary.state, "digest": summary.digest, "counts": summary.counts,
        "sources": list(summary.sources), "units": summary.units, "reused": summary.reused,
        "taken_over": summary.taken_over, "repeated_ids": summary.repeated_ids, "seconds": round(summary.seconds, 3),
        "work": summary.work.as_json, "usage": list(summary.usage), "anew": summary.anew,
        "warnings": [f"{verdict.source}: {verdict.message}" for verdict in summary.verdicts],
    }  # fmt: skip
