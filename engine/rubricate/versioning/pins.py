"""What a lock pins of a ruleset: a digest for each of its parts."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version

from rubricate.model.ruleset import Label, Ruleset, Section, Stage
from rubricate.planning.digest import meaning
from rubricate.planning.meanings import DIGITS, Meanings, short_digest
from rubricate.planning.plan import Plan
from rubricate.registry import Registry

__all__ = ["PinnedTable", "Pins", "label_parts", "pin", "pins_json", "read_pins", "section_digest", "setting_parts"]


@dataclass(frozen=True, slots=True)
class PinnedTable:
    """A table's entries and the version that its author gave them."""

    digest: str
    version: str | None
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pins:
    """The digests of a ruleset's parts, each by its name."""

    name: str
    version: str
    rules: Mapping[str, str]
    labels: Mapping[str, str]
    """Label -> what it is and how it is decided."""
    label_ids: Mapping[str, str]
    """Label -> its kind and set: what may not change without a new major version."""
    settings: Mapping[str, str]
    """record, prepare, fold, cascade, conflicts, otherwise, review -> digest."""
    tables: Mapping[str, PinnedTable] = field(default_factory=dict)
    guideline: str | None = None
    """Id and version of the guideline."""
    sections: Mapping[str, str] = field(default_factory=dict)
    models: Mapping[str, str] = field(default_factory=dict)
    """Matcher and file of its model -> digest of the file."""
    plugins: Mapping[str, str] = field(default_factory=dict)
    unicode: Mapping[str, str] = field(default_factory=dict)
    libraries: Mapping[str, str] = field(default_factory=dict)
    """Library that decides results -> its version."""


def pin(plan: Plan, registry: Registry) -> Pins:
    """The digests of all parts of a planned ruleset."""
    ruleset = plan.ruleset
    meanings = Meanings(ruleset, registry)
    guideline = ruleset.guideline
    return Pins(
        name=ruleset.name,
        version=ruleset.version,
        rules={rule.id: meanings.rule(rule) for rule in ruleset.rules},
        labels={name: short_digest(label_parts(label, plan)) for name, label in ruleset.labels.items()},
        label_ids={name: f"{label.kind} {label.set or ''}".strip() for name, label in ruleset.labels.items()},
        settings={name: short_digest(part) for name, part in setting_parts(ruleset, meanings).items()},
        tables={
            name: PinnedTable(meanings.table(name), table.version, len(table.rows))
            for name, table in ruleset.tables.items()
        },
        guideline=None if guideline is None else f"{guideline.id} {guideline.version}",
        sections={}
        if guideline is None
        else {section.id: section_digest(section) for section in guideline.sections.values()},
        models={
            f"{matcher}: {name}": digest[:DIGITS]
            for matcher, files in plan.models.items()
            for name, digest in files.items()
        },
        plugins=plan.plugins,
        unicode=_unicode(),
        libraries=plan.libraries,
    )


def pins_json(pins: Pins) -> dict[str, object]:
    """Digests of parts as JSON, to be kept with a run."""
    return dataclasses.asdict(pins)


def read_pins(told: Mapping[str, object]) -> Pins | None:
    """What `pins_json` gave; None of anything else."""
    try:
        tables = {name: PinnedTable(**table) for name, table in told["tables"].items()}  # type: ignore[attr-defined]  # else caught
        return Pins(**{**told, "tables": tables})  # type: ignore[arg-type]  # another form raises TypeError
    except (AttributeError, KeyError, TypeError):
        return None


def label_parts(label: Label, plan: Plan) -> dict[str, object]:
    """What a label is and how it is decided, defaults filled in."""
    subject = plan.subject_of[label.name]
    thresholds = {stage.name: stage.thresholds[label.name] for stage in plan.stages}
    # what a target comes to is pinned beside it, and choosing it anew from other gold changes no word of the ruleset
    accept = {
        name: threshold.accept if threshold.target is None else str(threshold.target)
        for name, threshold in thresholds.items()
    }
    low = {name: threshold.low for name, threshold in thresholds.items()}
    return {
        "kind": label.kind,
        "set": label.set,
        "cites": sorted({*label.cites, *(plan.ruleset.sets[label.set].cites if label.set else ())}),
        "description": label.description,
        "implies": sorted(set(label.implies)),
        "excludes": sorted(set(label.excludes)),
        "accept": _one_or_each(accept),
        "low": _one_or_each(low),
        "combine": subject.combiner.name,
        "margin": subject.margin if subject.kind == "set" else None,
        "if_none": subject.if_none,
    }


def _one_or_each(by_stage: Mapping[str, float | str]) -> object:
    """One number where all stages have the same, else that of each stage."""
    found = set(by_stage.values())
    return next(iter(found)) if len(found) == 1 else dict(by_stage)


def setting_parts(ruleset: Ruleset, meanings: Meanings) -> dict[str, object]:
    """What is said once for the whole ruleset."""
    conflicts, record = ruleset.conflicts, ruleset.record
    return {
        "record": {
            "id": record.id,
            "text": None if record.text is None else list(record.text),
            "meta": {name: [one.type, sorted(one.values), one.required, meaning(one.missing)]
                     for name, one in record.meta.items()},
            "derive": {name: [one.source, one.pattern] for name, one in record.derive.items()},
            **({"fields": dict(record.fields)} if record.fields else {}),
            **({"image": list(record.image)} if record.image else {}),
        },
        "prepare": [[step.use, meaning(step.options)] for step in ruleset.prepare],
        "fold": sorted(set(ruleset.fold)),
        **({} if ruleset.conjunctions is None else {"conjunctions": sorted(set(ruleset.conjunctions))}),
        **({"segment": dict(ruleset.segment)} if ruleset.segment else {}),
        "cascade": [_stage(stage, meanings) for stage in ruleset.cascade],
        "conflicts": {
            "same_label_overlap": conflicts.same_label_overlap, "overlap": conflicts.overlap,
            "nest": sorted(map(list, conflicts.nest)),
        },
        "otherwise": {one.label: [one.confidence, sorted(set(one.cites))] for one in ruleset.otherwise},
        "review": ruleset.review,
    }  # fmt: skip


def _stage(stage: Stage, meanings: Meanings) -> object:
    return [stage.name, sorted(set(stage.runs)), meanings.optional(stage.when, "truth")]


def section_digest(section: Section) -> str:
    """What a section says, however its lines are broken."""
    return short_digest([section.title.split(), section.text.split()])


def _unicode() -> dict[str, str]:
    try:
        regex = version("regex")
    except PackageNotFoundError:
        regex = "unknown"
    return {"python": unicodedata.unidata_version, "regex": regex}
