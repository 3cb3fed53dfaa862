"""Rulesets kept as they were read, so that the next process need not read them again.

What is kept stands for a file only as long as it and every other file that it was read from have the same bytes,
and the same code would read them. Rulesets with errors are always read.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import MappingProxyType
from typing import Final, cast

import orjson

import rubricate
import rubricate_schemas
from rubricate import __version__
from rubricate.loading.asking import ask
from rubricate.loading.files import RulesetFolder, decode
from rubricate.loading.findings import Findings
from rubricate.loading.loaded import MAX_BYTES, Loaded
from rubricate.loading.packing import UnpackableError, pack, unpack
from rubricate.loading.source import Source
from rubricate.model.location import Location
from rubricate.model.problem import Problem
from rubricate.model.ruleset import Ruleset
from rubricate.registry import Registry
from rubricate.storage.caching import cache_folder, read_entry, write_entry

__all__ = ["load_cached"]

_PACKAGES: Final = ("jsonschema", "lark", "regex", "ruamel.yaml")
"""What reads rulesets besides our own code."""
_OWN_KINDS: Final = frozenset({"dictionary", "regex"})
"""Matchers that ask nothing but their own options; others are asked again whether they can be used."""


def load_cached(path: Path, registry: Registry) -> Loaded:
    """The same as `load_ruleset`, from the cache where it holds the ruleset."""
    folder = cache_folder()
    code = None if folder is None else _code(registry)
    if folder is None or code is None:
        return _load(path, registry)
    file = path / "ruleset.yaml" if path.is_dir() else path
    name = hashlib.sha256(orjson.dumps([os.fsencode(file.absolute()).hex(), os.fsencode(file).hex()])).hexdigest()
    packed = read_entry(folder, f"{name}.ruleset")
    found = None if packed is None else _read(packed, file, code, registry)
    if found is not None:
        return found
    loaded = _load(path, registry)
    told = None if loaded.has_errors else _tell(loaded, file, code)
    if told is not None:
        write_entry(folder, f"{name}.ruleset", told)
    return loaded


def _load(path: Path, registry: Registry) -> Loaded:
    from rubricate.loading.rulesets import load_ruleset  # the parsers behind it are wanted by what is not kept

    return load_ruleset(path, registry)


def _tell(loaded: Loaded, file: Path, code: str) -> bytes | None:
    """What is kept of a ruleset; None for one that cannot be."""
    text = loaded.sources.get(str(file))
    shown = RulesetFolder(file, Findings()).shown
    others = {shown(name): name for name in loaded.digests}
    if text is None or not loaded.sources.keys() <= {str(file), *others}:
        return None
    head = {
        "code": code,
        "text": _digest_text(text),
        "files": dict(loaded.digests),
        "sources": [others[each] for each in loaded.sources if each != str(file)],
    }
    try:
        body = pack((loaded.ruleset, loaded.problems))
        return orjson.dumps(head) + b"\n" + body
    except (UnpackableError, TypeError):
        return None


def _read(packed: bytes, file: Path, code: str, registry: Registry) -> Loaded | None:
    """What was kept, if it still is what would be read."""
    line, _, body = packed.partition(b"\n")
    try:
        head = orjson.loads(line)
        if head["code"] != code:
            return None
        texts = _unchanged(file, head["text"], head["files"])
        if texts is None:
            return None
        ruleset, problems = cast("tuple[Ruleset, tuple[Problem, ...]]", unpack(body))
        shown = RulesetFolder(file, Findings()).shown
        sources = {str(file): texts[""], **{shown(name): texts[name] for name in head["sources"]}}
    except (UnpackableError, ValueError, KeyError, TypeError):
        return None
    if not _are_usable(ruleset, registry):
        return None
    return Loaded(
        ruleset=ruleset,
        problems=problems,
        sources=MappingProxyType(sources),
        digests=head["files"],
    )


def _unchanged(file: Path, digest: str, files: dict[str, str]) -> dict[str, str] | None:
    """The texts of the ruleset ("") and of the files that it names, if all are what they were."""
    try:
        with file.open("rb") as stream:
            text = decode(stream.read(MAX_BYTES + 1))
    except OSError:
        return None
    if isinstance(text, int) or _digest_text(text) != digest:
        return None
    folder = RulesetFolder(file, Findings())
    texts = {"": text}
    for name in files:
        source: Source | None = folder.read(name, Location(str(file), 1, 1), code="R042")
        if source is None:
            return None
        texts[name] = source.text
    return texts if folder.digests == files else None


def _are_usable(ruleset: Ruleset, registry: Registry) -> bool:
    """Whether the plugins of matchers that may ask for more than their options still take them."""
    for spec in ruleset.matchers.values():
        kind = registry.matchers.get(spec.kind)
        if kind is None or (spec.kind not in _OWN_KINDS and ask(kind, spec) is not None):
            return False
    return True


def _digest_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _code(registry: Registry) -> str | None:
    """A digest of everything that reads rulesets: versions, and the files of our code and that of all plugins.

    None when a plugin was handed over by the caller: nobody can tell whether the next one is the same.
    """
    if any(info.version is None for info in registry.plugins):
        return None
    told: list[object] = [__version__, sys.version, sys.implementation.name, [_version(each) for each in _PACKAGES]]
    modules = {info.module.partition(":")[0] for info in registry.plugins}
    folders = {Path(each.__path__[0]) for each in (rubricate, rubricate_schemas)}
    for name in sorted(modules):
        module = sys.modules.get(name)
        place = getattr(module, "__file__", None)
        if place is None:
            return None
        folders.add(Path(place).parent if Path(place).stem == "__init__" else Path(place))
    told += [[info.name, info.distribution, info.version, info.module, info.error] for info in registry.plugins]
    told += [[str(folder), list(_files(folder))] for folder in sorted(folders)]
    return hashlib.sha256(orjson.dumps(told)).hexdigest()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _files(place: Path) -> Iterator[tuple[str, int, int]]:
    """(name, size, time of the last change) of each file of a package."""
    entries: Iterable[os.DirEntry[str]] = ()
    if place.is_dir():
        with os.scandir(place) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    else:
        status = place.stat()
        yield place.name, status.st_size, status.st_mtime_ns
    for entry in entries:
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from ((f"{entry.name}/{name}", size, time) for name, size, time in _files(Path(entry)))
        elif entry.name.endswith((".py", ".json", ".lark", ".so")):
            status = entry.stat()
            yield entry.name, status.st_size, status.st_mtime_ns
