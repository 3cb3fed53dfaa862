"""Which rows of a unit a report may show, noted while they are written, so that a report need not read every row.

For each label, reason and so on a unit keeps where the rows stand whose ids have the smallest hashes. The smallest of
all units are among them, so whoever draws from these draws what a pass over all rows would.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final, TypeAlias, cast

import orjson

from rubricate.errors import RunError
from rubricate.running.publishing import read_manifest
from rubricate.running.reasons import ReasonName, Reasons
from rubricate.storage.layout import FOLDERS, receipts_folder
from rubricate.storage.receipts import Part, read_receipt

__all__ = ["PER_LABEL", "PER_REASON", "KeptRow", "KeptRows", "Row", "Showing", "draw_place", "kept_rows"]

PER_LABEL: Final = 6
PER_REASON: Final = 3
"""So many rows are shown of each, and so many thresholds of a label are told."""

Row: TypeAlias = "tuple[int, int, int]"
"""Where it falls in the draw, where it begins in its part, how many bytes it has."""
Group: TypeAlias = "tuple[str, object]"
LAST: Final = 1 << 64


def draw_place(id: object) -> int:
    """Where an id falls in the draw: the same on every machine."""
    return int.from_bytes(blake2b(str(id).encode("utf-8", "replace"), digest_size=8).digest(), "big")


class Showing:
    """One unit: notes each row when it is written."""

    def __init__(self) -> None:
        self._ends = dict.fromkeys(FOLDERS, 0)
        self._kept: dict[Group, list[Row]] = {}
        self._bounds: dict[Group, int] = {}
        """Group -> the last place that is kept of it, once it is full."""
        self._thresholds: dict[str, list[object]] = {}
        self._threshold: dict[str, object] = {}
        """Label -> the threshold that was met last."""
        self._reasons = Reasons()

    def record(self, said: Mapping[str, object], size: int) -> None:
        """A row of the folder `records`."""
        row = (draw_place(said["id"]), self._reach("records", size), size)
        annotations = cast("list[Mapping[str, object]]", said.get("annotations", ()))
        last = None
        for annotation in annotations:
            label = cast("str", annotation["label"])
            threshold = annotation.get("threshold")
            if self._threshold.get(label) != threshold:
                self._note(label, threshold)
            if label != last:  # the spans of a label come together
                self._offer(("label", label), row, PER_LABEL)
                last = label
        if not annotations and said["route"] == "accepted":
            self._offer(("nothing", ""), row, PER_LABEL)

    def review(self, said: Mapping[str, object], size: int) -> None:
        """A row of the folder `review`."""
        row = (draw_place(said["id"]), self._reach("review", size), size)
        for suggestion in cast("list[Mapping[str, object]]", said.get("suggestions", ())):
            label, threshold = cast("str", suggestion["label"]), suggestion.get("threshold")
            if self._threshold.get(label) != threshold:
                self._note(label, threshold)
        for question in cast("list[Mapping[str, object]]", said.get("questions", ())):
            name = self._reasons.add(cast("str", question["why"]), cast("list[str]", question["labels"]))
            if name is not None:
                self._offer(("reason", name), row, PER_REASON)

    def dropped(self, said: Mapping[str, object], size: int) -> None:
        """A row of the folder `dropped`."""
        row = (draw_place(said["id"]), self._reach("dropped", size), size)
        self._offer(("dropped", said["reason"]), row, PER_REASON)

    def quarantined(self, said: Mapping[str, object], size: int) -> None:
        """A row of the folder `quarantine`."""
        place = draw_place(f"{said['source']} {said['offset']} {said['line']}")
        self._offer(("quarantine", said["reason"]), (place, self._reach("quarantine", size), size), PER_REASON)

    def _reach(self, folder: str, size: int) -> int:
        start = self._ends[folder]
        self._ends[folder] = start + size + 1
        return start

    def _note(self, label: str, threshold: object) -> None:
        if isinstance(threshold, float):
            self._threshold[label] = threshold
            known = self._thresholds.setdefault(label, [])
            if threshold not in known and len(known) < PER_REASON:
                known.append(threshold)

    def _offer(self, group: Group, row: Row, most: int) -> None:
        if row[0] >= self._bounds.get(group, LAST):
            return
        kept = self._kept.setdefault(group, [])
        if row in kept:
            return
        insort(kept, row)
        if len(kept) >= most:
            del kept[most:]
            self._bounds[group] = kept[-1][0]

    def as_json(self) -> dict[str, object]:
        """What a receipt keeps of it."""
        numbers = {name: number for number, name in enumerate(self._reasons.groups)}
        rows = [
            [kind, numbers[cast("ReasonName", name)] if kind == "reason" else name, kept]
            for (kind, name), kept in self._kept.items()
        ]
        return {"rows": rows, "reasons": self._reasons.as_json(), "thresholds": self._thresholds}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRow:
    """A row that may be shown."""

    place: int
    """Where it falls in the draw."""
    load: Callable[[], Mapping[str, object]]
    """Reads it; raises RunError where it is not there."""


class KeptRows:
    """What one unit noted."""

    def __init__(self, out: Path, told: Mapping[str, object], parts: Iterable[Part]) -> None:
        self._told = told
        self.paths = {part.folder: out / part.path for part in parts}
        """Folder -> the part that its rows stand in."""

    @property
    def thresholds(self) -> Mapping[str, list[float]]:
        """Label -> the thresholds that its decisions were held against."""
        return cast("Mapping[str, list[float]]", self._told["thresholds"])

    def merge_reasons(self, into: Reasons) -> list[ReasonName | None]:
        """Adds the reasons of its questions; gives the name of each, by number."""
        return list(into.merge(cast("Mapping[str, object]", self._told["reasons"])))

    def groups(self) -> Iterator[tuple[str, object, Iterator[KeptRow]]]:
        """(label, nothing, reason, dropped or quarantine; which of them, a reason by its number; rows)."""
        for kind, name, rows in cast("list[tuple[str, object, list[Row]]]", self._told["rows"]):
            path = self.paths[FOLDER_OF[kind]]
            yield kind, name, (KeptRow(place=place, load=_loader(path, start, size)) for place, start, size in rows)


FOLDER_OF: Final = {
    "label": "records", "nothing": "records", "reason": "review", "dropped": "dropped", "quarantine": "quarantine",
}  # fmt: skip


def kept_rows(out: Path) -> list[KeptRows]:
    """What the units of the finished run in `out` noted of just the parts that its manifest names, in their order."""
    manifest = read_manifest(out)
    if manifest is None:
        return []
    named = {part["path"]: part["sha256"] for part in cast("list[Mapping[str, str]]", manifest.body["parts"])}
    found: dict[int, KeptRows] = {}
    for path in sorted(receipts_folder(out).glob("*.json")):
        receipt = read_receipt(out, path.stem)
        if receipt is None or not receipt.shows or receipt.unit in found:
            continue
        digests = {part.folder: part.sha256 for part in receipt.parts}
        if receipt.shows.get("parts") == digests and all(named.get(each.path) == each.sha256 for each in receipt.parts):
            found[receipt.unit] = KeptRows(out, receipt.shows, receipt.parts)
    return [found[unit] for unit in sorted(found)]


def _loader(path: Path, start: int, size: int) -> Callable[[], Mapping[str, object]]:
    def load() -> Mapping[str, object]:
        try:
            with path.open("rb") as file:
                file.seek(start)
                return cast("Mapping[str, object]", orjson.loads(file.read(size)))
        except (OSError, orjson.JSONDecodeError) as error:
            raise RunError(f"{path}: is missing or damaged", help="run again with --overwrite") from error

    return load
