"""`rubricate convert`."""

from __future__ import annotations

from pathlib import Path

import click

from rubricate.cli.outputs import check_output, force_option
from rubricate.errors import UsageError
from rubricate.formatting.converting import Converted, to_rules, to_yaml, without_rules
from rubricate.formatting.reading import Written, read_file

__all__ = ["command"]


@click.command("convert")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--to", "form", type=click.Choice(["rules", "yaml"]), help="The form to write. Default: the other one.")
@click.option("--out", type=click.Path(path_type=Path), help="Write to this file instead of the output stream.")
@force_option
@click.option("--replace", is_flag=True, help="Take the rules out of the YAML ruleset, which includes --out instead.")
def command(file: Path, form: str | None, out: Path | None, force: bool, replace: bool) -> None:
    """Turn the let, rules and tests of a YAML ruleset into the text form, or a .rules file into YAML.

    Comments go along. What the other form cannot hold is named on the error stream. FILE itself changes only with
    --replace, and no other file is written over without --force.

    \b
    Example:
      rubricate convert ruleset.yaml
      rubricate convert ruleset.yaml --out spam.rules --replace
      rubricate convert spam.rules
    """
    file = file / "ruleset.yaml" if file.is_dir() else file
    is_rules = file.suffix == ".rules"
    if (form or ("yaml" if is_rules else "rules")) == ("rules" if is_rules else "yaml"):
        raise UsageError(f'"{file}" is written in {form} already', help="rubricate fmt writes it anew")
    if replace and (out is None or is_rules):
        raise UsageError("--replace needs a YAML ruleset and --out FILE.rules")
    if out is not None:
        check_output(out, force=force, sources=[file])
    written = read_file(file)
    made = to_yaml(written) if is_rules else to_rules(written)
    for what in made.lost:
        click.echo(f"rubricate: left out: {what}", err=True)
    if replace and made.lost:
        raise UsageError(f'"{file}" is left as it is, as its rules hold more than the text form can')
    rest = _rest(written, file, out, made) if replace and out is not None else None
    if out is None:
        click.echo(made.text, nl=False)
        return
    _write(out, made.text)
    click.echo(f"wrote {out}")
    if rest is not None:
        _write(file, rest)
        click.echo(f"{file} includes it now")


def _rest(written: Written, file: Path, out: Path, made: Converted) -> str:
    """The ruleset without its rules."""
    folder = file.resolve().parent
    if out.suffix != ".rules" or not out.resolve().is_relative_to(folder):
        raise UsageError(f'"{out}" must be a .rules file in the folder of the ruleset')
    return without_rules(written, out.resolve().relative_to(folder).as_posix(), made.text)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(f'"{path}" cannot be written: {error.strerror}') from error
