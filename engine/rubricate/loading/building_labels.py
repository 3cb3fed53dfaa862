"""Labels, sets of labels, and how they are decided."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Literal

from rubricate.loading.findings import Findings
from rubricate.loading.missing import report_missing
from rubricate.loading.reading import items, mapping, scalar, share, text, texts
from rubricate.loading.tables import TableReader
from rubricate.loading.wording import did_you_mean, quoted
from rubricate.loading.yaml_tree import Mapping, Node, Scalar, Sequence
from rubricate.model.location import Location
from rubricate.model.problem import Note
from rubricate.model.ruleset import Conflicts, Decide, Guideline, Label, LabelSet, Otherwise, Target
from rubricate.registry import Registry

__all__ = ["Citations", "Labels", "build_accept", "build_conflicts", "build_decide", "build_labels", "build_otherwise"]

_PLAIN_SET = "labels"
"""The name of the set that a plain list of labels makes."""


@dataclass(slots=True)
class Citations:
    """The sections that a ruleset cites, checked against its guideline."""

    guideline: Guideline | None
    findings: Findings
    cited: set[str] = field(default_factory=set)

    def read(self, node: Node | None) -> tuple[str, ...]:
        """The sections of a list that exist."""
        found: list[str] = []
        for name in texts(node) if isinstance(node, Sequence) else ():
            if self.guideline is not None and self.guideline.sections and name.text not in self.guideline.sections:
                help = did_you_mean(name.text, self.guideline.sections, "sections")
                message = f"the guideline has no section {quoted(name.text)}"
                self.findings.add("R031", message, name.location, help=help)
            else:
                found.append(name.text)
        self.cited.update(found)
        return tuple(dict.fromkeys(found))

    def uncited(self) -> list[str]:
        """Sections that nothing cites, nor any section below them (`s3` stands above `s3.2`)."""
        sections = {} if self.guideline is None else self.guideline.sections
        return [id for id in sections if not any(each == id or each.startswith(f"{id}.") for each in self.cited)]


@dataclass(slots=True)
class Labels:
    """The labels and sets of a ruleset."""

    labels: dict[str, Label] = field(default_factory=dict)
    sets: dict[str, LabelSet] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    """Values of columns that cannot be labels, which has been reported."""

    def check(self, name: Scalar | None, findings: Findings) -> str | None:
        """A declared label, or nothing after a problem."""
        if name is None:
            return None
        if name.text in self.labels:
            return name.text
        message = f"the label {quoted(name.text)} is not declared"
        if name.text in self.sets:
            message = f"{quoted(name.text)} is a set; a rule votes for one of its labels"
        findings.add("R030", message, name.location, help=did_you_mean(name.text, self.labels, "labels"))
        return None


def build_labels(node: Node | None, tables: TableReader, citations: Citations, findings: Findings) -> Labels:
    """Every declared label and set."""
    builder = _LabelBuilder(Labels(), tables, citations, findings)
    if isinstance(node, Sequence):
        builder.add_set(_PLAIN_SET, [(each.text, each.location) for each in texts(node)], (), node.location)
    elif isinstance(node, Mapping):
        for key, value in node.own():
            if isinstance(value, Sequence):  # a mistake that has been told; its labels are known all the same
                builder.add_set(key.text, [(each.text, each.location) for each in texts(value)], (), key.location)
            else:
                builder.add(key, mapping(value))
        builder.link()
    return builder.found


_LINKS = {"implies": "implied", "excludes": "excluded"}


@dataclass(slots=True)
class _LabelBuilder:
    found: Labels
    tables: TableReader
    citations: Citations
    findings: Findings
    links: list[tuple[str, str, Scalar]] = field(default_factory=list)
    """(label, implies or excludes, the label that it names)."""

    def add(self, key: Scalar, declared: Mapping | None) -> None:
        """Adds what one key of the mapping declares."""
        one_of = None if declared is None else declared.get("one_of")
        cites = self.citations.read(None if declared is None else declared.get("cites"))
        if declared is not None and one_of is not None:
            kind = declared.key("kind")
            if kind is not None:
                self.findings.add("R013", "a set has no kind; its labels are document labels", kind.location)
            members = [(each.text, each.location) for each in texts(one_of)]
            if isinstance(one_of, Mapping):
                members = self._from_column(key, scalar(one_of.get("column")))
            self.add_set(key.text, members, cites, key.location)
            return
        if "*" in key.text:
            help = "add one_of: {column: TABLE.COLUMN}"
            message = f"{quoted(key.text)} needs the column that its labels come from"
            self.findings.add("R011", message, key.location, help=help)
            return
        self._add_label(
            Label(
                name=key.text,
                kind=_kind(declared),
                cites=cites,
                description=None if declared is None else text(declared.get("description")),
                location=key.location,
            )
        )
        if declared is not None:
            self.links += [(key.text, word, each) for word in _LINKS for each in texts(declared.get(word))]

    def link(self) -> None:
        """Follows `implies` and `excludes`, when all labels are known."""
        for name, word, target in self.links:
            other = self.found.check(target, self.findings)
            if other is None:
                continue
            label = self.found.labels[name]
            message = help = None
            if other == name:
                message = f"{quoted(name)} cannot {'imply' if word == 'implies' else 'exclude'} itself"
            elif self.found.labels[other].set is not None:
                message = f"{quoted(other)} belongs to a set, which decides among its labels by votes"
                asked = f"when: 'label(\"{name}\")'"
                help = f"write a rule that votes for it: {{label: {other}, {asked}, confidence: ..}}"
                if word == "excludes":
                    help = f'leave it out; a rule of {quoted(name)} can ask not label("{other}")'
            elif self.found.labels[other].kind != "document":
                message = f"{quoted(other)} is a span label; only labels of records can be {_LINKS[word]}"
            elif word == "excludes" and label.kind != "document":
                message = f"{quoted(name)} is a span label; only labels of records exclude others"
            if message is not None:
                self.findings.add("R036", message, target.location, help=help)
            elif word == "implies":
                self.found.labels[name] = replace(label, implies=(*label.implies, other))
            else:
                self.found.labels[name] = replace(label, excludes=(*label.excludes, other))
        self._refuse_circles()

    def _refuse_circles(self) -> None:
        """A label that implies itself by way of others would say that all of them are one."""
        for name, label in self.found.labels.items():
            reached, open_ = set[str](), list(label.implies)
            while open_:
                other = open_.pop()
                if other not in reached:
                    reached.add(other)
                    open_ += self.found.labels[other].implies
            if name in reached:
                self.findings.add("R032", f"the label {quoted(name)} implies itself, by way of others", label.location)
                return

    def add_set(
        self, name: str, members: Iterable[tuple[str, Location]], cites: tuple[str, ...], location: Location
    ) -> None:
        """Adds a set and its labels."""
        added = [
            label
            for label, place in members
            if self._add_label(Label(name=label, kind="document", cites=cites, set=name, location=place))
        ]
        self.found.sets[name] = LabelSet(name=name, members=tuple(added), cites=cites, location=location)

    def _add_label(self, label: Label) -> bool:
        first = self.found.labels.setdefault(label.name, label)
        if first is not label:
            note = Note(first.location, "it stands here first")
            message = f"the label {quoted(label.name)} stands twice"
            self.findings.add("R034", message, label.location, notes=(note,))
        return first is label

    def _from_column(self, key: Scalar, column: Scalar | None) -> list[tuple[str, Location]]:
        """A label for each value of a table's column, in the order of the table."""
        if column is None or "." not in column.text:
            return []
        name, _, field_name = column.text.partition(".")
        table = self.tables.find_name(name, column.place(0, len(name)))
        if table is None:
            return []
        if field_name not in table.columns:
            message = f"the table {quoted(name)} has no column {quoted(field_name)}"
            help = did_you_mean(field_name, table.columns, "columns")
            self.findings.add("R043", message, column.place(len(name) + 1, len(column.text)), help=help)
            return []
        found: dict[str, Location] = {}
        for row in table.rows:
            value = row.cells[field_name]
            if value is None or str(value) in found or str(value) in self.found.refused:
                continue
            found[str(value)] = column.location
            if "*" in key.text and not fnmatchcase(str(value), key.text):
                message = f"{quoted(str(value))} does not fit {quoted(key.text)}"
                help = f"write {quoted(key.text.replace('*', str(value)))} there, or change the name of the set"
                self.findings.add("R044", message, self.tables.place(table, row, field_name), help=help)
                del found[str(value)]
                self.found.refused.add(str(value))
        return list(found.items())


def build_decide(node: Node | None, labels: Labels, registry: Registry, findings: Findings) -> dict[str, Decide]:
    """How labels, sets and wildcards are decided."""
    found: dict[str, Decide] = {}
    declared = mapping(node)
    for key, value in [] if declared is None else declared.own():
        entry = mapping(value)
        known = [*labels.labels, *labels.sets]
        if key.text not in known and not ("*" in key.text and any(fnmatchcase(name, key.text) for name in known)):
            message = f"{quoted(key.text)} is no declared label or set"
            findings.add("R030", message, key.location, help=did_you_mean(key.text, known, "labels"))
            continue
        if entry is None:
            continue
        found[key.text] = Decide(
            combine=_combine(scalar(entry.get("combine")), registry, findings),
            accept=build_accept(entry.get("accept"), findings),
            low=share(entry.get("low"), findings),
            margin=share(entry.get("margin"), findings),
            if_none=_if_none(text(entry.get("if_none"))),
            location=key.location,
        )
    return found


def build_accept(node: Node | None, findings: Findings) -> float | Target | None:
    """A threshold, or the target that it is to keep."""
    target = mapping(node)
    if target is None:
        return share(node, findings)
    precision, confidence = (share(target.get(key), findings) for key in ("precision", "confidence"))
    if precision is None:
        return None  # its form has been reported
    for key, value in (("precision", precision), ("confidence", confidence)):
        name = target.key(key)
        if value is not None and name is not None and not 0 < value < 1:
            message = f"no gold can show a {key} of {value:g}"
            help = f"write a {key} between 0 and 1, such as {0.95:g}"
            findings.add("R035", message, name.location, help=help)
            return None
    return Target(precision=precision, confidence=0.95 if confidence is None else confidence)


def _if_none(word: str | None) -> Literal["review", "no"] | None:
    return "review" if word == "review" else "no" if word == "no" else None


def _combine(name: Scalar | None, registry: Registry, findings: Findings) -> str | None:
    if name is None or name.text in registry.combiners:
        return None if name is None else name.text
    report_missing("combiners", name.text, name.location, registry, findings)
    return None


def build_conflicts(node: Node | None, labels: Labels, findings: Findings) -> Conflicts:
    """How overlapping spans are settled."""
    declared = mapping(node)
    chosen: dict[str, str] = {}
    for key in ("same_label_overlap", "overlap"):
        word = None if declared is None else text(declared.get(key))
        if word in ("longest", "highest_score", "keep_all"):
            chosen[key] = str(word)
    nest = tuple(pair for each in items(None if declared is None else declared.get("nest"))
                 if (pair := _nested(each, labels, findings)) is not None)  # fmt: skip
    return Conflicts(nest=nest, **chosen)  # type: ignore[arg-type]  # the words above are the allowed ones


def _kind(declared: Mapping | None) -> Literal["document", "span", "box"]:
    """The kind of a label; another word has been reported."""
    match None if declared is None else text(declared.get("kind")):
        case "span":
            return "span"
        case "box":
            return "box"
        case _:
            return "document"


def _nested(node: Node, labels: Labels, findings: Findings) -> tuple[str, str] | None:
    """A pair of span labels, outer and inner."""
    names = texts(node) if isinstance(node, Sequence) else ()
    if len(names) != 2:
        return None  # its form has been reported
    for name in names:
        if labels.check(name, findings) is None:
            return None
        if labels.labels[name.text].kind != "span":
            findings.add("R036", f"{quoted(name.text)} is no span label, so it cannot nest", name.location)
            return None
    return names[0].text, names[1].text


def build_otherwise(
    node: Node | None, labels: Labels, citations: Citations, findings: Findings
) -> tuple[Otherwise, ...]:
    """The votes for sets on which no other vote falls, at most one a set."""
    found: list[Otherwise] = []
    first: AnyMapping[str, Location] = {}
    for declared in filter(None, map(mapping, items(node) or ([] if node is None else [node]))):
        name = scalar(declared.get("label"))
        label = labels.check(name, findings)
        confidence = share(declared.get("confidence"), findings)
        cites = citations.read(declared.get("cites"))
        if name is None or label is None or confidence is None:
            continue
        owner = labels.labels[label].set
        if owner is None:
            findings.add("R030", f"{quoted(label)} belongs to no set, so nothing is otherwise", name.location)
            continue
        if owner in first:
            note = Note(first[owner], "it stands here first")
            message = f"the set {quoted(owner)} has two labels for otherwise"
            findings.add("R034", message, name.location, notes=(note,))
            continue
        first = {**first, owner: name.location}
        found.append(Otherwise(label=label, confidence=confidence, cites=cites, location=declared.location))
    return tuple(found)
