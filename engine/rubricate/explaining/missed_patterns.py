"""Patterns that did not match: in another case, the text that comes nearest, and how much of the pattern matches."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple, cast

from rubricate.explaining.editing import Candidate, change_node, change_spec
from rubricate.explaining.failing import Blame
from rubricate.explaining.missed import FAR, Missed
from rubricate.language import tree
from rubricate.model.ruleset import MatcherSpec
from rubricate.planning.frame import Frame
from rubricate.reporting.figures import plural, visible
from rubricate.reporting.spans import shorten

__all__ = ["near_patterns"]

SECONDS = 0.2
"""How long one question may take; a pattern may backtrack without end."""
LONGEST = 20_000
"""So many characters of a text are searched."""
LONGEST_PATTERN = 300
"""Longer patterns are not searched for texts that nearly match."""
LEAST = 4
"""So many characters of a text must match a part of a pattern."""
FOR_EACH_ERROR = 5
"""What nearly matches is so long at least for each character that it is off: a shorter text is another word."""


class _Hit(NamedTuple):
    field: str
    start: int
    text: str
    off: int


def near_patterns(number: int, blame: Blame, spec: MatcherSpec, frame: Frame) -> Iterator[Missed]:
    """What comes nearest to the pattern of a matcher, best first; nothing for a table of patterns."""
    pattern, flags = spec.options.get("pattern"), spec.options.get("flags", "")
    if not isinstance(pattern, str) or not isinstance(flags, str):
        return
    texts = {field: text[:LONGEST] for field, text in _texts(spec, frame).items()}
    if "i" not in flags:
        found = _search(pattern, f"{flags}i", texts)
        if found is not None:
            told = f'"{_shown(found.text)}" is there in another case'
            edits = _changed(number, blame, spec, pattern, f"{flags}i", size=1)
            yield Missed(blame, told, "pattern", off=1, edits=tuple(edits))
            return
    fuzzy = _fuzzy(pattern, flags, texts)
    if fuzzy is not None:
        told = f'nearest text: "{_shown(fuzzy.text)}", {plural(fuzzy.off, "character")} off'
        added = f"{pattern}|{_escaped(fuzzy.text, flags)}"
        edits = _changed(number, blame, spec, added, flags, size=fuzzy.off, text=_escaped(fuzzy.text, flags))
        yield Missed(blame, told, "pattern", off=fuzzy.off, edits=tuple(edits))
        return
    part = _longest_part(pattern, flags, texts)
    if part is not None:
        piece, hit = part
        yield Missed(blame, f'/{visible(piece)}/ matches "{_shown(hit.text)}", what follows it in the pattern does not',
                     "pattern", off=FAR - len(piece))  # fmt: skip


def _texts(spec: MatcherSpec, frame: Frame) -> dict[str, str]:
    document = frame.document
    named = [field for field in document.clean if spec.fields is None or field in spec.fields]
    return {field: document.folded(field)[0] if spec.fold else document.clean[field] for field in named}


def _changed(
    number: int, blame: Blame, spec: MatcherSpec, pattern: str, flags: str, *, size: float, text: str | None = None
) -> list[Candidate]:
    """The matcher, or the pattern in place, with another pattern or other flags."""
    if isinstance(blame.node, tree.Regex):
        return change_node(number, blame, tree.Regex(pattern, flags), size=size, reworded=True)
    new = dataclasses.replace(spec, options={**spec.options, "pattern": pattern, "flags": flags})
    told = f"add |{text} to the pattern of {spec.name}" if text is not None else f"add the flag i to {spec.name}"
    return [change_spec(spec, new, told, size=size)]


@lru_cache(maxsize=2048)
def _compile(pattern: str, flags: str) -> Any:
    """The compiled pattern, None for what is none; the pieces of a pattern are asked of record after record."""
    import regex  # heavy, and only wanted where a pattern did not match

    known = {"a": regex.A, "i": regex.I, "m": regex.M, "s": regex.S, "x": regex.X}
    value = regex.V0 | regex.UNICODE
    for letter in flags:
        value |= known.get(letter, 0)
    try:
        return regex.compile(pattern, value)
    except (regex.error, OverflowError, RecursionError):
        return None


def _search(pattern: str, flags: str, texts: dict[str, str]) -> _Hit | None:
    """The match with the fewest errors, first in the text; None when there is none, or the pattern cannot be used."""
    compiled = _compile(pattern, flags)
    if compiled is None:
        return None
    best: _Hit | None = None
    for field, text in texts.items():
        try:
            found = compiled.search(text, timeout=SECONDS)
        except TimeoutError:
            continue
        if found is None or found.start() == found.end():
            continue
        off = sum(cast("tuple[int, int, int]", found.fuzzy_counts))
        if best is None or off < best.off:
            best = _Hit(field, found.start(), found.group(), off)
    return best


def _fuzzy(pattern: str, flags: str, texts: dict[str, str]) -> _Hit | None:
    """The nearest text with one error, else with two."""
    if len(pattern) > LONGEST_PATTERN or "x" in flags:
        return None
    for errors in (1, 2):
        found = _search(f"(?e)(?:{pattern}){{e<={errors}}}", flags, texts)
        # what consists of little else than errors is near to nothing
        if found is not None and found.off and len(found.text.strip()) >= FOR_EACH_ERROR * found.off:
            return _trimmed(found)
    return None


def _trimmed(found: _Hit) -> _Hit | None:
    text = found.text.strip()
    return found._replace(text=text) if text else None


def _longest_part(pattern: str, flags: str, texts: dict[str, str]) -> tuple[str, _Hit] | None:
    """The longest beginning of a pattern that matches and is more than a few characters."""
    if len(pattern) > LONGEST_PATTERN:
        return None
    for size in range(len(pattern) - 1, LEAST - 1, -1):
        piece = pattern[:size]
        if piece[-1] in "\\|([{" or not piece.strip():
            continue
        found = _search(piece, flags, texts)
        if found is not None and len(found.text) >= LEAST:
            return piece, found
    return None


def _escaped(text: str, flags: str) -> str:
    """A text as a pattern that finds just it."""
    import regex  # heavy, and only wanted where a pattern did not match

    escaped: str = regex.escape(text, special_only=True, literal_spaces="x" not in flags)
    return escaped


def _shown(text: str) -> str:
    return visible(shorten(text, 40))
