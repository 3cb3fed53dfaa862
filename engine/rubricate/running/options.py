"""Options of a source or an export as a command line gives them: texts, read as the option's own schema says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import orjson

from rubricate.errors import UsageError

__all__ = ["fit_options", "split_options"]

_TRUTH = {"yes": True, "no": False}


def split_options(texts: Sequence[str]) -> dict[str, str]:
    """Name -> value of each `NAME=VALUE`; raises UsageError for what is none, and for a name that stands twice.

    >>> split_options(["fields=title,text", "none=no"])
    {'fields': 'title,text', 'none': 'no'}
    """
    found: dict[str, str] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign:
            raise UsageError(f'"{text}" is no NAME=VALUE')
        if name in found:
            raise UsageError(f'the option "{name}" is given twice', help="several values of a list have commas between")
        found[name] = value
    return found


def fit_options(what: str, schema: Mapping[str, object], options: Mapping[str, object]) -> dict[str, object]:
    """Options with the types that a schema asks for: a list from `a,b` or JSON, a number, yes and no.

    Values that are no texts stay as they are. Raises UsageError, naming `what`, for an unknown option or a wrong value.
    """
    if not options:
        return {}
    known = cast("Mapping[str, Mapping[str, object]]", schema.get("properties", {}))
    fitted = {
        name: _fit(known.get(name, {}), value) if isinstance(value, str) else value for name, value in options.items()
    }
    _check(what, schema, known, fitted)
    return fitted


def _fit(schema: Mapping[str, object], text: str) -> object:
    """A text as a value of the schema; the text itself where it cannot be one, for the check to say so."""
    declared = schema.get("type", ())
    kinds = {declared} if isinstance(declared, str) else set(cast("Sequence[str]", declared))
    choices = cast("Sequence[object]", schema.get("enum", ()))
    value = _as_json(text)
    if "array" in kinds and not isinstance(value, list):
        items = cast("Mapping[str, object]", schema.get("items", {}))
        return [_fit(items, part.strip()) for part in text.split(",") if part.strip()]
    if "boolean" in kinds and text in _TRUTH:
        return _TRUTH[text]
    if text in choices:
        return text
    if "string" in kinds:
        return value if isinstance(value, str) else text
    escaped = _as_json(f'"{text}"')  # a tab is written \\t
    return escaped if value is None and escaped in choices else text if value is None else value


def _as_json(text: str) -> object:
    """What a text says as JSON; nothing when it says nothing."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _check(what: str, schema: Mapping[str, object], known: Mapping[str, object], options: Mapping[str, object]) -> None:
    from jsonschema import Draft202012Validator  # late: it is slow to import, and most runs give no options

    for error in Draft202012Validator(dict(schema)).iter_errors(dict(options)):
        if error.validator == "additionalProperties":
            unknown = next(name for name in options if name not in known)
            help = f"it has {', '.join(sorted(known))}" if known else "it has no options"
            raise UsageError(f'{what} has no option "{unknown}"', help=help)
        place = f'option "{error.path[0]}" of ' if error.path else ""
        raise UsageError(
            f"{place}{what}: {_told(error.instance, error.validator, error.validator_value, error.message)}"
        )


def _told(value: object, validator: object, wanted: object, message: str) -> str:
    """What is wrong with a value, in words."""
    shown = f'"{value}"' if isinstance(value, str) else orjson.dumps(value, default=str).decode()
    match validator:
        case "type":
            names = {"array": "a list", "boolean": "yes or no", "integer": "a whole number", "number": "a number",
                     "object": "an object in JSON", "string": "a text"}  # fmt: skip
            kinds = [wanted] if isinstance(wanted, str) else list(cast("Sequence[str]", wanted))
            return f"{shown} is not {' or '.join(names.get(kind, kind) for kind in kinds)}"
        case "enum":
            choices = " or ".join(str(choice) for choice in cast("Sequence[object]", wanted))
            return f"{shown} is not {choices}"
        case "minimum":
            return f"{shown} is below {wanted}"
        case _:
            return message
