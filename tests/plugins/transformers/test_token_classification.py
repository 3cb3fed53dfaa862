"""Taggers: entities at their places in texts that are hard to count, in texts longer than the model takes."""

import pytest

from rubricate_transformers.entities import Token, join_tokens, tidy
from rubricate_transformers.tags import split_tags
from support.matching import make_document
from support.model_matchers import ask, model_spec, spans
from support.tiny_models import TAGS, make_byte_tagger

transformers = pytest.importorskip("transformers", reason="not installed: make models")
tensors = pytest.importorskip("safetensors.torch", reason="not installed: make models")


def tagged(models, text, **options):
    """(class, text, start) of each entity."""
    return spans(ask(model_spec("token_classification", models / "tagger", **options), text)[0], text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Anna Smith lives in Dublin", [("PER", "Anna Smith", 0), ("LOC", "Dublin", 20)]),
        ("\U0001d4d0 Anna \U0001f469\u200d\U0001f469\u200d\U0001f467 Berlin", [("PER", "Anna", 2), ("LOC", "Berlin", 13)]),
        ("Dub\u0301lin!", [("LOC", "Dub\u0301lin", 0)]),
        ("in Berlin\u0301\u0323 and", [("LOC", "Berlin\u0301\u0323", 3)]),
        ("\u0130 I\u0307 Anna", [("PER", "Anna", 5)]),
        ("\u05e9\u05dc\u05d5\u05dd Anna \u202eBerlin\u202c", [("PER", "Anna", 5), ("LOC", "Berlin", 11)]),
        ("\u65e5\u672cBerlin\u65e5", [("LOC", "Berlin", 2)]),
        ("a\x00b\r\nAnna\u3000Smith", [("PER", "Anna\u3000Smith", 5)]),
        ("ANNA [SEP] berlin", [("PER", "ANNA", 0), ("LOC", "berlin", 11)]),
    ],
    ids=["plain", "emoji", "accent-inside", "accents-behind", "dotted-i", "right-to-left", "chinese", "nul", "sign"],
)  # fmt: skip
def test_entities_stand_where_they_stand_in_the_text(text, wanted, models):
    assert tagged(models, text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("\u00e9 \U0001f30d b", [("LOC", "\U0001f30d", 2)]),
        ("\u00e9a \u6771\u4eac", [("LOC", "\u6771\u4eac", 3)]),
    ],
    ids=["emoji", "chinese"],
)
def test_a_character_of_several_tokens_is_marked_whole(text, wanted, tmp_path):
    make_byte_tagger(tmp_path / "tagger", wanted[0][1])

    assert tagged(tmp_path, text) == wanted


def test_every_text_field_is_looked_at(models):
    document = make_document(title="Anna", body="in Berlin")

    found = ask(model_spec("token_classification", models / "tagger"), document)[0]

    assert [match[:4] for match in found] == [("m", "title", 0, 4), ("m", "body", 3, 9)]


def test_a_tag_that_begins_an_entity_ends_the_one_before(models):
    assert tagged(models, "Anna Anna Smith") == [("PER", "Anna", 0), ("PER", "Anna Smith", 5)]


@pytest.mark.parametrize(
    ("aggregation", "wanted"),
    [
        ("simple", [("PER", "zu", 3), ("LOC", "rich", 5)]),
        ("first", [("PER", "zurich", 3)]),
        ("max", [("LOC", "zurich", 3)]),
    ],
)
def test_the_tokens_of_a_word_that_disagree_are_settled_by_the_aggregation(aggregation, wanted, models):
    assert tagged(models, "in zurich", aggregation=aggregation) == wanted


@pytest.mark.parametrize("aggregation", ["simple", "first", "max"])
@pytest.mark.parametrize("text", ["Anna Smith lives in Dublin and zurich, Berlin", "zurich Anna", "hello world"])
def test_entities_are_those_of_the_pipeline(text, aggregation, models):
    path = str(models / "tagger")
    made = transformers.pipeline("token-classification", model=path, aggregation_strategy=aggregation, device="cpu")
    wanted = [(each["entity_group"], each["start"], each["end"], float(each["score"])) for each in made(text)]

    found = ask(model_spec("token_classification", path, aggregation=aggregation), text)[0]

    assert [(match[5]["class"], match[2], match[3]) for match in found] == [each[:3] for each in wanted]
    assert [match[4] for match in found] == pytest.approx([each[3] for each in wanted], abs=1e-4)


@pytest.mark.parametrize("length", [16, 17, 30, 64])
@pytest.mark.parametrize("stride", [0, 4, 8])
def test_windows_lose_no_entity_and_cut_none(length, stride, models):
    text = "hello Anna Smith lives in Dublin and world, " * 9
    whole = [each for number in range(9) for each in (
        ("PER", "Anna Smith", 44 * number + 6), ("LOC", "Dublin", 44 * number + 26)
    )]  # fmt: skip

    assert tagged(models, text, max_length=length, stride=stride) == whole


def test_only_so_many_windows_are_looked_at_as_are_named(models):
    text = "hello Anna Smith lives in Dublin and world, " * 9

    found = tagged(models, text, max_length=16, stride=0, windows=1)

    assert found == [("PER", "Anna Smith", 6), ("LOC", "Dublin", 26), ("PER", "Anna Smith", 50)]


def test_a_megabyte_is_searched_to_its_end(models):
    text = "hello world " * 87_381 + "Anna"

    assert tagged(models, text, batch_size=256) == [("PER", "Anna", 1_048_572)]


@pytest.mark.parametrize("text", ["", " \n", "\u200d", "."])
def test_a_text_without_entities_has_none(text, models):
    assert tagged(models, text) == []


def test_a_model_that_gives_no_number_abstains(copied):
    folder = copied("tagger")
    weights = tensors.load_file(folder / "model.safetensors")
    weights["classifier.bias"][:] = float("nan")
    tensors.save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})

    assert ask(model_spec("token_classification", folder), "Anna") == [[]]


@pytest.mark.parametrize(
    ("tags", "wanted"),
    [
        (["S-PER", "B-PER", "E-PER"], [(0, 1), (2, 5)]),
        (["U-PER", "U-PER", "L-PER"], [(0, 1), (2, 5)]),
        (["I-PER", "I-PER", "O"], [(0, 3)]),
    ],
    ids=["bioes", "bilou", "io"],
)
def test_other_ways_to_tag_are_understood(tags, wanted):
    tokens = [Token(2 * number, 2 * number + 1, number, number, 0.9) for number in range(3)]

    found = join_tokens("a b c", tokens, split_tags([*tags, "B-X"]), "simple")

    assert [each[:2] for each in found] == wanted


def test_a_dash_in_a_class_is_no_prefix_where_no_tag_begins_anything():
    assert split_tags(["O", "E-MAIL"]) == [(None, False), ("E-MAIL", False)]


def test_the_score_of_an_entity_is_the_mean_over_its_tokens():
    tokens = [Token(0, 1, 0, 1, 0.5), Token(2, 3, 1, 2, 0.75)]

    assert join_tokens("a b", tokens, split_tags(TAGS), "simple") == [(0, 3, 0.625, {"class": "PER"})]


def test_a_span_of_white_space_is_none():
    assert tidy("a  b", 1, 3) == (3, 3)
