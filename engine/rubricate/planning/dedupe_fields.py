"""What `by: text` of the step dedupe means."""

from __future__ import annotations

from rubricate.model.ruleset import Ruleset

__all__ = ["dedupe_fields"]


def dedupe_fields(name: str, ruleset: Ruleset) -> tuple[str, ...]:
    """The fields that a name under `by` stands for: itself; `text`, where no field is called so, all text fields."""
    record = ruleset.record
    if name == "text" and record.text and name not in (*record.text, *record.meta, record.id):
        return record.text
    return (name,)
