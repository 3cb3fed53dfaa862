"""A plugin whose models are numbered."""

from rubricate.api import MatcherKind, hookimpl

OPTIONS = {
    "type": "object",
    "properties": {"model": {"type": "integer", "description": "The number of a model."}},
    "additionalProperties": False,
}


@hookimpl
def register_matchers():
    """A kind that finds nothing, and says what it thinks of its model."""
    return [MatcherKind(name="oracle", help="nothing", options=OPTIONS, literals=lambda spec: (), doubts=doubts)]


def doubts(spec):
    """Models below 7 were made for other versions."""
    number = spec.options["model"]
    return [f'the model "{number}" was made for oracle <2, and 2.1 is installed'] if number < 7 else []
