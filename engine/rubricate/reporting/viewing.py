"""What people are shown of a record's texts: what rules see of them, with the way back to the original offsets.

A page that was stripped of its HTML is read as its text. Everything that is written down keeps original offsets; only
what is drawn goes by the view.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from rubricate.errors import PluginError, RecordError
from rubricate.model.document import Document
from rubricate.model.offsets import OffsetMap
from rubricate.planning.plan import Plan
from rubricate.running.preparing import Preparer

__all__ = ["AS_WRITTEN", "Texts", "Viewer", "as_written", "texts_of", "viewer_of"]


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one record as people are shown them, in reading order."""

    clean: Mapping[str, str] = field(default_factory=dict)
    """Place of a field in the record -> text; one that is none of these is shown as it was written."""
    maps: Mapping[str, OffsetMap] = field(default_factory=dict)
    """Place -> the way to the original; a text without one is shown as it was written."""

    def from_original(self, name: str, start: int, end: int) -> tuple[int, int]:
        """Where a piece of the original stands in what is shown."""
        offsets = self.maps.get(name)
        return (start, end) if offsets is None else offsets.to_target(start, end)

    def to_original(self, name: str, start: int, end: int) -> tuple[int, int]:
        """Where a piece of what is shown stands in the original."""
        offsets = self.maps.get(name)
        return (start, end) if offsets is None else offsets.to_source(start, end)


AS_WRITTEN = Texts()
"""Every field as it was written."""

Viewer: TypeAlias = "Callable[[Mapping[str, object]], Texts]"
"""Record, without what a run said of it -> its texts."""


def as_written(_record: Mapping[str, object]) -> Texts:
    """A viewer for records whose ruleset is not known."""
    return AS_WRITTEN


def texts_of(document: Document) -> Texts:
    """The texts of a prepared record, each called as the record calls it."""
    if not document.places:
        return Texts(document.clean, document.maps)
    clean = {document.place(name): text for name, text in document.clean.items()}
    return Texts(clean, {document.place(name): offsets for name, offsets in document.maps.items()})


def viewer_of(plan: Plan) -> Viewer:
    """A viewer that prepares records as a plan does; what cannot be prepared is shown as it was written."""
    preparer = Preparer(plan, looks=False)

    def view(record: Mapping[str, object]) -> Texts:
        try:
            return texts_of(preparer.document(record, id="", lenient=True))
        except (RecordError, PluginError):
            return AS_WRITTEN

    return view
