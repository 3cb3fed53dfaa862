"""Makes models from lessons: what the records with labels become before the first is asked about."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from rubricate.api import Document, Lesson, Trained, UsageError
from rubricate_learn.counting_model import read_counting_model, vector_of
from rubricate_learn.encoders import find_encoder, name_from
from rubricate_learn.encoding_model import BATCH, embed, read_encoding_model
from rubricate_learn.folders import MODEL, VOCABULARY, WEIGHTS, model_json
from rubricate_learn.grams import Counting, grams_of
from rubricate_learn.reading import read_text
from rubricate_learn.scanning import Asker
from rubricate_learn.tensors import write_tensors

__all__ = ["fit_embeddings", "fit_tfidf"]

TERMS = 50_000
TWICE = 2
"""What stands in fewer texts than this is no sign of anything."""
FOLDS = 3
STRENGTHS = (2.0, 8.0, 32.0)
DIGITS = 5
"""Weights are rounded, so that the last digits of an addition do not show in the bytes."""
STEPS = 1000
NEAR, NEARER = 1e-3, 1e-5
"""How near the best weights are enough, to choose a strength and in the end."""


def fit_tfidf(lessons: Sequence[Lesson], classes: Sequence[str], options: Mapping[str, object]) -> Trained:
    """A model that counts words, pairs of words and pieces of words."""
    import numpy
    from scipy.sparse import csr_matrix

    fields = _fields(options)
    texts, targets = _read(lessons, fields)
    names, has_rest = _outcomes(classes, targets)
    vocabulary = _vocabulary(texts, cast("int", options.get("terms", TERMS)))
    if not vocabulary:
        raise UsageError("no two texts have a word or a piece of one in common", help="add more gold")
    counting = Counting({term: number for number, term in enumerate(vocabulary)})
    counts = [counting.count(text) for text in texts]
    held = Counter(number for each in counts for number in each)
    rarity = numpy.array([1.0 + numpy.log((1 + len(texts)) / (1 + held[number])) for number in range(len(vocabulary))])
    rarity = rarity.astype("f4").astype(float)  # as it is stored
    vectors = [vector_of(each, rarity) for each in counts]
    ends = numpy.cumsum([0, *(len(numbers) for numbers, _ in vectors)])
    matrix = csr_matrix(
        (numpy.concatenate([weights for _, weights in vectors]), numpy.concatenate([at for at, _ in vectors]), ends),
        shape=(len(texts), len(vocabulary)),
    )
    weights, bias, strength = _fit(matrix, targets, names, options)
    files = {
        VOCABULARY: (json.dumps(vocabulary, ensure_ascii=False, separators=(",\n", ":")) + "\n").encode(),
        WEIGHTS: write_tensors({"bias": bias, "rarity": rarity, "weights": weights}),
    }
    files[MODEL] = model_json("tfidf", names, has_rest=has_rest, fields=fields, files=files)
    asker = read_counting_model(names, files[VOCABULARY], files[WEIGHTS], has_rest=has_rest)
    told = {"method": "tfidf", "terms": f"{len(vocabulary):,}", "strength": f"{strength:g}"}
    return Trained(files=files, told=told, ask=lambda documents: _ask(asker, documents, fields))


def fit_embeddings(
    lessons: Sequence[Lesson], classes: Sequence[str], options: Mapping[str, object], folder: Path
) -> Trained:
    """A model that rests on a sentence encoder."""
    import numpy

    fields, device = _fields(options), str(options.get("device", "auto"))
    name = name_from(str(options["encoder"]), folder)
    encoder = find_encoder(name, folder, option="encoder")
    texts, targets = _read(lessons, fields)
    vectors = embed(encoder, texts, device=device)
    kept = [number for number, vector in enumerate(vectors) if vector is not None]
    targets = [targets[number] for number in kept]
    names, has_rest = _outcomes(classes, targets)
    weights, bias, strength = _fit(numpy.stack([vectors[number] for number in kept]), targets, names, options)
    files = {WEIGHTS: write_tensors({"bias": bias, "weights": weights})}
    pinned = {each: _digest(path) for each, path in encoder.files.items()}
    files[MODEL] = model_json("embeddings", names, has_rest=has_rest, fields=fields, files=files,
                              encoder={"model": name, "files": pinned})  # fmt: skip
    asker = read_encoding_model(names, files[WEIGHTS], encoder, has_rest=has_rest, device=device, batch=BATCH)
    told = {"method": "embeddings", "encoder": name, "strength": f"{strength:g}"}
    return Trained(files=files, told=told, ask=lambda documents: _ask(asker, documents, fields))


def _fields(options: Mapping[str, object]) -> tuple[str, ...] | None:
    return tuple(map(str, cast("Sequence[object]", options["fields"]))) if "fields" in options else None


def _read(lessons: Sequence[Lesson], fields: Sequence[str] | None) -> tuple[list[str], list[str | None]]:
    """The texts of the lessons and what holds for each; blank ones are left out, as no model is asked about them."""
    found = [(read_text(lesson.document, fields), lesson.target) for lesson in lessons]
    read = [(text[1], target) for text, target in found if text is not None]
    return [text for text, _ in read], [target for _, target in read]


def _vocabulary(texts: Sequence[str], most: int) -> list[str]:
    """What is counted: what stands in the most texts, and in more than one, sorted."""
    held: Counter[str] = Counter()
    for text in texts:
        held.update(set(grams_of(text)))
    often = sorted((term for term, count in held.items() if count >= TWICE), key=lambda term: (-held[term], term))
    return sorted(often[:most])


def _outcomes(classes: Sequence[str], targets: Sequence[str | None]) -> tuple[tuple[str, ...], bool]:
    """The classes that there are lessons of, and whether there are lessons of none; UsageError where that is all."""
    seen = set(targets)
    if len(seen) < 2:
        raise UsageError("hardly a record has a text to learn from", help="name other fields with -o fields=..")
    return tuple(name for name in classes if name in seen), not seen <= set(classes)


def _fit(
    matrix: Any, targets: Sequence[str | None], names: Sequence[str], options: Mapping[str, object]
) -> tuple[Any, Any, float]:
    """Weights, bias, and the strength that they were found with."""
    import numpy

    places = {name: number for number, name in enumerate(names)}
    wanted = numpy.array([places.get(target or "", len(names)) for target in targets])
    strength = cast("float | None", options.get("strength"))
    if strength is None:
        strength = min(STRENGTHS, key=lambda each: (_loss(matrix, wanted, each), each))
    fitted = _regression(matrix, wanted, strength, NEARER)
    return numpy.round(fitted.coef_, DIGITS), numpy.round(fitted.intercept_, DIGITS), float(strength)


def _loss(matrix: Any, wanted: Any, strength: float) -> float:
    """What a strength loses on records that it was not fitted on; they come in the order of their digests."""
    import numpy

    fold: Any = numpy.arange(len(wanted)) % FOLDS
    lost = 0.0
    for number in range(FOLDS):
        others = fold != number
        if len(set(wanted[others])) < 2:
            continue
        fitted = _regression(matrix[others], wanted[others], strength, NEAR)
        place = {int(outcome): column for column, outcome in enumerate(fitted.classes_)}
        shares = fitted.predict_proba(matrix[~others])
        for row, outcome in zip(shares, wanted[~others], strict=True):
            column = place.get(int(outcome))
            lost -= float(numpy.log(max(row[column] if column is not None else 0.0, 1e-12)))
    return round(lost, 6)


def _regression(matrix: Any, wanted: Any, strength: float, near: float) -> Any:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # what was found by then is what is measured
        return LogisticRegression(C=strength, max_iter=STEPS, tol=near).fit(matrix, wanted)


def _ask(asker: Asker, documents: Sequence[Document], fields: Sequence[str] | None) -> list[Mapping[str, float] | None]:
    read = [read_text(document, fields) for document in documents]
    texts = [told[1] for told in read if told is not None]
    answers = iter(asker.ask(texts) if texts else ())
    return [None if told is None else next(answers) for told in read]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
