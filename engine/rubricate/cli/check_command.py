"""`rubricate check`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from rubricate.annotator import Annotator, check
from rubricate.cli.console import show_json, show_problems
from rubricate.cli.dump_records import DumpRecords
from rubricate.cli.fixes import fix_files, show_fixes
from rubricate.cli.locked import hold_to_lock, locked_option
from rubricate.errors import RulesetError, UsageError
from rubricate.linting.hits import lint_hits
from rubricate.linting.pages import PAGES, codes_named
from rubricate.loading.finding_rulesets import find_rulesets
from rubricate.model.problem import Problem
from rubricate.model.ruleset import Ruleset
from rubricate.planning.compiling import make_plan
from rubricate.plugins.discovering import build_registry
from rubricate.registry import Registry
from rubricate.reporting.figures import plural
from rubricate.reporting.github import to_github
from rubricate.reporting.problems import to_json
from rubricate.reporting.sarif import to_sarif

__all__ = ["command"]


@dataclass(slots=True)
class _Found:
    """What checking several rulesets gave."""

    problems: list[Problem] = field(default_factory=list)
    broken: int = 0
    """Rulesets that cannot be used."""
    unread: int = 0
    """Names under which there is no ruleset, or one that could not be read."""

    def chosen(self, select: frozenset[str], ignore: frozenset[str]) -> list[Problem]:
        """All errors, and the warnings that were asked for."""
        return [
            each
            for each in self.problems
            if each.is_error or ((not select or each.code in select) and each.code not in ignore)
        ]


@click.command("check")
@click.argument("rulesets", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Exit with 1 when there are warnings.")
@click.option("--select", metavar="CODES", help="Only these warnings: codes, their beginnings, or names, with commas.")
@click.option("--ignore", metavar="CODES", help="All warnings but these.")
@click.option("--fix", is_flag=True, help="Make every fix that is certain, then check again.")
@click.option("--diff", is_flag=True, help="Only show what --fix would change; exit with 1 when that is something.")
@click.option("--format", "form", type=click.Choice(["text", "json", "sarif", "github"]), help="Default: text.")
@click.option("--json", "as_json", is_flag=True, help="Write the problems as JSON, as --format json does.")
@click.option("--on", "dumps", multiple=True, metavar="DUMP", help="Look for what only these records show, too.")
@click.option("--limit", type=click.IntRange(min=1), help="With --on: read only the first N records.")
@locked_option
def command(
    rulesets: tuple[Path, ...],
    strict: bool,
    select: str | None,
    ignore: str | None,
    fix: bool,
    diff: bool,
    form: str | None,
    as_json: bool,
    dumps: tuple[str, ...],
    limit: int | None,
    locked: bool,
) -> None:
    """Say what is wrong with RULESETS: every error and warning, with its place and a way out.

    Of a folder all rulesets below it are checked. A comment `# allow R102: why` silences a warning beside or below it.
    With --on they label records, and an entry of a table that gives most of the hits of its matcher is told.

    \b
    Example:
      rubricate check rulesets/youtube_spam/ruleset.yaml
      rubricate check rulesets --strict --ignore R110
      rubricate check ruleset.yaml --fix
      rubricate check ruleset.yaml --on comments.jsonl.gz --limit 10000
    """
    if limit is not None and not dumps:
        raise UsageError("--limit goes with --on", help="name the records: --on DUMP")
    if as_json and form not in (None, "json"):
        raise UsageError(f"--json and --format {form} say two things", help="leave one of them out")
    form = form or ("json" if as_json else "text")
    chosen, left_out = _codes(select), _codes(ignore)
    registry = build_registry()
    paths = list(dict.fromkeys(path for name in rulesets for path in _named(name)))
    if diff:
        raise SystemExit(show_fixes(paths, registry))
    if fix:
        fix_files(paths, registry, err=form != "text")
    if dumps.count("-") and len(paths) > 1:
        raise UsageError("standard input can be read for one ruleset", help=f"name one; these are {len(paths)}")
    records = DumpRecords(dumps, limit=limit) if dumps else None
    found = _check_all(paths, registry, records, locked=locked)
    problems = found.chosen(chosen, left_out)
    heard = [each for each in problems if each.silenced is None]
    errors = sum(each.is_error for each in heard) + found.unread
    warnings = sum(not each.is_error for each in heard)
    _show(problems, heard, form)
    if form == "text":
        silenced = len(problems) - len(heard)
        told = [plural(errors, "error"), plural(warnings, "warning"), *([f"{silenced:,} silenced"] if silenced else [])]
        click.echo(f"{plural(len(paths), 'ruleset')}: {', '.join(told)}")
    raise SystemExit(2 if found.broken or found.unread else 1 if strict and warnings else 0)


def _codes(text: str | None) -> frozenset[str]:
    """The codes that an option names."""
    found: set[str] = set()
    for name in [] if text is None else text.split(","):
        codes = codes_named(name.strip())
        if not codes:
            raise UsageError(f'no code is called "{name.strip()}"', help="rubricate explain lists all codes")
        found |= codes
    return frozenset(found)


def _named(path: Path) -> list[Path]:
    """The rulesets that a path names; a folder without any stands for itself, and checking says what it lacks."""
    try:
        return find_rulesets([path])
    except UsageError:
        return [path]


def _check_all(paths: Iterable[Path], registry: Registry, records: DumpRecords | None, *, locked: bool) -> _Found:
    found = _Found()
    of_plugins: set[str] = set()
    for path in paths:
        try:
            checked = _check(path, registry, records, locked=locked)
            # what is installed is the same for all rulesets, so it is told once
            found.problems += [each for each in checked if each.code != "R109" or each.message not in of_plugins]
            of_plugins |= {each.message for each in checked if each.code == "R109"}
        except RulesetError as error:
            found.problems += error.problems
            found.broken += 1
        except UsageError as error:
            click.echo(f"rubricate: {error}", err=True)
            found.unread += 1
    return found


def _check(path: Path, registry: Registry, records: DumpRecords | None, *, locked: bool) -> Sequence[Problem]:
    """The warnings about a ruleset; raises RulesetError with all problems when it has errors."""
    on_records = None if records is None else lambda ruleset: _lint_hits(ruleset, registry, records)
    ruleset, problems = check(path, registry=registry, on_records=on_records)
    if ruleset is None:
        raise RulesetError(problems)
    try:
        rules = Annotator(ruleset, registry)
    except RulesetError as error:
        raise RulesetError([*problems, *error.problems]) from None
    hold_to_lock(rules, locked=locked)
    return problems


def _lint_hits(ruleset: Ruleset, registry: Registry, records: DumpRecords) -> list[Problem]:
    """What the records show; nothing for a ruleset that cannot be planned, which is told of by itself."""
    try:
        plan = make_plan(ruleset, registry)
    except RulesetError:
        return []
    with records.reading(ruleset.record, registry) as (found, advance):
        return lint_hits(plan, registry, found, advance=advance)


def _show(problems: Sequence[Problem], heard: Sequence[Problem], form: str) -> None:
    match form:
        case "json":
            show_json(to_json(problems))
        case "sarif":
            show_json(to_sarif(problems, explained={code: " ".join(page.why.split()) for code, page in PAGES.items()}))
        case "github":
            click.echo(to_github(heard), nl=False)
        case _:
            if heard:
                show_problems(heard, err=False)
