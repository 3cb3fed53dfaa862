"""What two rulesets label differently, and what is to blame."""

from __future__ import annotations

import json

import pytest

from rubricate.annotator import load
from rubricate.model.descriptors import RawRecord, Unreadable
from rubricate.versioning.comparing import compare_on
from rubricate.versioning.counting import Truth
from support.versions import FILES, RULESET, side_of, write_ruleset

TEXTS = (
    "he scalded his hand", "a hot lid", "hot, never a hand", "outrageous", "Outrageous and 90 degrees", "a song",
    "buy now, sale", "burnt", "no, he burnt one two three four five six seven eight nine arm", "   ",
)  # fmt: skip


def raw(number, text):
    record = {"id": f"r{number}", "text": text, "source": "shop"}
    return RawRecord(line=number, offset=number, raw=json.dumps(record).encode(), fields=record)


RECORDS = [raw(number, text) for number, text in enumerate(TEXTS)]


def compare(tmp_path, text, files=FILES, **options):
    one, other = load(write_ruleset(tmp_path / "a")), load(write_ruleset(tmp_path / "b", text, files))
    return compare_on(side_of(one), side_of(other), options.pop("records", RECORDS), **options)


def told(comparison):
    return [(g.group.label, g.group.kind, g.group.how, g.blames) for g in comparison.groups if g.group.label]


def test_equal_rulesets_label_alike(tmp_path):
    found = compare(tmp_path, RULESET)

    assert (found.records, found.changed, found.groups) == (10, 0, ())


EDITS = {
    "a rule that went": (
        '  - {id: furious, label: angry, when: \'"outrageous" or "never again" or degree\', confidence: 0.95}\n', "",
        [("calm", "moved", "nothing -> uncertain", (("rule furious removed, for angry", 2),)),
         ("angry", "lost", "accepted -> nothing", (("rule furious removed", 2),))],
    ),
    "a rule that came": (
        "\notherwise", '\n  - {id: musical, label: calm, when: \'"song"\', confidence: 0.9}\notherwise',
        [("calm", "moved", "uncertain -> accepted", (("rule musical added", 1),))],
    ),
    "a condition": (
        '"outrageous" or ', "",
        [("calm", "moved", "nothing -> uncertain", (("rule furious, for angry", 1),)),
         ("angry", "lost", "accepted -> nothing", (("rule furious", 1),))],
    ),
    "a confidence": (
        "confidence: 0.95", "confidence: 0.8",
        [("angry", "moved", "accepted -> uncertain", (("rule furious: 0.95 -> 0.8", 2),))],
    ),
    "a threshold": (
        "\nrules:\n", "\ndecide: {angry: {accept: 0.96}}\nrules:\n",
        [("angry", "moved", "accepted -> uncertain", (("accept 0.85 -> 0.96", 2),))],
    ),
    "a draft": (
        "label: angry, when:", "label: angry, status: draft, when:",
        [("calm", "moved", "nothing -> uncertain", (("rule furious is a draft now, for angry", 2),)),
         ("angry", "lost", "accepted -> nothing", (("rule furious is a draft now", 2),))],
    ),
    "a window": (
        "within 8 words", "within 20 words",
        [("burn", "gained", "nothing -> accepted", (("rule burnt", 1),))],
    ),
    "edges": (
        "    confidence: 0.9\n    hit", "    emit: '/scalded his/'\n    confidence: 0.9\n    hit",
        [("burn", "lost", "accepted -> nothing", (("rule burnt", 2),)),
         ("burn", "edges", "edges shifted", (("rule burnt", 1),))],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EDITS)
def test_a_difference_is_blamed_on_the_part_that_makes_it(name, tmp_path):
    old, new, expected = EDITS[name]
    assert old in RULESET

    assert told(compare(tmp_path, RULESET.replace(old, new))) == expected


def test_a_row_is_blamed_where_a_rule_rests_on_it(tmp_path):
    files = {**FILES, "heat.tsv": FILES["heat.tsv"].replace("scalded\t2\n", "")}

    assert told(compare(tmp_path, RULESET, files)) == [
        ("burn", "lost", "accepted -> nothing", (('row "scalded" of heat removed (rule burnt)', 1),))
    ]


WEIGHED = ("urgent", "gained", "nothing -> accepted", (('row "seared" of heat added (rule weighed)', 1),))


def test_a_row_and_the_rule_that_rests_on_it_are_blamed_together_where_both_changed(tmp_path):
    files = {**FILES, "heat.tsv": FILES["heat.tsv"].replace("burnt\t3", "seared\t3")}
    text = RULESET.replace('"hand", "arm"', '"hand", "paw"')
    seared = [raw(1, "it seared a paw")]

    assert told(compare(tmp_path / "both", text, files, records=seared)) == [
        ("burn", "gained", "nothing -> accepted", (('row "seared" of heat added and rule burnt changed', 1),)),
        WEIGHED,
    ]
    assert told(compare(tmp_path / "row", RULESET, files, records=[raw(1, "it seared an arm")])) == [
        ("burn", "gained", "nothing -> accepted", (('row "seared" of heat added (rule burnt)', 1),)),
        WEIGHED,
    ]


def test_a_confidence_that_changed_too_is_not_blamed_beside_a_row(tmp_path):
    files = {**FILES, "heat.tsv": FILES["heat.tsv"] + "seared\t3\n"}
    text = RULESET.replace("confidence: 0.9\n    hit", "confidence: 0.91\n    hit")

    assert told(compare(tmp_path, text, files, records=[raw(1, "it seared an arm")])) == [
        ("burn", "gained", "nothing -> accepted", (('row "seared" of heat added (rule burnt)', 1),)),
        WEIGHED,
    ]


def test_the_result_does_not_depend_on_the_size_of_batches(tmp_path):
    text = RULESET.replace("confidence: 0.95", "confidence: 0.8").replace("is not negated", "is negated")
    found = [compare(tmp_path / str(batch), text, batch=batch, samples=1) for batch in (1, 3, 256)]

    assert found[0] == found[1] == found[2]


def test_a_sample_shows_the_evidence_in_brackets(tmp_path):
    found = compare(tmp_path, RULESET.replace("confidence: 0.95", "confidence: 0.8"), records=RECORDS[3:4])

    [sample] = next(group for group in found.groups if group.group.label == "angry").samples
    assert (sample.id, sample.before, sample.after, sample.text) == (
        "r3", "accepted 0.95", "uncertain 0.8", "[outrageous]",
    )  # fmt: skip


SPANS = """ruleset: prices
version: "1.0.0"
record: {text: [text]}
labels: {price: {kind: span}}
dictionaries: {coins: {file: coins.txt}}
matchers:
  number: {use: regex, pattern: '/\\d+/'}
  amount: {use: regex, pattern: '/\\d+ EUR/'}
  coin: {use: dictionary, of: coins}
rules:
  - {id: amount, label: price, when: amount, confidence: 0.9}
  - {id: number, label: price, when: number, confidence: 0.9}
  - {id: coin, label: price, when: coin, confidence: 0.9, value: lower(it.text)}
"""
COINS = {"coins.txt": "two cents\n"}


def edges(tmp_path, old, new, text, *, files=COINS, before=SPANS, kind="edges"):
    """Group, blame and samples of the only difference."""
    assert old in before
    one = load(write_ruleset(tmp_path / "a", before, COINS))
    other = load(write_ruleset(tmp_path / "b", before.replace(old, new), files))
    [group] = compare_on(side_of(one), side_of(other), [raw(1, text)]).groups
    assert group.group.kind == kind
    [sample] = group.samples
    return group.blames[0][0], sample.text


EDGES = {
    "a pattern": ("/\\d+ EUR/", "/price \\d+ EUR/", "the price 10 EUR", ("rule amount", "the {price [10 EUR]}")),
    "a shorter pattern": ("'/\\d+ EUR/'", "'/\\d+ EU/'", "so 10 EUR", ("rule amount", "so [{10 EU}R]")),
    "another side": ("'/\\d+ EUR/'", "'/(?<=1)0 EUR net/'", "10 EUR net",
                     ("rule amount", "[1{0 EUR] net}")),
    "a rule that went": ("  - {id: amount, label: price, when: amount, confidence: 0.9}\n", "", "10 EUR",
                         ("rule amount removed", "[{10} EUR]")),
}  # fmt: skip


@pytest.mark.parametrize("name", EDGES)
def test_edges_that_moved_are_shown_before_and_after_with_the_rule_to_blame(name, tmp_path):
    old, new, text, expected = EDGES[name]

    assert edges(tmp_path, old, new, text) == expected


def test_a_row_that_moves_edges_is_blamed(tmp_path):
    files = {"coins.txt": "two cents\nlast two cents\n"}

    assert edges(tmp_path, "ruleset: prices", "ruleset: prices", "my last two cents", files=files) == (
        'row "last two cents" of coins added (rule coin)', "my {last [two cents]}",
    )  # fmt: skip


def test_the_way_in_which_overlaps_are_settled_is_blamed_where_it_moves_edges(tmp_path):
    before = SPANS.replace("number, confidence: 0.9", "number, confidence: 0.95")
    found = edges(
        tmp_path, "\nrules:", "\nconflicts: {same_label_overlap: highest_score}\nrules:", "10 EUR", before=before
    )

    assert found == ("same_label_overlap longest -> highest_score", "[{10} EUR]")


def test_a_value_that_changed_is_shown_before_and_after(tmp_path):
    one, other = (
        load(write_ruleset(tmp_path / name, SPANS.replace("lower(it.text)", value), COINS))
        for name, value in (("a", "lower(it.text)"), ("b", "it.field"))
    )
    [group] = compare_on(side_of(one), side_of(other), [raw(1, "Two cents")]).groups

    assert (group.group.kind, group.blames) == ("value", (("rule coin", 1),))
    [sample] = group.samples
    assert (sample.before, sample.after) == ('accepted 0.9 = "two cents"', 'accepted 0.9 = "text"')


def test_a_sample_of_a_record_whose_fields_are_called_otherwise_shows_its_text(tmp_path):
    before = SPANS.replace("{text: [text]}", "{text: [text], fields: {text: {from: body.of}}}")
    record = {"id": "r1", "body": {"of": "so 10 EUR"}}
    rules = [
        load(write_ruleset(tmp_path / name, before.replace("/\\d+ EUR/", pattern), COINS))
        for name, pattern in (("a", "/\\d+ EUR/"), ("b", "/\\d+ EU/"))
    ]
    source = [RawRecord(line=1, offset=0, raw=json.dumps(record).encode(), fields=record)]
    [group] = compare_on(*map(side_of, rules), source).groups

    assert [sample.text for sample in group.samples] == ["so [{10 EU}R]"]


def test_gold_says_which_changes_are_right(tmp_path):
    truth = {"r3": Truth(labels={"angry": True, "calm": False}), "r4": Truth(labels={"angry": False, "calm": True})}
    found = compare(tmp_path, RULESET.replace("confidence: 0.95", "confidence: 0.8"), judge=truth.get)

    [group] = [group for group in found.groups if group.group.label == "angry"]
    assert (group.right, group.wrong) == (1, 1)
    assert found.quality is not None
    before, after = found.quality
    assert (before.coverage.count, before.coverage.of, before.right.count, before.right.of) == (2, 2, 1, 2)
    assert (after.coverage.count, after.coverage.of) == (0, 2)


def test_what_is_no_record_is_counted_apart(tmp_path):
    unreadable = Unreadable(reason="json", detail="", line=1, offset=0, length=3, sample=b"{a}")

    found = compare(tmp_path, RULESET, records=[unreadable, *RECORDS[:2]])
    assert (found.records, found.unread, found.changed) == (2, 1, 0)
