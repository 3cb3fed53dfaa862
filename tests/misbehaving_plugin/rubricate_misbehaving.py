"""A plugin whose matchers do what no plugin should: crash, hang, exit, print, read the standard input."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence

from rubricate.api import Document, Match, MatcherKind, MatcherSpec, hookimpl

__all__ = ["register_matchers"]


class _Scanner:
    """Finds nothing, and does what a text says."""

    def __init__(self, specs: Sequence[MatcherSpec]) -> None:
        self.names = [spec.name for spec in specs]

    def scan(self, batch: Sequence[Document]) -> list[list[Match]]:
        for document in batch:
            for text in document.clean.values():
                if "SEGFAULT" in text:
                    os.kill(os.getpid(), signal.SIGSEGV)
                if "EXIT" in text:
                    os._exit(3)
                if "HANG" in text:
                    time.sleep(600)
                if "CHATTER" in text:
                    print("what a plugin prints")
                    sys.stdin.read()
        return [[] for _ in batch]


@hookimpl
def register_matchers() -> list[MatcherKind]:
    """The kind `misbehaving`."""
    return [MatcherKind(name="misbehaving", help="does what no plugin should", compile=_Scanner)]
