"""The matchers of transformers, and the same models called by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from comparing import Case
from texts_asked import CLASSES, batches_of, encoder_folder, on_one_core, scan, spec, vectors_of

__all__ = ["transformers_cases"]

TAGS = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC")
SENSES = ("contradiction", "neutral", "entailment")


def transformers_cases(folder: Path, texts: Sequence[str]) -> Iterator[Case]:
    """A case for each task; `folder` holds the models that are made, with heads of random weights."""
    import torch
    import transformers

    from rubricate_transformers.scanning import ModelScanner

    on_one_core()
    source = encoder_folder()
    tokenizer = transformers.AutoTokenizer.from_pretrained(source, local_files_only=True)

    def save(name: str, kind: Any, classes: Sequence[str]) -> tuple[str, Any]:
        torch.manual_seed(7)
        model = kind.from_pretrained(
            source, local_files_only=True, id2label=dict(enumerate(classes)), num_labels=len(classes)
        )
        path = str(folder / name)
        model.save_pretrained(path)
        tokenizer.save_pretrained(path)
        return path, model.eval()

    def case(task: str, path: str, by_hand: Callable[[], object], **options: object) -> Case:
        kind = f"transformers.{task}"
        ours = scan(ModelScanner([spec(kind, model=path, **options)]), texts)
        return Case(name=kind, ours=ours, by_hand=by_hand, number=len(texts))

    path, classifier = save("classifier", transformers.AutoModelForSequenceClassification, CLASSES)
    yield case("text_classification", path, lambda: classify(classifier, tokenizer, texts))
    path, tagger = save("tagger", transformers.AutoModelForTokenClassification, TAGS)
    yield case("token_classification", path, lambda: tag(tagger, tokenizer, texts), windows=1, stride=0)
    path, nli = save("nli", transformers.AutoModelForSequenceClassification, SENSES)
    yield case("zero_shot", path, lambda: entail(nli, tokenizer, texts), classes=list(CLASSES))
    encoder = transformers.AutoModel.from_pretrained(source, local_files_only=True).eval()
    yield case("similarity", source, lambda: liken(encoder, tokenizer, texts), classes=list(CLASSES))


def classify(model: Any, tokenizer: Any, texts: Sequence[str]) -> list[object]:
    """The scores of the classes of each text."""
    import torch

    with torch.inference_mode():
        return [row for read in batches_of(tokenizer, texts) for row in model(**read).logits.softmax(-1).tolist()]


def tag(model: Any, tokenizer: Any, texts: Sequence[str]) -> list[object]:
    """The tagged tokens of each text."""
    import torch

    spans: list[object] = []
    with torch.inference_mode():
        for read in batches_of(tokenizer, texts, return_offsets_mapping=True):
            offsets = read.pop("offset_mapping").tolist()
            scores, tags = model(**read).logits.softmax(-1).max(-1)
            rows = zip(offsets, scores.tolist(), tags.tolist(), strict=True)
            spans += [[each for each in zip(*row, strict=True) if each[2] and each[0][1]] for row in rows]
    return spans


def entail(model: Any, tokenizer: Any, texts: Sequence[str]) -> list[object]:
    """Whether each text entails each class."""
    import torch

    premises = [text for text in texts for _ in CLASSES]
    hypotheses = [f"This example is {name}." for name in CLASSES] * len(texts)
    with torch.inference_mode():
        return [row for read in batches_of(tokenizer, premises, hypotheses) for row in model(**read).logits.tolist()]


def liken(model: Any, tokenizer: Any, texts: Sequence[str]) -> list[object]:
    """How near the vector of each text is to some others."""
    import torch

    examples = torch.zeros(len(CLASSES), model.config.hidden_size)
    found: list[object] = []
    with torch.inference_mode():
        for read in batches_of(tokenizer, texts, length=256):
            found += (vectors_of(model, read) @ examples.T).tolist()
    return found
