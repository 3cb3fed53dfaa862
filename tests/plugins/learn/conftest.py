"""Models of both methods, small enough to be made on the spot."""

import json
import shutil
from pathlib import Path

import pytest

from support.lessons import lessons
from support.models import missing

FAST = {"strength": 8.0}


@pytest.fixture(scope="session")
def counting(tmp_path_factory):
    """The folder of a model by `tfidf`."""
    reason = missing("sklearn")
    if reason is not None:
        pytest.skip(reason)
    from rubricate_learn.fitting import fit_tfidf

    return _written(fit_tfidf(lessons(), ["spam", "ham"], FAST), tmp_path_factory.mktemp("learned") / "counting")


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory):
    """The folder of a tiny random encoder."""
    reason = missing("sklearn", "torch", "transformers")
    if reason is not None:
        pytest.skip(reason)
    from support.tiny_models import make_encoder

    folder = tmp_path_factory.mktemp("encoders") / "tiny"
    make_encoder(folder)
    return folder


@pytest.fixture(scope="session")
def encoding(tiny_encoder, tmp_path_factory):
    """The folder of a model by `embeddings`, on the tiny encoder."""
    from rubricate_learn.fitting import fit_embeddings

    folder = tmp_path_factory.mktemp("learned") / "encoding"
    folder.mkdir()
    return _written(fit_embeddings(lessons(), ["spam", "ham"], {**FAST, "encoder": str(tiny_encoder)}, folder), folder)


@pytest.fixture
def copied(counting, tmp_path):
    """A copy of the counting model to be spoilt."""
    return Path(shutil.copytree(counting, tmp_path / "spoilt"))


def _written(trained, folder):
    folder.mkdir(exist_ok=True)
    for name, content in trained.files.items():
        (folder / name).write_bytes(content)
    assert json.loads((folder / "model.json").read_bytes())["format"] == 1
    return folder
