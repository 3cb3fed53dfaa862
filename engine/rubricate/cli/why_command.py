"""`rubricate why`."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from rubricate.cli.console import load_for_use, show_json
from rubricate.cli.texts import read_fields, record_id
from rubricate.errors import RecordError, UsageError
from rubricate.explaining.telling import tell, tell_run
from rubricate.explaining.why import explain
from rubricate.reporting.drawing import draw_text
from rubricate.running.preparing import Preparer
from rubricate.running.reading import output_key, read_run_records

__all__ = ["command"]


@click.command("why")
@click.argument("ruleset", type=click.Path(path_type=Path))
@click.argument("text")
@click.option("--run", "run", type=click.Path(path_type=Path), help="TEXT is the id of a record of this run.")
@click.option("--field", "-f", "fields", multiple=True, metavar="NAME=VALUE", help="A further field of the record.")
@click.option("--json", "as_json", is_flag=True, help="Write the explanation as JSON.")
def command(ruleset: Path, text: str, run: Path | None, fields: tuple[str, ...], as_json: bool) -> None:
    """Explain what RULESET says about TEXT: which rules fired or abstained, and why the record went where it went.

    TEXT is the first text field of the record, a JSON object, or - for standard input; with --run, a record's id.

    \b
    Examples:
      rubricate why ruleset.yaml "please SUBSCRIBE to my channel"
      rubricate why ruleset.yaml c17 --run runs/monday
    """
    rules = load_for_use(ruleset)
    record, said = (read_fields(text, fields, rules), None) if run is None else _find(run, text)
    id = text if run is not None else record_id(record, rules)
    preparer = Preparer(rules.plan)
    explanation = explain(rules.plan, preparer.document(record, id=id, lenient=True), rules.registry)
    notes = _notes(preparer, record, id)
    if said is not None:
        notes += tell_run(str(run), said, plan=rules.plan.digest)
    if as_json:
        told = {**dataclasses.asdict(explanation), "record": dict(record), "notes": notes}
        show_json({**told, "run": said} if run is not None else told)
        return
    click.echo(draw_text({**record, "rubricate": explanation.said}, colour=sys.stdout.isatty()), nl=False)
    click.echo()
    click.echo("\n".join([tell(explanation), *notes]))


def _notes(preparer: Preparer, record: Mapping[str, object], id: str) -> list[str]:
    """What a run would do with the record before any rule is asked."""
    try:
        document = preparer.document(record, id=id)
    except RecordError as error:
        return [f"note: a run would quarantine this record as {error.reason}: {error.detail}"]
    if not any(text and not text.isspace() for text in document.clean.values()):
        return ["note: a run would drop this record: blank"]
    return []


def _find(run: Path, id: str) -> tuple[dict[str, object], Mapping[str, object]]:
    """A record of a run, and what the run says of it."""
    key = output_key(run)
    for record in read_run_records(run, folders=("records", "review", "dropped"), key=key):
        said = record.pop(key, None)
        if isinstance(said, dict) and said.get("id") == id:
            return record, said
    raise UsageError(
        f'the run in {run} holds no record with the id "{id}"',
        help=f"what could not be read has no id; it stands in {run / 'quarantine'}",
    )
