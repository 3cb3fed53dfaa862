"""Conditions mean to the engine what they mean to the reference: truth, matches, evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rubricate.annotator import Annotator
from rubricate.language.printing import to_text
from rubricate.language.tree import Node, Not, Or, Regex, String
from rubricate.model.ruleset import Expression, Rule
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

MOST = 4
"""So many conditions and so many sets are asked about at once."""
LABELS = [f"  {word}-{number}: {{kind: document}}\n" for number in range(MOST) for word in ("holds", "fails")]
LABELS += [f"  marks-{number}: {{kind: span}}\n" for number in range(MOST)]
IN_PLACE = Or((*map(String, STRINGS), *(Regex(*pattern) for pattern in PATTERNS)))
"""Everything that conditions look for without a declaration."""
BASE = load(f"""\
{DECLARED}
conflicts: {{same_label_overlap: keep_all, overlap: keep_all}}
labels:
{"".join(LABELS)}
cascade:
  - {{stage: one, runs: {STAGE_ONE}}}
  - {{stage: two, runs: [late, late_cue], when: 'doc.go == "on"'}}
  - {{stage: three, runs: [ending]}}
rules:
  - group: in-the-last-stage
    only: 'count(ending) >= 0'
    rules: [{{id: all, label: holds-0, when: {quoted(IN_PLACE)}, confidence: 0.9}}]
""")


def asked(conditions: Sequence[Node], marked: Sequence[Node], *, late: bool) -> Annotator:
    """A ruleset that tells of each condition whether it is yes or no, and of each set what its matches are.

    All rules belong to the last stage, before which one may not run; not `late`: each to the stage of what it names.
    """
    model = BASE.ruleset.rules[0]

    def rule(label: str, node: Node) -> Rule:
        when = Expression(text=to_text(node), tree=node, location=model.location)
        return replace(model, id=label, label=label, when=when, only=model.only if late else ())

    rules = [rule(f"holds-{number}", node) for number, node in enumerate(conditions)]
    rules += [rule(f"fails-{number}", Not(node)) for number, node in enumerate(conditions)]
    rules += [rule(f"marks-{number}", node) for number, node in enumerate(marked)]
    return Annotator(replace(BASE.ruleset, rules=rules), BASE.registry)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(truths(), min_size=1, max_size=MOST),
    st.lists(sets_of_matches(), min_size=1, max_size=MOST),
    st.lists(records(), min_size=1, max_size=4),
    st.booleans(),
)
def test_a_condition_means_what_it_means_to_the_reference(conditions, marked, given, late):
    annotator = asked(conditions, marked, late=late)

    for record in given:
        assert said_by_engine(annotator, record) == said_by_reference(annotator, record)
