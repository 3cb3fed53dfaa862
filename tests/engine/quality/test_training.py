"""What is said of a model, with a trainer that knows one word."""

from __future__ import annotations

import pytest

from rubricate.api import Cost, MatcherKind, OptionError, Trained, Trainer
from rubricate.errors import PluginError, UsageError
from rubricate.model.training import Counted, Teachers
from rubricate.quality.gold import Gold
from rubricate.quality.lessons import lessons_of_gold, settle_lessons
from rubricate.quality.training import find_subject, train
from support.rulesets import load_text

YAML = """\
record: {text: [text]}
labels:
  kind: {one_of: [spam, ham, other]}
  rude: {}
  price: {kind: span}
rules:
  - {id: asks, label: spam, when: '"subscribe"', confidence: 0.9}
"""
TEXTS = [(f"{'buy' if number % 2 else 'song'} {number}", "spam" if number % 2 else "ham") for number in range(100)]


def ask(documents):
    return [
        None
        if document.clean["text"].endswith("9")
        else {"spam": 0.9, "ham": 0.1}
        if "buy" in document.clean["text"]
        else {"spam": 0.4, "ham": 0.6}
        for document in documents
    ]


def way(
    fit=lambda lessons, classes, options, folder: Trained(
        files={"model.json": b"{}"}, told={"method": "word"}, ask=ask
    ),
):
    trainer = Trainer(name="word", help="x", check=lambda options, folder: None, fit=fit)
    return MatcherKind(
        name="word.find", help="x", cost=Cost.MODEL, compile=lambda specs: None, trainers=(trainer,)
    ), trainer


def made(tmp_path, texts=TEXTS, *, subject="kind", share=0.5, by=None):
    plan = load_text(tmp_path, YAML).plan
    gold = {str(number): Gold(labels={label: True}, closed=True) for number, (_, label) in enumerate(texts)}
    records = ({"id": str(number), "text": text} for number, (text, _) in enumerate(texts))
    found = find_subject(plan, subject)
    lessons = settle_lessons(lessons_of_gold(plan, found, records, gold, key="rubricate"))
    return train(plan, found, lessons, by or way(), {}, tmp_path, share=share)


def test_the_held_out_part_says_how_right_the_model_is(tmp_path):
    card = made(tmp_path).card

    held = card.held
    silent = sum(text.endswith("9") for text, _ in TEXTS)
    assert card.lessons.gold + held.teachers.gold == 100
    assert held.accuracy == Counted(held.teachers.gold - held.abstained, held.teachers.gold - held.abstained)
    assert 0 < held.abstained < silent
    assert [each.label for each in held.labels] == ["spam", "ham"]
    assert held.sure[0][1].of == held.accuracy.of > held.sure[3][1].of == held.labels[0].precision.of


def test_labels_with_too_few_records_are_left_out_by_name(tmp_path):
    card = made(tmp_path, [*TEXTS, ("a parcel", "other")], share=0.3).card

    assert (card.classes, card.scarce) == (("spam", "ham"), {"other": 1})


def test_files_are_pinned_by_their_digest(tmp_path):
    assert made(tmp_path).card.files == {
        "model.json": "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    }


def test_a_set_of_which_one_label_alone_is_known_cannot_be_learned(tmp_path):
    with pytest.raises(UsageError, match='too few labels of "kind" have enough records'):
        made(tmp_path, [each for each in TEXTS if each[1] == "spam"])


def test_a_label_that_no_record_has_cannot_be_learned(tmp_path):
    with pytest.raises(UsageError, match='too few records to learn from say whether "rude" holds: rude 0, without it'):
        made(tmp_path, subject="rude")


def test_nothing_held_out_is_refused(tmp_path):
    with pytest.raises(UsageError, match="so nothing could be said of the model"):
        made(tmp_path, share=1e-9)


def test_an_option_that_a_trainer_refuses_is_told_by_name(tmp_path):
    def fit(*_):
        raise OptionError("depth", "it is too deep", help="dig less")

    with pytest.raises(UsageError, match='option "depth": it is too deep'):
        made(tmp_path, by=way(fit))


def test_what_a_trainer_raises_names_its_kind(tmp_path):
    def fit(*_):
        raise ZeroDivisionError("by nought")

    with pytest.raises(PluginError, match=r"word\.find"):
        made(tmp_path, by=way(fit))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (None, "declares 2 sets and labels of records"), ("ham", '"ham" is one of the set "kind"'),
        ("price", '"price" marks places'), ("kimd", '"kimd" is no set and no label'),
    ],
    ids=["none", "member", "span", "unknown"],
)  # fmt: skip
def test_a_name_that_cannot_be_learned_says_what_can(tmp_path, name, message):
    with pytest.raises(UsageError, match=message) as raised:
        find_subject(load_text(tmp_path, YAML).plan, name)

    assert "kind" in raised.value.help


def test_an_interval_is_exact():
    assert [round(end, 4) for end in Counted(95, 100).interval] == [0.8872, 0.9836]
    assert Teachers(gold=1, people=2, machine=3).total == 6
