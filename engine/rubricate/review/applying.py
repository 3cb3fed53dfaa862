"""Settles the answered records of a finished run: new parts for the units touched, a new manifest, the same law.

Killed anywhere, it goes on: before the first unit is rewritten the answers in use are pinned in a file, and whoever
finds that file finishes with those answers first.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import orjson

from rubricate.errors import RunError, UsageError
from rubricate.review.answers import take_snapshot
from rubricate.review.asking import run_name
from rubricate.review.rewriting import Rewriter
from rubricate.review.snapshots import Snapshot, load_snapshot, store_snapshot
from rubricate.running.identity import load_identity, store_identity
from rubricate.running.publishing import Manifest, named_parts, publish, read_manifest
from rubricate.running.workspace import sweep_temps, sweep_unnamed
from rubricate.storage.failpoints import check_fail_point, reach
from rubricate.storage.layout import internal, ledger_file, lock_file
from rubricate.storage.ledger import Ledger, open_ledger
from rubricate.storage.locking import hold_lock
from rubricate.storage.objects import canonical_json, digest_value, replace_file
from rubricate.storage.people import open_people

__all__ = ["Applied", "apply_answers", "forget_half_applied", "is_half_applied"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What applying came to."""

    settled: int
    """Records that left review."""
    answers: int
    """Questions whose answers were used now."""
    counts: Mapping[str, object]
    digest: str
    """The manifest's."""


def apply_answers(out: Path, people: Path, *, clock: Callable[[], float] = time.time) -> Applied:
    """Applies every valid answer to the run in `out`. Doing it again changes nothing.

    Raises UsageError when there is no finished run or nobody was asked, and RunError when a part is missing or damaged.
    Killed anywhere, the folder holds the old run or the new one, and the same call goes on.
    """
    check_fail_point()
    before = _published(out)
    if not people.exists():
        raise UsageError(f"{out}: nobody has been asked anything", help="run a ruleset that leaves questions first")
    with hold_lock(lock_file(out), clock=clock), open_ledger(ledger_file(out)) as ledger:
        pinned = _load_pinned(out)
        if pinned is not None:
            _apply(out, people, ledger, pinned, clock)
        _apply(out, people, ledger, take_snapshot(people), clock)
        after = _published(out)
    return Applied(
        settled=_settled(after) - _settled(before),
        answers=_asked(before) - _asked(after),
        counts=cast("Mapping[str, object]", after.body["counts"]),
        digest=after.digest,
    )


def is_half_applied(out: Path) -> bool:
    """Whether somebody began to apply answers to the run in `out` and was stopped."""
    return _pin_file(out).exists()


def forget_half_applied(out: Path) -> None:
    """Let go of answers that somebody began to apply: the run in `out` is going to be replaced."""
    _pin_file(out).unlink(missing_ok=True)


def _apply(out: Path, people: Path, ledger: Ledger, snapshot: Snapshot, clock: Callable[[], float]) -> None:
    began = time.monotonic()
    manifest, identity = _published(out), load_identity(out)
    if identity is None:
        raise _no_run(out)
    ledger.begin(identity=ledger.identity or "", plan=str(identity["plan"]), options=identity)
    rewriter = Rewriter(out, ledger, manifest, snapshot, pin=lambda: _pin(out, snapshot))
    used = rewriter.settle_units()
    if not used and not is_half_applied(out):
        return
    body = rewriter.body()
    if _without_parent(body) != _without_parent(manifest.body):
        seconds = time.monotonic() - began
        lock = manifest.annex.get("lock")
        stays = ("stages", "taken_over", "work", "anew")
        kept = {name: manifest.annex[name] for name in stays if name in manifest.annex}
        publish(
            out, body, now=clock(), seconds=seconds, repeated=ledger.repeated, run=rewriter.name, lock=lock, more=kept
        )
    reach("in_apply")
    renamed = {**identity, "answers": snapshot.digest}
    ledger.rename(identity=digest_value(renamed), options=renamed)
    store_identity(out, renamed)
    sweep_unnamed(out, parts=named_parts(body), keys={unit.key for unit in ledger.units() if unit.key is not None})
    sweep_temps(out)
    _mark_settled(out, people, snapshot, used)
    reach("in_apply")
    forget_half_applied(out)


def _mark_settled(out: Path, people: Path, snapshot: Snapshot, used: list[str]) -> None:
    """Those used now, and those that a try which was stopped had used."""
    name = run_name(out, people)
    with open_people(people) as database:
        asked = [one.id for one in database.questions(run=name, state="answered") if one.id in snapshot.by_question]
        database.mark_settled(dict.fromkeys([*used, *asked]), run=name)


def _pin_file(out: Path) -> Path:
    return internal(out) / "applying.json"


def _pin(out: Path, snapshot: Snapshot) -> None:
    if not is_half_applied(out):
        store_snapshot(out, snapshot)
        replace_file(_pin_file(out), canonical_json({"answers": snapshot.digest}))


def _load_pinned(out: Path) -> Snapshot | None:
    try:
        pinned = orjson.loads(_pin_file(out).read_bytes())
    except FileNotFoundError:
        return None
    return load_snapshot(out, pinned["answers"])


def _published(out: Path) -> Manifest:
    manifest = read_manifest(out)
    if manifest is None:
        raise _no_run(out)
    return manifest


def _no_run(out: Path) -> RunError | UsageError:
    return UsageError(f"{out}: holds no finished run", help="run it to the end first")


def _without_parent(body: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in body.items() if name != "parent"}


def _settled(manifest: Manifest) -> int:
    counts = cast("Mapping[str, Mapping[str, int]]", manifest.body["counts"])
    return counts["routes"]["settled"]


def _asked(manifest: Manifest) -> int:
    counts = cast("Mapping[str, Mapping[str, int]]", manifest.body["counts"])
    return sum(counts["review"].values())
