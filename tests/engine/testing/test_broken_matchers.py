"""The kit catches a kind of matchers for each law that it can break, and says what is wrong with it."""

import math
import random
import re

import pytest

from rubricate.api import Literal, MatcherKind, OptionError
from rubricate.testing import MatcherSample
from support.broken_plugins import eight_times, faults_of, laws_without_a_case, one_option, plugin, words_of

CAPITALS = re.compile(r"\b[A-Z]{3,}\b")
SHOUT = MatcherSample({"use": "shout"}, hits=["[[BUY]] it [[NOW]]"], misses=["buy it now"])


class Scanner:
    """A scanner that a case changes in one respect."""

    def __init__(self, specs):
        self.specs = list(specs)
        self.seen = 0

    def places(self, text):
        return [found.span() for found in CAPITALS.finditer(text)]

    def fields(self, spec, document):
        return [field for field in document.clean if spec.fields is None or field in spec.fields]

    def match(self, spec, field, start, end):
        return (spec.name, field, start, end, None, None)

    def one(self, document):
        self.seen += 1
        return [
            self.match(spec, field, start, end)
            for spec in self.specs
            for field in self.fields(spec, document)
            for start, end in self.places(document.clean[field])
        ]

    def scan(self, batch):
        return [self.one(document) for document in batch]


def shout(cls=Scanner, **more):
    return MatcherKind(name="shout", help="SHOUTED words", compile=cls, **more)


class FindsLess(Scanner):
    def places(self, text):
        return super().places(text)[:1]


class Outside(Scanner):
    def places(self, text):
        return [(start, end + 1) for start, end in super().places(text)]


class Empty(Scanner):
    def places(self, text):
        return [*super().places(text), (0, 0)]


class Lists(Scanner):
    def match(self, *arguments):
        return list(super().match(*arguments))


class OtherName(Scanner):
    def match(self, spec, *place):
        return ("shout", *place, None, None)


class Scores(Scanner):
    def match(self, *arguments):
        return (*super().match(*arguments)[:4], 1.5, None)


class Reversed(Scanner):
    def scan(self, batch):
        return super().scan(batch)[::-1]


class Gaps(Scanner):
    def scan(self, batch):
        return [found for found in super().scan(batch) if found]


class Refusing(Scanner):
    def scan(self, batch):
        return [self.one(batch[0])] + [self.one(document) for document in batch[1:]]


class Counting(Scanner):
    def one(self, document):
        return super().one(document) if self.seen < 5 else [*super().one(document)][1:]


class Changing(Scanner):
    def one(self, document):
        found = super().one(document)
        document.clean["text"] = document.clean["text"].lower()
        return found


class Guessing(Scanner):
    def one(self, document):
        found = super().one(document)
        return [(*match[:4], random.random(), None) for match in found]


class EveryField(Scanner):
    def fields(self, spec, document):
        return list(document.clean)


class Original(Scanner):
    def one(self, document):
        text = str(document.original.get("text", ""))
        return [self.match(spec, "text", start, end) for spec in self.specs for start, end in self.places(text)
                if spec.fields is None or "text" in spec.fields]  # fmt: skip


class FirstOnly(Scanner):
    def __init__(self, specs):
        super().__init__(specs[:1])


class Bytes(Scanner):
    def places(self, text):
        return [
            (len(text[:start].encode("utf-16-le")) // 2, len(text[:end].encode("utf-16-le")) // 2)
            for start, end in super().places(text)
        ]


class Slow(Scanner):
    def places(self, text):
        return eight_times(text) and super().places(text)


class Columns(Scanner):
    def match(self, spec, *place):
        return (spec.name, *place, None, {"length": "three"})


class Rows(Scanner):
    def match(self, spec, *place):
        return (spec.name, *place, None, 99)


class Lazy(Scanner):
    def scan(self, batch):
        return (found for found in super().scan(batch))


class Short(Scanner):
    def match(self, *arguments):
        return super().match(*arguments)[:4]


class Decimals(Scanner):
    def places(self, text):
        return [(float(start), float(end)) for start, end in super().places(text)]


class NotANumber(Scanner):
    def match(self, *arguments):
        return (*super().match(*arguments)[:4], math.nan, None)


class WholeScores(Scanner):
    def match(self, *arguments):
        return (*super().match(*arguments)[:4], 1, None)


class Before(Scanner):
    def places(self, text):
        return [(start - 1, end) for start, end in super().places(text)]


class ByDocument(Scanner):
    def scan(self, batch):
        return {document.id: self.one(document) for document in batch}


class Trickle(Scanner):
    def one(self, document):
        return (match for match in super().one(document))


class Nothing(Scanner):
    def scan(self, batch):
        return []


class Kinds(Scanner):
    def match(self, spec, *place):
        return (spec.name, *place, None, {"kind": "loud"})


class Nested(Scanner):
    def match(self, spec, *place):
        return (spec.name, *place, None, {"kind": ["loud"]})


def words_column(spec):
    return {"kind": "text"}


def shared(**more):
    """The options of a kind whose only one is said below `$defs`."""
    return {"type": "object", "$defs": {"count": {"type": "integer", **more}}, "additionalProperties": False,
            "properties": {"least": {"$ref": "#/$defs/count", "description": "How many letters."}}}  # fmt: skip


def option_kind(**option):
    return shout(options=one_option(**option))


def raises(error):
    def validate(spec):
        if "least" in spec.options:
            raise error

    return validate


def compile_strictly(specs):
    for spec in specs:
        if spec.options.get("word") == "(":
            raise re.error("bad")
    return Scanner(specs)


INTEGER = one_option(type="integer", description="How many letters.")
FOLD = {"type": "object", "properties": {"fold": {"type": "string", "description": "How letters are folded."}},
        "additionalProperties": False}  # fmt: skip
WORD = {"type": "object", "properties": {"word": {"type": "string", "description": "A word."}},
        "additionalProperties": False}  # fmt: skip

MATCHERS = {
    "no help": (shout() and MatcherKind(name="shout", help=" ", compile=Scanner), "descriptor", "has no help line"),
    "a long help": (MatcherKind(name="shout", help="x" * 200, compile=Scanner), "descriptor", "help has 200 characters"),
    "a cost that is none": (shout(cost=7), "descriptor", "its cost is 7"),
    "no schema": (shout(options={"type": "objekt"}), "options", "its options are no JSON Schema"),
    "open options": (shout(options={"type": "object", "properties": {}}), "options", "take keys that it does not name"),
    "an option without words": (option_kind(type="integer"), "options", 'the option "least" has no description'),
    "an option of any kind": (option_kind(description="x"), "options", 'the option "least" takes any value'),
    "a default of another kind": (option_kind(type="integer", description="x", default="three"), "options",
                                  "the default of the option \"least\" is 'three'"),
    "a function that is none": (shout(columns="kind"), "descriptor", "`columns` is 'kind', which cannot be called"),
    "classes that are no column": (shout(classes=3), "descriptor", "the column of its classes is 3, which is no name"),
    "asides that are no options": (shout(asides=frozenset({"fast"})), "descriptor",
                                   "its asides name frozenset({'fast'}), not a frozenset of options that it has"),
    "trainers that are none": (shout(trainers=[3]), "descriptor", "its trainers are [3], not a list of Trainer"),
    "an option that refers to nothing": (shout(options=one_option(**{"$ref": "#/$defs/count"})), "options",
                                         'its options refer to "#/$defs/count", which stands nowhere in their schema'),
    "options without end": (shout(options={"$ref": "#"}), "options", 'refer to "#", which refers to itself'),
    "a default that what it refers to refuses": (
        shout(options=one_option(**{"$ref": "#/properties/least/oneOf/0", "oneOf": [{"type": "integer"}],
                                    "description": "x", "default": "three"})),
        "options", "the default of the option \"least\" is 'three'"),
    "short tuples": (shout(Short), "samples", "a match is no tuple of matcher, field, start, end, score, entry: ('kit',"),
    "offsets with a point": (shout(Decimals), "samples", "a match has offsets that are no int: ('kit', 'text', 0.0,"),
    "whole numbers for scores": (shout(WholeScores, scores=True), "samples", "a match has a score that is no float"),
    "scores that are no number": (shout(NotANumber, scores=True), "bounds", "has the score nan"),
    "negative offsets": (shout(Before), "bounds", "lies outside of the text"),
    "a mapping of answers": (shout(ByDocument), "samples", "not a list with the matches of each document"),
    "matches that trickle": (shout(Trickle), "samples", "for a document, not a list of matches"),
    "no answers": (shout(Nothing), "samples", "it gives 0 answers for 1 documents"),
    "too little found": (shout(FindsLess), "samples", "it finds 'BUY' at 0, not 'BUY' at 0, 'NOW' at 7"),
    "validate that crashes": (shout(options=INTEGER, validate=raises(KeyError("least"))), "wrong options",
                              "in `validate` it raises KeyError"),
    "an option that the core takes": (shout(options=FOLD), "wrong options", "a wrong option is let pass"),
    "an option that crashes later": (MatcherKind(name="shout", help="x", options=WORD, compile=compile_strictly),
                                     "wrong options", "an option passes `validate`, and then it raises error"),
    "matches outside": (shout(Outside), "bounds", "lies outside of the text"),
    "empty matches": (shout(Empty), "bounds", "a match is empty"),
    "lists for tuples": (shout(Lists), "bounds", "is no tuple of matcher, field, start, end, score, entry"),
    "another name": (shout(OtherName), "bounds", 'names the matcher "shout", not "kit"'),
    "scores unsaid": (shout(Scores), "bounds", "has a score, though the kind does not say so"),
    "scores above one": (shout(Scores, scores=True), "bounds", "has the score 1.5"),
    "no scores": (shout(scores=True), "bounds", "has no score, though the kind says that it scores"),
    "a batch turned round": (shout(Reversed), "batches", "a document gives other matches in a batch than alone"),
    "documents left out": (shout(Gaps), "batches", "answers for"),
    "an empty batch refused": (shout(Refusing), "batches", "it raises IndexError"),
    "a memory": (shout(Counting), "memory", "a scanner that saw other documents gives other matches"),
    "a document changed": (shout(Changing), "memory", "does not support item assignment"),
    "chance": (shout(Guessing, scores=True), "repetition", "the same text gives other matches the second time"),
    "fields ignored": (shout(EveryField), "fields", "it looks in a field that `field:` does not name"),
    "the original looked at": (shout(Original), "fields", "it looks at the text as it was read"),
    "the first matcher only": (shout(FirstOnly), "company", "two matchers compiled together find something else"),
    "offsets in UTF-16": (shout(Bytes), "offsets", "with a letter beyond the first plane before a hit it finds"),
    "work that grows too fast": (shout(Slow), "growth", "times as long, more than 3"),
    "columns unsaid": (shout(Columns), "columns", 'a match has the column "length", which `columns` does not declare'),
    "columns of another type": (shout(Columns, columns=lambda spec: {"length": "number"}), "columns",
                                "a match has 'three' in the column \"length\", which is declared as number"),
    "a type that is none": (shout(columns=lambda spec: {"length": "integer"}), "columns", 'declared as "integer"'),
    "columns of many values": (shout(Nested, columns=words_column), "columns",
                               "a match has ['loud'] in the column 'kind', not a text or a number"),
    "columns in a list": (shout(columns=lambda spec: [("kind", "text")]), "declarations",
                          "`columns` gives [('kind', 'text')], not a mapping of columns to their types"),
    "classes in no column": (shout(Kinds, classes="kind"), "declarations",
                             'the classes of its matches are in the column "kind", which is not one of texts'),
    "outputs in a list": (shout(outputs=lambda spec: ["loud"]), "declarations",
                          "`outputs` gives ['loud'], not a frozenset of classes, or None"),
    "a path that is a text": (shout(files=lambda spec: {"weights": __file__}), "samples", "it raises AttributeError"),
    "doubts as one text": (shout(doubts=lambda spec: "it is old"), "declarations",
                           "`doubts` gives 'it is old', not a list of sentences"),
    "doubts that crash": (shout(doubts=lambda spec: 1 / 0), "declarations", "it raises ZeroDivisionError"),
    "matches without a class": (shout(classes="kind", columns=words_column), "columns",
                                'a match has no class in the column "kind"'),
    "a class that nobody named": (shout(Kinds, classes="kind", columns=words_column,
                                        outputs=lambda spec: frozenset({"quiet"})), "columns",
                                  'a match has the class "loud", which `outputs` does not name'),
    "literals in a list": (shout(required_literals=lambda spec: ["buy"]), "required literals",
                           "`required_literals` gives ['buy'], not a frozenset of texts, or None"),
    "a row that is not there": (shout(Rows), "columns", "names row 99 of a table with 0 rows"),
    "unsound literals": (shout(required_literals=lambda spec: frozenset({"buy"})), "required literals",
                         "it finds something in a text that holds none of the required"),
    "literals in capitals": (shout(required_literals=lambda spec: frozenset({"BUY"})), "required literals",
                             'it requires "BUY", which folding changes'),
    "an empty literal": (shout(required_literals=lambda spec: frozenset({""})), "required literals",
                         "it requires no text or an empty one"),
    "answers that are no list": (shout(Lazy), "conditions", "gave no sequence of answers but a value of type generator"),
    "a condition that lost a match": (shout(required_literals=lambda spec: frozenset({"sell"})), "conditions",
                                      "'kit' does not hold on a hit"),
    "an explanation without the hit": (shout(required_literals=lambda spec: frozenset({"sell"})), "why",
                                       "does not name the matcher and place of a hit"),
}  # fmt: skip


@pytest.mark.parametrize("case", MATCHERS)
def test_a_broken_matcher_is_told_what_is_wrong(case):
    kind, law, words = MATCHERS[case]

    assert words in words_of(plugin(matchers=[kind]), SHOUT, law)


def test_a_wrong_option_that_is_let_pass_is_told():
    """The schema takes a text for a number, and so the front door lets it in."""
    loose = one_option(type=["integer"], description="x")
    sample = MatcherSample({"use": "shout", "word": "a"}, hits=["[[BUY]] it"])

    assert "a ruleset with the sample's matcher cannot be loaded" in words_of(
        plugin(matchers=[shout(options=loose)]), sample, "samples"
    )


def test_options_may_refer_to_what_they_share():
    kind = shout(options=shared(minimum=1))

    assert [words_of(plugin(matchers=[kind]), SHOUT, law) for law in ("options", "wrong options")] == ["", ""]


def test_what_an_option_refers_to_is_tried():
    def compile_few(specs):
        return Scanner([spec for spec in specs if 1 / (1_000_000_000 - spec.options.get("least", 0))])

    assert "an option passes `validate`, and then it raises ZeroDivisionError" in words_of(
        plugin(matchers=[shout(compile_few, options=shared())]), SHOUT, "wrong options"
    )


@pytest.mark.parametrize("number", ["int64", "float32"])
def test_numbers_of_numpy_are_told(number):
    numpy = pytest.importorskip("numpy")

    class Array(Scanner):
        def match(self, spec, *place):
            return (spec.name, *place, None, {"size": getattr(numpy, number)(1)})

    kind = shout(Array, columns=lambda spec: {"size": "number"})

    assert "in the column 'size', not a text or a number" in words_of(plugin(matchers=[kind]), SHOUT, "samples")


def test_a_mark_that_is_not_closed_is_told():
    said = words_of(plugin(matchers=[shout()]), MatcherSample({"use": "shout"}, hits=["[[BUY"]), "samples")

    assert said == (
        'matcher "shout" breaks the law "samples": it cannot be tried: ValueError: '
        'the hit "[[BUY" opens a mark and does not close it\n'
        "  help: its descriptor or its MatcherSample has another form than they have"
    )


def test_literals_that_are_blank_are_told():
    kind = MatcherKind(name="shout", help="x", literals=lambda spec: [Literal(" ")])

    assert "it raises ValueError" in words_of(plugin(matchers=[kind]), SHOUT, "samples")


def test_an_option_error_is_the_right_answer():
    kind = shout(options=INTEGER, validate=raises(OptionError("least", "it cannot be used")))

    assert words_of(plugin(matchers=[kind]), SHOUT, "wrong options") == ""


def test_a_hit_is_asked_for():
    assert "the sample has no hits" in words_of(plugin(matchers=[shout()]), MatcherSample({"use": "shout"}), "samples")


def test_a_sample_is_asked_for():
    [fault] = faults_of(plugin(matchers=[shout()]))

    assert fault == (
        'matcher "shout" breaks the law "samples": there is no sample of it, so nothing is known of what it does\n'
        '  help: add a MatcherSample for "shout" to the samples'
    )


@pytest.mark.parametrize(("jitter", "fine"), [(1e-4, True), (0.4, False)], ids=["a little", "much"])
def test_the_scores_of_a_model_may_differ_by_a_thousandth(jitter, fine):
    class Model(Scanner):
        def match(self, spec, *place):
            return (spec.name, *place, 0.5 + jitter * random.random(), None)

    model = plugin(matchers=[shout(Model, scores=True, exact=False)])

    assert [words_of(model, SHOUT, law) == "" for law in ("batches", "memory", "repetition")] == [fine] * 3


def test_an_exact_kind_may_not_differ_at_all():
    class Model(Scanner):
        def match(self, spec, *place):
            return (spec.name, *place, random.random() * 1e-6, None)

    said = words_of(plugin(matchers=[shout(Model, scores=True)]), SHOUT, "repetition")

    assert said.splitlines()[-1] == "  help: say exact=False for a model"


def test_every_law_of_matchers_is_broken_by_a_case():
    assert laws_without_a_case(MatcherSample, MATCHERS) == set()


def test_a_whole_matcher_breaks_no_law():
    assert faults_of(plugin(matchers=[shout()]), SHOUT) == []
