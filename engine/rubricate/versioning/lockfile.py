"""`ruleset.lock`: a TOML file with a line for each part of a ruleset, written so that a diff of it can be reviewed."""

from __future__ import annotations

import dataclasses
import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from rubricate.errors import UsageError
from rubricate.versioning.pins import PinnedTable, Pins

__all__ = [
    "FORMAT",
    "GOLD_DIGITS",
    "LOCK_NAME",
    "Gone",
    "Lock",
    "PinnedConfidence",
    "PinnedFit",
    "PinnedGold",
    "PinnedThreshold",
    "lock_path",
    "read_lock",
    "write_lock",
]

FORMAT = 1
GOLD_DIGITS = 16
"""So many hex digits of its digest name the gold, or the records, that numbers come from."""
LOCK_NAME = "ruleset.lock"

_HEAD = """\
# What this ruleset means, a line for each part. Written by `rubricate lock`; commit it, do not edit it.
# A digest changes when a result may change, not when a text is only written otherwise.
# `since` is the version that a part last changed its meaning in. What stands under [gone] is never used again.
"""
_BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Gone:
    """An id that was locked once and has gone."""

    digest: str
    """What it meant."""
    gone: str
    """The version that it went in."""


@dataclass(frozen=True, slots=True)
class PinnedGold:
    """The gold, or the records, that numbers were chosen from."""

    file: str
    """From the folder of the ruleset; its whole path where it stands elsewhere."""
    digest: str
    records: int
    """How many of its records were used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedThreshold:
    """A threshold that keeps a target, with the test that it passed."""

    accept: float | None
    """None: nothing is accepted, as no threshold was shown to keep the target."""
    precision: float
    confidence: float
    right: int
    of: int
    bound: float
    """The precision that it has at least, at the part of the error that this test was allowed."""
    meaning: str
    """A digest of what the scores rest on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedConfidence:
    """A confidence that was learned from gold."""

    confidence: float
    right: int
    of: int
    """Votes of the rule on the gold."""
    meaning: str
    """A digest of what its votes rest on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedFit:
    """The numbers that a combiner was fitted with, for one set."""

    combine: str
    """The combiner."""
    dump: PinnedGold
    """The records whose votes it was fitted to."""
    voted: int
    """How many of them have a vote for a label of the set."""
    meaning: str
    """A digest of what those votes rest on."""
    numbers: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """What a lock file says."""

    pins: Pins
    since: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(`rules`, `labels` or `tables`; name) -> the version that it last changed in."""
    gone_rules: Mapping[str, Gone] = field(default_factory=dict)
    gone_labels: Mapping[str, Gone] = field(default_factory=dict)
    gold: PinnedGold | None = None
    thresholds: Mapping[tuple[str, str], PinnedThreshold] = field(default_factory=dict)
    """(stage, label) -> what was chosen."""
    learned_from: PinnedGold | None = None
    confidences: Mapping[str, PinnedConfidence] = field(default_factory=dict)
    """Rule -> the confidence that was learned for it."""
    fits: Mapping[str, PinnedFit] = field(default_factory=dict)
    """Set -> the numbers of its combiner."""


def lock_path(ruleset: Path) -> Path:
    """Where the lock of a ruleset file stands: beside `ruleset.yaml` as `ruleset.lock`, beside `x.yaml` as `x.lock`."""
    return ruleset.with_suffix(".lock")


def read_lock(path: Path) -> Lock | None:
    """The lock of this path, None when there is none. Raises UsageError for a file that is no lock."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from error
    try:
        found = tomllib.loads(text)
        if found["format"] != FORMAT:
            raise UsageError(f"{path}: has the format {found['format']}, not {FORMAT}", help="update Rubricate")
        return _lock(found)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError, ValueError) as error:
        help = "take the file of the last commit again, or remove it and run rubricate lock"
        raise UsageError(f"{path}: is not a lock: {error}", help=help) from None


def _lock(found: Mapping[str, object]) -> Lock:
    since: dict[tuple[str, str], str] = {}
    for part in ("rules", "labels", "tables"):
        for name, entry in _table(found, part).items():
            since[part, name] = _text(entry, "since")
    gone = _table(found, "gone")
    return Lock(
        pins=Pins(
            name=_text(found, "ruleset"),
            version=_text(found, "version"),
            rules={name: _text(entry, "digest") for name, entry in _table(found, "rules").items()},
            labels={name: _text(entry, "digest") for name, entry in _table(found, "labels").items()},
            label_ids={name: _text(entry, "is") for name, entry in _table(found, "labels").items()},
            settings=_texts(found, "settings"),
            tables={name: _pinned(entry) for name, entry in _table(found, "tables").items()},
            guideline=_text(found, "guideline") if "guideline" in found else None,
            sections=_texts(found, "sections"),
            models=_texts(found, "models"),
            plugins=_texts(found, "plugins"),
            unicode=_texts(found, "unicode"),
            libraries=_texts(found, "libraries"),
        ),
        since=since,
        gone_rules=_gone(gone, "rules"),
        gone_labels=_gone(gone, "labels"),
        gold=_gold(_table(found, "calibrated")),
        thresholds=_thresholds(_table(_table(found, "calibrated"), "thresholds")),
        learned_from=_gold(_table(found, "learned")),
        confidences={
            rule: _confidence(entry) for rule, entry in _table(_table(found, "learned"), "confidences").items()
        },
        fits={name: _fit(entry) for name, entry in _table(found, "fitted").items()},
    )


def _confidence(entry: object) -> PinnedConfidence:
    confidence = _number(entry, "confidence")
    if not 0 <= confidence <= 1:
        raise ValueError(f'"confidence" is {confidence:g}, which is outside 0 to 1')
    return PinnedConfidence(
        confidence=confidence,
        right=round(_number(entry, "right")),
        of=round(_number(entry, "of")),
        meaning=_text(entry, "meaning"),
    )


def _fit(entry: object) -> PinnedFit:
    dump, numbers = _gold({"gold": _table(entry, "dump")}), _table(entry, "numbers")
    if dump is None:
        raise TypeError('"dump" is missing')
    return PinnedFit(
        combine=_text(entry, "combine"),
        dump=dump,
        voted=round(_number(entry, "voted")),
        meaning=_text(entry, "meaning"),
        numbers={name: _number(numbers, name) for name in numbers},
    )


def _thresholds(stages: Mapping[str, object]) -> dict[tuple[str, str], PinnedThreshold]:
    return {(stage, label): _threshold(entry) for stage in stages for label, entry in _table(stages, stage).items()}


def _gold(calibrated: Mapping[str, object]) -> PinnedGold | None:
    entry = _table(calibrated, "gold")
    if not entry:
        return None
    return PinnedGold(_text(entry, "file"), _text(entry, "digest"), round(_number(entry, "records")))


def _threshold(entry: object) -> PinnedThreshold:
    never = isinstance(entry, dict) and entry.get("accept") == "never"
    return PinnedThreshold(
        accept=None if never else _number(entry, "accept"),
        precision=_number(entry, "precision"),
        confidence=_number(entry, "confidence"),
        right=round(_number(entry, "right")),
        of=round(_number(entry, "of")),
        bound=_number(entry, "bound"),
        meaning=_text(entry, "meaning"),
    )


def _number(found: object, name: str) -> float:
    entry = found.get(name) if isinstance(found, dict) else None
    if not isinstance(entry, int | float) or isinstance(entry, bool) or not math.isfinite(entry):
        raise TypeError(f'"{name}" is missing or no number')
    return entry


def _table(found: object, name: str) -> Mapping[str, object]:
    entry = found.get(name, {}) if isinstance(found, dict) else None
    if not isinstance(entry, dict):
        raise TypeError(f'"{name}" is no table')
    return entry


def _text(found: object, name: str) -> str:
    entry = found.get(name) if isinstance(found, dict) else None
    if not isinstance(entry, str):
        raise TypeError(f'"{name}" is missing or no text')
    return entry


def _texts(found: object, name: str) -> dict[str, str]:
    entry = _table(found, name)
    return {key: _text(entry, key) for key in entry}


def _pinned(entry: object) -> PinnedTable:
    rows = entry.get("rows") if isinstance(entry, dict) else None
    if not isinstance(rows, int):
        raise TypeError('"rows" is missing or no number')
    version = _text(entry, "version") if isinstance(entry, dict) and "version" in entry else None
    return PinnedTable(_text(entry, "digest"), version, rows)


def _gone(found: object, part: str) -> dict[str, Gone]:
    return {name: Gone(_text(entry, "digest"), _text(entry, "gone")) for name, entry in _table(found, part).items()}


def write_lock(lock: Lock) -> str:
    """The text of a lock file; the same for the same lock, each part on a line, sorted."""
    return "\n".join(_lines(lock)) + "\n"


def _lines(lock: Lock) -> Iterator[str]:
    yield from _contents(lock)
    yield from _calibrated(lock)
    if lock.confidences:
        yield from _learned(lock)
    for name, fit in sorted(lock.fits.items()):
        told = dataclasses.asdict(fit)
        numbers = told.pop("numbers")
        yield from _section(f"fitted.{_key(name)}", told)
        yield from _section(f"fitted.{_key(name)}.numbers", numbers)
    for part, gone in (("rules", lock.gone_rules), ("labels", lock.gone_labels)):
        yield from _section(
            f"gone.{part}", {name: {"digest": one.digest, "gone": one.gone} for name, one in gone.items()}
        )


def _contents(lock: Lock) -> Iterator[str]:
    """What the ruleset is made of."""
    pins = lock.pins
    yield _HEAD
    yield f"format = {FORMAT}"
    yield f"ruleset = {_value(pins.name)}"
    yield f"version = {_value(pins.version)}"
    if pins.guideline is not None:
        yield f"guideline = {_value(pins.guideline)}"
    yield from _section("rules", {
        name: {"digest": digest, "since": lock.since["rules", name]} for name, digest in pins.rules.items()
    })  # fmt: skip
    yield from _section("labels", {
        name: {"is": pins.label_ids[name], "digest": digest, "since": lock.since["labels", name]}
        for name, digest in pins.labels.items()
    })  # fmt: skip
    yield from _section("settings", pins.settings)
    yield from _section("tables", {
        name: {
            "digest": table.digest, "rows": table.rows,
            **({} if table.version is None else {"version": table.version}), "since": lock.since["tables", name],
        }
        for name, table in pins.tables.items()
    })  # fmt: skip
    yield from _section("sections", pins.sections)
    if pins.models:
        yield from _section("models", pins.models)
    yield from _section("plugins", pins.plugins)
    if pins.libraries:
        yield from _section("libraries", pins.libraries)
    yield from _section("unicode", pins.unicode)


def _calibrated(lock: Lock) -> Iterator[str]:
    """Thresholds that were chosen from gold."""
    yield ""
    yield "# thresholds and confidences that were chosen from gold"
    yield "[calibrated]"
    if lock.gold is not None:
        yield f"gold = {_value(dataclasses.asdict(lock.gold))}"
    for stage in sorted({stage for stage, _ in lock.thresholds}):
        yield from _section(f"calibrated.thresholds.{_key(stage)}", {
            label: {**dataclasses.asdict(pinned), "accept": "never" if pinned.accept is None else pinned.accept}
            for (place, label), pinned in lock.thresholds.items() if place == stage
        })  # fmt: skip


def _learned(lock: Lock) -> Iterator[str]:
    """Confidences that were chosen from gold."""
    yield ""
    yield "[learned]"
    if lock.learned_from is not None:
        yield f"gold = {_value(dataclasses.asdict(lock.learned_from))}"
    yield from _section("learned.confidences", {
        rule: dataclasses.asdict(pinned) for rule, pinned in lock.confidences.items()
    })  # fmt: skip


def _section(name: str, entries: Mapping[str, object]) -> Iterator[str]:
    yield ""
    yield f"[{name}]"
    for key in sorted(entries):
        yield f"{_key(key)} = {_value(entries[key])}"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _value(name)


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)} = {_value(item)}" for key, item in value.items()) + "}"
    # JSON leaves DEL as it is, which TOML does not
    return orjson.dumps(value).decode().replace("\x7f", "\\u007f")
