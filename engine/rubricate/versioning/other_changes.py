"""What changed in labels, in what is said once for a ruleset, and in the sections of its guideline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import orjson

from rubricate.model.ruleset import Ruleset, Stage
from rubricate.planning.meanings import Meanings
from rubricate.planning.plan import Plan
from rubricate.planning.scoping import root
from rubricate.versioning.condition_words import ConditionWords
from rubricate.versioning.pins import label_parts, section_digest, setting_parts
from rubricate.versioning.words import list_changes

__all__ = ["Change", "Part", "label_changes", "section_changes", "setting_changes"]

Part: TypeAlias = Literal[
    "rule", "let", "context", "matcher", "table", "label", "setting", "section", "threshold", "confidence", "combiner",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """A part that means something else."""

    part: Part
    name: str
    """Its name; for several labels with the same change, their names."""
    how: Literal["changed", "added", "removed", "renamed"]
    lines: tuple[str, ...] = ()
    """What is different, in words."""
    rules: tuple[str, ...] = ()
    """The rules that it plays a part in."""


def label_changes(before: Plan, after: Plan) -> Iterator[Change]:
    """Labels that came, went, or are decided otherwise; those with the same change together."""
    one, other = before.ruleset.labels, after.ruleset.labels
    together: dict[tuple[str, ...], list[str]] = {}
    for name, label in one.items():
        if name not in other:
            yield Change("label", name, "removed")
            continue
        lines = tuple(_compare_parts(label_parts(label, before), label_parts(other[name], after)))
        if lines:
            together.setdefault(lines, []).append(name)
    for name in other:
        if name not in one:
            member = other[name].set
            yield Change("label", name, "added", () if member is None else (f"in the set {member}",))
    for lines, names in together.items():
        yield Change("label", ", ".join(names), "changed", lines)


def _compare_parts(before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[str]:
    for key, old in before.items():
        new = after[key]
        if old == new:
            continue
        if isinstance(old, list) and isinstance(new, list):
            yield from (f"{key} {line}" for line in list_changes(old, new))
        elif isinstance(old, dict) or isinstance(new, dict):
            yield from _by_stage(key, old, new)
        elif key == "description":
            yield "its description changed"
        else:
            yield f"{key} {_plain(old)} -> {_plain(new)}"


def _by_stage(key: str, old: object, new: object) -> Iterator[str]:
    """Thresholds, of which at least one side has different ones in different stages."""
    stages = dict.fromkeys((*(old if isinstance(old, dict) else ()), *(new if isinstance(new, dict) else ())))
    for stage in stages:
        one = old.get(stage) if isinstance(old, dict) else old
        other = new.get(stage) if isinstance(new, dict) else new
        if one != other:
            yield f"{key} {_plain(one)} -> {_plain(other)} in stage {stage}"


def _plain(value: object) -> str:
    return "none" if value is None else str(value)


def setting_changes(before: Meanings, after: Meanings, words: ConditionWords) -> Iterator[Change]:
    """record, prepare, fold, cascade, conflicts, otherwise and review."""
    one, other = setting_parts(before.ruleset, before), setting_parts(after.ruleset, after)
    for name in dict.fromkeys((*one, *other)):
        if name not in one or name not in other:
            how: Literal["added", "removed"] = "removed" if name in one else "added"
            yield Change("setting", name, how, (_json(one.get(name, other.get(name))),))
            continue
        old = one[name]
        if old == other[name]:
            continue
        if name == "cascade":
            lines = list(_compare_stages(before.ruleset, after.ruleset, words))
        elif name == "otherwise":
            lines = list(_compare_otherwise(before.ruleset, after.ruleset))
        else:
            lines = list(_compare_settings(old, other[name]))
        yield Change("setting", name, "changed", tuple(lines or [f"{_json(old)} -> {_json(other[name])}"]))


def _compare_settings(old: object, new: object) -> Iterator[str]:
    """Two JSON values: mappings key by key, lists item by item, else both."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*old, *new)):
            if key not in new:
                yield f"{key} removed"
            elif key not in old:
                yield f"{key} added: {_json(new[key])}"
            elif old[key] != new[key]:
                yield from (f"{key}: {line}" for line in _compare_settings(old[key], new[key]))
    elif isinstance(old, list) and isinstance(new, list) and all(isinstance(each, str) for each in (*old, *new)):
        yield from list_changes(old, new)
    elif isinstance(old, list) and isinstance(new, list) and len(old) != len(new):
        yield from list_changes(list(map(_json, old)), list(map(_json, new)))
    else:
        yield f"{_json(old)} -> {_json(new)}"


def _compare_otherwise(before: Ruleset, after: Ruleset) -> Iterator[str]:
    """What is decided where no rule speaks, label by label."""
    one, other = ({each.label: each for each in side.otherwise} for side in (before, after))
    for label in dict.fromkeys((*one, *other)):
        if label not in other:
            yield f"{label} removed"
        elif label not in one:
            cites = "".join(f", cites {id}" for id in sorted(set(other[label].cites)))
            yield f"{label} added: confidence {other[label].confidence:g}{cites}"
        else:
            old, new = one[label], other[label]
            if old.confidence != new.confidence:
                yield f"{label}: confidence {old.confidence:g} -> {new.confidence:g}"
            yield from (
                f"{label}: cites {line}" for line in list_changes(sorted(set(old.cites)), sorted(set(new.cites)))
            )


def _compare_stages(before: Ruleset, after: Ruleset, words: ConditionWords) -> Iterator[str]:
    one = {stage.name: stage for stage in before.cascade}
    other = {stage.name: stage for stage in after.cascade}
    yield from (f"stage {line}" for line in list_changes(list(one), list(other)))
    for name, stage in one.items():
        if name in other:
            yield from (f"stage {name}: {line}" for line in _compare_stage(stage, other[name], words))


def _compare_stage(one: Stage, other: Stage, words: ConditionWords) -> Iterator[str]:
    yield from (f"runs {line}" for line in list_changes(sorted(set(one.runs)), sorted(set(other.runs))))
    if one.when is not None and other.when is not None:
        yield from (f"when: {line}" for line in words.compare(root(one.when), root(other.when)))
    elif one.when is not None or other.when is not None:
        yield f"when {_when(one)} -> {_when(other)}"


def _when(stage: Stage) -> str:
    return "any label is open" if stage.when is None else " ".join(stage.when.text.split())


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def section_changes(before: Ruleset, after: Ruleset) -> Iterator[Change]:
    """Sections of the guideline that came, went or read otherwise, with the rules that cite them."""
    one = {} if before.guideline is None else before.guideline.sections
    other = {} if after.guideline is None else after.guideline.sections
    for id in dict.fromkeys((*one, *other)):
        citing = tuple(rule.id for rule in after.rules if id in rule.cites)
        if id not in other:
            yield Change("section", id, "removed", (), citing)
        elif id not in one:
            yield Change("section", id, "added", (other[id].title,), citing)
        elif section_digest(one[id]) != section_digest(other[id]):
            titles = (one[id].title, other[id].title)
            line = "its text changed" if titles[0] == titles[1] else f'title "{titles[0]}" -> "{titles[1]}"'
            yield Change("section", id, "changed", (line,), citing)
