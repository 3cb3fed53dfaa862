"""What the `regex` package says about a bad pattern, in words for the author of a ruleset."""

from __future__ import annotations

from types import MappingProxyType

__all__ = ["explain", "place"]

Wording = tuple[str, str | None]

WORDS: MappingProxyType[str, Wording] = MappingProxyType(
    {
        "missing )": ("a parenthesis is opened and never closed", r"add a `)`, or write `\(` for the character"),
        "unbalanced parenthesis": (
            "a parenthesis is closed and was never opened",
            r"remove it, or write `\)` for the character",
        ),
        "unterminated character set": (
            "a character class is opened and never closed",
            r"add a `]`, or write `\[` for the character",
        ),
        "missing ]": ("a character class is opened and never closed", r"add a `]`, or write `\[` for the character"),
        "bad character range": ("a range runs backwards or has no end", "put the lower character first: `[a-z]`"),
        "nothing to repeat": (
            "there is nothing before the quantifier to repeat",
            r"put something before it, or a backslash for the character",
        ),
        "multiple repeat": (
            "two quantifiers follow one another",
            "put the repeated part into parentheses, or remove one",
        ),
        "min repeat greater than max repeat": (
            "the least number of repeats is above the greatest",
            "swap the two numbers",
        ),
        "repeat count too big": ("a repeat count is too big", "use a smaller number"),
        "bad escape (end of pattern)": ("the pattern ends in a backslash", r"write `\\` for the character"),
        "missing group name": ("a group has an empty name", "write `(?<name>...)`"),
        "bad character in group name": (
            "the name of a group must be letters, digits and underscores, and begin with no digit",
            "write `(?<name>...)`",
        ),
        "unknown extension": (
            "`(?` is followed by something unknown",
            "write `(?:...)`, `(?<name>...)`, `(?=...)` or `(?!...)`",
        ),
        "unknown group": ("a group is referred to that does not exist", "check its name or number"),
        "invalid group reference": ("a group is referred to that does not exist", "check its name or number"),
        "cannot refer to an open group": ("a group refers to itself", "refer to it after its closing parenthesis"),
        "unknown property": (r"`\p{...}` names an unknown property", r"write one such as `\p{Lu}` or `\p{Greek}`"),
        "unknown property value": (
            r"`\p{...}` names an unknown value of a property",
            r"write one such as `\p{Script=Greek}`",
        ),
        "undefined character name": (r"`\N{...}` names an unknown character", "check its name in Unicode"),
        "expected }": ("a brace is opened and never closed", r"add a `}`, or write `\{` for the character"),
        "unknown verb": ("`(*` is followed by an unknown word", r"write `\(*`, or a verb such as `(*FAIL)`"),
        "undefined named list": (r"`\L<...>` is not supported here", "use a table of patterns, or a dictionary"),
    }
)


def explain(message: str, pattern: str, at: int | None) -> Wording:
    """A sentence about the mistake at `at` of a pattern, and what to do about it.

    >>> explain("missing )", "(a", 2)[0]
    'a parenthesis is opened and never closed'
    """
    known = WORDS.get(message)
    if known is not None:
        return known
    if message.startswith(("bad escape", "incomplete escape", "bad hex escape")):
        sign = _escape(pattern, at)
        return (f"`{sign}` is no escape that a regex knows", f"write `{sign[1:]}` without the backslash")
    return (f"the pattern cannot be compiled: {message}", None)


def place(message: str, pattern: str, at: int | None) -> int | None:
    """Where the mistake stands: for something that is never closed, where it was opened.

    >>> place("missing )", "(a)(b", 5)
    3
    """
    if message not in ("missing )", "unterminated character set", "missing ]"):
        return at
    parentheses: list[int] = []
    bracket: int | None = None
    skip = False
    for index, character in enumerate(pattern):
        if skip or character == "\\":
            skip = not skip
        elif bracket is not None:
            bracket = None if character == "]" and index > bracket + 1 else bracket
        elif character == "[":
            bracket = index
        elif character == "(":
            parentheses.append(index)
        elif character == ")" and parentheses:
            parentheses.pop()
    if message != "missing )":
        return at if bracket is None else bracket
    return parentheses[-1] if parentheses else at


def _escape(pattern: str, at: int | None) -> str:
    """The escape that ends at or before `at`."""
    end = len(pattern) if at is None else at
    start = pattern.rfind("\\", 0, end)
    return pattern[start : start + 2] if start >= 0 else pattern[:2]
