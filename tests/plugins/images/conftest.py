"""Models for the tests of this plugin, and short ways to ask a matcher."""

import shutil
from pathlib import Path

import pytest

from rubricate.model.location import Location
from rubricate.model.ruleset import MatcherSpec
from support import tiny_vision as tiny


@pytest.fixture
def spec(tmp_path):
    """Gives a matcher; paths in it lead on from the folder of the test."""

    def make(kind, *, name="m", fields=None, **options):
        place = Location(str(tmp_path / "ruleset.yaml"), 1, 1)
        return MatcherSpec(name=name, kind=f"images.{kind}", options=options, fields=fields, location=place)

    return make


@pytest.fixture
def ask(spec):
    """Asks a matcher of a kind about documents, or about the bytes of one picture each."""
    from rubricate_images.checking import validate
    from rubricate_images.scanning import PictureScanner

    def run(kind, *documents, **options):
        matcher = spec(kind, **options)
        validate(matcher)
        batch = [
            tiny.document_of(each, ordinal=number) if isinstance(each, bytes) else each
            for number, each in enumerate(documents)
        ]
        return PictureScanner([matcher]).scan(batch)

    return run


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    """Folder of `classifier`, `clip`, `siglip` and `detector`, all tiny."""
    folder = tmp_path_factory.mktemp("vision")
    tiny.make_picture_classifier(folder / "classifier")
    tiny.make_clip(folder / "clip")
    tiny.make_siglip(folder / "siglip")
    tiny.make_detector(folder / "detector")
    return folder


@pytest.fixture(scope="session")
def colours(tmp_path_factory):
    """The folder of the model that says which channel is the strongest."""
    return tiny.make_colour_model(tmp_path_factory.mktemp("onnx") / "colours")


@pytest.fixture
def copied(models, tmp_path):
    """Gives a copy of a model to be spoilt."""

    def copy(name):
        return Path(shutil.copytree(models / name, tmp_path / name))

    return copy
