"""A folder of texts or images as a source: one record a file, in the order of the bytes of their paths."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path

import orjson

from rubricate.api import RawRecord, Slice, SourceReader, Unreadable, UsageError

__all__ = ["MAX_RECORD_BYTES", "OPTIONS", "SUFFIXES", "open_folder"]

SUFFIXES = (".txt", ".text", ".html", ".htm", ".md")
"""The names of files that are read end so, in any case of letters."""

IMAGES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp")
"""Files that end so are records too, of which the image is the file; what they hold is looked at by the run."""

MAX_RECORD_BYTES = 16 * 1024 * 1024
"""A longer file is no record."""

OPTIONS: Mapping[str, object] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "suffixes": {
            "type": "array",
            "items": {"type": "string", "pattern": r"^\..+"},
            "default": list(SUFFIXES),
            "description": "the endings of the files to read; others are quarantined, hidden files passed over",
        },
        "max_record_bytes": {
            "type": "integer",
            "minimum": 1,
            "default": MAX_RECORD_BYTES,
            "description": "a longer file is quarantined as record_too_large",
        },
    },
}

IMAGE = "image"
"""The field of a record that names its image."""

_SAMPLE = 200
_BOM = b"\xef\xbb\xbf"
_WIDE = (b"\xff\xfe", b"\xfe\xff")


def open_folder(path: Path, options: Mapping[str, object]) -> SourceReader:
    """A reader of a folder; raises UsageError for what is none."""
    if not path.is_dir():
        raise UsageError(f"{path}: not a folder", help="name a folder, or say the format with --from")
    suffixes = options.get("suffixes", SUFFIXES)
    limit = options.get("max_record_bytes", MAX_RECORD_BYTES)
    assert isinstance(suffixes, Sequence)
    assert isinstance(limit, int)
    return _Reader(path, tuple(str(suffix).lower() for suffix in suffixes), limit)


class _Reader:
    """An opened folder. Its slices hold a line of JSON for each file: an object, or a list for one that is refused."""

    def __init__(self, path: Path, suffixes: tuple[str, ...], limit: int) -> None:
        self._path = path
        self._suffixes = suffixes
        self._limit = limit

    def slices(self, size: int) -> Iterator[Slice]:
        """Slices of whole files; offsets count in the lines made of them."""
        data = bytearray()
        index = offset = 0
        first = 1
        for ordinal, entry in enumerate(_walk(os.fsencode(self._path)), start=1):
            data += orjson.dumps(self._read(entry), option=orjson.OPT_APPEND_NEWLINE)
            if len(data) >= size:
                yield Slice(index=index, offset=offset, first=first, data=bytes(data))
                index += 1
                offset += len(data)
                first = ordinal + 1
                data.clear()
        if data:
            yield Slice(index=index, offset=offset, first=first, data=bytes(data))

    def records(self, part: Slice) -> Iterator[RawRecord | Unreadable]:
        """A record for each file that holds a text."""
        offset = part.offset
        for ordinal, line in enumerate(BytesIO(part.data), start=part.first):
            made = orjson.loads(line)
            if isinstance(made, dict):
                yield RawRecord(ordinal, offset, line[:-1], made)
            else:
                reason, detail, length, sample = made
                yield Unreadable(reason, detail, ordinal, offset, length, sample.encode("latin-1"))
            offset += len(line)

    def _read(self, entry: os.DirEntry[bytes]) -> object:
        """A record, or (reason, detail, length, sample) for a file that is none."""
        name = _name(os.path.relpath(entry.path, os.fsencode(self._path)))
        if entry.is_symlink():
            return "not_a_file", f"{name}: a symbolic link, which is not followed", 0, ""
        if not entry.is_file():
            return "not_a_file", f"{name}: a pipe, socket or device", 0, ""
        length = entry.stat(follow_symlinks=False).st_size
        if name.lower().endswith(IMAGES) and not name.lower().endswith(self._suffixes):
            return {"id": name, IMAGE: name, "path": name}
        if not name.lower().endswith(self._suffixes):
            return "other_suffix", f"{name}: ends in none of {', '.join(self._suffixes)}", length, ""
        if length > self._limit:
            detail = f"{name}: the file has {length} bytes, over the limit of {self._limit}"
            return "record_too_large", detail, length, ""
        return _record(name, _content(entry.path))


def _walk(folder: bytes) -> Iterator[os.DirEntry[bytes]]:
    """What is in a folder and below, in the order of the bytes of its paths; hidden names are passed over."""
    try:
        with os.scandir(folder) as found:
            entries = [entry for entry in found if not entry.name.startswith(b".")]
    except OSError as error:
        raise UsageError(f"{_name(folder)}: the folder cannot be read: {error.strerror}") from None
    folders = {entry.name for entry in entries if entry.is_dir(follow_symlinks=False)}
    for entry in sorted(entries, key=lambda entry: entry.name + b"/" if entry.name in folders else entry.name):
        if entry.name in folders:
            yield from _walk(entry.path)
        else:
            yield entry


def _content(path: bytes) -> bytes:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a name need not be UTF-8, so it stays bytes
            return file.read()
    except OSError as error:
        raise UsageError(f"{_name(path)}: the file cannot be read: {error.strerror}") from None


def _record(name: str, content: bytes) -> object:
    sample = content[:_SAMPLE].decode("latin-1")
    if content.startswith(_WIDE):
        return "utf8", f"{name}: the file is UTF-16, and only UTF-8 is read", len(content), sample
    try:
        text = content.removeprefix(_BOM).decode()
    except UnicodeDecodeError:
        return "utf8", f"{name}: the bytes are not UTF-8", len(content), sample
    return {"id": name, "text": text, "path": name}


def _name(path: bytes) -> str:
    return path.decode(errors="backslashreplace")
