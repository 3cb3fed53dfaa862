"""The kinds of files that rules can be taken from."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from types import MappingProxyType

from rubricate.errors import UsageError
from rubricate.importing.crawlers import import_crawlers
from rubricate.importing.gitleaks import import_gitleaks
from rubricate.importing.imported import Importer
from rubricate.importing.labelled_patterns import import_labelled_patterns
from rubricate.importing.user_agents import import_user_agents

__all__ = ["IMPORTERS", "find_importer"]

IMPORTERS: Mapping[str, Importer] = MappingProxyType(
    {
        importer.name: importer
        for importer in (
            Importer(
                name="crawler-user-agents",
                help="patterns of crawlers: crawler-user-agents.json",
                make=import_crawlers,
            ),
            Importer(name="gitleaks", help="rules that find secrets: gitleaks.toml", make=import_gitleaks),
            Importer(
                name="rules-tsv",
                help="a TSV or CSV file with the columns label and pattern, and perhaps id, example, confidence",
                make=import_labelled_patterns,
            ),
            Importer(
                name="uap", help="browsers, systems and devices: regexes.yaml of uap-core", make=import_user_agents
            ),
        )
    }
)
"""Name -> importer, sorted."""


def find_importer(name: str) -> Importer:
    """The importer of that name; raises UsageError."""
    found = IMPORTERS.get(name)
    if found is None:
        near = difflib.get_close_matches(name, IMPORTERS, n=1)
        help = f'did you mean "{near[0]}"?' if near else f"there are {', '.join(IMPORTERS)}"
        raise UsageError(f'nothing is known about importing "{name}"', help=help)
    return found
