"""Asks plugins whether they take a matcher as it is declared."""

from __future__ import annotations

from rubricate.errors import MissingExtraError
from rubricate.loading.wording import quoted
from rubricate.model.descriptors import MatcherKind, OptionError
from rubricate.model.ruleset import MatcherSpec

__all__ = ["ask"]


def ask(kind: MatcherKind, spec: MatcherSpec) -> OptionError | None:
    """What a plugin says against a matcher."""
    if kind.validate is None:
        return None
    try:
        kind.validate(spec)
    except OptionError as error:
        return error
    except MissingExtraError as error:
        found = OptionError("use", f"the kind {quoted(kind.name)} needs packages that are not installed",
                            help=f'install them: pip install "rubricate[{error.extra}]"')  # fmt: skip
        found.__cause__ = error
        return found
    except Exception as error:  # noqa: BLE001  # the boundary to foreign code
        return OptionError("use", f"the plugin of {quoted(kind.name)} failed: {type(error).__name__}: {error}")
    return None
