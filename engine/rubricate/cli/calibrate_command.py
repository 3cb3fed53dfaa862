"""`rubricate calibrate`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from rubricate.annotator import Annotator
from rubricate.cli.calibrate_rules import current_lock, learn_rules, learn_votes
from rubricate.cli.console import load_for_use, show_json
from rubricate.cli.dump_records import labelled_records, raw_records
from rubricate.cli.learned_gold import heed_learned
from rubricate.errors import UsageError
from rubricate.model.calibration import Calibration
from rubricate.planning.targets import targets_of
from rubricate.quality.calibrating import calibrate
from rubricate.quality.gold import read_gold
from rubricate.quality.gold_documents import GoldDocuments, read_documents
from rubricate.reporting.calibration import calibration_json, calibration_text
from rubricate.reporting.calibration_plot import calibration_page, calibration_svg
from rubricate.running.reading import output_key
from rubricate.storage.objects import replace_file
from rubricate.versioning.calibrations import calibrated_lock, pinned_gold
from rubricate.versioning.lockfile import lock_path, write_lock

__all__ = ["command"]


@click.command("calibrate")
@click.argument("ruleset", type=click.Path(path_type=Path))
@click.argument("gold", type=click.Path(path_type=Path), required=False)
@click.option("--on", "dumps", multiple=True, metavar="DUMP", help="The records, if GOLD holds only ids and labels.")
@click.option("--run", "run", type=click.Path(path_type=Path), metavar="DIR", help="Take the records of a run.")
@click.option("--plot", type=click.Path(path_type=Path), metavar="FILE", help="Draw the curves: .html or .svg.")
@click.option("--dry-run", is_flag=True, help="Choose and show, and leave the lock as it is.")
@click.option("--rules", "of_rules", is_flag=True, help="Say how often each rule is right, and propose confidences.")
@click.option("--write", is_flag=True, help="With --rules: write the proposed confidences into the ruleset.")
@click.option("--pin", "pins", is_flag=True, help="With --rules: pin what `confidence: learned` stands for.")
@click.option(
    "--label-model", "--fit", "votes", multiple=True, metavar="DUMP", help="Fit label_model to the votes on DUMP."
)
@click.option(
    "--learned",
    type=click.Choice(["leave-out", "keep"]),
    help="What becomes of gold that a model of RULESET learned from. [leave-out; with --rules: keep]",
)
@click.option("--pin-refused", is_flag=True, help="Pin labels without a threshold too: people get all of them.")
@click.option("--json", "as_json", is_flag=True, help="Write the figures as JSON.")
def command(
    ruleset: Path,
    gold: Path | None,
    dumps: tuple[str, ...],
    run: Path | None,
    plot: Path | None,
    dry_run: bool,
    of_rules: bool,
    write: bool,
    pins: bool,
    votes: tuple[str, ...],
    learned: str | None,
    pin_refused: bool,
    as_json: bool,
) -> None:
    """Choose the thresholds of RULESET that keep its targets, from the labels in GOLD (JSON lines).

    A target stands where a threshold may: accept: {precision: 0.97, confidence: 0.95}. The lowest threshold is chosen
    of which gold shows, with that confidence, that the label is right on so many of the records it is accepted on.
    It is pinned in ruleset.lock. Where the gold is too small nothing is pinned, and the exit code is 1.

    --rules chooses no thresholds: it counts how often each rule is right on the gold, and proposes confidences. Gold
    that confidences were taken from shows nothing any more about the thresholds of those scores.

    Gold records that a model of the ruleset learned from (as `rubricate train` noted) are left out and counted: its
    scores are better on them than on others, and no promise can rest on them. --rules only warns of them.

    --label-model needs no gold: it learns from the votes on many records how far each rule can be believed.

    \b
    Examples:
      rubricate calibrate ruleset.yaml gold.jsonl
      rubricate calibrate ruleset.yaml gold.jsonl --rules --write
      rubricate calibrate ruleset.yaml gold.jsonl --rules --pin
      rubricate calibrate ruleset.yaml --label-model comments.jsonl.gz
      rubricate calibrate ruleset.yaml labels.jsonl --on comments.jsonl.gz --plot curves.html
    """
    if run is not None and dumps:
        raise UsageError("--on and --run both say where the records are", help="leave one of them out")
    if plot is not None and plot.suffix not in (".html", ".svg"):
        raise UsageError(f'"{plot}": a plot is written as .html or .svg', help=f"write --plot {plot.stem}.html")
    if votes:
        if gold is not None or dumps or run or of_rules or plot or pin_refused or learned is not None:
            raise UsageError("--label-model takes no gold, and none of its options", help="name only its records")
        raise SystemExit(learn_votes(load_for_use(ruleset), votes, dry_run=dry_run, as_json=as_json))
    if gold is None:
        raise UsageError("no gold is named", help=f"run rubricate calibrate {ruleset} GOLD")
    if pins and (write or not of_rules):
        raise UsageError("--pin goes with --rules, and not with --write", help="write --rules --pin")
    if write and not of_rules:
        raise UsageError("--write goes with --rules; thresholds are written into the lock anyway", help="leave it out")
    if of_rules and (plot is not None or pin_refused):
        raise UsageError("--rules chooses no thresholds", help="leave --plot and --pin-refused out")
    rules = load_for_use(ruleset)
    if of_rules:
        documents = heed_learned(rules, gold, _documents(rules, gold, dumps, run), keep=learned != "leave-out")
        write, pins = write and not dry_run, pins and not dry_run
        raise SystemExit(learn_rules(rules, gold, documents, write=write, pins=pins, as_json=as_json))
    rules.require_numbers()
    if not targets_of(rules.plan):
        raise UsageError(
            f"{rules.ruleset.file}: declares no target for a threshold",
            help="write accept: {precision: 0.97, confidence: 0.95}",
        )
    documents = heed_learned(rules, gold, _documents(rules, gold, dumps, run), keep=learned == "keep")
    found = calibrate(rules.plan, documents)
    if plot is not None:
        title = f"{rules.ruleset.name} {rules.ruleset.version}, {found.records} gold records"
        draw = calibration_page if plot.suffix == ".html" else calibration_svg
        replace_file(plot, draw(found, title=title).encode())
    writes = not dry_run and (pin_refused or not found.refused)
    if writes:
        _write(rules, found, gold)
    if as_json:
        show_json({**calibration_json(found), "lock": str(lock_path(rules.ruleset.file)) if writes else None})
    else:
        click.echo(calibration_text(found))
        _tell(rules, found, writes=writes, dry_run=dry_run)
    raise SystemExit(1 if found.refused and not pin_refused else 0)


def _documents(rules: Annotator, gold: Path, dumps: Sequence[str], run: Path | None) -> GoldDocuments:
    expected = read_gold(gold)
    if run is not None:
        key = output_key(run)
        found = read_documents(rules.plan, labelled_records(run, rules, key=key), expected, key=key)
    else:
        found = read_documents(rules.plan, raw_records(dumps or (str(gold),), rules), expected)
    if not found.documents:
        place = str(run) if run is not None else ", ".join(dumps) or str(gold)
        raise UsageError(
            f"{gold}: speaks of the labels of no record in {place}",
            help="gold names each record by its id; --on DUMP says where the records are",
        )
    return found


def _write(rules: Annotator, found: Calibration, gold: Path) -> None:
    told = pinned_gold(gold, rules.ruleset.file, found.records)
    lock = calibrated_lock(current_lock(rules), found, told, rules.plan, rules.registry)
    replace_file(lock_path(rules.ruleset.file), write_lock(lock).encode())


def _tell(rules: Annotator, found: Calibration, *, writes: bool, dry_run: bool) -> None:
    path = lock_path(rules.ruleset.file)
    refused = ", ".join(f'"{label}"' for label in found.refused)
    if writes:
        rest = f"; people get all of {refused}" if refused else ""
        click.echo(f"{path}: thresholds written{rest}")
    elif dry_run:
        click.echo(f"{path}: left as it is")
    else:
        click.echo(f"{path}: left as it is, as no threshold was shown for {refused}")
        click.echo("help: add gold, lower the target, or give people all of it with --pin-refused")
