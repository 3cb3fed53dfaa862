"""Classes by their names: what a model of entailment says of a hypothesis for each."""

import pytest

from rubricate.api import ModelLoadError, OptionError
from rubricate_transformers.checking import entailment, outputs, validate
from rubricate_transformers.folders import find_model
from support.model_matchers import ask, classes, model_spec

transformers = pytest.importorskip("transformers", reason="not installed: make models")
pytest.importorskip("torch", reason="not installed: make models")

TEXTS = ["hello world", "bad bad bad in berlin", "Anna lives in Dublin and in Berlin."]
NAMES = ["good", "bad", "in berlin"]


@pytest.mark.parametrize("exclusive", [True, False])
def test_scores_are_those_of_the_pipeline(exclusive, models):
    made = transformers.pipeline("zero-shot-classification", model=str(models / "nli"), device="cpu")
    wanted = made(TEXTS, NAMES, hypothesis_template="It is {}.", multi_label=not exclusive)
    spec = model_spec("zero_shot", models / "nli", classes=NAMES, hypothesis="It is {}.", exclusive=exclusive)

    found = ask(spec, *TEXTS)

    for matches, each in zip(found, wanted, strict=True):
        assert classes(matches) == pytest.approx(dict(zip(each["labels"], each["scores"], strict=True)), abs=1e-4)


def test_a_class_may_stand_for_other_words_in_the_hypothesis(models):
    named = model_spec("zero_shot", models / "nli", classes={"place": "in berlin", "mood": "good"})
    spelled = model_spec("zero_shot", models / "nli", classes=["in berlin", "good"])

    scores = classes(ask(spelled, "hello")[0])

    assert outputs(named) == {"place", "mood"}
    assert classes(ask(named, "hello")[0]) == {"place": scores["in berlin"], "mood": scores["good"]}


def test_the_scores_of_exclusive_classes_sum_up_to_one(models):
    found = ask(model_spec("zero_shot", models / "nli", classes=NAMES), "hello")[0]

    assert sum(classes(found).values()) == pytest.approx(1.0, abs=2e-4)


def test_of_a_long_text_the_beginning_is_asked_and_the_hypothesis_stays_whole(models):
    spec = model_spec("zero_shot", models / "nli", classes=NAMES)
    short, long = "hello world " * 30, "hello world " * 30 + "berlin " * 100

    assert classes(ask(spec, short)[0]) == classes(ask(spec, long)[0])


def test_all_windows_of_a_long_text_can_be_asked(models):
    some = model_spec("zero_shot", models / "nli", classes=NAMES, windows="all")
    short, long = "hello world " * 30, "hello world " * 30 + "berlin " * 100

    assert classes(ask(some, short)[0]) != classes(ask(some, long)[0])


@pytest.mark.parametrize("text", ["", " \n", "\u200d"])
def test_a_text_without_a_token_has_no_class(text, models):
    assert ask(model_spec("zero_shot", models / "nli", classes=NAMES), text) == [[]]


def test_one_class_that_excludes_all_others_is_refused(models):
    with pytest.raises(OptionError) as raised:
        validate(model_spec("zero_shot", models / "nli", classes=["good"]))

    assert raised.value.option == "classes"
    assert raised.value.help == "add a class, or say `exclusive: false`"


def test_a_classifier_of_anything_else_is_no_model_of_entailment(models):
    with pytest.raises(OptionError, match='none of its classes is "entailment": bad, good, odd'):
        validate(model_spec("zero_shot", models / "classifier", classes=NAMES))


def test_a_model_of_entailment_names_its_classes_in_any_order(models):
    assert entailment(find_model(model_spec("zero_shot", models / "nli"))) == (2, 0)


def test_a_hypothesis_that_leaves_a_text_no_room_is_told(models):
    spec = model_spec("zero_shot", models / "nli", classes=["good", "good " * 70])

    with pytest.raises(ModelLoadError, match="fills windows of 64: say it shorter, or raise max_length"):
        ask(spec, "hello")


def test_a_model_that_gives_no_number_abstains(copied):
    tensors = pytest.importorskip("safetensors.torch")
    folder = copied("nli")
    weights = tensors.load_file(folder / "model.safetensors")
    weights["classifier.bias"][0] = float("nan")
    tensors.save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})

    assert ask(model_spec("zero_shot", folder, classes=["sport", "politics"]), "hello", "good") == [[], []]
