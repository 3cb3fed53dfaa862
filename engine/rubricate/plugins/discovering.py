"""Finds plugins by their entry points and builds the registry from what their hooks give.

A plugin that cannot be imported, or whose hooks break their contract, is recorded and gives nothing; the others
are not touched by it. A name that two plugins claim belongs to neither: it is recorded with both distributions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import Distribution, EntryPoint, entry_points
from types import MappingProxyType, ModuleType
from typing import Any

import pluggy

from rubricate import hookspecs
from rubricate.model.descriptors import Check, Combiner, Export, MatcherKind, Normaliser, Source, Transform
from rubricate.plugins.code import code_digest
from rubricate.registry import KINDS, PluginInfo, PluginProblem, Registry

__all__ = ["GROUP", "build_registry"]

GROUP = "rubricate"
"""The group of entry points that plugins are found in."""
OURS = "rubricate"
"""The distribution whose plugins its version tells."""

CLASSES: Mapping[str, type[Any]] = MappingProxyType(
    {
        "matchers": MatcherKind,
        "transforms": Transform,
        "combiners": Combiner,
        "sources": Source,
        "exports": Export,
        "checks": Check,
        "normalisers": Normaliser,
    }
)
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loaded:
    """A plugin with the descriptors that it gave, by field of the registry."""

    info: PluginInfo
    descriptors: Mapping[str, tuple[Any, ...]]


class _ContractError(ValueError):
    """What a plugin did wrong, in words for its author."""


def build_registry(*, extra: Sequence[object] = ()) -> Registry:
    """The registry of all installed plugins and of `extra`: modules or objects with hooks.

    Nothing is raised for a plugin that is broken; see `Registry.problems`.
    """
    loaded: list[_Loaded] = []
    broken: list[PluginProblem] = []
    seen: list[object] = []
    for info, plugin in _found(extra):
        if isinstance(plugin, ModuleType) and any(plugin is other for other in seen):
            continue
        seen.append(plugin)
        answer = _ask(info, plugin)
        if isinstance(answer, PluginProblem):
            broken.append(answer)
            loaded.append(_Loaded(info=replace(info, error=answer.message), descriptors={}))
        else:
            loaded.append(answer)
    return _gather(loaded, broken)


def _found(extra: Sequence[object]) -> Iterator[tuple[PluginInfo, object]]:
    """Every plugin with its module, or with the exception that its import raised."""
    known: dict[int, tuple[str, str | None]] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value)):
        distribution, version = _origin(point.dist, known)
        info = PluginInfo(name=point.name, module=point.value, distribution=distribution, version=version)
        plugin = _load(point)
        yield (info if distribution == OURS else replace(info, code=code_digest(point.module))), plugin
    for plugin in extra:
        name = str(getattr(plugin, "__name__", type(plugin).__name__))
        module = name if isinstance(plugin, ModuleType) else type(plugin).__module__
        yield PluginInfo(name=name.removeprefix("rubricate_"), module=module, distribution=name), plugin


def _origin(distribution: Distribution | None, known: dict[int, tuple[str, str | None]]) -> tuple[str, str | None]:
    """Name and version of a distribution; reading them parses its metadata, so once each."""
    if distribution is None:
        return ("unknown", None)
    if id(distribution) not in known:
        metadata = distribution.metadata
        known[id(distribution)] = (metadata["Name"], metadata["Version"])
    return known[id(distribution)]


def _load(point: EntryPoint) -> object:
    try:
        return point.load()
    except (Exception, SystemExit) as error:  # noqa: BLE001  # the boundary to foreign code
        return error


def _ask(info: PluginInfo, plugin: object) -> _Loaded | PluginProblem:
    """What the hooks of one plugin give, or why it cannot be used."""
    if isinstance(plugin, BaseException):
        return _broken(info, f'plugin "{info.name}" cannot be imported: {_describe(plugin)}')
    try:
        given = _call_hooks(plugin)
    except _ContractError as error:
        return _broken(info, f'plugin "{info.name}" breaks its contract: {error}')
    except (Exception, SystemExit) as error:  # noqa: BLE001  # the boundary to foreign code
        return _broken(info, f'plugin "{info.name}" cannot be asked: {_describe(error)}')
    gives = {field: tuple(sorted(each.name for each in each_kind)) for field, each_kind in given.items() if each_kind}
    return _Loaded(info=replace(info, gives=gives), descriptors=given)


def _call_hooks(plugin: object) -> dict[str, tuple[Any, ...]]:
    """The checked answers of one plugin, which has a manager of its own so that every mistake has its author."""
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(hookspecs)
    manager.register(plugin)
    manager.check_pending()
    given: dict[str, tuple[Any, ...]] = {}
    for field, expected in CLASSES.items():
        answers: list[Any] = []
        for answer in getattr(manager.hook, f"register_{field}")():
            if not isinstance(answer, Sequence):
                raise _ContractError(f"register_{field} must give a list, not {type(answer).__name__}")
            answers += answer
        for descriptor in answers:
            _check(descriptor, expected, field)
        names = [descriptor.name for descriptor in answers]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise _ContractError(f'register_{field} gives "{twice[0]}" twice')
        given[field] = tuple(answers)
    return given


def _check(descriptor: Any, expected: type[Any], field: str) -> None:
    """Raises unless a descriptor is what its hook should give."""
    if not isinstance(descriptor, expected):
        raise _ContractError(f"register_{field} must give {expected.__name__} values, not {type(descriptor).__name__}")
    name = descriptor.name
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise _ContractError(f"register_{field} gives {name!r}, which is no name (letters, digits, _ - and dots)")
    if not isinstance(getattr(descriptor, "options", {}), Mapping):
        raise _ContractError(f'the options of {KINDS[field]} "{name}" must be a JSON Schema')
    if isinstance(descriptor, MatcherKind) and (descriptor.literals is None) == (descriptor.compile is None):
        raise _ContractError(f'matcher "{name}" must have either `literals` or `compile`')
    if isinstance(descriptor, Combiner) and (descriptor.combine is None) == (descriptor.fitting is None):
        raise _ContractError(f'combiner "{name}" must have either `combine` or `fitting`')


def _describe(error: BaseException) -> str:
    first = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {first}" if first else type(error).__name__


def _broken(info: PluginInfo, message: str) -> PluginProblem:
    named = info.distribution if info.version is None else f"{info.distribution} {info.version}"
    help = f'upgrade or uninstall "{named}", or tell its author'
    return PluginProblem(plugin=info.name, distributions=(info.distribution,), message=message, help=help)


def _gather(loaded: Sequence[_Loaded], broken: list[PluginProblem]) -> Registry:
    """One registry from what all plugins gave, without the names that two of them claim."""
    tables: dict[str, Mapping[str, Any]] = {}
    origins: dict[tuple[str, str], PluginInfo] = {}
    problems = list(broken)
    for field in CLASSES:
        claims: dict[str, list[tuple[PluginInfo, Any]]] = {}
        for plugin in loaded:
            for descriptor in plugin.descriptors.get(field, ()):
                claims.setdefault(descriptor.name, []).append((plugin.info, descriptor))
        kept: dict[str, Any] = {}
        for name, claimants in sorted(claims.items()):
            if len(claimants) > 1:
                problems.append(_claimed_twice(field, name, [info for info, _ in claimants]))
                continue
            origins[field, name], kept[name] = claimants[0]
        tables[field] = MappingProxyType(kept)
    infos = sorted((plugin.info for plugin in loaded), key=lambda info: (info.distribution, info.name))
    return Registry(**tables, plugins=tuple(infos), origins=MappingProxyType(origins), problems=tuple(problems))


def _claimed_twice(field: str, name: str, infos: Sequence[PluginInfo]) -> PluginProblem:
    owners = " and ".join(f'"{info.distribution}" (plugin "{info.name}")' for info in infos)
    return PluginProblem(
        plugin=infos[0].name,
        distributions=tuple(info.distribution for info in infos),
        message=f'{KINDS[field]} "{name}" is given by {owners}',
        kind=field,
        name=name,
        help="uninstall one of them",
    )
