"""One line as a JSON object, or the reason why it is none."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import cast

import orjson

__all__ = ["MAX_DEPTH", "Refusal", "explain", "hides_repeats", "inspect", "is_plain"]

MAX_DEPTH = 64
"""A record may nest so deep; the object itself is the first level."""

_WORTH_A_LOOK = frozenset((dict, list, float))
"""Types of values that can hide what `inspect` looks for."""

is_plain = _WORTH_A_LOOK.isdisjoint
"""Whether none of some types is one of them."""

_BIG = 2.0**63
_REASONS = {
    "depth limit exceeded": ("depth", f"the object nests deeper than {MAX_DEPTH} levels"),
    "invalid high surrogate in string": ("surrogate", "a string holds half of a surrogate pair"),
    "no low surrogate in string": ("surrogate", "a string holds half of a surrogate pair"),
    "number is infinity when parsed as double": ("number", "a number is too large"),
    "str is not valid UTF-8: surrogates not allowed": ("utf8", "the bytes are not UTF-8"),
    "unexpected end of data": ("json", "the JSON ends early"),
}
_NOT_NUMBERS = (b"NaN", b"Infinity", b"-Infinity")
_SPACED_COLON = re.compile(rb'"[ \t\r]+:')


class Refusal(ValueError):  # noqa: N818 - a verdict on data that the reader turns into a quarantined region
    """A line that parses and yet cannot be taken as it stands."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(reason)


def explain(error: orjson.JSONDecodeError, raw: bytes, *, is_last: bool) -> tuple[str, str]:
    """Why a line is no JSON, as (reason, detail); `is_last` for one that no line end follows."""
    if is_last and _ends_early(error, raw):
        return "json_truncated", "the file ends inside this object"
    known = _REASONS.get(error.msg)
    if known is not None:
        return known
    if raw[error.pos :].startswith(_NOT_NUMBERS) and raw.isascii():
        return "number", "NaN and Infinity are no JSON numbers"
    return "json", f"{error.msg} at character {error.pos + 1}"


def _ends_early(error: orjson.JSONDecodeError, raw: bytes) -> bool:
    if error.msg == "unexpected end of data":
        return True
    try:
        raw.decode()
    except UnicodeDecodeError as cause:
        return cause.reason == "unexpected end of data"
    return False


def inspect(raw: bytes, fields: dict[str, object], *, repeats: bool) -> None:
    """Raises Refusal for what orjson lets pass: deep nesting, integers it rounds, and (if `repeats`) repeated keys.

    Python's own parser tells repeated keys exactly, and slowly; so it is asked only where they can hide.
    """
    keys = _count_keys(fields, raw)
    if repeats and hides_repeats(raw, keys):
        json.loads(raw, object_pairs_hook=_refuse_repeats)


def hides_repeats(raw: bytes, keys: int) -> bool:
    """Whether a line that parsed to so many keys may have had more, that is, one of them twice.

    A key written without white space before its colon leaves `":` in the line, so as many of those as the object has
    keys clear the line. A key with white space there leaves none, so it makes the line suspect.
    """
    return raw.count(b'":') != keys or _SPACED_COLON.search(raw) is not None


def _count_keys(fields: dict[str, object], raw: bytes) -> int:
    """The number of keys of an object and of all below it; level by level."""
    keys = len(fields)
    depth = 1
    has_big = False
    level = [value for value in fields.values() if type(value) in _WORTH_A_LOOK]
    while level:
        depth += 1
        below: list[object] = []
        for value in level:
            if type(value) is float:
                has_big = has_big or not -_BIG < value < _BIG
                continue
            if depth > MAX_DEPTH:
                raise Refusal(*_REASONS["depth limit exceeded"])
            if type(value) is dict:
                keys += len(value)
                inside: Iterable[object] = value.values()
            else:
                inside = cast("list[object]", value)
            if not is_plain(map(type, inside)):
                below += [each for each in inside if type(each) in _WORTH_A_LOOK]
        level = below
    if has_big:
        json.loads(raw, parse_int=_refuse_big)
    return keys


def _refuse_big(digits: str) -> int:
    # The length is looked at first, as Python refuses to read numbers of many thousand digits
    if len(digits) > 20 or not -(2**63) <= int(digits) < 2**64:
        raise Refusal("number", "an integer does not fit into 64 bits")
    return 0


def _refuse_repeats(pairs: list[tuple[str, object]]) -> None:
    seen = set()
    for key, _ in pairs:
        if key in seen:
            raise Refusal("duplicate_key", f'the key "{key[:80]}" stands twice in one object')
        seen.add(key)
