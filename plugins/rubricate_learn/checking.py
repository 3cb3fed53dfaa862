"""What can be said before anything is loaded: whether a matcher can be used, and which packages it needs."""

from __future__ import annotations

from importlib.util import find_spec

from rubricate.api import MatcherSpec, MissingExtraError, OptionError
from rubricate_learn.folders import find_model

__all__ = ["require_encoder", "require_scikit", "validate"]


def validate(spec: MatcherSpec) -> None:
    """Raises OptionError for a matcher that cannot be used, MissingExtraError where packages are missing."""
    _require(f"the kind {spec.kind}", "learn", "numpy")
    if spec.table is not None:
        raise OptionError("of", f'"{spec.kind}" takes no table', help="remove `of`")
    if spec.fold:
        raise OptionError("fold", "a model looks at the text as written", help="remove `fold`")
    model = find_model(spec)
    if model.encoder is not None:
        require_encoder(f'the model "{spec.options["model"]}", which rests on an encoder,')


def require_scikit() -> None:
    """Raises MissingExtraError where what training needs is missing."""
    _require("training", "learn", "numpy", "scipy", "sklearn")


def require_encoder(who: str) -> None:
    """Raises MissingExtraError where what sentence encoders need is missing."""
    _require(who, "transformers", "safetensors", "torch", "transformers")


def _require(who: str, extra: str, *packages: str) -> None:
    if any(find_spec(name) is None for name in packages):
        raise MissingExtraError(who, extra)
