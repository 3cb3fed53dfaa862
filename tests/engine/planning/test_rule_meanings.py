"""Digests of what the votes of each rule follow from."""

from __future__ import annotations

import pytest

from rubricate.annotator import load
from rubricate.planning.rule_meanings import rule_meanings
from support.versions import FILES, RULESET, write_ruleset

EVERY = {"burnt", "priced", "sale", "furious", "weighed"}


def meanings_of(folder, text=RULESET, files=FILES):
    rules = load(write_ruleset(folder, text, files))
    return rule_meanings(rules.ruleset, rules.registry)


def touched(tmp_path, text, files=FILES, before=RULESET):
    one, other = meanings_of(tmp_path / "a", before), meanings_of(tmp_path / "b", text, files)
    return {id for id in one if one[id] != other.get(id)}


NO_VOTE_FOLLOWS_FROM = {
    "a title": ("title: Heat close", "title: Warmth close"),
    "citations": ("    cites: [s1]\n", "    cites: [s2]\n"),
    "examples": ('    hit: ["he [[burn:scalded]] his hand"]\n', ""),
    "a threshold": ("labels:\n", "accept: 0.9\nlabels:\n"),
    "how votes are combined": ("\nrules:\n", "\ndecide: {urgent: {combine: mean}, tone: {margin: 0.3}}\nrules:\n"),
    "what otherwise says": ("confidence: 0.6}", "confidence: 0.7}"),
    "how spans are settled": ("\nrules:\n", "\nconflicts: {overlap: keep_all}\nrules:\n"),
    "what a label says": ("kind: document}", "kind: document, description: Needs an answer today}"),
    "a rule more": ("\notherwise", "\n  - {id: musical, label: calm, when: '\"song\"', confidence: 0.9}\notherwise"),
    "a let renamed": ("hot_body", "heat_at_body"),
    "a context renamed": ("negated", "denied"),
    "another version": ('version: "1.0.0"\nguideline', 'version: "1.1.0"\nguideline'),
}


@pytest.mark.parametrize("name", NO_VOTE_FOLLOWS_FROM)
def test_what_no_vote_follows_from_leaves_every_digest(name, tmp_path):
    old, new = NO_VOTE_FOLLOWS_FROM[name]
    assert old in RULESET

    assert touched(tmp_path, RULESET.replace(old, new)) == set()


VOTES_FOLLOW_FROM = {
    "a let": ("within 8 words", "within 9 words", {"burnt"}),
    "a context": ("window: 6 words", "window: 7 words", {"burnt"}),
    "a matcher": ("|\\bboiling\\b", "", {"priced", "furious"}),
    "only of a group": ('doc.source == "shop"', 'doc.source != "shop"', {"priced", "sale"}),
    "a confidence": ("confidence: 0.95", "confidence: 0.94", {"furious"}),
    "a case of a confidence": ("else 0.8", "else 0.7", {"priced"}),
    "what is emitted": ("    confidence: 0.9\n    hit", "    emit: hot\n    confidence: 0.9\n    hit", {"burnt"}),
    "a value": ("    confidence: 0.9\n    hit", "    value: it.weight\n    confidence: 0.9\n    hit", {"burnt"}),
    "a label": ("label: angry, when:", "label: calm, when:", {"furious"}),
    "the kind of a label": ("burn: {kind: span", "burn: {kind: document", {"burnt"}),
    "a draft": ("label: angry, when:", "label: angry, status: draft, when:", {"furious"}),
    "its priority": ("label: angry, when:", "label: angry, priority: 2, when:", {"furious"}),
    "its id": ("id: furious", "id: angry-words", {"furious"}),
    "the order of evidence": ('"outrageous" or "never again"', '"never again" or "outrageous"', {"furious"}),
    "the fields of a record": ("text: [title, text]", "text: [text, title]", EVERY),
    "a derived field": ("  meta: {source", "  derive: {top: {from: text, pattern: '/^.+$/m'}}\n  meta: {source", EVERY),
    "a transform": ("labels:\n", "prepare: [{use: html_text}]\nlabels:\n", EVERY),
    "the fold": ("labels:\n", "fold: [nfkc]\nlabels:\n", EVERY),
}  # fmt: skip


@pytest.mark.parametrize("name", VOTES_FOLLOW_FROM)
def test_what_votes_follow_from_changes_the_digests_of_those_rules(name, tmp_path):
    old, new, rules = VOTES_FOLLOW_FROM[name]
    assert old in RULESET

    assert touched(tmp_path, RULESET.replace(old, new, 1)) == rules


@pytest.mark.parametrize(
    "table",
    ["term\tweight\nscalded\t5\nburnt\t3\nhot\t1\n", "term\tweight\nburnt\t3\nscalded\t2\nhot\t1\n",
     "term\tweight\n\nscalded\t2\nburnt\t3\nhot\t1\n"],
    ids=["a cell", "the order of rows", "the line of a row, which evidence names"],
)  # fmt: skip
def test_a_table_changes_the_rules_that_look_into_it(table, tmp_path):
    assert touched(tmp_path, RULESET, {**FILES, "heat.tsv": table}) == {"burnt", "weighed"}


def test_a_rule_that_asks_for_decisions_changes_with_all_that_decides(tmp_path):
    asking = "  - {id: asks, label: burn, when: 'hot and uncertain(\"tone\")', confidence: 0.9}\n  - id: burnt\n"
    before = RULESET.replace("  - id: burnt\n", asking)

    assert touched(tmp_path, before.replace("labels:\n", "accept: 0.9\nlabels:\n", 1), before=before) == {"asks"}
    assert touched(tmp_path, before.replace("confidence: 0.95", "confidence: 0.5"), before=before) == {
        "asks",
        "furious",
    }


def test_another_version_of_a_plugin_changes_the_rules_that_it_has_a_part_in(tmp_path):
    import dataclasses

    rules = load(write_ruleset(tmp_path / "a"))
    origins = dict(rules.registry.origins)
    origins["matchers", "regex"] = dataclasses.replace(origins["matchers", "regex"], version="99")
    newer = dataclasses.replace(rules.registry, origins=origins)
    one, other = rule_meanings(rules.ruleset, rules.registry), rule_meanings(rules.ruleset, newer)

    assert {id for id in one if one[id] != other[id]} == {"priced", "furious"}
