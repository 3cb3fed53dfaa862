"""The plugin keeps the contract of every plugin, with tiny models."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

import rubricate_transformers
from rubricate.testing import MatcherSample, PluginContract
from support.tiny_models import make_classifier, make_encoder, make_entailment, make_tagger

pytest.importorskip("torch", reason="not installed: make models")
pytest.importorskip("transformers", reason="not installed: make models")

# samples are named when tests are collected, so the folder has its name before it is there
MODELS = Path(tempfile.gettempdir()) / f"rubricate-models-{os.getpid()}"
WHOLE = [("hello world", [(0, 11)]), ("Anna lives in Dublin.", [(0, 21)])]
BLANK = ["", " \n"]


@pytest.fixture(scope="module", autouse=True)
def models():
    MODELS.mkdir()
    make_classifier(MODELS / "classifier")
    make_encoder(MODELS / "encoder")
    make_entailment(MODELS / "nli")
    make_tagger(MODELS / "tagger")
    yield
    shutil.rmtree(MODELS)


class TestTransformers(PluginContract):
    plugin = rubricate_transformers
    samples = (
        MatcherSample(
            {"use": "transformers.text_classification", "field": "text", "model": str(MODELS / "classifier")},
            hits=WHOLE, misses=BLANK, anywhere=False,
        ),
        MatcherSample(
            {"use": "transformers.token_classification", "model": str(MODELS / "tagger")},
            hits=["[[Anna Smith]] lives in [[Dublin]]", "in [[Berlin]] and [[zu]][[rich]]"],
            misses=["hello world", *BLANK],
        ),
        MatcherSample(
            {"use": "transformers.zero_shot", "field": "text", "model": str(MODELS / "nli"), "classes": ["good", "bad"]},
            hits=WHOLE, misses=BLANK, anywhere=False,
        ),
        MatcherSample(
            {"use": "transformers.similarity", "field": "text", "model": str(MODELS / "encoder"), "classes": ["hello", "berlin"]},
            hits=WHOLE, misses=BLANK, anywhere=False,
        ),
    )  # fmt: skip
