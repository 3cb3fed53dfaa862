"""`rubricate evaluate`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from rubricate.annotator import Annotator
from rubricate.cli.console import load_for_use, show_json
from rubricate.errors import UsageError
from rubricate.model.descriptors import RawRecord
from rubricate.quality.evaluating import evaluate
from rubricate.quality.gold import read_gold
from rubricate.reporting.evaluation import evaluation_json, evaluation_text
from rubricate.running.inputs import resolve_inputs
from rubricate.running.reading import output_key, read_run_records
from rubricate.storage.layout import FOLDERS

__all__ = ["command"]

SLICE = 2 << 20


@click.command("evaluate")
@click.argument("ruleset", type=click.Path(path_type=Path))
@click.argument("gold", type=click.Path(path_type=Path))
@click.option("--on", "dumps", multiple=True, metavar="DUMP", help="The records, if GOLD holds only ids and labels.")
@click.option("--mistakes", type=int, default=5, show_default=True, help="How many mistakes to list.")
@click.option("--json", "as_json", is_flag=True, help="Write the figures as JSON.")
def command(ruleset: Path, gold: Path, dumps: tuple[str, ...], mistakes: int, as_json: bool) -> None:
    """Compare RULESET, or the finished run in the folder RULESET, with the labels in GOLD (JSON lines).

    Accuracy is over the records that are settled, and always shown with how many those are.

    \b
    Examples:
      rubricate evaluate runs/monday gold.jsonl
      rubricate evaluate ruleset.yaml gold.jsonl --on comments.jsonl.gz
    """
    expected = read_gold(gold)
    if ruleset.is_dir():
        if dumps:
            raise UsageError("--on goes with a ruleset; a run has its records", help="leave --on out")
        key = output_key(ruleset)
        found: Iterator[Mapping[str, object]] = read_run_records(ruleset, tuple(FOLDERS), key=key)
    else:
        key = "rubricate"
        rules = load_for_use(ruleset)
        wanted = set(expected)
        found = (
            labelled.to_dict()
            for labelled in rules.annotate(_records(rules, dumps or (str(gold),)))
            if labelled.id in wanted
        )
    evaluation = evaluate(found, expected, key=key, mistakes=mistakes)
    if as_json:
        show_json(evaluation_json(evaluation))
    else:
        click.echo(evaluation_text(evaluation), nl=False)


def _records(rules: Annotator, dumps: Sequence[str]) -> Iterator[Mapping[str, object]]:
    with tempfile.TemporaryDirectory() as spool:
        for source in resolve_inputs(dumps, rules.registry, spool=Path(spool)):
            reader = source.open()
            for part in reader.slices(SLICE):
                for item in reader.records(part):
                    if isinstance(item, RawRecord):
                        yield {name: value for name, value in item.fields.items() if name != "rubricate"}
