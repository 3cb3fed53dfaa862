"""`rubricate diff`."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import click

from rubricate.annotator import Annotator
from rubricate.cli.console import show_json
from rubricate.cli.dump_records import dump_inputs, records_of
from rubricate.cli.progress import Bar
from rubricate.cli.versions import load_version
from rubricate.errors import UsageError
from rubricate.quality.evaluating import find_unknown_labels
from rubricate.quality.gold import Gold, read_gold
from rubricate.versioning.changes import Side, find_changes
from rubricate.versioning.comparing import Judge, compare_on
from rubricate.versioning.comparison import comparison_json, comparison_markdown, comparison_text
from rubricate.versioning.counting import KINDS, Comparison, Truth
from rubricate.versioning.other_changes import Change
from rubricate.versioning.showing import changes_json, changes_markdown, changes_text

__all__ = ["command"]


def _kinds(_ctx: click.Context, _param: click.Parameter, text: str | None) -> tuple[str, ...] | None:
    """Kinds of differences, from `gained,lost`."""
    if text is None:
        return None
    found = tuple(word.strip() for word in text.split(",") if word.strip())
    wrong = next((word for word in found if word not in KINDS), None)
    if wrong is not None or not found:
        raise click.BadParameter(f'"{wrong or text}" is no kind of change; there are {", ".join(KINDS)}')
    return found


@click.command("diff")
@click.argument("before")
@click.argument("after")
@click.option("--on", "dumps", multiple=True, metavar="DUMP", help="Label these records with both, and compare.")
@click.option("--gold", type=click.Path(path_type=Path), help="With --on: labels that say which changes are right.")
@click.option("--limit", type=click.IntRange(min=1), help="With --on: read only the first N records.")
@click.option("--samples", type=click.IntRange(min=0), default=3, show_default=True, help="Records shown of a change.")
@click.option(
    "--fail-on", callback=_kinds, metavar="KINDS", help=f"With --on: exit with 1 only for {', '.join(KINDS)}. [any]"
)
@click.option("--batch", type=click.IntRange(min=1), default=256, hidden=True, help="Records computed together.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Write Markdown, for a pull request.")
@click.option("--json", "as_json", is_flag=True, help="Write the differences as JSON.")
def command(
    before: str,
    after: str,
    dumps: tuple[str, ...],
    gold: Path | None,
    limit: int | None,
    samples: int,
    fail_on: tuple[str, ...] | None,
    batch: int,
    as_markdown: bool,
    as_json: bool,
) -> None:
    """Say what the rulesets BEFORE and AFTER mean differently and, with --on, what they label differently.

    Each is a file, a folder, the folder of a run, or git:REV:PATH. Gold is what people say: JSON lines or a table, as
    for rubricate evaluate. Exits with 0 when there is no difference, with 1 when there is one, with 2 when the two
    cannot be compared.

    \b
    Examples:
      rubricate diff git:main:rulesets/youtube_spam rulesets/youtube_spam
      rubricate diff old.yaml new.yaml --on comments.jsonl.gz --gold gold.csv --markdown
      rubricate diff old.yaml new.yaml --on comments.jsonl.gz --fail-on gained,lost --json
    """
    if not dumps and (gold is not None or limit is not None or fail_on is not None):
        raise UsageError("--gold, --limit and --fail-on go with --on", help="name the records: --on DUMP")
    expected = None if gold is None else read_gold(gold)
    one, other = load_version(before), load_version(after)
    sides = Side.of(one.plan, one.registry), Side.of(other.plan, other.registry)
    changes = find_changes(*sides)
    comparison = None
    if dumps:
        one.require_numbers()
        other.require_numbers()
        judge = None if expected is None else _judge(expected)
        looking = one if one.ruleset.record.image else other
        comparison = _compare(sides, looking, dumps, judge=judge, limit=limit, samples=samples, batch=batch)
        declared = {*one.ruleset.labels, *other.ruleset.labels}
        unknown = find_unknown_labels((expected or {}).values(), declared)
        comparison = replace(comparison, unknown_labels=unknown)
    if as_json:
        told = {} if comparison is None else {"on": comparison_json(comparison)}
        show_json({"format": "rubricate-diff-1", "changes": changes_json(changes), **told})
    elif as_markdown:
        click.echo(_markdown(changes, comparison), nl=False)
    else:
        click.echo(changes_text(changes), nl=False)
        click.echo("" if comparison is None else f"\n{comparison_text(comparison)}", nl=False)
    if comparison is None:
        raise SystemExit(1 if changes else 0)
    raise SystemExit(1 if comparison.has(fail_on or KINDS) else 0)


def _markdown(changes: Sequence[Change], comparison: Comparison | None) -> str:
    parts = ["### What changed its meaning", "", changes_markdown(changes)]
    if comparison is not None:
        parts += ["### What is labelled differently", "", comparison_markdown(comparison)]
    return "\n".join(parts)


def _compare(
    sides: tuple[Side, Side],
    rules: Annotator,
    dumps: Sequence[str],
    *,
    judge: Judge | None,
    limit: int | None,
    samples: int,
    batch: int,
) -> Comparison:
    with tempfile.TemporaryDirectory() as spool, Bar() as bar:
        inputs = dump_inputs(dumps, rules.ruleset.record, rules.registry, spool=Path(spool))
        bar.begin("labelling", total=None)
        records = islice(records_of(inputs), limit)
        return compare_on(
            *sides,
            records,
            judge=judge,
            samples=samples,
            batch=batch,
            advance=lambda size, count: bar.advance(size=size, records=count),
        )


def _judge(gold: Mapping[str, Gold]) -> Judge:
    """What gold says of a record; a list of labels says of all other labels of the gold that they do not hold."""
    known = {label for entry in gold.values() for label in entry.labels or ()}
    span_labels = frozenset(span.label for entry in gold.values() for span in entry.spans or ())

    def judge(id: str) -> Truth | None:
        entry = gold.get(id)
        if entry is None:
            return None
        labels = None if entry.labels is None else entry.truth(known)
        spans = None
        if entry.spans is not None:
            spans = frozenset((span.label, span.field, span.start, span.end) for span in entry.spans)
        return Truth(labels=labels, spans=spans, span_labels=span_labels)

    return judge
