"""Trained classifiers: the scores of transformers itself, wherever a text stands in its batch."""

import json
import logging

import pytest

from rubricate.api import ModelLoadError
from rubricate.model.run_context import RunContext, running_in
from support.matching import make_document
from support.model_matchers import ask, classes, model_spec

torch = pytest.importorskip("torch", reason="not installed: make models")
transformers = pytest.importorskip("transformers", reason="not installed: make models")
tensors = pytest.importorskip("safetensors.torch", reason="not installed: make models")

TEXTS = ["hello world", "good", "bad bad bad in berlin", "Anna lives in Dublin and in Berlin.", "hello"]


def pipeline_scores(folder, texts, task="text-classification", **options):
    """Class -> score of each text, as the pipeline of transformers gives them."""
    made = transformers.pipeline(task, model=str(folder), device="cpu")
    return [{each["label"]: each["score"] for each in found} for found in made(texts, top_k=None, **options)]


def test_scores_are_those_of_the_pipeline(models):
    found = ask(model_spec("text_classification", models / "classifier"), *TEXTS)

    for matches, wanted in zip(found, pipeline_scores(models / "classifier", TEXTS), strict=True):
        assert classes(matches) == pytest.approx(wanted, abs=1e-4)


def test_a_real_classifier_scores_as_the_pipeline_does_and_is_mostly_right(real_classifier, attacks):
    texts = [text for text, _ in attacks["test"]]
    found = ask(model_spec("text_classification", real_classifier, batch_size=16), *texts)

    for matches, wanted in zip(found[:16], pipeline_scores(real_classifier, texts[:16]), strict=True):
        assert classes(matches) == pytest.approx(wanted, abs=2e-4)
    right = [
        (next(iter(classes(matches))) == "attack") == is_attack
        for matches, (_, is_attack) in zip(found, attacks["test"], strict=True)
    ]
    assert sum(right) >= 0.7 * len(right)


def test_every_class_marks_the_whole_text_the_likeliest_first(models):
    found = ask(model_spec("text_classification", models / "classifier"), "hello world")[0]

    assert [match[:4] for match in found] == [("m", "text", 0, 11)] * 3
    scores = list(classes(found).values())
    assert scores == sorted(scores, reverse=True)
    assert scores == [round(score, 4) for score in scores]


def test_a_text_gets_the_same_scores_in_every_batch(models):
    texts = [f"{'good ' * (number % 7)} anna {number}" for number in range(20)]
    one_by_one = [ask(model_spec("text_classification", models / "classifier"), text)[0] for text in texts]

    for size in (1, 3, 32):
        together = ask(model_spec("text_classification", models / "classifier", batch_size=size), *texts)
        for alone, other in zip(one_by_one, together, strict=True):
            assert classes(alone) == pytest.approx(classes(other), abs=1e-4)


def test_classes_that_do_not_exclude_each_other_are_scored_each_for_itself(tmp_path):
    from support.tiny_models import make_classifier

    folder = make_classifier(tmp_path / "several", problem_type="multi_label_classification")

    found = ask(model_spec("text_classification", folder), "hello world")[0]

    wanted = pipeline_scores(folder, ["hello world"], function_to_apply="sigmoid")[0]
    assert classes(found) == pytest.approx(wanted, abs=1e-4)


def test_the_first_field_that_is_not_blank_is_asked(models):
    document = make_document(title=" ", summary="hello", body="good")

    found = ask(model_spec("text_classification", models / "classifier"), document)[0]

    assert {match[1:4] for match in found} == {("summary", 0, 5)}


def test_named_fields_are_asked_one_by_one(models):
    document = make_document(title="bad", summary="hello", body="good")
    spec = model_spec("text_classification", models / "classifier", fields=("title", "body"))

    assert {match[1] for match in ask(spec, document)[0]} == {"title", "body"}


def test_joined_fields_are_asked_as_one_text_that_marks_the_first(models):
    document = make_document(summary="", title="bad", body="good")
    spec = model_spec("text_classification", models / "classifier", join=True)

    found = ask(spec, document)[0]

    assert {match[1:4] for match in found} == {("title", 0, 3)}
    assert classes(found) == classes(ask(spec, "bad\n\ngood")[0])


@pytest.mark.parametrize("text", ["", " \n\t", "\u200d", "\x00"])
def test_a_text_without_a_token_has_no_class(text, models):
    assert ask(model_spec("text_classification", models / "classifier"), text, "good")[0] == []


def test_half_a_character_is_no_fault(models):
    assert ask(model_spec("text_classification", models / "classifier"), "good \ud800")[0][0][2:4] == (0, 6)


def test_the_sign_of_the_tokenizer_is_text_in_a_text(models):
    plain = model_spec("text_classification", models / "classifier")

    spelled, unknown = ask(plain, "good [SEP] bad", "good [ sep ] bad")

    assert classes(spelled) == classes(unknown)


def test_of_a_long_text_the_beginning_is_asked_or_as_many_windows_as_are_named(models):
    spec = model_spec("text_classification", models / "classifier", max_length=16)
    words = ["good"] * 14 + ["bad"] * 14 + ["berlin"] * 7
    first, second, third = (" ".join(words[begin : begin + 14]) for begin in (0, 14, 28))
    alone = [classes(found) for found in ask(spec, first, second, third)]

    def mean(*weights):
        weighted = list(zip(alone, weights, strict=False))
        return {name: sum(scores[name] * weight for scores, weight in weighted) / sum(weights) for name in alone[0]}

    for windows, wanted in ((1, mean(14)), (2, mean(14, 14)), ("all", mean(14, 14, 7))):
        spec = model_spec("text_classification", models / "classifier", max_length=16, windows=windows)
        assert classes(ask(spec, " ".join(words))[0]) == pytest.approx(wanted, abs=2e-4)


def test_a_megabyte_is_a_text_like_any_other(models):
    text = "good bad " * 116_509

    found = ask(model_spec("text_classification", models / "classifier"), text)[0]

    assert {match[2:4] for match in found} == {(0, len(text))}


def test_of_a_long_text_the_beginning_is_asked_whatever_side_the_folder_cuts(models, copied):
    folder = copied("classifier")
    told = folder / "tokenizer_config.json"
    told.write_text(json.dumps({**json.loads(told.read_bytes()), "truncation_side": "left"}), encoding="utf-8")
    text = "good world hello " * 40 + "bad " * 80

    found = [ask(model_spec("text_classification", path), text) for path in (models / "classifier", folder)]

    assert found[0] == found[1]
    assert found[0] != ask(model_spec("text_classification", models / "classifier"), "bad " * 80)


def test_a_model_that_gives_no_number_abstains_and_says_so(copied, caplog):
    folder = copied("classifier")
    weights = tensors.load_file(folder / "model.safetensors")
    weights["classifier.bias"][0] = float("nan")
    tensors.save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})

    with caplog.at_level(logging.WARNING), running_in(RunContext(responses=lambda _kind: pytest.fail("asked"))) as run:
        found = ask(model_spec("text_classification", folder), "hello")

    assert found == [[]]
    assert run.take_counts() == {"m: texts of which the model gives no number": 1}
    assert caplog.messages == ['matcher "m": the model gives no number for record 0 of its unit, so it abstains']


def test_matchers_of_one_model_load_it_once(models):
    from rubricate_transformers.scanning import ModelScanner

    specs = [model_spec("text_classification", models / "classifier", name) for name in ("one", "two")]

    found = ModelScanner(specs).scan([make_document("hello")])[0]

    assert [match[1:] for match in found if match[0] == "one"] == [match[1:] for match in found if match[0] == "two"]
    assert {match[0] for match in found} == {"one", "two"}


def test_what_torch_was_set_to_comes_back(models):
    torch.use_deterministic_algorithms(False)

    ask(model_spec("text_classification", models / "classifier"), "hello")

    assert not torch.are_deterministic_algorithms_enabled()
    assert not torch.is_inference_mode_enabled()


def test_half_precision_is_near_to_whole(models):
    whole, half = (
        classes(ask(model_spec("text_classification", models / "classifier", dtype=dtype), "hello")[0])
        for dtype in ("float32", "bfloat16")
    )

    assert half == pytest.approx(whole, abs=0.05)
    assert half != whole


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_asked_for_and_absent_is_told(models):
    spec = model_spec("text_classification", models / "classifier", device="cuda")

    with pytest.raises(ModelLoadError) as raised:
        ask(spec, "hello")

    message = 'the device "cuda" was asked for, and there is no GPU that torch can use: say `device: auto`'
    assert str(raised.value) == message


def test_a_head_of_another_size_is_told_when_it_is_loaded(copied):
    folder = copied("classifier")
    weights = tensors.load_file(folder / "model.safetensors")
    del weights["classifier.weight"]
    tensors.save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})

    with pytest.raises(ModelLoadError, match=r'"classifier\.weight" would be chance'):
        ask(model_spec("text_classification", folder), "hello")


def test_a_broken_tokenizer_is_told_when_it_is_loaded(copied):
    folder = copied("classifier")
    (folder / "tokenizer.json").write_text("{}")

    with pytest.raises(ModelLoadError, match=r"^the tokenizer in "):
        ask(model_spec("text_classification", folder), "hello")
