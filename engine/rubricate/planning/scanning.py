"""What looks for the matches of matchers: one literal index, scanners for every record, and scanners behind a guard."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from rubricate.model.descriptors import Cost, MatcherKind, Scanner
from rubricate.model.document import Folder
from rubricate.model.ruleset import MatcherSpec
from rubricate.planning.guarding import Guard, Guarded
from rubricate.planning.literals import LiteralIndex, pieces_of
from rubricate.planning.logic import Truth
from rubricate.registry import Registry
from rubricate.texts.searching import backend

__all__ = ["Gated", "Scan", "make_scan"]

Gate = Callable[[Iterable[str]], "Truth | None"]
"""Matchers of one stage -> whether one of them may matter for a record; None: always."""


class Gated(NamedTuple):
    """A scanner of expensive matchers, and the records that it is asked about."""

    kind: str
    """The kind of its matchers, or their family."""
    scanner: Scanner
    matchers: Sequence[str]
    gate: Truth | None
    """Records for which this is no are spared; None: there are none."""


class Scan(NamedTuple):
    """Finds the matches of some matchers."""

    literals: LiteralIndex | None
    scanners: Sequence[tuple[str, Scanner]]
    """(kind, scanner), for every record."""
    guard: Guard | None
    """The scanners that are only called for records that hold a text they require."""
    gated: Sequence[Gated]
    """Those of expensive matchers, which come when all others are done."""


def make_scan(
    specs: Sequence[MatcherSpec], registry: Registry, fold: Sequence[str], folder: Folder, gate: Gate
) -> Scan:
    """What looks for these matchers together; each finds what it would find alone."""
    gated = _gated([spec for spec in specs if _is_dear(spec, registry)], registry, gate)
    specs = [spec for spec in specs if not _is_dear(spec, registry)]
    by_kind: dict[str, list[MatcherSpec]] = defaultdict(list)
    for spec in specs:
        by_kind[spec.kind].append(spec)
    kinds = {kind: registry.matchers[kind] for kind in sorted(by_kind)}
    scanners, guarded = _scanners(kinds, by_kind, fold)
    guard = Guard(guarded) if guarded else None
    return Scan(_literals(kinds, by_kind, guard, folder), scanners, guard, gated)


def _is_dear(spec: MatcherSpec, registry: Registry) -> bool:
    kind = registry.matchers[spec.kind]
    return kind.cost > Cost.LEXICAL and kind.literals is None


def _gated(specs: Sequence[MatcherSpec], registry: Registry, gate: Gate) -> list[Gated]:
    """A scanner for each family, or kind without one."""
    families: dict[str, list[MatcherSpec]] = defaultdict(list)
    for spec in specs:
        families[registry.matchers[spec.kind].family or spec.kind].append(spec)
    found = []
    for name, members in sorted(families.items()):
        compiled = _compiler(registry.matchers[members[0].kind])(members)
        names = [spec.name for spec in members]
        found.append(Gated(name, compiled, names, gate(names)))
    return found


def _scanners(
    kinds: Mapping[str, MatcherKind], by_kind: Mapping[str, Sequence[MatcherSpec]], fold: Sequence[str]
) -> tuple[list[tuple[str, Scanner]], list[Guarded]]:
    """The scanners that see every record, and those that see only records that can hold a match of theirs."""
    scanners: list[tuple[str, Scanner]] = []
    guarded: list[Guarded] = []
    by_pattern = backend("patterns") == "fast"
    for kind, found in kinds.items():
        if found.literals is not None:
            continue
        free: list[MatcherSpec] = []
        for spec in by_kind[kind]:
            wider = found.wider(spec) if found.wider is not None else None
            # patterns that one pass looks for are more exact than the texts that they require
            texts = _required(found, spec, fold) if wider is None or not by_pattern else None
            if wider is not None and not (by_pattern or wider.needs):
                wider = None
            if wider is not None or texts:
                scanner = _compiler(found)([spec])
                guarded.append(Guarded(kind=kind, scanner=scanner, texts=texts or frozenset(), wider=wider))
            else:
                free.append(spec)
        if free:
            scanners.append((kind, _compiler(found)(free)))
    return scanners, guarded


def _required(kind: MatcherKind, spec: MatcherSpec, fold: Sequence[str]) -> frozenset[str] | None:
    """Required texts are in folded case, so without that fold they say nothing about a record."""
    if kind.required_literals is None or "casefold" not in fold:
        return None
    return kind.required_literals(spec)


def _literals(
    kinds: Mapping[str, MatcherKind],
    by_kind: Mapping[str, Sequence[MatcherSpec]],
    guard: Guard | None,
    folder: Folder,
) -> LiteralIndex | None:
    entries = [
        (spec.name, literal, spec.fields)
        for kind, found in kinds.items()
        if found.literals is not None
        for spec in by_kind[kind]
        for literal in pieces_of(found.literals(spec))
    ]
    required = guard.required if guard is not None else {}
    return LiteralIndex(entries, folder, required=required) if entries or required else None


def _compiler(kind: MatcherKind) -> Callable[[Sequence[MatcherSpec]], Scanner]:
    assert kind.compile is not None, f"{kind.name} gives neither literals nor a scanner"
    return kind.compile
