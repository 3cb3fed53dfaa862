"""`rubricate evaluate`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, cast

import click

from rubricate.annotator import Annotator
from rubricate.cli.console import load_for_use, show_json
from rubricate.cli.dump_records import raw_records
from rubricate.cli.learned_gold import tell_learned
from rubricate.errors import UsageError
from rubricate.model.descriptors import RawRecord
from rubricate.quality.evaluating import evaluate
from rubricate.quality.gold import read_gold
from rubricate.quality.gold_documents import raw_of, read_documents
from rubricate.quality.learned import has_trained_models
from rubricate.reporting.evaluation import evaluation_json, evaluation_text
from rubricate.running.picturing import PicturedRecord, folder_of
from rubricate.running.publishing import read_manifest
from rubricate.running.reading import output_key, read_run_records
from rubricate.storage.layout import FOLDERS

__all__ = ["command"]


@click.command("evaluate")
@click.argument("ruleset", type=click.Path(path_type=Path))
@click.argument("gold", type=click.Path(path_type=Path))
@click.option("--on", "dumps", multiple=True, metavar="DUMP", help="The records, if GOLD holds only ids and labels.")
@click.option("--mistakes", type=int, default=5, show_default=True, help="How many mistakes to list.")
@click.option("--json", "as_json", is_flag=True, help="Write the figures as JSON.")
def command(ruleset: Path, gold: Path, dumps: tuple[str, ...], mistakes: int, as_json: bool) -> None:
    """Compare RULESET, or the finished run in the folder RULESET, with the labels in GOLD.

    GOLD holds JSON lines, or a table with the columns id and label (CSV or TSV).

    Accuracy is over the records that are decided - accepted by rules or settled by people - and always shown with how
    many those are.

    \b
    Examples:
      rubricate evaluate runs/monday gold.jsonl
      rubricate evaluate ruleset.yaml gold.jsonl --on comments.jsonl.gz
    """
    expected = read_gold(gold)
    used: list[RawRecord] = []
    if ruleset.is_dir():
        if dumps:
            raise UsageError("--on goes with a ruleset; a run has its records", help="leave --on out")
        key = output_key(ruleset)
        declared, guideline = _declared(ruleset)
        found: Iterator[Mapping[str, object]] = read_run_records(ruleset, tuple(FOLDERS), key=key)
    else:
        key = "rubricate"
        rules = load_for_use(ruleset)
        declared = tuple(rules.ruleset.labels)
        guideline = rules.ruleset.guideline.version if rules.ruleset.guideline is not None else None
        wanted, learns = set(expected), has_trained_models(rules.ruleset, rules.registry)
        found = _labelled(rules, dumps or (str(gold),), wanted, used if learns else None)
    evaluation = evaluate(found, expected, key=key, mistakes=mistakes, declared=declared, guideline=guideline)
    if used:
        tell_learned(rules, read_documents(rules.plan, used, expected))
    if as_json:
        show_json(evaluation_json(evaluation))
    else:
        click.echo(evaluation_text(evaluation), nl=False)
    if evaluation.ids is not None or not expected:
        raise SystemExit(1)


def _declared(run: Path) -> tuple[tuple[str, ...], str | None]:
    """The labels that a run could give, and the version of the guideline that it went by."""
    manifest = read_manifest(run)
    body = manifest.body if manifest is not None else {}
    labels = cast("Mapping[str, Any]", body.get("labels") or {})
    members = [member for names in labels.get("sets", {}).values() for member in names]
    guideline = cast("Mapping[str, object]", body.get("guideline") or {})
    version = guideline.get("version")
    return (
        *members,
        *labels.get("documents", ()),
        *labels.get("spans", ()),
        *labels.get("boxes", ()),
    ), None if version is None else str(version)


def _labelled(
    rules: Annotator, dumps: Sequence[str], wanted: Collection[str], used: list[RawRecord] | None
) -> Iterator[Mapping[str, object]]:
    """The records of dumps that gold speaks of, labelled; as they were read, they are kept in `used`."""
    for images, records in groupby(raw_records(dumps, rules), key=folder_of):
        fields = ({name: value for name, value in record.fields.items() if name != "rubricate"} for record in records)
        for labelled in rules.annotate(fields, images=images):
            if labelled.id in wanted:
                if used is not None:
                    record = raw_of(labelled.record, len(used))
                    used.append(record if images is None else PicturedRecord(record, images))
                yield labelled.to_dict()
