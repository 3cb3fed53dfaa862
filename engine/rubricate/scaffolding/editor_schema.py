"""The JSON Schema that an editor uses: the language, the options of the plugins installed, the names of one ruleset."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from rubricate.loading.structure import ruleset_schema
from rubricate.model.passes import PASSES
from rubricate.model.ruleset import Ruleset
from rubricate.registry import Registry

__all__ = ["editor_schema"]

Schema: TypeAlias = "dict[str, Any]"

OWN_KEYWORDS = ("x-later", "x-later-mapping", "x-allowed")
"""Keywords of ours, for messages; editors have no use for them."""
ITSELF = "The keywords x-later and x-later-mapping name what belongs to the language but is not built yet."
MOST_NAMES = 500
"""Of a longer list of names an editor makes no use."""


def editor_schema(registry: Registry, ruleset: Ruleset | None = None) -> Schema:
    """The schema of rulesets for what is installed.

    What plugins give is enumerated: anything else is an error. The names that the ruleset itself declares are only
    proposed, so that a name that was declared a moment ago is not marked as wrong.
    """
    schema: Schema = _without_keywords(ruleset_schema())
    schema["description"] = schema["description"].replace(ITSELF, "").strip()
    defs: Schema = schema["$defs"]
    _add_matchers(defs, registry)
    _add_steps(defs, registry)
    _enumerate(defs["decide"]["properties"]["combine"], registry.combiners)
    _enumerate(defs["matcher"]["properties"]["check"], registry.checks)
    _tell_normalisers(defs["rule"]["properties"]["value"], registry)
    if ruleset is not None:
        schema["title"] = f"Rubricate ruleset {ruleset.name}"
        _propose_names(schema, ruleset, registry)
    return schema


def _without_keywords(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_keywords(each) for key, each in value.items() if key not in OWN_KEYWORDS}
    return [_without_keywords(each) for each in value] if isinstance(value, list) else value


# -- what plugins give -------------------------------------------------------------------------------------


def _add_matchers(defs: Schema, registry: Registry) -> None:
    matcher = defs["matcher"]
    pattern = matcher["properties"].pop("pattern")
    common: Schema = matcher["properties"]
    _enumerate(common["use"], registry.matchers)
    branches = []
    for name, kind in sorted(registry.matchers.items()):
        options = {**_properties(kind.options)}
        if "pattern" in options:
            options["pattern"] = pattern
        required = [*_required(kind.options), *(["of"] if kind.table else [])]
        branches.append(_branch(name, kind.help, common, options, required))
    matcher["allOf"] = branches


def _add_steps(defs: Schema, registry: Registry) -> None:
    step = defs["step"]
    common: Schema = step["properties"]
    helps = {name: str(passed.get("description", "")) for name, passed in PASSES.items()}
    helps |= {name: transform.help for name, transform in registry.transforms.items()}
    schemas: dict[str, Mapping[str, Any]] = {**PASSES}
    schemas |= {name: transform.options for name, transform in registry.transforms.items()}
    common["use"] |= {"type": "string", **_enum(helps)}
    step["allOf"] = [
        _branch(name, helps[name], common, _properties(options), _required(options))
        for name, options in sorted(schemas.items())
    ]


def _branch(name: str, help: str, common: Schema, options: Schema, required: list[str]) -> Schema:
    """What holds where `use` says this name: its options beside the common keys, and nothing else."""
    then: Schema = {
        "description": f"{name}: {help}",
        "additionalProperties": False,
        "patternProperties": {"^x-": True},
        "properties": {**dict.fromkeys(common, True), **{key: _titled(key, each) for key, each in options.items()}},
    }
    if required:
        then["required"] = required
    return {"if": {"required": ["use"], "properties": {"use": {"const": name}}}, "then": then}


def _titled(name: str, option: Schema) -> Schema:
    return {"title": name.replace("_", " ").capitalize(), **option}


def _properties(schema: Mapping[str, Any]) -> Schema:
    found = schema.get("properties", {})
    return dict(found) if isinstance(found, Mapping) else {}


def _required(schema: Mapping[str, Any]) -> list[str]:
    return [str(name) for name in schema.get("required", ())]


def _enumerate(declared: Schema, given: Mapping[str, Any]) -> None:
    """Restricts a key to what plugins give, each with its line of help."""
    declared.pop("$ref", None)
    declared |= {"type": "string", **_enum({name: each.help for name, each in given.items()})}


def _enum(helps: Mapping[str, str]) -> Schema:
    names = sorted(helps)
    return {"enum": names, "enumDescriptions": [helps[name] for name in names]}


def _tell_normalisers(declared: Schema, registry: Registry) -> None:
    lines = [f"- `{name}`: {each.help}" for name, each in sorted(registry.normalisers.items())]
    declared["markdownDescription"] = "\n".join([declared["description"], "", *lines])


# -- what the ruleset declares -----------------------------------------------------------------------------


def _propose_names(schema: Schema, ruleset: Ruleset, registry: Registry) -> None:
    defs: Schema = schema["$defs"]
    labels = {name: label.description or f"{label.kind} label" for name, label in ruleset.labels.items()}
    tables = {
        name: f"{len(table.rows)} rows of {Path(table.path).name or name}" for name, table in ruleset.tables.items()
    }
    matchers = {spec.name: f"matcher of the kind {spec.kind}" for spec in _declared(ruleset)}
    kinds = {kind: registry.matchers[kind].help for kind in sorted({spec.kind for spec in ruleset.matchers.values()})}
    sections = {} if ruleset.guideline is None else {
        section.id: section.title for section in ruleset.guideline.sections.values()
    }  # fmt: skip
    for owner in ("rule", "group"):
        _propose(defs[owner]["properties"]["label"], labels)
    otherwise = schema["properties"]["otherwise"]
    _propose(otherwise["properties"]["label"], labels)
    _propose(otherwise["items"]["properties"]["label"], labels)
    for key in ("implies", "excludes"):
        _propose(defs["label"]["properties"][key]["items"], labels)
    for key in ("of", "except"):
        _propose(defs["matcher"]["properties"][key], tables)
    _propose(defs["stage"]["properties"]["runs"]["items"], {**kinds, **matchers})
    _propose(defs["cites"]["items"], sections)
    _propose(defs["matcher"]["properties"]["field"], dict.fromkeys(ruleset.record.text or (), "a text field"))
    _propose(defs["matcher"]["properties"]["fields"]["items"], dict.fromkeys(ruleset.record.text or (), "a text field"))


def _declared(ruleset: Ruleset) -> Iterable[Any]:
    """Matchers with a name of their own; those written in conditions have none that could be typed."""
    return [spec for spec in ruleset.matchers.values() if spec.name.isidentifier()]


def _propose(declared: Schema, names: Mapping[str, str]) -> None:
    """Adds names that an editor proposes; any other text stays right."""
    if not names or len(names) > MOST_NAMES:
        return
    reference = declared.pop("$ref", None)
    other = {"$ref": reference} if reference is not None else {"type": "string"}
    declared["anyOf"] = [_enum(names), other]
