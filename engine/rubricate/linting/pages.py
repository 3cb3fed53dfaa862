"""The page of each code: why it matters, what to avoid, what to write; the source of `explain` and of the reference."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from types import MappingProxyType

from rubricate.model.codes import CODES

__all__ = ["PAGES", "Page", "codes_named"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What there is to say about a code beyond its summary."""

    code: str
    why: str
    """What goes wrong without it, and what to do."""
    avoid: str | None = None
    """A part of a ruleset that raises it: keys of the ruleset, or those of one rule. The rest is left out."""
    prefer: str | None = None
    """The same part as it should be."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Files beside both, by name."""
    avoid_files: Mapping[str, str] = field(default_factory=dict)
    """Files beside the part to avoid."""
    prefer_files: Mapping[str, str] = field(default_factory=dict)
    """Files beside the part to prefer."""
    unshown: str | None = None
    """Why no part of a ruleset can show it."""


def _read() -> Iterator[Page]:
    folder = files("rubricate.linting").joinpath("explained")
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            for code, told in tomllib.loads(file.read_text(encoding="utf-8")).items():
                yield Page(code=code, **told)


PAGES: Mapping[str, Page] = MappingProxyType({page.code: page for page in sorted(_read(), key=lambda page: page.code)})
"""Code -> its page."""


def codes_named(name: str) -> frozenset[str]:
    """The codes that a word means: one by its number or name, several by how their numbers begin.

    >>> sorted(codes_named("no-examples")), sorted(codes_named("r102")), len(codes_named("R02")) > 5
    (['R102'], ['R102'], True)
    """
    if not name:
        return frozenset()
    wanted = name.upper()
    return frozenset(
        code for code, told in CODES.items() if code.startswith(wanted) or told.name == name.lower().replace("_", "-")
    )
