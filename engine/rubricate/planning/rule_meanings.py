"""What the votes of each rule follow from, as a digest: where it is the same, votes that were given once hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rubricate.language import tree
from rubricate.model.ruleset import Rule, Ruleset
from rubricate.planning.digest import SEMANTICS, digest_of, meaning
from rubricate.planning.libraries import libraries_of
from rubricate.planning.meanings import Meanings
from rubricate.planning.scoping import expressions_of, named_matchers, reached, root
from rubricate.planning.staging import assign_stages, rule_labels, stages_of
from rubricate.registry import PluginInfo, Registry

__all__ = ["reading_meaning", "rule_meanings", "stages_meaning"]

_UNSAID = frozenset({"cites"})
"""Parts of a rule that stand beside its votes and that no vote follows from."""


def rule_meanings(ruleset: Ruleset, registry: Registry, *, meanings: Meanings | None = None) -> Mapping[str, str]:
    """Rule id -> digest of all that its votes and their evidence follow from, in the order of the rules.

    That is: its condition, guards, `emit`, `confidence` and `value` with lets and contexts in place; what its matchers
    look for, tables row by row with their lines; its label, priority, and whether it is a draft; how a record is read
    (`reading_meaning`); the versions of the plugins that have a part in it. Not: its title, texts and citations, other
    rules, thresholds and how votes are combined.

    Whether a rule is asked at all in a cascade of several stages is another matter: see `stages_meaning`. A rule that
    asks `label()` or `uncertain()` hangs on what is decided before it, so its digest changes with any of that.
    `meanings`: the exact ones of this ruleset, where they are at hand.
    """
    return _Votes(ruleset, registry, meanings or Meanings(ruleset, registry, is_exact=True)).all()


def reading_meaning(ruleset: Ruleset, registry: Registry) -> str:
    """Digest of what a record is for the rules: its fields, its preparation, its folding."""
    steps = {step.use for step in ruleset.prepare if step.use != "dedupe"}
    origins = [registry.origins["transforms", step] for step in sorted(steps)]
    parts = ("record", "prepare", "fold")
    libraries = libraries_of(ruleset, registry)
    return digest_of(
        {
            "semantics": SEMANTICS,
            "plugins": _versions(origins),
            **({"libraries": libraries} if libraries else {}),
            **{part: meaning(getattr(ruleset, part)) for part in parts},
        }
    )


def stages_meaning(ruleset: Ruleset, registry: Registry) -> str:
    """Digest of the cascade: its stages in order, what runs in each, on which records, and what each rule waits for."""
    meanings = Meanings(ruleset, registry)
    stages = stages_of(ruleset, registry)
    homes, _ = assign_stages(ruleset.matchers.values(), stages)
    told = [
        [stage.name, meanings.optional(stage.when, "truth"), sorted(name for name in homes if homes[name] == number)]
        for number, stage in enumerate(stages)
    ]
    return digest_of(told)


class _Votes:
    """Holds what the digests of all rules share."""

    def __init__(self, ruleset: Ruleset, registry: Registry, meanings: Meanings) -> None:
        self.ruleset = ruleset
        self.registry = registry
        self.meanings = meanings
        self.reading = reading_meaning(ruleset, registry)

    def all(self) -> Mapping[str, str]:
        found = {rule.id: self._alone(rule) for rule in self.ruleset.rules}
        asking = [rule.id for rule in self.ruleset.rules if self._asks(rule)]
        if asking:
            decided = digest_of([self._deciding(), sorted(found.items())])
            found |= {id: digest_of([found[id], decided]) for id in asking}
        return found

    def _alone(self, rule: Rule) -> str:
        """What its votes follow from but for what was decided before."""
        parts = {name: part for name, part in self.meanings.rule_parts(rule).items() if name not in _UNSAID}
        labels = rule_labels(rule, self.ruleset, self.meanings.scope)
        kinds = {label: self.ruleset.labels[label].kind for label in labels}
        return digest_of(
            {"rule": rule.id, **parts, "kinds": kinds, "reading": self.reading, "plugins": self._plugins(rule)}
        )

    def _parts(self, rule: Rule) -> Iterator[tree.Node]:
        return reached(map(root, expressions_of(rule)), self.meanings.scope)

    def _asks(self, rule: Rule) -> bool:
        return any(isinstance(part, tree.Call) and part.name in ("label", "uncertain") for part in self._parts(rule))

    def _plugins(self, rule: Rule) -> Mapping[str, str]:
        origins, matchers, scope = self.registry.origins, self.ruleset.matchers, self.meanings.scope
        names = set[str]().union(*(named_matchers(root(item), scope) for item in expressions_of(rule)))
        used = [origins["matchers", matchers[name].kind] for name in names]
        used += [origins["checks", check] for name in names if (check := matchers[name].check) is not None]
        calls = {part.name for part in self._parts(rule) if isinstance(part, tree.Call)}
        used += [origins["normalisers", name] for name in calls & self.registry.normalisers.keys()]
        return _versions(used)

    def _deciding(self) -> object:
        """How votes become decisions: what a rule hangs on that asks for them."""
        ruleset, origins = self.ruleset, self.registry.origins
        combiners = {"max", *(each.combine for each in ruleset.decide.values() if each.combine is not None)}
        parts = ("labels", "sets", "accept", "decide", "conflicts", "otherwise", "cascade", "thresholds")
        return {
            "stages": stages_meaning(ruleset, self.registry),
            "plugins": _versions(origins["combiners", name] for name in sorted(combiners)),
            **{part: meaning(getattr(ruleset, part)) for part in parts},
            **({"fitted": meaning(ruleset.fitted)} if ruleset.fitted else {}),
        }


def _versions(used: Iterable[PluginInfo]) -> dict[str, str]:
    return {info.name: info.edition for info in used}
