"""What can be said of a matcher before a picture is there: whether it can be used, its classes, its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Final, cast

from rubricate.api import MatcherSpec, MissingExtraError, OptionError
from rubricate_images.coco import COCO
from rubricate_images.colours import COLOURS
from rubricate_images.examples import example_files, example_hashes
from rubricate_images.folders import Form, ModelFolder, find_model
from rubricate_images.preparing import PixelMaker

__all__ = ["HEADS", "candidates", "class_names", "files", "groups", "outputs", "task_of", "validate"]

HEADS: Final = MappingProxyType(
    {
        "classify": ("ForImageClassification",),
        "zero_shot": ("CLIPModel", "SiglipModel"),
        "detect": ("ForObjectDetection",),
    }
)
"""Task -> how the classes of its models end."""
NEEDS: Final[Mapping[Form, tuple[str, tuple[str, ...]]]] = MappingProxyType(
    {
        "torch": ("transformers", ("PIL", "safetensors", "torch", "transformers")),
        "onnx": ("vision", ("PIL", "numpy", "onnxruntime")),
        "tensorflow": ("vision", ("PIL", "cv2", "numpy")),
    }
)
"""Form of a model -> the extra that runs it, and its packages."""

IDLE: Final[Mapping[Form, tuple[str, ...]]] = MappingProxyType(
    {"torch": (), "onnx": ("dtype",), "tensorflow": ("device", "dtype", "batch_size")}
)
"""Form of a model -> options that would change nothing."""
FORMS: Final[Mapping[Form, str]] = MappingProxyType({"torch": "PyTorch", "onnx": "ONNX", "tensorflow": "TensorFlow"})


def task_of(spec: MatcherSpec) -> str:
    """`zero_shot` of `images.zero_shot`."""
    return spec.kind.rpartition(".")[2]


def validate(spec: MatcherSpec) -> None:
    """Raises OptionError for a matcher that cannot be used, MissingExtraError where packages are missing."""
    _need(spec, "images", ("PIL", "numpy"))
    if spec.table is not None:
        raise OptionError("of", f'"{spec.kind}" takes no table', help="remove `of`")
    if spec.fold:
        raise OptionError("fold", "a picture has no letters to be folded", help="remove `fold`")
    task = task_of(spec)
    if task == "near_duplicate":
        example_hashes(spec)
    if task not in HEADS:
        return
    model = find_model(spec)
    _need(spec, *NEEDS[model.form])
    _check_head(model, task)
    _check_form(spec, model)
    if task == "classify":
        if "classes" in spec.options and "top" in spec.options:
            raise OptionError("top", "all of `classes` are given, and not the likeliest alone",
                              help="remove `top` or `classes`", at_key=True)  # fmt: skip
        groups(spec, model)
    elif task == "zero_shot":
        if len(candidates(spec)) < 2 and not is_sigmoid(model):
            raise OptionError("classes", "of one class that excludes all others every picture is", help="add a class")
    else:
        if "side" in spec.options and model.form != "tensorflow":
            raise OptionError("side", "the folder of the model says what it takes", help="remove `side`", at_key=True)
        _check_wanted(spec, class_names(model))


def outputs(spec: MatcherSpec) -> frozenset[str] | None:
    """The classes that a matcher can give."""
    task = task_of(spec)
    if task == "background":
        return frozenset(COLOURS)
    if task == "near_duplicate":
        return frozenset(cast("Mapping[str, object]", spec.options["examples"]))
    if task == "zero_shot":
        return frozenset(candidates(spec))
    declared = spec.options.get("classes")
    if declared is not None:
        return frozenset(map(str, cast("Sequence[object]", declared)))
    return frozenset(class_names(find_model(spec)).values())


def files(spec: MatcherSpec) -> Mapping[str, Path]:
    """The files that a matcher's answers follow from."""
    task = task_of(spec)
    if task == "near_duplicate":
        return {file: path for _, file, path in example_files(spec)}
    return find_model(spec).files if task in HEADS else {}


def class_names(model: ModelFolder) -> Mapping[int, str]:
    """Number -> name of each class of a model."""
    if model.form == "tensorflow":
        return COCO
    named = model.config.get("id2label")
    if not isinstance(named, Mapping) or not named:
        raise OptionError("model", '"config.json" names no classes (id2label)', help="copy the whole model")
    try:
        found = {int(number): str(name) for number, name in named.items()}
    except (TypeError, ValueError):
        found = {}
    if sorted(found) != list(range(len(found))) or not found:
        raise OptionError("model", '"id2label" in "config.json" does not number its classes from 0', help="mend it")
    return dict(sorted(found.items()))


def is_sigmoid(model: ModelFolder) -> bool:
    """Whether each class of a zero-shot model has a score for itself."""
    return "siglip" in str(model.config.get("model_type"))


def candidates(spec: MatcherSpec) -> Mapping[str, str]:
    """Class -> what the hypothesis says of it."""
    named = spec.options["classes"]
    if isinstance(named, Mapping):
        return {str(name): str(text) for name, text in named.items()}
    return {str(name): str(name) for name in cast("Sequence[object]", named)}


def groups(spec: MatcherSpec, model: ModelFolder) -> Mapping[str, tuple[int, ...]] | None:
    """Class -> numbers of the classes of the model that it is the sum of; None where it gives those themselves."""
    declared = spec.options.get("classes")
    if declared is None:
        return None
    numbers = _by_name(class_names(model))
    owner: dict[int, str] = {}
    found: dict[str, tuple[int, ...]] = {}
    for group, named in cast("Mapping[str, object]", declared).items():
        names = [named] if isinstance(named, str) else cast("Sequence[str]", named)
        own: list[int] = []
        for at, name in enumerate(names):
            path = (group,) if isinstance(named, str) else (group, at)
            if name not in numbers:
                help = _nearest(name, numbers)
                raise OptionError("classes", f'the model has no class "{name}"', path=path, help=help)
            for number in numbers[name]:
                if owner.setdefault(number, group) != group:
                    told = f'"{name}" belongs to "{owner[number]}" and to "{group}"'
                    raise OptionError("classes", told, path=path, help="remove it from one of them")
            own += numbers[name]
        found[group] = tuple(dict.fromkeys(own))
    return found


def _by_name(names: Mapping[int, str]) -> dict[str, list[int]]:
    """Name of a class, or one of its synonyms that stand between commas -> its numbers."""
    found: dict[str, list[int]] = {}
    for number, name in names.items():
        for each in dict.fromkeys((name, *(part.strip() for part in name.split(",")))):
            found.setdefault(each, []).append(number)
    return {name: numbers for name, numbers in found.items() if name}


def _check_wanted(spec: MatcherSpec, names: Mapping[int, str]) -> None:
    """Raises OptionError for a class that a detector does not know."""
    known = set(names.values())
    for at, name in enumerate(cast("Sequence[str]", spec.options.get("classes", ()))):
        if name not in known:
            raise OptionError("classes", f'the model has no class "{name}"', path=(at,), help=_nearest(name, known))


def _nearest(name: str, known: Mapping[str, object] | set[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, sorted(known), n=3)
    return f"is it {' or '.join(near)}?" if near else f"it has {', '.join(sorted(known)[:5])} and {len(known)} in all"


def _check_head(model: ModelFolder, task: str) -> None:
    """Raises OptionError for a model that was made for something else."""
    if model.form == "tensorflow":
        return
    classes = model.config.get("architectures")
    if isinstance(classes, list) and classes and not any(str(each).endswith(HEADS[task]) for each in classes):
        raise OptionError("model", f'the model is a "{classes[0]}", which cannot do images.{task}',
                          help=f"use a model whose class ends in {' or '.join(HEADS[task])}")  # fmt: skip
    if task != "zero_shot":
        class_names(model)


def _check_form(spec: MatcherSpec, model: ModelFolder) -> None:
    """Raises OptionError for what a model of this form cannot be told."""
    for name in IDLE[model.form]:
        if name in spec.options:
            told = f"a model of the form {FORMS[model.form]} is not told this"
            raise OptionError(name, told, help=f"remove `{name}`", at_key=True)
    if model.form == "onnx":
        PixelMaker(model)


def _need(spec: MatcherSpec, extra: str, packages: Sequence[str]) -> None:
    if any(find_spec(name) is None for name in packages):
        raise MissingExtraError(f"the kind {spec.kind}", extra)
