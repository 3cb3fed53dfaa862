"""The command line called in this process, or in one of its own when it is to be killed."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from rubricate.cli import main

__all__ = ["Called", "call", "spawn", "tree"]


@dataclass(frozen=True, slots=True)
class Called:
    """What a call came to."""

    code: int
    out: str
    err: str


def call(*arguments: object, stdin: str | bytes = "") -> Called:
    """`rubricate ARGUMENTS`, in this process."""
    given = stdin.encode() if isinstance(stdin, str) else stdin
    out, err = _stream(b""), _stream(b"")
    with _streams(["rubricate", *map(str, arguments)], _stream(given), out, err):
        try:
            main()
            code: object = 0
        except SystemExit as end:
            code = end.code
    assert isinstance(code, int), code
    return Called(code, _text(out), _text(err))


def spawn(
    *arguments: object, env: Mapping[str, str] | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """`rubricate ARGUMENTS`, in a process of its own."""
    command = [sys.executable, "-m", "rubricate", *map(str, arguments)]
    return subprocess.run(
        command,
        input=stdin,
        capture_output=True,
        text=True,
        env={**os.environ, **(env or {})},
        timeout=120,
        check=False,
    )


def tree(folder: Path) -> dict[str, bytes | None]:
    """Every file below a folder with its bytes, and every folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def _stream(content: bytes) -> TextIO:
    return io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", errors="surrogateescape", newline="")


def _text(stream: TextIO) -> str:
    stream.flush()
    found = stream.buffer
    assert isinstance(found, io.BytesIO)
    return found.getvalue().decode()


@contextmanager
def _streams(arguments: list[str], stdin: TextIO, out: TextIO, err: TextIO) -> Iterator[None]:
    before = sys.argv, sys.stdin, sys.stdout, sys.stderr
    sys.argv, sys.stdin, sys.stdout, sys.stderr = arguments, stdin, out, err
    try:
        yield
    finally:
        sys.argv, sys.stdin, sys.stdout, sys.stderr = before
