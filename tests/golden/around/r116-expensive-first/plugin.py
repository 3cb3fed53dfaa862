"""A matcher that costs as much as a model does."""

from rubricate.api import Cost, MatcherKind, hookimpl


class _Nothing:
    def scan(self, documents):
        """Finds nothing."""
        return [[] for _ in documents]


@hookimpl
def register_matchers():
    """The kind `tone.angry`."""
    return [MatcherKind(name="tone.angry", help="angry texts", cost=Cost.MODEL, compile=lambda specs: _Nothing())]
