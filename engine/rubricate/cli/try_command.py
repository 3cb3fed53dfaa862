"""`rubricate try`."""

from __future__ import annotations

from pathlib import Path

import click

from rubricate.cli.console import load_for_use, show_json
from rubricate.cli.texts import draw_record, read_fields, record_id, refused
from rubricate.errors import RecordError

__all__ = ["command"]


@click.command("try")
@click.argument("ruleset", type=click.Path(path_type=Path))
@click.argument("text")
@click.option("--field", "-f", "fields", multiple=True, metavar="NAME=VALUE", help="A further field of the record.")
@click.option("--whole", is_flag=True, help="Show long texts to their end.")
@click.option("--json", "as_json", is_flag=True, help="Write the record as a run would.")
def command(ruleset: Path, text: str, fields: tuple[str, ...], whole: bool, as_json: bool) -> None:
    """Label TEXT with RULESET and show what was found.

    TEXT is the first text field of the record, a JSON object, or - for standard input.

    \b
    Example:
      rubricate try ruleset.yaml "please SUBSCRIBE to my channel"
    """
    rules = load_for_use(ruleset)
    record = read_fields(text, fields, rules)
    try:
        labelled = rules.annotate_one(record)
    except RecordError as error:
        raise refused(error, record, rules) from None
    told = {**record, "rubricate": {**labelled.said, "id": record_id(record, rules)}}
    if as_json:
        show_json(told)
    else:
        click.echo(draw_record(told, labelled.shown, whole=whole), nl=False)
