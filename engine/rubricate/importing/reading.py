"""Reads the files of other tools: within limits, and with words for whatever is wrong with them."""

from __future__ import annotations

import gzip
import tomllib
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import orjson

from rubricate.errors import UsageError

__all__ = ["MAX_BYTES", "MAX_RULES", "Fields", "entries", "nested", "read_json", "read_text", "read_toml", "read_yaml"]

MAX_BYTES = 32 * 1024 * 1024
"""Such files have less than one megabyte."""
MAX_RULES = 100_000


def read_text(path: Path) -> str:
    """A UTF-8 file, `.gz` or not; raises UsageError."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        reason = error.strerror or str(error) if isinstance(error, OSError) else str(error)
        raise UsageError(f"{path}: cannot be read: {reason}") from error
    if len(raw) > MAX_BYTES:
        raise UsageError(f"{path}: is larger than {MAX_BYTES // 1024 // 1024} MiB")
    try:
        return raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{path}:{line}: is not UTF-8", help="save it as UTF-8") from error


def read_json(path: Path) -> object:
    """The value of a JSON file; raises UsageError."""
    return _parsed(path, orjson.loads, "JSON")


def read_toml(path: Path) -> Mapping[str, object]:
    """The table of a TOML file; raises UsageError."""
    found = _parsed(path, tomllib.loads, "TOML")
    assert isinstance(found, Mapping)
    return found


def read_yaml(path: Path) -> object:
    """The value of a YAML file; raises UsageError. Tags beyond those of JSON are refused."""
    from ruamel.yaml import YAML  # heavy, and only wanted by files in YAML

    return _parsed(path, YAML(typ="safe").load, "YAML")


def _parsed(path: Path, parse: Callable[[str], object], form: str) -> object:
    text = read_text(path)
    try:
        return parse(text)
    except RecursionError as error:
        raise UsageError(f"{path}: is nested too deeply") from error
    except Exception as error:  # each parser has its own classes, and ruamel.yaml lets ValueError and others through
        raise UsageError(f"{path}: cannot be read as {form}: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    """What a parser says, without the source lines that it shows."""
    problem, mark = getattr(error, "problem", None), getattr(error, "problem_mark", None)
    if isinstance(problem, str) and mark is not None:
        return f"line {mark.line + 1}: {problem}"
    lines = str(error).splitlines()
    return lines[0][:200] if lines else type(error).__name__


class Fields:
    """The keys of one entry, asked for by type; what has another type counts as wrong, not as missing."""

    def __init__(self, entry: Mapping[object, object], id: str) -> None:
        self.id = id
        self._entry = entry
        self.asked: set[str] = set()
        self.wrong: list[str] = []
        """A sentence for each key whose value is of another kind than wanted."""

    def text(self, key: str) -> str | None:
        """A text that is not blank, or nothing."""
        value = self._get(key)
        if isinstance(value, str):
            return value if value.strip() else None
        self._refuse(key, "a text", missing=value is None)
        return None

    def number(self, key: str) -> float | None:
        """A number, or nothing."""
        value = self._get(key)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e15:
            return value
        self._refuse(key, "a number", missing=value is None)
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; blank ones are left out."""
        value = self._get(key)
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(each for each in value if each.strip())
        self._refuse(key, "a list of texts", missing=value is None)
        return ()

    def listed(self, key: str) -> list[object]:
        """The values of a list, or the one that stands where a list may."""
        value = self._get(key)
        return [] if value is None else list(value) if isinstance(value, list) else [value]

    def others(self) -> list[str]:
        """Keys that nobody asked for, sorted."""
        return sorted(str(key) for key in self._entry if key not in self.asked)

    def _get(self, key: str) -> object:
        self.asked.add(key)
        return self._entry.get(key)

    def _refuse(self, key: str, wanted: str, *, missing: bool) -> None:
        if not missing:
            self.wrong.append(f'its "{key}" is not {wanted}')


def entries(path: Path, value: object, what: str, *, id: str | None = None) -> Iterator[Fields]:
    """The objects of a list with their ids, or numbers; raises UsageError when it is no such list."""
    if not isinstance(value, list):
        raise UsageError(f"{path}: {what} is not a list")
    if len(value) > MAX_RULES:
        raise UsageError(f"{path}: {what} has more than {MAX_RULES:,} entries")
    for number, entry in enumerate(value, 1):
        if not isinstance(entry, dict):
            raise UsageError(f"{path}: entry {number} of {what} is not an object")
        named = entry.get(id) if id is not None else None
        yield Fields(entry, named if isinstance(named, str) and named else f"{number}")


def nested(entry: Fields, key: str) -> list[Fields]:
    """The objects that an entry holds under a key; anything else is noted as wrong."""
    values = entry.listed(key)
    if not all(isinstance(value, dict) for value in values):
        entry.wrong.append(f'its "{key}" is not a list of tables')
    return [Fields(value, entry.id) for value in values if isinstance(value, dict)]
