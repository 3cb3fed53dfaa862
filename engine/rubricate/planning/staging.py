"""Which stage each matcher and rule belongs to, and in which order rules are asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase

from rubricate.language import tree
from rubricate.language.types import Scope
from rubricate.model.codes import problem
from rubricate.model.descriptors import Cost
from rubricate.model.location import Location
from rubricate.model.problem import Problem
from rubricate.model.ruleset import Decide, MatcherSpec, Rule, Ruleset, Stage
from rubricate.planning.linked import bound_together
from rubricate.planning.scoping import asked_labels, expressions_of, named_lets, named_matchers, root
from rubricate.registry import Registry

__all__ = [
    "assign_stages",
    "fits",
    "let_circles",
    "rule_labels",
    "rule_levels",
    "rule_stage",
    "said_of",
    "stages_of",
    "subject_names",
]

STAGE_NAMES = {Cost.LEXICAL: "lexical", Cost.LINGUISTIC: "linguistic", Cost.MODEL: "model", Cost.LLM: "llm"}


def fits(pattern: str, name: str) -> bool:
    """Whether a label is meant by a name that may hold stars."""
    return pattern == name or ("*" in pattern and fnmatchcase(name, pattern))


def said_of(decide: Mapping[str, Decide], *names: str) -> list[Decide]:
    """What is said of each name: by the name itself first, then by wildcards, the longest first."""
    return [
        decide[pattern]
        for name in names
        for pattern in sorted((one for one in decide if fits(one, name)), key=lambda one: (one != name, -len(one)))
    ]


def stages_of(ruleset: Ruleset, registry: Registry) -> tuple[Stage, ...]:
    """The declared cascade, or one stage per cost class of the matchers used."""
    if ruleset.cascade:
        return ruleset.cascade
    here = Location(str(ruleset.file), 1, 1)
    kinds = {spec.kind for spec in ruleset.matchers.values() if spec.kind in registry.matchers}
    costs = sorted({registry.matchers[kind].cost for kind in kinds} or {Cost.LEXICAL})
    return tuple(
        Stage(
            name=STAGE_NAMES[cost],
            runs=tuple(sorted(kind for kind in kinds if registry.matchers[kind].cost is cost)),
            location=here,
        )
        for cost in costs
    )


def assign_stages(matchers: Iterable[MatcherSpec], stages: Sequence[Stage]) -> tuple[dict[str, int], list[Problem]]:
    """Matcher -> its stage; a matcher in none or in two is a problem."""
    found: dict[str, int] = {}
    problems: list[Problem] = []
    for spec in matchers:
        named = [number for number, stage in enumerate(stages) if spec.name in stage.runs]
        family = spec.kind.partition(".")[0]
        homes = named or [number for number, stage in enumerate(stages) if spec.kind in stage.runs]
        homes = homes or [number for number, stage in enumerate(stages) if family in stage.runs]
        if len(homes) == 1:
            found[spec.name] = homes[0]
            continue
        found[spec.name] = homes[0] if homes else 0
        if homes:
            names = " and ".join(f'"{stages[number].name}"' for number in homes)
            problems.append(problem("R033", f"{spec.name} runs in two stages, {names}", stages[homes[1]].location))
        else:
            problems.append(
                problem(
                    "R033",
                    f"no stage runs {spec.name} (kind {spec.kind})",
                    spec.location,
                    help=f"add {spec.kind} to the runs of a stage",
                )
            )
    return found, problems


def rule_stage(rule: Rule, scope: Scope, stages: Mapping[str, int]) -> int:
    """The latest stage of the matchers that a rule names, also through lets; without any, the first."""
    names = set[str]().union(*(named_matchers(root(item), scope) for item in expressions_of(rule)))
    return max((stages[name] for name in names), default=0)


def rule_labels(rule: Rule, ruleset: Ruleset, scope: Scope) -> tuple[str, ...]:
    """The labels that a rule can vote for, in the order of their declaration."""
    if rule.label is not None:
        return (rule.label,)

    source = root(rule.label_from) if rule.label_from is not None else None
    if not isinstance(source, tree.It) or source.column is None:
        return tuple(ruleset.labels)
    names: set[str] = set()
    for expression in (rule.when, *((rule.emit,) if rule.emit is not None else ())):
        for name in named_matchers(root(expression), scope):
            table = ruleset.matchers[name].table
            if table is not None and source.column in table.columns:
                names.update(map(str, dict.fromkeys(table.cells(source.column))))
    return tuple(label for label in ruleset.labels if label in names)


def subject_names(texts: Iterable[str], ruleset: Ruleset) -> set[str]:
    """The sets and labels that names in label() and uncertain() mean."""
    found: set[str] = set()
    for text in texts:
        if text in ruleset.sets:
            found.add(text)
        for label in ruleset.labels.values():
            if fits(text, label.name):
                found.add(label.set or label.name)
    return found


def rule_levels(ruleset: Ruleset, scope: Scope) -> tuple[list[int], list[Problem]]:
    """Rule -> 0, or one more than the rules that vote for what it asks about; a circle is a problem."""
    asks = [
        subject_names(set[str]().union(*(asked_labels(root(item), scope) for item in expressions_of(rule))), ruleset)
        for rule in ruleset.rules
    ]
    bound = bound_together(ruleset)
    votes = [
        {
            ruleset.labels[label].set or label
            for voted in rule_labels(rule, ruleset, scope)
            for label in bound.get(voted, ())
            if rule.status != "draft"  # a draft decides nothing, so nobody waits for it
        }
        for rule in ruleset.rules
    ]
    levels = [0] * len(ruleset.rules)
    for _ in range(len(ruleset.rules) + 1):
        subjects: dict[str, int] = {}
        for level, names in zip(levels, votes, strict=True):
            for name in names:
                subjects[name] = max(subjects.get(name, 0), level)
        after = [max((subjects.get(name, 0) + 1 for name in asked), default=0) for asked in asks]
        if after == levels:
            return levels, []
        levels = after
    return levels, [_circle(ruleset, levels, asks, votes)]


def _circle(ruleset: Ruleset, levels: list[int], asks: list[set[str]], votes: list[set[str]]) -> Problem:
    inside = [number for number, level in enumerate(levels) if level > len(levels) // 2 and asks[number]]
    first = ruleset.rules[inside[0] if inside else 0]
    names = sorted(asks[inside[0]]) if inside else []
    direct = sorted(set(names) & votes[inside[0]]) if inside else []
    asked = (direct or names or ["?"])[0]
    what = f'rule "{first.id}" asks about "{asked}"'
    tail = _own_vote(first, asked, ruleset) if direct else ", which waits for this rule"
    return problem("R032", what + tail, first.location,
                   help="name the conditions in a let instead of asking for the decision")  # fmt: skip


def _own_vote(rule: Rule, asked: str, ruleset: Ruleset) -> str:
    """Why a rule cannot ask for a decision: it votes for it, or for a label that the decision waits for."""
    voted = rule.label
    if voted is None or asked in (voted, ruleset.labels[voted].set):
        return ", for which it votes itself"
    names = ruleset.sets[asked].members if asked in ruleset.sets else (asked,)
    reason = "by way of other labels"
    for name, other in (*((voted, each) for each in names), *((each, voted) for each in names)):
        if other in ruleset.labels[name].excludes:
            reason = f'"{name}" excludes "{other}"'
        elif other in ruleset.labels[name].implies:
            reason = f'"{name}" implies "{other}"'
    return f', and "{asked}" waits for "{voted}", for which it votes ({reason})'


def let_circles(ruleset: Ruleset, scope: Scope) -> list[Problem]:
    """Lets that are defined by themselves."""
    problems = []
    for name, let in ruleset.lets.items():
        if _reaches(name, name, scope, set()):
            problems.append(problem("R032", f'let "{name}" is defined by itself', let.location))
    return problems


def _reaches(start: str, goal: str, scope: Scope, seen: set[str]) -> bool:
    for name in sorted(named_lets(root(scope.lets[start]), scope)):
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            if _reaches(name, goal, scope, seen):
                return True
    return False
