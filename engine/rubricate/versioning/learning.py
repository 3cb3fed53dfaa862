"""What a lock pins of learning: confidences of rules from gold, and numbers of combiners from votes alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from rubricate.language import tree
from rubricate.model.codes import problem
from rubricate.model.location import Location
from rubricate.model.problem import Problem
from rubricate.model.rule_accuracy import RuleAccuracies
from rubricate.model.ruleset import Rule, Ruleset
from rubricate.planning.fitting import fitted_sets
from rubricate.planning.meanings import short_digest
from rubricate.planning.plan import Plan, Subject
from rubricate.planning.scoping import root
from rubricate.registry import Registry
from rubricate.storage.objects import digest_file
from rubricate.versioning.lockfile import GOLD_DIGITS, Lock, PinnedConfidence, PinnedFit, PinnedGold
from rubricate.versioning.pins import Pins, pin

__all__ = [
    "changed_gold",
    "fit_meaning",
    "fitted_lock",
    "learned_lock",
    "learned_rules",
    "learning_problems",
    "needs_numbers",
    "numbers_of",
    "unfitted",
    "unlearned",
    "with_numbers",
]

_READING = ("record", "prepare", "fold")
"""Settings that say what a record is for a rule."""


def needs_numbers(ruleset: Ruleset, registry: Registry) -> bool:
    """Whether a ruleset has numbers that only its lock can know."""
    return any(_is_learned(rule) for rule in ruleset.rules) or bool(fitted_sets(ruleset, registry))


def with_numbers(ruleset: Ruleset, registry: Registry, lock: Lock) -> Ruleset:
    """The ruleset with the numbers of its lock, where it is to have some."""
    rules = [
        replace(rule, confidence=replace(rule.confidence, tree=tree.Learned(lock.confidences[rule.id].confidence)))
        if _is_learned(rule) and rule.id in lock.confidences
        else rule
        for rule in ruleset.rules
    ]
    fitted = {
        name: dict(sorted(lock.fits[name].numbers.items()))
        for name, combiner in sorted(fitted_sets(ruleset, registry).items())
        if name in lock.fits and lock.fits[name].combine == combiner
    }
    return replace(ruleset, rules=rules, fitted=fitted)


def _is_learned(rule: Rule) -> bool:
    return isinstance(root(rule.confidence), tree.Learned)


def learned_rules(ruleset: Ruleset) -> list[str]:
    """The rules whose confidence is to be learned."""
    return [rule.id for rule in ruleset.rules if _is_learned(rule)]


def unlearned(ruleset: Ruleset) -> list[str]:
    """The rules whose confidence is to be learned and has no number."""
    return [rule.id for rule in ruleset.rules if root(rule.confidence) == tree.Learned(None)]


def unfitted(plan: Plan) -> list[str]:
    """The sets whose combiner is to be fitted and has no numbers."""
    found = plan.subjects.values()
    return [subject.name for subject in found if subject.fitted is not None and not subject.fitted.is_pinned]


def numbers_of(plan: Plan) -> dict[str, object]:
    """All numbers that a plan has from learning; empty where it has none."""
    learned = {
        rule.rule.id: rule.constant
        for rule in plan.rules
        if isinstance(found := root(rule.rule.confidence), tree.Learned) and found.value is not None
    }
    fitted = {name: dict(numbers) for name, numbers in plan.ruleset.fitted.items()}
    return {**({"learned": learned} if learned else {}), **({"fitted": fitted} if fitted else {})}


# -- new locks ---------------------------------------------------------------------------------------------


def learned_lock(lock: Lock, found: RuleAccuracies, gold: PinnedGold, plan: Plan, registry: Registry) -> Lock:
    """The lock with the confidences that were learned, of rules that voted; those of before are forgotten.

    A rule that votes for several labels has one confidence: what its votes are worth, whichever label they are for.
    """
    pins = pin(plan, registry)
    wanted = {rule.rule.id for rule in plan.rules if _is_learned(rule.rule)}
    right: dict[str, int] = defaultdict(int)
    votes: dict[str, int] = defaultdict(int)
    worth: dict[str, float] = defaultdict(float)
    for each in found.rules:
        if each.rule in wanted and each.votes:
            right[each.rule] += each.right
            votes[each.rule] += each.votes
            worth[each.rule] += each.votes * each.proposed
    confidences = {
        rule: PinnedConfidence(
            confidence=round(worth[rule] / votes[rule], 2),
            right=right[rule],
            of=votes[rule],
            meaning=_rule_meaning(rule, plan, pins),
        )
        for rule in sorted(votes)
    }
    return replace(lock, learned_from=gold, confidences=confidences)


def fitted_lock(lock: Lock, fits: Iterable[tuple[str, PinnedFit]]) -> Lock:
    """The lock with numbers of combiners; those of before are forgotten."""
    return replace(lock, fits=dict(sorted(fits)))


def _rule_meaning(id: str, plan: Plan, pins: Pins) -> str:
    """A digest of what the votes of a rule rest on."""
    rule = next(rule for rule in plan.rules if rule.rule.id == id)
    asks = [pins.rules, pins.labels] if rule.level else []
    return short_digest([pins.rules[id], [pins.settings[name] for name in _READING], *asks])


def fit_meaning(name: str, plan: Plan, pins: Pins) -> str:
    """A digest of what the votes for a set rest on.

    With several stages, or rules that ask for decisions, other rules and labels have a part in who votes, and so have
    learned confidences and the thresholds of other labels. Those of its own labels do not count, as they are chosen for
    the very numbers that are fitted.
    """
    subject = plan.subjects[name]
    voters = () if subject.fitted is None else subject.fitted.voters
    alone = len(plan.stages) == 1 and all(rule.level == 0 for rule in plan.rules)
    own = [{id: pins.rules[id] for id in voters}, subject.labels, subject.combiner.name]
    settings = [pins.settings[setting] for setting in _READING]
    others = [] if alone else [pins.rules, pins.labels, pins.settings["cascade"], *_numbers_beside(subject, plan)]
    return short_digest([*own, settings, *others])


def _numbers_beside(subject: Subject, plan: Plan) -> list[object]:
    """The numbers that decide in a plan, without those that rest on the fit of this set."""
    chosen = {
        stage: found
        for stage, thresholds in plan.ruleset.thresholds.items()
        if (found := {label: accept for label, accept in thresholds.items() if label not in subject.labels})
    }
    learned = numbers_of(plan).get("learned")
    return [{"thresholds": chosen, "learned": learned}] if chosen or learned else []


# -- beside a lock -----------------------------------------------------------------------------------------


def learning_problems(plan: Plan, lock: Lock | None, registry: Registry) -> list[Problem]:
    """Numbers that a lock lacks, and numbers that were found for something else."""
    found = [*_missing(plan)]
    if lock is not None and (lock.confidences or lock.fits):
        found += _outdated(plan, lock, pin(plan, registry))
    return found


def _missing(plan: Plan) -> Iterator[Problem]:
    ruleset = plan.ruleset
    missing = frozenset(unlearned(ruleset))
    for rule in ruleset.rules:
        if rule.id in missing:
            message = f'no confidence has been learned yet for rule "{rule.id}"'
            yield problem("R127", message, _place(rule), help=_learn(ruleset))
    for name in unfitted(plan):
        message = f'"{plan.subjects[name].combiner.name}" has not been fitted yet to the votes for "{name}"'
        yield problem("R127", message, _place_of_set(name, ruleset), help=_fit(ruleset))


def _outdated(plan: Plan, lock: Lock, pins: Pins) -> Iterator[Problem]:
    ruleset = plan.ruleset
    for rule in ruleset.rules:
        pinned = lock.confidences.get(rule.id)
        if pinned is not None and _is_learned(rule) and pinned.meaning != _rule_meaning(rule.id, plan, pins):
            message = f'what rule "{rule.id}" means changed since its confidence was learned'
            yield problem("R128", message, _place(rule), help=_learn(ruleset))
    gold = None if lock.learned_from is None else changed_gold(ruleset, lock.learned_from)
    learned = [rule for rule in ruleset.rules if _is_learned(rule) and rule.id in lock.confidences]
    if gold is not None and learned:
        message = f'the gold "{gold}" changed since confidences were learned from it'
        yield problem("R128", message, _place(learned[0]), help=_learn(ruleset))
    for name in ruleset.fitted:
        if lock.fits[name].meaning != fit_meaning(name, plan, pins):
            combiner = plan.subjects[name].combiner.name
            message = f'the rules for "{name}" changed since "{combiner}" was fitted to their votes'
            yield problem("R128", message, _place_of_set(name, ruleset), help=_fit(ruleset))


def changed_gold(ruleset: Ruleset, gold: PinnedGold) -> str | None:
    """The name of a gold file that is not what it was; one that is not there says nothing."""
    try:
        digest = digest_file(ruleset.file.absolute().parent / gold.file)
    except OSError:
        return None
    return gold.file if digest[:GOLD_DIGITS] != gold.digest else None


def _place(rule: Rule) -> Location:
    return rule.confidence.locate(0, len(rule.confidence.text))


def _place_of_set(name: str, ruleset: Ruleset) -> Location:
    """Where a combiner is named for a set, or the set itself."""
    said: Mapping[str, Location | None] = {key: decide.location for key, decide in ruleset.decide.items()}
    return said.get(name) or ruleset.sets[name].location


def _learn(ruleset: Ruleset) -> str:
    return f"run rubricate calibrate {ruleset.file} GOLD --rules --pin"


def _fit(ruleset: Ruleset) -> str:
    return f"run rubricate calibrate {ruleset.file} --label-model DUMP"
