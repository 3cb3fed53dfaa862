"""A document that lacks every required text is never searched, so a single unsound answer would lose matches."""

import re

import regex
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from rubricate.texts.folding import make_folder
from rubricate_regex.requiring import required_in

FOLDERS = [
    make_folder(steps)
    for steps in (
        ("casefold",),
        ("nfkc", "casefold", "quotes", "spaces"),
        ("casefold", "nfkc"),
        ("nfkc", "casefold", "accents", "dashes", "invisible", "quotes", "spaces"),
    )
]
LETTERS = "abisk1İıſKßé\u0301 '-"
atoms = st.sampled_from(
    [
        *"abiskABISK1_éıİ\u212a '-.^$",
        *("[ab]", "[^a]", r"[a-k\]]", r"\p{L}", r"\d", r"\s", r"\w", r"\S", r"\.", r"\b", r"\B"),
        *("(?=a)", "(?!b)", "(?<=a)", "(?<!b)"),
    ]
)
quantifiers = st.sampled_from(
    [""] * 12 + ["?", "*", "+", "{2}", "{1,2}", "{,2}", "{0}", "{1,}", "+?", "*?", "??", "++", "{2}?", "{e<=1}"]
)
openings = st.sampled_from(["(", "(?:", "(?>", "(?<g>", "(?=", "(?i:"])


def branches(inner):
    return st.builds("|".join, st.lists(inner, min_size=1, max_size=3))


def sequences(items):
    return st.lists(st.builds("{}{}".format, items, quantifiers), max_size=4).map("".join)


patterns = st.recursive(
    sequences(atoms),
    lambda inner: sequences(st.one_of(atoms, st.builds("{}{})".format, openings, branches(inner)))),
    max_leaves=6,
)
texts = st.text(st.sampled_from(LETTERS + "abisk" * 3 + "ABISK"), max_size=10)


def compile_or_reject(pattern, flags):
    try:
        return regex.compile(pattern, regex.V0 | (regex.I if "i" in flags else 0))
    except regex.error:
        assume(False)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(pattern=patterns, flags=st.sampled_from(["", "i"]), found=st.lists(texts, min_size=5, max_size=10))
def test_a_text_that_matches_holds_a_required_text_once_folded(pattern, flags, found):
    compiled = compile_or_reject(pattern, flags)
    required = required_in(pattern, flags=flags, shortest=1)
    assume(required is not None)

    for text in found:
        if compiled.search(text, timeout=5):
            for fold in FOLDERS:
                folded = fold(text)[0]
                assert any(part in folded for part in required), (text, folded, required)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(pattern=patterns, flags=st.sampled_from(["", "i"]), found=st.lists(texts, min_size=5, max_size=10))
def test_a_folded_text_that_matches_holds_a_required_text(pattern, flags, found):
    compiled = compile_or_reject(pattern, flags)
    required = required_in(pattern, flags=flags, fold=True, shortest=1)
    assume(required is not None)

    for text in found:
        for fold in FOLDERS:
            folded = fold(text)[0]
            if compiled.search(folded, timeout=5):
                assert any(part in folded for part in required), (folded, required)


def test_ignoring_case_reaches_no_other_characters_than_known():
    letters = "abcdefghijklmnopqrstuvwxyz"
    every = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x110000)]))
    odd = {
        letter: sorted(
            {found[0] for found in regex.finditer(f"{letter}|{letter.upper()}", every, regex.I)}
            - {letter, letter.upper()}
        )
        for letter in letters
    }

    assert {letter: found for letter, found in odd.items() if found} == {
        "i": ["\u0130", "\u0131"],
        "k": ["\u212a"],
        "s": ["\u017f"],
    }


cased = st.text(st.sampled_from("abiskABISK1İıſKßé '-"), min_size=1, max_size=4)


@settings(max_examples=150, deadline=None)
@given(word=cased, before=texts, after=texts)
def test_a_text_that_holds_a_word_of_requires_holds_its_required_text_once_folded(word, before, after):
    text, word = before + word + after, word.casefold()
    required = required_in(re.escape(word), flags="i", shortest=1)

    if required is not None and word in text.casefold():
        for fold in FOLDERS:
            folded = fold(text)[0]
            assert any(part in folded for part in required), (text, folded, required)
