"""A person's yes makes what the label implies hold too, unless people are asked about that as well."""

from rubricate.running.settling import settle
from support.rulesets import load_text

RULES = """\
labels:
  burn: {kind: document, implies: injury}
  injury: {kind: document, implies: harm}
  harm: {kind: document}
rules:
  - {id: burn, label: burn, when: '"hot"', confidence: 0.5}
  - {id: injury, label: injury, when: '"hurt"', confidence: 0.5}
"""


def asked(tmp_path, text):
    said = load_text(tmp_path, RULES).annotate_one(text).said
    return said, {question["subject"]: question for question in said["questions"]}


def answer(question, *, holds):
    return {question["id"]: {"value": {"holds": holds}, "by": "ana", "at": "2026-01-01", "guideline": None}}


def told(said):
    return [(each["label"], each["by"], each.get("implied_by")) for each in said["annotations"]]


def test_a_yes_carries_upward(tmp_path):
    said, questions = asked(tmp_path, "hot")

    settled = settle(said, answer(questions["burn"], holds=True))

    assert questions["burn"]["implies"] == ["injury", "harm"]
    assert settled["decisions"] == {"burn": "accepted", "harm": "accepted", "injury": "accepted"}
    assert told(settled) == [("burn", "ana", None), ("harm", "ana", "burn"), ("injury", "ana", "burn")]


def test_a_no_carries_nothing_upward(tmp_path):
    said, questions = asked(tmp_path, "hot")

    settled = settle(said, answer(questions["burn"], holds=False))

    assert (settled["decisions"], told(settled)) == ({"burn": "no"}, [])


def test_what_people_are_asked_is_theirs_to_say_in_whatever_order(tmp_path):
    said, questions = asked(tmp_path, "hot, hurt")
    yes, no = answer(questions["burn"], holds=True), answer(questions["injury"], holds=False)

    at_once = settle(said, {**yes, **no})

    assert questions["burn"]["implies"] == ["harm"]
    assert at_once["decisions"] == {"burn": "accepted", "harm": "accepted", "injury": "no"}
    assert settle(settle(said, yes), no) == settle(settle(said, no), yes) == at_once
