"""Who is listened to when a model learns, and what is held out."""

from __future__ import annotations

import pytest

from rubricate.quality.gold import Gold
from rubricate.quality.lessons import lessons_of_gold, lessons_of_run, settle_lessons, split_lessons
from rubricate.running.shaping import question_id, shown_digest
from support.labelled import document, labelled
from support.rulesets import load_text

YAML = """\
record: {text: [text]}
labels:
  kind: {one_of: [spam, ham]}
  rude: {}
matchers:
  hint: {use: regex, pattern: '/x/'}
rules:
  - {id: asks, label: spam, when: '"subscribe"', confidence: 0.9}
  - {id: insult, label: rude, when: '"idiot"', confidence: 0.9}
"""


@pytest.fixture
def plan(tmp_path):
    return load_text(tmp_path, YAML).plan


def of_gold(plan, texts, *, subject="kind"):
    gold = {str(number): Gold(labels={label: True}, closed=True) for number, (_, label) in enumerate(texts)}
    records = ({"id": str(number), "text": text} for number, (text, _) in enumerate(texts))
    return lessons_of_gold(plan, plan.subjects[subject], records, gold, key="rubricate")


def of_run(plan, *records, subject="kind", learned=()):
    return lessons_of_run(plan, plan.subjects[subject], records, key="rubricate", learned=learned)


def told(found):
    return [(each.lesson.document.id, each.lesson.target, each.by) for each in found.taught]


def test_gold_says_which_label_of_a_set_holds(plan):
    found = of_gold(plan, [("a", "spam"), ("b", "ham"), ("c", "rude")])

    assert told(found) == [("0", "spam", "gold"), ("1", "ham", "gold")]
    assert found.left_out == {"no label of the set holds": 1}


def test_gold_says_whether_an_independent_label_holds(plan):
    assert told(of_gold(plan, [("a", "rude"), ("b", "ham")], subject="rude")) == [
        ("0", "rude", "gold"), ("1", None, "gold"),
    ]  # fmt: skip


def test_a_run_says_what_people_answered_and_what_the_machine_accepted(plan):
    found = of_run(
        plan,
        labelled("m", document("spam"), text="one"),
        labelled("p", document("ham", None), route="settled", text="two"),
        labelled("open", route="review", text="three"),
    )

    assert told(found) == [("m", "spam", "machine"), ("p", "ham", "people")]
    assert found.left_out == {"undecided": 1}


def test_a_no_is_the_word_of_people_where_they_were_asked(plan):
    subject = plan.subjects["rude"]
    id = question_id(shown_digest({"text": "two"}), subject, None)
    answered = labelled("p", route="settled", decisions={"rude": "no"}, text="two")
    answered["rubricate"]["answers"] = [{"question": id, "value": {"holds": False}, "by": "ana"}]

    found = of_run(plan, labelled("m", decisions={"rude": "no"}, text="one"), answered, subject="rude")

    assert told(found) == [("m", None, "machine"), ("p", None, "people")]
    assert settle_lessons(found).answers == (id,)


def test_a_no_about_a_record_with_an_image_is_the_word_of_people_too(tmp_path):
    plan = load_text(tmp_path, YAML.replace("[text]}", "[text, words], image: [photo]}")).plan
    shown = shown_digest({"text": "one", "words": "read", "photo": "a1"})
    asked = question_id(shown, plan.subjects["rude"], None)
    record = labelled("p", route="settled", text="one", photo="gone.png")
    record["rubricate"] |= {
        "decisions": {"rude": "no"},
        "images": {"photo": {"width": 1, "height": 1, "sha256": "a1"}},
        "texts": {"words": "read"},
        "answers": [{"question": asked, "value": {"holds": False}}],
    }

    [taught] = of_run(plan, record, subject="rude").taught

    assert (taught.lesson.target, taught.by, taught.questions) == (None, "people", (asked,))
    assert dict(taught.lesson.document.clean) == {"text": "one", "words": "read"}


def test_what_only_a_learned_matcher_says_is_not_learned_again(plan):
    said = {**document("spam"), "votes": [{"rule": "hint: spam", "evidence": [{"matcher": "hint"}]}]}
    beside = {**said, "votes": [*said["votes"], {"rule": "asks", "evidence": [{"matcher": '"subscribe"'}]}]}

    found = of_run(plan, labelled("1", said, text="one"), labelled("2", beside, text="two"), learned=["hint"])

    assert told(found) == [("2", "spam", "machine")]
    assert found.left_out == {"only the word of a model": 1}


def test_gold_outranks_people_and_people_the_machine(plan):
    gold = of_gold(plan, [("same  TEXT", "ham")])
    run = of_run(
        plan,
        labelled("m1", document("spam"), text="same text"),
        labelled("p1", document("spam", None), text="Same text"),
        labelled("m2", document("ham"), text="other text"),
        labelled("p2", document("spam", None), text="other text"),
    )

    found = settle_lessons(gold, run)

    assert sorted(told(found)) == [("0", "ham", "gold"), ("p2", "spam", "people")]
    assert found.left_out == {"said of the same text before": 3}


def test_voices_of_one_rank_are_put_to_the_vote(plan):
    people = [labelled(f"p{n}", document(label, None), text="same") for n, label in enumerate(["spam", "ham", "spam"])]

    assert told(settle_lessons(of_run(plan, *people))) == [("p0", "spam", "people")]


def test_people_who_contradict_one_another_teach_nothing(plan):
    people = [labelled(f"p{n}", document(label, None), text="same") for n, label in enumerate(["spam", "ham"])]

    found = settle_lessons(of_run(plan, *people))

    assert (told(found), found.left_out) == ([], {"the same text has several labels": 2})


def test_equal_texts_and_the_word_of_the_machine_are_never_on_both_sides(plan):
    texts = [(f"text {number}", "spam" if number % 2 else "ham") for number in range(200)]
    run = of_run(plan, *(labelled(f"m{n}", document("ham"), text=f"Text  {n}") for n in range(400)))

    learned, held = split_lessons(settle_lessons(of_gold(plan, texts), run), 0.25)

    assert {each.by for each in held} == {"gold"}
    assert {each.digest for each in held}.isdisjoint(each.digest for each in learned)
    assert (len(learned) + len(held), 30 < len(held) < 70) == (400, True)


def test_the_order_of_records_changes_nothing(plan):
    texts = [(f"text {number}", "spam" if number % 2 else "ham") for number in range(30)]
    one, other = of_gold(plan, texts), of_gold(plan, texts)

    turned = settle_lessons(type(other)(tuple(reversed(other.taught)), {}))

    assert told(turned) == told(settle_lessons(one))
