"""The matcher kinds `transformers.*`: models of the Hugging Face form that lie on this disk.

What it marks
    `transformers.text_classification`, `transformers.zero_shot` and `transformers.similarity` mark a whole text once
    for each class, the likeliest first; `take: first` keeps that one. They look at the first text field that is not
    blank, or at each of `fields:`. `transformers.token_classification` marks the entities in every text field.
    The column `class` says which class, `score` how sure the model is, rounded to four decimals.

Parameters
    `model` is a folder, from the ruleset's on, or `package:NAME/FOLDER` within an installed package. Weights are
    safetensors; nothing is fetched, and no code of a model is run. `device: auto` takes a GPU where there is one.
    Texts longer than `max_length` tokens are cut into windows that share `stride` tokens; of `windows` the answers
    are averaged. `join: true` asks all fields as one text.

    `transformers.token_classification`: `aggregation` is `simple` (token by token), `first` or `max` (a word gets the
    class of its first or surest token). `transformers.zero_shot`: `classes` are put into `hypothesis`, and the model
    says whether the text entails it; with `exclusive: false` each class is asked for itself.
    `transformers.similarity`: `classes` maps each class to its description or to examples, or `of: TABLE` has the
    examples and `column` names their class; the score is the cosine to the nearest one, or with `by: mean` to their
    middle.

Example
    `matchers: {mood: {use: transformers.text_classification, model: models/mood-v3}}`

Not marked
    Texts without a token, and those on which the model gives no number: it abstains, and says so in the log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from rubricate.api import Cost, MatcherKind, MatcherSpec, Scanner, hookimpl

__all__ = ["register_matchers"]

FAMILY = "transformers"
NAME = {"type": "string", "minLength": 1}
SHARED: Mapping[str, object] = {
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
        "maximum": 4096,
        "description": "Windows that go through the model together [32].",
    },
    "max_length": {"type": "integer", "minimum": 16, "description": "Tokens of a window [what the model takes]."},
    "stride": {"type": "integer", "minimum": 0, "description": "Tokens that a window shares with the one before."},
    "windows": {
        "anyOf": [{"const": "all"}, {"type": "integer", "minimum": 1}],
        "description": 'How many windows of a long text are asked, or "all".',
    },
}
JOIN = {"join": {"type": "boolean", "description": "Whether all its fields are asked as one text [false]."}}
TEXTS = {"anyOf": [NAME, {"type": "array", "items": NAME, "minItems": 1}]}
CLASS_LIST = {"type": "array", "items": NAME, "minItems": 1, "uniqueItems": True}
ENTITIES = {"aggregation": {"enum": ["simple", "first", "max"], "description": "How tokens become entities [simple]."}}
ENTAILED = {
    "classes": {
        "anyOf": [CLASS_LIST, {"type": "object", "additionalProperties": NAME, "minProperties": 1}],
        "description": "The classes, or class: what the hypothesis says of it.",
    },
    "hypothesis": {
        "type": "string",
        "pattern": r"^[^{}]*\{\}[^{}]*$",
        "description": 'What a text may entail, with {} for the class ["This example is {}."].',
    },
    "exclusive": {"type": "boolean", "description": "Whether one class excludes the others [true]."},
}
LIKENED = {
    "classes": {
        "anyOf": [CLASS_LIST, {"type": "object", "additionalProperties": TEXTS, "minProperties": 1}],
        "description": "Class: its description, or a list of examples.",
    },
    "column": {**NAME, "description": "The column of the table that holds the class of an example [label]."},
    "by": {"enum": ["nearest", "mean"], "description": "The nearest example of a class counts, or their middle."},
}


@hookimpl
def register_matchers() -> list[MatcherKind]:
    """The kinds `transformers.*`."""
    return [
        _kind("text_classification", "a trained classifier of whole texts, scored", JOIN, ["model"]),
        _kind("token_classification", "a trained tagger: entities with their places, scored", ENTITIES, ["model"]),
        _kind("zero_shot", "classes by their names, as a model of entailment sees them, scored", {**JOIN, **ENTAILED},
              ["model", "classes"]),
        _kind("similarity", "nearness to descriptions or examples of classes, by sentence embeddings, scored",
              {**JOIN, **LIKENED}, ["model"], _similarity_columns),
    ]  # fmt: skip


def _kind(
    name: str,
    help: str,
    options: Mapping[str, object],
    required: Sequence[str],
    columns: Callable[[MatcherSpec], Mapping[str, str]] | None = None,
) -> MatcherKind:
    return MatcherKind(
        name=f"{FAMILY}.{name}",
        help=f"{help} (needs the extra {FAMILY})",
        options={
            "type": "object",
            "properties": {**SHARED, **options},
            "required": list(required),
            "additionalProperties": False,
        },
        cost=Cost.MODEL,
        compile=_compile,
        columns=columns or _columns,
        validate=_validate,
        scores=True,
        classes="class",
        outputs=_outputs,
        family=FAMILY,
        files=_files,
        exact=False,
    )


def _columns(_spec: MatcherSpec) -> Mapping[str, str]:
    return {"class": "text"}


def _similarity_columns(_spec: MatcherSpec) -> Mapping[str, str]:
    return {"class": "text", "nearest": "text"}


# Only what scans imports torch and transformers, and only when the first text is there.


def _compile(specs: Sequence[MatcherSpec]) -> Scanner:
    from rubricate_transformers.scanning import ModelScanner

    return ModelScanner(specs)


def _validate(spec: MatcherSpec) -> None:
    from rubricate_transformers.checking import validate

    validate(spec)


def _outputs(spec: MatcherSpec) -> frozenset[str] | None:
    from rubricate_transformers.checking import outputs

    return outputs(spec)


def _files(spec: MatcherSpec) -> Mapping[str, Path]:
    from rubricate_transformers.folders import find_model

    return find_model(spec).files
