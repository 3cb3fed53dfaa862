from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rubricate.texts.folding import FOLDS, fold_all, make_folder
from support.texts import hard_texts

step_choices = st.lists(st.sampled_from(sorted(FOLDS)), unique=True) | st.just(["nfkc", "casefold", "quotes", "spaces"])
plain_texts = st.text("abcXYZ é-ßñ", max_size=8)


@given(step_choices, st.lists(hard_texts(max_size=4) | plain_texts, max_size=30))
def test_many_texts_fold_as_each_does_by_itself(steps: list[str], texts: list[str]) -> None:
    assert fold_all(make_folder(steps), texts) == [make_folder(steps)(text)[0] for text in texts]


@given(step_choices, st.characters(exclude_categories=["Cs"]))
def test_a_character_among_plain_texts_folds_as_by_itself(steps: list[str], character: str) -> None:
    texts = ["Ab", f"x{character}y", character, f"{character}a", f"a{character}", "É"]

    assert fold_all(make_folder(steps), texts) == [make_folder(steps)(text)[0] for text in texts]
