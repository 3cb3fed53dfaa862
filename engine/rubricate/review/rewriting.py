"""Writes the units of a run anew with answers: records keep their order and every byte that the answers leave alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import orjson

from rubricate.errors import RunError
from rubricate.review.snapshots import Snapshot
from rubricate.running.publishing import Manifest, check_law, engine_version
from rubricate.running.settling import settle
from rubricate.running.tally import Tally, terms
from rubricate.running.units import put_part
from rubricate.storage.failpoints import reach
from rubricate.storage.ledger import Ledger, Unit
from rubricate.storage.objects import digest_file, digest_value
from rubricate.storage.parts import PartWriter
from rubricate.storage.receipts import Part, Receipt, decode_routes, encode_routes, read_receipt, store_receipt

__all__ = ["Rewriter"]


class Rewriter:
    """Applies one snapshot of answers to the units of a run that is locked for it."""

    def __init__(
        self, out: Path, ledger: Ledger, manifest: Manifest, snapshot: Snapshot, *, pin: Callable[[], None]
    ) -> None:
        self.out = out
        self.name = f"apply-{ledger.fence}"
        self._ledger = ledger
        self._manifest = manifest
        self._answers = snapshot.by_question
        self._digest = snapshot.digest
        self._pin = pin
        """Called before a unit is written."""
        options = cast("Mapping[str, object]", manifest.body["options"])
        self._key = cast("str", options.get("output_key", "rubricate"))
        if manifest.body["parts"] and not ledger.units():
            raise RunError(
                f"{out}: the ledger of the run has gone", help="run again with --overwrite; answers are kept"
            )

    def settle_units(self) -> list[str]:
        """Rewrites each unit that has answered questions; gives the questions whose answers were used."""
        used: list[str] = []
        for unit in self._ledger.units():
            receipt = self._receipt(unit)
            if "r" in receipt.routes and self._has_answers(receipt):
                used += self._settle_unit(unit, receipt)
                reach("in_apply")
        return used

    def body(self) -> dict[str, object]:
        """The body of the new manifest. Raises RunError when the law does not hold, for a source or for all."""
        sources = cast("Sequence[Mapping[str, object]]", self._manifest.body["sources"])
        tallies = [Tally() for _ in sources]
        parts = []
        for unit in self._ledger.units():
            receipt = self._receipt(unit)
            tallies[unit.input].merge(receipt.tally)
            for part in receipt.parts:
                parts.append({"path": part.path, "sha256": part.sha256, "rows": part.rows, "unit": unit.ordinal})
        total = Tally()
        for source, tally in zip(sources, tallies, strict=True):
            check_law(cast("str", source["name"]), tally.counts, cast("int", source["read"]))
            total.merge(tally.counts)
        check_law("all inputs", total.counts, sum(cast("int", source["read"]) for source in sources))
        return {
            **self._manifest.body,
            "sources": [
                {**source, "routes": terms(tally.counts)} for source, tally in zip(sources, tallies, strict=True)
            ],
            "answers": self._digest,
            "counts": total.counts,
            "parts": parts,
            "parent": self._manifest.digest,
        }

    def _receipt(self, unit: Unit) -> Receipt:
        receipt = None if unit.key is None else read_receipt(self.out, unit.key)
        if receipt is None:
            raise RunError(
                f"{self.out}: the receipt of unit {unit.ordinal} has gone", help="run again with --overwrite"
            )
        return receipt

    def _has_answers(self, receipt: Receipt) -> bool:
        """Whether an answer is there for a question of the unit; by far most units have none, and stay as they are."""
        for line in self._lines(receipt, "review"):
            questions = cast("Sequence[Mapping[str, object]]", orjson.loads(line)[self._key]["questions"])
            if any(question["id"] in self._answers for question in questions):
                return True
        return False

    def _settle_unit(self, unit: Unit, receipt: Receipt) -> list[str]:
        lines = {folder: self._lines(receipt, folder) for folder in ("records", "review")}
        writers = {folder: PartWriter(self.out / folder, run=self.name) for folder in lines}
        letters: list[str] = []
        used: list[str] = []
        tally = _Recount(receipt.tally)
        try:
            for letter in decode_routes(receipt.routes):
                if letter not in "dqp":
                    line = next(lines["review" if letter == "r" else "records"])
                    if letter == "r":
                        line, letter = self._settle(line, tally, used)
                    writers["review" if letter == "r" else "records"].write(line)
                letters.append(letter)
            self._pin()
            parts = [self._put(folder, unit, writer) for folder, writer in writers.items()]
        finally:
            for writer in writers.values():
                writer.discard()
        kept = [part for part in receipt.parts if part.folder not in writers]
        routes = encode_routes("".join(letters))
        key = digest_value([unit.key, self._digest])
        new = replace(receipt, key=key, parts=(*filter(None, parts), *kept), routes=routes, tally=tally.tally,
                      writers={"rubricate": engine_version()})  # fmt: skip
        store_receipt(self.out, new, run=self.name)
        self._ledger.commit_unit(unit.ordinal, key=key, receipt=new.digest)
        return used

    def _settle(self, line: bytes, tally: _Recount, used: list[str]) -> tuple[bytes, str]:
        said = cast("dict[str, object]", orjson.loads(line)[self._key])
        asked = [cast("str", question["id"]) for question in cast("Sequence[Mapping[str, object]]", said["questions"])]
        found = {id: self._answers[id] for id in asked if id in self._answers}
        if not found:
            return line, "r"
        after = settle(said, found)
        used.extend(found)
        tally.change(said, after)
        # What we said stands last in the line; before it are the bytes of the source, which are not ours to rewrite
        tail = b"%b}" % orjson.dumps(said)
        assert line.endswith(tail), "what was said of a record ends its line"
        return line[: -len(tail)] + orjson.dumps(after) + b"}", cast("str", after["route"])[0]

    def _lines(self, receipt: Receipt, folder: str) -> Iterator[bytes]:
        for part in receipt.parts:
            if part.folder == folder:
                path = self.out / part.path
                if not path.is_file():
                    raise RunError(f"{path}: is missing", help="run again with --overwrite; answers are kept")
                if digest_file(path) != part.sha256:
                    raise RunError(f"{path}: was changed", help="run again with --overwrite; answers are kept")
                with path.open("rb") as file:
                    yield from (line.rstrip(b"\n") for line in file)

    def _put(self, folder: str, unit: Unit, writer: PartWriter) -> Part | None:
        finished = writer.finish()
        return None if finished is None else put_part(self.out, folder, unit, finished, run=self.name)


class _Recount:
    """The tally of a unit as answers change it."""

    def __init__(self, tally: Mapping[str, object]) -> None:
        self.tally = cast("dict[str, object]", orjson.loads(orjson.dumps(tally)))

    def change(self, before: Mapping[str, object], after: Mapping[str, object]) -> None:
        """Takes in that a record says something else now."""
        routes = cast("dict[str, int]", self.tally["routes"])
        routes[cast("str", before["route"])] -= 1
        routes[cast("str", after["route"])] += 1
        review = cast("dict[str, int]", self.tally["review"])
        left = {question["id"] for question in cast("Sequence[Mapping[str, object]]", after.get("questions", ()))}
        for question in cast("Sequence[Mapping[str, object]]", before["questions"]):
            if question["id"] not in left:
                subject = cast("str", question["subject"])
                review[subject] -= 1
                if not review[subject]:
                    del review[subject]
        labels = cast("dict[str, dict[str, int]]", self.tally["labels"])
        old, new = cast("Mapping[str, str]", before["decisions"]), cast("Mapping[str, str]", after["decisions"])
        for label in new:
            labels[label][old.get(label, "none")] -= 1
            labels[label][new[label]] += 1
