"""A new ruleset: labels, a rule for each with examples that pass, and the guideline that they cite."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from rubricate.errors import UsageError
from rubricate.scaffolding.filling import fill, write_files

__all__ = ["DEFAULT_LABELS", "new_ruleset", "rule_text", "scalar"]

DEFAULT_LABELS = ("wanted", "unwanted")
DEFAULT_FIELDS = ("text",)
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
LABEL = re.compile(r"[^\s:*\[\]]+( [^\s:*\[\]]+)*")
PLAIN = re.compile(r"[A-Za-z_][\w.-]*")
NOT_PLAIN = frozenset({"true", "false", "yes", "no", "on", "off", "y", "n", "null"})
"""Words that YAML takes for something else than a text."""


def new_ruleset(project: Path, name: str, *, labels: Sequence[str] = (), fields: Sequence[str] = ()) -> list[Path]:
    """Writes `rulesets/NAME/` in a project and gives the paths of its files; one label is a yes or no, more are a set.

    Raises UsageError for a name or label that cannot be one, and when the folder is there already.
    """
    labels = list(labels) or list(DEFAULT_LABELS)
    if not ID.fullmatch(name):
        raise UsageError(f'"{name}" cannot be the name of a ruleset', help="letters, digits, dots, - and _")
    for label in labels:
        if not LABEL.fullmatch(label):
            raise UsageError(f'"{label}" cannot be a label', help="any characters but colons, stars and brackets")
        if labels.count(label) > 1:
            raise UsageError(f'the label "{label}" is given twice', help="name each label once")
    guide = f"{name}-guide"
    sections = [f"s{number}" for number in range(1, len(labels) + 1)]
    contents = {
        "ruleset.yaml": fill(
            "ruleset/ruleset.yaml",
            name=scalar(name),
            guide=scalar(guide),
            fields=", ".join(map(scalar, fields or DEFAULT_FIELDS)),
            labels=_labels(labels),
            rules="".join(_rule(label, section) for label, section in zip(labels, sections, strict=True)).rstrip(),
        ),
        "guideline.md": fill(
            "ruleset/guideline.md",
            guide=guide,
            title=name.replace("-", " ").capitalize(),
            sections="".join(
                fill("ruleset/section.md", label=label, id=section)
                for label, section in zip(labels, sections, strict=True)
            ).rstrip(),
        ),
    }
    return write_files(project / "rulesets" / name, contents)


def rule_text(
    id: str, *, label: str, cites: Sequence[str], when: str, confidence: str, hits: Sequence[str], misses: Sequence[str]
) -> str:
    """A rule as YAML, two spaces deep; without a line for what is not given."""
    text = fill(
        "ruleset/rule.yaml",
        id=scalar(id),
        label=scalar(label),
        cites=", ".join(map(scalar, cites)),
        when=_quoted(when),
        confidence=confidence,
        hits=", ".join(json.dumps(each, ensure_ascii=False) for each in hits),
        misses=", ".join(json.dumps(each, ensure_ascii=False) for each in misses),
    )
    return "".join(line for line in text.splitlines(keepends=True) if not line.endswith(": []\n"))


def scalar(text: str) -> str:
    """A text as YAML writes it in one line: bare where YAML reads it as it is, else in double quotes.

    >>> scalar("spam"), scalar("no")
    ('spam', '"no"')
    """
    bare = PLAIN.fullmatch(text) and text.lower() not in NOT_PLAIN
    return text if bare else json.dumps(text, ensure_ascii=False)


def _labels(labels: Sequence[str]) -> str:
    if len(labels) == 1:
        return f"{{{scalar(labels[0])}: {{kind: document, cites: [s1]}}}}"
    return f"[{', '.join(map(scalar, labels))}]"


def _rule(label: str, section: str) -> str:
    words = re.sub(r"[^\w ]+", " ", label).strip() or "label"
    id = re.sub(r"[^A-Za-z0-9_.-]+", "-", f"words-for-{label}").strip("-")
    said = f"words for {words}"
    return rule_text(
        id, label=label, cites=[section], when=f'"{said}"', confidence="0.9",
        hits=[f"Here stand {said}."], misses=["Here stands nothing of the kind."],
    )  # fmt: skip


def _quoted(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"
