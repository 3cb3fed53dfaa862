"""Small sets of labelled texts that a model learns in a moment."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from rubricate.api import Lesson
from support.matching import make_document

__all__ = ["TEXTS", "lessons", "write_labelled"]

_SPAM = ("subscribe to my channel", "visit my site for free", "check out my page", "follow me for free gifts")
_HAM = ("what a lovely song", "her voice is great", "this song reminds me of school", "the guitar in this song")
_TAILS = ("", "today", "please", "now", "again", "really", "everybody", "my friends", "at last", "you all")

TEXTS: Sequence[tuple[str, str]] = tuple(
    (f"{text} {tail} {number}".replace("  ", " "), label)
    for number, tail in enumerate(_TAILS)
    for label, texts in (("spam", _SPAM), ("ham", _HAM))
    for text in texts
)
"""(text, label): eighty different texts, half of each label."""


def lessons(*, without: str | None = None) -> list[Lesson]:
    """The texts as lessons; of the label `without` none of the classes holds."""
    return [Lesson(make_document(text), None if label == without else label) for text, label in TEXTS]


def write_labelled(folder: Path) -> Path:
    """The texts as a dump that is its own gold."""
    lines = [json.dumps({"id": f"t{number}", "text": text, "labels": [label]}) for number, (text, label) in
             enumerate(TEXTS)]  # fmt: skip
    path = folder / "gold.jsonl"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path
