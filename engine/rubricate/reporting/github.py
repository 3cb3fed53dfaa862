"""Problems as workflow commands, which GitHub shows beside the lines of a change."""

from __future__ import annotations

from collections.abc import Iterable

from rubricate.model.codes import CODES
from rubricate.model.problem import Problem

__all__ = ["to_github"]


def to_github(problems: Iterable[Problem]) -> str:
    """A line for each problem that is not silenced."""
    return "".join(f"{_command(found)}\n" for found in problems if found.silenced is None)


def _command(found: Problem) -> str:
    place = found.location
    values = {
        "file": place.path,
        "line": str(place.line),
        "endLine": str(place.line),
        "col": str(place.column),
        "endColumn": str(place.column + place.length),
        "title": f"{found.code} {CODES[found.code].name}",
    }
    told = found.message if found.help is None else f"{found.message}\nhelp: {found.help}"
    properties = ",".join(f"{name}={_property(value)}" for name, value in values.items())
    return f"::{found.severity} {properties}::{_data(told)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
