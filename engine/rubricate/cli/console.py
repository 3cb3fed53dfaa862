"""What commands say to people: problems, prompts of progress, JSON."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterable
from pathlib import Path

import click
import orjson

from rubricate.annotator import Annotator, load
from rubricate.errors import RulesetError
from rubricate.model.problem import Problem
from rubricate.reporting.figures import plural, visible
from rubricate.reporting.problems import render_problems

__all__ = ["load_for_use", "read_sources", "show_errors", "show_json", "show_problems"]


def show_problems(problems: Iterable[Problem], *, err: bool = True) -> None:
    """Problems that nothing silences, with their source lines; on the error stream unless told otherwise."""
    found = tuple(each for each in problems if each.silenced is None)
    click.echo(render_problems(found, read_sources(found)), err=err)


def show_errors(problems: Iterable[Problem], path: str | Path | None) -> None:
    """Why a ruleset cannot be used, on the error stream; its warnings are counted, and `check` shows them."""
    found = [each for each in problems if each.silenced is None]
    show_problems(each for each in found if each.is_error)
    warnings = sum(not each.is_error for each in found)
    if warnings:
        where = "" if path is None else f": rubricate check {visible(str(path))}"
        click.echo(f"and {plural(warnings, 'warning')}{where}", err=True)


def read_sources(problems: Iterable[Problem]) -> dict[str, str]:
    """The texts of the files in which problems stand, by path; empty for one that cannot be read."""
    places = [place for each in problems for place in (each.location, *(note.location for note in each.notes))]
    return {path: _read(Path(path)) for path in dict.fromkeys(place.path for place in places)}


def _read(path: Path) -> str:
    try:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError):
        return ""
    return raw.decode("utf-8", errors="replace")


def show_json(value: object) -> None:
    """A value as indented JSON on the output stream."""
    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS).decode() + "\n")


def load_for_use(path: Path) -> Annotator:
    """A ruleset ready to label; raises RulesetError, which the entry point shows."""
    try:
        return load(path)
    except RulesetError as error:
        raise RulesetError(error.problems, path=str(path)) from None
