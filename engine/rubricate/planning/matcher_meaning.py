"""Digests of what matchers look for and of what tables hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping

import orjson

from rubricate.model.ruleset import MatcherSpec, Ruleset
from rubricate.model.table import Table
from rubricate.planning.digest import meaning
from rubricate.planning.models import file_digests
from rubricate.planning.table_meaning import RowOrder, entries_digest, lines_digest
from rubricate.registry import Registry
from rubricate.texts.folding import make_folder

__all__ = ["DIGITS", "MatcherMeanings", "short_digest"]

DIGITS = 16
"""How many hex digits of a digest are kept."""

_UNORDERED = frozenset({("dictionary", "terms"), ("regex", "requires"), ("regex", "fill")})
"""Options that are lists and say the same in any order."""


def short_digest(value: object) -> str:
    """The first digits of the sha256 of a value's canonical JSON."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()[:DIGITS]


class MatcherMeanings:
    """Digests of the matchers and tables of one ruleset. `is_exact`: with the lines of rows, which evidence names."""

    def __init__(self, ruleset: Ruleset, registry: Registry, *, is_exact: bool) -> None:
        self._ruleset = ruleset
        self._registry = registry
        self._is_exact = is_exact
        self._fold = make_folder(ruleset.fold)
        self._matchers: dict[tuple[str, bool, bool], str] = {}
        self._tables: dict[tuple[str, RowOrder], str] = {}

    def matcher(self, name: str, *, is_ordered: bool, is_shown: bool = True) -> str:
        """What a matcher looks for; under another name it is another, as evidence names it.

        `is_ordered`: of several matches at the same place the first one counts. `is_shown`: evidence may name it, so
        that a text in place is another one in other letters.
        """
        key = (name, is_ordered, is_shown)
        if key not in self._matchers:
            spec = self._ruleset.matchers[name]
            called = (
                name if is_shown or name[:1] != '"' else json.dumps(self._folded(json.loads(name)), ensure_ascii=False)
            )
            self._matchers[key] = short_digest([called, self._parts(spec, is_ordered=is_ordered)])
        return self._matchers[key]

    def _parts(self, spec: MatcherSpec, *, is_ordered: bool) -> dict[str, object]:
        """The parts of a matcher, resolved; the fold among them if it looks at folded text."""
        plain = spec.kind == "regex" and not spec.fold and spec.exceptions is None and spec.table is None
        files = file_digests(spec, self._registry)
        return {
            "use": spec.kind,
            "options": self._options(spec),
            "of": None if spec.table is None else self._entries(spec.table, self._order(spec, is_ordered=is_ordered)),
            "take": spec.take,
            "check": spec.check,
            "except": None if spec.exceptions is None else self._entries(spec.exceptions, "none"),
            "field": None if spec.fields is None else sorted(set(spec.fields)),
            "fold": None if plain else sorted(set(self._ruleset.fold)),
            "folded": spec.fold,
            **({"files": files} if files else {}),
            **({"words": meaning(spec.words)} if spec.words else {}),
        }

    def _options(self, spec: MatcherSpec) -> Mapping[str, object]:
        found = _options(spec)
        terms = spec.options.get("terms")
        if self._is_exact or spec.kind != "dictionary" or not isinstance(terms, list | tuple):
            return found
        return {**found, "terms": sorted(self._folded(str(term)) for term in terms)}

    def _folded(self, text: str) -> str:
        """A term as it is looked for."""
        return self._fold(text)[0].strip()

    def _order(self, spec: MatcherSpec, *, is_ordered: bool) -> RowOrder:
        """Which rows of its table mean something else in another order."""
        kind = self._registry.matchers.get(spec.kind)
        if spec.take == "first" or kind is None:
            return "all"
        if kind.literals is not None:
            return "same term"
        if spec.kind == "regex":
            return "all" if is_ordered else "none"
        return "all"  # what a plugin makes of the rows is its own affair

    def table(self, name: str, *, ordered: Collection[str]) -> str:
        """What the entries of a table are, in their order if a matcher goes by it.

        `ordered`: the matchers of which the first match of a place counts somewhere.
        """
        uses = [spec for spec in self._ruleset.matchers.values() if spec.table is not None and spec.table.name == name]
        orders = {self._order(spec, is_ordered=spec.name in ordered) for spec in uses}
        return self._entries(self._ruleset.tables[name], min(orders, key=_STRICTEST_FIRST.index, default="none"))

    def holds(self, name: str, digest: str) -> bool:
        """Whether a digest is that of a table's entries, whichever matchers there were when it was made."""
        table = self._ruleset.tables[name]
        return any(self._entries(table, order) == digest for order in _STRICTEST_FIRST)

    def _entries(self, table: Table, order: RowOrder) -> str:
        if self._is_exact:
            return short_digest([table.digest, lines_digest(table)[:DIGITS]])
        key = (table.name, order)
        if key not in self._tables:
            self._tables[key] = entries_digest(table, self._fold, order=order)[:DIGITS]
        return self._tables[key]


_STRICTEST_FIRST: tuple[RowOrder, ...] = ("all", "same term", "none")


def _options(spec: MatcherSpec) -> Mapping[str, object]:
    return {name: _unordered(value) if (spec.kind, name) in _UNORDERED else meaning(value)
            for name, value in spec.options.items()}  # fmt: skip


def _unordered(value: object) -> object:
    return sorted(map(str, value)) if isinstance(value, list | tuple) else meaning(value)
