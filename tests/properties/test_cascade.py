"""Laws of the cascade: batches, unrelated rules, hash seeds and slices make no difference."""

import json
import os
import subprocess
import sys
import tempfile
from itertools import chain
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from support.rulesets import load_text, write_text

WORDS = [
    "sale", "SALE", "deal", "hot", "hand", "plate", "garage", "Straße", "STRASSE", "İstanbul", "ﬁre", "fire", "new york",
    "york", "<b>", "</b>", "&amp;", "&eacute;", "<p>", "e\u0301", "😀", ".", ",", "\n\n", "12 cm", "3ab4", "abab",
]  # fmt: skip

RULES = """\
record:
  meta: {price: {type: number}, lang: {type: enum, values: [en, de]}}
prepare: [{use: html_text}]
labels:
  spam: {kind: document}
  odd: {kind: document}
  tone: {one_of: [calm, angry]}
  place: {kind: span}
  thing: {kind: span}
dictionaries: {things: {file: things.csv, types: {weight: number}}}
matchers:
  thing: {use: dictionary, of: things}
  sale: {use: dictionary, terms: [sale, deal, garage sale]}
  number: {use: regex, pattern: '/(?<n>\\d+)/'}
  letters: {use: regex, pattern: '/[a-b]+|i|ss/', fold: true}
  late: {use: dictionary, terms: [plate, hot plate]}
let: {hot_hand: '"hot" near "hand" within 2 words'}
cascade:
  - {stage: one, runs: [sale, number, letters, thing, dictionary, regex]}
  - {stage: two, runs: [late], when: 'uncertain("spam") or doc.price > 5 or hot_hand'}
decide: {spam: {combine: noisy_or, low: 0.3}, tone: {margin: 0.05, combine: mean}}
rules:
  - {id: sales, label: spam, when: 'count(sale) >= 2 and not hot_hand', confidence: 0.6}
  - {id: sale-here, label: spam, when: 'sale not near "garage" within 1 words', confidence: '0.5 if doc.lang == "en" else 0.2'}
  - {id: plates, label: spam, when: 'late', confidence: 0.7}
  - {id: loud, label: angry, when: '/[A-Z]{4}/', confidence: 0.9}
  - {id: quiet, label: calm, when: 'count(words) > 3', confidence: 0.88}
  - {id: places, label: place, when: '"new york" or "york" or "strasse" or "i̇stanbul"', confidence: '0.9 if it in title else 0.7'}
  - {id: letters, label: place, when: letters, confidence: 0.86}
  - {id: things, label: thing, when: 'thing where (it.weight > 1)', value: it.kind, confidence: 0.9}
  - {id: numbers, label: thing, when: number, value: number(it.n), confidence: 0.87}
  - {id: late-things, label: thing, when: 'late near "hot" within 3 words', confidence: 0.95}
  - {id: asks, label: odd, when: 'label("spam") or uncertain("tone")', confidence: 0.9}
otherwise: {label: calm, confidence: 0.6}
"""
THINGS = "term,weight,kind\nfire,2,element\nhot plate,3,tool\nhand,0.5,body\nhot,4,heat\nhot,,weather\n"

# rules of labels of their own, on the same matchers and in the same stages
UNRELATED = """\
  - {id: x-sale, label: x, when: 'sale or late', confidence: 0.9}
  - {id: x-more, label: x, when: 'number and not late', confidence: 0.4}
  - {id: y-asks, label: y, when: 'uncertain("x") or label("spam")', confidence: 0.9}
"""

TEXTS = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join) | st.lists(st.sampled_from(WORDS), max_size=8).map(
    "".join
)
RECORDS = st.fixed_dictionaries(
    {"text": TEXTS},
    optional={"title": TEXTS, "price": st.sampled_from([1, 9]), "lang": st.sampled_from(["en", "de"])},
)


def load(yaml):
    with tempfile.TemporaryDirectory() as folder:
        return load_text(Path(folder), yaml, **{"things.csv": THINGS})


ANNOTATOR = load(RULES)
WITH_MORE = load(
    RULES.replace("labels:\n", "labels:\n  x: {kind: document}\n  y: {kind: document}\n").replace(
        "rules:\n", "rules:\n" + UNRELATED
    )
)


def said(record):
    """What is written about a record, with every vote, but without the ids that depend on its place in the input."""
    votes = [(vote.rule, vote.label, vote.score, vote.evidence) for vote in record.votes]
    return {**{key: value for key, value in record.said.items() if key not in ("id", "plan")}, "votes": votes}


@settings(max_examples=60, deadline=None)
@given(st.lists(RECORDS, min_size=1, max_size=6), st.integers(min_value=1, max_value=7))
def test_a_batch_gives_what_one_by_one_gives(records, size):
    together = [said(record) for record in ANNOTATOR.annotate(records, batch=size)]

    assert together == [said(ANNOTATOR.annotate_one(record)) for record in records]


@settings(max_examples=100, deadline=None)
@given(RECORDS)
def test_an_unrelated_rule_changes_nothing_about_other_labels(record):
    alone, beside = ANNOTATOR.annotate_one(record), WITH_MORE.annotate_one(record)

    own = [vote for vote in beside.votes if vote.label not in "xy"]
    assert [said(alone)["votes"]] == [[(vote.rule, vote.label, vote.score, vote.evidence) for vote in own]]
    assert alone.decisions == {label: what for label, what in beside.decisions.items() if label not in "xy"}
    for one, other in ((alone.annotations, beside.annotations), (alone.suggestions, beside.suggestions)):
        assert one == tuple(annotation for annotation in other if annotation.label not in "xy")


@settings(max_examples=150, deadline=None)
@given(RECORDS)
def test_every_span_is_a_slice_of_the_original(record):
    found = ANNOTATOR.annotate_one(record)

    spans = [span for span in (*found.annotations, *found.suggestions) if span.kind == "span"]
    evidence = [item for vote in found.votes for item in vote.evidence]
    for item in chain(spans, evidence):
        assert 0 <= item.start < item.end <= len(record[item.field])
    folded = {"new york", "york", "strasse", "i̇stanbul"}
    for vote in found.votes:
        if vote.rule == "places":
            [item] = vote.evidence
            text = record[item.field][item.start : item.end]
            assert text.casefold() in folded or set("<&") & set(text)


@settings(max_examples=60, deadline=None)
@given(RECORDS)
def test_spans_of_labels_do_not_share_text(record):
    found = ANNOTATOR.annotate_one(record)

    taken = [
        (span.field, place)
        for span in (*found.annotations, *found.suggestions)
        if span.kind == "span"
        for place in range(span.start, span.end)
    ]
    assert len(taken) == len(set(taken))


def test_the_hash_seed_changes_nothing(tmp_path):
    path = write_text(tmp_path, RULES, **{"things.csv": THINGS})
    records = [
        {"text": "garage sale, hot hand plate deal SALE", "lang": "en", "price": 9},
        {"title": "new york 12 cm", "text": "hot plate &amp; <b>fire</b> STRASSE sale deal"},
        {"text": "abab İstanbul hot 3ab4 LOUD"},
    ]
    program = (
        "import json, sys, rubricate\n"
        "rules = rubricate.load(sys.argv[1])\n"
        "found = [[record.said, [repr(vote) for vote in record.votes]] for record in rules.annotate(json.loads(sys.argv[2]))]\n"
        "print(json.dumps(found))\n"
    )

    answers = [
        subprocess.run(
            [sys.executable, "-c", program, str(path), json.dumps(records)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "4242")
    ]

    assert answers[0] == answers[1]
    assert [bool(votes) for _, votes in json.loads(answers[0])] == [True, True, True]
