"""Numbers and texts as people read them: grouped digits, shares, scores, control characters made visible."""

from __future__ import annotations

import re

__all__ = ["mean", "number", "percent", "plural", "score", "seconds", "share", "visible"]

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def number(value: float) -> str:
    """A count with its thousands apart.

    >>> number(1706)
    '1,706'
    """
    return f"{value:,.0f}"


def share(count: float, of: float) -> str:
    """A count as a share of another, one digit; a dash of nothing. Never 0 % of something or 100 % of less than all.

    >>> share(1391, 1706), share(1, 100_000), share(99_999, 100_000), share(0, 0)
    ('81.5 %', '< 0.1 %', '> 99.9 %', '-')
    """
    if not of:
        return "-"
    if 0 < count / of < 0.001:
        return "< 0.1 %"
    if 0.999 < count / of < 1:
        return "> 99.9 %"
    return f"{100 * count / of:.1f} %"


def percent(value: float | None) -> str:
    """A share of 0..1 with one digit; a dash when there is none.

    >>> percent(0.978), percent(None)
    ('97.8 %', '-')
    """
    return "-" if value is None else f"{100 * value:.1f} %"


def score(value: float | None) -> str:
    """A score with two digits or, where it has more, up to four.

    >>> score(0.7), score(0.8512), score(None)
    ('0.70', '0.8512', '-')
    """
    if value is None:
        return "-"
    text = f"{value:.4f}".rstrip("0")
    return text if len(text) > 3 else f"{value:.2f}"


def mean(value: float | None) -> str:
    """A mean of scores, with two digits.

    >>> mean(0.97139), mean(None)
    ('0.97', '-')
    """
    return "-" if value is None else f"{value:.2f}"


def seconds(value: float) -> str:
    """A length of time in the unit that suits it.

    >>> seconds(0.0312), seconds(4.25), seconds(754), seconds(9000)
    ('31 ms', '4.2 s', '12 min 34 s', '2 h 30 min')
    """
    if value < 1:
        return f"{value * 1000:.0f} ms"
    if value < 60:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def plural(count: int, one: str, many: str | None = None) -> str:
    """A count with its noun.

    >>> plural(1, "record"), plural(2, "record"), plural(1200, "category", "categories")
    ('1 record', '2 records', '1,200 categories')
    """
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def visible(text: str) -> str:
    """The text with what a screen would obey written out: control characters, bidi overrides, lone surrogates.

    >>> visible("a\\x1b[2Jb \\u202e")
    'a\\u241b[2Jb [U+202E]'
    """
    return _UNSEEN.sub(_written_out, text)


def _written_out(found: re.Match[str]) -> str:
    code = ord(found.group())
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"[U+{code:04X}]"
