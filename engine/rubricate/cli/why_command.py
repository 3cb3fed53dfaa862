"""`rubricate why`."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import click

from rubricate.cli.console import load_for_use, show_json
from rubricate.cli.run_records import find_record
from rubricate.cli.texts import draw_record, prepare_noted, read_fields, record_id, stripped_notes
from rubricate.errors import UsageError
from rubricate.explaining.telling import tell, tell_run
from rubricate.explaining.telling_trace import draw_evidence, tell_trace
from rubricate.explaining.why import Explanation, explain
from rubricate.reporting.viewing import texts_of

__all__ = ["command", "given_text"]


@click.command("why")
@click.argument("ruleset", type=click.Path(path_type=Path))
@click.argument("text", required=False)
@click.option("--record", "record_of_run", metavar="ID", help="A record of the run that --run names.")
@click.option("--run", "run", type=click.Path(path_type=Path), help="TEXT is the id of a record of this run.")
@click.option("--stdin", "stdin", is_flag=True, help="Read TEXT from standard input.")
@click.option("--field", "-f", "fields", multiple=True, metavar="NAME=VALUE", help="A further field of the record.")
@click.option(
    "--tree", "trees", is_flag=True, help="Show the conditions of rules that fired or abstained, node by node."
)
@click.option("--whole", is_flag=True, help="Show long texts to their end.")
@click.option("--json", "as_json", is_flag=True, help="Write the explanation as JSON.")
def command(
    ruleset: Path,
    text: str | None,
    record_of_run: str | None,
    run: Path | None,
    stdin: bool,
    fields: tuple[str, ...],
    trees: bool,
    whole: bool,
    as_json: bool,
) -> None:
    """Explain what RULESET says about TEXT: which rules fired or abstained, and why the record went where it went.

    TEXT is the first text field of the record, a JSON object, or - for standard input; with --run, a record's id.

    \b
    Examples:
      rubricate why ruleset.yaml "please SUBSCRIBE to my channel"
      rubricate why ruleset.yaml c17 --run runs/monday
      rubricate why ruleset.yaml "please SUBSCRIBE to my channel" --tree
    """
    text = given_text(text, record_of_run, run, stdin=stdin)
    rules = load_for_use(ruleset)
    rules.require_numbers()
    record, said = (read_fields(text, fields, rules), None) if run is None else find_record(run, text)
    id = text if run is not None else record_id(record, rules)
    document, notes = prepare_noted(record, id, rules, run=run)
    shown = dict(document.clean)
    explanation = explain(rules.plan, document, rules.registry, trees=trees)
    if said is not None:
        notes += tell_run(str(run), said, plan=rules.plan.digest)
    if as_json:
        told = {**dataclasses.asdict(explanation), "record": dict(record), "shown": shown, "notes": notes}
        show_json({**told, "run": said} if run is not None else told)
        return
    click.echo(draw_record({**record, "rubricate": explanation.said}, texts_of(document), whole=whole), nl=False)
    click.echo()
    notes = [*stripped_notes(document), *notes]
    click.echo("\n".join([tell(explanation), *_tree_lines(explanation, shown), *notes]))


def given_text(text: str | None, record: str | None, run: Path | None, *, stdin: bool) -> str:
    """The text, or the id of a record of a run, however it was given; raises UsageError unless it was given once."""
    if [text is not None, record is not None, stdin].count(True) != 1:
        raise UsageError("one of TEXT, --record ID and --stdin is wanted", help="see --help for examples")
    if record is not None and run is None:
        raise UsageError("--record is a record of a run", help="name the run: --run DIR")
    if stdin and run is not None:
        raise UsageError("--stdin is a text, and --run asks for a record's id", help="leave one of them out")
    return record if record is not None else text if text is not None else "-"


def _tree_lines(explanation: Explanation, texts: Mapping[str, str]) -> list[str]:
    """The conditions, node by node, each with its evidence in the texts."""
    lines: list[str] = []
    for each in explanation.trees:
        lines += [f"condition of {each.rule}", *(f"  {line}" for line in tell_trace(each.trace))]
        lines += [f"  {line}" for line in draw_evidence(each.trace, texts)]
    return lines
