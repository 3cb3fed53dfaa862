"""Models that are not there, not whole or not safe are refused before anything is loaded, with what to do."""

import json
import shutil
import subprocess
import sys

import pytest

from support.models import needs

needs("PIL", "numpy", "onnx", "onnxruntime", "cv2", "torch", "transformers")

from rubricate.api import OptionError  # noqa: E402  # what needs the packages comes behind the skip
from rubricate_images.checking import outputs, validate  # noqa: E402
from rubricate_images.folders import find_model  # noqa: E402


def refused(spec, kind, folder, **options):
    with pytest.raises(OptionError) as caught:
        validate(spec(kind, model=str(folder), **options))
    return caught.value.message.replace(str(folder), "FOLDER"), caught.value.help


def change(folder, name, **told):
    path = folder / name
    path.write_text(json.dumps({**json.loads(path.read_text()), **told}))


def test_a_model_that_is_not_there_is_not_fetched(spec, tmp_path):
    assert refused(spec, "zero_shot", "openai/clip", classes=["a", "b"]) == (
        f'there is no model "openai/clip" at "{tmp_path / "openai/clip"}"'.replace("openai/clip", "FOLDER"),
        "nothing is fetched while rules run: put the model there, or fetch it before with hf download NAME --local-dir FOLDER",
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("config.json", 'the model folder "FOLDER" holds no "config.json"'),
        ("model.safetensors", 'the model folder "FOLDER" holds no "model.safetensors"'),
        ("preprocessor_config.json", 'the model folder "FOLDER" holds no "preprocessor_config.json"'),
        ("tokenizer.json", 'the model folder "FOLDER" holds no "tokenizer.json"'),
    ],
)
def test_a_half_folder_is_told_by_what_it_lacks(spec, copied, name, message):
    folder = copied("clip")
    (folder / name).unlink()

    assert refused(spec, "zero_shot", folder, classes=["a", "b"])[0] == message


def test_weights_that_are_cut_short_are_refused(spec, copied):
    folder = copied("classifier")
    weights = folder / "model.safetensors"
    size = weights.stat().st_size
    with weights.open("r+b") as file:
        file.truncate(size - 100)

    assert refused(spec, "classify", folder) == (
        f'"model.safetensors" has {size - 100:,} bytes, and its header tells of {size:,}',
        "copy it again: it is not whole",
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"version https://git-lfs.github.com/spec/v1", '"model.safetensors" only points to the weights'),
        (b"nonsense" * 9, '"model.safetensors" is no safetensors'),
        ((20).to_bytes(8, "little") + b'{"x": {"dtype": 1}}  ' + bytes(9), '"model.safetensors" has a broken header'),
    ],
    ids=["pointer", "nonsense", "header"],
)
def test_files_that_are_no_weights_are_refused(spec, copied, content, message):
    folder = copied("classifier")
    (folder / "model.safetensors").write_bytes(content)

    assert refused(spec, "classify", folder)[0] == message


def test_weights_that_can_run_code_are_not_loaded(spec, copied):
    folder = copied("classifier")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")

    assert refused(spec, "classify", folder)[0] == (
        'the weights "pytorch_model.bin" are no safetensors, and loading them can run code'
    )


@pytest.mark.parametrize("name", ["config.json", "preprocessor_config.json", "tokenizer_config.json"])
def test_code_that_comes_with_a_model_is_never_run(spec, copied, name):
    folder = copied("clip")
    change(folder, name, auto_map={"AutoModel": "modeling.py--Evil"})

    assert refused(spec, "zero_shot", folder, classes=["a", "b"]) == (
        f'"{name}" asks to run code that comes with the model (auto_map)',
        "use a model whose class is part of transformers; code that comes with a model is never run",
    )


def test_a_backbone_that_lies_elsewhere_is_refused(spec, copied):
    folder = copied("detector")
    change(folder, "config.json", backbone="microsoft/resnet-50")

    assert refused(spec, "detect", folder)[0] == '"config.json" names what lies elsewhere (backbone)'


@pytest.mark.parametrize(
    ("kind", "model", "message"),
    [
        ("classify", "detector", 'the model is a "YolosForObjectDetection", which cannot do images.classify'),
        ("detect", "clip", 'the model is a "CLIPModel", which cannot do images.detect'),
        ("zero_shot", "classifier", 'the model is a "ViTForImageClassification", which cannot do images.zero_shot'),
    ],
)
def test_a_model_for_something_else_is_refused(spec, copied, models, kind, model, message):
    folder = copied(model)
    shutil.copy(models / "clip" / "tokenizer.json", folder / "tokenizer.json")
    options = {"classes": ["a", "b"]} if kind == "zero_shot" else {}

    assert refused(spec, kind, folder, **options)[0] == message


def test_a_model_of_onnx_has_to_be_one(spec, colours, tmp_path):
    folder = shutil.copytree(colours, tmp_path / "colours")
    (folder / "model.onnx").write_bytes(b"version https://git-lfs")
    assert refused(spec, "classify", folder)[0] == '"model.onnx" only points to the model'

    (folder / "model.onnx").write_bytes(b"PK\x03\x04")
    assert refused(spec, "classify", folder)[0] == '"model.onnx" is no model of ONNX'


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"crop_pct": 0.9}, 'asks for "crop_pct", which is not supported with ONNX'),
        ({"include_top": True}, 'asks for "include_top", which is not supported with ONNX'),
        (
            {"image_processor_type": "LevitImageProcessorFast"},
            'asks for "LevitImageProcessorFast", which is not supported with ONNX',
        ),
        ({"size": {"longest_edge": 9}}, "gives a size by longest_edge"),
        ({"resample": "soft"}, "is not what transformers writes"),
    ],
)
def test_a_processor_that_does_more_than_is_known_is_refused_with_onnx(spec, colours, tmp_path, told, message):
    folder = shutil.copytree(colours, tmp_path / "colours")
    change(folder, "preprocessor_config.json", **told)

    assert refused(spec, "classify", folder)[0] == f'"preprocessor_config.json" {message}'


def test_options_that_would_change_nothing_are_refused(spec, colours, tmp_path):
    net = tmp_path / "net"
    net.mkdir()
    for name in ("graph.pb", "graph.pbtxt"):
        (net / name).write_bytes(b"x")

    assert refused(spec, "classify", colours, dtype="float16") == (
        "a model of the form ONNX is not told this", "remove `dtype`",
    )  # fmt: skip
    assert refused(spec, "detect", net, device="cuda") == (
        "a model of the form TensorFlow is not told this", "remove `device`",
    )  # fmt: skip


def test_weights_that_lie_beside_a_model_of_onnx_belong_to_it(spec, colours, tmp_path):
    import onnx

    folder = shutil.copytree(colours, tmp_path / "colours")
    model = onnx.load(folder / "model.onnx")
    weights = onnx.numpy_helper.to_array(model.graph.initializer[0])
    model.graph.initializer[0].CopyFrom(onnx.numpy_helper.from_array(weights, "steepness"))
    onnx.save_model(model, folder / "model.onnx", save_as_external_data=True, location="weights.bin", size_threshold=0)

    assert sorted(find_model(spec("classify", model=str(folder))).files) == [
        "config.json", "model.onnx", "preprocessor_config.json", "weights.bin",
    ]  # fmt: skip
    (folder / "weights.bin").unlink()
    assert refused(spec, "classify", folder) == (
        'the model folder lacks "weights.bin"', "copy it as well: it holds weights of model.onnx",
    )  # fmt: skip


def test_a_frozen_graph_needs_its_description(spec, tmp_path):
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "graph.pb").write_bytes(b"x")

    assert refused(spec, "detect", tmp_path / "net") == (
        'the model folder "FOLDER" holds no file "*.pbtxt"', "one is wanted: the description of its graph",
    )  # fmt: skip


def test_a_package_that_is_not_installed_is_told(spec):
    assert refused(spec, "detect", "package:no_such_package/models")[0] == (
        'there is no installed package "no_such_package"'
    )
    assert refused(spec, "detect", "package:json/../os")[0] == 'the package "json" has no folder "../os"'


def test_the_files_of_a_model_are_those_that_its_answers_follow_from(spec, models, colours):
    assert sorted(find_model(spec("classify", model=str(models / "classifier"))).files) == [
        "config.json", "model.safetensors", "preprocessor_config.json",
    ]  # fmt: skip
    assert sorted(find_model(spec("classify", model=str(colours))).files) == [
        "config.json", "model.onnx", "preprocessor_config.json",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        ("classify", {"classes": {"pet": ["cats"]}}, 'the model has no class "cats"'),
        ("classify", {"classes": {"pet": ["dog"], "x": "dog"}}, '"dog" belongs to "pet" and to "x"'),
        (
            "classify",
            {"classes": {"pet": ["dog"]}, "top": 2},
            "all of `classes` are given, and not the likeliest alone",
        ),
        ("detect", {"classes": ["dog", "dgo"]}, 'the model has no class "dgo"'),
        ("detect", {"side": 300}, "the folder of the model says what it takes"),
        ("zero_shot", {"classes": ["cat"]}, "of one class that excludes all others every picture is"),
    ],
)
def test_classes_have_to_fit_the_model(spec, models, kind, options, message):
    folder = models / {"classify": "classifier", "detect": "detector", "zero_shot": "clip"}[kind]

    assert refused(spec, kind, folder, **options)[0] == message


def test_a_matcher_knows_its_classes_beforehand(spec, models):
    classifier, detector = str(models / "classifier"), str(models / "detector")

    assert outputs(spec("classify", model=classifier)) == {"cat, true cat", "dog", "car"}
    assert outputs(spec("classify", model=classifier, classes={"pet": ["dog", "cat"]})) == {"pet"}
    assert outputs(spec("detect", model=detector, classes=["dog"])) == {"dog"}
    assert outputs(spec("zero_shot", model=str(models / "clip"), classes={"a": "an ape", "b": "a bee"})) == {"a", "b"}
    assert outputs(spec("background")) >= {"white", "black"}


def test_checking_a_matcher_imports_nothing_heavy(models):
    program = (
        "import sys; from rubricate.api import MatcherSpec; from rubricate.model.location import Location\n"
        "import rubricate_images.checking as checking\n"
        f"spec = MatcherSpec(name='m', kind='images.classify', options={{'model': {str(models / 'classifier')!r}}},"
        " location=Location('ruleset.yaml', 1, 1))\n"
        "checking.validate(spec); checking.outputs(spec); checking.files(spec)\n"
        "print([name for name in ('torch', 'transformers', 'cv2', 'onnxruntime', 'numpy') if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
