"""Makes the plan of a checked ruleset."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import cast

from rubricate.errors import RulesetError
from rubricate.language import tree
from rubricate.language.calls import covered
from rubricate.model.descriptors import Cost
from rubricate.model.ruleset import Expression, Label, Rule, Ruleset, Stage, Target
from rubricate.planning.conditions import Conditions, is_set
from rubricate.planning.covering import cover_of
from rubricate.planning.dedupe_fields import dedupe_of, distance_of
from rubricate.planning.digest import SEMANTICS, digest_of, fingerprint_of, ruleset_meaning
from rubricate.planning.evidence import evidence_of
from rubricate.planning.fitting import combiner_of, fitted_of
from rubricate.planning.frame import Frame
from rubricate.planning.gating import Gates
from rubricate.planning.keeping import make_keep
from rubricate.planning.libraries import libraries_of
from rubricate.planning.linked import links_of
from rubricate.planning.logic import Truth
from rubricate.planning.models import model_digests
from rubricate.planning.picture_texts import readers_of
from rubricate.planning.plan import Plan, PlannedRule, PlannedStage, Rewrite, Subject, Threshold
from rubricate.planning.scanning import make_scan
from rubricate.planning.scoping import expressions_of, make_scope, named_matchers, root
from rubricate.planning.shortcuts import bare_matcher, rests_on_row
from rubricate.planning.staging import assign_stages, fits, rule_labels, rule_levels, rule_stage, said_of, stages_of
from rubricate.planning.table_meaning import lines_digest
from rubricate.planning.targets import accept_of, number_of
from rubricate.registry import PluginInfo, Registry
from rubricate.texts.folding import make_folder

__all__ = ["make_plan"]

DEFAULT_MARGIN = 0.1


def make_plan(ruleset: Ruleset, registry: Registry) -> Plan:
    """The plan of a ruleset without errors; raises RulesetError when a stage cannot be built."""
    return _Planner(ruleset, registry).plan()


class _Planner:
    """Holds what the steps of planning share."""

    def __init__(self, ruleset: Ruleset, registry: Registry) -> None:
        self.ruleset = ruleset
        self.registry = registry
        self.scope = make_scope(ruleset, registry)
        self.stages = stages_of(ruleset, registry)
        self.homes, problems = assign_stages(ruleset.matchers.values(), self.stages)
        if any(problem.is_error for problem in problems):
            raise RulesetError(problems)
        self.tables = {name: spec.table for name, spec in ruleset.matchers.items() if spec.table is not None}
        self.fold = make_folder(ruleset.fold)
        self.conditions = Conditions(
            self.scope,
            stages=self.homes,
            tables=self.tables,
            normalisers={name: found.apply for name, found in registry.normalisers.items()},
            fold=self.fold,
        )
        self.conditions.label_state = self._label_state
        costs = {name: registry.matchers[spec.kind].cost for name, spec in ruleset.matchers.items()}
        self.gates = Gates(ruleset, self.stages, self.conditions, homes=self.homes, costs=costs)

    def plan(self) -> Plan:
        """All of it."""
        subjects = self._subjects()
        rules = self._rules()
        plugins = self._plugins()
        code = {info.name: info.code for info in plugins if info.code is not None}
        # ids of questions stand in the parts, so what they rest on is part of the meaning too
        asked = {name: subject.fingerprint for name, subject in subjects.items()}
        meaning = {
            "semantics": SEMANTICS,
            "ruleset": ruleset_meaning(self.ruleset),
            "plugins": {info.name: info.version or "unversioned" for info in plugins},
            "asked": asked,
        }
        if code:
            meaning["code"] = code
        models = model_digests(self.ruleset, self.registry)
        if models:
            meaning["models"] = models
        libraries = libraries_of(self.ruleset, self.registry)
        if libraries:
            meaning["libraries"] = libraries
        if self.tables:  # evidence names the lines of rows
            meaning["lines"] = {name: lines_digest(table) for name, table in self.tables.items()}
        digest = digest_of(meaning)
        return Plan(
            ruleset=self.ruleset,
            digest=digest,
            stages=[self._stage(number, stage, rules) for number, stage in enumerate(self.stages)],
            rules=rules,
            subjects=subjects,
            subject_of={label: subject for subject in subjects.values() for label in subject.labels},
            links=links_of(self.ruleset),
            prepare=self._prepare(),
            readers=readers_of(self.ruleset, self.registry),
            fold=self.fold,
            dedupe=dedupe_of(self.ruleset),
            distance=distance_of(self.ruleset),
            tables=self.tables,
            gate=self.gates.gate,
            models=models,
            plugins={info.name: info.version or "unversioned" for info in plugins},
            code=code,
            libraries=libraries,
        )

    def _plugins(self) -> list[PluginInfo]:
        kinds = {spec.kind for spec in self.ruleset.matchers.values()}
        steps = {step.use for step in self.ruleset.prepare if step.use != "dedupe"}
        combiners = {found.combine for found in self.ruleset.decide.values() if found.combine} | {"max"}
        checks = {spec.check for spec in self.ruleset.matchers.values() if spec.check is not None}
        origins = self.registry.origins
        used = [origins["matchers", kind] for kind in kinds]
        used += [origins["transforms", step] for step in steps]
        used += [origins["combiners", name] for name in combiners]
        used += [origins["checks", name] for name in checks]
        used += [origins["normalisers", name] for name in self._normalisers()]
        return sorted({info.name: info for info in used}.values(), key=lambda info: info.name)

    def _normalisers(self) -> set[str]:
        """The normalisers that rules and lets call."""
        expressions = [item for rule in self.ruleset.rules for item in expressions_of(rule)]
        expressions += [let.expression for let in self.ruleset.lets.values()]
        calls = {part.name for item in expressions for part in tree.walk(root(item)) if isinstance(part, tree.Call)}
        return calls & set(self.registry.normalisers)

    # -- labels --------------------------------------------------------------------------------------------

    def _subjects(self) -> dict[str, Subject]:
        found: dict[str, Subject] = {}
        for label in self.ruleset.labels.values():
            name = label.set or label.name
            if name in found:
                continue
            labels = self.ruleset.sets[name].members if label.set else (label.name,)
            found[name] = self._subject(name, [self.ruleset.labels[member] for member in labels])
        return found

    def _subject(self, name: str, labels: Sequence[Label]) -> Subject:
        decides = said_of(self.ruleset.decide, name, *(label.name for label in labels))
        is_set = labels[0].set is not None
        combiner = self.registry.combiners[combiner_of(name, self.ruleset)]
        margin = next((found.margin for found in decides if found.margin is not None), DEFAULT_MARGIN)
        if_none = next((found.if_none for found in decides if found.if_none is not None), None)
        own = self.ruleset.sets[name].cites if is_set else ()
        # a question means what its labels cite; what rules cite is shown beside it, but rules come and go
        meant = tuple(dict.fromkeys([*own, *(cite for label in labels for cite in label.cites)]))
        cites = tuple(dict.fromkeys([*meant, *self._rule_cites(labels)]))
        return Subject(
            name=name,
            kind="set" if is_set else "label" if labels[0].kind == "document" else labels[0].kind,
            labels=tuple(label.name for label in labels),
            combiner=combiner,
            fitted=fitted_of(name, combiner, self.ruleset, self.scope),
            margin=margin,
            if_none=if_none or ("review" if is_set else "no"),
            cites=cites,
            fingerprint=fingerprint_of(labels, self.ruleset, meant),
        )

    def _rule_cites(self, labels: Sequence[Label]) -> list[str]:
        names = {label.name for label in labels}
        return [cite for rule in self.ruleset.rules if rule.label in names for cite in rule.cites]

    def _threshold(self, label: Label, stage: Stage) -> Threshold:
        names = [label.name] if label.set is None else [label.name, label.set]
        said = [*said_of(stage.decide, *names), *said_of(self.ruleset.decide, *names)]
        low = next((found.low for found in said if found.low is not None), None)
        accept = accept_of(label.name, stage, self.ruleset)
        target = accept if isinstance(accept, Target) else None
        return Threshold(number_of(accept, label.name, stage.name, self.ruleset), low or 0.0, target)

    def _label_state(self, function: str, text: str) -> Truth:
        labels = [name for name in self.ruleset.labels if fits(text, name)]
        labels += [
            name
            for name, label in self.ruleset.labels.items()
            if label.set is not None and fits(text, label.set) and name not in labels
        ]
        wanted = "accepted" if function == "label" else "uncertain"

        def state(frame: Frame) -> bool:
            if frame.changed:
                frame.decide(frame)
            for label in labels:
                decided = frame.decisions.get(label)
                if decided is None:
                    continue
                if decided.decision == wanted or any(span.decision == wanted for span in decided.spans):
                    return True
            return False

        return state

    # -- rules ---------------------------------------------------------------------------------------------

    def _rules(self) -> list[PlannedRule]:
        levels, circles = rule_levels(self.ruleset, self.scope)
        if circles:
            raise RulesetError(circles)
        return [self._rule(number, rule, level) for number, (rule, level) in
                enumerate(zip(self.ruleset.rules, levels, strict=True))]  # fmt: skip

    def _rule(self, number: int, rule: Rule, level: int) -> PlannedRule:
        conditions = self.conditions
        when = root(rule.when)
        labels = rule_labels(rule, self.ruleset, self.scope)
        spans = bool(labels) and self.ruleset.labels[labels[0]].kind != "document"
        guards = [root(item) for item in rule.only]
        asked: tree.Node = tree.And((*guards, when)) if guards else when
        emitted = root(rule.emit) if rule.emit is not None else when
        around = covered(emitted)
        by_match = spans or rule.label_from is not None or _uses_it(root(rule.confidence))
        by_match = by_match and is_set(emitted if around is None else around, self.scope)
        cover = cover_of(around, when, conditions) if around is not None else None
        return PlannedRule(
            number=number,
            rule=rule,
            stage=rule_stage(rule, self.scope, self.homes),
            level=level,
            labels=labels,
            truth=conditions.truth(asked),
            triggers=conditions.triggers(asked),
            evidence=evidence_of(asked, conditions),
            matches=None if not by_match else conditions.matches(emitted) if cover is None else cover.matches,
            parts=None if cover is None else cover.parts,
            label_from=conditions.value(root(rule.label_from)) if rule.label_from is not None else None,
            confidence=conditions.value(root(rule.confidence)),
            constant=_constant(root(rule.confidence)),
            is_draft=rule.status == "draft",
            value=conditions.value(root(rule.value)) if rule.value is not None else None,
            bare=bare_matcher(asked, self.scope) if rule.emit is None else None,
            by_row=rests_on_row(*(root(item) for item in (rule.confidence, rule.label_from, rule.value) if item)),
        )

    # -- stages --------------------------------------------------------------------------------------------

    def _stage(self, number: int, stage: Stage, rules: Sequence[PlannedRule]) -> PlannedStage:
        specs = [spec for spec in self.ruleset.matchers.values() if self.homes[spec.name] == number]
        # a rule that asks for decisions is asked again in each later stage, where they may have changed
        here = [rule for rule in rules if rule.stage == number or (rule.level > 0 and rule.stage < number)]
        here.sort(key=lambda rule: (rule.level, rule.number))
        triggered: dict[str, list[int]] = defaultdict(list)
        for position, rule in enumerate(here):
            for name in sorted(rule.triggers or ()):
                triggered[name].append(position)
        costs = {spec.name: self.registry.matchers[spec.kind].cost for spec in specs}
        scan = make_scan(specs, self.registry, self.ruleset.fold, self.fold, self.gates.gate)
        return PlannedStage(
            number=number,
            name=stage.name,
            matchers=costs,
            models=sum(cost >= Cost.MODEL for cost in costs.values()),
            literals=scan.literals,
            scanners=scan.scanners,
            guard=scan.guard,
            gated=scan.gated,
            keep={spec.name: keep for spec in specs if (keep := make_keep(spec, self.registry, self.fold)) is not None},
            rules=here,
            always=[position for position, rule in enumerate(here) if rule.triggers is None],
            triggered=triggered,
            when=self.conditions.truth(root(stage.when)) if stage.when is not None else None,
            labels=self._labels_of(number, rules, here),
            thresholds={name: self._threshold(label, stage) for name, label in self.ruleset.labels.items()},
        )

    def _labels_of(self, number: int, rules: Sequence[PlannedRule], here: Sequence[PlannedRule]) -> frozenset[str]:
        """The labels that a stage can vote for: by its own rules, or by later ones that look for its matches.

        Without the latter whether a rule can hold would hang on what other rules of an earlier stage vote for.
        """
        served = [rule for rule in rules if rule.stage > number and number in self._homes_of(expressions_of(rule.rule))]
        # a draft decides nothing, so not whether a stage runs either
        found = {label for rule in (*here, *served) if rule.rule.status != "draft" for label in rule.labels}
        for later, stage in enumerate(self.stages):
            if later > number and stage.when is not None and number in self._homes_of([stage.when]):
                heard = (rule for rule in rules if rule.stage == later and rule.rule.status != "draft")
                found.update(label for rule in heard for label in rule.labels)
        return frozenset(found)

    def _homes_of(self, expressions: Iterable[Expression]) -> set[int]:
        return {self.homes[name] for item in expressions for name in named_matchers(root(item), self.scope)}

    # -- preparation ---------------------------------------------------------------------------------------

    def _prepare(self) -> list[Rewrite]:
        made = (
            (self.registry.transforms[step.use].make, step) for step in self.ruleset.prepare if step.use != "dedupe"
        )
        return [cast("Rewrite", make(step.options)) for make, step in made if make is not None]


def _constant(confidence: tree.Node) -> float | None:
    """A number as a score: between 0 and 1, rounded."""
    if isinstance(confidence, tree.Learned):
        return confidence.number
    return round(min(max(float(confidence.value), 0.0), 1.0), 4) if isinstance(confidence, tree.Number) else None


def _uses_it(node: tree.Node) -> bool:
    return any(isinstance(part, tree.It) for part in tree.walk(node))
