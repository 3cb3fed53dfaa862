"""Words and sentences that matchers say mean to the engine what they mean to the reference, known or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rubricate.annotator import Annotator
from rubricate.language.printing import to_text
from rubricate.language.tree import Node, Not, Or, Regex, String
from rubricate.model.descriptors import Cost
from rubricate.model.ruleset import Expression, Rule
from rubricate.planning.rule_meanings import rule_meanings
from support.reference import (
    DECLARED,
    PATTERNS,
    STAGE_ONE,
    STRINGS,
    load,
    quoted,
    records,
    said_by_engine,
    said_by_reference,
    sets_of_matches,
    truths,
)
from support.replays import label_with_votes

MOST = 3
LABELS = [f"  {word}-{number}: {{kind: document}}\n" for number in range(MOST) for word in ("holds", "fails")]
LABELS += [f"  marks-{number}: {{kind: span}}\n" for number in range(MOST)]
IN_PLACE = Or((*map(String, STRINGS), *(Regex(*pattern) for pattern in PATTERNS)))
TOKENS = """\
  tokens: {use: regex, pattern: '/[^\\s.,?]+|[.,?]|hot plate/'}
  parts: {use: regex, pattern: '/[^.?]+[.?]*/', fields: [body]}
"""


def base(segment: str, *, late: str) -> Annotator:
    """A ruleset whose words and sentences are those of patterns; those named `late` stand where not all records go."""
    early = [name for name in ("tokens", "parts") if name not in late]
    return load(f"""\
{DECLARED.replace("contexts:", TOKENS + "contexts:")}
segment: {{{segment}}}
conflicts: {{same_label_overlap: keep_all, overlap: keep_all}}
labels:
{"".join(LABELS)}
cascade:
  - {{stage: one, runs: [{", ".join([*early, STAGE_ONE.strip("[]")])}]}}
  - {{stage: two, runs: [{", ".join(["late", "late_cue", *([late] if late else [])])}], when: 'doc.go == "on"'}}
  - {{stage: three, runs: [ending]}}
rules:
  - group: in-the-last-stage
    only: 'count(ending) >= 0'
    rules: [{{id: all, label: holds-0, when: {quoted(IN_PLACE)}, confidence: 0.9}}]
""")


BASES = {
    "words": base("words: tokens", late=""),
    "sentences": base("sentences: parts", late=""),
    "both": base("words: tokens, sentences: parts", late="tokens, parts"),
    "late words": base("words: tokens", late="tokens"),
}


def asked(of: Annotator, conditions: Sequence[Node], marked: Sequence[Node], *, late: bool) -> Annotator:
    """A ruleset that tells of each condition whether it is yes or no, and of each set what its matches are."""
    model = of.ruleset.rules[0]

    def rule(label: str, node: Node) -> Rule:
        when = Expression(text=to_text(node), tree=node, location=model.location)
        return replace(model, id=label, label=label, when=when, only=model.only if late else ())

    rules = [rule(f"holds-{number}", node) for number, node in enumerate(conditions)]
    rules += [rule(f"fails-{number}", Not(node)) for number, node in enumerate(conditions)]
    rules += [rule(f"marks-{number}", node) for number, node in enumerate(marked)]
    return Annotator(replace(of.ruleset, rules=rules), of.registry)


@pytest.mark.parametrize("which", BASES)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(truths(), min_size=1, max_size=MOST),
    st.lists(sets_of_matches(), min_size=1, max_size=MOST),
    st.lists(records(), min_size=1, max_size=4),
    st.booleans(),
)
def test_a_condition_means_what_it_means_to_the_reference(which, conditions, marked, given, late):
    annotator = asked(BASES[which], conditions, marked, late=late)

    for record in given:
        assert said_by_engine(annotator, record) == said_by_reference(annotator, record)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(truths(), min_size=1, max_size=MOST),
    st.lists(records(), min_size=1, max_size=4),
)
def test_records_that_are_spared_the_tokens_are_labelled_as_if_they_were_not(conditions, given):
    of = BASES["words"]
    # patterns that cost as much as models do stand behind gates
    regex = replace(of.registry.matchers["regex"], cost=Cost.MODEL)
    dear = replace(of.registry, matchers={**of.registry.matchers, "regex": regex})
    cheap = asked(of, conditions, [], late=False)
    gated = Annotator(cheap.ruleset, dear)

    for record in given:
        assert said_by_engine(gated, record) == said_by_engine(cheap, record)


def test_only_rules_that_are_measured_in_tokens_mean_something_else_with_them():
    text = """\
record: {text: [body]}
labels: {a: {kind: document}}
matchers: {tokens: {use: regex, pattern: '/[^ ]+/'}}
SEGMENTrules:
  - {id: measured, label: a, when: '"hot" near "plate" within 2 words', confidence: 0.9}
  - {id: counted, label: a, when: 'count(words) > 3', confidence: 0.9}
  - {id: free, label: a, when: '"hot" near "plate" within 2 sentences', confidence: 0.9}
"""
    without, with_tokens = (
        load(text.replace("SEGMENT", "")),
        load(text.replace("SEGMENT", "segment: {words: tokens}\n")),
    )

    before, after = (rule_meanings(each.ruleset, each.registry) for each in (without, with_tokens))

    assert {id for id in before if before[id] != after[id]} == {"measured", "counted"}
    assert without.plan.digest != with_tokens.plan.digest


REPLAYED = """\
record: {text: [body]}
labels: {a: {kind: document}, b: {kind: document}}
matchers: {tokens: {use: regex, pattern: '/PATTERN/'}}
segment: {words: tokens}
rules:
  - {id: measured, label: a, when: '"hot" near "plate" within 1 words', confidence: 0.9}
  - {id: free, label: b, when: '"hot"', confidence: 0.9}
"""


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(records(), min_size=1, max_size=4))
def test_votes_that_were_kept_fall_with_the_tokens_that_they_were_measured_in(tmp_path_factory, given):
    before, after = load(REPLAYED.replace("PATTERN", "[^ ]+")), load(REPLAYED.replace("PATTERN", "\\w"))
    folder = tmp_path_factory.mktemp("votes")

    label_with_votes(before, given, folder, "first")
    scratch, _ = label_with_votes(after, given, folder, "scratch")
    replayed, _ = label_with_votes(after, given, folder, "second", after="first")

    assert replayed == scratch
