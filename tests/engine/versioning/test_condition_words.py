"""Several edits of one condition at once, told by what they mean."""

from __future__ import annotations

import time

import pytest

from support.versions import differences

RULESET = r"""ruleset: t
version: "1.0.0"
record: {text: [title, text], meta: {price: {type: number}, source: {type: text}}}
labels: {spam: {kind: document}, ham: {kind: document}, burn: {kind: span}}
matchers:
  link: {use: regex, pattern: '/https?:\S+/'}
  shout: {use: regex, pattern: '/[A-Z]{5,}/'}
contexts:
  negated: {cue: 'any of ("not", "never")', direction: before, window: 6 words}
  quoting: {cue: '"says"', direction: before, window: same sentence}
let:
  offer: 'any of ("free", "gift", "win")'
  begging: 'any of ("please", "plz") near any of ("subscribe", "follow") within 8 words'
  quoted: '"he said" or "she said"'
rules:
  - {id: r, label: spam, when: 'WHEN', confidence: 0.9}
  - {id: other, label: ham, when: 'quoted and shout and begging and offer', confidence: 0.5}
"""

PRIZE = ('"win"', '"prize"')
OFFER = ('let offer: alternative "win" removed', 'let offer: alternative "prize" added')
NEARER = ("8 words", "4 words")
BEGGING = ("let begging: window 8 words -> 4 words",)


def told(tmp_path, before, after, edits=()):
    """The lines of the rule and of the lets."""
    texts = [RULESET.replace("WHEN", when) for when in (before, after)]
    for old, new in edits:
        assert old in texts[1]
        texts[1] = texts[1].replace(old, new)
    found = differences(tmp_path, texts[1], {}, before=texts[0], old={})
    return [
        f"{change.part} {change.name}: {line}" for change in found if change.name != "other" for line in change.lines
    ]


SEVERAL = {
    "a let, and a guard less": (
        "offer and not quoted", "offer", [PRIZE],
        ['rule r: let "offer" changed', 'rule r: guard "not quoted" removed', *OFFER],
    ),
    "a let, and a filter less": (
        "begging is not negated", "begging", [NEARER],
        ['rule r: let "begging" changed', 'rule r: guard "is not negated" removed', *BEGGING],
    ),
    "a let, and a filter more": (
        "begging", "begging in title", [NEARER],
        ['rule r: let "begging" changed', 'rule r: guard "in title" added', *BEGGING],
    ),
    "a let, and a filter turned round": (
        "begging is not negated", "begging is negated", [NEARER],
        ['rule r: let "begging" changed', "rule r: is not negated -> is negated", *BEGGING],
    ),
    "a let, and a guard in the place of another": (
        "offer and not quoted", "offer and not begging", [PRIZE],
        ['rule r: let "offer" changed', 'rule r: guard "not quoted" removed', 'rule r: guard "not begging" added', *OFFER],
    ),
    "a let, and a guard turned round": (
        "offer and not quoted", "offer and quoted", [PRIZE],
        ['rule r: let "offer" changed', "rule r: not quoted -> quoted", *OFFER],
    ),
    "a let, a number and a guard": (
        "offer and not quoted and doc.price > 3", "offer and doc.price > 5", [PRIZE],
        ['rule r: let "offer" changed', "rule r: doc.price > 3 -> doc.price > 5", 'rule r: guard "not quoted" removed',
         *OFFER],
    ),
    "a let, and an alternative to it": (
        "offer and not quoted", "(offer or link) and not quoted", [PRIZE],
        ['rule r: let "offer" changed', 'rule r: alternative "link" added', *OFFER],
    ),
    "two lets, and a guard around both": (
        "(offer or begging) and not quoted", "offer or begging", [PRIZE, NEARER],
        ['rule r: let "offer" changed', 'rule r: let "begging" changed', 'rule r: guard "not quoted" removed',
         *OFFER, *BEGGING],
    ),
    "a let, and what is counted how often": (
        "offer and count(link) >= 2", "offer and count(link or shout) >= 3 and not quoted", [PRIZE],
        ['rule r: let "offer" changed', 'rule r: count: alternative "shout" added', "rule r: >= 2 -> >= 3",
         'rule r: guard "not quoted" added', *OFFER],
    ),
    "a let that is called otherwise and says something else": (
        "offer and not quoted", "presents", [("offer", "presents"), PRIZE],
        ['rule r: alternative "win" removed', 'rule r: alternative "prize" added', 'rule r: guard "not quoted" removed'],
    ),
    "a let put in place, changed, with guards less": (
        "begging is not negated and not quoted",
        'any of ("please", "plz") near any of ("subscribe", "join") within 4 words', [],
        ['rule r: near: alternative "follow" removed', 'rule r: near: alternative "join" added',
         "rule r: window 8 words -> 4 words", 'rule r: guard "is not negated" removed',
         'rule r: guard "not quoted" removed'],
    ),
    "a let, and other words between": (
        "offer and link", "offer or link", [PRIZE],
        ["rule r: and -> or", 'rule r: let "offer" changed', *OFFER],
    ),
    "a let, and less that is denied": (
        "offer and none of (quoted, shout)", "offer and not quoted", [PRIZE],
        ['rule r: let "offer" changed', 'rule r: not: alternative "shout" removed', *OFFER],
    ),
    "a group of members": (
        "at least 2 of (offer, link, shout) and not quoted", "at least 1 of (offer, link)", [PRIZE],
        ["rule r: at least 2 -> at least 1", 'rule r: let "offer" changed', 'rule r: member "shout" removed',
         'rule r: guard "not quoted" removed', *OFFER],
    ),
    "a list of values": (
        'offer and doc.source in ["a", "b"] and not quoted', 'offer and doc.source in ["a", "c"]', [PRIZE],
        ['rule r: let "offer" changed', 'rule r: doc.source in: "b" removed', 'rule r: doc.source in: "c" added',
         'rule r: guard "not quoted" removed', *OFFER],
    ),
    "a column that is asked for": (
        'link where (it.text == "a") and not quoted', 'link where (it.text != "a") in title', [],
        ['rule r: where: it.text == "a" -> it.text != "a"', 'rule r: guard "in title" added',
         'rule r: guard "not quoted" removed'],
    ),
    "a context, and another guard less": (
        "link is not negated is not quoting", "link is not negated", [("window: 6 words", "window: 5 words")],
        ['rule r: context "negated" changed', 'rule r: guard "is not quoting" removed',
         "context negated: window 6 words -> 5 words"],
    ),
    "a number of a long sum": (
        "count(link) + 2 * count(shout) - 0.5 * count(quoted) - 0.74 * count(begging) > 3",
        "count(link) + 2 * count(shout) - 0.4 * count(quoted) - 0.74 * count(begging) > 3", [],
        ["rule r: 0.5 * count(quoted) -> 0.4 * count(quoted)"],
    ),
    "one let in the place of another": (
        "offer and not quoted", "begging and not quoted", [],
        ['rule r: condition "offer" removed', 'rule r: condition "begging" added'],
    ),
    "one let in the place of another, alone": ("offer", "begging", [PRIZE], ["rule r: offer -> begging", *OFFER]),
    "nothing in common": (
        "offer and link", "count(shout) > 2", [],
        ['rule r: condition "offer" removed', 'rule r: condition "link" removed',
         'rule r: condition "count(shout) > 2" added'],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SEVERAL)
def test_several_edits_at_once_are_told_one_by_one(name, tmp_path):
    before, after, edits, expected = SEVERAL[name]

    assert told(tmp_path, before, after, edits) == expected


def test_lets_that_name_each_other_many_times_are_compared_in_no_time(tmp_path):
    def lets(letter, number):
        lines = [f"  {letter}{each}: '{letter}{each - 1} or not {letter}{each - 1}'\n" for each in range(1, number)]
        return "".join([f"let:\n  {letter}0: 'link and {'shout' if letter == 'a' else 'quoted'}'\n", *lines])

    texts = [
        RULESET.replace("let:\n", lets(letter, 24)).replace("WHEN", f"{letter}23 and link") for letter in ("a", "b")
    ]
    start = time.process_time()
    found = differences(tmp_path, texts[1], {}, before=texts[0], old={})

    assert [change.name for change in found] == ["r"]
    assert time.process_time() - start < 4
