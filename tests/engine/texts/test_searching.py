"""What the faster packages find is what the others find."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubricate.errors import UsageError
from rubricate.model.wider import Wider
from rubricate.texts.searching import backend, make_pattern_set, make_search, search_plainly
from support.backends import use_backend
from support.texts import hard_texts

words = st.lists(hard_texts(max_size=2).filter(bool), min_size=1, max_size=6, unique=True)
halves = st.sampled_from(["", "\ud83d", "\ude00", "a\udfff", "\uffff"])


@settings(deadline=None)
@given(words, hard_texts(), halves, st.data())
def test_the_fast_search_finds_the_same_places(found, text, half, data):
    text = half + text + data.draw(st.sampled_from(found)) + half
    owned = {number: f"word {number}" for number in range(len(found))}
    with pytest.MonkeyPatch.context() as patch:
        use_backend(patch, "fast")
        search = make_search(found, owned)

    assert sorted(search(text)) == sorted(search_plainly(found, owned)(text))


def test_half_a_surrogate_pair_is_not_taken_for_its_stand_in(monkeypatch):
    use_backend(monkeypatch, "fast")

    assert sorted(make_search(["\uffff", "a"], {0: 1, 1: 2})("a\ud800")) == [(0, 2)]


@pytest.mark.parametrize("name", ["plain", "fast"])
def test_a_pattern_that_cannot_be_looked_for_is_always_named(monkeypatch, name):
    use_backend(monkeypatch, name)
    known = make_pattern_set(
        [Wider("a", "a", frozenset({frozenset("a")})), Wider("(", "("), Wider("x{9999}", "x{9999}")]
    )

    assert sorted(known.choose("b")) == [1, 2]
    assert sorted(known.choose("a")) == [0, 1, 2]


def test_a_text_that_is_not_unicode_is_searched_for_all(monkeypatch):
    use_backend(monkeypatch, "fast")

    assert sorted(make_pattern_set([Wider("a", "a"), Wider("b", "b")]).choose("\ud800")) == [0, 1]


def test_too_little_memory_names_all(monkeypatch):
    use_backend(monkeypatch, "fast")
    monkeypatch.setattr("rubricate.texts.searching.MEMORY", 4000)
    wider = [Wider(f"{letter}[0-9]{{9}}.*{letter}", f"{letter}[0-9]{{9}}") for letter in "abcdefgh"]

    assert sorted(make_pattern_set(wider).choose("none of them")) == list(range(8))


def test_a_wrong_backend_is_refused(monkeypatch):
    monkeypatch.setenv("RUBRICATE_BACKEND", "slow")

    with pytest.raises(UsageError, match='RUBRICATE_BACKEND is "slow"'):
        backend("literals")
