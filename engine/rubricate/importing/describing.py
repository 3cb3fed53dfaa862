"""What stands beside an imported ruleset: a README, and a table of what could not be taken over."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from rubricate.importing.imported import Imported
from rubricate.importing.writing import table_text

__all__ = ["REPORT", "all_files"]

REPORT = "import-report.tsv"


def all_files(imported: Imported, *, kind: str, file: Path, licence: str | None, source: str | None) -> dict[str, str]:
    """Every file of the folder: those of the ruleset, its README, and the report by id."""
    remarks = [(remark.id, remark.what, remark.reason) for remark in imported.remarks]
    return {
        **imported.files,
        REPORT: table_text(("id", "what", "reason"), remarks),
        "README.md": _readme(imported, kind=kind, file=file, licence=licence, source=source),
    }


def _readme(imported: Imported, *, kind: str, file: Path, licence: str | None, source: str | None) -> str:
    left_out = sum(remark.what == "left out" for remark in imported.remarks)
    changed = len(imported.remarks) - left_out
    lines = [
        f"# {imported.name}",
        "",
        *imported.about,
        "",
        f"Made by `rubricate import {kind}` from `{file.name}` (sha256 `{_digest(file)}`).",
        f"Source: {source or imported.origin}",
        *([f"Licence: {licence}"] if licence is not None else []),
        "Keep this line and the licence of the copy that you imported when you pass the rules on.",
        "",
        f"Of {imported.rules} rules {imported.taken} were taken over.",
        f"`{REPORT}` names what was left out ({left_out}) and what was changed ({changed}), each by its id.",
        "",
        "```",
        "rubricate check ruleset.yaml",
        "rubricate test ruleset.yaml",
        *_evaluation(imported.files),
        "```",
        "",
    ]
    return "\n".join(lines)


def _evaluation(files: Mapping[str, str]) -> list[str]:
    records = sorted(name for name in files if name.endswith("records.jsonl"))
    return [f"rubricate evaluate ruleset.yaml gold.jsonl --on {name}" for name in records]


def _digest(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:  # it was there a moment ago; the README can do without
        return "unknown"
