"""The shipped rulesets say the same of every shipped record, byte for byte, whatever looks for texts and patterns."""

import gzip
import json
from importlib.resources import files
from itertools import islice

import orjson
import pytest

import rubricate
from support.backends import use_backend

SHIPPED = files("rubricate_rulesets")
DUMPS = ("youtube_spam/data/comments.jsonl.gz", "product_listings/data/products.jsonl.gz")
CASES = [(name, dump) for name in ("youtube_spam", "product_listings", "review_sentiment", "starter") for dump in DUMPS]
HARD = ("", " İSTANBUL\n", "\x1c\x0bfree\x85", " \u017fubscribe \u212a", "\u202e100 %", "\ud800")


def said(monkeypatch, backend: str, name: str, dump: str) -> list[bytes]:
    use_backend(monkeypatch, backend)
    annotator = rubricate.load(SHIPPED / name / "ruleset.yaml")
    field = (annotator.ruleset.record.text or ("text",))[0]
    lines = islice(gzip.decompress((SHIPPED / dump).read_bytes()).splitlines(), 400)
    records = []
    for number, line in enumerate(lines):
        text = next(str(value) for key, value in json.loads(line).items() if key in ("text", "title"))
        records.append({"id": str(number), field: text + HARD[number % 5]})
    return [orjson.dumps(each.said) for each in annotator.annotate(records)]


@pytest.mark.parametrize(("name", "dump"), CASES)
def test_each_backend_says_the_same(monkeypatch, name, dump):
    assert said(monkeypatch, "plain", name, dump) == said(monkeypatch, "fast", name, dump)
