"""What a change of the guideline touches: rules, labels, examples, and what people answered under the old text."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from rubricate.errors import UsageError
from rubricate.loading.findings import Findings
from rubricate.loading.guidelines import read_sections
from rubricate.loading.source import Source
from rubricate.model.ruleset import Example, Ruleset, Section
from rubricate.planning.compiling import make_plan
from rubricate.registry import Registry
from rubricate.storage.people_values import Question

__all__ = ["Answered", "SectionChange", "compare_guidelines", "count_answers", "read_guideline", "word_changes"]

AROUND = 3
"""Words shown on both sides of a difference."""
MOST_PLACES = 4
"""Differences of a section that are shown."""

_ANSWERED = ("answered", "settled")


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionChange:
    """A section that came, went or reads otherwise, with what cites it."""

    id: str
    how: Literal["added", "removed", "retitled", "changed", "layout"]
    """layout: only its lines are broken otherwise."""
    title: str
    words: tuple[str, ...]
    """The differences, as short pieces of text with [-what went-] and {+what came+}."""
    rules: tuple[str, ...]
    labels: tuple[str, ...]
    examples: tuple[str, ...]
    """Place and rule of the examples that say `because` of it."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What people answered where a section was shown."""

    count: int
    stale: int
    """So many of them no longer answer what is asked now."""


def read_guideline(name: str, text: str) -> dict[str, Section]:
    """The sections of a guideline. Raises UsageError when it has none."""
    sections = read_sections(Source(name, text), None, Findings())
    if not sections:
        raise UsageError(f"{name}: has no sections", help="headings carry ids: ## Title {#s2.1}")
    return sections


def compare_guidelines(
    old: Mapping[str, Section], new: Mapping[str, Section], ruleset: Ruleset
) -> tuple[SectionChange, ...]:
    """The sections that are not the same, in the order of the guideline."""
    return tuple(_changes(old, new, ruleset))


def _changes(old: Mapping[str, Section], new: Mapping[str, Section], ruleset: Ruleset) -> Iterator[SectionChange]:
    for id in dict.fromkeys((*old, *new)):
        how = _how(old.get(id), new.get(id))
        if how is None:
            continue
        shown = new[id] if id in new else old[id]
        words: list[str] = []
        if id in old and id in new:
            if old[id].title != new[id].title:
                words.append(f'"{old[id].title}" -> "{new[id].title}"')
            words += word_changes(old[id].text, new[id].text)
        yield SectionChange(
            id=id,
            how=how,
            title=shown.title,
            words=tuple(words),
            rules=tuple(rule.id for rule in ruleset.rules if id in rule.cites),
            labels=_labels(id, ruleset),
            examples=tuple(_examples(id, ruleset)),
        )


def _how(
    one: Section | None, other: Section | None
) -> Literal["added", "removed", "retitled", "changed", "layout"] | None:
    if one is None or other is None:
        return "added" if one is None else "removed"
    if one.text.split() != other.text.split():
        return "changed"
    if one.title.split() != other.title.split():
        return "retitled"
    return None if one.text == other.text else "layout"


def _labels(id: str, ruleset: Ruleset) -> tuple[str, ...]:
    """The labels that cite a section, themselves or by their set."""
    return tuple(
        name
        for name, label in ruleset.labels.items()
        if id in label.cites or (label.set is not None and id in ruleset.sets[label.set].cites)
    )


def _examples(id: str, ruleset: Ruleset) -> Iterator[str]:
    beside: list[tuple[str, Iterable[Example]]] = [(rule.id, rule.examples) for rule in ruleset.rules]
    beside += [(label.name, label.negatives) for label in ruleset.labels.values()]
    for name, examples in beside:
        for example in examples:
            if example.because == id:
                yield f"{example.location} ({name})"


def word_changes(before: str, after: str) -> list[str]:
    """The differences between two texts, word by word, each with some words around it.

    >>> word_changes("a comment that wants something", "a comment that asks for something")
    ['a comment that [-wants-] {+asks for+} something']
    """
    one, other = before.split(), after.split()
    found = []
    for tag, start, end, first, last in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        lead, tail = one[max(0, start - AROUND) : start], one[end : end + AROUND]
        gone = [f"[-{' '.join(one[start:end])}-]"] if start < end else []
        new = [f"{{+{' '.join(other[first:last])}+}}"] if first < last else []
        cut = ["…"] if start > AROUND else []
        rest = ["…"] if end + AROUND < len(one) else []
        found.append(" ".join([*cut, *lead, *gone, *new, *tail, *rest]))
    more = len(found) - MOST_PLACES
    return found if more <= 0 else [*found[:MOST_PLACES], f"and {more} more places"]


def count_answers(
    questions: Iterable[Question],
    old: Mapping[str, Section],
    new: Mapping[str, Section],
    ruleset: Ruleset,
    registry: Registry,
) -> tuple[Mapping[str, Answered], Answered]:
    """Section -> the answered questions that showed it and go stale; and the same of all questions together.

    An answer goes stale when its question was asked in the old words and reads otherwise in the new ones: its
    fingerprint is of the label and of the sections that labels cite. Sections that only rules cite were shown too, and
    leave the answer valid.
    """
    before, after = (_fingerprints(ruleset, sections, registry) for sections in (old, new))
    lost = set(before.values()) - set(after.values())
    count: Counter[str] = Counter()
    stale: Counter[str] = Counter()
    total = total_stale = 0
    for question in questions:
        if question.state not in _ANSWERED:
            continue
        is_stale = question.fingerprint.partition(":")[0] in lost
        total += 1
        total_stale += is_stale
        for cite in question.cites:
            count[cite] += 1
            stale[cite] += is_stale
    return {id: Answered(count[id], stale[id]) for id in count}, Answered(total, total_stale)


def _fingerprints(ruleset: Ruleset, sections: Mapping[str, Section], registry: Registry) -> dict[str, str]:
    """Subject -> what its question means under these sections."""
    if ruleset.guideline is None:
        return {}
    guideline = replace(ruleset.guideline, sections=sections)
    subjects = make_plan(replace(ruleset, guideline=guideline), registry).subjects
    return {name: subject.fingerprint for name, subject in subjects.items()}
