from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable, Iterable

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st
from uniseg.sentencebreak import sentence_boundaries
from uniseg.wordbreak import word_boundaries

from rubricate.texts import segmenting
from rubricate.texts.segmenting import clauses, has_scripts_without_spaces, lines, paragraphs, sentences, words

Segmenter = Callable[[str], list[tuple[int, int]]]

REAL = (
    "Dr. Smith paid $1,234.56 (incl. 19% VAT) for it at 10:30 a.m.! Did he? “Yes,” she said. ‘No.’ Then … nothing.\n"
    "Visit http://www.example.com/a_b?c=1.5 or mail me@example.org. It's e.g. a U.S. firm's 3.14-rule\r\n\r\nНу что? "
    "Он сказал: «Да!» И ушёл. L’été, c’est fini ! Das kostet 5 €. Größe: 10 × 20 cm. ¿Qué? ¡Olé! 我爱北京。你呢？東京"
    "タワーへ行く。नमस्ते दुनिया। सब ठीक? مرحبا، كيف الحال؟ بخير. שלום! צה״ל ג׳ירפה. I ❤️ it 👩‍👩‍👧 🇩🇪🇫🇷 ok\x85next "
    "cafe\u0301 1\u202f000 x\u2028y. Z"
)
WORDS = "aB1_ .,;:'\"-\n\r\té\u0301\u200d\u200b❤\ufe0f👩🏽🇩🇪ⓜ漢ひカター\u3099אב״׳اب١٢ก\u0e34가\u202f½²’·$(ß\u0600क\u094d，々"
# Without characters that are "other" to the rules for sentences, such as U+2026: there uniseg takes rule SB8 too narrowly.
SENTENCES = "aB1.,;:'\"-\n\r\té\u0301\u200d\u200b漢ひاب١२.!?。)»“”(\u2028\x85ЖßǅΩ"


def texts_of(segmenter: Segmenter, text: str) -> list[str]:
    return [text[start:end] for start, end in segmenter(text)]


def stripped(text: str, bounds: Iterable[int], holds: str) -> list[tuple[int, int]]:
    """The segments between bounds that hold something, without the white space around them."""
    found = []
    for start, end in itertools.pairwise(bounds):
        part = text[start:end]
        if re.search(holds, part):
            begin = start + len(part) - len(part.lstrip())
            found.append((begin, begin + len(part.strip())))
    return found


def test_words_hold_a_letter_a_digit_or_an_underscore() -> None:
    assert texts_of(words, "Can't stop: (3.14) - a_b, U.S. 10:30 … ❤️ “l’été”") == [
        "Can't", "stop", "3.14", "a_b", "U.S", "10", "30", "l’été",
    ]  # fmt: skip


def test_each_han_character_is_a_word_and_katakana_runs_are_one() -> None:
    assert texts_of(words, "北京 タワー x") == ["北", "京", "タワー", "x"]


def test_words_of_a_real_text_are_those_of_the_standard() -> None:
    assert words(REAL) == stripped(REAL, word_boundaries(REAL), r"\w")


def test_sentences_of_a_real_text_are_those_of_the_standard() -> None:
    assert sentences(REAL) == stripped(REAL, sentence_boundaries(REAL), r"\S")


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from(WORDS), max_size=10) | st.text(st.sampled_from("aB1_.,;:' \n"), max_size=12))
def test_words_of_any_text_are_those_of_the_standard(text: str) -> None:
    assert words(text) == stripped(text, word_boundaries(text), r"\w")


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from(SENTENCES), max_size=10) | st.text(st.sampled_from("aB1.!?)\"', \n\r"), max_size=12))
def test_sentences_of_any_text_are_those_of_the_standard(text: str) -> None:
    assert sentences(text) == stripped(text, sentence_boundaries(text), r"\S")


@pytest.mark.parametrize(
    ("group", "kind"),
    [
        pytest.param(segmenting._LETTERS, r"[\p{WB=ALetter}]", id="letters"),
        pytest.param(segmenting._SINGLE, r"[\p{L}&&\p{WB=Other}]", id="single"),
        pytest.param(segmenting._SIGNS, r"[[\p{WB=Other}\p{WB=WSegSpace}]--[\p{L}\p{N}]]", id="signs"),
    ],
)
def test_characters_that_go_the_short_way_are_what_it_takes_them_for(group: str, kind: str) -> None:
    members = re.findall(f"[{group}]", "".join(map(chr, range(0x20000))))
    expected = regex.compile(kind, regex.V1)

    assert [member for member in members if not expected.fullmatch(member)] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("One. Two! Three?", ["One.", "Two!", "Three?"], id="marks"),
        pytest.param("It cost 3.50 today. ok", ["It cost 3.50 today. ok"], id="a lower letter goes on"),
        pytest.param("e.g. 5 - (so) on. New", ["e.g. 5 - (so) on.", "New"], id="lower letter behind signs"),
        pytest.param('He said "No." She left.', ['He said "No."', "She left."], id="closing quotes"),
        pytest.param("U.S.A. today", ["U.S.A. today"], id="initials"),
        pytest.param("a\n\n b \r\nc", ["a", "b", "c"], id="line ends"),
        pytest.param("Wait!!! What?!", ["Wait!!!", "What?!"], id="several marks"),
        pytest.param(" \n ", [], id="blank"),
        pytest.param("", [], id="empty"),
    ],
)
def test_sentences_end_where_the_standard_says(text: str, expected: list[str]) -> None:
    assert texts_of(sentences, text) == expected


def test_clauses_end_at_marks_dashes_and_conjunctions() -> None:
    text = "He was hurt, but not badly; see (page 3) - well — Because: yes. No butter"

    assert texts_of(clauses, text) == [
        "He was hurt", "but not badly", "see", "page 3", "well", "Because", "yes.", "No butter",
    ]  # fmt: skip


def test_nothing_inside_a_number_a_time_an_address_or_a_word_ends_a_clause() -> None:
    text = "1,000 at 10:30 on http://x.org/a for well-known buttons"

    assert texts_of(clauses, text) == [text]


def test_conjunctions_can_be_those_of_another_language() -> None:
    assert texts_of(lambda text: clauses(text, ["aber", "weil"]), "kein Brand aber Rauch but so") == [
        "kein Brand",
        "aber Rauch but so",
    ]
    assert texts_of(lambda text: clauses(text, ()), "no fire but smoke") == ["no fire but smoke"]


def test_lines_are_those_that_are_not_blank() -> None:
    assert texts_of(lines, "\n a b \r\n\r\n\tc\x0cd\u2028e\n \n") == ["a b", "c", "d", "e"]


def test_paragraphs_stand_between_blank_lines() -> None:
    assert texts_of(paragraphs, "\na\nb\n \t\nc\r\n\r\n\r\nd\u2029e\n") == ["a\nb", "c", "d", "e"]


@pytest.mark.parametrize("segmenter", [words, sentences, clauses, lines, paragraphs])
@given(text=st.text(st.sampled_from(WORDS + SENTENCES), max_size=20))
def test_segments_stand_in_order_and_begin_and_end_with_ink(segmenter: Segmenter, text: str) -> None:
    last = 0
    for start, end in segmenter(text):
        assert last <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        last = end


@pytest.mark.parametrize("text", ["漢", "x ひ", "カ", "ﾊ", "ไทย", "ລາວ", "ខ្មែរ", "မြန်မာ"])
def test_scripts_without_spaces_are_noticed(text: str) -> None:
    assert has_scripts_without_spaces(text)


@pytest.mark.parametrize("text", ["", "plain", "été", "Ёлка", "한국어", "नमस्ते", "❤️", "１２", "฿5"])
def test_scripts_with_spaces_are_not_taken_for_others(text: str) -> None:
    assert not has_scripts_without_spaces(text)


@pytest.mark.parametrize("segmenter", [words, sentences, clauses, paragraphs])
@pytest.mark.parametrize(
    "unit",
    ["ー", "é. ", ".\u0301", "a\u0301", "? ", "(", ". ", "\n", ".é", "a.\u200d", "カ ", "1.٢", ".(é", "' "],
    ids=lambda unit: ascii(unit),
)
def test_time_grows_with_the_length_of_hostile_texts(segmenter: Segmenter, unit: str) -> None:
    def seconds(count: int) -> float:
        text = f"{unit * count}é"
        found = []
        for _ in range(3):
            begun = time.perf_counter()
            segmenter(text)
            found.append(time.perf_counter() - begun)
        return min(found)

    assert seconds(8000) < 12 * seconds(2000) + 0.05
