"""The output folder: what may stand in it, what is swept from it."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from pathlib import Path

from rubricate.errors import RunError
from rubricate.storage.layout import (
    FOLDERS,
    MANIFEST,
    PART_NAME,
    index_folder,
    internal,
    manifests_folder,
    receipts_folder,
    run_file,
    votes_folder,
)
from rubricate.storage.objects import is_temp

__all__ = [
    "find_foreign",
    "find_parts",
    "find_temps",
    "make_folders",
    "refuse_foreign",
    "sweep_index",
    "sweep_temps",
    "sweep_unnamed",
]

_OURS = frozenset({*FOLDERS, MANIFEST, ".rubricate", "report.html"})
_TOLERATED = frozenset({".DS_Store", ".gitignore", "people.db", "people.db-shm", "people.db-wal", "cache"})


def refuse_foreign(out: Path) -> None:
    """Raise RunError unless `out` is absent, empty or a run's own."""
    if out.exists() and not out.is_dir():
        raise RunError(f"{out}: is a file, not a folder", help="choose another --out")
    foreign = find_foreign(out)
    if not foreign and not run_file(out).exists():
        foreign = [path.relative_to(out).as_posix() for path in _strays(out)]
    if foreign:
        shown = ", ".join(f'"{name}"' for name in foreign[:5]) + (", ..." if len(foreign) > 5 else "")
        raise RunError(
            f"{out}: holds what this run did not write: {shown}", help="choose an empty or new folder as --out"
        )


def make_folders(out: Path) -> None:
    """Make the folders of a run."""
    for folder in (*(out / name for name in FOLDERS), receipts_folder(out), manifests_folder(out), index_folder(out)):
        folder.mkdir(parents=True, exist_ok=True)


def find_foreign(out: Path) -> list[str]:
    """Names in `out` and its part folders that no run gives, relative to `out`."""
    if not out.is_dir():
        return []
    found = [path.name for path in out.iterdir() if path.name not in _OURS | _TOLERATED and not is_temp(path.name)]
    for folder in FOLDERS:
        for path in _list(out / folder):
            if not (PART_NAME.fullmatch(path.name) or is_temp(path.name) or path.name in _TOLERATED):
                found.append(f"{folder}/{path.name}")
    return sorted(found)


def find_parts(out: Path) -> Iterator[str]:
    """Every part in `out`, as its path relative to `out`."""
    for folder in FOLDERS:
        for path in _list(out / folder):
            if PART_NAME.fullmatch(path.name):
                yield f"{folder}/{path.name}"


def find_temps(out: Path) -> Iterator[Path]:
    """Unfinished files that a killed run left behind."""
    for folder in (out, *(out / name for name in FOLDERS), internal(out), receipts_folder(out), manifests_folder(out),
                   index_folder(out), votes_folder(out)):  # fmt: skip
        yield from (path for path in _list(folder) if is_temp(path.name))


def sweep_temps(out: Path) -> None:
    """Remove unfinished files. Only whoever holds the lock may: nobody else is writing then."""
    for path in find_temps(out):
        path.unlink(missing_ok=True)


def sweep_unnamed(out: Path, *, parts: Collection[str], keys: Collection[str]) -> None:
    """Remove parts, receipts and votes of an overwritten run."""
    for path in find_parts(out):
        if path not in parts:
            (out / path).unlink(missing_ok=True)
    for receipt in _list(receipts_folder(out)):
        if receipt.stem not in keys:
            receipt.unlink(missing_ok=True)
    for votes in _list(votes_folder(out)):
        if votes.stem not in keys:
            votes.unlink(missing_ok=True)


def sweep_index(out: Path) -> None:
    """Remove the files of pass 1."""
    shutil.rmtree(index_folder(out), ignore_errors=True)


def _strays(out: Path) -> list[Path]:
    """Parts and manifests in a folder that has no run."""
    paths = [out / MANIFEST, *(out / part for part in find_parts(out))]
    return [path for path in paths if path.exists()]


def _list(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []
