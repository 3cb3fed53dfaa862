"""Strategies for texts that are hard to keep offsets in, and for the maps that do it."""

from __future__ import annotations

from hypothesis import strategies as st

from rubricate.model.offsets import OffsetMap, Piece

__all__ = ["hard_texts", "html_texts", "offset_maps"]

_LETTERS = (
    "a", "B", "e", "i", "I", "s", "x", "Z", "1", "_", "é", "İ", "ı", "ß", "ẞ", "ﬁ", "ﬃ", "ŉ", "Σ", "ς", "Ж", "й", "Ø", "ǅ",
    "ᾳ", "ª", "²", "½", "Ⓐ", "Ａ", "𝓪", "א", "ב", "ش", "لا", "ﷺ", "क", "ष", "ि", "ก", "ำ", "漢", "字", "ひ", "カ", "ー", "ﾊ",
    "ﾞ", "가", "ㄱ", "ㅏ", "ᄀ", "ᅡ", "ᆨ", "ﾡ", "ￂ", "㌔",
)  # fmt: skip
_MARKS = (
    "\u0301", "\u0307", "\u0308", "\u0323", "\u0345", "\u0338", "\u093c", "\u094d", "\u3099", "\u20e3", "\ufe0f", "\u200d",
    "\u200c", "\u034f",
)  # fmt: skip
_SIGNS = (
    " ", "  ", "\n", "\r\n", "\t", "\x0c", "\x1f", "\x85", "\xa0", "\u2003", "\u2028", "\u202f", "\u3000", ".", ",", "'", '"',
    "’", "“", "»", "″", "´", "`", "-", "–", "—", "…", "™", "€", "\xad", "\u200b", "\u200f", "\u202e", "\ufeff", "\x00",
)  # fmt: skip
_EMOJI = ("😀", "❤", "👩", "👩‍👩‍👧", "👍🏽", "🇩🇪", "🇩", "1️⃣", "🏴\U000e0067\U000e0062\U000e007f")
_MARKUP = (
    "<b>", "</b>", "<p>", "</p>", "<br />", "<div class=\"a>b\">", "<a href='x'>", "<", ">", "</", "<a", "<a b=\"", "<3", "<!--",
    "-->", "<!-- x -->", "<script>", "</script>", "<script>1<2</script>", "<title>", "</title>", "<template>", "</template>",
    "<![CDATA[", "]]>", "<!DOCTYPE html>", "&", "&amp;", "&lt;", "&#39;", "&nbsp;", "&eacute", "&notit;", "&#x130;", "&szlig;",
    "&#0;", "&#1;", "&#99999999999;", "&NotEqualTilde;", "&bogus;", "=", '"', "'", "/",
)  # fmt: skip


def hard_texts(*, max_size: int = 12) -> st.SearchStrategy[str]:
    """Texts with ligatures, marks, right-to-left letters, joined emoji, syllable parts and every kind of space."""
    parts = st.sampled_from((*_LETTERS, *_MARKS, *_SIGNS, *_EMOJI)) | st.characters(exclude_categories=["Cs"])
    return st.lists(parts, max_size=max_size).map("".join)


def html_texts(*, max_size: int = 12) -> st.SearchStrategy[str]:
    """Hard texts with markup between them, good and broken."""
    return st.lists(st.sampled_from(_MARKUP) | hard_texts(max_size=3), max_size=max_size).map("".join)


@st.composite
def offset_maps(draw: st.DrawFn, *, length: int | None = None) -> OffsetMap:
    """Maps onto a source of the given length, or of any; with text left out anywhere."""
    rest = draw(st.integers(0, 12)) if length is None else length
    pieces: list[Piece] = []
    target = source = 0
    while rest:
        size = draw(st.integers(1, min(rest, 4)))
        kind = draw(st.sampled_from(("same", "same", "whole", "out")))
        width = size if kind == "same" else draw(st.integers(1, 3))
        if kind != "out" and (kind == "same" or width != size):
            pieces.append((target, target + width, source, source + size))
            target += width
        source += size
        rest -= size
    return OffsetMap(pieces)
