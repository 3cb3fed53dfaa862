"""The hooks. Each is called once, while a registry is built, and gives descriptors; it must have no side effect.

All answers of all plugins are gathered. Two plugins that give the same name of the same kind are an error that
names both distributions.
"""

from __future__ import annotations

from collections.abc import Sequence

import pluggy

from rubricate.model.descriptors import Check, Combiner, Export, MatcherKind, Normaliser, Source, Transform

__all__ = [
    "hookimpl",
    "hookspec",
    "register_checks",
    "register_combiners",
    "register_exports",
    "register_matchers",
    "register_normalisers",
    "register_sources",
    "register_transforms",
]

hookspec = pluggy.HookspecMarker("rubricate")
hookimpl = pluggy.HookimplMarker("rubricate")


@hookspec
def register_matchers() -> Sequence[MatcherKind]:  # type: ignore[empty-body]  # a specification has no body
    """Gives the kinds of matchers that `matchers: {name: {use: KIND}}` can name."""


@hookspec
def register_transforms() -> Sequence[Transform]:  # type: ignore[empty-body]  # a specification has no body
    """Gives the steps that `prepare: [{use: STEP}]` can name."""


@hookspec
def register_combiners() -> Sequence[Combiner]:  # type: ignore[empty-body]  # a specification has no body
    """Gives the ways that `decide: {LABEL: {combine: NAME}}` can name."""


@hookspec
def register_sources() -> Sequence[Source]:  # type: ignore[empty-body]  # a specification has no body
    """Gives the formats that a dump can be read from; the longest fitting suffix wins, `--from NAME` chooses."""


@hookspec
def register_exports() -> Sequence[Export]:  # type: ignore[empty-body]  # a specification has no body
    """Gives the formats that `rubricate export --to NAME` can write."""


@hookspec
def register_checks() -> Sequence[Check]:  # type: ignore[empty-body]  # a specification has no body
    """Gives the tests that `matchers: {name: {check: NAME}}` can name."""


@hookspec
def register_normalisers() -> Sequence[Normaliser]:  # type: ignore[empty-body]  # a specification has no body
    """Gives the functions that `value: 'NAME(it.column)'` can call."""
