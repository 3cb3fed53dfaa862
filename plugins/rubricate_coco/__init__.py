"""COCO, out."""

from __future__ import annotations

from collections.abc import Sequence

from rubricate.api import Export, hookimpl
from rubricate_coco import writing

__all__ = ["register_exports"]


@hookimpl
def register_exports() -> Sequence[Export]:
    """The export `coco`."""
    return [
        Export(
            name="coco",
            help="one COCO file: images, their boxes, and labels of whole images as tags",
            suffix=".json",
            options=writing.OPTIONS,
            write=writing.write_coco,
        )
    ]
