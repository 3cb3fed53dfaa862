"""A ruleset held against its lock: what has drifted, which version it needs, and the lock that it should have."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rubricate.reporting.figures import plural
from rubricate.versioning.lockfile import Gone, Lock
from rubricate.versioning.pins import Pins

__all__ = [
    "REASONS",
    "Bump",
    "Drift",
    "Verdict",
    "drift_line",
    "find_drift",
    "is_enough",
    "judge_version",
    "needed_bump",
    "next_version",
    "renew",
]

Part: TypeAlias = Literal[
    "rule", "label", "setting", "table", "section", "model", "plugin", "library", "guideline", "version", "unicode"
]
Bump: TypeAlias = Literal["patch", "minor", "major"]

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)(?:[-+].*)?")


@dataclass(frozen=True, slots=True)
class Drift:
    """One thing that is not as the lock says."""

    part: Part
    name: str
    how: Literal["changed", "new", "gone"]


def find_drift(lock: Lock, pins: Pins) -> tuple[Drift, ...]:
    """Everything in which a ruleset is not what its lock says, part by part, sorted."""
    return tuple(_drift(lock.pins, pins))


def _drift(old: Pins, new: Pins) -> Iterator[Drift]:
    yield from _differences("rule", old.rules, new.rules)
    yield from _differences("label", _label_lines(old), _label_lines(new))
    yield from _differences("setting", old.settings, new.settings)
    yield from _differences("table", old.tables, new.tables)
    yield from _differences("section", old.sections, new.sections)
    yield from _differences("model", old.models, new.models)
    yield from _differences("plugin", old.plugins, new.plugins)
    yield from _differences("library", old.libraries, new.libraries)
    yield from _differences("unicode", old.unicode, new.unicode)
    if old.guideline != new.guideline:
        yield Drift("guideline", new.guideline or old.guideline or "", "changed")
    if (old.name, old.version) != (new.name, new.version):
        yield Drift("version", f"{new.name} {new.version}", "changed")


def _label_lines(pins: Pins) -> dict[str, object]:
    return {name: (digest, pins.label_ids[name]) for name, digest in pins.labels.items()}


def _differences(part: Part, old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[Drift]:
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            yield Drift(part, name, "gone")
        elif name not in old:
            yield Drift(part, name, "new")
        elif old[name] != new[name]:
            yield Drift(part, name, "changed")


def drift_line(found: tuple[Drift, ...], lock: Lock, *, name: str = "ruleset.lock") -> str:
    """What has drifted, counted, in one line.

    >>> pins = Pins(name="t", version="1.2.0", rules={}, labels={}, label_ids={}, settings={})
    >>> drift_line((Drift("rule", "a", "changed"), Drift("rule", "b", "new")), Lock(pins=pins))
    'ruleset.lock: 2 rules changed since 1.2.0; run rubricate lock'
    """
    counted = _counted(found) or "nothing"
    return f"{name}: {counted} changed since {lock.pins.version}; run rubricate lock"


def _counted(found: tuple[Drift, ...]) -> str:
    names: dict[Part, tuple[str, str]] = {
        "rule": ("rule", "rules"), "label": ("label", "labels"), "setting": ("setting", "settings"),
        "table": ("table", "tables"), "section": ("section", "sections"), "plugin": ("plugin", "plugins"),
        "library": ("library", "libraries"),
        "model": ("file of a model", "files of models"),
    }  # fmt: skip
    parts = []
    for part, (one, many) in names.items():
        count = sum(each.part == part for each in found)
        if count:
            words = plural(count, one, many)
            if part == "model":  # whoever swapped a file is told which
                words += f" ({', '.join(each.name for each in found if each.part == part)})"
            parts.append(words)
    alone: dict[Part, str] = {
        "unicode": "the Unicode tables", "guideline": "the guideline's version", "version": "the version",
    }  # fmt: skip
    parts += [words for part, words in alone.items() if any(each.part == part for each in found)]
    return ", ".join(parts)


def needed_bump(found: tuple[Drift, ...], lock: Lock, pins: Pins, *, asked: frozenset[str]) -> Bump:
    """How much the version must grow: `major` when labels or ids went or labels came, `minor` when results may change.

    `asked` are the sections that labels cite: what people are asked is among the results. Other sections, plugins,
    libraries and Unicode tables are not the ruleset's own and ask for no new version of it.
    """
    if lock.pins.label_ids != pins.label_ids or any(each.part == "rule" and each.how == "gone" for each in found):
        return "major"
    if any(
        each.part in ("rule", "label", "setting", "table") or (each.part == "section" and each.name in asked)
        for each in found
    ):
        return "minor"
    return "patch"


REASONS: Mapping[Bump, str] = {
    "major": "labels or ids changed", "minor": "results may change", "patch": "nothing changed its meaning",
}  # fmt: skip
"""Why a version must grow as much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the version of a ruleset is worth beside the one that is locked."""

    locked: str
    version: str
    bump: Bump
    """How much it must grow."""
    smallest: str
    """The smallest version that is enough."""
    how: Literal["enough", "too small", "goes back", "unknown"]
    """`unknown`: one of the versions is not of the form 1.2.3."""

    @property
    def advice(self) -> str:
        """What to write, and why.

        >>> Verdict(locked="1.0.0", version="1.0.1", bump="minor", smallest="1.1.0", how="too small").advice
        'write version: "1.1.0" or higher, as results may change'
        """
        if self.how == "goes back" and self.bump == "patch":
            return f'write version: "{self.smallest}" or higher; versions never go back'
        return f'write version: "{self.smallest}" or higher, as {REASONS[self.bump]}'


def judge_version(lock: Lock, pins: Pins, found: tuple[Drift, ...], *, asked: frozenset[str]) -> Verdict:
    """Whether the version has grown as much since the lock was written as what changed asks for."""
    bump = needed_bump(found, lock, pins, asked=asked)
    locked, version = lock.pins.version, pins.version
    enough, back = is_enough(locked, version, bump), is_enough(locked, version, "patch") is False
    how: Literal["enough", "too small", "goes back", "unknown"] = "unknown"
    if enough is not None:
        how = "enough" if enough else "goes back" if back else "too small"
    return Verdict(locked=locked, version=version, bump=bump, smallest=next_version(locked, bump), how=how)


def is_enough(old: str, new: str, bump: Bump) -> bool | None:
    """Whether a version has grown as much as is needed, None for one that is not of the form 1.2.3.

    >>> is_enough("1.2.3", "1.2.3", "patch"), is_enough("1.2.3", "1.2.4", "minor"), is_enough("1.2.3", "2.0.0", "major")
    (True, False, True)
    """
    before, after = _numbers(old), _numbers(new)
    if before is None or after is None:
        return None
    if bump == "patch":
        return after >= before
    count = 1 if bump == "major" else 2
    return after[:count] > before[:count]


def next_version(old: str, bump: Bump) -> str:
    """The smallest version that is enough.

    >>> next_version("1.2.3", "minor"), next_version("1.2.3", "major")
    ('1.3.0', '2.0.0')
    """
    major, minor, patch = _numbers(old) or (0, 0, 0)
    if bump == "major":
        return f"{major + 1}.0.0"
    return f"{major}.{minor + 1}.0" if bump == "minor" else f"{major}.{minor}.{patch}"


def _numbers(version: str) -> tuple[int, int, int] | None:
    found = _VERSION.fullmatch(version)
    return None if found is None else (int(found[1]), int(found[2]), int(found[3]))


def renew(lock: Lock | None, pins: Pins) -> Lock:
    """The lock of a ruleset as it is now. Parts that did not change keep the version that they last changed in."""
    since: dict[tuple[str, str], str] = {}
    current: dict[str, Mapping[str, object]] = {
        "rules": pins.rules, "labels": _label_lines(pins),
        "tables": {name: table.digest for name, table in pins.tables.items()},
    }  # fmt: skip
    before: dict[str, Mapping[str, object]] = {} if lock is None else {
        "rules": lock.pins.rules, "labels": _label_lines(lock.pins),
        "tables": {name: table.digest for name, table in lock.pins.tables.items()},
    }  # fmt: skip
    for part, entries in current.items():
        for name, digest in entries.items():
            same = lock is not None and before[part].get(name) == digest
            since[part, name] = lock.since[part, name] if same and lock is not None else pins.version
    if lock is None:
        return Lock(pins=pins, since=since)
    return dataclasses.replace(
        lock,
        pins=pins,
        since=since,
        gone_rules=_buried(lock.gone_rules, lock.pins.rules, pins.rules, pins.version),
        gone_labels=_buried(lock.gone_labels, lock.pins.label_ids, pins.label_ids, pins.version),
        gold=lock.gold,
        thresholds=lock.thresholds,
    )


def _buried(gone: Mapping[str, Gone], old: Mapping[str, str], new: Mapping[str, str], version: str) -> dict[str, Gone]:
    """The ids that were locked once and are not there now; one that came back meaning what it meant is no more gone."""
    found = {name: one for name, one in gone.items() if name not in new}
    found.update({name: Gone(digest, version) for name, digest in old.items() if name not in new})
    return found
