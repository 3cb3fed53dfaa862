"""Votes kept beside a run: a cache from which a later run of edited rules takes what it need not work out again.

A file holds the votes of one unit and the texts that were read out of its images, a chunk for each batch of records. It
is derived, may be removed at any time, is named in no manifest and not synced; each chunk is believed only if it is
whole and belongs to this very file.
"""

from __future__ import annotations

import hashlib
import shutil
import struct
from collections.abc import Generator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Final, NamedTuple, TypeAlias, cast

import orjson
import zstandard

from rubricate.storage.layout import votes_folder
from rubricate.storage.objects import temp_path

__all__ = ["Kept", "KeptVotes", "VotesWriter", "copy_votes", "read_votes_header", "votes_file"]

RawVote: TypeAlias = "Sequence[object]"

_MAGIC: Final = b"rubricate-votes-1\n"
_HEAD: Final = struct.Struct(">I16s")
"""Of the header and of each chunk: how many bytes, and their digest with that of what stands before them."""
_LARGEST: Final = 1 << 28
"""How many bytes a chunk may have, unpacked."""


class Kept(NamedTuple):
    """What was kept of one record."""

    stages: int
    """The stages that ran on it, a bit each."""
    votes: Sequence[RawVote]
    """(label, rule, score, evidence, target, value) each."""
    texts: Mapping[str, str] = MappingProxyType({})
    """Text field -> what was read for it out of an image."""


def votes_file(out: Path, key: str) -> Path:
    """Where the votes of a unit stand."""
    return votes_folder(out) / f"{key}.votes"


class VotesWriter:
    """Keeps the votes of one unit. A disk that takes no more costs the votes, never the run."""

    def __init__(self, out: Path, key: str, *, run: str = "0") -> None:
        self._path = votes_file(out, key)
        self._run = run
        self._temp: Path | None = None
        self._file: BinaryIO | None = None
        self._digest = b""
        self._packer = zstandard.ZstdCompressor(level=1)
        self._failed = False

    def begin(self, header: Mapping[str, object]) -> None:
        """What the votes are to be read with."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._temp = temp_path(self._path.parent, run=self._run)
            self._file = self._temp.open("xb")
            self._file.write(_MAGIC)
        except OSError:
            self._give_up()
            return
        self._put(orjson.dumps(header, option=orjson.OPT_SORT_KEYS))

    def add(
        self,
        first: int,
        stages: Sequence[int],
        votes: Sequence[tuple[int, Sequence[RawVote]]],
        texts: Sequence[tuple[int, Mapping[str, str]]] = (),
    ) -> None:
        """A batch of records from position `first` on: the stages that ran on each, and (place in it, votes).

        `texts`: (place in it, what was read out of images). A record whose votes JSON cannot hold counts as one on
        which nothing ran.
        """
        if self._failed:
            return
        more = ([(place, read) for place, read in texts if _can_be_told(read)],) if texts else ()
        try:
            content = orjson.dumps((first, _runs(stages), votes, *more))
        except orjson.JSONEncodeError:
            sound = [(place, given) for place, given in votes if _can_be_told(given)]
            lost = {place for place, _ in votes} - {place for place, _ in sound}
            left = [0 if place in lost else ran for place, ran in enumerate(stages)]
            content = orjson.dumps((first, _runs(left), sound, *more))
        self._put(content)

    def finish(self) -> None:
        """Give the file its name."""
        if self._file is None or self._temp is None:
            return
        try:
            self._file.close()
            self._temp.rename(self._path)
        except OSError:
            self._give_up()
        self._file = self._temp = None

    def discard(self) -> None:
        """Keep nothing of what has no name yet."""
        self._give_up()

    def _put(self, content: bytes) -> None:
        if self._file is None:
            return
        packed = self._packer.compress(content)
        self._digest = _digest(self._digest, packed)
        try:
            self._file.write(_HEAD.pack(len(packed), self._digest) + packed)
        except OSError:
            self._give_up()

    def _give_up(self) -> None:
        self._failed = True
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
        if self._temp is not None:
            with suppress(OSError):
                self._temp.unlink(missing_ok=True)
        self._file = None


class KeptVotes:
    """Reads the votes of one unit from its beginning on, a chunk at a time; ends where one is damaged."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO | None = None
        self._digest = b""
        self._chunks = self._read(path)
        head = next(self._chunks, None)
        self.header: Mapping[str, object] = head if isinstance(head, Mapping) else {}
        """What the votes are to be read with; empty for a file that is not there or no such file."""
        self._first = 0
        self._known: list[Kept] = []

    def take(self, first: int, count: int) -> dict[int, Kept]:
        """Position -> what was kept of a record; the positions asked for must go up from call to call."""
        found: dict[int, Kept] = {}
        wanted = first
        while wanted < first + count:
            if wanted >= self._first + len(self._known) and not self._go_on():
                break
            known = self._known[max(wanted - self._first, 0) : first + count - self._first]
            start = max(wanted, self._first)
            found.update((start + place, kept) for place, kept in enumerate(known) if kept.stages)
            wanted = max(wanted, self._first + len(self._known))
        return found

    def close(self) -> None:
        """Let go of the file."""
        self._chunks.close()

    def _go_on(self) -> bool:
        """Whether there is another chunk; it is at hand then."""
        chunk = next(self._chunks, None)
        if not isinstance(chunk, list):
            return False
        first, runs, votes = cast("tuple[int, list[int], list[tuple[int, list[RawVote]]]]", chunk[:3])
        texts = cast("list[list[tuple[int, dict[str, str]]]]", chunk[3:])
        self._first = first
        self._known = [Kept(stages, ()) for stages, count in zip(runs[::2], runs[1::2], strict=True)
                       for _ in range(count)]  # fmt: skip
        for place, given in votes:
            self._known[place] = Kept(self._known[place].stages, given)
        for place, read in texts[0] if texts else ():
            self._known[place] = self._known[place]._replace(texts=read)
        return True

    def _read(self, path: Path) -> Generator[object]:
        unpacker = zstandard.ZstdDecompressor()
        digest = b""
        with suppress(OSError, zstandard.ZstdError, orjson.JSONDecodeError, struct.error), path.open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                return
            while head := file.read(_HEAD.size):
                size, told = _HEAD.unpack(head)
                packed = file.read(size)
                digest = _digest(digest, packed)
                if len(packed) != size or digest != told or zstandard.frame_content_size(packed) > _LARGEST:
                    return
                yield orjson.loads(unpacker.decompress(packed))


def read_votes_header(path: Path) -> Mapping[str, object]:
    """What the votes of a file are to be read with; empty where there is none."""
    kept = KeptVotes(path)
    kept.close()
    return kept.header


def copy_votes(earlier: Path, name: str, out: Path, key: str, *, run: str) -> None:
    """Keep the votes of a unit that is taken over, if there are any."""
    target = votes_file(out, key)
    temp: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temp = temp_path(target.parent, run=run)
        shutil.copyfile(votes_file(earlier, name), temp)
        temp.rename(target)
    except OSError:
        if temp is not None:
            with suppress(OSError):
                temp.unlink(missing_ok=True)


def _digest(before: bytes, content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=16, key=before).digest()


def _runs(values: Sequence[int]) -> list[int]:
    """Values as runs: value, how often, value, how often.

    >>> _runs([1, 1, 1, 0, 3])
    [1, 3, 0, 1, 3, 1]
    """
    found: list[int] = []
    for value in values:
        if found and found[-2] == value:
            found[-1] += 1
        else:
            found += (value, 1)
    return found


def _can_be_told(value: object) -> bool:
    try:
        orjson.dumps(value)
    except orjson.JSONEncodeError:
        return False
    return True
