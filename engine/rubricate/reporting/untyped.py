"""Takes values out of JSON whose shape was promised by a file: what is not of the wanted kind counts as absent."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["integer", "integers", "mapping", "mappings", "real", "texts"]


def mapping(value: object) -> Mapping[str, object]:
    """The mapping, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def mappings(value: object) -> list[Mapping[str, object]]:
    """The mappings in a list."""
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, (list, tuple)) else []


def texts(value: object) -> tuple[str, ...]:
    """The entries of a list as texts."""
    return tuple(map(str, value)) if isinstance(value, (list, tuple)) else ()


def integer(value: object) -> int:
    """The integer, or 0; true is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def integers(value: object) -> dict[str, int]:
    """Name -> integer."""
    return {str(name): integer(count) for name, count in mapping(value).items()}


def real(value: object) -> float | None:
    """The number, or None; true is none."""
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
