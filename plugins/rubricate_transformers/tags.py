"""The tags of a tagger: B-PER begins what I-PER goes on with, O is nothing."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["BEGINS", "NOTHING", "plain_tags", "split_tags"]

NOTHING = "O"
BEGINS = frozenset("BSU")
PREFIXES = frozenset("BIELSU")


def split_tags(tags: Sequence[str]) -> list[tuple[str | None, bool]]:
    """(class, whether it begins an entity) of each tag; None: it is nothing.

    >>> split_tags(["O", "B-PER", "I-PER"])
    [(None, False), ('PER', True), ('PER', False)]
    >>> split_tags(["O", "PER"])
    [(None, False), ('PER', False)]
    """
    has_prefixes = any(tag.startswith(("B-", "I-")) for tag in tags)  # else E-MAIL is a class of its own
    found: list[tuple[str | None, bool]] = []
    for tag in tags:
        prefix, dash, rest = tag[:1], tag[1:2], tag[2:]
        if tag == NOTHING:
            found.append((None, False))
        elif has_prefixes and prefix in PREFIXES and dash == "-" and rest:
            found.append((rest, prefix in BEGINS))
        else:
            found.append((tag, False))
    return found


def plain_tags(tags: Sequence[str]) -> list[str]:
    """The classes of tags, without nothing.

    >>> plain_tags(["O", "B-PER", "I-PER"])
    ['PER', 'PER']
    """
    return [name for name, _ in split_tags(tags) if name is not None]
