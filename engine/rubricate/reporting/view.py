"""What the report page is made from: a manifest's counts as typed values, with what the ruleset adds to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from rubricate.model.ruleset import Decide, Ruleset, Target
from rubricate.reporting.charts import Line
from rubricate.reporting.samples import Samples
from rubricate.reporting.trace import Law, StageTrace, read_law, read_stages
from rubricate.reporting.untyped import integer, integers, mapping

__all__ = ["LabelTrace", "RuleTrace", "SectionTrace", "View", "label_names", "make_view"]

BINS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelTrace:
    """What became of one label."""

    name: str
    kind: str
    """`document` or `span`; empty when nobody said."""
    set: str | None
    description: str | None
    decisions: Mapping[str, int]
    """accepted, uncertain, no, none -> records."""
    spans: int
    histogram: tuple[int, ...]
    """How often each twentieth of the scores was met."""
    decided: Mapping[str, tuple[int, ...]]
    """accepted, uncertain, no -> the same of these decisions; empty for a run that did not count them apart."""
    lines: tuple[Line, ...]
    """The accept thresholds, lowest first."""
    low: float
    tone: int
    """Its colour among the marks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTrace:
    """What one rule did."""

    id: str
    title: str | None
    label: str
    cites: tuple[str, ...]
    votes: int
    records: int
    overlaps: int
    conflicts: int
    mean: float | None
    is_draft: bool = False
    """Its votes decide nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionTrace:
    """A section of the guideline with the rules that cite it."""

    id: str
    title: str
    text: str
    rules: tuple[str, ...]
    labels: tuple[str, ...]
    votes: int
    """Votes by those rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """All that the sections of the page look at."""

    body: Mapping[str, object]
    annex: Mapping[str, object]
    digest: str
    law: Law
    stages: tuple[StageTrace, ...]
    other_seconds: Mapping[str, float]
    """Times of things that are no stage."""
    asked: Mapping[str, int]
    """Set or label -> how often people are asked for it."""
    labels: tuple[LabelTrace, ...]
    rules: tuple[RuleTrace, ...]
    sections: tuple[SectionTrace, ...]
    samples: Samples
    ruleset: Ruleset | None
    tones: Mapping[str, int] = field(default_factory=dict)

    def section_title(self, id: str) -> str | None:
        """The title of a section, if the guideline is known."""
        return next((section.title for section in self.sections if section.id == id), None)


def label_names(manifest: Mapping[str, object], ruleset: Ruleset | None) -> list[str]:
    """All labels, in the order of the ruleset, then of the counts."""
    counted = mapping(mapping(mapping(manifest.get("body")).get("counts")).get("labels"))
    declared = list(ruleset.labels) if ruleset is not None else []
    return list(dict.fromkeys([*declared, *counted]))


def make_view(
    manifest: Mapping[str, object], samples: Samples, ruleset: Ruleset | None, seconds: Mapping[str, float]
) -> View:
    """The view of a manifest; without its ruleset titles, unused rules and sections are unknown."""
    body = mapping(manifest.get("body"))
    counts = mapping(body.get("counts"))
    names = label_names(manifest, ruleset)
    rules = _rules(mapping(counts.get("rules")), ruleset)
    stages = read_stages(counts, seconds)
    known = {stage.name for stage in stages}
    return View(
        body=body,
        annex=mapping(manifest.get("annex")),
        digest=str(manifest.get("digest", "")),
        law=read_law(counts),
        stages=stages,
        other_seconds={name: time for name, time in seconds.items() if name not in known},
        asked=integers(counts.get("review")),
        labels=tuple(_label(name, tone, counts, samples, ruleset) for tone, name in enumerate(names)),
        rules=rules,
        sections=_sections(rules, ruleset),
        samples=samples,
        ruleset=ruleset,
        tones={name: index for index, name in enumerate(names)},
    )


def _label(name: str, tone: int, counts: Mapping[str, object], samples: Samples, ruleset: Ruleset | None) -> LabelTrace:
    counted = mapping(mapping(counts.get("labels")).get(name))
    histogram = mapping(counts.get("histograms")).get(name)
    bins = tuple(map(integer, histogram)) if isinstance(histogram, (list, tuple)) else (0,) * BINS
    decided = mapping(mapping(counts.get("decided_histograms")).get(name))
    label = ruleset.labels.get(name) if ruleset is not None else None
    spans = integer(counted.get("spans"))
    lines = _lines(ruleset, name) or tuple(Line(at, "accept") for at in samples.thresholds.get(name, ()))
    return LabelTrace(
        name=name,
        kind=label.kind if label is not None else "span" if spans else "",
        set=label.set if label is not None else None,
        description=label.description if label is not None else None,
        decisions={key: integer(counted.get(key)) for key in ("accepted", "uncertain", "no", "none")},
        spans=spans,
        histogram=bins,
        decided={key: tuple(map(integer, found)) for key, found in decided.items() if isinstance(found, (list, tuple))},
        lines=lines,
        low=_low(ruleset, name),
        tone=tone,
    )


def _lines(ruleset: Ruleset | None, name: str) -> tuple[Line, ...]:
    """The accept threshold of a label, and those of stages that have their own."""
    if ruleset is None:
        return ()
    outer = _declared(_said(ruleset.decide, ruleset, name))
    found: list[tuple[float | Target, str]] = [(ruleset.accept if outer is None else outer, "accept")]
    for stage in ruleset.cascade:
        inner = _declared(_said(stage.decide, ruleset, name))
        own = inner if inner is not None else stage.accept if outer is None else None
        if own is not None:
            found.append((own, stage.name))
    lines: dict[float, str] = {}
    for declared, said in found:
        if not isinstance(declared, Target):
            lines.setdefault(declared, said)
    if any(isinstance(declared, Target) for declared, _ in found):
        for place, chosen in ruleset.thresholds.items():
            if chosen.get(name, 2.0) <= 1:
                lines.setdefault(chosen[name], place)
    return tuple(Line(at, lines[at]) for at in sorted(lines))


def _declared(said: Sequence[Decide]) -> float | Target | None:
    return next((entry.accept for entry in said if entry.accept is not None), None)


def _low(ruleset: Ruleset | None, name: str) -> float:
    said = () if ruleset is None else _said(ruleset.decide, ruleset, name)
    return next((entry.low for entry in said if entry.low is not None), 0.0)


def _said(decide: Mapping[str, Decide], ruleset: Ruleset, name: str) -> list[Decide]:
    """What is said of a label: by its name, by its set's, by a wildcard."""
    owner = ruleset.labels[name].set if name in ruleset.labels else None
    exact = [decide[key] for key in (name, owner) if key is not None and key in decide]
    return exact + [entry for pattern, entry in decide.items() if "*" in pattern and fnmatchcase(name, pattern)]


def _rules(counted: Mapping[str, object], ruleset: Ruleset | None) -> tuple[RuleTrace, ...]:
    """Rules by coverage, those that never fired last; with a ruleset also its rules that the counts lack."""
    declared = {rule.id: rule for rule in ruleset.rules} if ruleset is not None else {}
    fallbacks = {f"otherwise: {entry.label}": entry.cites for entry in ruleset.otherwise} if ruleset is not None else {}
    rules = []
    for id in dict.fromkeys([*declared, *counted]):
        entry = mapping(counted.get(id))
        rule = declared.get(id)
        cites = rule.cites if rule is not None else fallbacks.get(id, ())
        votes, total = integer(entry.get("votes")), entry.get("scores")
        rules.append(
            RuleTrace(
                id=id,
                title=rule.title if rule is not None else None,
                is_draft=entry.get("status") == "draft" or (rule is not None and rule.status == "draft"),
                label=str(entry.get("label") or (rule.label if rule is not None else None) or ""),
                cites=cites,
                votes=votes,
                records=integer(entry.get("records")),
                overlaps=integer(entry.get("overlaps")),
                conflicts=integer(entry.get("conflicts")),
                mean=round(total / votes, 4) if votes and isinstance(total, (int, float)) else None,
            )
        )
    return tuple(sorted(rules, key=lambda rule: (-rule.records, rule.id)))


def _sections(rules: Sequence[RuleTrace], ruleset: Ruleset | None) -> tuple[SectionTrace, ...]:
    if ruleset is None or ruleset.guideline is None:
        return ()
    citing: dict[str, list[RuleTrace]] = {}
    for rule in rules:
        for id in rule.cites:
            citing.setdefault(id, []).append(rule)
    labels = {name: (*label.cites,) for name, label in ruleset.labels.items()}
    return tuple(
        SectionTrace(
            id=section.id,
            title=section.title,
            text=section.text,
            rules=tuple(rule.id for rule in citing.get(section.id, ())),
            labels=tuple(name for name, cites in labels.items() if section.id in cites),
            votes=sum(rule.votes for rule in citing.get(section.id, ())),
        )
        for section in ruleset.guideline.sections.values()
    )
