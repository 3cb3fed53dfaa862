"""Documents, matcher specs and tables in one line, for tests of matcher kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rubricate.model.document import Document
from rubricate.model.location import Location
from rubricate.model.ruleset import MatcherSpec
from rubricate.model.table import Row, Table
from rubricate.texts.folding import make_folder

__all__ = ["HERE", "make_document", "make_spec", "make_table"]

HERE = Location("ruleset.yaml", 1, 1)
FOLD = make_folder(("nfkc", "casefold", "quotes", "spaces"))


def make_document(text: str | None = None, **fields: str) -> Document:
    """A document with one text field `text`, or with the given fields."""
    clean = dict(fields) if text is None else {"text": text, **fields}
    return Document(id="r1", ordinal=0, original=clean, clean=clean, maps={}, meta={}, fold=FOLD)


def make_table(*terms: str | tuple[str, ...], patterns: bool = False, **columns: Sequence[object]) -> Table:
    """A table with a row for each term (or tuple of terms); `columns` are given from the top."""
    rows = [
        Row(
            (term,) if isinstance(term, str) else term,
            {name: values[index] for name, values in columns.items()},
            index + 2,
        )
        for index, term in enumerate(terms)
    ]
    types = dict.fromkeys(columns, "text")
    return Table(name="list", columns=types, rows=rows, patterns=patterns, location=HERE)


def make_spec(
    name: str = "m", *, kind: str = "regex", options: Mapping[str, object] | None = None, **fields: object
) -> MatcherSpec:
    """A matcher spec; `fields` are its other attributes."""
    return MatcherSpec(name=name, kind=kind, options=options or {}, location=HERE, **fields)  # type: ignore[arg-type]  # whatever the test says
