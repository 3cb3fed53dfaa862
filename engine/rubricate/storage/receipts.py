"""What a finished unit leaves behind: the digests of its parts and what it counted."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from rubricate.errors import RunError
from rubricate.storage.layout import FOLDERS, PART_NAME, receipts_folder
from rubricate.storage.objects import canonical_json, digest_file, digest_value, put_if_absent, replace_file

__all__ = [
    "LETTERS", "Part", "Receipt", "decode_routes", "encode_routes", "load_receipt", "read_receipt", "store_receipt",
]  # fmt: skip

LETTERS: Mapping[str, str] = {
    "a": "accepted",
    "d": "dropped",
    "p": "split",
    "q": "quarantined",
    "r": "review",
    "s": "settled",
    "u": "undecided",
}
"""The letter of each route."""

_RUN = re.compile(r"([a-z])([1-9]\d*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A file of a unit."""

    folder: str
    path: str
    """Relative to the output folder."""
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The proof that a unit is done."""

    unit: int
    key: str
    parts: tuple[Part, ...]
    routes: str
    """The route of each record read, in order, as runs: `a120r3d1`."""
    tally: Mapping[str, object]
    seconds: float = field(default=0.0, compare=False)
    writers: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Versions of what wrote it; like the time taken, no part of what it says."""
    origin: Mapping[str, str] = field(default_factory=dict, compare=False)
    """`content` and `place`: digests by which a later run knows the unit again, wherever it stands by then.

    `from`: the digest of the manifest of the run that it was taken over from, if it was. `input`: what the votes of its
    records follow from, whatever the rules.
    """
    work: Mapping[str, int] = field(default_factory=dict, compare=False)
    """What was asked of matchers, of how much."""
    shows: Mapping[str, object] = field(default_factory=dict, compare=False)
    """Where rows stand that a report may show (`rubricate.running.showing`), of parts with the digests in `parts`."""

    @property
    def digest(self) -> str:
        """The sha256 of what it says."""
        return digest_value(_content(self))


def encode_routes(letters: str) -> str:
    """The letters of routes as runs.

    >>> encode_routes("aaard")
    'a3r1d1'
    """
    return "".join(f"{letter}{sum(1 for _ in run)}" for letter, run in itertools.groupby(letters))


def decode_routes(runs: str) -> str:
    """One letter a record again.

    >>> decode_routes("a3r1d1")
    'aaard'
    """
    return "".join(match[1] * int(match[2]) for match in _RUN.finditer(runs))


def store_receipt(out: Path, receipt: Receipt, *, run: str = "0") -> None:
    """Make the receipt durable. One that cannot be used is replaced; one that says something else is an error."""
    folder = receipts_folder(out)
    known = load_receipt(out, receipt.key)
    if known == receipt:
        return
    if known is not None:
        raise RunError(
            f"{out}: unit {receipt.unit} gave two different results",
            help="a plugin is not deterministic: look for random numbers, clocks and sets in what the ruleset names",
        )
    aside: dict[str, object] = {
        "seconds": receipt.seconds,
        "writers": receipt.writers,
        "origin": receipt.origin,
        "work": receipt.work,
    }
    if receipt.shows:
        aside["shows"] = receipt.shows
    document = {**_content(receipt), "digest": receipt.digest, **aside}
    name = f"{receipt.key}.json"
    if (folder / name).exists():
        replace_file(folder / name, canonical_json(document), run=run)
    else:
        put_if_absent(folder, name, canonical_json(document), run=run)


def read_receipt(out: Path, key: str) -> Receipt | None:
    """The receipt of a unit key, its own digest checked but not its parts; None when there is none to trust."""
    try:
        document = orjson.loads((receipts_folder(out) / f"{key}.json").read_bytes())
    except (FileNotFoundError, orjson.JSONDecodeError):
        return None
    try:
        receipt = Receipt(
            unit=document["unit"],
            key=document["key"],
            parts=tuple(Part(**part) for part in document["parts"]),
            routes=document["routes"],
            tally=document["tally"],
            seconds=document["seconds"],
            writers=document["writers"],
            origin=document.get("origin", {}),
            work=document.get("work", {}),
            shows=document.get("shows", {}),
        )
        is_sound = receipt.key == key and receipt.digest == document["digest"]
    except (KeyError, TypeError):
        return None
    return receipt if is_sound else None


def load_receipt(out: Path, key: str) -> Receipt | None:
    """The receipt of a unit key if every part that it names is there, byte for byte; else None."""
    receipt = read_receipt(out, key)
    if receipt is None or not all(_is_whole(out, part) for part in receipt.parts):
        return None
    return receipt


def _is_whole(out: Path, part: Part) -> bool:
    folder, _, name = part.path.partition("/")
    if folder != part.folder or folder not in FOLDERS or not PART_NAME.fullmatch(name):
        return False
    try:
        return digest_file(out / part.path) == part.sha256
    except FileNotFoundError:
        return False


def _content(receipt: Receipt) -> dict[str, object]:
    return {
        "unit": receipt.unit,
        "key": receipt.key,
        "parts": [
            {"folder": part.folder, "path": part.path, "sha256": part.sha256, "rows": part.rows}
            for part in receipt.parts
        ],
        "routes": receipt.routes,
        "tally": receipt.tally,
    }
