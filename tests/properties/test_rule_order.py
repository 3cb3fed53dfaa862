"""In which order rules stand in a file changes neither the plan nor a byte of what is written."""

import random

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from support.rulesets import load_text

HEAD = """\
labels:
  kind: {one_of: [spam, ham]}
  rude: {kind: document, implies: bad}
  bad: {kind: document}
  place: {kind: span}
  street: {kind: span}
decide: {kind: {combine: noisy_or}, rude: {combine: noisy_or}}
rules:
"""
RULES = [
    "  - {id: b-sale, label: spam, when: '\"sale\"', confidence: 0.7}\n",
    '  - {id: a-buy, label: spam, when: \'any of ("buy", "sale")\', confidence: 0.6}\n',
    "  - {id: c-song, label: ham, when: '\"song\"', confidence: 0.9}\n",
    "  - {id: z-idiot, label: rude, when: '\"idiot\"', confidence: 0.8}\n",
    '  - {id: y-fool, label: rude, when: \'"fool" or "idiot"\', confidence: 0.5}\n',
    "  - {id: x-town, label: place, when: '/new town|town/', confidence: 0.9}\n",
    "  - {id: w-road, label: street, when: '/town road/', confidence: 0.9}\n",
    "  - {id: v-asks, label: bad, when: 'label(\"spam\")', confidence: 0.9}\n",
]
WORDS = ["sale", "buy", "song", "idiot", "fool", "new", "town", "road", "x"]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join), st.integers(0, 10**6))
def test_rules_in_another_order_say_the_same(tmp_path_factory, text, seed):
    shuffled = list(RULES)
    random.Random(seed).shuffle(shuffled)
    one = load_text(tmp_path_factory.mktemp("one"), HEAD + "".join(RULES))
    other = load_text(tmp_path_factory.mktemp("other"), HEAD + "".join(shuffled))

    assert one.plan.digest == other.plan.digest
    assert orjson.dumps(one.annotate_one(text).said) == orjson.dumps(other.annotate_one(text).said)


def test_labels_in_another_order_are_another_plan(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    one = load_text(tmp_path / "one", "labels: {a: {kind: document}, b: {kind: document}}\nrules: []\n")
    other = load_text(tmp_path / "other", "labels: {b: {kind: document}, a: {kind: document}}\nrules: []\n")

    assert one.plan.digest != other.plan.digest
