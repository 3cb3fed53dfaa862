"""The pictures that matchers and libraries are asked about, decoded already."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rubricate.api import Match, open_picture
from rubricate.model.document import Document
from rubricate.model.location import Location
from rubricate.model.ruleset import MatcherSpec
from rubricate.texts.folding import make_folder

__all__ = ["Asked", "classes_of"]

BATCH = 16
FOLD = make_folder(("casefold",))


@dataclass(frozen=True, slots=True)
class Asked:
    """Some pictures, as documents and as images of Pillow."""

    documents: Sequence[Document]
    images: Sequence[Any]

    @classmethod
    def read(cls, paths: Sequence[Path]) -> Asked:
        """Those of some files."""
        documents = [_document(number, path) for number, path in enumerate(paths)]
        return cls(documents, [document.pictures["photo"].rgb() for document in documents])

    def ours(self, kind: str, **options: object) -> Callable[[], object]:
        """A matcher that scans them."""
        from rubricate_images.scanning import PictureScanner

        place = Location("ruleset.yaml", 1, 1)
        scanner = PictureScanner([MatcherSpec(name="m", kind=f"images.{kind}", options=options, location=place)])
        return lambda: scanner.scan(self.documents)

    def batches(self) -> Iterator[list[Any]]:
        """The images, some at a time."""
        for begin in range(0, len(self.images), BATCH):
            yield list(self.images[begin : begin + BATCH])


def classes_of(found: list[list[Match]]) -> list[list[tuple[str, float | None]]]:
    """(class, score) of the matches of each document."""
    return [[(str(match[5]["class"]), match[4]) for match in each] for each in found]  # type: ignore[index]


def _document(number: int, path: Path) -> Document:
    picture = open_picture("photo", path.read_bytes())
    return Document(id=f"r{number}", ordinal=number, original={}, clean={}, maps={}, meta={}, fold=FOLD,
                    pictures={"photo": picture})  # fmt: skip
