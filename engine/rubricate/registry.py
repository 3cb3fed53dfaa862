"""What plugins gave, by kind and name; immutable once built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar

from rubricate.model.descriptors import Check, Combiner, Export, MatcherKind, Normaliser, Source, Transform

__all__ = ["KINDS", "PluginInfo", "PluginProblem", "Registry"]

T = TypeVar("T")

KINDS = MappingProxyType(
    {
        "matchers": "matcher",
        "transforms": "transform",
        "combiners": "combiner",
        "sources": "source",
        "exports": "export",
        "checks": "check",
        "normalisers": "normaliser",
    }
)
"""The fields of a registry, with the word for one entry of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginInfo:
    """A plugin that was found, whether it could be used or not."""

    name: str
    """The name of its entry point."""
    module: str
    distribution: str
    """The installed distribution that it came from; for one handed over by the caller, its module."""
    version: str | None = None
    """The version of the distribution."""
    code: str | None = None
    """A digest of its files, by which an edit is noticed that left the version as it was. None for plugins that come
    with Rubricate, whose version tells them, and for those that have no files."""
    gives: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Field of the registry -> names, sorted; empty for a broken plugin."""
    error: str | None = None
    """Why it could not be used."""

    @property
    def edition(self) -> str:
        """Its version and, where it is known, its code: what gives the same results is of the same edition."""
        version = self.version or "unversioned"
        return version if self.code is None else f"{version}+{self.code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginProblem:
    """A plugin that cannot be used, or a name that two plugins claim. It stops only rulesets that need it."""

    plugin: str
    distributions: tuple[str, ...]
    message: str
    """One short sentence of fact: small first letter, no full stop."""
    kind: str | None = None
    """For a name that two plugins claim: the field of the registry."""
    name: str | None = None
    """The name that two plugins claim; it is left out of the registry."""
    help: str | None = None


def _nothing() -> Mapping[str, T]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """Everything a ruleset or command can name, by kind and name."""

    matchers: Mapping[str, MatcherKind] = field(default_factory=_nothing)
    transforms: Mapping[str, Transform] = field(default_factory=_nothing)
    combiners: Mapping[str, Combiner] = field(default_factory=_nothing)
    sources: Mapping[str, Source] = field(default_factory=_nothing)
    exports: Mapping[str, Export] = field(default_factory=_nothing)
    checks: Mapping[str, Check] = field(default_factory=_nothing)
    normalisers: Mapping[str, Normaliser] = field(default_factory=_nothing)
    plugins: tuple[PluginInfo, ...] = ()
    """Every plugin that was found, broken ones too, sorted by distribution and name."""
    origins: Mapping[tuple[str, str], PluginInfo] = field(default_factory=lambda: MappingProxyType({}))
    """(field of the registry, name) -> the plugin that gave it."""
    problems: tuple[PluginProblem, ...] = ()
    """What could not be used."""

    def find_problem(self, kind: str, name: str) -> PluginProblem | None:
        """The broken plugin, or the claim of two, that explains why no plugin gives `name`.

        `kind` is a field of the registry.

        >>> twice = PluginProblem(plugin="a", distributions=("x", "y"), message="two do", kind="checks", name="c")
        >>> Registry(problems=(twice,)).find_problem("checks", "c") is twice
        True
        """
        for problem in self.problems:
            if (problem.kind, problem.name) == (kind, name):
                return problem
        owner = name.partition(".")[0]
        for problem in self.problems:
            if problem.name is None and problem.plugin in (name, owner):
                return problem
        return None

    def versions(self) -> dict[str, str]:
        """Distribution -> version of every plugin that could be used and has one, sorted."""
        found = {info.distribution: info.version for info in self.plugins if info.error is None}
        return {name: version for name, version in sorted(found.items()) if version is not None}
