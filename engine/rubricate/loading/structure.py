"""Checks the shape of a ruleset against its JSON Schema, and says what is wrong in the reader's words and place."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence as AnySequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from rubricate.loading.conforming import Test, make_test
from rubricate.loading.expression_text import EXPRESSION_KEYS, single_quoted
from rubricate.loading.findings import Findings
from rubricate.loading.reading import is_misspelt, text
from rubricate.loading.shapes import shape_help
from rubricate.loading.wording import KINDS, did_you_mean, either, only_near, quoted
from rubricate.loading.yaml_quoting import yaml_text
from rubricate.loading.yaml_tree import Mapping, Node, Scalar, Sequence, plain
from rubricate.model.location import Location
from rubricate.model.problem import Fix

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

__all__ = ["check_structure", "kind_of", "ruleset_schema"]

_OWNERS = {
    "cascade": "stage",
    "dictionaries": "dictionary",
    "labels": "label",
    "matchers": "matcher",
    "meta": "field",
    "otherwise": "otherwise",
    "prepare": "step",
    "rules": "rule",
    "tests": "test",
}
_INSTEAD = {"unless": 'write "and not (...)" at the end of when'}
"""Keys that are not built yet -> what says the same today."""
_TRUTH_WORDS = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}


def ruleset_schema() -> dict[str, Any]:
    """The JSON Schema of a ruleset."""
    text = files("rubricate_schemas").joinpath("ruleset.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def check_structure(root: Mapping, findings: Findings) -> None:
    """Reports every key and value that the schema does not allow."""
    value = plain(root)
    if _test()(value):
        return
    from jsonschema import Draft202012Validator  # only for rulesets with mistakes: to import it takes 0.1 s

    for error in Draft202012Validator(ruleset_schema()).iter_errors(value):
        _Translator(root, error, findings).translate()


@cache
def _test() -> Test:
    return make_test(ruleset_schema())


def kind_of(node: Node) -> str:
    """What a value is, in the words of a reader."""
    match node:
        case Sequence():
            return "a list"
        case Mapping():
            return "a mapping"
        case Scalar(value=bool()):
            return "a truth value"
        case Scalar(value=int() | float()):
            return "a number"
        case Scalar(value=None):
            return "empty"
        case Scalar():
            return "a text"


class _Translator:
    """Turns one finding of the validator into problems."""

    def __init__(self, root: Mapping, error: ValidationError, findings: Findings) -> None:
        self.error = error
        self.findings = findings
        self.path: tuple[str | int, ...] = tuple(error.absolute_path)
        self.schema: AnyMapping[str, Any] = error.schema if isinstance(error.schema, dict) else {}
        self.key = next((str(part) for part in reversed(self.path) if isinstance(part, str)), "")
        node, found = root, True
        for part in self.path:
            child = _child(node, part)
            found = found and child is not None
            node = child if child is not None else node  # type: ignore[assignment]  # a node of any kind
        self.node: Node = node

    def translate(self) -> None:
        """Reports it, unless the value has been reported already."""
        if isinstance(self.node, Scalar) and self.node.repaired:
            return
        match self.error.validator:
            case "additionalProperties":
                self._unknown_keys()
            case "required":
                self._missing_keys()
            case "type":
                self._wrong_kind()
            case "enum" | "const":
                self._not_allowed()
            case "pattern":
                self._bad_form()
            case "minimum" | "maximum":
                self._out_of_range()
            case _:
                help = "write what it asks, or take the key away" if self._is_expression() else None
                self._add("R013", f"{self._what()} is empty", help=help)

    def _add(
        self,
        code: str,
        message: str,
        *,
        help: str | None = None,
        location: Location | None = None,
        fix: Fix | None = None,
    ) -> None:
        self.findings.add(code, message, location or self.node.location, help=help, fix=fix)

    def _unknown_keys(self) -> None:
        assert isinstance(self.node, Mapping)
        known = sorted(self.schema.get("properties", {}))
        later = self.schema.get("x-later", [])
        for key, _ in self.node.own():
            if key.text in later:
                message = f"{quoted(key.text)} is part of the language but not built yet"
                self._add("R014", message, help=_INSTEAD.get(key.text), location=key.location)
            elif key.text not in known:
                message = f"{quoted(key.text)} is no key of {self._owner()}"
                help = did_you_mean(key.text, [*known, *later] if _near(key.text, later) else known, "keys")
                meant = only_near(key.text, [*known, *later])
                fixable = meant in known and self.node.get(str(meant)) is None
                fix = Fix.replacing(key.location, str(meant)) if fixable else None
                self._add("R010", message, help=help, location=key.location, fix=fix)

    def _missing_keys(self) -> None:
        assert isinstance(self.node, Mapping)
        for key in self._expected():
            if self.node.get(key) is None and not is_misspelt(self.node, key):
                group = text(self.node.get("group")) if key == "rules" else None
                owner = self._owner() if group is None else f"group {quoted(group)}"
                self._add("R011", f"{owner} lacks {quoted(key)}")

    def _wrong_kind(self) -> None:
        kinds = self._expected()
        later = self.schema.get("x-later-mapping")
        if later is not None and isinstance(self.node, Mapping):
            self._add("R014", f"{later} is part of the language but not built yet")
            return
        if isinstance(self.node, Scalar) and self._wrong_scalar(self.node, kinds):
            return
        message = f"{self._what()} must be {_either_kind(kinds)}, not {kind_of(self.node)}"
        self._add("R012", message, help=self._repair(kinds))

    def _wrong_scalar(self, node: Scalar, kinds: AnySequence[str]) -> bool:
        """The surprises of YAML among the wrong kinds; whether it was one."""
        is_number = isinstance(node.value, (int, float)) and not isinstance(node.value, bool)
        if "string" in kinds and is_number and self.key in ("version", "rubricate"):
            message = f"YAML reads {node.text} as the number {_number(node.value)}"
            version = _three_numbers(node.text) if self.path == ("version",) else node.text
            fix = Fix.replacing(node.location, f'"{version}"')
            self._add("R015", message, help=f'write {self.key}: "{version}"', fix=fix)
            return True
        word = _TRUTH_WORDS.get(node.text.casefold())
        if "boolean" in kinds and word is not None:
            message = f"{quoted(node.text)} is a text here, not a truth value"
            certain = Fix.replacing(node.location, word) if node.style == "plain" else None
            self._add("R019", message, help=f"write {self.key}: {word}", fix=certain)
            return True
        if node.value is None and "null" not in kinds:
            self._add("R012", f"{self._what()} has no value")
            return True
        return False

    def _repair(self, kinds: AnySequence[str]) -> str | None:
        """A concrete edit, where the value shows what was meant."""
        meant = shape_help(self.path, self.node)
        if meant is not None:
            return meant
        if self._is_expression():
            return f"write {self.key}: {single_quoted(_asked(self.node))}"
        if not isinstance(self.node, Scalar):
            return None
        lead = "" if self._is_entry() else f"{self.key}: "
        if "string" in kinds and "boolean" not in kinds:
            return f"write {lead}{yaml_text(self.node.text)}"
        if "array" in kinds and "object" not in kinds and "\n" not in self.node.text:
            return f"write {lead}[{yaml_text(self.node.text)}]"
        if (
            not {"number", "integer"}.isdisjoint(kinds)
            and self.node.style in ("single", "double")
            and _is_number(self.node.text)
        ):
            return f"write {lead}{self.node.text}"
        return None

    def _is_expression(self) -> bool:
        """Whether a condition is wanted."""
        under_let = len(self.path) > 1 and self.path[-2] == "let"
        return not self._is_entry() and (under_let or self.key in EXPRESSION_KEYS - {"confidence", "pattern"})

    def _not_allowed(self) -> None:
        choices = self._expected()
        value = self.node.text if isinstance(self.node, Scalar) else kind_of(self.node)
        if isinstance(self.node, Scalar) and value in self.schema.get("x-later", []):
            message = f"the {self.key} {quoted(value)} is part of the language but not built yet"
            self._add("R014", message)
            return
        if isinstance(self.node, Scalar) and not isinstance(self.node.value, str) and len(choices) > 1:
            return  # its kind has been reported
        self._add(
            "R013",
            f"{quoted(value)} is not allowed for {quoted(self.key)}",
            help=did_you_mean(value, choices, "allowed"),
        )

    def _bad_form(self) -> None:
        value, location = str(self.error.instance), self.node.location
        if "propertyNames" in self.error.absolute_schema_path and isinstance(self.node, Mapping):
            key = self.node.key(value)
            location = location if key is None else key.location
            what = _OWNERS.get(self.key, "name")
            message = f"{quoted(value)} cannot be the name of a {what if self.key != 'let' else 'let'}"
        else:
            message = f"{quoted(value)} is not allowed for {quoted(self.key)}"
        allowed = self.schema.get("x-allowed")
        self._add("R013", message, location=location, help=None if allowed is None else f"allowed: {allowed}")

    def _out_of_range(self) -> None:
        value = self.node.text if isinstance(self.node, Scalar) else ""
        if self.schema.get("type") == "integer":
            self._add("R013", f"{self._what()} must be at least {self.schema['minimum']}")
            return
        self._add("R035", f"{self._what()} is {value}, which is outside 0 to 1")

    def _expected(self) -> list[str]:
        """What the schema says: names of keys, kinds or values."""
        wanted = self.error.validator_value
        return [str(each) for each in wanted] if isinstance(wanted, list) else [str(wanted)]

    def _is_entry(self) -> bool:
        return bool(self.path) and isinstance(self.path[-1], int)

    def _what(self) -> str:
        """The value in question."""
        if not self.path:
            return "the ruleset"
        return f"each entry of {quoted(self.key)}" if self._is_entry() else quoted(self.key)

    def _owner(self) -> str:
        """The mapping in question."""
        if not self.path:
            return "the ruleset"
        parent = self.path[-2] if len(self.path) > 1 else ""
        word = _OWNERS.get(str(parent))
        if word == "rule" and isinstance(self.node, Mapping) and self.node.get("rules") is not None:
            word = "group"
        if word is None:
            return quoted(self.key)
        if isinstance(self.path[-1], str):
            return f"{word} {quoted(self.path[-1])}"
        name = self.node.get("id" if word == "rule" else word) if isinstance(self.node, Mapping) else None
        return f"{word} {quoted(name.text)}" if isinstance(name, Scalar) and name.text else f"the {word}"


_GROUPS = {"all": "all", "and": "all", "any": "any", "none": "none", "not": "none", "or": "any"}


def _asked(node: Node) -> str:
    """A condition that a number, truth value, list or mapping may have been meant for."""
    match node:
        case Scalar(value=bool()):
            return '"sale" in title'
        case Scalar():
            return f'"{node.text}"'
        case Sequence():
            return f"any of ({_members(node)})"
        case Mapping(entries=((key, Sequence() as items), *_)) if key.text.casefold() in _GROUPS:
            return f"{_GROUPS[key.text.casefold()]} of ({_members(items)})"
        case _:
            return 'any of (NAME, "text")'


def _members(node: Sequence) -> str:
    """The members of a list as those of a group; quoted ones are texts."""
    shown = [
        (each.text if each.style == "plain" and each.text.isidentifier() else f'"{each.text}"')
        for each in node.items
        if isinstance(each, Scalar) and '"' not in each.text and "\\" not in each.text
    ]
    return ", ".join(shown) or 'NAME, "text"'


def _child(node: Node, part: str | int) -> Node | None:
    match node:
        case Mapping() if isinstance(part, str):
            return node.get(part)
        case Sequence() if isinstance(part, int) and part < len(node.items):
            return node.items[part]
        case _:
            return None


def _near(key: str, names: Iterable[str]) -> bool:
    help = did_you_mean(key, names)
    return help is not None and help.startswith("did you mean")


def _either_kind(kinds: AnySequence[str]) -> str:
    return either(KINDS[kind] for kind in kinds)


def _three_numbers(text: str) -> str:
    """A version of one or two numbers as one of three, which a lock asks for; anything else as it is."""
    parts = text.split(".")
    is_short = len(parts) < 3 and all(part.isascii() and part.isdigit() for part in parts)
    return ".".join([*(str(int(part)) for part in parts), "0", "0"][:3]) if is_short else text


def _number(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
