"""`rubricate why-not`."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from rubricate.annotator import Annotator
from rubricate.cli.console import load_for_use, show_json
from rubricate.cli.run_records import find_record, read_labelled, ruleset_of_run
from rubricate.cli.texts import prepare_noted, read_fields, record_id, stripped_notes
from rubricate.cli.why_command import given_text
from rubricate.errors import RecordError, UsageError
from rubricate.explaining.surveying import survey
from rubricate.explaining.telling_survey import tell_survey
from rubricate.explaining.telling_trace import draw_evidence
from rubricate.explaining.telling_why_not import tell_why_not
from rubricate.explaining.why_not import find_rule, why_not
from rubricate.language.types import nearest
from rubricate.model.document import Document
from rubricate.planning.plan import PlannedRule
from rubricate.run_notes import image_folder
from rubricate.running.preparing import Preparer

__all__ = ["command"]

FORMS = "RULESET RULE TEXT, RULESET RULE --record ID --run DIR, or RULE --run DIR"


@click.command("why-not")
@click.argument("given", nargs=-1, metavar="[RULESET] RULE [TEXT]")
@click.option("--record", "record_of_run", metavar="ID", help="A record of the run that --run names.")
@click.option("--run", "run", type=click.Path(path_type=Path), help="Ask the rule of the records of this run.")
@click.option("--stdin", "stdin", is_flag=True, help="Read TEXT from standard input.")
@click.option("--field", "-f", "fields", multiple=True, metavar="NAME=VALUE", help="A further field of the record.")
@click.option("--limit", type=click.IntRange(min=1), help="Only the first N records of the run.")
@click.option("--sample", type=click.IntRange(min=1), help="N records of the run, drawn by --seed.")
@click.option("--seed", type=int, default=0, show_default=True, help="Draws the sample.")
@click.option("--json", "as_json", is_flag=True, help="Write the answer as JSON.")
def command(
    given: tuple[str, ...],
    record_of_run: str | None,
    run: Path | None,
    stdin: bool,
    fields: tuple[str, ...],
    limit: int | None,
    sample: int | None,
    seed: int,
    as_json: bool,
) -> None:
    """Explain why RULE did not fire on TEXT: how near it came, and the smallest edit with which it would fire.

    TEXT is the first text field of the record, a JSON object, or - for standard input. With --run alone the rule is
    asked of all records of the run, and RULESET may be left out: it is the one that the run was made with.

    \b
    Examples:
      rubricate why-not ruleset.yaml asks-to-subscribe "please subscrbe"
      rubricate why-not ruleset.yaml asks-to-subscribe --record c17 --run runs/monday
      rubricate why-not asks-to-subscribe --run runs/monday
    """
    path, rule_id, text = _split(given, run)
    rules = load_for_use(path)
    rule = _rule(rules, rule_id)
    if run is not None and text is None and record_of_run is None:
        if stdin or fields:
            raise UsageError("--stdin and --field describe one record, --run alone asks of all", help=f"say {FORMS}")
        _survey(rules, rule, run, limit=limit, sample=sample, seed=seed, as_json=as_json)
        return
    if limit is not None or sample is not None:
        raise UsageError("--limit and --sample choose among the records of a run", help="say RULE --run DIR")
    text = given_text(text, record_of_run, run, stdin=stdin)
    record = read_fields(text, fields, rules) if run is None else find_record(run, text)[0]
    id = text if run is not None else record_id(record, rules)
    document, notes = prepare_noted(record, id, rules, run=run)
    told = why_not(rules.plan, document, rules.registry, rule)
    if as_json:
        show_json({**dataclasses.asdict(told), "notes": notes})
    else:
        evidence = [f"  {line}" for line in draw_evidence(told.trace, document.clean)]
        click.echo("\n".join([*tell_why_not(told), *evidence, *stripped_notes(document), *notes]))


def _split(given: tuple[str, ...], run: Path | None) -> tuple[Path, str, str | None]:
    """The path of the ruleset, the id of the rule, and the text or record's id."""
    match given:
        case (rule,) if run is not None:
            return ruleset_of_run(run), rule, None
        case (ruleset, rule):
            return Path(ruleset), rule, None
        case (ruleset, rule, text):
            return Path(ruleset), rule, text
    raise UsageError(f"why-not takes a ruleset, a rule and a text, here are {len(given)} words", help=f"say {FORMS}")


def _rule(rules: Annotator, id: str) -> PlannedRule:
    rule = find_rule(rules.plan, id)
    if rule is None:
        known = [each.rule.id for each in rules.plan.rules]
        help = nearest(id, known) or f"it has {', '.join(known[:7])}{', ...' if len(known) > 7 else ''}"
        raise UsageError(f'{rules.ruleset.file}: there is no rule "{id}"', help=help)
    return rule


def _survey(
    rules: Annotator,
    rule: PlannedRule,
    run: Path,
    *,
    limit: int | None,
    sample: int | None,
    seed: int,
    as_json: bool,
) -> None:
    preparer = Preparer(rules.plan)

    def documents() -> Iterator[Document | None]:
        for id, record in read_labelled(run, limit=limit, sample=sample, seed=seed):
            yield _prepared(preparer, record, id, image_folder(run, record, rules))

    told = survey(rules.plan, rules.registry, documents, rule)
    if as_json:
        show_json(dataclasses.asdict(told))
    else:
        click.echo("\n".join(tell_survey(told)))


def _prepared(preparer: Preparer, record: Mapping[str, object], id: str, images: Path | None) -> Document | None:
    try:
        return preparer.document(record, id=id, images=images)
    except RecordError:
        return None
