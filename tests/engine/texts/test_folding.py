from __future__ import annotations

import pickle
import sys
import time
import unicodedata

import pytest

from rubricate.model.offsets import OffsetMap
from rubricate.texts.folding import FOLDS, make_folder

DEFAULT = ("nfkc", "casefold", "quotes", "spaces")


@pytest.mark.parametrize(
    ("steps", "text", "folded"),
    [
        pytest.param(DEFAULT, "Buy NOW", "buy now", id="ascii"),
        pytest.param(DEFAULT, "ÜBER Ελλάς", "über ελλάσ", id="letters beyond ascii"),
        pytest.param(DEFAULT, "İstanbul", "istanbul", id="turkish capital i"),
        pytest.param(DEFAULT, "İstanbul".lower(), "istanbul", id="turkish capital i lowered by a program"),
        pytest.param(DEFAULT, "Straße GROẞ", "strasse gross", id="sharp s"),
        pytest.param(DEFAULT, "ﬁne oﬃce", "fine office", id="ligatures"),
        pytest.param(DEFAULT, "cafe\u0301", "café", id="letter and mark"),
        pytest.param(DEFAULT, "Ｆｕｌｌ　ｗｉｄｔｈ", "full width", id="full width"),
        pytest.param(DEFAULT, "ﾊﾟﾝ", "パン", id="half width kana"),
        pytest.param(DEFAULT, "ㄱㅏ ﾡￂ 가", "가 가 가", id="syllables in parts"),
        pytest.param(DEFAULT, "Wait… ½", "wait... 1⁄2", id="signs that are several"),
        pytest.param(DEFAULT, "Acme™ Acme℠", "acme™ acme℠", id="trademarks stay signs"),
        pytest.param(DEFAULT, "don’t don´t donʼt ‘x’", "don't don't don't 'x'", id="single quotes"),
        pytest.param(DEFAULT, "„a“ «b» 5″ ＂c＂", '"a" "b" 5" "c"', id="double quotes"),
        pytest.param(DEFAULT, "a\xa0b\u2003c\u3000d\x0be", "a b c d e", id="spaces"),
        pytest.param(DEFAULT, "a \r\n\t\u2028 b", "a b", id="runs of spaces"),
        pytest.param(DEFAULT, "a–b soft\xadhyphen", "a–b soft\xadhyphen", id="dashes and invisible ones stay"),
        pytest.param(("dashes",), "a–b—c−d‑e", "a-b-c-d-e", id="dashes"),
        pytest.param(("accents",), "Crème brûlée Łódź øre", "Creme brulee Lodz ore", id="accents"),
        pytest.param(("accents",), "ёлка мой が한", "елка мой が한", id="marks that make another letter stay"),
        pytest.param(("invisible",), "so\u200bft\xad \u202eab\ufeff❤️", "soft ab❤", id="invisible"),
        pytest.param(("invisible", "nfkc"), "e\xad\u0301", "é", id="neighbours behind an invisible one"),
        pytest.param(("spaces",), "A ﬁ  Ä", "A ﬁ Ä", id="only what was asked for"),
        pytest.param((), "A  ﬁ", "A  ﬁ", id="nothing"),
    ],
)
def test_texts_fold_to_what_readers_take_them_for(steps: tuple[str, ...], text: str, folded: str) -> None:
    assert make_folder(steps)(text)[0] == folded


@pytest.mark.parametrize(
    "text", ["Buy NOW", "Buy\nnow", "“Café” — ЁЛКА ❤️ ™", "İ", "a\u20e3b", "漢字 カタカナ", "👩‍👩‍👧 🇩🇪 👍🏽"]
)
def test_no_map_where_each_character_became_one(text: str) -> None:
    folded, offsets = make_folder(DEFAULT)(text)

    assert (len(folded), offsets) == (len(text), None)


def test_the_map_leads_back_to_whole_characters() -> None:
    folded, offsets = make_folder(DEFAULT)("A  ﬁ cafe\u0301 ß!")

    assert folded == "a fi café ss!"
    assert offsets == OffsetMap(
        [
            (0, 1, 0, 1),
            (1, 2, 1, 3),
            (2, 4, 3, 4),
            (4, 8, 4, 8),
            (8, 9, 8, 10),
            (9, 10, 10, 11),
            (10, 12, 11, 12),
            (12, 13, 12, 13),
        ]
    )


def test_marks_put_in_order_belong_to_one_character() -> None:
    folded, offsets = make_folder(DEFAULT)("x\u0301\u0323")

    assert folded == "x\u0323\u0301"
    assert offsets is not None
    assert [offsets.to_source(at, at + 1) for at in range(3)] == [(0, 3), (0, 3), (0, 3)]


def test_what_is_left_out_belongs_to_nothing() -> None:
    assert make_folder(["invisible"])("\ufeffa\u200bb\ufeff") == ("ab", OffsetMap([(0, 1, 1, 2), (1, 2, 3, 4)]))
    assert make_folder(["invisible"])("\ufeff") == ("", OffsetMap([]))


@pytest.mark.parametrize("steps", [DEFAULT, tuple(FOLDS)], ids=["default", "all"])
def test_each_character_folds_to_what_stays_when_folded_again(steps: tuple[str, ...]) -> None:
    fold = make_folder(steps)
    characters = map(chr, range(0xD800))
    odd = [one for one in characters if unicodedata.normalize("NFKD", one).casefold() != one or not one.isprintable()]
    changed = {folded for character in odd if (folded := fold(character)[0]) != character}

    assert [folded for folded in changed if fold(folded)[0] != folded] == []


def test_each_white_space_character_folds_to_a_space() -> None:
    fold = make_folder(["spaces"])
    spaces = [character for code in range(sys.maxunicode + 1) if (character := chr(code)).isspace()]

    assert {fold(character)[0] for character in spaces} == {" "}


def test_each_dash_of_unicode_that_has_a_latin_look_folds_to_a_hyphen() -> None:
    fold = make_folder(["dashes"])
    dashes = [chr(code) for code in range(0x2010, 0x2016)]

    assert {unicodedata.category(dash) for dash in dashes} == {"Pd"}
    assert {fold(dash)[0] for dash in dashes} == {"-"}


def test_a_folder_can_be_pickled() -> None:
    fold = pickle.loads(pickle.dumps(make_folder(DEFAULT)))

    assert fold("ﬁT  x") == make_folder(DEFAULT)("ﬁT  x")


def test_an_unknown_step_is_refused() -> None:
    with pytest.raises(ValueError, match=r'^"stem" is no way to fold; expected accents, casefold, dashes, invisible,'):
        make_folder(["nfkc", "stem"])


@pytest.mark.parametrize(
    "unit",
    ["a\u0301\u0323", "\u0301\u0323", "…", "ß", " \n", "\u200d", "ㅏ", "é" * 7 + "abcd", "👨\u200d"],
    ids=lambda unit: ascii(unit),
)
def test_time_grows_with_the_length_of_hostile_texts(unit: str) -> None:
    fold = make_folder(tuple(FOLDS))

    def seconds(count: int) -> float:
        text = "a" + unit * count
        found = []
        for _ in range(3):
            begun = time.perf_counter()
            fold(text)
            found.append(time.perf_counter() - begun)
        return min(found)

    assert seconds(8000) < 12 * seconds(2000) + 0.05
