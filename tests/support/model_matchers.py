"""Short ways to make and ask a matcher of transformers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rubricate.model.document import Document
from rubricate.model.match import Match
from rubricate.model.ruleset import MatcherSpec
from rubricate_transformers.scanning import ModelScanner
from support.matching import make_document, make_spec

__all__ = ["ask", "classes", "model_spec", "spans"]


def model_spec(task: str, model: Path | str, name: str = "m", **options: object) -> MatcherSpec:
    """A matcher of a model; `fields`, `table` and `fold` are what every matcher may have."""
    more = {key: options.pop(key) for key in ("fields", "table", "fold") if key in options}
    return make_spec(name, kind=f"transformers.{task}", options={"model": str(model), **options}, **more)


def ask(spec: MatcherSpec, *texts: str | Document) -> list[list[Match]]:
    """Its matches in each text."""
    documents = [text if isinstance(text, Document) else make_document(text) for text in texts]
    return ModelScanner([spec]).scan(documents)


def classes(matches: list[Match]) -> dict[str, float | None]:
    """Class -> score, in the order of the matches."""
    return {str(_columns(match)["class"]): match[4] for match in matches}


def spans(matches: list[Match], text: str) -> list[tuple[str, str, int]]:
    """(class, text, start) of each match."""
    return [(str(_columns(match)["class"]), text[match[2] : match[3]], match[2]) for match in matches]


def _columns(match: Match) -> Mapping[str, object]:
    assert isinstance(match[5], Mapping)
    return match[5]
