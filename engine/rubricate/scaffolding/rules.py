"""A new rule in a ruleset: put where the rules end; every other character of the file stays."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedSeq

from rubricate.errors import RulesetError, UsageError
from rubricate.loading import load_ruleset, load_text
from rubricate.model.problem import Problem
from rubricate.model.ruleset import Ruleset
from rubricate.planning.checking import check_meaning
from rubricate.registry import Registry
from rubricate.scaffolding.rulesets import rule_text

__all__ = ["NewRule", "add_rule"]

WIDTH = 1 << 16
"""Lines are never wrapped."""
BLANK = re.compile(r"\s*(#.*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRule:
    """What is known of a rule; what is not, gets words that pass as they are."""

    id: str
    label: str
    when: str | None = None
    confidence: str | None = None
    cites: tuple[str, ...] = ()
    hits: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()


def add_rule(path: Path, rule: NewRule, registry: Registry) -> str:
    """Adds a rule at the end of a ruleset's rules, and gives its text.

    Raises UsageError, and writes nothing, when the ruleset with the rule has an error that it had not before; and
    RulesetError when the file is no ruleset at all.
    """
    loaded = load_ruleset(path, registry)
    if loaded.ruleset is None:
        raise RulesetError(loaded.problems)
    file = path / "ruleset.yaml" if path.is_dir() else path
    before = file.read_text(encoding="utf-8")
    text = _text_of(rule, loaded.ruleset)
    after = _insert(before, text)
    known = {(found.code, found.message) for found in _errors(before, file, registry)}
    new = [found for found in _errors(after, file, registry) if (found.code, found.message) not in known]
    if new:
        raise UsageError(f'the rule "{rule.id}" cannot be added: {new[0].message}', help=new[0].help)
    try:
        file.write_text(after, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from None
    return text


def _text_of(rule: NewRule, ruleset: Ruleset) -> str:
    if rule.when is not None and not rule.hits:
        raise UsageError("a condition needs an example", help="add --hit TEXT, and --miss TEXT")
    label = ruleset.labels.get(rule.label)
    words = f"words for {rule.id.replace('-', ' ')}"
    hits = rule.hits or ((f"Here stand [[{rule.label}:{words}]].",) if label and label.kind == "span" else
                         (f"Here stand {words}.",))  # fmt: skip
    return rule_text(
        rule.id,
        label=rule.label,
        cites=rule.cites or _cites(rule.label, ruleset),
        when=rule.when if rule.when is not None else f'"{words}"',
        confidence=rule.confidence or "0.9",
        hits=hits,
        misses=rule.misses or ("Here stands nothing of the kind.",),
    )


def _cites(label: str, ruleset: Ruleset) -> Sequence[str]:
    """What the label cites, or else what its other rules do."""
    declared = ruleset.labels.get(label)
    if declared is None:
        return ()
    named = declared.cites or (ruleset.sets[declared.set].cites if declared.set else ())
    others = [rule.cites for rule in ruleset.rules if rule.label == label and rule.cites]
    return named or (others[0] if others else ())


def _errors(text: str, file: Path, registry: Registry) -> list[Problem]:
    loaded = load_text(text, str(file), registry)
    found = [*loaded.problems, *(check_meaning(loaded.ruleset, registry) if loaded.ruleset else [])]
    return [problem for problem in found if problem.is_error]


# -- where it goes -----------------------------------------------------------------------------------------


def _insert(text: str, rule: str) -> str:
    yaml = YAML()
    tree = yaml.load(text)
    rules = tree.get("rules")
    if rules is None:
        return _append(text, f"\nrules:\n{rule}")
    if not isinstance(rules, CommentedSeq) or rules.fa.flow_style() or not rules:
        return _rewritten(text, rule)
    column = rules.lc.col
    indented = "".join(f"{' ' * column}{line[2:]}" for line in rule.splitlines(keepends=True))
    lines = text.splitlines(keepends=True)
    end = _end_of_rules(tree, len(lines))
    while end and BLANK.fullmatch(lines[end - 1].rstrip("\n")):
        end -= 1
    head = "".join(lines[:end])
    return _append(head, indented) + "".join(lines[end:])


def _end_of_rules(tree: Any, length: int) -> int:
    """The number of the line, counted from 0, on which the next key stands."""
    first = tree.lc.key("rules")[0]
    behind = [line for key in tree if (line := tree.lc.key(key)[0]) > first]
    return int(min(behind, default=length))


def _append(text: str, more: str) -> str:
    return f"{text}{more}" if not text or text.endswith("\n") else f"{text}\n{more}"


def _rewritten(text: str, rule: str) -> str:
    """For rules in brackets: the file as the YAML library writes it, comments kept."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    tree = yaml.load(text)
    rules = tree["rules"] if isinstance(tree["rules"], CommentedSeq) else CommentedSeq()
    rules.append(yaml.load(rule)[0])
    tree["rules"] = rules
    stream = io.StringIO()
    yaml.dump(tree, stream)
    return stream.getvalue()
