"""Strategies for patterns, also ones that are hard to widen, and for the texts that they are asked of."""

from __future__ import annotations

import regex
from hypothesis import strategies as st

from support.texts import hard_texts

__all__ = ["CONTROLS", "compiled", "patterns", "texts_for_patterns"]

CONTROLS = "".join(map(chr, range(32))) + "\x7f\x85\xa0\u2028"
_ATOMS = st.sampled_from(
    [
        *"abiskABISK1_éıİ\u017f\u212a€ß '-.^$#",
        *("[ab]", "[^a]", r"[a-k\]]", "[A-Z0-9]", "[^İ]", r"[^\s]", r"[\d.]", "[k-sé]", r"\p{L}", r"\P{Lu}"),
        *(r"\d", r"\D", r"\s", r"\S", r"\w", r"\W", r"\.", r"\-", r"\$", r"\x1c", r"\u0130", r"\n", r"\t", r"\v"),
        *(r"\b", r"\B", r"\A", r"\Z", "(?=a)", "(?!b)", "(?<=a)", "(?<!b)", r"(?<!\w)"),
    ]
)
_QUANTIFIERS = st.sampled_from(
    [""] * 12
    + ["?", "*", "+", "{2}", "{1,2}", "{,2}", "{0}", "{1,}", "{2,40}", "+?", "*?", "??", "++", "{2}?", "{e<=1}"]
)
_OPENINGS = st.sampled_from(["(", "(?:", "(?>", "(?<g>", "(?=", "(?i:", "(?-i:", "(?s:", "(?m:"])


def _sequences(items: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(st.builds("{}{}".format, items, _QUANTIFIERS), max_size=4).map("".join)


def _branches(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(inner, min_size=1, max_size=3).map("|".join)


def patterns() -> st.SearchStrategy[str]:
    """Patterns, some of which cannot be compiled."""
    return st.builds(
        "{}{}".format,
        st.sampled_from(["", "", "", "(?i)", "(?s)", "(?m)", "(?a)", "(?ai)"]),
        st.recursive(
            _sequences(_ATOMS),
            lambda inner: _sequences(st.one_of(_ATOMS, st.builds("{}{})".format, _OPENINGS, _branches(inner)))),
            max_leaves=6,
        ),
    )


def texts_for_patterns() -> st.SearchStrategy[str]:
    """Short texts of what the patterns ask for, control characters and hard Unicode."""
    near = st.text(st.sampled_from("abiskABISK1_éıİ\u017f\u212a€ß '-.#\n"), max_size=10)
    plain = st.text(st.sampled_from("abskABSK1 .\n\x1c\x0b"), max_size=8)
    return st.one_of(plain, near, st.text(st.sampled_from(CONTROLS + "abi1"), max_size=6), hard_texts(max_size=6))


def compiled(pattern: str, flags: str) -> regex.Pattern[str] | None:
    """The pattern as the matcher kind `regex` compiles it; None where it cannot be."""
    values = {"a": regex.A, "i": regex.I, "m": regex.M, "s": regex.S}
    try:
        return regex.compile(pattern, sum(values[flag] for flag in flags) | regex.V0)
    except regex.error:
        return None
