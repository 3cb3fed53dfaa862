"""Digests of meaning: equal for two texts that say the same, different as soon as a result may differ."""

from __future__ import annotations

import dataclasses
import enum
import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import cast

import orjson

from rubricate.model.ruleset import Expression, Label, Ruleset
from rubricate.model.table import Table

__all__ = ["SEMANTICS", "digest_of", "fingerprint_of", "meaning", "ruleset_meaning"]

_AS_THEY_ARE = frozenset({str, int, float, bool, type(None)})

SEMANTICS = 1
"""Version of the engine's own semantics; raised when the same plan would label a record otherwise."""


def digest_of(value: object) -> str:
    """sha256 of a value's canonical JSON, as hex."""
    return hashlib.sha256(orjson.dumps(meaning(value), option=orjson.OPT_SORT_KEYS)).hexdigest()


def meaning(value: object) -> object:
    """A value as plain JSON without what does not matter: places, paths, the text that a tree was parsed from."""
    form = type(value)
    if form in _AS_THEY_ARE:
        return value
    if form is tuple:
        return [meaning(item) for item in cast("tuple[object, ...]", value)]
    match value:
        case Table():
            return {"table": value.digest, "columns": dict(value.columns), "patterns": value.patterns}
        case Expression():
            return meaning(value.tree)
        case enum.Enum():
            return meaning(value.value)
        case Path():
            return None
        case Mapping():
            return {str(key): meaning(item) for key, item in value.items()}
        case str() | int() | float():
            return value
        case Iterable():
            return [meaning(item) for item in value]
    if dataclasses.is_dataclass(value):
        told = {name: getattr(value, name) for name, later in _meant(value.__class__).items()
                if not later or getattr(value, name)}  # fmt: skip
        return {"is": type(value).__name__, **{name: meaning(found) for name, found in told.items()}}
    raise TypeError(f"no meaning is known of {value!r}")


@cache
def _meant(form: type) -> Mapping[str, bool]:
    """The fields of a class that are part of its meaning, with whether one came later: empty, it changes no digest."""
    return {field.name: "later" in field.metadata for field in dataclasses.fields(form) if field.compare}


def ruleset_meaning(ruleset: Ruleset) -> object:
    """What of a ruleset decides how records are labelled and what stands beside a label."""
    rules = [
        {
            "id": rule.id, "label": rule.label, "label_from": meaning(rule.label_from), "cites": list(rule.cites),
            "when": meaning(rule.when), "only": meaning(rule.only), "emit": meaning(rule.emit),
            "value": meaning(rule.value), "confidence": meaning(rule.confidence), "draft": rule.status == "draft",
            "priority": rule.priority,
        }
        for rule in sorted(ruleset.rules, key=lambda rule: rule.id)  # votes are written by rule id
    ]  # fmt: skip
    parts = (
        "record", "prepare", "fold", "labels", "sets", "matchers", "lets", "contexts", "cascade", "review", "accept",
        "decide", "conflicts", "otherwise",
    )  # fmt: skip
    chosen = {"thresholds": meaning(ruleset.thresholds)} if ruleset.thresholds else {}
    if ruleset.fitted:
        chosen["fitted"] = meaning(ruleset.fitted)
    if ruleset.segment:
        chosen["segment"] = meaning(ruleset.segment)
    if ruleset.conjunctions is not None:
        chosen["conjunctions"] = sorted(set(ruleset.conjunctions))
    # what is written about a record stands in the order of the labels
    declared = {part: meaning(getattr(ruleset, part)) for part in parts}
    return {"rules": rules, "order": list(ruleset.labels), **declared, **chosen}


def fingerprint_of(labels: Iterable[Label], ruleset: Ruleset, cites: Iterable[str]) -> str:
    """What a question means to people: its label definitions and the text of the cited sections."""
    sections = ruleset.guideline.sections if ruleset.guideline is not None else {}
    # the lines that a text is broken into are no part of what it says
    texts = {cite: " ".join(sections[cite].text.split()) for cite in sorted(set(cites)) if cite in sections}
    return digest_of({"labels": [_question_of(label) for label in labels], "sections": texts})[:16]


def _question_of(label: Label) -> object:
    """What people are asked about a label; what follows from the answer for other labels is no part of it."""
    parts = ("name", "kind", "cites", "set", "description")
    return {"is": "Label", **{part: meaning(getattr(label, part)) for part in parts}}
