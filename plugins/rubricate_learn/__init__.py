"""The matcher kind `learn.classify`: small classifiers that `rubricate train` makes from labelled records.

What it marks
    A whole text once for each class of the model, the likeliest first; `take: first` keeps that one. It reads the text
    fields that the model was trained on, as one text with a blank line between them, or those of `fields:`, and marks
    the first of them that is not blank. The column `class` says which class, `score` how likely it is, rounded to four
    decimals.

Parameters
    `model` is a folder that `rubricate train` wrote, from the ruleset's on, or `package:NAME/FOLDER` within an
    installed package. Its files must be those that its `model.json` pins; nothing in it is code. A model of the method
    `embeddings` rests on the encoder that it was trained on, which must be there unchanged; `device` and `batch_size`
    are for that one.

Example
    `matchers: {small: {use: learn.classify, model: models/spam, labels: {spam: spam, ham: ham}}}`

Not marked
    Blank texts, and those on which the model gives no number, as one in which `tfidf` knows no piece of a word: it
    abstains, and says so in the log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from rubricate.api import Cost, Lesson, MatcherKind, MatcherSpec, Scanner, Trained, Trainer, hookimpl

__all__ = ["register_matchers"]

NAME = {"type": "string", "minLength": 1}
OPTIONS: Final[Mapping[str, object]] = {
    "model": {**NAME, "description": "The folder of the model, or package:NAME/FOLDER."},
    "device": {
        "type": "string",
        "pattern": "^(auto|cpu|cuda(:[0-9]{1,3})?|mps)$",
        "description": "Where the encoder runs, if it has one: auto, cpu, cuda, cuda:1 or mps [auto].",
    },
    "batch_size": {
        "type": "integer",
        "minimum": 1,
        "maximum": 4096,
        "description": "Texts that go through the encoder together, if it has one [32].",
    },
}
SHARED: Final[Mapping[str, object]] = {
    "fields": {
        "type": "array",
        "items": NAME,
        "minItems": 1,
        "uniqueItems": True,
        "description": "The text fields that it reads [every text field].",
    },
    "strength": {
        "type": "number",
        "exclusiveMinimum": 0,
        "description": "How freely it follows the records (C of logistic regression) [chosen by cross-validation].",
    },
}
TFIDF: Final[Mapping[str, object]] = {
    **SHARED,
    "terms": {
        "type": "integer",
        "minimum": 1,
        "maximum": 1_000_000,
        "description": "How many words, pairs of words and pieces of words it knows at most [50000].",
    },
}
EMBEDDINGS: Final[Mapping[str, object]] = {
    **SHARED,
    "encoder": {**NAME, "description": "The sentence encoder: its folder, or package:NAME/FOLDER."},
    "device": OPTIONS["device"],
}


@hookimpl
def register_matchers() -> list[MatcherKind]:
    """The kind `learn.classify`."""
    return [
        MatcherKind(
            name="learn.classify",
            help="a small classifier made by `rubricate train`, scored (needs the extra learn)",
            options={"type": "object", "properties": OPTIONS, "required": ["model"], "additionalProperties": False},
            cost=Cost.MODEL,
            compile=_compile,
            columns=lambda _spec: {"class": "text"},
            validate=_validate,
            scores=True,
            classes="class",
            outputs=_outputs,
            family="learn",
            files=_files,
            asides=frozenset({"batch_size"}),
            exact=False,
            trainers=(
                Trainer(
                    name="tfidf",
                    help="logistic regression on words, pairs of words and pieces of words, without torch",
                    options=_schema(TFIDF),
                    check=_check_tfidf,
                    fit=_fit_tfidf,
                ),
                Trainer(
                    name="embeddings",
                    help="logistic regression on the vectors of a sentence encoder that lies on this disk",
                    options=_schema(EMBEDDINGS, "encoder"),
                    check=_check_embeddings,
                    fit=_fit_embeddings,
                ),
            ),
        )
    ]


def _schema(properties: Mapping[str, object], *required: str) -> Mapping[str, object]:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


# What follows imports nothing heavy before it has to.


def _compile(specs: Sequence[MatcherSpec]) -> Scanner:
    from rubricate_learn.scanning import LearnScanner

    return LearnScanner(specs)


def _validate(spec: MatcherSpec) -> None:
    from rubricate_learn.checking import validate

    validate(spec)


def _outputs(spec: MatcherSpec) -> frozenset[str]:
    from rubricate_learn.folders import find_model

    return frozenset(find_model(spec).classes)


def _files(spec: MatcherSpec) -> Mapping[str, Path]:
    from rubricate_learn.folders import find_model

    return find_model(spec).files


def _check_tfidf(_options: Mapping[str, object], _folder: Path) -> None:
    from rubricate_learn.checking import require_scikit

    require_scikit()


def _check_embeddings(options: Mapping[str, object], _folder: Path) -> None:
    from rubricate_learn.checking import require_encoder, require_scikit
    from rubricate_learn.encoders import find_encoder

    require_scikit()
    require_encoder("training on embeddings")
    find_encoder(str(options["encoder"]), Path(), option="encoder")


def _fit_tfidf(
    lessons: Sequence[Lesson], classes: Sequence[str], options: Mapping[str, object], _folder: Path
) -> Trained:
    from rubricate_learn.fitting import fit_tfidf

    return fit_tfidf(lessons, classes, options)


def _fit_embeddings(
    lessons: Sequence[Lesson], classes: Sequence[str], options: Mapping[str, object], folder: Path
) -> Trained:
    from rubricate_learn.fitting import fit_embeddings

    return fit_embeddings(lessons, classes, options, folder)
