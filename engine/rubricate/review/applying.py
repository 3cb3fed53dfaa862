"""Settles the answered records of a finished run: new parts for the units touched, a new manifest, the same law."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import orjson

from rubricate.errors import RunError, UsageError
from rubricate.review.answers import Snapshot, store, take_snapshot
from rubricate.review.asking import run_name
from rubricate.running.identity import load_identity, store_identity
from rubricate.running.publishing import Manifest, engine_version, named_parts, publish, read_manifest
from rubricate.running.settling import settle
from rubricate.running.tally import Tally, explain_imbalance, is_balanced
from rubricate.running.workspace import sweep_temps, sweep_unnamed
from rubricate.storage.failpoints import reach
from rubricate.storage.layout import ledger_file, lock_file, part_name
from rubricate.storage.ledger import Ledger, Unit, open_ledger
from rubricate.storage.locking import hold_lock
from rubricate.storage.objects import digest_value, put_if_absent
from rubricate.storage.parts import PartWriter
from rubricate.storage.people import open_people
from rubricate.storage.receipts import Part, Receipt, decode_routes, encode_routes, read_receipt, store_receipt

__all__ = ["Applied", "apply_answers"]

Row = tuple[bytes, dict[str, object]]
"""A line of a part and what it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What applying came to."""

    settled: int
    """Records that left review."""
    answers: int
    """Questions whose answers were used now."""
    counts: Mapping[str, object]


def apply_answers(out: Path, people: Path, *, clock: Callable[[], float] = time.time) -> Applied:
    """Applies every valid answer to the run in `out`. Doing it again changes nothing.

    Raises UsageError when there is no finished run or nobody was asked, and RunError when a part is missing. Killed
    anywhere, the folder holds the old run or the new one, and the same call goes on.
    """
    if not people.exists():
        raise UsageError(f"{out}: nobody has been asked anything", help="run a ruleset that leaves questions first")
    with hold_lock(lock_file(out), clock=clock), open_ledger(ledger_file(out)) as ledger:
        manifest, identity = read_manifest(out), load_identity(out)
        if manifest is None or identity is None:
            raise UsageError(f"{out}: holds no finished run", help="run it to the end first")
        began = time.monotonic()
        ledger.begin(identity=digest_value(identity), plan=str(identity["plan"]), options=identity)
        snapshot = take_snapshot(people)
        work = _Application(out, ledger, manifest, snapshot)
        used = work.settle_units()
        if used:
            renamed = {**identity, "answers": snapshot.digest}
            store(out, snapshot)
            store_identity(out, renamed)
            ledger.rename(identity=digest_value(renamed), options=renamed)
            reach("in_apply")
            body = work.body()
            publish(out, body, now=clock(), seconds=time.monotonic() - began, repeated=ledger.repeated, run=work.name)
            sweep_unnamed(out, parts=named_parts(body), keys={unit.key for unit in ledger.units() if unit.key is not None})
            sweep_temps(out)
        counts = work.counts()
    with open_people(people) as database:
        database.mark_settled(used, run=run_name(out, people))
    return Applied(settled=work.settled, answers=len(used), counts=counts)


class _Application:
    """One go at applying a snapshot to a run."""

    def __init__(self, out: Path, ledger: Ledger, manifest: Manifest, snapshot: Snapshot) -> None:
        self.out = out
        self.name = f"apply-{ledger.fence}"
        self.settled = 0
        self._ledger = ledger
        self._manifest = manifest
        self._answers = snapshot.by_question
        self._digest = snapshot.digest
        options = cast("Mapping[str, object]", manifest.body["options"])
        self._key = cast("str", options.get("output_key", "rubricate"))

    def settle_units(self) -> list[str]:
        """Rewrites each unit that has answered questions; gives the questions whose answers were used."""
        used: list[str] = []
        for unit in self._ledger.units():
            receipt = self._receipt(unit)
            if "r" in receipt.routes:
                used += self._settle_unit(unit, receipt)
        return used

    def counts(self) -> dict[str, object]:
        """The counts of all units as they are now."""
        total = Tally()
        for unit in self._ledger.units():
            total.merge(self._receipt(unit).tally)
        if not is_balanced(total.counts):
            raise RunError(f"counts do not balance: {explain_imbalance(total.counts)}", help="nothing was published")
        return total.counts

    def body(self) -> dict[str, object]:
        """The body of the new manifest."""
        parts = [
            {"path": part.path, "sha256": part.sha256, "rows": part.rows, "unit": unit.ordinal}
            for unit in self._ledger.units()
            for part in self._receipt(unit).parts
        ]
        changed = {"answers": self._digest, "counts": self.counts(), "parts": parts, "parent": self._manifest.digest}
        return {**self._manifest.body, **changed}

    def _receipt(self, unit: Unit) -> Receipt:
        receipt = None if unit.key is None else read_receipt(self.out, unit.key)
        if receipt is None:
            raise RunError(f"{self.out}: the receipt of unit {unit.ordinal} has gone", help="run again with --overwrite")
        return receipt

    def _settle_unit(self, unit: Unit, receipt: Receipt) -> list[str]:
        rows = {folder: self._rows(receipt, folder) for folder in ("records", "review")}
        writers = {folder: PartWriter(self.out / folder, run=self.name) for folder in rows}
        letters: list[str] = []
        used: list[str] = []
        tally = _Recount(receipt.tally)
        for letter in decode_routes(receipt.routes):
            if letter in "dqp":
                letters.append(letter)
                continue
            line, row = next(rows["review" if letter == "r" else "records"])
            if letter == "r":
                line, letter = self._settle(line, row, tally, used)
            letters.append(letter)
            writers["review" if letter == "r" else "records"].write(line)
        if not used:
            return []
        self.settled += letters.count("s") - decode_routes(receipt.routes).count("s")
        kept = [part for part in receipt.parts if part.folder not in rows]
        parts = [*(part for folder, writer in writers.items() if (part := self._put(folder, unit, writer))), *kept]
        self._commit(unit, replace(receipt, parts=tuple(parts), routes=encode_routes("".join(letters)), tally=tally.tally))
        return used

    def _settle(self, line: bytes, row: dict[str, object], tally: _Recount, used: list[str]) -> tuple[bytes, str]:
        said = cast("dict[str, object]", row[self._key])
        asked = [cast("str", question["id"]) for question in cast("Sequence[Mapping[str, object]]", said["questions"])]
        found = {id: self._answers[id] for id in asked if id in self._answers}
        if not found:
            return line, "r"
        after = settle(said, found)
        used.extend(found)
        tally.change(said, after)
        return orjson.dumps({**row, self._key: after}), cast("str", after["route"])[0]

    def _rows(self, receipt: Receipt, folder: str) -> Iterator[Row]:
        for part in receipt.parts:
            if part.folder == folder:
                with (self.out / part.path).open("rb") as file:
                    for line in file:
                        bare = line.rstrip(b"\n")
                        yield bare, (orjson.loads(bare) if folder == "review" else {})

    def _put(self, folder: str, unit: Unit, writer: PartWriter) -> Part | None:
        finished = writer.finish()
        if finished is None:
            return None
        name = part_name(unit.ordinal, finished.sha256)
        put_if_absent(self.out / folder, name, finished.temp, run=self.name)
        return Part(folder=folder, path=f"{folder}/{name}", sha256=finished.sha256, rows=finished.rows)

    def _commit(self, unit: Unit, receipt: Receipt) -> None:
        key = digest_value([unit.key, self._digest])
        new = replace(receipt, key=key, writers={"rubricate": engine_version()})
        store_receipt(self.out, new, run=self.name)
        self._ledger.commit_unit(unit.ordinal, key=key, receipt=new.digest)


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
