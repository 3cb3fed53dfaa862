"""What no run needs any more: found by marking from manifests and ledgers, and swept when it is old enough.

Whatever is in doubt stays. A finished run needs the parts that its manifest names and the receipts of these; a run that
was stopped needs all that a sound receipt names, as it goes on from there. people.db, logs and manifests always stay.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, cast

from rubricate.errors import RunError
from rubricate.running.identity import is_of_run, load_identity
from rubricate.running.publishing import Manifest, named_parts, read_manifest
from rubricate.running.workspace import find_parts, find_temps
from rubricate.storage.failpoints import reach
from rubricate.storage.layout import (
    incidents_folder,
    index_folder,
    internal,
    ledger_file,
    lock_file,
    receipts_folder,
    spool_folder,
    votes_folder,
)
from rubricate.storage.locking import hold_lock
from rubricate.storage.objects import is_temp
from rubricate.storage.receipts import read_receipt

__all__ = ["Orphan", "Swept", "sweep_run"]

What: TypeAlias = Literal["unfinished", "part", "receipt", "incident", "index", "input", "ledger", "answers", "votes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    """A file or folder that no run needs."""

    path: Path
    what: What
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What was found in one run's folder."""

    run: Path
    orphans: tuple[Orphan, ...] = ()
    """Those old enough; they are gone now, unless nothing was to be removed."""
    young: int = 0
    """How many are too young to go."""
    left_alone: str | None = None
    """Why nothing was looked at."""


def sweep_run(out: Path, *, grace: float, clock: Callable[[], float] = time.time, dry: bool = False) -> Swept:
    """Remove what nothing in `out` needs and what is older than `grace` seconds; `dry`: only say what it would be.

    The folder is locked meanwhile, as a run locks it: one that is at work is left alone. Killed anywhere, it can be
    done again, and a run can go on.
    """
    if not lock_file(out).is_file():
        return Swept(run=out, left_alone="no run was ever begun there")
    try:
        with hold_lock(lock_file(out), clock=clock):
            return _sweep(out, before=clock() - grace, dry=dry)
    except RunError as error:
        return Swept(run=out, left_alone=error.message.removeprefix(f"{out}: "))


def _sweep(out: Path, *, before: float, dry: bool) -> Swept:
    found = list(_orphans(out))
    old = [orphan for orphan in found if _age(orphan.path) < before]
    if not dry:
        for orphan in old:
            _remove(orphan.path)
            reach("in_gc_sweep")
    return Swept(run=out, orphans=tuple(old), young=len(found) - len(old))


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _orphans(out: Path) -> Iterator[Orphan]:
    """What is not marked. Raises RunError for a folder of which it cannot be told what it needs."""
    manifest = read_manifest(out)
    identity = load_identity(out)
    for path in find_temps(out):
        yield _orphan(path, "unfinished")
    for path in sorted(internal(out).glob(f"{ledger_file(out).name}.broken-*")):
        yield _orphan(path, "ledger")
    if (internal(out) / "applying.json").exists():
        return  # answers are half applied: old and new parts are both needed until that is done
    is_finished = manifest is not None and is_of_run(manifest.body, identity)
    yield from _unmarked(out, manifest, is_finished=is_finished)
    if is_finished:
        for path, what in ((index_folder(out), "index"), (spool_folder(out), "input")):
            if path.exists():
                yield _orphan(path, cast("What", what))
    yield from _answers(out, manifest, identity)


def _unmarked(out: Path, manifest: Manifest | None, *, is_finished: bool) -> Iterator[Orphan]:
    """Parts, receipts and incidents that nothing names; a run that is not finished goes by its receipts, too."""
    marked = set() if manifest is None else named_parts(manifest.body)
    keys: set[str] = set()
    for path in _files(receipts_folder(out)):
        receipt = read_receipt(out, path.stem)
        parts = set() if receipt is None else {part.path for part in receipt.parts}
        is_needed = receipt is not None and (not is_finished or parts <= marked)
        if is_needed:
            keys.add(path.stem)
            if not is_finished:
                marked |= parts
        else:
            yield _orphan(path, "receipt")
    for path in _files(votes_folder(out), ".votes"):
        if path.stem not in keys:
            yield _orphan(path, "votes")
    for name in find_parts(out):
        if name not in marked:
            yield _orphan(out / name, "part")
    if is_finished and manifest is not None and manifest.body["answers"] is None:
        # answers give units new keys, and a unit that is not done yet has no receipt: its incidents stay
        for path in _files(incidents_folder(out)):
            if path.stem not in keys:
                yield _orphan(path, "incident")


def _answers(out: Path, manifest: Manifest | None, identity: Mapping[str, object] | None) -> Iterator[Orphan]:
    """Snapshots of answers that neither the run nor its manifest uses."""
    used = {identity.get("answers") if identity is not None else None, manifest and manifest.body["answers"]}
    names = {f"answers-{str(digest)[:16]}.json" for digest in used if digest is not None}
    for path in sorted(internal(out).glob("answers-*.json")):
        if path.name not in names:
            yield _orphan(path, "answers")


def _files(folder: Path, ending: str = ".json") -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix == ending and not is_temp(path.name))


def _orphan(path: Path, what: What) -> Orphan:
    files = path.rglob("*") if path.is_dir() else (path,)
    return Orphan(path=path, what=what, bytes=sum(file.stat().st_size for file in files if file.is_file()))


def _age(path: Path) -> float:
    """When it was last written, of a folder the latest of what is in it."""
    return max((each.stat().st_mtime for each in (path, *(path.rglob("*") if path.is_dir() else ()))), default=0.0)
