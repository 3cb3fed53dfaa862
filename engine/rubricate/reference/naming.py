"""What an expression names: matchers and labels, also through lets, wildcards and contexts."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from rubricate.language import tree
from rubricate.language.types import SEGMENT_SETS, inline_name
from rubricate.model.ruleset import Expression, Rule, Ruleset
from rubricate.reference.known import members_of, root

__all__ = ["asked_subjects", "expressions_of", "fits", "gives_matches", "labels_of", "matchers_of", "subject_of"]


def expressions_of(rule: Rule) -> list[Expression]:
    """Every expression of a rule: the conditions of its groups, its own, and what it works out."""
    own = (rule.when, rule.emit, rule.confidence, rule.value, rule.label_from)
    return [*rule.only, *(expression for expression in own if expression is not None)]


def everything_in(node: tree.Node, ruleset: Ruleset) -> Iterator[tree.Node]:
    """All parts of a tree, with the lets, group members and contexts that it names taken apart in turn."""
    for part in tree.walk(node):
        yield part
        match part:
            case tree.Name() | tree.Column() if part.name in ruleset.lets and part.name not in SEGMENT_SETS:
                yield from everything_in(root(ruleset.lets[part.name].expression), ruleset)
            case tree.Quantified() | tree.AtLeast():
                wildcards = tuple(item for item in part.items if isinstance(item, tree.Wildcard))
                for item in members_of(wildcards, ruleset):
                    yield from everything_in(item, ruleset)
            case tree.InContext():
                context = ruleset.contexts[part.context]
                for expression in (context.cue, context.stop):
                    if expression is not None:
                        yield from everything_in(root(expression), ruleset)
            case _:
                pass


def matchers_of(expression: Expression, ruleset: Ruleset) -> set[str]:
    """The matchers that an expression names."""
    found: set[str] = set()
    for part in everything_in(root(expression), ruleset):
        match part:
            case tree.Name() | tree.Column():
                found.add(part.name)
            case tree.String() | tree.Regex():
                found.add(inline_name(part))
            case _:
                pass
        found |= {ruleset.segment.get(unit, "") for unit in _units_of(part, ruleset)}
    return found & ruleset.matchers.keys()


def _units_of(part: tree.Node, ruleset: Ruleset) -> set[str]:
    """The words and sentences that a part counts, or is measured in."""
    match part:
        case tree.Name() if part.name in SEGMENT_SETS:
            unit: str | None = part.name
        case tree.Relation():
            unit = None if part.distance is None else part.distance.unit
        case tree.InPlace():
            unit = part.place.unit
        case tree.InContext():
            unit = ruleset.contexts[part.context].unit
        case _:
            unit = None
    return {"sentences" if unit == "sentence" else unit} if unit is not None else set()


def fits(pattern: str, name: str) -> bool:
    """Whether a label or set is meant by a name in which stars may stand for the rest."""
    return pattern == name or ("*" in pattern and fnmatchcase(name, pattern))


def subject_of(label: str, ruleset: Ruleset) -> str:
    """What a label is decided with: its set, or itself."""
    return ruleset.labels[label].set or label


def asked_subjects(expression: Expression, ruleset: Ruleset) -> set[str]:
    """The sets and independent labels that an expression asks about by label() or uncertain()."""
    found: set[str] = set()
    for part in everything_in(root(expression), ruleset):
        if isinstance(part, tree.Call) and part.name in ("label", "uncertain"):
            texts = [item.text for item in part.arguments if isinstance(item, tree.String)]
            for label in ruleset.labels:
                subject = subject_of(label, ruleset)
                if any(fits(text, label) or fits(text, subject) for text in texts):
                    found.add(subject)
    return found


def labels_of(rule: Rule, ruleset: Ruleset) -> set[str]:
    """The labels that a rule can vote for: its own, or those in the column that `label_from` names."""
    if rule.label is not None:
        return {rule.label}
    source = root(rule.label_from) if rule.label_from is not None else None
    if not isinstance(source, tree.It) or source.column is None:
        return set(ruleset.labels)
    found: set[str] = set()
    for expression in (rule.when, rule.emit):
        for name in matchers_of(expression, ruleset) if expression is not None else ():
            table = ruleset.matchers[name].table
            if table is not None:
                found |= {str(row.cells.get(source.column)) for row in table.rows}
    return found & ruleset.labels.keys()


def gives_matches(node: tree.Node, ruleset: Ruleset) -> bool:
    """Whether a node can be read as a set of matches, and not only as a truth or value."""
    match node:
        case tree.Name():
            if node.name in SEGMENT_SETS or node.name in ruleset.matchers:
                return True
            return gives_matches(root(ruleset.lets[node.name].expression), ruleset)
        case tree.String() | tree.Regex() | tree.Relation() | tree.InPlace() | tree.InContext() | tree.Where():
            return True
        case tree.It():
            return node.column is None
        case tree.And() | tree.Or():
            return any(gives_matches(item, ruleset) for item in node.items)
        case tree.Quantified():
            items = members_of(node.items, ruleset)
            return node.quantifier != "none" and any(gives_matches(item, ruleset) for item in items)
        case tree.AtLeast():
            return any(gives_matches(item, ruleset) for item in members_of(node.items, ruleset))
        case _:
            return False
