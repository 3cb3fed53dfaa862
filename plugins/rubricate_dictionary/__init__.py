"""The matcher kind `dictionary`: the terms of a table, or of a list in place, as whole words in folded text.

What it marks
    Each place where a term stands as a whole word. Terms and text are folded alike, so case, Unicode form, kinds
    of quotes and runs of white space make no difference.

Parameters
    `of: TABLE` (each match then has the columns of its row), or `terms: [TERM, ...]`.

Example
    `matchers: {heat_terms: {use: dictionary, of: heat}}`

Not marked
    A term inside a longer word: "art" in "start".
"""

from __future__ import annotations

from collections.abc import Sequence

from rubricate.api import Literals, MatcherKind, MatcherSpec, OptionError, hookimpl

__all__ = ["register_matchers"]

OPTIONS = {
    "type": "object",
    "properties": {
        "terms": {
            "type": "array",
            "items": {"type": "string", "minLength": 1},
            "minItems": 1,
            "description": "The terms, where there is no table.",
        }
    },
    "additionalProperties": False,
}


@hookimpl
def register_matchers() -> list[MatcherKind]:
    """The kind `dictionary`."""
    return [
        MatcherKind(
            name="dictionary",
            help="the terms of a table or list, as whole words; case and Unicode form do not matter",
            options=OPTIONS,
            literals=literals,
            validate=validate,
        )
    ]


def literals(spec: MatcherSpec) -> Literals:
    """The terms of a matcher, each with its row; blank ones are left out."""
    if spec.table is None:
        return Literals([term for term in _terms(spec) if term.strip()])
    texts, rows = spec.table.term_columns()
    if all(map(str.strip, texts)):
        return Literals(texts, rows)
    kept = [(text, row) for text, row in zip(texts, rows, strict=True) if text.strip()]
    return Literals([text for text, _ in kept], [row for _, row in kept])


def validate(spec: MatcherSpec) -> None:
    """Raises OptionError unless there are terms, from one place."""
    terms = _terms(spec)
    table = spec.table
    if table is None and not terms:
        raise OptionError("of", "a dictionary needs terms", help="add `of: TABLE` or `terms: [...]`")
    if table is not None and terms:
        raise OptionError("terms", "the terms stand in two places", help=f'remove `terms` or `of: "{table.name}"`')
    if table is not None and table.patterns:
        raise OptionError("of", f'the table "{table.name}" holds patterns, not terms', help="write `use: regex`")
    for term in terms:
        if not term.strip():
            raise OptionError("terms", f'the term "{term}" is blank', help="remove it")
    if table is not None and not any(term.strip() for _, term in table.terms()):
        raise OptionError("of", f'the table "{table.name}" has no terms', help="add a row, or widen its `only`")


def _terms(spec: MatcherSpec) -> Sequence[str]:
    terms = spec.options.get("terms", ())
    return [str(term) for term in terms] if isinstance(terms, (list, tuple)) else []
