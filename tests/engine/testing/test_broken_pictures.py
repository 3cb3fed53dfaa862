"""The kit catches a kind that looks at images for each law that it can break, and says what is wrong with it."""

from support.models import needs

needs("PIL")

import random  # noqa: E402  # what needs Pillow comes behind the skip

import pytest  # noqa: E402

from rubricate.api import MatcherKind, run_of  # noqa: E402
from rubricate.testing import PictureSample  # noqa: E402
from support.broken_plugins import faults_of, laws_without_a_case, one_option, plugin, words_of  # noqa: E402
from support.pictures import boxed_bytes  # noqa: E402

PATCH = boxed_bytes((1, 2, 3, 2))
RED = PictureSample(
    {"use": "red"},
    hits=[(PATCH, [(1, 2, 3, 2)]), (boxed_bytes((0, 0, 5, 4), width=5, height=4), [(0, 0, 5, 4)])],
    misses=[boxed_bytes()],
)


class Scanner:
    """Finds the box around all that is red; a case changes it in one respect."""

    def __init__(self, specs):
        self.specs = list(specs)
        self.seen = 0

    def boxes(self, picture):
        pixels = picture.rgb().load()
        red = [(x, y) for x in range(picture.width) for y in range(picture.height) if pixels[x, y] == (255, 0, 0)]
        if red:
            (left, top), (right, bottom) = map(min, zip(*red, strict=True)), map(max, zip(*red, strict=True))
            yield left, top, right - left + 1, bottom - top + 1

    def runs(self, picture):
        return [run_of(box, picture.width) for box in self.boxes(picture)]

    def fields(self, spec, document):
        return [field for field in document.pictures if spec.fields is None or field in spec.fields]

    def match(self, spec, field, start, end):
        return (spec.name, field, start, end, None, None)

    def one(self, document):
        self.seen += 1
        return [
            self.match(spec, field, start, end)
            for spec in self.specs
            for field in self.fields(spec, document)
            for start, end in self.runs(document.pictures[field])
        ]

    def scan(self, batch):
        return [self.one(document) for document in batch]


def red(cls=Scanner, **more):
    return MatcherKind(name="red", help="what is red", compile=cls, images=True, **more)


class Corners(Scanner):
    def boxes(self, picture):
        return [(x, y, 1, 1) for x, y, _, _ in super().boxes(picture)]


class Everything(Scanner):
    def boxes(self, picture):
        return [(0, 0, picture.width, picture.height)]


class Lists(Scanner):
    def match(self, *arguments):
        return list(super().match(*arguments))


class OtherName(Scanner):
    def match(self, spec, *place):
        return ("red", *place, None, None)


class OtherField(Scanner):
    def match(self, spec, field, *place):
        return (spec.name, "image", *place, None, None)


class Outside(Scanner):
    def runs(self, picture):
        return [(start, end + picture.width * picture.height) for start, end in super().runs(picture)]


class Swapped(Scanner):
    def runs(self, picture):
        return [(start, start + picture.width) for start, _ in super().runs(picture)]


class Scores(Scanner):
    def match(self, *arguments):
        return (*super().match(*arguments)[:4], 1.5, None)


class Columns(Scanner):
    def match(self, spec, *place):
        return (spec.name, *place, None, {"share": "much"})


class Reversed(Scanner):
    def scan(self, batch):
        return super().scan(batch)[::-1]


class Gaps(Scanner):
    def scan(self, batch):
        return [found for found in super().scan(batch) if found or len(batch) == 1]


class Padding(Scanner):
    def scan(self, batch):
        return super().scan(batch) or [[]]


class NeedsOne(Scanner):
    def one(self, document):
        document.pictures["photo"]
        return super().one(document)


class Texts(Scanner):
    def one(self, document):
        texts = [self.match(spec, field, 0, 1) for spec in self.specs for field in document.clean]
        return [*super().one(document), *texts]


class Guessing(Scanner):
    def match(self, *arguments):
        return (*super().match(*arguments)[:4], random.random(), None)


class Forgetful(Scanner):
    def one(self, document):
        return super().one(document) if self.seen < 1 else []


class Inverting(Scanner):
    def boxes(self, picture):
        found = list(super().boxes(picture))
        pixels = picture.rgb().load()
        pixels[0, 0] = tuple(255 - channel for channel in pixels[0, 0])
        return found


class EveryField(Scanner):
    def fields(self, spec, document):
        return list(document.pictures)


class FirstOnly(Scanner):
    def __init__(self, specs):
        super().__init__(specs[:1])


class Original(Scanner):
    def one(self, document):
        stored = [self.match(spec, "photo", 0, 1) for spec in self.specs if "photo" in document.original]
        return [*super().one(document), *stored]


class Short(Scanner):
    def match(self, *arguments):
        return super().match(*arguments)[:4]


class Trickle(Scanner):
    def one(self, document):
        return (match for match in super().one(document))


def refuse(spec):
    if "least" in spec.options:
        raise KeyError("least")


def compile_strictly(specs):
    if any(spec.options.get("least") == 0 for spec in specs):
        raise ZeroDivisionError("no pixels")
    return Scanner(specs)


INTEGER = one_option(type="integer", description="How many pixels.")
FOLD = {"type": "object", "properties": {"fold": {"type": "string", "description": "How colours are folded."}},
        "additionalProperties": False}  # fmt: skip

PICTURES = {
    "another box": (red(Corners), "samples", "it finds [(1, 2, 1, 1)], not [(1, 2, 3, 2)]"),
    "short tuples": (red(Short), "samples", "a match is no tuple of matcher, field, start, end, score, entry: ('kit',"),
    "matches that trickle": (red(Trickle), "samples", "for a document, not a list of matches"),
    "too much found": (red(Everything), "samples", "it finds [(0, 0, 8, 6)], not []"),
    "validate that crashes": (red(options=INTEGER, validate=refuse), "wrong options",
                              "in `validate` it raises KeyError: 'least'"),
    "an option that crashes later": (red(compile_strictly, options=INTEGER), "wrong options",
                                     "an option passes `validate`, and then it raises ZeroDivisionError: no pixels"),
    "an option that the core takes": (red(options=FOLD), "wrong options", "a wrong option is let pass"),
    "lists for tuples": (red(Lists), "bounds", "a match is no tuple of matcher, field, start, end, score, entry"),
    "another name": (red(OtherName), "bounds", 'a match names the matcher "red", not "kit"'),
    "another field": (red(OtherField), "bounds",
                      'a match stands in the field "image", which the document does not have'),
    "boxes outside": (red(Outside), "bounds", "a match lies outside of the picture of 8 x 6 pixels"),
    "runs that are no box": (red(Swapped), "bounds", "a match is no box: it ends left of where it begins"),
    "scores unsaid": (red(Scores), "bounds", "a match has a score, though the kind does not say so"),
    "scores above one": (red(Scores, scores=True), "bounds", "a match has the score 1.5"),
    "no scores": (red(scores=True), "bounds", "a match has no score, though the kind says that it scores"),
    "columns unsaid": (red(Columns), "bounds", 'a match has the column "share", which `columns` does not declare'),
    "columns of another type": (red(Columns, columns=lambda spec: {"share": "number"}), "bounds",
                                "a match has 'much' in the column \"share\", which is declared as number"),
    "a batch turned round": (red(Reversed), "batches", "a picture gives other matches in a batch than alone"),
    "documents left out": (red(Gaps), "batches", "it gives 2 answers for 7 documents"),
    "answers to nobody": (red(Padding), "batches", "it gives 1 answers for 0 documents"),
    "texts refused": (red(NeedsOne), "batches", "it raises KeyError: 'photo'"),
    "texts looked at": (red(Texts), "batches", "it finds something in a document without a picture"),
    "chance": (red(Guessing, scores=True), "repetition", "the same picture gives other matches the second time"),
    "a memory": (red(Forgetful), "repetition", "the same picture gives other matches the second time"),
    "a picture changed": (red(Inverting), "repetition", "it changes the picture that it looks at"),
    "fields ignored": (red(EveryField), "fields", "it looks in a field that `field:` does not name"),
    "the first matcher only": (red(FirstOnly), "fields",
                               "two matchers compiled together find something else than each alone"),
    "outputs in a list": (red(outputs=lambda spec: ["red"]), "declarations",
                          "`outputs` gives ['red'], not a frozenset of classes, or None"),
    "a condition that lost a match": (red(required_literals=lambda spec: frozenset({"red"})), "conditions",
                                      "'kit' does not hold on a hit"),
    "a condition without a match": (red(Original), "conditions", "'not kit' does not hold on a miss"),
}  # fmt: skip


@pytest.mark.parametrize("case", PICTURES)
def test_a_broken_kind_that_looks_at_images_is_told_what_is_wrong(case):
    kind, law, words = PICTURES[case]

    assert words in words_of(plugin(matchers=[kind]), RED, law)


def test_every_law_of_pictures_is_broken_by_a_case():
    assert laws_without_a_case(PictureSample, PICTURES) == set()


def test_a_whole_kind_that_looks_at_images_breaks_no_law():
    assert faults_of(plugin(matchers=[red()]), RED) == []


def test_a_matcher_that_cannot_be_loaded_is_told():
    sample = PictureSample({"use": "red", "of": "colours"}, hits=[(PATCH, [(1, 2, 3, 2)])])

    assert "a ruleset with the sample's matcher cannot be loaded: " in words_of(
        plugin(matchers=[red()]), sample, "samples"
    )


@pytest.mark.parametrize(
    ("sample", "words"),
    [
        (PictureSample({"use": "red"}, hits=[(b"no picture", [])]), "it raises "),
        (PictureSample({"use": "red"}, hits=[(PATCH, [(1, 2, 3)])]), "it cannot be tried: TypeError"),
    ],
    ids=["no picture", "no box"],
)
def test_a_sample_that_is_none_is_told(sample, words):
    assert words in words_of(plugin(matchers=[red()]), sample, "samples")


def test_a_hit_is_asked_for():
    said = words_of(plugin(matchers=[red()]), PictureSample({"use": "red"}), "samples")

    assert said == (
        'matcher "red" breaks the law "samples": the sample has no hits, so nothing is known of what it finds\n'
        "  help: add hits=[(DATA, [BOX])]"
    )


def test_a_sample_with_pictures_is_asked_for():
    [fault] = faults_of(plugin(matchers=[red()]))

    assert fault == (
        'matcher "red" breaks the law "samples": there is no sample of it, so nothing is known of what it does\n'
        '  help: add a PictureSample for "red" to the samples'
    )


@pytest.mark.parametrize(("jitter", "fine"), [(1e-4, True), (0.4, False)], ids=["a little", "much"])
def test_the_scores_of_a_model_may_differ_by_a_thousandth(jitter, fine):
    class Model(Scanner):
        def match(self, spec, *place):
            return (spec.name, *place, 0.5 + jitter * random.random(), None)

    model = plugin(matchers=[red(Model, scores=True, exact=False)])

    assert [words_of(model, RED, law) == "" for law in ("batches", "repetition")] == [fine] * 2
