"""`rubricate fmt`."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from rubricate.cli.console import show_json, show_problems
from rubricate.errors import RubricateError, RulesetError, UsageError
from rubricate.formatting.formatter import Formatted, NotKeptError, format_file
from rubricate.formatting.reading import files_of
from rubricate.loading.finding_rulesets import find_rulesets
from rubricate.reporting.figures import plural
from rubricate.reporting.problems import to_json

__all__ = ["command"]


@click.command("fmt")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; name the files that would change and exit with 1.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@click.option("--json", "as_json", is_flag=True, help="Write the files, what became of each and problems as JSON.")
def command(paths: tuple[Path, ...], check: bool, diff: bool, as_json: bool) -> None:
    """Write rulesets (.yaml and .rules) in the one way that all are written in; of a folder all that lie below it.

    Keys stand in one order and expressions in single quotes. Comments stay beside what they are about, texts stay as
    they are, and no file says anything else than before. Of a folder, what its rulesets
    include is formatted too; of a file only the file itself. A file with errors is left as it is.

    \b
    Example:
      rubricate fmt rulesets/youtube_spam
      rubricate fmt --check rulesets/*/ruleset.yaml
    """
    if as_json and diff:
        raise UsageError("--json and --diff both say what is written", help="leave one of them out")
    changed = failed = 0
    files = list(dict.fromkeys(_files(paths)))
    told: list[dict[str, object]] = []
    for file in files:
        found = _format(file)
        if not isinstance(found, Formatted):
            failed += 1
            told.append({"file": str(file), "state": "failed", **_failure(found)})
            if not as_json:
                _show_failure(found)
            continue
        state = "unchanged"
        if found.is_changed:
            changed += 1
            state = "would change" if check else "changed"
            _make(file, found, check=check, diff=diff, quiet=as_json)
        told.append({"file": str(file), "state": state})
    if as_json:
        show_json({"files": told})
        raise SystemExit(2 if failed else 1 if changed and check else 0)
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


def _format(file: Path) -> Formatted | RubricateError:
    """The file in its one form, or why there is none."""
    try:
        return format_file(file)
    except (RulesetError, NotKeptError, UsageError) as error:
        return error


def _show_failure(error: RubricateError) -> None:
    if isinstance(error, RulesetError):
        show_problems(error.problems)
    else:
        click.echo(f"rubricate: {error}", err=True)


def _failure(error: RubricateError) -> dict[str, object]:
    if isinstance(error, RulesetError):
        return {"problems": to_json(error.problems)}
    return {"message": str(error)}


def _make(file: Path, found: Formatted, *, check: bool, diff: bool, quiet: bool) -> None:
    """Shows what would change, or changes it."""
    if diff:
        before, after = (text.splitlines(keepends=True) for text in (found.before, found.after))
        lines = difflib.unified_diff(before, after, str(file), str(file))
        click.echo("".join(line if line.endswith("\n") else f"{line}\n" for line in lines), nl=False)
    elif check:
        if not quiet:
            click.echo(str(file))
    else:
        file.write_text(found.after, encoding="utf-8", newline="")
        if not quiet:
            click.echo(f"changed {file}")
