"""What conditions may ask of images, and what is told of the rest."""

import pytest

from rubricate.annotator import check
from support.pictures import NEEDS_PILLOW, picture_registry
from support.rulesets import write_text

pytestmark = pytest.mark.skipif(NEEDS_PILLOW is not None, reason=str(NEEDS_PILLOW))

RULES = """\
record: {{text: [title], image: [photo]}}
labels: {{held: {{}}, part: {{kind: {kind}}}}}
matchers:
  dents: {{use: told}}
  word: {{use: dictionary, terms: [dent]}}
contexts: {{negated: {{cue: '"no"', direction: before, window: 3 words}}}}
rules:
  - {{id: asked, label: {label}, when: '{condition}', confidence: 1}}
"""


@pytest.fixture(scope="module")
def registry():
    return picture_registry()


def problems(tmp_path, registry, text):
    _, found = check(write_text(tmp_path, text), registry=registry)
    return [(each.code, each.message, each.help) for each in found if each.is_error]


def asked(tmp_path, registry, condition, label="held", kind="box"):
    return problems(tmp_path, registry, RULES.format(condition=condition, label=label, kind=kind))


@pytest.mark.parametrize(
    ("condition", "code", "message", "help"),
    [
        ("photo.widht > 3", "R027", 'an image has no "widht"', 'did you mean "width"?'),
        ("photo.colour == \"red\"", "R027", 'an image has no "colour"', "it has: width, height, size, format"),
        (
            "photo.width", "R022", "a set of matches or a truth value is wanted here, this is a number",
            "compare it, as in photo.width > 0",
        ),
        (
            "doc.photo == \"x\"", "R022", "doc.photo is an image, not a value",
            "ask photo.width, photo.height, photo.size or photo.format, or doc.photo exists",
        ),
        (
            "dents near word within 3 words", "R022", '"near" compares places in texts, and "dents" looks at images',
            "count them, as in count(dents) >= 2, or ask both with and",
        ),
        (
            "word inside dents", "R022", "dents is on images, and word is looked for in texts",
            "ask both with and: word and dents",
        ),
        (
            'dents overlaps ("dent" or word)', "R022", 'dents is on images, and "dent" or word is looked for in texts',
            'ask both with and: dents and ("dent" or word)',
        ),
        (
            "dents is negated", "R022", '"is" compares places in texts, and "dents" looks at images',
            "count them, as in count(dents) >= 2, or ask both with and",
        ),
        (
            "dents in first 3 words of photo", "R022", '"photo" is an image, which has no words',
            "write: dents in photo",
        ),
        (
            'any of ("dent", word) in photo', "R022",
            '"photo" is an image, and any of ("dent", word) is looked for in texts',
            "name a matcher that looks at images, or a text field",
        ),
        ("photo exists", "R022", "exists asks about doc.FIELD or it.COLUMN", "write: doc.photo exists"),
    ],
)  # fmt: skip
def test_mistake_is_told_with_what_to_write(tmp_path, registry, condition, code, message, help):
    assert asked(tmp_path, registry, condition) == [(code, message, help)]


@pytest.mark.parametrize(
    "condition", ["photo.width >= 200", 'photo.format in ["png", "gif"]', "doc.photo exists", "dents in photo", "any of (dents, word) in photo",
                  "photo.width / photo.height > 1.5", "dents and word",
                  "dents inside dents", "dents not overlaps dents", "any of (dents, word) inside dents",
                  "dents where (it inside dents)"],
)  # fmt: skip
def test_condition_is_fine(tmp_path, registry, condition):
    assert asked(tmp_path, registry, condition) == []


def test_words_are_no_parts_of_images(tmp_path, registry):
    rules = RULES.format(condition="dents", label="held", kind="box") + "segment: {words: dents}\n"

    assert problems(tmp_path, registry, rules) == [
        ("R022", '"dents" looks at images, and words are parts of texts', "name a matcher that looks at texts"),
    ]


def test_step_that_reads_nowhere_is_told_once(tmp_path, registry):
    rules = RULES.format(condition="dents", label="held", kind="box") + "prepare: [{use: size_in_words, from: photo}]\n"

    assert problems(tmp_path, registry, rules) == [
        ("R041", 'step "size_in_words" needs the option "into"', None),
    ]


def test_duplicates_by_a_text_that_is_read_are_refused(tmp_path, registry):
    steps = "prepare: [{use: size_in_words, from: photo, into: title}, {use: dedupe, by: title}]\n"

    assert problems(tmp_path, registry, RULES.format(condition="dents", label="held", kind="box") + steps) == [
        ("R014", 'duplicates by "title", which is read in images, are not built yet', "write by: photo"),
    ]


def test_box_label_is_marked_on_images_and_a_span_label_in_texts(tmp_path, registry):
    assert asked(tmp_path, registry, "word", label="part") == [
        ("R037", '"part" is a box label, and this condition marks places in texts',
         "declare it as part: {kind: span}, or name a matcher that looks at images"),
    ]  # fmt: skip
    assert asked(tmp_path, registry, "dents", label="part", kind="span") == [
        ("R037", '"part" is a span label, and "dents" looks at images', "declare it as part: {kind: box}"),
    ]
    assert asked(tmp_path, registry, "not dents", label="part") == [
        ("R037", '"part" is a box label, and this condition gives no matches to mark',
         "say which matches: emit: NAME"),
    ]  # fmt: skip


def test_matcher_that_looks_at_images_needs_some(tmp_path, registry):
    rules = "labels: {held: {}}\nmatchers: {dents: {use: told}}\nrules: [{id: a, label: held, when: dents, confidence: 1}]\n"

    assert problems(tmp_path, registry, rules)[0] == (
        "R026", '"told" looks at images, and the record declares none', "declare them: record: {image: [photo]}",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("matcher", "message"),
    [
        ("{use: told, field: title}", '"title" is no image field of the record'),
        ("{use: dictionary, terms: [a], field: photo}", '"photo" is no text field of the record'),
    ],
)
def test_matcher_looks_at_fields_of_its_own_kind(tmp_path, registry, matcher, message):
    rules = f"""\
    record: {{text: [title], image: [photo]}}
    labels: {{held: {{}}}}
    matchers: {{one: {matcher}}}
    rules: [{{id: a, label: held, when: one, confidence: 1}}]
    """
    assert message in [each[1] for each in problems(tmp_path, registry, rules)]


def test_step_that_reads_an_image_names_fields_that_are_declared(tmp_path, registry):
    rules = """\
    record: {text: [title], image: [photo]}
    labels: {held: {}}
    prepare: [{use: size_in_words, from: foto, into: words}]
    rules: [{id: a, label: held, when: '"a"', confidence: 1}]
    """
    assert problems(tmp_path, registry, rules) == [
        ("R026", 'the record declares no image field "foto"', 'did you mean "photo"?'),
        ("R026", 'the record declares no text field "words"', "declare it: record: {text: [title, words]}"),
    ]


def test_field_is_a_text_or_an_image(tmp_path, registry):
    rules = "record: {text: [photo], image: [photo]}\nlabels: {held: {}}\nrules: []\n"

    assert ("R034", 'the field "photo" stands twice', None) in problems(tmp_path, registry, rules)


RULES_OF_TEXTS = """\
record: {{text: [title], image: [photo]}}
labels: {{held: {{}}, part: {{kind: box}}}}
matchers: {{dents: {{use: told}}, word: {{use: dictionary, terms: [dent]}}}}
rules:
  - {{id: asked, label: {label}, when: '{condition}', {more}confidence: 1}}
"""


@pytest.mark.parametrize(
    ("label", "condition", "more"),
    [
        ("part", "dents", "value: it.text, "),
        ("held", 'dents where (it.text == "x")', ""),
        ("held", "distinct(dents.text) > 1", ""),
    ],
)
def test_match_on_an_image_has_no_text(tmp_path, registry, label, condition, more):
    rules = RULES_OF_TEXTS.format(label=label, condition=condition, more=more)

    assert problems(tmp_path, registry, rules) == [
        ("R022", "a match on an image has no text", "it has: class, field, score")
    ]


def test_text_of_matches_of_which_some_stand_in_texts_can_be_asked(tmp_path, registry):
    assert asked(tmp_path, registry, 'any of (dents, word) where (it.text == "dent")') == []


@pytest.mark.parametrize(
    ("kind", "condition", "message", "help"),
    [
        ("span", 'any of (dents, "foo")', '"part" is a span label, and "dents" looks at images',
         "say which matches in texts: emit: NAME"),
        ("span", 'dents and word', '"part" is a span label, and "dents" looks at images',
         "declare it as part: {kind: box}"),
        ("box", 'any of (dents, "foo")', '"part" is a box label, and "foo" looks at texts',
         "say which matches on images: emit: NAME"),
        ("box", 'dents or word', '"part" is a box label, and "word" looks at texts',
         "say which matches on images: emit: NAME"),
        ("box", 'word and dents', '"part" is a box label, and this condition marks places in texts',
         "declare it as part: {kind: span}, or name a matcher that looks at images"),
    ],
)  # fmt: skip
def test_half_of_a_condition_that_would_mark_nothing_is_told(tmp_path, registry, kind, condition, message, help):
    assert asked(tmp_path, registry, condition, label="part", kind=kind) == [("R037", message, help)]


@pytest.mark.parametrize(
    ("kind", "condition"),
    [
        ("span", "word and dents"), ("box", "dents and word"), ("box", "any of (dents, word) in photo"),
        ("span", "any of (dents, word) in title"), ("box", "dents where (it.score > 0.5)"),
    ],
)  # fmt: skip
def test_what_only_holds_beside_a_mark_may_stand_elsewhere(tmp_path, registry, kind, condition):
    assert asked(tmp_path, registry, condition, label="part", kind=kind) == []
