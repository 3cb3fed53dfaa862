"""The matcher kind `regex`: a regular expression, or a table of them, over the text as written.

What it marks
    Each non-empty match, from left to right, without overlaps. Named groups become columns of the match. With
    `of: TABLE`, whose terms are patterns, a match has the columns of its row too, and `take: first` makes the
    table an ordered list: in each field only the first row that matches counts.

Parameters
    `pattern: /.../flags`, or `pattern` and `flags` apart. Flags: `i` ignores case, `m` lets ^ and $ match at
    lines, `s` lets the dot match line ends, `x` allows white space and comments. The dialect is that of the
    `regex` package (V0), Unicode-aware. `fold: true` looks at the folded text instead.

Example
    `matchers: {degree: {use: regex, pattern: '/(?<n>[0-9]{2,3}) ?°(?<u>[CF])/'}}`

Not marked
    Empty matches, such as those of `a*` between letters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rubricate.api import MatcherKind, MatcherSpec, Scanner, hookimpl

__all__ = ["register_matchers"]

OPTIONS = {
    "type": "object",
    "properties": {
        "pattern": {"type": "string", "minLength": 1, "description": "The pattern, bare or as /pattern/flags."},
        "flags": {"type": "string", "description": "Letters of i, m, s, x."},
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


def _columns(spec: MatcherSpec) -> Mapping[str, str]:
    from rubricate_regex.patterns import columns

    return columns(spec)


def _validate(spec: MatcherSpec) -> None:
    from rubricate_regex.patterns import validate

    validate(spec)
