"""A ruleset before and after a few edits of every kind: of rules, labels, thresholds, lets, contexts, tables, stages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from hypothesis import strategies as st

from support.reference import DECLARED, FILES, STAGE_ONE
from support.reference_rulesets import rulesets

__all__ = ["Sources", "edited", "sources"]

SECTIONS = ("labels:", "cascade:", "decide:", "conflicts:", "accept:", "otherwise:")
DECLARATIONS = (
    ('\'"plate" or "hot plate"\'', '\'"plate" or "fire"\''),
    ("within 1 words'", "within 2 words'"),
    ("'count(thing)'", "'count(h_word)'"),
    ("window: 3 words, stop: 'clause", "window: 1 words, stop: 'clause"),
    ("cue: 'late_cue', window", "cue: 'thing', window"),
    ("terms: [late, hot]", "terms: [late, plate]"),
    ("'/h\\w*/i'", "'/h\\w+/i'"),
    ("thing: {use: dictionary, of: things}", "thing: {use: dictionary, of: things, take: longest}"),
)
ROWS = (
    ("things.csv", "hot,2,heat\n", "hot,3,heat\n"),
    ("things.csv", "plate,,tool\n", ""),
    ("routes.csv", "hot,alpha,0.9\n", "hot,gamma,0.9\n"),
    ("routes.csv", "term,label,sure\n", "term,label,sure\nzip,alpha,0.8\n"),
)
MOVES = (
    (STAGE_ONE, STAGE_ONE.replace("heat, ", "")),
    ("[late, late_cue]", "[late, late_cue, heat]"),
    ("[late, late_cue]", "[late_cue]"),
    ("[ending]", "[ending, late]"),
    (STAGE_ONE, STAGE_ONE.replace("[", "[ending, ")),
    ("[ending]", "[]"),
)


@dataclass(frozen=True, slots=True)
class Sources:
    """A ruleset as text, with its tables."""

    yaml: str
    files: Mapping[str, str] = field(default_factory=lambda: FILES)


def sources(*, linked: bool = False) -> st.SearchStrategy[Sources]:
    """Any ruleset."""
    return rulesets(linked=linked).map(Sources)


@st.composite
def edited(draw: st.DrawFn, before: Sources, *, linked: bool = False) -> Sources:
    """The same ruleset after an edit or two; now and then one that is no ruleset any more."""
    found = before
    for _ in range(draw(st.sampled_from((1, 1, 2)))):
        found = _edit(draw, found, linked=linked)
    return found


def _edit(draw: st.DrawFn, before: Sources, *, linked: bool) -> Sources:
    match draw(st.sampled_from(("rule", "rule", "key", "set", "section", "section", "declared", "row", "move"))):
        case "rule":
            return Sources(_other_rule(draw, before.yaml, linked=linked), before.files)
        case "key":
            return Sources(_other_key(draw, before.yaml), before.files)
        case "set":
            return Sources(_other_rules(draw, before.yaml), before.files)
        case "section":
            return Sources(_other_section(draw, before.yaml, linked=linked), before.files)
        case "row":
            name, old, new = draw(st.sampled_from(ROWS))
            return Sources(before.yaml, {**before.files, name: before.files[name].replace(old, new)})
        case "move":
            yaml = before.yaml
            for old, new in draw(st.lists(st.sampled_from(MOVES), min_size=1, max_size=3)):
                yaml = yaml.replace(old, new)
            return Sources(yaml, before.files)
        case _:
            old, new = draw(st.sampled_from(DECLARATIONS))
            return Sources(before.yaml.replace(old, new), before.files)


def _split(yaml: str) -> tuple[str, list[str]]:
    head, _, rules = yaml.partition("rules:\n")
    return head, [f"{line}\n" for line in rules.splitlines()]


def _joined(head: str, rules: list[str]) -> str:
    return f"{head}rules:\n{''.join(rules)}"


def _other_rule(draw: st.DrawFn, yaml: str, *, linked: bool) -> str:
    """A rule of one ruleset in place of one of another: another condition, label, confidence, all at once."""
    head, rules = _split(yaml)
    _, others = _split(draw(rulesets(linked=linked)))
    place = draw(st.integers(0, len(rules) - 1))
    other = draw(st.sampled_from(others))
    rules[place] = re.sub(r"id: [\w-]+", f"id: {_id(rules[place])}", other)
    return _joined(head, rules)


def _other_key(draw: st.DrawFn, yaml: str) -> str:
    head, rules = _split(yaml)
    place = draw(st.integers(0, len(rules) - 1))
    rule = rules[place]
    match draw(st.sampled_from(("confidence", "status", "priority"))):
        case "confidence":
            rule = re.sub(
                r"confidence: ('[^']*'|[\d.]+)", f"confidence: {draw(st.sampled_from(('0.7', '0.91')))}", rule
            )
        case "status" if "status:" in rule:
            rule = re.sub(r", status: \w+", "", rule)
        case "status":
            rule = rule.replace("}\n", ", status: draft}\n")
        case _:
            rule = re.sub(r", priority: -?\d", "", rule).replace("}\n", ", priority: 2}\n")
    rules[place] = rule
    return _joined(head, rules)


def _other_rules(draw: st.DrawFn, yaml: str) -> str:
    """One rule more or less, or another order, or another name of one."""
    head, rules = _split(yaml)
    match draw(st.sampled_from(("more", "less", "order", "name"))):
        case "more":
            rules.append(re.sub(r"id: [\w-]+", f"id: {_id(rules[0])}-too", rules[0]))
        case "less":
            del rules[draw(st.integers(0, len(rules) - 1))]
        case "order":
            rules = draw(st.permutations(rules))
        case _:
            rules[0] = re.sub(r"id: [\w-]+", "id: renamed", rules[0])
    return _joined(head, rules or ["  []\n"])


def _other_section(draw: st.DrawFn, yaml: str, *, linked: bool) -> str:
    """A part that says how labels are decided, from another ruleset: thresholds, links, stages and when they run."""
    name = draw(st.sampled_from(SECTIONS))
    new = _section(draw(rulesets(linked=linked)), name)
    old = _section(yaml, name)
    if old:
        return yaml.replace(old, new)
    return yaml.replace("conflicts:", f"{new}conflicts:")


def _section(yaml: str, name: str) -> str:
    found = re.search(rf"^{name}.*\n(?:  .*\n)*", yaml.removeprefix(DECLARED), re.MULTILINE)
    return found[0] if found is not None else ""


def _id(rule: str) -> str:
    found = re.search(r"id: ([\w-]+)", rule)
    assert found is not None
    return found[1]
