"""Which texts of a document a matcher looks at."""

from __future__ import annotations

from collections.abc import Collection

from rubricate.model.document import Document

__all__ = ["texts_of"]


def texts_of(document: Document, fields: Collection[str] | None = None, *, shown: bool = False) -> dict[str, str]:
    """Text field -> its text, of these fields or of all, in the order of the record; blank ones are left out.

    `shown`: the view of each that may leave this machine.
    """
    texts = document.clean
    if fields is not None:
        texts = {name: text for name, text in texts.items() if name in fields}
    if shown:
        texts = {name: document.shown(name) for name in texts}
    return {name: text for name, text in texts.items() if text and not text.isspace()}
