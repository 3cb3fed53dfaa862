"""Character references such as `&amp;`, `&#39;` and `&eacute`, read as browsers read them."""

from __future__ import annotations

import html
import re
from html.entities import html5

__all__ = ["decode_reference"]

_reference = re.compile(
    r"&(?:\#0*+(?P<decimal>[0-9]++);?|\#[xX]0*+(?P<hexadecimal>[0-9A-Fa-f]++);?|\#[xX]?0++;?"
    r"|(?P<name>[A-Za-z][A-Za-z0-9]{1,31};?))"
).match
_REPLACEMENT = "\ufffd"
_DIGITS = 7
"""No character has a longer number, and Python refuses to read very long ones."""


def decode_reference(text: str, at: int) -> tuple[str, int] | None:
    """The characters that the reference at `at` stands for and where it ends; None if it is none.

    >>> decode_reference("R&amp;D", 1), decode_reference("&notit;", 0), decode_reference("AT&T", 2)
    (('&', 6), ('¬', 4), None)
    """
    found = _reference(text, at)
    if found is None:
        return None
    name = found["name"]
    if name is not None:
        return _decode_name(name, at + 1)
    decimal, hexadecimal = found["decimal"], found["hexadecimal"]
    digits = decimal or hexadecimal or "0"
    if len(digits) > _DIGITS:
        return _REPLACEMENT, found.end()
    return html.unescape(f"&#{'x' if hexadecimal else ''}{digits};"), found.end()


def _decode_name(name: str, begin: int) -> tuple[str, int] | None:
    whole = html5.get(name)
    if whole is not None:
        return whole, begin + len(name)
    # Some old names need no semicolon, whatever follows them.
    for length in range(len(name) - 1, 1, -1):
        start = html5.get(name[:length])
        if start is not None:
            return start, begin + length
    return None
