"""Laws of meaning: what digests, differences and labels have to do with one another."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rubricate.annotator import Annotator, load
from rubricate.planning.scoping import root
from rubricate.plugins.discovering import build_registry
from rubricate.versioning.changes import find_changes
from rubricate.versioning.condition_words import ConditionWords
from rubricate.versioning.pins import pin
from support.versions import RULESET, side_of, write_ruleset

WORDS = ("scalded", "burnt", "hot", "hand", "arm", "lid", "leg", "not", "never", "again", "sale", "buy now", "outrageous",
         "boiling", "90 degrees", "but", ",", ".", "song")  # fmt: skip

TERMS = ('"sale"', '"hand"', "hot", "degree", '"outrageous"', "/boil\\w+/")

EDITS = (
    ("within 8 words", "within 2 words"), ("is not negated", "is negated"), ("window: 6 words", "window: 2 words"),
    ('"lid"', '"leg"'), ("|\\bboiling\\b", ""), ("boiling\\b/i", "boiling\\b/"), ("confidence: 0.95", "confidence: 0.5"),
    (">= 2'", ">= 1'"), ("(hot.weight) >= 3", "(hot.weight) >= 2"), ("label: angry, when", "label: calm, when"),
    ("\nrules:\n", "\naccept: 0.97\nrules:\n"), ("labels:\n", "fold: [nfkc]\nlabels:\n"), ("confidence: 0.6}", "confidence: 0.9}"),
    ("title: Heat", "title: Warm"), ("hot_body", "warm_body"), ("negated", "denied"), (", stop: clause", ""),
)  # fmt: skip


REGISTRY = build_registry()


def load_text(text: str) -> Annotator:
    with tempfile.TemporaryDirectory() as folder:
        return load(write_ruleset(Path(folder), text), registry=REGISTRY)


BEFORE = load_text(RULESET)


def labels_of(rules: Annotator, texts: list[str]) -> list[object]:
    records = [{"text": text, "source": "shop", "price": 12} for text in texts]
    return [
        (found.decisions, [(a.label, a.start, a.end, a.score) for a in found.annotations], found.route)
        for found in rules.annotate(records)
    ]


@settings(deadline=None, max_examples=20)
@given(
    st.sets(st.sampled_from(EDITS), max_size=3),
    st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join), min_size=1, max_size=12),
)
def test_rulesets_that_mean_the_same_label_alike_and_only_those_have_no_difference(edits, texts):
    text = RULESET
    for old, new in sorted(edits):
        text = text.replace(old, new)
    after = load_text(text)
    one, other = pin(BEFORE.plan, BEFORE.registry), pin(after.plan, after.registry)
    differences = find_changes(side_of(BEFORE), side_of(after))

    assert (one == other) is (differences == [])
    if labels_of(BEFORE, texts) != labels_of(after, texts):
        assert one != other


def conditions(depth: int = 2) -> st.SearchStrategy[str]:
    atoms = st.sampled_from(TERMS)
    if not depth:
        return atoms
    inner = conditions(depth - 1)
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        atoms,
        several.map(lambda items: "(" + " or ".join(items) + ")"),
        several.map(lambda items: "(" + " and ".join(items) + ")"),
        several.map(lambda items: f"any of ({', '.join(items)})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} near {pair[1]} within 4 words)"),
        inner.map(lambda item: f"not ({item})"),
    )


def with_condition(condition: str, lets: str = "") -> str:
    text = RULESET.replace("when: 'sum(hot.weight) >= 3'", f"when: '{condition}'")
    return text.replace("\nlet:\n", f"\nlet:\n{lets}")


def is_sound(condition: str) -> bool:
    """`near` compares places, which `not` has none of."""
    return "not" not in condition or "near" not in condition


@settings(deadline=None, max_examples=15)
@given(
    st.lists(conditions(1), min_size=2, max_size=4), st.sampled_from(("or", "and")), st.randoms(use_true_random=False)
)
def test_alternatives_and_conditions_mean_the_same_in_any_order_and_behind_any_let(parts, word, chance: random.Random):
    parts = [part for part in parts if is_sound(part)] or ["hot", '"sale"']
    shuffled = chance.sample(parts, len(parts))
    before = load_text(with_condition(f" {word} ".join(parts)))
    lets = "".join(f"  part_{number}: '{part}'\n" for number, part in enumerate(shuffled))
    after = load_text(with_condition(f" {word} ".join(f"part_{number}" for number in range(len(parts))), lets))

    assert pin(after.plan, after.registry).rules == pin(before.plan, before.registry).rules


@settings(deadline=None, max_examples=15)
@given(
    conditions(),
    conditions(),
    st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join), min_size=1, max_size=20),
)
def test_conditions_with_equal_digests_hold_on_the_same_texts(one, other, texts):
    assume(is_sound(one) and is_sound(other))
    first, second = load_text(with_condition(one)), load_text(with_condition(other))
    digests = [pin(rules.plan, rules.registry).rules["weighed"] for rules in (first, second)]

    assume(labels_of(first, texts) != labels_of(second, texts))
    assert digests[0] != digests[1]


@settings(deadline=None, max_examples=15)
@given(conditions(), conditions())
def test_two_conditions_have_differences_to_tell_exactly_when_they_mean_something_else(one, other):
    assume(is_sound(one) and is_sound(other))
    first, second = (side_of(load_text(with_condition(text))) for text in (one, other))
    nodes = [
        root(next(rule for rule in side.plan.ruleset.rules if rule.id == "weighed").when) for side in (first, second)
    ]
    there = ConditionWords(first.meanings, second.meanings).compare(*nodes)
    back = ConditionWords(second.meanings, first.meanings).compare(*reversed(nodes))

    same = first.meanings.node(nodes[0], "truth") == second.meanings.node(nodes[1], "truth")
    assert (there == [], back == []) == (same, same)
    assert sum(line.endswith(" added") for line in there) == sum(line.endswith(" removed") for line in back)
