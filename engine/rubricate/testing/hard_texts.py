"""Texts on which code goes wrong that counts bytes, knows only English or trusts its input."""

from __future__ import annotations

from rubricate.texts.folding import FOLDS, make_folder

__all__ = ["AROUND", "FOLDERS", "HARD_TEXTS", "ODD_LETTERS", "WORDS"]

AROUND = {
    "a letter beyond the first plane": "\U0001d4d0",
    "an emoji of several characters": "\U0001f469\u200d\U0001f469\u200d\U0001f467",
    "a flag": "\U0001f1e9\U0001f1ea",
    "a combining mark": "e\u0301",
    "a right-to-left word": "\u05e9\u05dc\u05d5\u05dd",
    "the letter U+0130": "\u0130",
    "the letter \u00df": "\u00df",
    "a ligature": "\ufb03",
    "a Windows line end": "a\r\nb",
    "the line separator U+2028": "a\u2028b",
    "a NUL": "a\x00b",
    "a wide space": "a\u3000\u3000b",
}
"""What it is -> a text to put before and behind others."""

HARD_TEXTS = (
    "",
    " ",
    "\n",
    "\x00",
    "\ufeff",
    "a",
    "\u0301",
    "\u200d",
    "\r\n\r\n",
    "\u2028\u2029\x85",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f44d\U0001f3fd",
    "e\u0301\u0323\u0308 \u1e69 \ufb01 \u00bd \u2122",
    "\u0130stanbul I\u0131i\u0307 \u00df\u1e9e \u017f \u212a",
    "\u0645\u0631\u062d\u0628\u0627 \u202eabc\u202c \u05e9\u05dc\u05d5\u05dd",
    "\u65e5\u672c\u8a9e\u306e\u30c6\u30ad\u30b9\u30c8 \uff71\uff9e \u1100\u1161\u11a8",
    "<b>&amp;</b> <!-- <script>",
    "'; -- \" \\ /* */ ${x} {{y}} %s %n",
    "-1 0 1e999 NaN 00012 1,234.50 ١٢٣ ２０２４",
    "\U0010ffff\ufffe\ufdd0",
    "x" * 5000,
    "\U0001f600" * 300,
)
"""Texts with no hit in particular."""

ODD_LETTERS = "iI\u0130\u0131\u00df\u1e9e\u017fsSkK\u212a\u00e9\u0301\ufb01\uff21 \n'\u2019-"
"""Letters that folding changes, or that ignoring case reaches."""

WORDS = ("zebra", "Quince", "42")

FOLDERS = tuple(
    make_folder(steps) for steps in (("nfkc", "casefold", "quotes", "spaces"), ("casefold",), tuple(sorted(FOLDS)))
)
"""Ways to fold under which required texts are asked for; the first is the default."""
