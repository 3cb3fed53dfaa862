"""Gzip inflated by the package `isal`, where it is installed: the same bytes in about half the time.

Only archives that are whole are read this way to their end. At whatever is wrong with one, reading begins again with
zlib, so that what is kept of a damaged archive, and what is said of it, never depends on which packages there are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from functools import cache
from typing import Any

from rubricate.storage.inflating import GRACE, RATIO, Pieces

__all__ = ["begin_again", "can_inflate_fast", "gunzip_fast"]

_PIECE = 256 * 1024
_HELD = 1 << 20
"""So many bytes wait until those behind them are good, as zlib gives none of the piece in which a fault is."""
_GZIP_MAGIC = b"\x1f\x8b"


@cache
def can_inflate_fast() -> bool:
    """Whether the package is there."""
    return _package() is not None


def _package() -> Any:
    try:
        from isal import igzip_lib
    except ImportError:
        return None
    return igzip_lib


def gunzip_fast(chunks: Iterator[bytes]) -> Generator[bytes, None, int | None]:
    """The content of one gzip member after another; returns how much was given when zlib has to begin again."""
    held: deque[bytes] = deque()
    waiting = given = 0
    package = _package()
    pieces = _members(chunks, package)
    while True:
        try:
            piece = next(pieces)
        except StopIteration as end:
            if not end.value:
                return given
            yield from held
            return None
        except package.error:
            return given
        held.append(piece)
        waiting += len(piece)
        while waiting - len(held[0]) >= _HELD:
            given += len(held[0])
            waiting -= len(held[0])
            yield held.popleft()


def _members(chunks: Iterator[bytes], package: Any) -> Generator[bytes, None, bool]:
    """The pieces of all members; returns whether the archive is whole and nothing else stands behind it."""
    rest, read, made = b"", 0, 0
    while True:
        while len(rest) < len(_GZIP_MAGIC) and (more := next(chunks, b"")):
            rest += more
            read += len(more)
        if not rest:
            return True
        if not rest.startswith(_GZIP_MAGIC):
            return False
        inflater = package.IgzipDecompressor(flag=package.DECOMP_GZIP)
        while not inflater.eof:
            if inflater.needs_input and not rest:
                rest = next(chunks, b"")
                read += len(rest)
                if not rest:
                    return False
            piece = inflater.decompress(rest, _PIECE)
            rest = b""
            made += len(piece)
            if made > GRACE and made > RATIO // 2 * read:  # zlib finds out whether it is too much
                return False
            if piece:
                yield piece
        rest = inflater.unused_data


def begin_again(given: int, pieces: Pieces) -> Pieces:
    """What zlib makes of an archive, without the bytes that were given already."""
    left = given
    while True:
        try:
            piece = next(pieces)
        except StopIteration as end:
            broken: tuple[str, str] | None = end.value
            return broken
        if left < len(piece):
            yield piece[left:]
        left = max(0, left - len(piece))
