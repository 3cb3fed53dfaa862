"""`rubricate import`."""

from __future__ import annotations

from pathlib import Path

import click

from rubricate.cli.console import show_json
from rubricate.importing.describing import REPORT, all_files
from rubricate.importing.imported import Wishes
from rubricate.importing.kinds import find_importer
from rubricate.importing.writing import write_folder
from rubricate.reporting.figures import plural

__all__ = ["command"]

MOST_SHOWN = 10


@click.command("import")
@click.argument("kind", metavar="KIND")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder to make.")
@click.option("--name", help="The ruleset's name.")
@click.option("--label", help="The label that is voted for, where the file names none.")
@click.option("--tests", multiple=True, type=click.Path(path_type=Path),
              help="A file with the other tool's own tests, kept as gold; for KIND uap, several times.")  # fmt: skip
@click.option("--source", help="Where the file comes from, for the README.")
@click.option("--licence", help="Its licence, for the README.")
@click.option("--json", "as_json", is_flag=True, help="Write what was done as JSON.")
def command(
    kind: str, file: Path, out: Path, name: str | None, label: str | None, tests: tuple[Path, ...],
    source: str | None, licence: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Turn FILE, rules of another tool, into a ruleset in the folder OUT, with a report of what was left out.

    KIND is one of crawler-user-agents, gitleaks, rules-tsv (a table with columns label and pattern) and uap.

    \b
    Examples:
      rubricate import gitleaks gitleaks.toml --out rulesets/secrets
      rubricate import uap regexes.yaml --tests test_ua.yaml --tests test_os.yaml --out rulesets/agents
    """
    importer = find_importer(kind)
    imported = importer.make(file, Wishes(name=name, label=label, tests=tests))
    write_folder(out, all_files(imported, kind=kind, file=file, licence=licence, source=source))
    if as_json:
        remarks = [{"id": each.id, "what": each.what, "reason": each.reason} for each in imported.remarks]
        show_json({"out": str(out), "rules": imported.rules, "taken": imported.taken, "remarks": remarks})
        return
    click.echo(f"took over {imported.taken} of {plural(imported.rules, 'rule')} into {out}")
    for remark in imported.remarks[:MOST_SHOWN]:
        click.echo(f"  {remark.id}: {remark.what}: {remark.reason}")
    if len(imported.remarks) > MOST_SHOWN:
        click.echo(f"  {len(imported.remarks) - MOST_SHOWN} more in {out / REPORT}")
