from __future__ import annotations

import pickle

from hypothesis import given
from hypothesis import strategies as st

from rubricate.model.offsets import OffsetMap
from rubricate.texts.folding import FOLDS, make_folder
from support.texts import hard_texts

DEFAULT = ("nfkc", "casefold", "quotes", "spaces")

step_choices = st.lists(st.sampled_from(sorted(FOLDS)), unique=True) | st.just(list(DEFAULT))


def sources(text: str, offsets: OffsetMap | None, folded: str) -> list[tuple[int, int]]:
    """For each folded character where it came from."""
    if offsets is None:
        assert len(folded) == len(text)
        return [(at, at + 1) for at in range(len(text))]
    return [offsets.to_source(at, at + 1) for at in range(len(folded))]


@given(step_choices, hard_texts())
def test_every_folded_character_comes_from_its_text(steps: list[str], text: str) -> None:
    folded, offsets = make_folder(steps)(text)

    at = 0
    for start, end in sources(text, offsets, folded):
        assert 0 <= start < end <= len(text)
        assert at <= start
        at = start


@given(step_choices, hard_texts())
def test_what_a_folded_character_comes_from_folds_to_a_text_with_it(steps: list[str], text: str) -> None:
    fold = make_folder(steps)

    folded, offsets = fold(text)

    for character, (start, end) in zip(folded, sources(text, offsets, folded), strict=True):
        assert character in fold(text[start:end])[0]


@given(step_choices, hard_texts())
def test_folding_again_changes_nothing(steps: list[str], text: str) -> None:
    fold = make_folder(steps)

    folded = fold(text)[0]

    assert fold(folded)[0] == folded


@given(hard_texts())
def test_steps_may_stand_in_any_order(text: str) -> None:
    assert make_folder(DEFAULT)(text) == make_folder(DEFAULT[::-1])(text)


@given(hard_texts(), hard_texts())
def test_a_text_folds_the_same_beside_another(text: str, other: str) -> None:
    fold = make_folder(DEFAULT)

    alone = fold(text)
    beside = fold(f"{text}\n.{other}")

    assert beside[0].startswith(alone[0].rstrip(" "))


@given(step_choices, hard_texts())
def test_what_a_folder_saw_before_changes_nothing(steps: list[str], text: str) -> None:
    used = make_folder(steps)
    for part in text:
        used(f"é{part}")

    assert used(text) == make_folder(steps)(text) == pickle.loads(pickle.dumps(used))(text)


@given(st.text(st.characters(codec="ascii")))
def test_ascii_folds_to_lower_case_and_single_spaces(text: str) -> None:
    folded, offsets = make_folder(DEFAULT)(text)

    flat = "".join(" " if character.isspace() else character for character in text.lower())
    while "  " in flat:
        flat = flat.replace("  ", " ")
    assert folded == flat
    assert (offsets is None) == (len(flat) == len(text))


@given(st.text(st.characters(codec="ascii")))
def test_ascii_folds_the_same_as_beside_other_characters(text: str) -> None:
    fold = make_folder(DEFAULT)

    alone, offsets = fold(text)
    beside, beside_offsets = fold(f"{text}.…")

    assert beside == f"{alone}...."
    assert sources(f"{text}.…", beside_offsets, beside)[: len(alone)] == sources(text, offsets, alone)
