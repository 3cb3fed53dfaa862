"""Laws of every descriptor: what it says of itself, and of its options."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from referencing.exceptions import Unresolvable

from rubricate.model.descriptors import Cost, Export, MatcherKind, Normaliser, Source, Trainer
from rubricate.testing.bench import Bench
from rubricate.testing.faults import Complaint, shown

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
    if _wrong_schema(given) is not None:
        return
    takes = _takes(given)
    for name in options_of(given):
        yield from ({name: value} for value in WRONG_VALUES if not takes(name, value))


def allowed_options(
    given: object, options: Mapping[str, object]
) -> Iterator[tuple[dict[str, object], dict[str, object]]]:
    """(change, options) for changes of one option that the schema lets pass."""
    if _wrong_schema(given) is not None:
        return
    validator = Draft202012Validator(dict(_schema(given)))
    for name in options_of(given):
        for value in NASTY_VALUES:
            changed = {**options, name: value}
            if validator.is_valid(changed):
                yield {name: value}, changed


def _takes(given: object) -> Callable[[str, object], bool]:
    """Whether an option takes a value; what it refers to (`$ref`) may stand anywhere in the schema of all options."""
    of_all, properties = Draft202012Validator(dict(_schema(given))), options_of(given)

    def takes(name: str, value: object) -> bool:
        return of_all.evolve(schema=properties[name]).is_valid(value)

    return takes


def _wrong_schema(given: object) -> Complaint | None:
    """Why the schema of a descriptor's options is none."""
    schema = _schema(given)
    try:
        Draft202012Validator.check_schema(dict(schema))
    except SchemaError as error:
        place = ".".join(map(str, error.absolute_path)) or "the top"
        return Complaint(f"its options are no JSON Schema: {error.message} at {place}")
    of_all = Draft202012Validator(dict(schema))
    for ref in _refs(schema):
        try:
            of_all.evolve(schema={"$ref": ref}).is_valid(None)
        except Unresolvable:
            return Complaint(f'its options refer to "{ref}", which stands nowhere in their schema',
                             help='write what several options share below "$defs": "$ref": "#/$defs/NAME"')  # fmt: skip
        except RecursionError:
            return Complaint(f'its options refer to "{ref}", which refers to itself')
    return None


def _refs(schema: object) -> Iterator[str]:
    if isinstance(schema, Mapping):
        ref = schema.get("$ref")
        yield from [ref] if isinstance(ref, str) else []
        schema = list(schema.values())
    for part in schema if isinstance(schema, list) else ():
        yield from _refs(part)


def _schema(given: object) -> Mapping[str, Any]:
    schema: Mapping[str, Any] = getattr(given, "options", {})
    return schema


def options_of(given: object) -> Mapping[str, Any]:
    """The JSON Schemas of a descriptor's options by name."""
    found = _schema(given).get("properties", {})
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
    yield from _functions(given)


def _figures(given: object) -> Iterator[Complaint]:
    match given:
        case MatcherKind():
            yield from _of_matchers(given)
        case Normaliser():
            counts = given.arguments
            if not (isinstance(counts, tuple) and len(counts) == 2 and all(type(count) is int for count in counts)):
                yield Complaint(f"its arguments are {shown(counts)}, not how many it takes at least and at most")
            elif not 0 < counts[0] <= counts[1]:
                told = f"at least {counts[0]} and at most {counts[1]} arguments"
                yield Complaint(f"it takes {told}, which nothing can be given")
            if given.result not in RESULTS:
                yield Complaint(f'its result is "{given.result}", not {", ".join(RESULTS[:-1])} or {RESULTS[-1]}')
        case Source():
            if not isinstance(given.suffixes, tuple):
                yield Complaint(f"its suffixes are {shown(given.suffixes)}, not a tuple", help='write (".jsonl",)')
                return
            for suffix in map(str, given.suffixes):
                if suffix != "/" and not suffix.startswith("."):
                    yield Complaint(f'the suffix "{suffix}" begins with no dot', help='write ".jsonl", or "/"')
        case Export() if not str(given.suffix).startswith("."):
            yield Complaint(f'the suffix "{given.suffix}" begins with no dot', help='write it like ".csv"')
        case _:
            pass


def _of_matchers(kind: MatcherKind) -> Iterator[Complaint]:
    if not isinstance(kind.cost, Cost):
        yield Complaint(f"its cost is {kind.cost!r}, which is no cost class", help="write Cost.LEXICAL or another")
    for what, name in (("column of its classes", kind.classes), ("family", kind.family)):
        if name is not None and not isinstance(name, str):
            yield Complaint(f"the {what} is {shown(name)}, which is no name")
    odd = kind.asides - set(options_of(kind)) if isinstance(kind.asides, Set) else kind.asides
    if odd or not isinstance(kind.asides, Set):
        yield Complaint(f"its asides name {shown(odd)}, not a frozenset of options that it has")
    if not isinstance(kind.trainers, Sequence) or not all(isinstance(each, Trainer) for each in kind.trainers):
        yield Complaint(f"its trainers are {shown(kind.trainers)}, not a list of Trainer")


def _functions(given: object) -> Iterator[Complaint]:
    for name in FUNCTIONS:
        function = getattr(given, name, None)
        if function is not None and not callable(function):
            yield Complaint(f"`{name}` is {shown(function)}, which cannot be called")


FUNCTIONS: Final = (
    "apply", "columns", "combine", "compile", "doubts", "estimate", "files", "holds", "literals", "make", "open",
    "outputs", "read", "required_literals", "validate", "wider", "write",
)  # fmt: skip
"""Fields of descriptors that hold a function."""


def says_what_its_options_are(bench: Bench[Any, Any]) -> Iterator[Complaint]:
    """Law "options": a JSON Schema that names, describes and restricts every option, and nothing else."""
    schema = _schema(bench.given)
    if not schema:
        return
    wrong = _wrong_schema(bench.given)
    if wrong is not None:
        yield wrong
        return
    if schema.get("type") != "object" or schema.get("additionalProperties") is not False:
        yield Complaint(
            "its options take keys that it does not name",
            help='write "type": "object" and "additionalProperties": False, so that a slip is answered',
        )
    for name, option in options_of(bench.given).items():
        yield from _option(name, option, _takes(bench.given))


def _option(name: str, option: object, takes: Callable[[str, object], bool]) -> Iterator[Complaint]:
    declared = option if isinstance(option, Mapping) else {}
    if not str(declared.get("description", "")).strip():
        yield Complaint(f'the option "{name}" has no description', help="editors and the reference show it")
    if not any(key in declared for key in RESTRICTIONS):
        yield Complaint(f'the option "{name}" takes any value', help='say its "type" or "enum"')
    elif all(takes(name, value) for value in WRONG_VALUES):
        yield Complaint(f'the option "{name}" takes every kind of value', help='say its "type" or "enum"')
    if "default" in declared and not takes(name, declared["default"]):
        yield Complaint(f'the default of the option "{name}" is {declared["default"]!r}, which it does not take')
