"""What commands say to people: problems, prompts of progress, JSON."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterable
from pathlib import Path

import click
import orjson

from rubricate.annotator import Annotator, load
from rubricate.model.problem import Problem
from rubricate.reporting.problems import render_problems

__all__ = ["load_for_use", "read_sources", "show_json", "show_problems"]


def show_problems(problems: Iterable[Problem], *, err: bool = True) -> None:
    """Problems that nothing silences, with their source lines; on the error stream unless told otherwise."""
    found = tuple(each for each in problems if each.silenced is None)
    click.echo(render_problems(found, read_sources(found)), err=err)


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
    return load(path)
