"""The plugin keeps the contract of every plugin, with a model that is made on the spot."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

import rubricate_learn
from rubricate.testing import MatcherSample, PluginContract
from support.lessons import lessons
from support.models import needs

needs("sklearn")

# samples are named when tests are collected, so the folder has its name before it is there
MODEL = Path(tempfile.gettempdir()) / f"rubricate-learned-{os.getpid()}"


@pytest.fixture(scope="module", autouse=True)
def model():
    from rubricate_learn.fitting import fit_tfidf

    MODEL.mkdir()
    for name, content in fit_tfidf(lessons(), ["spam", "ham"], {"strength": 8.0}).files.items():
        (MODEL / name).write_bytes(content)
    yield
    shutil.rmtree(MODEL)


class TestLearn(PluginContract):
    plugin = rubricate_learn
    samples = (
        MatcherSample(
            {"use": "learn.classify", "field": "text", "model": str(MODEL)},
            hits=[("subscribe", [(0, 9)]), ("a lovely song", [(0, 13)])],
            misses=["", " \n"],
            anywhere=False,
        ),
    )
