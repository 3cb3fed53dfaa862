"""Every vote held against gold."""

from __future__ import annotations

from rubricate.model.rule_accuracy import RuleAccuracy
from rubricate.quality.gold import Gold
from rubricate.quality.gold_documents import read_documents
from rubricate.quality.rule_accuracies import confidence_edits, count_rules
from support.rulesets import load_text

YAML = """\
record: {text: [text]}
labels: [spam, ham]
rules:
  - {id: invites, label: spam, when: '"subscribe"', confidence: 0.7}
  - {id: points, label: spam, when: '"channel"', confidence: 0.7}
  - {id: sings, label: ham, when: '"song"', confidence: 0.8}
  - {id: drafted, label: ham, when: '"music"', confidence: 0.8, status: draft}
  - {id: never, label: ham, when: '"nobody says this"', confidence: 0.8}
"""


def counted(tmp_path, *texts, yaml=YAML):
    rules = load_text(tmp_path, yaml)
    gold = {str(number): Gold(labels={label: True}, closed=True) for number, (_, label) in enumerate(texts)}
    records = ({"id": str(number), "text": text} for number, (text, _) in enumerate(texts))
    return count_rules(rules.plan, read_documents(rules.plan, records, gold))


def test_votes_are_counted_with_overlap_and_conflict(tmp_path):
    found = counted(
        tmp_path, ("subscribe", "spam"), ("subscribe to my channel", "spam"), ("subscribe, a song", "ham"),
        ("music", "ham"), ("nothing", "ham"),
    )  # fmt: skip

    assert {each.rule: (each.right, each.votes, each.overlaps, each.conflicts) for each in found.rules} == {
        "invites": (2, 3, 2, 1), "points": (1, 1, 1, 0), "sings": (1, 1, 1, 1), "drafted": (1, 1, 0, 0),
        "never": (0, 0, 0, 0),
    }  # fmt: skip
    assert (found.records, found.covered, found.contested, found.skipped) == (5, 3, 1, ())


def test_accuracy_has_its_exact_interval_and_the_proposal_is_shrunk(tmp_path):
    [invites, *_] = counted(tmp_path, *[("subscribe", "spam")] * 9, ("subscribe", "ham")).rules

    assert invites == RuleAccuracy(
        rule="invites", label="spam", is_draft=False, votes=10, right=9, interval=(0.555, 0.9975), overlaps=0,
        conflicts=0, declared=0.7, proposed=0.9, location=invites.location,
    )  # fmt: skip


def test_a_rule_with_few_votes_is_drawn_towards_the_others_of_its_label(tmp_path):
    found = counted(tmp_path, *[("subscribe", "spam")] * 12, *[("subscribe", "ham")] * 4, ("channel", "spam"))

    # 13 of 17 votes for spam are right
    assert [each.proposed for each in found.rules[:2]] == [0.75, 0.81]


def test_edits_write_the_proposal_where_the_number_stands(tmp_path):
    found = counted(tmp_path, *[("subscribe", "spam")] * 3, *[("subscribe", "ham")])

    [edit] = confidence_edits(found)

    assert (edit.text, edit.location.line, edit.location.length) == ("0.75", 6, 3)


def test_a_confidence_that_is_worked_out_is_left_to_its_author(tmp_path):
    yaml = YAML.replace("confidence: 0.7", "confidence: 'count(\"subscribe\") / 10'")

    [invites, *_] = counted(tmp_path, ("subscribe", "spam"), yaml=yaml).rules

    assert (invites.declared, invites.location, list(confidence_edits(counted(tmp_path, yaml=yaml)))) == (
        None,
        None,
        [],
    )


def test_rules_of_span_labels_are_named_and_not_counted(tmp_path):
    found = counted(tmp_path, ("song", "ham"), yaml="""\
        record: {text: [text]}
        labels: {ham: {kind: document}, place: {kind: span}}
        rules:
          - {id: sings, label: ham, when: '"song"', confidence: 0.8}
          - {id: places, label: place, when: '"Berlin"', confidence: 0.8}
        """)  # fmt: skip

    assert ([each.rule for each in found.rules], found.skipped) == (["sings"], ("places",))
