"""Matchers that vote without a rule: `labels:` maps the classes that a kind gives to labels."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from rubricate.language.parsing import parse
from rubricate.loading.building_labels import Citations, Labels
from rubricate.loading.expressions import build_confidence
from rubricate.loading.findings import Findings
from rubricate.loading.reading import mapping, scalar, share
from rubricate.loading.wording import did_you_mean, quoted
from rubricate.loading.yaml_tree import Mapping, Node, Scalar
from rubricate.model.descriptors import MatcherKind
from rubricate.model.location import Location
from rubricate.model.ruleset import Expression, MatcherSpec, Rule
from rubricate.registry import Registry

__all__ = ["VotingMatchers"]

_MIN_SCORE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class VotingMatchers:
    """Makes a rule of each class that a matcher maps to a label: `NAME: CLASS` is its id."""

    specs: dict[str, MatcherSpec]
    labels: Labels
    citations: Citations
    registry: Registry
    findings: Findings

    def rules(self, node: Node | None) -> Iterator[Rule]:
        """The rules of all declared matchers, in their order."""
        declared = mapping(node)
        for key, value in [] if declared is None else declared.own():
            entry, spec = mapping(value), self.specs.get(key.text)
            if entry is None or spec is None:
                continue
            for name in ("labels", "min_score"):
                self._check_place(name, entry, self.registry.matchers[spec.kind])
            classes = mapping(entry.get("labels"))
            if classes is not None and self.registry.matchers[spec.kind].classes is not None:
                yield from self._of_matcher(spec, entry, classes)

    def _check_place(self, name: str, entry: Mapping, kind: MatcherKind) -> None:
        key = entry.key(name)
        if key is None:
            return
        if kind.classes is None:
            message = f"the matches of {quoted(kind.name)} have no classes, so {quoted(name)} means nothing here"
            self.findings.add("R041", message, key.location, help="write a rule that names the matcher")
        elif name == "min_score" and (not kind.scores or entry.get("labels") is None):
            message = f'{quoted(name)} means nothing without "labels" and scores'
            self.findings.add("R041", message, key.location, help="remove it")

    def _of_matcher(self, spec: MatcherSpec, entry: Mapping, classes: Mapping) -> Iterator[Rule]:
        kind = self.registry.matchers[spec.kind]
        known = None if kind.outputs is None else kind.outputs(spec)
        least = share(entry.get("min_score"), self.findings)
        for key, value in classes.own():
            if known is not None and key.text not in known:
                help = did_you_mean(key.text, sorted(known), "classes")
                self.findings.add(
                    "R041", f"{quoted(spec.name)} gives no class {quoted(key.text)}", key.location, help=help
                )
                continue
            rule = self._rule(spec, kind, key, value, _MIN_SCORE if least is None else least)
            if rule is not None:
                yield rule

    def _rule(self, spec: MatcherSpec, kind: MatcherKind, key: Scalar, value: Node, least: float) -> Rule | None:
        more = mapping(value)
        label = self.labels.check(scalar(value) if more is None else scalar(more.get("label")), self.findings)
        confidence = self._confidence(kind, key, None if more is None else more.get("confidence"))
        if label is None or confidence is None:
            if more is not None and more.get("label") is None:
                self.findings.add("R011", f'the class {quoted(key.text)} lacks "label"', key.location)
            return None
        asked = f"it.{kind.classes} == {json.dumps(key.text, ensure_ascii=False)}"
        if kind.scores and self.labels.labels[label].set is None:
            asked += f" and it.score >= {least:g}"
        return Rule(
            id=f"{spec.name}: {key.text}",
            label=label,
            cites=() if more is None else self.citations.read(more.get("cites")),
            when=_expression(f"{spec.name} where ({asked})", key.location),
            confidence=confidence,
            location=key.location,
        )

    def _confidence(self, kind: MatcherKind, key: Scalar, node: Node | None) -> Expression | None:
        """What is written, else the score of the match."""
        if node is not None:
            return build_confidence(node, self.findings, frozenset())
        if kind.scores:
            return _expression("it.score", key.location)
        message = (
            f'the class {quoted(key.text)} lacks "confidence", as the matches of {quoted(kind.name)} have no score'
        )
        self.findings.add("R011", message, key.location, help="add confidence: 0.8")
        return None


def _expression(text: str, location: Location) -> Expression:
    """An expression that stands for a mapped class; each of its characters stands at the class."""
    places = tuple((offset, location) for offset in range(len(text)))
    return Expression(text=text, tree=parse(text), location=location, places=places)
