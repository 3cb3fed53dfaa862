"""A plugin whose matchers do what no plugin should: crash, hang, exit, print, read the standard input, and more."""

from __future__ import annotations

import ctypes
import locale
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence

from rubricate.api import Document, Match, MatcherKind, MatcherSpec, hookimpl

__all__ = ["register_matchers"]

LEAKED: list[bytes] = []
SEEN: list[str] = []


def _raise(_document: Document) -> None:
    raise ValueError("no")


def _interrupt(_document: Document) -> None:
    raise KeyboardInterrupt


def _hold(_document: Document) -> None:
    """Blocks in C and keeps the interpreter's lock: nothing in this process runs beside it."""
    ctypes.PyDLL(None).sleep(600)


def _chatter(_document: Document) -> None:
    print("what a plugin prints")
    sys.stdin.read()


def _change_surroundings(_document: Document) -> None:
    os.chdir("/")
    os.umask(0o777)
    os.environ["PYTHONPATH"] = "/nowhere"
    locale.setlocale(locale.LC_ALL, "C")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM, signal.SIGCHLD, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)


def _fork(_document: Document) -> None:
    """The child goes on as if it were the worker."""
    os.fork()


def _leak(_document: Document) -> None:
    print(os.getpid(), flush=True)
    LEAKED.append(b"x" * (8 << 20))


def _mutate(document: Document) -> None:
    document.clean.update(dict.fromkeys(document.clean, "a sale of others"))


DEEDS: Mapping[str, Callable[[Document], object]] = {
    "SEGFAULT": lambda _: os.kill(os.getpid(), signal.SIGSEGV),
    "EXIT": lambda _: os._exit(3),
    "HANG": lambda _: time.sleep(600),
    "HOLD": _hold,
    "CHATTER": _chatter,
    "RAISE": _raise,
    "INTERRUPT": _interrupt,
    "LEAVE": lambda _: sys.exit(7),
    "SURROUNDINGS": _change_surroundings,
    "FORK": _fork,
    "LEAK": _leak,
    "MUTATE": _mutate,
}


class _Scanner:
    """Finds nothing, and does what a text says."""

    def __init__(self, specs: Sequence[MatcherSpec]) -> None:
        self.names = [spec.name for spec in specs]

    def scan(self, batch: Sequence[Document]) -> list[list[Match]]:
        found: list[list[Match]] = [self._scan_one(document) for document in batch]
        texts = [text for document in batch for text in document.clean.values()]
        if any("TOO MANY" in text for text in texts):
            found.append([])
        return found

    def _scan_one(self, document: Document) -> list[Match]:
        found: list[Match] = []
        for field, text in list(document.clean.items()):
            for word, deed in DEEDS.items():
                if word in text:
                    deed(document)
            if "REMEMBER" in text:  # what is found depends on what was seen before
                SEEN.append(text)
                if len(SEEN) % 2:
                    found.append((self.names[0], field, 0, 1, None, None))
        return found


@hookimpl
def register_matchers() -> list[MatcherKind]:
    """The kind `misbehaving`."""
    return [MatcherKind(name="misbehaving", help="does what no plugin should", compile=_Scanner)]
