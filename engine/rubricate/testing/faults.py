"""What the kit says about a plugin that breaks a law."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Complaint", "Fault", "ForeignError", "WrongAnswerError", "shown"]

LONGEST = 80


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a law has to say about one descriptor."""

    message: str
    """One short sentence of fact: small first letter, no full stop."""
    seen: str | None = None
    """The input that it was seen on."""
    help: str | None = None
    """What the author can do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A law that a plugin breaks."""

    group: str
    """`matcher`, `transform`, ...; `plugin` for what concerns all of it."""
    name: str
    """The name of the descriptor, or of the plugin."""
    law: str
    message: str
    seen: str | None = None
    help: str | None = None

    def __str__(self) -> str:
        lines = [f'{self.group} "{self.name}" breaks the law "{self.law}": {self.message}']
        if self.seen is not None:
            lines.append(f"  seen on: {self.seen}")
        if self.help is not None:
            lines.append(f"  help: {self.help}")
        return "\n".join(lines)


class ForeignError(Exception):
    """What a plugin raised, or gave without any sense in it, with the input that it was given."""

    def __init__(self, seen: str, cause: BaseException | str) -> None:
        self.seen = seen
        self.told = cause if isinstance(cause, str) else f"it raises {type(cause).__name__}: {cause}"
        """What happened, as a complaint says it."""
        super().__init__(self.told)


class WrongAnswerError(ValueError):
    """What a plugin gave without raising, and nobody can use, in the words of a complaint."""


def shown(value: object) -> str:
    """A value as Python writes it in ASCII, so that what cannot be seen is seen; the middle of a long one left out.

    >>> shown("a\\u200db")
    "'a\\\\u200db'"
    """
    text = ascii(value)
    half = LONGEST // 2
    return text if len(text) <= LONGEST else f"{text[:half]} ... {text[-half:]} ({len(text)} characters)"
