"""Laws of every descriptor: what it says of itself, and of its options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from rubricate.model.descriptors import Cost, Export, MatcherKind, Normaliser, Source
from rubricate.testing.bench import Bench
from rubricate.testing.faults import Complaint

__all__ = ["allowed_options", "options_of", "says_what_it_is", "says_what_its_options_are", "wrong_options"]

LONGEST_HELP = 120
RESULTS = ("list", "number", "object", "text")
RESTRICTIONS = ("type", "enum", "const", "anyOf", "oneOf", "allOf", "$ref")
WRONG_VALUES: tuple[object, ...] = (None, True, -1, 0.5, "a text", [], [None], {}, {"x": None})
"""A value of each kind; what is declared as anything else must be refused."""

NASTY_VALUES: tuple[object, ...] = (
    0, 1, -1, 10**9, 0.5, True, False, [], [""], {}, "", " ", "\x00", "(", "[", "\\", "*", "a{99999}", "/", "//", "%s",
    "x" * 1000, "\u00e9",
)  # fmt: skip
"""Values that an option may have, as far as its schema lets them pass."""


def wrong_options(given: object) -> Iterator[dict[str, object]]:
    """Options that must be refused: one that is not there, and each one with values of other kinds."""
    yield {"no_such_option": 1}
    for name, option in options_of(given).items():
        if _is_schema(option):
            validator = Draft202012Validator(dict(option))
            yield from ({name: value} for value in WRONG_VALUES if not validator.is_valid(value))


def allowed_options(
    given: object, options: Mapping[str, object]
) -> Iterator[tuple[dict[str, object], dict[str, object]]]:
    """(change, options) for changes of one option that the schema lets pass."""
    schema: Any = getattr(given, "options", {})
    if not _is_schema(schema):
        return
    validator = Draft202012Validator(dict(schema))
    for name in options_of(given):
        for value in NASTY_VALUES:
            changed = {**options, name: value}
            if validator.is_valid(changed):
                yield {name: value}, changed


def _is_schema(schema: Mapping[str, Any]) -> bool:
    try:
        Draft202012Validator.check_schema(dict(schema))
    except SchemaError:
        return False
    return True


def options_of(given: object) -> Mapping[str, Any]:
    """The JSON Schemas of a descriptor's options by name."""
    schema: Any = getattr(given, "options", {})
    found = schema.get("properties", {})
    return found if isinstance(found, Mapping) else {}


def says_what_it_is(bench: Bench[Any, Any]) -> Iterator[Complaint]:
    """Law "descriptor": a help line, and figures that mean something."""
    given = bench.given
    help = given.help
    if not isinstance(help, str) or not help.strip():
        yield Complaint("it has no help line", help="say in a few words what it is: rubricate plugins shows it")
    elif "\n" in help or len(help) > LONGEST_HELP:
        yield Complaint(
            f"its help has {len(help)} characters or several lines", help=f"one line of at most {LONGEST_HELP}"
        )
    yield from _figures(given)


def _figures(given: object) -> Iterator[Complaint]:
    match given:
        case MatcherKind() if not isinstance(given.cost, Cost):
            yield Complaint(f"its cost is {given.cost!r}, which is no cost class", help="write Cost.LEXICAL or another")
        case Normaliser():
            least, most = given.arguments
            if not 0 < least <= most:
                yield Complaint(f"it takes at least {least} and at most {most} arguments, which nothing can be given")
            if given.result not in RESULTS:
                yield Complaint(f'its result is "{given.result}", not {", ".join(RESULTS[:-1])} or {RESULTS[-1]}')
        case Source():
            for suffix in given.suffixes:
                if suffix != "/" and not suffix.startswith("."):
                    yield Complaint(f'the suffix "{suffix}" begins with no dot', help='write ".jsonl", or "/"')
        case Export() if not given.suffix.startswith("."):
            yield Complaint(f'the suffix "{given.suffix}" begins with no dot', help='write it like ".csv"')
        case _:
            pass


def says_what_its_options_are(bench: Bench[Any, Any]) -> Iterator[Complaint]:
    """Law "options": a JSON Schema that names, describes and restricts every option, and nothing else."""
    schema: Mapping[str, Any] = getattr(bench.given, "options", {})
    if not schema:
        return
    try:
        Draft202012Validator.check_schema(dict(schema))
    except SchemaError as error:
        place = ".".join(map(str, error.absolute_path)) or "the top"
        yield Complaint(f"its options are no JSON Schema: {error.message} at {place}")
        return
    if schema.get("type") != "object" or schema.get("additionalProperties") is not False:
        yield Complaint(
            "its options take keys that it does not name",
            help='write "type": "object" and "additionalProperties": False, so that a slip is answered',
        )
    for name, option in options_of(bench.given).items():
        yield from _option(name, option)


def _option(name: str, option: object) -> Iterator[Complaint]:
    declared = option if isinstance(option, Mapping) else {}
    if not str(declared.get("description", "")).strip():
        yield Complaint(f'the option "{name}" has no description', help="editors and the reference show it")
    if not any(key in declared for key in RESTRICTIONS):
        yield Complaint(f'the option "{name}" takes any value', help='say its "type" or "enum"')
    elif all(Draft202012Validator(dict(declared)).is_valid(value) for value in WRONG_VALUES):
        yield Complaint(f'the option "{name}" takes every kind of value', help='say its "type" or "enum"')
    if "default" in declared and not Draft202012Validator(dict(declared)).is_valid(declared["default"]):
        yield Complaint(f'the default of the option "{name}" is {declared["default"]!r}, which it does not take')
