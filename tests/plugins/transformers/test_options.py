"""Options that a model cannot keep are answered at their place."""

import pytest

from rubricate.api import MissingExtraError, OptionError
from rubricate_transformers import checking
from rubricate_transformers.checking import validate
from rubricate_transformers.settings import settings_of
from support.matching import make_table
from support.model_matchers import model_spec

pytest.importorskip("torch", reason="not installed: make models")
pytest.importorskip("transformers", reason="not installed: make models")


@pytest.mark.parametrize(
    ("options", "option", "message"),
    [
        ({"max_length": 65}, "max_length", "the model takes 64 tokens, not 65"),
        ({"stride": 33}, "stride", "windows of 64 tokens cannot share 33"),
        ({"max_length": 16, "stride": 9}, "stride", "windows of 16 tokens cannot share 9"),
        ({"fold": True}, "fold", "a model looks at the text as written"),
        ({"table": make_table("a")}, "of", '"transformers.text_classification" takes no table'),
    ],
    ids=["too-long", "stride", "stride-of-short-windows", "fold", "table"],
)
def test_options_that_a_model_cannot_keep_are_refused(options, option, message, models):
    with pytest.raises(OptionError) as raised:
        validate(model_spec("text_classification", models / "classifier", **options))

    assert (raised.value.option, raised.value.message) == (option, message)


def test_what_is_not_said_follows_from_the_model(models):
    classifier, tagger = (
        settings_of(model_spec(task, models / name))
        for task, name in (("text_classification", "classifier"), ("token_classification", "tagger"))
    )

    assert (classifier.max_length, classifier.stride, classifier.windows) == (64, 0, 1)
    assert (tagger.max_length, tagger.stride, tagger.windows) == (64, 8, None)


def test_the_packages_of_the_extra_are_asked_for(models, monkeypatch):
    monkeypatch.setattr(checking, "find_spec", lambda _name: None)

    with pytest.raises(MissingExtraError, match=r'pip install "rubricate\[transformers\]"'):
        validate(model_spec("text_classification", models / "classifier"))
