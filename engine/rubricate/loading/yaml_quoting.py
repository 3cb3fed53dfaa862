"""What an author meant by a value whose quotes YAML reads otherwise: a quote or an apostrophe inside of quotes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from rubricate.language.parsing import ConditionSyntaxError, parse
from rubricate.loading.expression_pieces import has_open_literal, pieces
from rubricate.loading.expression_text import single_quoted

__all__ = [
    "DOUBLED", "Meant", "is_apostrophe", "is_condition", "meant_condition", "meant_pattern", "meant_text", "yaml_text",
]  # fmt: skip

DOUBLED = "each ' inside is written twice"

_REGEX = re.compile(r"/(?:[^/\\]|\\.)+/\w*")
_WORDS = re.compile(r"[\w'’!?,.-]+(?: [\w'’!?,.-]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What was meant, and how it is written in YAML."""

    start: int
    """Offset of what was meant in the value as written."""
    end: int
    written: str
    """It in quotes that keep it."""
    is_certain: bool
    """Whether nothing else can have been meant, and it can be read."""


def meant_condition(written: str) -> Meant | None:
    r"""The condition that a value with more than one pair of quotes was meant for; None if that is not plain.

    Either the outer quotes are YAML's, and quotes inside of them ended the value too early, or all quotes belong to the
    condition. What can be read is meant; of what cannot, that whose strings begin and end where words do.

    >>> print(meant_condition("'\"didn't fit\"'").written)
    '"didn''t fit"'
    >>> print(meant_condition('"buy now" in title').written)
    '"buy now" in title'
    """
    inner = _without_outer(written)
    readings = [(0, written)] if inner is None else [(0, written), (1, inner)]
    read = [(start, text) for start, text in readings if is_condition(text)]
    if len(read) == 1:
        start, text = read[0]
        return _meant(written, start, _with_double_quotes(text), is_certain=True)
    if not read and inner is not None and _WORDS.fullmatch(inner):
        return Meant(start=1, end=1, written=single_quoted(f'"{inner}"'), is_certain=True)
    sound = [(start, text) for start, text in readings if _has_sound_literals(text)]
    if len(sound) == 1 and not read:
        return _meant(written, *sound[0], is_certain=False)
    return None


def meant_pattern(written: str) -> Meant | None:
    """The pattern between slashes that a value was meant for."""
    for start, text in ((0, written), (1, _without_outer(written) or "")):
        if _REGEX.fullmatch(text):
            return _meant(written, start, text, is_certain=True)
    return None


def meant_text(written: str) -> Meant | None:
    """The text that a value was meant for: apostrophes and quotes inside of its own quotes are part of it.

    >>> print(meant_text("'It's here'").written)
    'It''s here'
    >>> print(meant_text('"Foo" and "bar"').written)
    '"Foo" and "bar"'
    >>> meant_text("'the dogs' bowl'") is None
    True
    """
    inner = _without_outer(written)
    if written[:1] == '"' and _are_paired(written):
        return _meant(written, 0, written, is_certain=True)
    if inner is None:
        return None
    if written[0] == '"':
        return _meant(written, 1, inner, is_certain=True) if _are_paired(inner) else None
    if all(is_apostrophe(inner, at) for at, sign in enumerate(inner) if sign == "'"):
        return _meant(written, 1, inner, is_certain=True)
    return None


def is_apostrophe(text: str, at: int) -> bool:
    """Whether a single quote stands between two letters, as in a contraction."""
    return 0 < at < len(text) - 1 and text[at - 1].isalnum() and text[at + 1].isalnum()


def yaml_text(text: str) -> str:
    """A text as a value in one line of YAML: in double quotes if they keep it, else in single ones.

    >>> print(yaml_text("a, b"), yaml_text('say "x"'))
    "a, b" 'say "x"'
    """
    return f'"{text}"' if '"' not in text and "\\" not in text else single_quoted(text)


def _meant(written: str, start: int, text: str, *, is_certain: bool) -> Meant:
    """`text` is what stands in the value from `start` on, but for quotes and escapes of YAML."""
    end = len(written) - start
    return Meant(start=start, end=end, written=single_quoted(text), is_certain=is_certain)


def _with_double_quotes(text: str) -> str:
    """A condition with its strings in double quotes, which need no doubling in YAML."""
    found = []
    for piece in pieces(text):
        inner = piece.text[1:-1]
        plain = piece.kind == "string" and piece.text[0] == "'" and '"' not in inner and "\\" not in inner
        found.append(f'"{inner}"' if plain else piece.text)
    return "".join(found)


def _without_outer(written: str) -> str | None:
    """What stands between the first and the last quote, if these are alike, with the escapes of YAML resolved."""
    if len(written) <= 2 or written[0] not in "\"'" or written[-1] != written[0]:
        return None
    inner = written[1:-1]
    return inner.replace("''", "'") if written[0] == "'" else inner.replace('\\"', '"')


def is_condition(text: str) -> bool:
    """Whether a text can be read as a condition."""
    try:
        parse(text)
    except ConditionSyntaxError:
        return False
    return True


def _has_sound_literals(text: str) -> bool:
    """Whether each string begins and ends where words do, and none is open."""
    if has_open_literal(text, 0, len(text)):
        return False
    found = list(pieces(text))
    return any(piece.kind == "string" for piece in found) and not any(
        {one.kind, other.kind} == {"string", "word"} or one.kind == other.kind == "string"
        for one, other in pairwise(found)
    )


def _are_paired(text: str) -> bool:
    """Whether each second quote opens, before a word, and the others close, behind one."""
    signs = [at for at, sign in enumerate(text) if sign == '"']
    if not signs or len(signs) % 2:
        return False
    opening, closing = signs[::2], signs[1::2]
    return (
        all(at == 0 or not text[at - 1].isalnum() for at in opening)
        and all(at == len(text) - 1 or not text[at + 1].isalnum() for at in closing)
        and all(at + 1 < len(text) and not text[at + 1].isspace() for at in opening)
    )
