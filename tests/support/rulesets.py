"""Rulesets written in a test, and short ways to ask what they say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import rubricate
from rubricate.annotator import Annotator, LabelledRecord

__all__ = ["load_text", "matches_of", "problems_of", "spans_of", "truth_of", "votes_of", "write_text"]

Record = str | Mapping[str, object]

ASKED = """\
labels: {{holds: {{kind: document}}, fails: {{kind: document}}}}
rules:
  - {{id: asked, label: holds, when: '{condition}', confidence: 1}}
  - {{id: asked-the-other-way, label: fails, when: 'not ({condition})', confidence: 1}}
"""

EMITTED = """\
labels: {{found: {{kind: span}}}}
conflicts: {{same_label_overlap: keep_all, overlap: keep_all}}
rules:
  - {{id: emitted, label: found, when: '{condition}', confidence: 1}}
"""


def write_text(tmp_path: Path, yaml: str, **files: str | bytes) -> Path:
    """The path of a ruleset `t`, version 1.0.0, with these other keys; `files` stand beside it, by name."""
    for name, content in files.items():
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else dedent(content).encode())
    path = tmp_path / "ruleset.yaml"
    path.write_text('ruleset: t\nversion: "1.0.0"\n' + dedent(yaml), encoding="utf-8")
    return path


def load_text(tmp_path: Path, yaml: str, **files: str | bytes) -> Annotator:
    """The ruleset with these keys, ready to label."""
    return rubricate.load(write_text(tmp_path, yaml, **files))


def problems_of(tmp_path: Path, yaml: str, **files: str | bytes) -> list[tuple[str, int]]:
    """The code and line of each error; the first line of `yaml` is line 3."""
    _, problems = rubricate.check(write_text(tmp_path, yaml, **files))
    return [(found.code, found.location.line) for found in problems if found.is_error]


def truth_of(tmp_path: Path, condition: str, record: Record, declared: str = "", **files: str | bytes) -> str:
    """`yes`, `no` or `unknown`: what a condition is on a record, under further keys of the ruleset."""
    votes = votes_of(_ask(tmp_path, ASKED, condition, record, declared, files))
    return {"holds": "yes", "fails": "no"}[votes[0][1]] if votes else "unknown"


def matches_of(
    tmp_path: Path, condition: str, record: Record, declared: str = "", **files: str | bytes
) -> list[tuple[str, int, str]]:
    """Field, start and text of each match of a condition, as a span rule emits them, sorted."""
    found = _ask(tmp_path, EMITTED, condition, record, declared, files)
    return sorted((span.field, span.start, found.text(span)) for span in found.annotations)


def votes_of(record: LabelledRecord) -> list[tuple[str, str, float]]:
    """Rule, label and score of each vote."""
    return [(vote.rule, vote.label, vote.score) for vote in record.votes]


def spans_of(record: LabelledRecord) -> list[tuple[str, str, float | None]]:
    """Label, text and score of each accepted span."""
    return [(span.label, record.text(span), span.score) for span in record.annotations if span.kind == "span"]


def _ask(
    tmp_path: Path, template: str, condition: str, record: Record, declared: str, files: Mapping[str, str | bytes]
) -> LabelledRecord:
    yaml = template.format(condition=condition.replace("'", "''")) + dedent(declared)
    return load_text(tmp_path, yaml, **files).annotate_one(record)
