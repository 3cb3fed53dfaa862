"""`rubricate fmt`."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from rubricate.cli.console import show_problems
from rubricate.errors import RulesetError, UsageError
from rubricate.formatting.formatter import Formatted, NotKeptError, format_file
from rubricate.formatting.reading import files_of
from rubricate.loading.finding_rulesets import find_rulesets
from rubricate.reporting.figures import plural

__all__ = ["command"]


@click.command("fmt")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; name the files that would change and exit with 1.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
def command(paths: tuple[Path, ...], check: bool, diff: bool) -> None:
    """Write rulesets (.yaml and .rules) in the one way that all are written in; of a folder all that lie below it.

    A file with errors is left as it is.

    \b
    Example:
      rubricate fmt rulesets/youtube_spam
      rubricate fmt --check rulesets/*/ruleset.yaml
    """
    changed = failed = 0
    files = list(dict.fromkeys(_files(paths)))
    for file in files:
        found = _format(file)
        if found is None:
            failed += 1
        elif found.is_changed:
            changed += 1
            _tell(file, found, check=check, diff=diff)
    would = "would be changed" if check or diff else "changed"
    left = len(files) - changed - failed
    said = f"{plural(len(files), 'file')}: {changed} {would}, {left} as {'they are' if left != 1 else 'it is'}"
    if failed:
        said += f", {plural(failed, 'file')} with errors"
    click.echo(said, err=diff)
    raise SystemExit(2 if failed else 1 if changed and check else 0)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """The files that are named; of a folder the rulesets below it with what they include, and all files of rules."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        rules = sorted(path.rglob("*.rules"))
        try:
            rulesets = find_rulesets([path])
        except UsageError:
            rulesets = []
        if not rules and not rulesets:
            raise UsageError(f'the folder "{path}" holds no ruleset and no .rules file')
        for ruleset in rulesets:
            yield from files_of(ruleset)
        yield from rules


def _format(file: Path) -> Formatted | None:
    """The file in its one form; None when it has errors, which are shown."""
    try:
        return format_file(file)
    except RulesetError as error:
        show_problems(error.problems)
    except (NotKeptError, UsageError) as error:
        click.echo(f"rubricate: {error}", err=True)
    return None


def _tell(file: Path, found: Formatted, *, check: bool, diff: bool) -> None:
    """Shows what would change, or changes it."""
    if diff:
        before, after = (text.splitlines(keepends=True) for text in (found.before, found.after))
        lines = difflib.unified_diff(before, after, str(file), str(file))
        click.echo("".join(line if line.endswith("\n") else f"{line}\n" for line in lines), nl=False)
    elif check:
        click.echo(str(file))
    else:
        file.write_text(found.after, encoding="utf-8", newline="")
        click.echo(f"changed {file}")
