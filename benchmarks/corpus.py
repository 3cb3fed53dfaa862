"""Makes a corpus, terms and patterns of any size from the texts that ship with the rulesets.

    python benchmarks/corpus.py FOLDER [RECORDS] [TERMS]

Real words, resampled documents of 300 to 1,500 characters, some of them with prices, addresses and other scripts. A
tenth of the terms are word pairs of the corpus, the rest are new pairs of its words, as long lists of names are.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
from importlib.resources import files
from pathlib import Path

PATTERNS = {
    "price_usd": r"\$\s?\d{1,3}(?:,\d{3})*(?:\.\d{2})?",
    "price_eur": r"\d+(?:[.,]\d{2})?\s?(?:€|EUR\b)",
    "price_gbp": r"£\s?\d+(?:\.\d{2})?",
    "price_off": r"\b\d{1,2}\s?% off\b",
    "pii_email": r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b",
    "pii_phone": r"\b\d{3}[-. ]\d{3}[-. ]\d{4}\b",
    "pii_url": r"https?://[^\s<>\"]+",
    "pii_www": r"\bwww\.\w+\.\w+",
    "pii_handle": r"@\w{3,}",
    "size_inch": r"\b\d+(?:\.\d+)?[- ]?(?:inch(?:es)?|in)\b",
    "size_cm": r"\b\d+(?:\.\d+)? ?(?:cm|mm)\b",
    "size_dim": r"\b\d+(?:\.\d+)? ?x ?\d+(?:\.\d+)?\b",
    "size_gb": r"\b\d+ ?(?:gb|tb|mb)\b",
    "size_pack": r"\b(?:pack of \d+|\d+[- ]?(?:pack|pk|count|ct))\b",
    "size_hz": r"\b\d+(?:\.\d+)? ?[mg]hz\b",
    "date_iso": r"\b\d{4}-\d{2}-\d{2}\b",
    "date_year": r"\b(?:19|20)\d{2}\b",
    "date_time": r"\b\d{1,2}:\d{2}\b",
    "sku_code": r"\b[a-z]{2,}\d{3,}[a-z]?\b",
    "sku_upc": r"\b\d{12}\b",
    "sku_dash": r"\b\w+-\d+-\w+\b",
    "spam_sub": r"\bsubscrib\w*",
    "spam_check": r"\bcheck (?:it|this|me|out|my)\b",
    "spam_please": r"\b(?:please|plz|pls)\b",
    "spam_channel": r"\bmy (?:\w+ )?channel\b",
    "spam_like": r"\blike (?:if|this|my)\b",
    "spam_watch": r"watch\?v=\w+",
    "spam_money": r"\b(?:earn|make|win) (?:\w+ )?(?:money|cash|\$)",
    "spam_caps": r"\b[A-Z]{5,}\b",
    "spam_bang": r"!{3,}",
    "tone_love": r"\bl+o+v+e+\b",
    "tone_hate": r"\b(?:hate|hated|awful|terrible)\b",
    "tone_best": r"\b(?:best|greatest) \w+",
    "tone_worst": r"\bworst\b",
    "tone_smile": r"[:;]-?[)D]",
    "tone_sad": r":-?\(",
    "tone_heart": r"<3|❤",
    "tone_not": r"\b(?:not|never|n[o']t) (?:very |so )?(?:good|bad|great|nice)\b",
    "tone_laugh": r"\b(?:ha){2,}\b|\blo+l\b",
    "tone_wow": r"\b(?:wow|omg)\b",
    "ship_free": r"\bfree shipping\b",
    "ship_days": r"\b\d+ days?\b",
    "ship_late": r"\b(?:late|delayed|lost)\b",
    "ship_return": r"\b(?:return|refund)(?:s|ed)?\b",
    "ship_box": r"\b(?:box|boxed)\b",
    "part_of": r"\bpart (?:no|number)\.? ?\w+",
    "part_for": r"\bfor (?:apple|hp|sony|canon|dell)\b",
    "part_color": r"\b(?:black|white|silver|blue|red|pink)\b",
    "part_usb": r"\busb ?\d?(?:\.\d)?\b",
    "part_hdmi": r"\bhdmi\b",
}
EXTRAS = (
    "costs $1,299.99 today",
    "mail me at jo.doe@example.org",
    "call 555-123-4567",
    "see https://example.org/a?b=c",
    "nur 12,50 € in Köln",
    "İstanbul'da bir café",
    "très bien à Paris",
    "отличная песня",
    "素晴らしい",
    "👍🏽 so good",
)


def main(folder: Path, records: int, terms: int) -> None:
    """Writes corpus.jsonl, terms.txt and patterns.json into FOLDER."""
    random.seed(7)
    folder.mkdir(parents=True, exist_ok=True)
    sentences = _sentences()
    with (folder / "corpus.jsonl").open("w", encoding="utf-8") as out:
        for number in range(records):
            length, parts = random.randint(300, 1500), []
            while sum(map(len, parts)) < length:
                parts.append(random.choice(EXTRAS) if random.random() < 0.02 else random.choice(sentences))
            out.write(json.dumps({"id": number, "text": " ".join(parts)}, ensure_ascii=False) + "\n")
    words = sorted({word for line in sentences for word in line.lower().split() if word.isalpha()})
    pairs = sorted({" ".join(line.lower().split()[:2]) for line in sentences if len(line.split()) > 1})
    found = set(random.sample(pairs, min(terms // 10, len(pairs))))
    while len(found) < terms:
        found.add(f"{random.choice(words)} {random.choice(words)}")
    (folder / "terms.txt").write_text("\n".join(sorted(found)) + "\n", encoding="utf-8")
    listed = [{"id": id, "pattern": pattern, "ignorecase": id not in ("spam_caps", "tone_smile", "tone_sad")}
              for id, pattern in PATTERNS.items()]  # fmt: skip
    (folder / "patterns.json").write_text(json.dumps(listed, ensure_ascii=False, indent=1), encoding="utf-8")


def _sentences() -> list[str]:
    shipped = files("rubricate_rulesets")
    found = []
    for name, field in (
        ("youtube_spam/data/comments.jsonl.gz", "text"),
        ("product_listings/data/products.jsonl.gz", "title"),
    ):
        for line in gzip.decompress((shipped / name).read_bytes()).splitlines():
            found.append(" ".join(str(json.loads(line)[field]).split())[:400])
    return [line for line in found if line]


if __name__ == "__main__":
    main(Path(sys.argv[1]), *(int(argument) for argument in (*sys.argv[2:4], *("10000", "10000")[len(sys.argv) - 2 :])))
