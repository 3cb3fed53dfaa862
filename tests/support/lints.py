"""Short ways to ask what the linter says."""

from __future__ import annotations

from pathlib import Path

import rubricate
from rubricate.model.problem import Problem
from support.rulesets import write_text

__all__ = ["codes_of", "of_condition", "problems_for"]

CONDITION = """\
record: {{text: [title, body], meta: {{price: {{type: number}}, lang: {{type: enum, values: [en, de]}}, name: {{type: text}}}}}}
labels: {{found: {{kind: document}}}}
let: {{burn: '"burn" or "scald"', denial: '"no" or "never"'}}
contexts: {{denied: {{cue: 'denial', direction: before, window: 3 words}}}}
rules:
  - {{id: asked, label: found, when: '{condition}', confidence: 0.9}}
  - {{id: other, label: found, when: 'burn is denied', confidence: 0.95}}
"""


def problems_for(tmp_path: Path, yaml: str, **files: str | bytes) -> list[Problem]:
    """All problems but those of missing examples and idle labels; the first line of `yaml` is line 3."""
    _, problems = rubricate.check(write_text(tmp_path, yaml, **files))
    return [found for found in problems if found.code not in ("R102", "R139")]


def codes_of(tmp_path: Path, yaml: str, **files: str | bytes) -> list[tuple[str, int]]:
    """The code and line of each of them."""
    return [(found.code, found.location.line) for found in problems_for(tmp_path, yaml, **files)]


def of_condition(tmp_path: Path, condition: str) -> list[str]:
    """Codes with what each is about, for a condition over burn, denial, doc.price, doc.lang, doc.name, title, body."""
    yaml = CONDITION.format(condition=condition.replace("'", "''"))
    found = problems_for(tmp_path, yaml)
    lines = (tmp_path / "ruleset.yaml").read_text(encoding="utf-8").split("\n")
    return [
        f"{each.code} {lines[each.location.line - 1][each.location.column - 1 :][: each.location.length]}"
        for each in found
    ]
