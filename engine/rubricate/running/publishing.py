"""The manifest: what a finished run is, said in one file that appears last."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import orjson

from rubricate.errors import RunError
from rubricate.running.contracts import Input, RunOptions, RunPlan
from rubricate.running.identity import describe_inputs, make_partial
from rubricate.running.tally import Tally, explain_imbalance, is_balanced, terms
from rubricate.storage.failpoints import reach
from rubricate.storage.layout import MANIFEST, manifests_folder
from rubricate.storage.ledger import Unit
from rubricate.storage.objects import canonical_json, digest_value, put_if_absent, replace_file
from rubricate.storage.receipts import Receipt

__all__ = ["FORMAT", "Manifest", "check_law", "engine_version", "make_body", "named_parts", "publish", "read_manifest"]

FORMAT = "rubricate-manifest-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A manifest whose digest was checked."""

    digest: str
    body: Mapping[str, object]
    """What the digest covers: nothing in it knows a clock, a host or a path of the machine."""
    annex: Mapping[str, object]


@cache
def engine_version() -> str:
    """The version of this distribution."""
    try:
        return version("rubricate")
    except PackageNotFoundError:
        return "unknown"


def read_manifest(out: Path) -> Manifest | None:
    """The manifest in `out`, or None. Raises RunError when there is one that is not what its digest says."""
    path = out / MANIFEST
    try:
        document = orjson.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except orjson.JSONDecodeError as error:
        raise RunError(f"{path}: is not JSON: {error}", help="run again with --overwrite") from error
    try:
        manifest = Manifest(digest=document["digest"], body=document["body"], annex=document["annex"])
        format = document["format"]
    except (KeyError, TypeError):
        raise RunError(f"{path}: is not a manifest of a run", help="choose another --out") from None
    if format != FORMAT:
        raise RunError(f'{path}: has the format "{format}", not "{FORMAT}"', help="update Rubricate")
    if digest_value(manifest.body) != manifest.digest:
        raise RunError(f"{path}: was changed after it was published", help="run again with --overwrite")
    return manifest


def make_body(
    plan: RunPlan,
    inputs: Sequence[Input],
    options: RunOptions,
    done: Iterable[tuple[Unit, Receipt]],
    *,
    parent: str | None = None,
) -> dict[str, object]:
    """The manifest's body from the receipts of all units, in order. Raises RunError when the counts do not balance."""
    tallies = [Tally() for _ in inputs]
    read = [0] * len(inputs)
    parts = []
    for unit, receipt in done:
        tallies[unit.input].merge(receipt.tally)
        read[unit.input] += unit.items
        for part in receipt.parts:
            parts.append({"path": part.path, "sha256": part.sha256, "rows": part.rows, "unit": unit.ordinal})
    total = Tally()
    for source, tally, count in zip(inputs, tallies, read, strict=True):
        check_law(source.name, tally.counts, count)
        total.merge(tally.counts)
    check_law("all inputs", total.counts, sum(read))
    return {
        "ruleset": dict(plan.ruleset),
        "guideline": None if plan.guideline is None else dict(plan.guideline),
        "labels": dict(plan.labels),
        "plan": plan.digest,
        "plugins": dict(plan.plugins),
        **({"libraries": dict(plan.libraries)} if plan.libraries else {}),
        "options": dict(plan.options),
        "partial": make_partial(options),
        "sources": [
            {**source, "read": count, "routes": terms(tally.counts)}
            for source, tally, count in zip(describe_inputs(inputs), tallies, read, strict=True)
        ],
        "answers": plan.answers,
        "counts": total.counts,
        "parts": parts,
        "parent": parent,
    }


def publish(
    out: Path,
    body: Mapping[str, object],
    *,
    now: float,
    seconds: float,
    repeated: int,
    run: str,
    lock: object = None,
    more: Mapping[str, object] | None = None,
) -> str:
    """Rename the manifest into place; returns its digest. One that says the same already is left as it is.

    `more` is what else stands in the annex.
    """
    reach("before_manifest")
    digest = digest_value(body)
    record = {"format": FORMAT, "digest": digest, "body": body}
    put_if_absent(manifests_folder(out), f"{digest}.json", canonical_json(record), run=run)
    if not _is_published(out, digest):
        annex = {
            "created": datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds"),
            "host": socket.gethostname(),
            "seconds": round(seconds, 3),
            "writer": f"rubricate {engine_version()}",
            "repeated_ids": repeated,
            "lock": lock,
            **(more or {}),
        }
        document = orjson.dumps({**record, "annex": annex}, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        replace_file(out / MANIFEST, document, run=run, fail_point="after_manifest_temp")
    reach("after_manifest")
    return digest


def named_parts(body: Mapping[str, object]) -> set[str]:
    """The paths of the parts that a manifest's body names."""
    parts = body["parts"]
    assert isinstance(parts, list)
    return {part["path"] for part in parts}


def check_law(place: str, counts: Mapping[str, object], read: int) -> None:
    """Raise RunError when not every record that was read there went somewhere, each once."""
    if terms(counts)["read"] != read or not is_balanced(counts):
        raise RunError(
            f"{place}: counts do not balance: {read} records went in, {explain_imbalance(counts)}",
            help="nothing was published; this is a fault of Rubricate or of a plugin",
        )


def _is_published(out: Path, digest: str) -> bool:
    try:
        manifest = read_manifest(out)
    except RunError:
        return False  # what stands there is of no use; it is about to be replaced
    return manifest is not None and manifest.digest == digest
