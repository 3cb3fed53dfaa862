"""Lints of labels and of what else is declared: contradictions, sets nobody decides, contexts nobody uses."""

from __future__ import annotations

from collections.abc import Iterator

from rubricate.language import tree
from rubricate.linting.view import View
from rubricate.loading.wording import quoted
from rubricate.model.codes import problem
from rubricate.model.problem import Note, Problem
from rubricate.model.ruleset import Label
from rubricate.planning.scoping import expressions_of, root
from rubricate.planning.staging import fits

__all__ = ["lint_contexts", "lint_contradictions", "lint_drafts", "lint_idle_labels", "lint_undecided"]

FEW = 3
"""Labels of a set: of two, one is often what is left, and people say so."""


def lint_contradictions(view: View) -> Iterator[Problem]:
    """R131: labels that fall with what they imply."""
    labels = view.ruleset.labels
    excludes: dict[str, set[str]] = {name: set(label.excludes) for name, label in labels.items()}
    for name, label in labels.items():
        for other in label.excludes:
            excludes.setdefault(other, set()).add(name)
    for label in labels.values():
        found = _clash(label, view, excludes)
        if found is None:
            continue
        one, other, why = found
        note = Note(labels[other].location, f"{quoted(other)} stands here")
        message = f"{quoted(label.name)} can never stand: with it hold {quoted(one)} and {quoted(other)}, {why}"
        yield problem("R131", message, label.location, notes=(note,), help="remove one of implies and excludes")


def _clash(label: Label, view: View, excludes: dict[str, set[str]]) -> tuple[str, str, str] | None:
    """Two labels that hold whenever this one does, and cannot hold together."""
    labels = view.ruleset.labels
    held = [label.name]
    for name in held:
        held += [each for each in labels[name].implies if each not in held]
    if len(held) == 1:
        return None
    for index, one in enumerate(held):
        for other in held[index + 1 :]:
            if other in excludes.get(one, ()):
                return one, other, "which exclude each other"
            if labels[one].set is not None and labels[one].set == labels[other].set:
                return one, other, f"of which only one holds in {quoted(str(labels[one].set))}"
    return None


def lint_drafts(view: View) -> Iterator[Problem]:
    """R134: labels for which only drafts vote."""
    for label in view.ruleset.labels.values():
        drafts = view.voters(label.name, drafts=True)
        decided = view.voters(label.name) or any(each.label == label.name for each in view.ruleset.otherwise)
        if drafts and not decided:
            message = f"all rules of {quoted(label.name)} are drafts, so nothing decides it"
            notes = tuple(Note(rule.location, "a draft") for rule in drafts[:3])
            yield problem("R134", message, label.location, notes=notes, help="write status: test on one of them")


def lint_idle_labels(view: View) -> Iterator[Problem]:
    """R139: labels that no rule can give, and of which nobody is asked."""
    ruleset = view.ruleset
    if not ruleset.rules:  # which is told of by itself
        return
    given = {label for labels in view.labels_of for label in labels} | {each.label for each in ruleset.otherwise}
    reached = set[str]()
    waiting = sorted(given)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += ruleset.labels[name].implies
    for label in ruleset.labels.values():
        if label.name in reached or _is_asked(label, view, reached):
            continue
        message = f"no rule gives the label {quoted(label.name)}"
        help = f"write a rule with label: {label.name}, or remove it"
        if label.set is None:
            help += "; to ask people about every record, write if_none: review in its decide"
        yield problem("R139", message, label.location, help=help)


def _is_asked(label: Label, view: View, reached: set[str]) -> bool:
    """Whether people are asked about a label that no rule gives, or it is what is left of a set."""
    if label.set is not None:
        members = view.ruleset.sets[label.set].members
        return len(members) < FEW or not any(member in reached for member in members)
    asked = [found for name, found in view.ruleset.decide.items() if fits(name, label.name)]
    return view.ruleset.review and any(found.if_none == "review" for found in asked)


def lint_undecided(view: View) -> Iterator[Problem]:
    """R132: sets that nobody decides on records where no rule votes."""
    if view.ruleset.review:
        return
    served = {view.ruleset.labels[each.label].set for each in view.ruleset.otherwise}
    for set_ in view.ruleset.sets.values():
        decides = [found for name, found in view.ruleset.decide.items()
                   if fits(name, set_.name) or any(fits(name, member) for member in set_.members)]  # fmt: skip
        if set_.name in served or any(found.if_none == "no" for found in decides):
            continue
        message = f"the set {quoted(set_.name)} stays undecided wherever no rule votes: there is no review"
        help = "add otherwise: {label: .., confidence: ..}"
        yield problem("R132", message, set_.location, help=help)


def lint_contexts(view: View) -> Iterator[Problem]:
    """R130: contexts that no condition names."""
    expressions = [item for rule in view.ruleset.rules for item in expressions_of(rule)]
    expressions += [let.expression for let in view.ruleset.lets.values()]
    expressions += [stage.when for stage in view.ruleset.cascade if stage.when is not None]
    named = {part.context for item in expressions for part in tree.walk(root(item)) if isinstance(part, tree.InContext)}
    for context in view.ruleset.contexts.values():
        if context.name not in named:
            message = f"nothing uses the context {quoted(context.name)}"
            yield problem("R130", message, context.location, help=f"write NAME is not {context.name}, or remove it")
