"""The files that answers of matchers follow from, such as weights of models: known by digest, never by name or date."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from rubricate.model.ruleset import MatcherSpec, Ruleset
from rubricate.registry import Registry

__all__ = ["file_digests", "model_digests"]


def model_digests(ruleset: Ruleset, registry: Registry) -> dict[str, dict[str, str]]:
    """Matcher -> file of its model -> sha256 of its content, for matchers that rest on files.

    Raises OptionError, as the plugin does, for a model that is not there or not whole.
    """
    found = {name: file_digests(spec, registry) for name, spec in ruleset.matchers.items()}
    return {name: digests for name, digests in found.items() if digests}


def file_digests(spec: MatcherSpec, registry: Registry) -> dict[str, str]:
    """File of a matcher's model -> sha256 of its content, in the order of their names."""
    kind = registry.matchers[spec.kind]
    if kind.files is None:
        return {}
    return {name: _digest(path) for name, path in sorted(kind.files(spec).items())}


def _digest(path: Path) -> str:
    found = path.stat()
    return _digest_of(str(path), found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


@lru_cache(maxsize=4096)
def _digest_of(path: str, *_identity: int) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
