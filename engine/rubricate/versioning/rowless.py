"""Whether a rule asks for something else, whatever the rows of the tables that it looks into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rubricate.model.ruleset import Rule
from rubricate.model.table import Table
from rubricate.planning.meanings import Meanings

__all__ = ["condition_without_rows", "without_rows"]


def without_rows(meanings: Meanings) -> Meanings:
    """The meanings of a ruleset as if all its tables were empty."""
    ruleset = meanings.ruleset
    matchers = {
        name: replace(spec, table=_emptied(spec.table), exceptions=_emptied(spec.exceptions))
        for name, spec in ruleset.matchers.items()
    }
    tables = {name: replace(table, rows=()) for name, table in ruleset.tables.items()}
    return Meanings(replace(ruleset, matchers=matchers, tables=tables), meanings.registry)


def _emptied(table: Table | None) -> Table | None:
    return None if table is None else replace(table, rows=())


def condition_without_rows(rule: Rule, rowless: Meanings) -> Mapping[str, object]:
    """When a rule speaks and what it marks, by the meanings that `without_rows` gives."""
    parts = rowless.rule_parts(rule)
    return {name: parts[name] for name in ("asked", "marks", "label", "label_from")}
