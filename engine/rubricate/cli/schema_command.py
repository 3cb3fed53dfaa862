"""`rubricate schema`."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import click

from rubricate.errors import UsageError

__all__ = ["command"]

NAMES = ("ruleset", "record", "manifest")


@click.command("schema")
@click.argument("name", type=click.Choice(NAMES), default="ruleset")
@click.option("--out", type=click.Path(path_type=Path), help="Write to this file instead of the output stream.")
def command(name: str, out: Path | None) -> None:
    """Write a JSON Schema: of rulesets (for editors), of records on disk, or of manifests.

    \b
    Example:
      rubricate schema --out ruleset.schema.json
    then begin a ruleset with
      # yaml-language-server: $schema=./ruleset.schema.json
    """
    text = (files("rubricate_schemas") / f"{name}.schema.json").read_text(encoding="utf-8")
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{out}: {error.strerror}") from None
    click.echo(f"wrote {out}")
