"""What is said about signs and words that no condition has, seen in the letters themselves.

In messages and help the same words in braces stand as in `rubricate.language.malformed`. Besides, `{share}` is the
number before the place divided by a hundred, `{digits}` the number in what was found, `{edge}` the word before a
number, `{name}` what was found without signs, `{exactly}` how a number of members is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

from rubricate.language.malformed import RESERVED_WORDS

__all__ = ["STRAYS", "Stray"]


@dataclass(frozen=True, slots=True)
class Stray:
    """A mistake that is seen in the letters themselves: signs and words that no condition has."""

    pattern: str
    """Looked for where the lexer finds no token; it may look back at what stands before."""
    message: str
    help: str | None
    examples: tuple[str, ...]


_STRAIGHT = 'write straight quotes: "text"'
_REGEX = r"write a pattern between slashes, as in /\d+/"

STRAYS = (
    Stray("[“”„‟«»]", "curly quotes {found} do not mark a string", _STRAIGHT, ("“buy now”", "a or “b”")),
    Stray("[‘’‚‛`´]", "the quote {found} does not mark a string", _STRAIGHT, ("‘buy now’", "`a`")),
    Stray(r"[\"'](?<=\w.)\s*\Z", "the quote at the end closes no string",
          "put {sign} before the text too", ('a"', "sale'", 'a or b"')),
    Stray("[\"']", "the string is not closed",
          r"add {sign} at its end; a quote that is part of the text is written \{sign}",
          ('"buy now', "a or 'b", 'a "b', '"a\\"', '5" nail')),
    Stray("=>", "{found} is no comparison", 'write ">="', ("a => 3",)),
    Stray("=<", "{found} is no comparison", 'write "<="', ("a =< 3",)),
    Stray("≥|⩾", "{found} is written with two signs", 'write ">="', ("a ≥ 3",)),
    Stray("≤|⩽", "{found} is written with two signs", 'write "<="', ("a ≤ 3",)),
    Stray("≠", "{found} is written with two signs", 'write "!="', ("a ≠ 3",)),
    Stray("=~|~=", "{found} does not compare", 'write "matches", as in doc.url matches /shop/',
          ("a =~ /x/", "a ~= /x/")),
    Stray("=(?<===.)", '"===" does not compare', 'write "=="', ('doc.x === "y"',)),
    Stray("=(?<=!=.)", '"!==" does not compare', 'write "!="', ('doc.x !== "y"',)),
    Stray("=", '"=" does not compare', 'write "=="', ("a = 3", "= 3")),
    Stray("&&?", "{found} is written in words", 'write "and"', ("a && b", "a & b")),
    Stray(r"\|\|?", "{found} is written in words", 'write "or"', ("a || b", "a | b")),
    Stray("[!~¬]", "{found} is written in words", 'write "not"', ("!a", "a and ! b", "~a")),
    Stray(r"exactly\b", '"exactly" is not built yet', 'write "{exactly}"',
          ("exactly 2 of (a, b)", "a and exactly 1 of (b)", "a exactly b")),
    Stray(r"(?i:near)/[0-9]+\b", "a distance is written in words", 'write "a near b within {digits} words"',
          ("a NEAR/5 b",)),
    Stray(r"NOT\s+IN\b", "{found} is written in small letters", 'write "not in"', ('a NOT IN ["b"]',)),
    Stray(r"IS\s+(?:NOT\s+)?NULL\b", "{found} is no word of conditions",
          'write "{last} exists", or "not {last} exists"',
          ("doc.a IS NULL", "doc.a IS NOT NULL")),
    Stray(r"(?i:" + "|".join(sorted(RESERVED_WORDS)) + r")\b", "{found} is written in small letters",
          'write "{small}"',
          ("a AND b", "NOT a", "a Near b within 3 words", "Any of (a)", "a and OR")),
    Stray(r"\.[0-9]+", "the number {found} has no digit before the dot", 'write "0{sign}"',
          ("a > .5", "count(a) * .5")),
    Stray(r"\.(?<=[0-9].)", "the number has no digit behind the dot", "take the dot away", ("a > 5.",)),
    Stray(r"\.", 'a dot stands only inside a name, as in "doc.price"', "take it away, or the spaces around it",
          ("doc. price", "a.")),
    Stray(r"\{+\s*\w+\s*\}+", "{found} is no way to name a field", 'write "doc.{name}" for a field; ( ) make groups',
          ('{lang} == "en"', '{{lang}} == "en"')),
    Stray("[{}]", "{found} means nothing here", "group with ( ) and list with [ ]", ("{a, b}", "a in {b, c}", "a}")),
    Stray(";", '";" joins nothing', 'write "and" or "or"', ("a; b",)),
    Stray("#", "a condition holds no comment", "put it behind a # outside the quotes", ("a # b",)),
    Stray(r"\?", "{found} means nothing here", 'choose with "x if a else y"', ("a ? 1 : 2",)),
    Stray(r":(?<=of:)", '":" has no place behind "of"', 'write "any of (a, b)"', ("any of: a", "all of: [a]")),
    Stray(":", '":" means nothing here', 'write "a in title" to look in one field, or "x if a else y" to choose',
          ("title: a", "1 : 2")),
    Stray(r"%(?:(?<=first [0-9]%)|(?<=last [0-9]%)|(?<=first [0-9][0-9]%)|(?<=last [0-9][0-9]%))",
          "a place is not a share of the text",
          'count it: write "in {edge} 30 words"', ("a in first 5%", "a in last 10%")),
    Stray(r"%(?:(?<=[0-9]%)|(?<=[0-9] %))(?!\s*[\w(])", '"%" means nothing here', "write a share as a number: {share}",
          ("10%", "a > 5%", "a > 5 %")),
    Stray("%", '"%" means nothing here', "take it away; there is no remainder", ("a % 2 == 0", "% 2")),
    Stray(r"[$€£]\s?[0-9]", "an amount is written as a number alone", 'take "{sign}" away but for the digits',
          ("a > $5", "a > € 5")),
    Stray(r"[$@]\w+", "{found} is no way to name anything", 'write "doc.{name}" for a field, "{name}" for a matcher',
          ('$lang == "en"', "@heat")),
    Stray("[–—−‐‑]", "the dash {found} is no sign of conditions", 'write "and" or "or" to join, "-" for minus',
          ("a – b", "a — 5", "a and − 5")),
    Stray(r"\^", '"^" means nothing here', "write x * x for a square", ("a ^ 2",)),
    Stray("×", '"×" means nothing here', 'write "*"', ("a × 2",)),
    Stray(r"\\", "a backslash stands only in a string or a regex", _REGEX, (r"\d+", r"a or \b")),
)  # fmt: skip
"""In order; the first that fits is said."""
