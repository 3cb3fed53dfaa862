"""Options of plugins, checked against the JSON Schema that the plugin gives."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as AnyMapping
from typing import TYPE_CHECKING

from rubricate.loading.conforming import make_test
from rubricate.loading.findings import Findings
from rubricate.loading.structure import kind_of
from rubricate.loading.wording import KINDS, did_you_mean, either, quoted
from rubricate.loading.yaml_quoting import yaml_text
from rubricate.loading.yaml_tree import Mapping, Node, Scalar, Sequence, plain

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

__all__ = ["check_options"]


def check_options(
    given: AnyMapping[Scalar, Node],
    schema: AnyMapping[str, object],
    owner: str,
    declared: Mapping,
    findings: Findings,
    *,
    values: AnyMapping[str, object] | None = None,
    other_keys: Iterable[str] = (),
) -> None:
    """Reports every option that the schema of a plugin does not allow.

    `owner` is what the options belong to, in words; `declared` the mapping that they stand in. `values` replaces the
    given values where the plugin gets something else than what is written; `other_keys` are keys beside the options.
    """
    nodes = {key.text: (key, value) for key, value in given.items()}
    known = schema.get("properties", {})
    properties = known if isinstance(known, dict) else {}
    unknown = [key for name, (key, _) in nodes.items() if name not in properties]
    for key in unknown:
        help = did_you_mean(key.text, [*properties, *other_keys], "options")
        findings.add("R041", f"{owner} takes no option {quoted(key.text)}", key.location, help=help)
    plain_values = {name: plain(value) for name, (_, value) in nodes.items()} if values is None else dict(values)
    for key in unknown:
        plain_values.pop(key.text, None)
    if make_test(schema)(plain_values):
        return
    from jsonschema import Draft202012Validator  # only for rulesets with mistakes: to import it takes 0.1 s

    for error in Draft202012Validator(dict(schema)).iter_errors(plain_values):
        path = list(error.absolute_path)
        if error.validator == "required" and not path:
            missing = [name for name in error.validator_value if name not in plain_values]
            for name in missing:
                findings.add("R041", f"{owner} needs the option {quoted(name)}", declared.location)
        elif path and (found := nodes.get(str(path[0]))) is not None:
            node = _inner(found[1], path[1:])
            message = _message(error.validator, error.validator_value, str(path[0]), node, option_itself=len(path) == 1)
            findings.add("R041", message, node.location, help=_help(error, str(path[0]), node))
        elif not path:
            findings.add("R041", f"these options of {owner} cannot stand together", declared.location)


def _inner(node: Node, path: Iterable[str | int]) -> Node:
    for part in path:
        match node:
            case Mapping() if isinstance(part, str) and (child := node.get(part)) is not None:
                node = child
            case Sequence() if isinstance(part, int) and part < len(node.items):
                node = node.items[part]
            case _:
                return node
    return node


def _message(validator: object, wanted: object, option: str, node: Node, *, option_itself: bool) -> str:
    written = quoted(node.text) if isinstance(node, Scalar) else kind_of(node)
    match validator:
        case "type":
            kinds = [wanted] if isinstance(wanted, str) else list(wanted) if isinstance(wanted, list) else []
            words = either(KINDS.get(str(kind), str(kind)) for kind in kinds)
            return f"the option {quoted(option)} must be {words}, not {kind_of(node)}"
        case "enum" if isinstance(wanted, list):
            return f"{written} is not allowed for {quoted(option)}: {either(str(each) for each in wanted)}"
        case "minimum" | "exclusiveMinimum":
            return f"{written} is too small for {quoted(option)}: {_bound(validator, wanted)}"
        case "maximum" | "exclusiveMaximum":
            return f"{written} is too large for {quoted(option)}: {_bound(validator, wanted)}"
        case "minItems" | "minLength" if not written.strip('"') or (isinstance(node, Sequence) and not node.items):
            what = "the option" if option_itself else "an entry of"
            return f"{what} {quoted(option)} is empty"
        case _:
            return f"{written} is not allowed for the option {quoted(option)}"


def _help(error: ValidationError, option: str, node: Node) -> str | None:
    """A concrete edit, where what was meant is plain."""
    wanted = error.validator_value
    named = wanted if isinstance(wanted, list) else [wanted]
    kinds = {each for each in named if isinstance(each, str)}  # those of `anyOf` are schemas
    match error.validator, node:
        case "minItems", Sequence(items=()):
            return (
                f'write at least one, as in {option}: [sale, "free shipping"]'
                if option == "terms"
                else "write at least one"
            )
        case "type", Scalar(value=value) if value is not None and "\n" not in node.text:
            if "string" in kinds:
                return f"write {yaml_text(node.text)}"
            if "array" in kinds and "object" not in kinds:
                return f"write {option}: [{yaml_text(node.text)}]"
    return None


def _bound(validator: object, wanted: object) -> str:
    words = {
        "minimum": "at least",
        "exclusiveMinimum": "more than",
        "maximum": "at most",
        "exclusiveMaximum": "less than",
    }
    return f"{words[str(validator)]} {wanted}"
