"""`rubricate new`: rulesets, rules and plugins to start from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from rubricate.cli.console import show_json
from rubricate.errors import UsageError

__all__ = ["command"]

GROUPS = ("matcher", "transform", "normaliser", "check", "combiner", "source", "export")


@click.group("new")
def command() -> None:
    """Write a new ruleset, rule or plugin to start from. What is there already is never overwritten.

    \b
    Example:
      rubricate new ruleset spam --label spam --label ham
      rubricate new rule rulesets/spam asks-to-subscribe --label spam
      rubricate new plugin shouting
    """


@command.command("ruleset")
@click.argument("name")
@click.option("--label", "labels", multiple=True, help="A label; one is a yes or no, several are a set. Repeatable.")
@click.option("--field", "fields", multiple=True, help="A text field of the records. Default: text. Repeatable.")
@click.option("--project", default=Path(), type=click.Path(path_type=Path), help="The project's folder. Default: here.")
@click.option("--json", "as_json", is_flag=True, help="Write the paths as JSON.")
def ruleset(name: str, labels: tuple[str, ...], fields: tuple[str, ...], project: Path, as_json: bool) -> None:
    """Write rulesets/NAME: a rule with examples for each label, and the guideline that the rules cite.

    \b
    Example:
      rubricate new ruleset spam --label spam --label ham --field title --field body
    """
    from rubricate.scaffolding.rulesets import new_ruleset

    written = new_ruleset(project, name, labels=labels, fields=fields)
    _tell(
        written, as_json, [f"rubricate test {written[0]}", f"rubricate new rule {written[0].parent} ID --label LABEL"]
    )


@command.command("rule")
@click.argument("ruleset", type=click.Path(path_type=Path))
@click.argument("id")
@click.option("--label", required=True, help="The label that it votes for.")
@click.option("--when", help="The condition. Default: a phrase to be replaced.")
@click.option("--confidence", help="A number from 0 to 1, or an expression. Default: 0.9.")
@click.option("--cites", "cites", multiple=True, help="A section of the guideline. Repeatable.")
@click.option("--hit", "hits", multiple=True, help="A text on which it must vote. Repeatable.")
@click.option("--miss", "misses", multiple=True, help="A text on which it must not vote. Repeatable.")
@click.option("--json", "as_json", is_flag=True, help="Write the rule and its file as JSON.")
def rule(
    ruleset: Path, id: str, label: str, when: str | None, confidence: str | None, cites: tuple[str, ...],
    hits: tuple[str, ...], misses: tuple[str, ...], as_json: bool,
) -> None:  # fmt: skip
    """Add the rule ID at the end of RULESET's rules; comments and layout of the file stay.

    \b
    Example:
      rubricate new rule rulesets/spam asks-to-subscribe --label spam --when '"subscribe"'
        --hit "please subscribe" --miss "what a song"
    """
    from rubricate.plugins.discovering import build_registry
    from rubricate.scaffolding.rules import NewRule, add_rule

    given = NewRule(id=id, label=label, when=when, confidence=confidence, cites=cites, hits=hits, misses=misses)
    file = ruleset / "ruleset.yaml" if ruleset.is_dir() else ruleset
    text = add_rule(ruleset, given, build_registry())
    if as_json:
        show_json({"file": str(file), "rule": id, "text": text})
        return
    click.echo(f"added to {file}:\n{text.rstrip()}")
    click.echo(f"next    rubricate test {file}")


@command.command("plugin")
@click.argument("name")
@click.option("--group", type=click.Choice(GROUPS), default="matcher", help="What it gives. Default: matcher.")
@click.option("--out", default=Path(), type=click.Path(path_type=Path), help="Where its folder is made. Default: here.")
@click.option("--json", "as_json", is_flag=True, help="Write the paths as JSON.")
def plugin(name: str, group: str, out: Path, as_json: bool) -> None:
    """Write rubricate-NAME: a package with a working plugin and the tests of its contract.

    \b
    Example:
      rubricate new plugin shouting --group matcher
    """
    from rubricate.scaffolding.plugins import new_plugin

    written = new_plugin(name, out, group=group)
    folder = written[0].parent
    _tell(written, as_json, [f'pip install -e "{folder}[dev]"', f"pytest {folder}"])


def _tell(written: Sequence[Path], as_json: bool, following: Sequence[str]) -> None:
    if not written:
        raise UsageError("nothing was written")
    if as_json:
        show_json({"written": [str(path) for path in written]})
        return
    for path in written:
        click.echo(f"wrote {path}")
    for number, line in enumerate(following):
        click.echo(f"{'        ' if number else 'next    '}{line}")
