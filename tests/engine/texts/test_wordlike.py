from __future__ import annotations

import pytest

from rubricate.texts.wordlike import goes_on, is_whole_word, is_word_character


@pytest.mark.parametrize("character", ["a", "É", "7", "٣", "½", "_", "\u0301", "\u093f", "漢", "ก"])
def test_letters_digits_and_marks_make_up_words(character: str) -> None:
    assert is_word_character(character)


@pytest.mark.parametrize("character", [" ", "-", "'", "’", "❤", "\ufe0f", "\u200d", "\u20e3", "™", "\xad"])
def test_other_characters_do_not(character: str) -> None:
    assert not is_word_character(character)


@pytest.mark.parametrize("character", ["漢", "々", "ひ", "カ", "ー", "ﾊ", "ก", "ລ", "ក", "မ", "\U00020000"])
def test_a_word_does_not_go_on_in_a_letter_of_a_script_without_spaces(character: str) -> None:
    assert not goes_on(character)


@pytest.mark.parametrize("character", ["a", "가", "\u0e34", "\u3099", "\u0301", "९", "๕"])
def test_a_word_goes_on_in_letters_digits_and_any_mark(character: str) -> None:
    assert goes_on(character)


@pytest.mark.parametrize(
    ("text", "start", "end", "expected"),
    [
        pytest.param("cat", 0, 3, True, id="the whole text"),
        pytest.param("a cat.", 2, 5, True, id="between"),
        pytest.param("cats", 0, 3, False, id="goes on behind"),
        pytest.param("concat", 3, 6, False, id="goes on before"),
        pytest.param("cat_1", 0, 3, False, id="underscore"),
        pytest.param("cat\u0301", 0, 3, False, id="its last letter has a mark"),
        pytest.param("❤️cat❤️", 2, 5, True, id="between emoji"),
        pytest.param("x:)y", 1, 3, True, id="signs need no edge"),
        pytest.param("xc++y", 1, 4, False, id="one end is a letter"),
        pytest.param("我爱iPhone手机", 2, 8, True, id="among Chinese"),
        pytest.param("東京都", 0, 2, True, id="part of a Japanese word"),
    ],
)
def test_whole_words_stand_between_what_is_no_word(text: str, start: int, end: int, expected: bool) -> None:
    assert is_whole_word(text, start, end) is expected
