"""Makes a whole ruleset of the part that a page of a code shows."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from pathlib import Path

__all__ = ["RULE_KEYS", "write_example"]

RULE_KEYS = ("when", "label", "emit", "hit", "status")
"""A part that begins with one of these is that of a single rule; keys of the ruleset may follow an empty line or a let."""
NEEDED = {
    "ruleset": "ruleset: example",
    "version": 'version: "1.0.0"',
    "labels": "labels: [spam, ham]",
    "rules": "rules:\n  - {id: other, label: ham, when: '\"music\"', confidence: 0.9, hit: [music], miss: [noise]}",
}


def write_example(folder: Path, part: str, files: Mapping[str, str]) -> Path:
    """The path of a ruleset in which the part stands, with what a ruleset needs around it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    path = folder / "ruleset.yaml"
    path.write_text(_whole(part.strip("\n")), encoding="utf-8")
    return path


def _whole(part: str) -> str:
    if part.split(":", 1)[0] in RULE_KEYS:
        rule, _, rest = part.partition("\nlet:")
        part = _rule(rule) + (f"\nlet:{rest}" if rest else "")
    keys = set(re.findall(r"^(\w+):", part, re.MULTILINE))
    return "\n".join([*(text for key, text in NEEDED.items() if key not in keys), part, ""])


def _rule(part: str) -> str:
    keys = set(re.findall(r"^(\w+):", part, re.MULTILINE))
    added = "" if "confidence" in keys else "\nconfidence: 0.9"
    return "rules:\n  - id: example\n" + textwrap.indent(part.strip("\n") + added, "    ")
