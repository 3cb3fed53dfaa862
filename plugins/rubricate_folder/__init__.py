"""A folder of texts or images, in."""

from __future__ import annotations

from collections.abc import Sequence

from rubricate.api import Source, hookimpl
from rubricate_folder import reading

__all__ = ["register_sources"]


@hookimpl
def register_sources() -> Sequence[Source]:
    """The source `folder`."""
    return [
        Source(
            name="folder",
            help="a folder of .txt, .html and .md files and of images, each a record with id, text or image, and path",
            options=reading.OPTIONS,
            suffixes=("/",),
            open=reading.open_folder,
        )
    ]
