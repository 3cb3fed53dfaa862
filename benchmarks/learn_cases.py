"""The matcher `learn.classify`, and what scikit-learn makes of the same kind of features, batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from comparing import Case
from texts_asked import BATCH, CLASSES, batches_of, document, encoder_folder, on_one_core, scan, spec, vectors_of

__all__ = ["learn_cases"]

ByHand = Callable[[Sequence[str]], object]
OPTIONS = {"strength": 8.0}


def learn_cases(folder: Path, texts: Sequence[str]) -> Iterator[Case]:
    """A case for each method; `folder` holds what is learned."""
    from rubricate.api import Lesson

    targets = [CLASSES[number % len(CLASSES)] for number in range(len(texts))]
    lessons = [Lesson(document(at, text), target) for at, (text, target) in enumerate(zip(texts, targets, strict=True))]
    yield _words(folder / "tfidf", texts, targets, lessons)
    yield _vectors(folder / "embeddings", texts, targets, lessons)


def _words(folder: Path, texts: Sequence[str], targets: Sequence[str], lessons: Sequence[Any]) -> Case:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    from rubricate_learn.fitting import fit_tfidf

    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True)
    pipeline = make_pipeline(make_union(words, pieces), LogisticRegression(C=8.0)).fit(list(texts), targets)
    folder.mkdir()
    return _case(folder, texts, fit_tfidf(lessons, CLASSES, OPTIONS).files, pipeline.predict_proba)


def _vectors(folder: Path, texts: Sequence[str], targets: Sequence[str], lessons: Sequence[Any]) -> Case:
    import torch
    import transformers
    from sklearn.linear_model import LogisticRegression

    from rubricate_learn.fitting import fit_embeddings

    on_one_core()
    source = encoder_folder()
    tokenizer = transformers.AutoTokenizer.from_pretrained(source, local_files_only=True)
    encoder = transformers.AutoModel.from_pretrained(source, local_files_only=True).eval()

    def embed(part: Sequence[str]) -> Any:
        with torch.inference_mode():
            [read] = batches_of(tokenizer, part, length=256)
            return vectors_of(encoder, read).numpy()

    head = LogisticRegression(C=8.0).fit(embed(texts[:BATCH]), targets[:BATCH])
    folder.mkdir()
    files = fit_embeddings(lessons[:BATCH], CLASSES, {**OPTIONS, "encoder": source}, folder).files
    return _case(folder, texts, files, lambda part: head.predict_proba(embed(part)))


def _case(folder: Path, texts: Sequence[str], files: Mapping[str, bytes], by_hand: ByHand) -> Case:
    from rubricate_learn.scanning import LearnScanner

    for name, content in files.items():
        (folder / name).write_bytes(content)
    ours = scan(LearnScanner([spec("learn.classify", model=str(folder))]), texts)
    parts = [list(texts[begin : begin + BATCH]) for begin in range(0, len(texts), BATCH)]
    name = f"learn.classify, {folder.name}"
    return Case(name=name, ours=ours, by_hand=lambda: [by_hand(part) for part in parts], number=len(texts))
