"""`rubricate guideline diff`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from rubricate.cli.console import load_for_use, show_json
from rubricate.cli.versions import file_version
from rubricate.errors import UsageError
from rubricate.reporting.figures import number, plural, visible
from rubricate.storage.people import FILE_NAME, find_project, open_people
from rubricate.versioning.guidelines import (
    Answered,
    SectionChange,
    compare_guidelines,
    count_answers,
    read_guideline,
)
from rubricate.versioning.showing import in_cell, in_code

__all__ = ["command"]


@click.group("guideline")
def command() -> None:
    """Say what a change of the guideline touches.

    \b
    Example:
      rubricate guideline diff old.md new.md --ruleset ruleset.yaml
    """


@command.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--ruleset", required=True, type=click.Path(path_type=Path), help="Whose rules and labels cite it.")
@click.option(
    "--project", type=click.Path(path_type=Path), help="Where people.db stands. [the ruleset's project, if it has one]"
)
@click.option("--markdown", "as_markdown", is_flag=True, help="Write Markdown, for a pull request.")
@click.option("--json", "as_json", is_flag=True, help="Write the differences as JSON.")
def diff(old: str, new: str, ruleset: Path, project: Path | None, as_markdown: bool, as_json: bool) -> None:
    """Say which sections of the guideline differ between OLD and NEW, and what has to be reviewed again.

    Both are files, or git:REV:PATH. Exits with 0 when there is no difference, with 1 when there is one, with 2 when the
    two cannot be compared.

    \b
    Examples:
      rubricate guideline diff git:main:guideline.md guideline.md --ruleset ruleset.yaml
      rubricate guideline diff old.md new.md --ruleset ruleset.yaml --json
    """
    before, after = (read_guideline(*file_version(name)) for name in (old, new))
    rules = load_for_use(ruleset)
    changes = compare_guidelines(before, after, rules.ruleset)
    people = _people(project, rules.ruleset.file)
    answers: Mapping[str, Answered] = {}
    total: Answered | None = None
    if people is not None:
        with open_people(people) as database:
            answers, total = count_answers(database.questions(), before, after, rules.ruleset, rules.registry)
    if as_json:
        sections = [_to_json(change, answers.get(change.id)) for change in changes]
        stale = None if total is None else {"count": total.count, "stale": total.stale}
        show_json({"format": "rubricate-guideline-diff-1", "sections": sections, "answers": stale})
    else:
        lines = _markdown(changes, answers) if as_markdown else _text(changes, answers)
        click.echo("\n".join([*lines, *_summary(changes, total)]))
    raise SystemExit(1 if changes else 0)


def _people(project: Path | None, ruleset: Path) -> Path | None:
    """The people.db to look into, None when there is none."""
    if project is None:
        found = find_project(ruleset.parent) / FILE_NAME
        return found if found.is_file() else None
    if not (project / FILE_NAME).is_file():
        raise UsageError(f"{project}: there is no {FILE_NAME} in it", help="name the folder of a project")
    return project / FILE_NAME


def _summary(changes: Sequence[SectionChange], total: Answered | None) -> Iterator[str]:
    if not changes:
        yield "no section differs"
        return
    told = f"{plural(len(changes), 'section')} differ" + ("s" if len(changes) == 1 else "")
    if total is not None:
        told += f"; of {plural(total.count, 'answer')} {number(total.stale)} no longer hold"
        told += "s" if total.stale == 1 else ""
    yield told


def _text(changes: Sequence[SectionChange], answers: Mapping[str, Answered]) -> Iterator[str]:
    for change in changes:
        yield visible(f'section {change.id} "{change.title}": {_how(change)}')
        yield from (visible(f"  {words}") for words in change.words)
        for name, listed in _cited(change):
            yield visible(f"  {name:<8}  {listed}")
        if change.id in answers:
            yield f"  answers   {_answered(answers[change.id])}"


def _how(change: SectionChange) -> str:
    return "only its lines are broken otherwise" if change.how == "layout" else change.how


def _cited(change: SectionChange) -> Iterator[tuple[str, str]]:
    for name, listed in (("rules", change.rules), ("labels", change.labels), ("examples", change.examples)):
        if listed:
            yield name, ", ".join(listed)


def _answered(found: Answered) -> str:
    if not found.stale:
        return f"{number(found.count)}, all still hold"
    return f"{number(found.count)}, of which {number(found.stale)} no longer hold and will be asked again"


def _markdown(changes: Sequence[SectionChange], answers: Mapping[str, Answered]) -> Iterator[str]:
    if changes:
        yield "| Section | Difference | Rules | Labels | Examples | Answers |"
        yield "| --- | --- | --- | --- | --- | --- |"
    for change in changes:
        words = "<br>".join(in_cell(each) for each in (_how(change), *change.words))
        told = _answered(answers[change.id]) if change.id in answers else ""
        cells = [", ".join(listed) for listed in (change.rules, change.labels, change.examples)]
        yield f"| {in_code(change.id)} | {words} | {' | '.join(in_cell(cell) for cell in (*cells, told))} |"
    if changes:
        yield ""


def _to_json(change: SectionChange, answered: Answered | None) -> dict[str, object]:
    return {
        "id": change.id, "how": change.how, "title": change.title, "words": list(change.words),
        "rules": list(change.rules), "labels": list(change.labels), "examples": list(change.examples),
        "answers": None if answered is None else {"count": answered.count, "stale": answered.stale},
    }  # fmt: skip
