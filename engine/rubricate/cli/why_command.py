"""`rubricate why`."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from rubricate.cli.console import load_for_use, show_json
from rubricate.cli.texts import read_fields
from rubricate.errors import UsageError
from rubricate.explaining.telling import tell
from rubricate.explaining.why import explain
from rubricate.reporting.drawing import draw_text
from rubricate.running.preparing import Preparer
from rubricate.running.reading import read_run_records

__all__ = ["command"]


@click.command("why")
@click.argument("ruleset", type=click.Path(path_type=Path))
@click.argument("text")
@click.option("--run", "run", type=click.Path(path_type=Path), help="TEXT is the id of a record of this run.")
@click.option("--field", "-f", "fields", multiple=True, metavar="NAME=VALUE", help="A further field of the record.")
@click.option("--json", "as_json", is_flag=True, help="Write the explanation as JSON.")
def command(ruleset: Path, text: str, run: Path | None, fields: tuple[str, ...], as_json: bool) -> None:
    """Explain what RULESET says about TEXT: which rules fired, on what, and why the record went where it went.

    TEXT is the first text field of the record, a JSON object, or - for standard input; with --run, a record's id.

    \b
    Examples:
      rubricate why ruleset.yaml "please SUBSCRIBE to my channel"
      rubricate why ruleset.yaml c17 --run runs/monday
    """
    rules = load_for_use(ruleset)
    record = read_fields(text, fields, rules) if run is None else _find(run, text)
    document = Preparer(rules.plan).document(record, id=str(record.get("id", "text")), lenient=True)
    explanation = explain(rules.plan, document)
    if as_json:
        show_json({**dataclasses.asdict(explanation), "record": dict(record)})
        return
    click.echo(draw_text({**record, "rubricate": explanation.said}), nl=False)
    click.echo()
    click.echo(tell(explanation))


def _find(run: Path, id: str) -> dict[str, object]:
    for record in read_run_records(run, folders=("records", "review", "dropped")):
        said = record.get("rubricate")
        if isinstance(said, dict) and said.get("id") == id:
            return {name: value for name, value in record.items() if name != "rubricate"}
    raise UsageError(f'the run in {run} holds no record with the id "{id}"')
