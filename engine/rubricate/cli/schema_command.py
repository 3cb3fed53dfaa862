"""`rubricate schema`."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import click

from rubricate.cli.outputs import check_output, force_option
from rubricate.errors import UsageError

__all__ = ["command"]

NAMES = ("ruleset", "record", "manifest")


@click.command("schema")
@click.argument("name", type=click.Choice(NAMES), default="ruleset")
@click.option("--for", "ruleset", metavar="RULESET", type=click.Path(path_type=Path),
              help="Propose the labels, tables, matchers and sections of this ruleset, too.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), help="Write to this file instead of the output stream.")
@force_option
def command(name: str, ruleset: Path | None, out: Path | None, force: bool) -> None:
    """Write a JSON Schema: of rulesets (for editors), of records on disk, or of manifests.

    The one of rulesets knows the options of the plugins that are installed. An older schema is written over; any other
    file only with --force.

    \b
    Example:
      rubricate schema --for ruleset.yaml --out ruleset.schema.json
    then begin the ruleset with
      # yaml-language-server: $schema=./ruleset.schema.json
    """
    if ruleset is not None and name != "ruleset":
        raise UsageError(f'--for has no meaning for the schema "{name}"', help="leave it out")
    text = _of_rulesets(ruleset) if name == "ruleset" else _shipped(name)
    if out is None:
        click.echo(text, nl=False)
        return
    check_output(out, force=force or _is_schema(out), sources=[] if ruleset is None else [ruleset])
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{out}: {error.strerror}") from None
    click.echo(f"wrote {out}")


def _is_schema(path: Path) -> bool:
    """Whether a file holds what this command writes."""
    import orjson

    try:
        found = orjson.loads(path.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and "$schema" in found


def _shipped(name: str) -> str:
    return (files("rubricate_schemas") / f"{name}.schema.json").read_text(encoding="utf-8")


def _of_rulesets(path: Path | None) -> str:
    import orjson

    from rubricate.loading import load_ruleset
    from rubricate.plugins.discovering import build_registry
    from rubricate.scaffolding.editor_schema import editor_schema

    registry = build_registry()
    # A ruleset with errors still has names: it is while one is being written that an editor helps most.
    ruleset = None if path is None else load_ruleset(path, registry).ruleset
    return orjson.dumps(
        editor_schema(registry, ruleset), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    ).decode()
