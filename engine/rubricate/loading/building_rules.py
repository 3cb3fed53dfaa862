"""Rules, and groups of rules with what they hand down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from rubricate.loading.building_labels import Citations, Labels
from rubricate.loading.building_matchers import MatcherBuilder
from rubricate.loading.examples import EXPECTATIONS, ExampleReader
from rubricate.loading.expressions import build_confidence, build_expression
from rubricate.loading.findings import Findings
from rubricate.loading.label_columns import LabelColumns
from rubricate.loading.reading import is_misspelt, items, mapping, scalar, text, texts, whole_number
from rubricate.loading.resting import Broken
from rubricate.loading.wording import quoted
from rubricate.loading.yaml_tree import Mapping, Node, Scalar, Sequence
from rubricate.model.location import Location
from rubricate.model.problem import Note
from rubricate.model.ruleset import Expression, Rule

__all__ = ["RuleBuilder"]


_NO_EXAMPLES = Sequence(items=(), flow=True, location=Location("", 1, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inherited:
    """What groups hand down to their rules."""

    group: str | None = None
    only: tuple[Expression, ...] = ()
    label: Scalar | None = None
    label_from: Node | None = None
    cites: tuple[str, ...] = ()
    confidence: Node | None = None
    usable: bool = True
    """No when a condition of a group is broken; its rules are then left out."""


@dataclass(slots=True)
class RuleBuilder:
    """Builds the rules of one ruleset."""

    names: frozenset[str]
    """Declared matchers and lets."""
    labels: Labels
    citations: Citations
    matchers: MatcherBuilder
    examples: ExampleReader
    columns: LabelColumns
    broken: Broken
    findings: Findings
    _ids: dict[str, Location] = field(default_factory=dict)

    def build(self, node: Node | None) -> tuple[Rule, ...]:
        """Every rule that can be built, in the order of the file."""
        return tuple(self._rules(node, _Inherited()))

    def _rules(self, node: Node | None, inherited: _Inherited) -> Iterator[Rule]:
        for entry in filter(None, map(mapping, items(node))):
            if entry.get("rules") is not None or entry.get("group") is not None:
                yield from self._rules(entry.get("rules"), self._group(entry, inherited))
                self._warn_of_empty(entry)
                continue
            rule = self._rule(entry, inherited)
            if rule is not None:
                yield rule

    def _warn_of_empty(self, entry: Mapping) -> None:
        rules, name = entry.get("rules"), scalar(entry.get("group"))
        if isinstance(rules, Sequence) and not rules.items and name is not None:
            message = f"the group {quoted(name.text)} holds no rule"
            self.findings.add("R138", message, name.location, help="move rules into it, or remove it")

    def _group(self, entry: Mapping, inherited: _Inherited) -> _Inherited:
        id = self._id(entry, "group")
        only = self._expression(entry, "only")
        label, label_from = scalar(entry.get("label")), entry.get("label_from")
        cites = self.citations.read(entry.get("cites"))
        found = replace(
            inherited,
            group=inherited.group if id is None else id.text,
            only=inherited.only if only is None else (*inherited.only, only),
            cites=tuple(dict.fromkeys((*inherited.cites, *cites))),
            confidence=entry.get("confidence") or inherited.confidence,
            usable=inherited.usable and (only is not None or entry.get("only") is None),
        )
        return found if label is None and label_from is None else replace(found, label=label, label_from=label_from)

    def _rule(self, entry: Mapping, inherited: _Inherited) -> Rule | None:
        before = self.findings.errors
        id = self._id(entry, "id")
        when, emit, value = (self._expression(entry, key) for key in ("when", "emit", "value"))
        label, label_from = self._label(entry, inherited)
        confidence = self._confidence(entry, inherited)
        cites = tuple(dict.fromkeys((*inherited.cites, *self.citations.read(entry.get("cites")))))
        examples = tuple(example for key in EXPECTATIONS for example in self.examples.examples(entry.get(key), key))
        if label_from is not None and when is not None:
            self.columns.check(label_from, emit or when)
        self._warn(entry, id, cites)
        if id is None or when is None or confidence is None or self.findings.errors > before:
            return None
        if label is None and label_from is None:
            return None
        rule = Rule(
            id=id.text,
            title=text(entry.get("title")),
            label=label,
            label_from=label_from,
            cites=cites,
            when=when,
            only=inherited.only,
            emit=emit,
            value=value,
            confidence=confidence,
            examples=examples,
            group=inherited.group,
            status=_status(text(entry.get("status"))),
            priority=whole_number(entry.get("priority")) or 0,
            supersedes=tuple(each.text for each in texts(entry.get("supersedes"))),
            location=id.location,
        )
        return rule if inherited.usable and not self.broken.carries(rule) else None

    def _id(self, entry: Mapping, key: str) -> Scalar | None:
        """The id of a rule or group; they share one space of names."""
        id = scalar(entry.get(key))
        if id is None:
            return None
        first = self._ids.setdefault(id.text, id.location)
        if first != id.location:
            note = Note(first, "it stands here first")
            self.findings.add("R034", f"the id {quoted(id.text)} stands twice", id.location, notes=(note,))
        return id

    def _expression(self, entry: Mapping, key: str) -> Expression | None:
        built = build_expression(entry.get(key), self.findings, key=key, names=self.names)
        if built is not None and not self.matchers.add_in_place(built, matches=key != "value"):
            return None
        return built

    def _label(self, entry: Mapping, inherited: _Inherited) -> tuple[str | None, Expression | None]:
        """The label, or where it comes from; what stands on the rule goes before what its groups say."""
        label, label_from = entry.get("label"), entry.get("label_from")
        if label is not None and label_from is not None:
            key = entry.key("label_from")
            location = entry.location if key is None else key.location
            message = 'a rule has either "label" or "label_from"'
            self.findings.add("R013", message, location, help="remove one of them")
            return None, None
        if label is None and label_from is None:
            label, label_from = inherited.label, inherited.label_from
            if label is None and label_from is None:
                self._lacks(entry, "label")
                return None, None
        if label is not None:
            return self.labels.check(scalar(label), self.findings), None
        return None, build_expression(label_from, self.findings, key="label_from", names=self.names)

    def _confidence(self, entry: Mapping, inherited: _Inherited) -> Expression | None:
        node = entry.get("confidence")
        if node is None and inherited.confidence is None:
            self._lacks(entry, "confidence", help="add confidence: 0.9")
            return None
        built = build_confidence(node or inherited.confidence, self.findings, self.names)
        if built is not None and not self.matchers.add_in_place(built, matches=False):
            return None
        return built

    def _lacks(self, entry: Mapping, key: str, *, help: str | None = None) -> None:
        if not is_misspelt(entry, key):
            id = text(entry.get("id"))
            owner = "the rule" if id is None else f"rule {quoted(id)}"
            self.findings.add("R011", f'{owner} lacks "{key}"', entry.location, help=help)

    def _warn(self, entry: Mapping, id: Scalar | None, cites: tuple[str, ...]) -> None:
        if id is None:
            return
        if self.citations.guideline is not None and not cites and entry.get("cites") is None:
            message = f"rule {quoted(id.text)} cites no section of the guideline"
            self.findings.add("R101", message, id.location, help="add cites: [..]")
        missing = [key for key in ("hit", "miss") if entry.get(key) is None or entry.get(key) == _NO_EXAMPLES]
        if missing:
            message = f"rule {quoted(id.text)} has no {' and no '.join(missing)} example"
            help = " and ".join(f"add {key}: [..]" for key in missing)
            self.findings.add("R102", message, id.location, help=help)


def _status(word: str | None) -> Literal["draft", "test", "stable", "deprecated"]:
    return word if word in ("draft", "test", "deprecated") else "stable"  # type: ignore[return-value]  # as just checked
