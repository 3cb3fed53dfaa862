"""One descriptor on the bench: what gave it, what its author says of it, and a place for files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, ParamSpec, TypeAlias, TypeVar

from rubricate.annotator import Annotator, load
from rubricate.errors import RulesetError
from rubricate.registry import Registry
from rubricate.testing.faults import Complaint, ForeignError, WrongAnswerError

__all__ = ["Bench", "Laws", "guarded", "load_written"]

D = TypeVar("D")
S = TypeVar("S")
T = TypeVar("T")
P = ParamSpec("P")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench(Generic[D, S]):
    """What a law looks at."""

    plugin: object
    """The module, or the object with hooks, that gave the descriptor."""
    registry: Registry
    """Of the plugin and everything that is installed."""
    given: D
    """The descriptor."""
    sample: S
    folder: Path
    """An empty folder, for this law alone."""


Laws: TypeAlias = "Mapping[str, Callable[[Bench[D, S]], Iterator[Complaint]]]"
"""Name of a law -> what it complains of."""


def guarded(seen: str, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What the plugin's code gives; raises ForeignError with what it was given."""
    try:
        return call(*args, **kwargs)
    except WrongAnswerError as error:
        raise ForeignError(seen, str(error)) from None
    except (Exception, SystemExit) as error:  # the boundary to foreign code
        raise ForeignError(seen, error) from error


def load_written(path: Path, registry: Registry, *, seen: str) -> Annotator:
    """The ruleset that a law wrote; raises RulesetError where it is wrong, ForeignError with what the plugin raises."""
    try:
        return load(path, registry=registry)
    except RulesetError:
        raise
    except (Exception, SystemExit) as error:  # the boundary to foreign code
        raise ForeignError(seen, error) from error
