"""A finished run's records as readers want them: in order, with everything derived filled in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import cast

import orjson

from rubricate.errors import RunError, UsageError
from rubricate.model.places import value_at
from rubricate.running.publishing import Manifest, read_manifest
from rubricate.storage.layout import FOLDERS, MANIFEST, receipts_folder
from rubricate.storage.objects import digest_file, digest_value
from rubricate.storage.receipts import decode_routes, read_receipt

__all__ = ["annotation_id", "complete", "output_key", "read_run", "read_run_records"]

_PLACES = {"document": (), "span": ("field", "start", "end"), "box": ("field", "x", "y", "width", "height")}
"""Kind of annotation -> what of it says where it stands."""

_FOLDER_OF = {"a": "records", "s": "records", "u": "records", "r": "review", "q": "quarantine", "d": "dropped"}
"""Letter of a route -> the folder that its records stand in."""


def annotation_id(record: str, annotation: Mapping[str, object]) -> str:
    """The id of an annotation: the same for whoever says that this label stands at this place of this record.

    >>> annotation_id("c17", {"kind": "document", "label": "spam"})
    '37fff31e7a8624d4'
    """
    kind = str(annotation["kind"])
    target = [annotation[name] for name in _PLACES[kind]] if kind in _PLACES else [annotation.get("field")]
    return digest_value([record, annotation["label"], [kind, *target]])[:16]


def output_key(out: Path) -> str:
    """The key under which the finished run in `out` wrote; raises UsageError when there is none."""
    options = cast("Mapping[str, object]", _published(out).body["options"])
    return cast("str", options.get("output_key", "rubricate"))


def read_run(out: Path | str, folders: Sequence[str] = ("records",)) -> Iterator[dict[str, object]]:
    """The records of the finished run in `out`, in the order of its dumps, with everything that can be derived.

    The folders are records, review, quarantine and dropped. Raises UsageError when there is no finished run.
    """
    return read_run_records(Path(out), folders, key=output_key(Path(out)))


def read_run_records(
    out: Path,
    folders: Sequence[str] = ("records",),
    *,
    key: str = "rubricate",
    verify: bool = False,
    completed: bool = True,
    without: Collection[Path] = (),
) -> Iterator[dict[str, object]]:
    """The records of a finished run in the order of its sources; `completed` by what can be derived.

    Parts in `without` are passed over.
    A folder is one of `rubricate.storage.layout.FOLDERS`; `verify` compares the digest of each part before its first
    record is given. What order the records of several folders had is in the receipts of the units: for a unit whose
    receipt has gone, one folder comes after the other. Raises UsageError when there is no finished run, RunError when
    a part is missing or damaged.
    """
    for folder in folders:
        if folder not in FOLDERS:
            raise UsageError(f'"{folder}" is not a folder of a run', help=f"say {', '.join(sorted(FOLDERS))}")
    parts = cast("Sequence[Mapping[str, object]]", _published(out).body["parts"])
    if without:
        parts = [part for part in parts if out / str(part["path"]) not in without]
    records = _read_units(out, parts, frozenset(folders), verify=verify)
    return (complete(record, key=key) for record in records) if completed else records


def _published(out: Path) -> Manifest:
    manifest = read_manifest(out)
    if manifest is None:
        raise UsageError(f"{out}: holds no finished run", help=f"name a folder with a {MANIFEST}, or finish the run")
    return manifest


def _read_units(
    out: Path, parts: Sequence[Mapping[str, object]], folders: frozenset[str], *, verify: bool
) -> Iterator[dict[str, object]]:
    keys = _keys_by_unit(out) if len(folders) > 1 else {}
    for unit, group in groupby(parts, key=lambda part: cast("int", part["unit"])):
        named = {str(part["path"]).partition("/")[0]: part for part in group}
        wanted = {folder: part for folder, part in named.items() if folder in folders}
        routes = _routes(out, keys.get(unit, ()), named) if len(wanted) > 1 else ""
        with ExitStack() as stack:
            lines = {folder: _read_part(out, part, stack, verify=verify) for folder, part in wanted.items()}
            for letter in routes:
                folder = _FOLDER_OF.get(letter)
                if folder in lines:
                    record = next(lines[folder], None)
                    if record is None:
                        raise _damaged(out / str(wanted[folder]["path"]), "has fewer rows than the manifest says")
                    yield record
            for rest in lines.values():
                yield from rest


def _keys_by_unit(out: Path) -> Mapping[int, Sequence[str]]:
    """Unit -> the keys of its receipts; there are several when its records were settled later."""
    found: dict[int, list[str]] = defaultdict(list)
    for path in sorted(receipts_folder(out).glob("*.json")):
        receipt = read_receipt(out, path.stem)
        if receipt is not None:
            found[receipt.unit].append(receipt.key)
    return found


def _routes(out: Path, keys: Sequence[str], named: Mapping[str, Mapping[str, object]]) -> str:
    """The letter of each record of a unit, from the receipt of just these parts; nothing when none is left."""
    digests = {part["path"]: part["sha256"] for part in named.values()}
    for key in keys:
        receipt = read_receipt(out, key)
        if receipt is not None and {part.path: part.sha256 for part in receipt.parts} == digests:
            return decode_routes(receipt.routes)
    return ""


def _read_part(out: Path, part: Mapping[str, object], stack: ExitStack, *, verify: bool) -> Iterator[dict[str, object]]:
    path = out / str(part["path"])
    try:
        if verify and digest_file(path) != part["sha256"]:
            raise _damaged(path, "is not what the manifest says")
        file = stack.enter_context(path.open("rb"))
    except FileNotFoundError:
        raise _damaged(path, "is missing") from None
    for number, line in enumerate(file, start=1):
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise _damaged(path, f"line {number} is not JSON") from error
        yield record


def _damaged(path: Path, what: str) -> RunError:
    return RunError(f"{path}: {what}", help="run again with --overwrite")


def complete(record: Mapping[str, object], *, key: str = "rubricate") -> dict[str, object]:
    """A record as on disk with the derived parts filled in: ids, texts, `by`, and what a vote leaves out."""
    result = record.get(key)
    if not isinstance(result, dict):
        return dict(record)
    filled = dict(result)
    for name in ("annotations", "suggestions"):
        if name in filled:
            told = {**record, **cast("Mapping[str, object]", result.get("texts", {}))}
            filled[name] = [_complete_annotation(annotation, told, str(result["id"])) for annotation in filled[name]]
    return {**record, key: filled}


def _complete_annotation(annotation: Mapping[str, object], record: Mapping[str, object], id: str) -> dict[str, object]:
    filled: dict[str, object] = {"id": annotation_id(id, annotation), **annotation}
    if annotation["kind"] == "span":
        text = value_at(record, str(annotation["field"]))
        start, end = annotation["start"], annotation["end"]
        assert isinstance(start, int)
        assert isinstance(end, int)
        filled.setdefault("text", text[start:end] if isinstance(text, str) else None)
    filled.setdefault("by", "machine")
    if "votes" in filled:
        votes = cast("Sequence[Mapping[str, object]]", filled["votes"])
        filled["votes"] = [{"matcher": None, "polarity": "for", **vote} for vote in votes]
    return filled
