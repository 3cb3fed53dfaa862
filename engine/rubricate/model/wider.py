"""What is known of a pattern before a text is searched for it."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Wider"]


class Wider(NamedTuple):
    """What holds for every text that a pattern matches, and is asked for faster than the pattern itself."""

    of_ascii: str
    """A pattern in the syntax of RE2 that matches at least the ASCII texts that the pattern matches."""
    of_any: str
    """The same for all texts."""
    needs: frozenset[frozenset[str]] = frozenset()
    """Sets of characters: an ASCII text that the pattern matches holds one of each."""
    is_exact: bool = False
    """Whether `of_ascii` has the very matches that the pattern has in ASCII texts, and none of them is empty."""
