"""The text of the files of a ruleset: YAML scalars, tables, JSON lines, and the folder that they go into."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import orjson

from rubricate.errors import UsageError
from rubricate.language.parsing import RESERVED_WORDS
from rubricate.language.types import SEGMENT_SETS

__all__ = [
    "example_text", "flow_list", "is_writable", "json_lines", "make_ids", "make_names", "scalar", "table_text",
    "write_folder",
]  # fmt: skip

PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(?: [A-Za-z0-9_-]+)*")
YAML_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"})
SPACE = re.compile(r"\s+")


def scalar(text: str) -> str:
    """A text as a YAML scalar on one line.

    >>> scalar("a plain text"), scalar("it's: so"), scalar("no")
    ('a plain text', "'it''s: so'", "'no'")
    """
    if PLAIN.fullmatch(text) and text.lower() not in YAML_WORDS:
        return text
    if text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    # JSON is YAML but for what YAML does not take as it stands
    return "".join(each if each.isprintable() else f"\\U{ord(each):08x}" for each in orjson.dumps(text).decode())


def flow_list(texts: Iterable[str]) -> str:
    """Texts as a YAML list on one line."""
    return f"[{', '.join(map(scalar, texts))}]"


def example_text(text: str) -> str:
    """A text as an example, in which two brackets would begin a mark."""
    return text.replace("[[", "\\[[")


def is_writable(text: str) -> bool:
    """Whether a text can stand in a file: without halves of surrogate pairs and characters that YAML refuses."""
    return not any("\ud800" <= each <= "\udfff" or each in "\0\ufffe\uffff" for each in text)


def table_text(header: Sequence[str], rows: Iterable[Sequence[str | None]]) -> str:
    """A TSV table; white space that would end a cell or row becomes a space."""
    lines = ["\t".join(header)]
    for row in rows:
        cells = [_cell(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        lines.append("\t".join(cells))
    return "".join(f"{line}\n" for line in lines)


def _cell(value: str | None) -> str:
    return "" if value is None else re.sub(r"[\t\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+", " ", value)


def json_lines(values: Iterable[Mapping[str, object]]) -> str:
    """One JSON object a line."""
    return "".join(orjson.dumps(value).decode() + "\n" for value in values)


def make_ids(wanted: Iterable[str]) -> list[str]:
    """An id for each of these, near to it, all different.

    >>> make_ids(["AWS key", "aws-key", "..."])
    ['AWS-key', 'aws-key-2', 'rule']
    """
    return _different((re.sub(r"[^A-Za-z0-9_.-]+", "-", text).strip("-._") or "rule" for text in wanted), "-")


def make_names(wanted: Iterable[str], *, taken: Iterable[str] = ()) -> list[str]:
    """A name of a matcher for each of these, near to it, all different, none `taken` and none with two `_` in a row.

    >>> make_names(["aws-key", "1password", "not"])
    ['aws_key', 'm_1password', 'm_not']
    """
    plain = (re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_") for text in wanted)
    return _different((name if _can_be_name(name) else f"m_{name}" for name in plain), "_", taken)


def _can_be_name(name: str) -> bool:
    return bool(name) and not name[0].isdigit() and name.lower() not in {*RESERVED_WORDS, *SEGMENT_SETS, "doc", "it"}


def _different(names: Iterable[str], sign: str, taken: Iterable[str] = ()) -> list[str]:
    """The names, with a number behind each that was there already, whatever its case."""
    seen = set(taken)
    found: list[str] = []
    for name in names:
        unique, number = name, 2
        while unique.lower() in seen:
            unique, number = f"{name}{sign}{number}", number + 1
        seen.add(unique.lower())
        found.append(unique)
    return found


def write_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Writes files into a folder that is new or empty, all or none; raises UsageError."""
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError(f"{folder}: is there already", help="name a new folder, or empty this one")
        folder.parent.mkdir(parents=True, exist_ok=True)
        temp = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            for name, content in sorted(files.items()):
                path = temp / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content, encoding="utf-8", newline="\n")
            temp.chmod(0o755)
            os.replace(temp, folder)  # noqa: PTH105  # atomic, also over an empty folder
        finally:
            shutil.rmtree(temp, ignore_errors=True)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written: {error.strerror or error}") from error
