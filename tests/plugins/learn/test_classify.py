"""What a matcher says with a model that was trained."""

import json
import logging
import os
import shutil

import pytest

from rubricate.api import MissingExtraError, ModelLoadError, OptionError
from rubricate_learn import checking, register_matchers
from rubricate_learn.encoders import find_encoder
from rubricate_learn.folders import find_model
from rubricate_learn.scanning import LearnScanner
from support.matching import make_document, make_spec
from support.models import needs

needs("sklearn")

KIND = register_matchers()[0]


def spec_of(model, name="m", **options):
    more = {key: options.pop(key) for key in ("fields", "asides", "fold") if key in options}
    return make_spec(name, kind="learn.classify", options={"model": str(model), **options}, **more)


def said(spec, *texts):
    documents = [text if not isinstance(text, str) else make_document(text) for text in texts]
    return [[(m[1], m[2], m[3], m[5]["class"]) for m in found] for found in LearnScanner([spec]).scan(documents)]


def test_a_text_is_marked_whole_once_for_each_class_the_likeliest_first(counting):
    assert said(spec_of(counting), "subscribe to my page", "a great song") == [
        [("text", 0, 20, "spam"), ("text", 0, 20, "ham")],
        [("text", 0, 12, "ham"), ("text", 0, 12, "spam")],
    ]


def test_scores_of_all_classes_come_to_one_and_have_four_digits(counting):
    [found] = LearnScanner([spec_of(counting)]).scan([make_document("follow my channel")])

    scores = [match[4] for match in found]
    assert abs(sum(scores) - 1) <= 1e-4
    assert scores == [round(score, 4) for score in scores]


def test_all_fields_are_read_as_one_text_and_the_first_that_is_not_blank_is_marked(counting):
    document = make_document(title=" ", lead="subscribe", body="to my channel")

    [[first, _]] = LearnScanner([spec_of(counting)]).scan([document])
    [[whole, _]] = LearnScanner([spec_of(counting)]).scan([make_document("subscribe\n\nto my channel")])

    assert (first[1:4], first[4]) == (("lead", 0, 9), whole[4])


def test_only_the_fields_that_are_named_are_read(counting):
    document = make_document("subscribe now", title="a song")

    assert said(spec_of(counting, fields=("text",)), document)[0][0] == ("text", 0, 13, "spam")


def test_a_batch_is_told_what_each_text_is_told_alone(counting):
    texts = ["subscribe", "song", "", "a page", "subscribe"]

    assert said(spec_of(counting), *texts) == [said(spec_of(counting), text)[0] for text in texts]


def test_a_long_text_is_read_to_its_end(counting):
    text = "song " * 200_000

    assert said(spec_of(counting), text)[0][0] == ("text", 0, 1_000_000, "ham")


def test_a_text_of_which_nothing_is_known_gets_no_class(counting):
    assert said(spec_of(counting), "你好吗", "a song") == [[], said(spec_of(counting), "a song")[0]]


def test_models_whose_files_are_of_equal_size_and_age_are_told_apart(counting, tmp_path):
    other = shutil.copytree(counting, tmp_path / "other")
    told = json.loads((other / "model.json").read_bytes())
    (other / "model.json").write_text(
        json.dumps({**told, "classes": told["classes"][::-1]}, indent=2) + "\n", encoding="utf-8"
    )
    for folder in (counting, other):
        for path in folder.iterdir():
            os.utime(path, (0, 0))

    [found] = LearnScanner([spec_of(counting), spec_of(other, "n")]).scan([make_document("subscribe to my page")])

    assert [(match[0], match[5]["class"]) for match in found] == [
        ("m", "spam"),
        ("m", "ham"),
        ("n", "ham"),
        ("n", "spam"),
    ]


def test_a_matcher_that_is_off_for_a_record_is_not_asked(counting):
    document = make_document("subscribe")
    document.off = frozenset({"m"})

    assert said(spec_of(counting), document) == [[]]


def test_a_model_without_torch_is_asked_without_torch_or_scikit_learn(counting):
    import subprocess
    import sys

    program = (
        "import sys; sys.path.insert(0, 'tests'); from rubricate_learn.scanning import LearnScanner; "
        "from support.matching import make_document, make_spec; "
        f"s = make_spec('m', kind='learn.classify', options={{'model': {str(counting)!r}}}); "
        "LearnScanner([s]).scan([make_document('a song')]); "
        "print([name for name in ('scipy', 'sklearn', 'torch') if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


# -- models that cannot be used ----------------------------------------------------------------------------


def refused(spec):
    with pytest.raises(OptionError) as raised:
        KIND.validate(spec)
    return raised.value.message, raised.value.help


def test_a_folder_that_is_not_there_says_how_to_make_one(tmp_path):
    message, help = refused(spec_of(tmp_path / "none"))

    assert message == f'there is no folder "{tmp_path}/none" at "{tmp_path}/none"'
    assert help == "`rubricate train RULESET --to FOLDER` makes one"


def test_a_folder_of_something_else_is_refused(tmp_path):
    assert refused(spec_of(tmp_path))[0] == f'the folder "{tmp_path}" holds no "model.json"'


def test_half_a_folder_is_refused(copied):
    (copied / "vocabulary.json").unlink()

    assert refused(spec_of(copied)) == (
        'the model folder lacks "vocabulary.json"', "run `rubricate train` again, or copy the whole folder",
    )  # fmt: skip


def test_a_file_that_was_changed_is_refused(copied):
    weights = copied / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-4] + b"\0\0\0\0")

    assert refused(spec_of(copied))[0] == (
        '"weights.safetensors" is not what "model.json" pins: it was changed, or is not whole'
    )


@pytest.mark.parametrize(
    ("told", "message"),
    [
        (b"{", 'is no JSON'), (b"[]", "is no mapping"), (b'{"format": 9}', "is of format 9, and 1 is known here"),
        (b'{"format": 1, "method": "magic", "files": {}}', "speaks of no method that is known here"),
        (b'{"format": 1, "method": ["tfidf"], "files": {}}', "speaks of no method that is known here"),
    ],
    ids=["broken", "list", "later", "method", "methods"],
)  # fmt: skip
def test_a_broken_model_json_is_refused(copied, told, message):
    (copied / "model.json").write_bytes(told)

    assert message in refused(spec_of(copied))[0]


def test_a_model_json_without_classes_is_refused(copied):
    told = json.loads((copied / "model.json").read_bytes())
    (copied / "model.json").write_text(json.dumps({**told, "classes": []}))

    assert refused(spec_of(copied))[0] == '"model.json" names no classes'


def test_weights_that_do_not_fit_the_classes_are_told_when_the_first_text_is_there(copied):
    told = json.loads((copied / "model.json").read_bytes())
    (copied / "model.json").write_text(json.dumps({**told, "classes": ["a", "b", "c"]}))

    with pytest.raises(RuntimeError, match="its weights do not fit its classes and its vocabulary"):
        said(spec_of(copied), "hello")


def test_folding_means_nothing_to_a_model(counting):
    assert refused(spec_of(counting, fold=True))[0] == "a model looks at the text as written"


def test_an_absent_extra_is_named_with_its_command(counting, monkeypatch):
    monkeypatch.setattr(checking, "find_spec", lambda name: None)

    with pytest.raises(MissingExtraError, match=r"rubricate\[learn\]"):
        KIND.validate(spec_of(counting))


# -- models that rest on an encoder ------------------------------------------------------------------------


def test_a_model_on_an_encoder_gives_every_class_a_score(encoding):
    [found] = LearnScanner([spec_of(encoding)]).scan([make_document("hello world")])

    assert sorted(match[5]["class"] for match in found) == ["ham", "spam"]
    assert abs(sum(match[4] for match in found) - 1) <= 1e-4


def test_the_files_of_the_encoder_are_files_of_the_model(encoding):
    files = KIND.files(spec_of(encoding))

    assert {"encoder/config.json", "encoder/model.safetensors", "encoder/tokenizer.json"} < files.keys()
    assert {"model.json", "weights.safetensors"} < files.keys()


def test_another_encoder_is_refused(encoding, tiny_encoder, tmp_path):
    changed = shutil.copytree(tiny_encoder, tmp_path / "encoder")
    config = changed / "config.json"
    config.write_text(config.read_text() + "\n")
    model = shutil.copytree(encoding, tmp_path / "model")
    told = json.loads((model / "model.json").read_bytes())
    told["encoder"]["model"] = "../encoder"
    (model / "model.json").write_text(json.dumps(told))

    assert refused(spec_of(model)) == (
        '"config.json" of the encoder "../encoder" is not the one that the model was trained on',
        "put that encoder back, or train the model again",
    )


@pytest.mark.parametrize("key", ["attn_implementation", "kernel_config"])
def test_an_encoder_that_names_a_kernel_is_refused(tiny_encoder, tmp_path, key):
    folder = shutil.copytree(tiny_encoder, tmp_path / "encoder")
    told = json.loads((folder / "config.json").read_bytes())
    (folder / "config.json").write_text(json.dumps({**told, key: "somebody/kernel"}))

    with pytest.raises(OptionError, match="names a kernel to be fetched"):
        find_encoder("encoder", tmp_path, option="encoder")


def test_a_gpu_that_is_asked_for_and_absent_is_an_error(encoding):
    torch = pytest.importorskip("torch")

    with pytest.raises(
        ModelLoadError, match='the device "cuda:63" was asked for, and there is no GPU that torch can use'
    ):
        said(spec_of(encoding, device="cuda:63"), "hello")
    assert torch.cuda.device_count() < 63


def test_a_model_that_gives_no_number_abstains_and_says_so(encoding, caplog, monkeypatch):
    from rubricate_learn import encoding_model

    monkeypatch.setattr(encoding_model, "embed", lambda encoder, texts, **_: [None] * len(texts))

    with caplog.at_level(logging.WARNING):
        assert said(spec_of(encoding), "hello") == [[]]
    assert caplog.messages == ['matcher "m": the model gives no number for record 0 of its unit, so it abstains']


def test_the_classes_of_a_model_are_known_before_it_is_loaded(counting):
    assert KIND.outputs(spec_of(counting)) == {"ham", "spam"}
    assert find_model(spec_of(counting)).fields is None
