"""Checks a published run against its manifest: every byte, every count, and nothing beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from rubricate.errors import RunError
from rubricate.running.publishing import read_manifest
from rubricate.running.tally import explain_imbalance, is_balanced, terms
from rubricate.running.workspace import find_foreign, find_parts, find_temps
from rubricate.storage.layout import FOLDERS, MANIFEST, PART_NAME

__all__ = ["Finding", "verify_run"]

_BLOCK = 1 << 20

What: TypeAlias = Literal["manifest", "missing", "digest", "rows", "counts", "unnamed", "foreign", "unfinished"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something in an output folder that is not as the manifest says."""

    what: What
    path: str
    """Relative to the output folder."""
    message: str


def verify_run(out: Path) -> list[Finding]:
    """What is wrong with the run in `out`; nothing when it is sound."""
    return list(_find(out))


def _find(out: Path) -> Iterator[Finding]:
    if not out.is_dir():
        yield Finding(what="manifest", path=MANIFEST, message=f"{out} is no folder")
        return
    named: set[str] = set()
    try:
        manifest = read_manifest(out)
    except RunError as error:
        yield Finding(what="manifest", path=MANIFEST, message=error.message)
    else:
        if manifest is None:
            yield Finding(what="manifest", path=MANIFEST, message="there is none: the run has not been finished")
        else:
            named = _named(manifest.body)
            yield from _check_parts(out, manifest.body)
            yield from _check_counts(manifest.body)
    for path in find_parts(out):
        if path not in named:
            yield Finding(what="unnamed", path=path, message="the manifest does not name this part")
    for path in find_foreign(out):
        yield Finding(what="foreign", path=path, message="no run writes a file of this name")
    for temp in find_temps(out):
        path = temp.relative_to(out).as_posix()
        yield Finding(what="unfinished", path=path, message="left behind by a run that was stopped, or is running")


def _named(body: Mapping[str, object]) -> set[str]:
    return {str(part["path"]) for part in _parts(body)}


def _parts(body: Mapping[str, object]) -> list[Mapping[str, object]]:
    parts = body["parts"]
    assert isinstance(parts, list)
    return parts


def _check_parts(out: Path, body: Mapping[str, object]) -> Iterator[Finding]:
    for part in _parts(body):
        path = str(part["path"])
        folder, _, name = path.partition("/")
        if folder not in FOLDERS or not PART_NAME.fullmatch(name):
            yield Finding(what="manifest", path=path, message="the manifest names what is no part")
            continue
        try:
            sha256, rows = _read(out / path)
        except FileNotFoundError:
            yield Finding(what="missing", path=path, message="the manifest names this part, but it is not there")
            continue
        if sha256 != part["sha256"]:
            message = f"its sha256 is {sha256[:8]}..., the manifest says {str(part['sha256'])[:8]}..."
            yield Finding(what="digest", path=path, message=message)
        if rows != part["rows"]:
            yield Finding(what="rows", path=path, message=f"it has {rows} rows, the manifest says {part['rows']}")


def _check_counts(body: Mapping[str, object]) -> Iterator[Finding]:
    counts, sources = body["counts"], body["sources"]
    assert isinstance(counts, Mapping)
    assert isinstance(sources, list)
    if not is_balanced(counts):
        yield Finding(what="counts", path=MANIFEST, message=explain_imbalance(counts))
    numbers = terms(counts)
    yield from _check_sources(sources, numbers)
    due = {
        "records": numbers["accepted"] + numbers["settled"] + numbers["undecided"],
        "review": numbers["review"],
        "quarantine": numbers["quarantined"],
        "dropped": numbers["dropped"],
    }
    for folder, number in due.items():
        rows = sum(_whole(part["rows"]) for part in _parts(body) if str(part["path"]).startswith(f"{folder}/"))
        if rows != number:
            message = f"its parts have {rows} rows, the counts say {number}"
            yield Finding(what="counts", path=folder, message=message)


def _check_sources(sources: Sequence[Mapping[str, object]], total: Mapping[str, int]) -> Iterator[Finding]:
    """The law for each source, and the sources against the counts of the whole run."""
    sums = dict.fromkeys(total, 0)
    for source in sources:
        name, routes = source["name"], source.get("routes")
        if not isinstance(routes, Mapping):
            message = f"{name}: it is not said where its records went"
            yield Finding(what="counts", path=MANIFEST, message=message)
            return
        counts = {**routes, "routes": routes}
        if not is_balanced(counts):
            yield Finding(what="counts", path=MANIFEST, message=f"{name}: {explain_imbalance(counts)}")
        if source["read"] != routes["read"]:
            message = f"{name}: {source['read']} records were read, {routes['read']} were counted"
            yield Finding(what="counts", path=MANIFEST, message=message)
        for term, number in terms(counts).items():
            sums[term] += number
    for term, number in total.items():
        if sums[term] != number:
            message = f"the sources come to {sums[term]} {term}, the counts say {number}"
            yield Finding(what="counts", path=MANIFEST, message=message)


def _read(path: Path) -> tuple[str, int]:
    digest, rows = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            rows += block.count(b"\n")
    return digest.hexdigest(), rows


def _whole(number: object) -> int:
    assert isinstance(number, int)
    return number
