"""From the nodes of a ruleset to the ruleset: typed values, each with its place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rubricate.language.types import UNITS
from rubricate.loading.building_budget import build_budget
from rubricate.loading.building_contexts import build_contexts
from rubricate.loading.building_labels import (
    Citations,
    Labels,
    build_accept,
    build_conflicts,
    build_decide,
    build_labels,
    build_otherwise,
)
from rubricate.loading.building_matchers import MatcherBuilder, check_name, names_of
from rubricate.loading.building_record import build_guideline, build_prepare, build_record
from rubricate.loading.building_retrain import build_retrain
from rubricate.loading.building_rules import RuleBuilder
from rubricate.loading.examples import ExampleReader
from rubricate.loading.expressions import build_expression
from rubricate.loading.files import RulesetFolder
from rubricate.loading.findings import Findings
from rubricate.loading.label_columns import LabelColumns
from rubricate.loading.label_words import LabelTeller
from rubricate.loading.missing import report_broken
from rubricate.loading.reading import items, mapping, scalar, text, texts
from rubricate.loading.requirements import check_requirements
from rubricate.loading.resting import Broken, names_in
from rubricate.loading.tables import TableReader
from rubricate.loading.voting_matchers import VotingMatchers
from rubricate.loading.wording import did_you_mean, quoted
from rubricate.loading.yaml_tree import Mapping, Node, Scalar
from rubricate.model.location import Location
from rubricate.model.problem import Note
from rubricate.model.ruleset import Context, Guideline, Let, Ruleset, Stage
from rubricate.registry import Registry
from rubricate.texts.folding import FOLDS, make_folder

__all__ = ["build_ruleset"]

_FOLD = ("nfkc", "casefold", "quotes", "spaces")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Surroundings:
    """What every part needs."""

    folder: RulesetFolder
    registry: Registry
    findings: Findings


def build_ruleset(root: Mapping, file: Path, folder: RulesetFolder, registry: Registry, findings: Findings) -> Ruleset:
    """The ruleset, without the parts that are broken; what is wrong with them is among the findings."""
    check_requirements(mapping(root.get("requires")), registry, findings)
    around = _Surroundings(folder=folder, registry=registry, findings=findings)
    guideline = build_guideline(root.get("guideline"), folder, findings)
    record = build_record(root.get("record"), findings)
    citations = Citations(guideline, findings)
    fold = _fold(root.get("fold"))
    folded = make_folder(fold)
    tables = TableReader(mapping(root.get("dictionaries")), folder, folded, findings)
    labels = build_labels(root.get("labels"), tables, citations, findings)
    teller = LabelTeller(labels, guideline)
    matchers = MatcherBuilder(tables, record, registry, findings, lambda term: folded(term)[0], teller)
    matchers.declare(root.get("matchers"))
    names = names_of(root.get("matchers"), root.get("let"))
    lets = _lets(root, names, matchers, around)
    contexts = build_contexts(root.get("contexts"), names, matchers, findings)
    lost = names_of(root.get("contexts")) - contexts.keys()
    broken = Broken.spreading((names - matchers.found.keys() - lets.keys()) | lost, lets)
    examples = ExampleReader(
        record=record, labels=labels.labels, sets=labels.sets, guideline=guideline, findings=findings
    )
    examples.add_negatives(root.get("labels"), labels.labels, folder)
    rules = RuleBuilder(
        names=names,
        labels=labels,
        citations=citations,
        matchers=matchers,
        examples=examples,
        columns=LabelColumns(labels, matchers.found, lets, tables, findings),
        broken=broken,
        findings=findings,
    ).build(root.get("rules"))
    voting = VotingMatchers(
        specs=matchers.found, labels=labels, citations=citations, registry=registry, findings=findings
    )
    rules = (*rules, *voting.rules(root.get("matchers")))
    otherwise = build_otherwise(root.get("otherwise"), labels, citations, findings)
    cascade = _cascade(root.get("cascade"), names, labels, matchers, around)
    accept = build_accept(root.get("accept"), findings)
    ruleset = Ruleset(
        name=text(root.get("ruleset")) or "",
        version=text(root.get("version")) or "",
        title=text(root.get("title")),
        file=file,
        guideline=guideline,
        record=record,
        prepare=build_prepare(root.get("prepare"), registry, findings),
        fold=fold,
        conjunctions=_conjunctions(root.get("conjunctions")),
        segment=_segment(root.get("segment"), matchers, around),
        labels=labels.labels,
        sets=labels.sets,
        tables=tables.all(),
        matchers=matchers.found,
        lets={name: let for name, let in lets.items() if name not in broken.names},
        contexts={name: context for name, context in contexts.items() if not _is_broken(context, broken)},
        cascade=cascade,
        review=text(root.get("review")) != "none",
        accept=0.85 if accept is None else accept,
        decide=build_decide(root.get("decide"), labels, registry, findings),
        conflicts=build_conflicts(root.get("conflicts"), labels, findings),
        rules=rules,
        otherwise=otherwise,
        tests=tuple(examples.tests(root.get("tests"))),
        budget=build_budget(root.get("budget"), matchers.found, registry, findings),
        retrain=build_retrain(root.get("retrain"), findings),
    )
    _warn(tables, citations, guideline, findings)
    return ruleset


def _is_broken(context: Context, broken: Broken) -> bool:
    """Whether a condition of a context names what could not be built."""
    parts = [part for part in (context.cue, context.stop) if part is not None]
    return any(not broken.names.isdisjoint(names_in(part, broken.names)) for part in parts)


def _fold(node: Node | None) -> tuple[str, ...]:
    """The folds that are named; without the key the default ones."""
    if node is None:
        return _FOLD
    return tuple(dict.fromkeys(each.text for each in texts(node) if each.text in FOLDS))


def _conjunctions(node: Node | None) -> tuple[str, ...] | None:
    """The words before which a clause ends; nothing without the key, and no word for an empty list."""
    return None if node is None else tuple(dict.fromkeys(each.text.strip() for each in texts(node)))


def _segment(node: Node | None, matchers: MatcherBuilder, around: _Surroundings) -> dict[str, str]:
    """What words and sentences are, where matchers say it."""
    declared, found = mapping(node), dict[str, str]()
    for unit in sorted(UNITS):
        name = None if declared is None else scalar(declared.get(unit))
        if name is None:
            continue
        if name.text in matchers.found:
            found[unit] = name.text
            if around.registry.matchers[matchers.found[name.text].kind].images:
                message = f"{quoted(name.text)} looks at images, and {unit} are parts of texts"
                around.findings.add("R022", message, name.location, help="name a matcher that looks at texts")
        elif not report_broken("matchers", name.text, name.location, around.registry, around.findings):
            names = [each for each in matchers.found if each[:1] not in '"/']
            help = did_you_mean(name.text, names, "matchers")
            around.findings.add("R021", f"{quoted(name.text)} is no matcher", name.location, help=help)
    return found


def _lets(root: Mapping, names: frozenset[str], matchers: MatcherBuilder, around: _Surroundings) -> dict[str, Let]:
    """Every let that can be parsed."""
    declared, others = mapping(root.get("let")), mapping(root.get("matchers"))
    found: dict[str, Let] = {}
    for key, value in [] if declared is None else declared.own():
        other = None if others is None else others.key(key.text)
        if other is not None:
            note = Note(other.location, "the matcher stands here")
            message = f"{quoted(key.text)} is the name of a matcher already"
            around.findings.add("R034", message, key.location, notes=(note,))
            continue
        expression = build_expression(value, around.findings, key=key.text, names=names)
        if check_name(key, around.findings) and expression is not None and matchers.add_in_place(expression):
            found[key.text] = Let(name=key.text, expression=expression, location=key.location)
    return found


def _cascade(
    node: Node | None, names: frozenset[str], labels: Labels, matchers: MatcherBuilder, around: _Surroundings
) -> tuple[Stage, ...]:
    """The stages, in order."""
    stages: list[Stage] = []
    first: dict[str, Location] = {}
    findings = around.findings
    for entry in filter(None, map(mapping, items(node))):
        name = scalar(entry.get("stage"))
        when = build_expression(entry.get("when"), findings, key="when", names=names)
        if when is not None and not matchers.add_in_place(when):
            when = None
        runs = tuple(each.text for each in texts(entry.get("runs")) if _runs(each, names, around))
        decide = build_decide(entry.get("decide"), labels, around.registry, findings)
        accept = build_accept(entry.get("accept"), findings)
        if name is None:
            continue
        location = name.location
        if first.setdefault(name.text, location) is not location:
            note = Note(first[name.text], "it stands here first")
            findings.add("R034", f"the stage {quoted(name.text)} stands twice", name.location, notes=(note,))
            continue
        stage = Stage(name=name.text, runs=runs, when=when, accept=accept, decide=decide, location=name.location)
        stages.append(stage)
    return tuple(stages)


def _runs(name: Scalar, names: frozenset[str], around: _Surroundings) -> bool:
    """Whether a stage can run it: a matcher, a kind, or all kinds of a plugin (`spacy` for `spacy.lemma`)."""
    kinds = around.registry.matchers
    if name.text in names or name.text in kinds or any(kind.startswith(f"{name.text}.") for kind in kinds):
        return True
    if report_broken("matchers", name.text, name.location, around.registry, around.findings):
        return False
    message = f"{quoted(name.text)} is neither a matcher nor a kind of matchers"
    help = did_you_mean(name.text, [*names, *kinds], "matchers and kinds")
    around.findings.add("R040", message, name.location, help=help)
    return False


def _warn(tables: TableReader, citations: Citations, guideline: Guideline | None, findings: Findings) -> None:
    for key in tables.unused():
        findings.add("R103", f"nothing uses the table {quoted(key.text)}", key.location, help="remove it")
    for id in citations.uncited():
        assert guideline is not None  # only a guideline has sections
        message = f"no rule cites the section {quoted(id)}"
        findings.add("R110", message, guideline.sections[id].location)
