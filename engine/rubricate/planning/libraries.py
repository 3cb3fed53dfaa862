"""Libraries by other people on which results hang, by the versions that are installed: another one may say otherwise.

Pillow decodes and resizes images, so that its version decides about pixels; a step that reads texts out of images names
what it reads them with.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from rubricate.model.ruleset import Ruleset
from rubricate.registry import Registry

__all__ = ["libraries_of"]

PILLOW = "Pillow"


def libraries_of(ruleset: Ruleset, registry: Registry) -> dict[str, str]:
    """Library -> its version, sorted; those that are not installed are told of by who needs them."""
    names = {PILLOW} if ruleset.record.image else set()
    for step in ruleset.prepare:
        transform = registry.transforms.get(step.use)
        names.update(() if transform is None else transform.libraries)
    found = {name: _version(name) for name in sorted(names)}
    return {name: told for name, told in found.items() if told is not None}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
