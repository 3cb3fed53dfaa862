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

__all__ = ["load_for_use", "show_json", "show_problems"]


def show_problems(problems: Iterable[Problem], *, err: bool = True) -> None:
    """All problems with their source lines; on the error stream unless told otherwise."""
    found = tuple(problems)
    sources: dict[str, str] = {}
    for problem in found:
        for location in (problem.location, *(note.location for note in problem.notes)):
            if location.path not in sources:
                sources[location.path] = _read(Path(location.path))
    click.echo(render_problems(found, sources), err=err)


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
