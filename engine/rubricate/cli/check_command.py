"""`rubricate check`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from rubricate.annotator import Annotator, check
from rubricate.cli.console import show_json, show_problems
from rubricate.cli.fixes import fix_files, show_fixes
from rubricate.cli.locked import hold_to_lock, locked_option
from rubricate.errors import RulesetError, UsageError
from rubricate.linting.pages import PAGES, codes_named
from rubricate.loading.finding_rulesets import find_rulesets
from rubricate.model.problem import Problem
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
    locked: bool,
) -> None:
    """Say what is wrong with RULESETS: every error and warning, with its place and a way out.

    Of a folder all rulesets below it are checked. A comment `# allow R102: why` silences a warning beside or below it.

    \b
    Example:
      rubricate check rulesets/youtube_spam/ruleset.yaml
      rubricate check rulesets --strict --ignore R110
      rubricate check ruleset.yaml --fix
    """
    form = form or ("json" if as_json else "text")
    chosen, left_out = _codes(select), _codes(ignore)
    registry = build_registry()
    paths = list(dict.fromkeys(path for name in rulesets for path in _named(name)))
    if diff:
        raise SystemExit(show_fixes(paths, registry))
    if fix:
        fix_files(paths, registry, err=form != "text")
    found = _check_all(paths, registry, locked=locked)
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


def _check_all(paths: Iterable[Path], registry: Registry, *, locked: bool) -> _Found:
    found = _Found()
    for path in paths:
        try:
            found.problems += _check(path, registry, locked=locked)
        except RulesetError as error:
            found.problems += error.problems
            found.broken += 1
        except UsageError as error:
            click.echo(f"rubricate: {error}", err=True)
            found.unread += 1
    return found


def _check(path: Path, registry: Registry, *, locked: bool) -> Sequence[Problem]:
    """The warnings about a ruleset; raises RulesetError with all problems when it has errors."""
    ruleset, problems = check(path, registry=registry)
    if ruleset is None:
        raise RulesetError(problems)
    try:
        rules = Annotator(ruleset, registry)
    except RulesetError as error:
        raise RulesetError([*problems, *error.problems]) from None
    hold_to_lock(rules, locked=locked)
    return problems


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
