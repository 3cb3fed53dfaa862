"""The matcher kind `regex`: a regular expression, or a table of them, over the text as written.

What it marks
    Each non-empty match, from left to right, without overlaps. Named groups become columns of the match. With
    `of: TABLE`, whose terms are patterns, a match has the columns of its row too, and `take: first` makes the
    table an ordered list: in each field only the first row that matches counts.

Parameters
    `pattern: /.../flags`, or `pattern` and `flags` apart. Flags: `i` ignores case, `m` lets ^ and $ match at
    lines, `s` lets the dot match line ends, `x` allows white space and comments, `a` keeps \\w, \\d, \\s and \\b to
    ASCII. The dialect is that of the `regex` package (V0), Unicode-aware. `fold: true` looks at the folded text
    instead. A pattern of a table may begin with its own flags: `(?i)`.

    `requires: [words]` searches only texts in which one of the words stands anywhere, case ignored. `group: 1` (a
    number, a name, or a list of them) marks that group instead of the whole match, of several the first that is not
    empty; the column `whole` is then all that was matched. `fill: [columns]` names columns of the table in whose
    cells `$1` stands for the first group of the match and `$$` for a dollar sign.

Example
    `matchers: {degree: {use: regex, pattern: '/(?<n>[0-9]{2,3}) ?°(?<u>[CF])/'}}`

Not marked
    Empty matches, such as those of `a*` between letters, and those of which every `group` is empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rubricate.api import MatcherKind, MatcherSpec, Scanner, Wider, hookimpl

__all__ = ["register_matchers"]

GROUP = {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "minLength": 1}]}
OPTIONS = {
    "type": "object",
    "properties": {
        "pattern": {"type": "string", "minLength": 1, "description": "The pattern, bare or as /pattern/flags."},
        "flags": {"type": "string", "description": "Letters of a, i, m, s, x."},
        "requires": {
            "type": "array",
            "items": {"type": "string", "minLength": 1},
            "minItems": 1,
            "description": "Texts of which one must stand in a text for it to be searched; case is ignored.",
        },
        "group": {
            "anyOf": [GROUP, {"type": "array", "items": GROUP, "minItems": 1}],
            "description": "The group that is marked, by number or name; of several the first that is not empty.",
        },
        "fill": {
            "type": "array",
            "items": {"type": "string", "minLength": 1},
            "minItems": 1,
            "description": "Columns of the table in which $1 stands for the first group of the match.",
        },
    },
    "additionalProperties": False,
}


@hookimpl
def register_matchers() -> list[MatcherKind]:
    """The kind `regex`."""
    return [
        MatcherKind(
            name="regex",
            help="a regular expression, or a table of them; named groups become columns",
            options=OPTIONS,
            compile=_compile,
            required_literals=_required_literals,
            wider=_wider,
            columns=_columns,
            validate=_validate,
        )
    ]


# The package `regex` and what needs it are imported when the first ruleset asks for a pattern.


def _compile(specs: Sequence[MatcherSpec]) -> Scanner:
    from rubricate_regex.scanning import RegexScanner

    return RegexScanner(specs)


def _required_literals(spec: MatcherSpec) -> frozenset[str] | None:
    from rubricate_regex.requiring import required_literals

    return required_literals(spec)


def _wider(spec: MatcherSpec) -> Wider | None:
    from rubricate_regex.widening import wider_of

    return wider_of(spec)


def _columns(spec: MatcherSpec) -> Mapping[str, str]:
    from rubricate_regex.patterns import columns

    return columns(spec)


def _validate(spec: MatcherSpec) -> None:
    from rubricate_regex.patterns import validate

    validate(spec)
