"""Files that a ruleset names: found in its own folder only, read within limits."""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from collections.abc import Mapping
from pathlib import Path

from rubricate.loading.findings import Findings
from rubricate.loading.source import Source
from rubricate.loading.wording import quoted
from rubricate.model.location import Location

__all__ = ["MAX_TABLE_BYTES", "RulesetFolder", "decode"]

MAX_TABLE_BYTES = 256 * 1024 * 1024
"""How many bytes a table or guideline may have, uncompressed."""

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


class RulesetFolder:
    """The folder of a ruleset, and the texts that were read from it by the path that readers see."""

    def __init__(self, ruleset: Path, findings: Findings, instead: Mapping[str, str] | None = None) -> None:
        self._folder = ruleset.parent
        self._findings = findings
        self._instead = instead or {}
        self.texts: dict[str, str] = {}
        """Path as shown -> text, of the files that problems point into."""
        self.digests: dict[str, str] = {}
        """File as the ruleset names it -> sha256 of its bytes, unpacked, of all files that were read."""

    def shown(self, file: str) -> str:
        """A file of the ruleset as its reader names it."""
        return str(self._folder / file)

    def read(self, file: str, location: Location, *, code: str) -> Source | None:
        """A UTF-8 text, unpacked if its name ends in .gz; None after a problem with `code` at `location`."""
        shown = self.shown(file)
        if shown in self._instead:
            return Source(shown, self._instead[shown])
        raw = self._bytes(file, location, code)
        if raw is None:
            return None
        digest = hashlib.sha256(raw).hexdigest()
        if self.digests.setdefault(file, digest) != digest:
            self.digests[file] = "changed while it was read"
        text = decode(raw)
        if isinstance(text, int):
            self.texts[shown] = raw.decode("utf-8", errors="replace")
            line = raw.count(b"\n", 0, text) + 1
            self._findings.add(code, f"line {line} of {quoted(file)} is not UTF-8", location, help="save it as UTF-8")
            return None
        return Source(shown, text)

    def _bytes(self, file: str, location: Location, code: str) -> bytes | None:
        if _URL.match(file) or "\0" in file:
            self._findings.add(code, f"{quoted(file)} is no file in the ruleset's folder", location)
            return None
        path = self._folder / file
        if not path.resolve().is_relative_to(self._folder.resolve()):
            help = "copy it into the folder"
            self._findings.add(code, f"{quoted(file)} is outside the ruleset's folder", location, help=help)
            return None
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "does not exist"
            self._findings.add(code, f"the file {quoted(file)} {what}", location)
            return None
        try:
            return _unpacked(path)
        except (OSError, EOFError, zlib.error) as error:
            reason = error.strerror or str(error) if isinstance(error, OSError) else str(error)
            self._findings.add(code, f"the file {quoted(file)} cannot be read: {reason}", location)
        except _TooLargeError:
            megabytes = MAX_TABLE_BYTES // 1024 // 1024
            self._findings.add(code, f"the file {quoted(file)} is larger than {megabytes} MiB", location)
        return None


class _TooLargeError(Exception):
    pass


def _unpacked(path: Path) -> bytes:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
        raw = stream.read(MAX_TABLE_BYTES + 1)
    if len(raw) > MAX_TABLE_BYTES:
        raise _TooLargeError
    return raw


def decode(raw: bytes) -> str | int:
    """UTF-8 as text without a byte-order mark, or the offset of the first byte that is none."""
    try:
        return raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        return error.start
