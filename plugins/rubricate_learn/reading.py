"""What a model reads of a record: the same when it is trained and when it is asked."""

from __future__ import annotations

from collections.abc import Sequence

from rubricate.api import Document

__all__ = ["read_text"]

BETWEEN = "\n\n"
"""Stands between fields, which are read as one text."""


def read_text(document: Document, fields: Sequence[str] | None) -> tuple[str, str] | None:
    """The first of the fields that is not blank, and the text of all that are not; None where all are."""
    named = [name for name in document.clean if fields is None or name in fields]
    filled = [name for name in named if document.clean[name].strip()]
    if not filled:
        return None
    return filled[0], BETWEEN.join(document.clean[name] for name in filled)
