"""What is wrong with a ruleset beside its lock: ids used again, versions that did not grow, sections and tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rubricate.loading.findings import Findings
from rubricate.loading.source import Source
from rubricate.loading.wording import quoted
from rubricate.loading.yaml_syntax import read_tree
from rubricate.loading.yaml_tree import Mapping as MappingNode
from rubricate.model.codes import problem
from rubricate.model.location import Location
from rubricate.model.problem import Note, Problem
from rubricate.model.ruleset import Ruleset
from rubricate.planning.meanings import Meanings
from rubricate.registry import Registry
from rubricate.versioning.calibrations import calibration_problems
from rubricate.versioning.lockfile import Lock, lock_path, read_lock
from rubricate.versioning.locking import drift_line, find_drift, is_enough, judge_version
from rubricate.versioning.pins import Pins, section_digest

__all__ = ["asked_sections", "check_beside_lock", "check_version"]

MOST_NOTES = 5


def check_beside_lock(ruleset: Ruleset, registry: Registry, *, linted: bool = False) -> list[Problem]:
    """The problems that the lock beside a ruleset tells of; none without one. Raises UsageError for a broken lock.

    `linted`: with a version that the lock will not take, which keeps nobody from a run.
    """
    lock = read_lock(lock_path(ruleset.file))
    if lock is None:
        return calibration_problems(ruleset, None, registry)
    return [
        *(_version_form(ruleset) if linted else ()),
        *_reused_rules(ruleset, lock, registry),
        *_reused_labels(ruleset, lock),
        *_superseding(ruleset, lock),
        *_sections(ruleset, lock),
        *_tables(ruleset, lock, registry),
        *calibration_problems(ruleset, lock, registry),
    ]


def _reused_rules(ruleset: Ruleset, lock: Lock, registry: Registry) -> Iterator[Problem]:
    back = [rule for rule in ruleset.rules if rule.id in lock.gone_rules]
    meanings = Meanings(ruleset, registry) if back else None
    for rule in back:
        gone = lock.gone_rules[rule.id]
        if meanings is not None and meanings.rule(rule) != gone.digest:
            message = f"the id {quoted(rule.id)} stood for another rule before {gone.gone}"
            yield problem("R050", message, rule.location, help="choose another id; supersedes: [...] names the old one")


def _reused_labels(ruleset: Ruleset, lock: Lock) -> Iterator[Problem]:
    for label in ruleset.labels.values():
        gone = lock.gone_labels.get(label.name)
        if gone is not None and gone.digest != f"{label.kind} {label.set or ''}".strip():
            message = f"the name {quoted(label.name)} stood for another label before {gone.gone}"
            yield problem("R050", message, label.location, help="choose another name")


def _superseding(ruleset: Ruleset, lock: Lock) -> Iterator[Problem]:
    """A rule supersedes what was locked once and is no longer there."""
    here = {rule.id for rule in ruleset.rules}
    for rule in ruleset.rules:
        for id in rule.supersedes:
            if id in here:
                message = f"{quoted(rule.id)} supersedes {quoted(id)}, which is still a rule here"
                yield problem("R052", message, rule.location, help=f"remove the rule {id}, or do not name it")
            elif id not in lock.gone_rules and id not in lock.pins.rules:
                message = f"{quoted(rule.id)} supersedes {quoted(id)}, which was never a rule here"
                yield problem("R052", message, rule.location, help="name an id that the lock knows")


def _sections(ruleset: Ruleset, lock: Lock) -> Iterator[Problem]:
    sections = {} if ruleset.guideline is None else ruleset.guideline.sections
    for section in sections.values():
        known = lock.pins.sections.get(section.id)
        if known is None or known == section_digest(section):
            continue
        citing = [rule for rule in ruleset.rules if section.id in rule.cites]
        if citing:
            notes = tuple(Note(rule.location, f"{rule.id} cites it") for rule in citing[:MOST_NOTES])
            message = f"the section {quoted(section.id)} changed since {lock.pins.version} was locked"
            help = "read the rules that cite it, then run rubricate lock"
            yield problem("R120", message, section.location, notes=notes, help=help)


def _tables(ruleset: Ruleset, lock: Lock, registry: Registry) -> Iterator[Problem]:
    meanings = Meanings(ruleset, registry)
    for name, table in ruleset.tables.items():
        known = lock.pins.tables.get(name)
        if known is None or known.version is None or meanings.holds(name, known.digest):
            continue
        if known.version == table.version:
            message = f"the entries of {quoted(name)} are not those that were locked as version {table.version}"
            yield problem("R121", message, table.location, help="give the table a new version")


def check_version(ruleset: Ruleset, lock: Lock | None, pins: Pins) -> list[Problem]:
    """Whether the version of a ruleset has grown as much as what changed since the lock was written asks for."""
    malformed = _version_form(ruleset)
    if malformed:
        return malformed
    if lock is None:
        return []
    drift = find_drift(lock, pins)
    verdict = judge_version(lock, pins, drift, asked=asked_sections(ruleset))
    if verdict.how == "enough":
        return []
    place = _place_of_version(ruleset)
    if verdict.how == "unknown":
        message = f"the lock has the version {quoted(verdict.locked)}, which is not one of three numbers"
        return [problem("R053", message, place, help="remove the lock, and run rubricate lock")]
    counted = drift_line(tuple(each for each in drift if each.part != "version"), lock).partition(": ")[2]
    what = counted.partition(" changed since ")[0]
    message = f"the version {quoted(verdict.version)} is too small after {verdict.locked}: {what} changed"
    if verdict.how == "goes back":
        message = f"the version {quoted(verdict.version)} comes before {verdict.locked}, which is locked"
        message += "" if verdict.bump == "patch" else f": {what} changed"
    elif verdict.version == verdict.locked:
        message = f"the version {verdict.locked} is locked with another meaning: {what} changed"
    changed_rules = {each.name for each in drift if each.part == "rule"}
    rules = [rule for rule in ruleset.rules if rule.id in changed_rules][:MOST_NOTES]
    notes = tuple(Note(rule.location, f"{rule.id} is not what was locked") for rule in rules)
    return [problem("R051", message, place, notes=notes, help=verdict.advice)]


def _version_form(ruleset: Ruleset) -> list[Problem]:
    """A version that no lock takes; of a ruleset that is never locked it may be any text."""
    if is_enough(ruleset.version, ruleset.version, "patch") is not None:
        return []
    message = f"{quoted(ruleset.version)} is not a version of three numbers"
    return [problem("R053", message, _place_of_version(ruleset), help='write version: "1.0.0"')]


def asked_sections(ruleset: Ruleset) -> frozenset[str]:
    """The sections that labels and sets cite, and so what questions to people rest on."""
    cited: list[Sequence[str]] = [label.cites for label in ruleset.labels.values()]
    cited += [one.cites for one in ruleset.sets.values()]
    return frozenset(id for cites in cited for id in cites)


def _place_of_version(ruleset: Ruleset) -> Location:
    """Where the version stands; a ruleset does not keep the places of its plain texts."""
    source = Source(str(ruleset.file), ruleset.file.read_text(encoding="utf-8-sig"))
    root = read_tree(source, Findings())
    node = root.get("version") if isinstance(root, MappingNode) else None
    return node.location if node is not None else Location(str(ruleset.file), 1, 1)
