"""When a model is to be trained again."""

from __future__ import annotations

import json

import pytest

from rubricate.annotator import load
from rubricate.api import Cost, MatcherKind, Trainer, hookimpl
from rubricate.model.training import Counted
from rubricate.plugins.discovering import build_registry
from rubricate.quality.retraining import Answered, Standing, judge_models
from support.rulesets import write_text

YAML = """\
record: {{text: [text]}}
labels:
  kind: {{one_of: [spam, ham]}}
  rude: {{}}
retrain: {{{retrain}}}
matchers:
  small: {{use: toy, model: {model}, labels: {{spam: spam, ham: ham}}}}
rules:
  - {{id: insult, label: rude, when: '"idiot"', confidence: 0.9}}
"""


class Toy:
    """A plugin whose kind can be trained."""

    @hookimpl
    def register_matchers(self):
        from pathlib import Path

        trainer = Trainer(name="toy", help="x", check=lambda *_: None, fit=lambda *_: None)
        schema = {"type": "object", "properties": {"model": {"type": "string"}}, "additionalProperties": False}
        return [
            MatcherKind(
                name="toy", help="x", options=schema, cost=Cost.MODEL, compile=lambda specs: None, scores=True,
                classes="class", columns=lambda _: {"class": "text"}, trainers=(trainer,),
                files=lambda spec: {"model.json": Path(str(spec.options["model"])) / "model.json"},
            )
        ]  # fmt: skip


@pytest.fixture
def judged(tmp_path):
    model = tmp_path / "model"
    model.mkdir()
    (model / "model.json").write_text("{}")
    (model / "card.json").write_text(json.dumps({"classes": ["spam", "ham"], "scarce": {}}))
    (model / "answers.txt").write_text("q0\nq1\n")
    registry = build_registry(extra=[Toy()])

    def judge(retrain, *answered):
        path = write_text(tmp_path, YAML.format(retrain=retrain, model=model))
        ruleset = load(path, registry=registry).ruleset
        return list(judge_models(ruleset, registry, answered))

    return judge


def answered(number, *, agrees=True, labels=("spam", "ham"), ruleset="t"):
    return Answered(question=f"q{number}", ruleset=ruleset, labels=labels, agrees=agrees)


def test_answers_that_the_model_learned_from_are_not_counted(judged, tmp_path):
    [found] = judged("after_answers: 2", *(answered(number) for number in range(3)))

    assert found == Standing(matcher="small", model=tmp_path / "model", answers=1, agreement=Counted(1, 1))


def test_enough_answers_make_it_due(judged):
    [found] = judged("after_answers: 2", *(answered(number) for number in range(4)))

    assert found.due == ("2 answers since, of 2 that it waits for",)


def test_answers_about_other_labels_and_of_other_rulesets_are_not_counted(judged):
    [found] = judged("after_answers: 1", answered(8, labels=("rude",)), answered(9, ruleset="another"))

    assert (found.answers, found.due) == (0, ())


def test_an_accuracy_that_may_be_chance_makes_nothing_due(judged):
    few = [answered(number, agrees=number > 12) for number in range(10, 14)]
    many = [answered(number, agrees=number % 4 == 0) for number in range(10, 50)]

    [[one], [other]] = judged("or_accuracy_below: 0.5", *few), judged("or_accuracy_below: 0.5", *many)

    assert (one.agreement, one.due) == (Counted(1, 4), ())
    assert other.due == ("people agree with 10 of 40 suggestions, surely below 0.5",)


def test_questions_without_a_suggestion_say_nothing_of_accuracy(judged):
    [found] = judged("or_accuracy_below: 0.9", answered(10, agrees=None))

    assert (found.answers, found.agreement) == (1, Counted(0, 0))
