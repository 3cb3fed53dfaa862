"""A plugin that cannot be asked what it gives."""

from rubricate.api import hookimpl


@hookimpl
def register_matchers():
    """Fails, as a plugin does whose own package is too old."""
    raise AttributeError("module 'tokens' has no attribute 'fast'")
