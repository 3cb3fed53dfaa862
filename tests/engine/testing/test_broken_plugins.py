"""The kit catches a plugin for each law that it can break, and says what is wrong with it."""

import itertools
import json
import random
import re
import time
from types import SimpleNamespace

import pytest

from rubricate.api import (
    Check,
    Combiner,
    Export,
    Literal,
    MatcherKind,
    Normaliser,
    OffsetMap,
    OptionError,
    RawRecord,
    Slice,
    Source,
    Transform,
    Unreadable,
    hookimpl,
    per_text,
)
from rubricate.testing import (
    CheckSample,
    CombinerSample,
    ExportSample,
    MatcherSample,
    NormaliserSample,
    SourceSample,
    TransformSample,
)
from rubricate.testing.contract import LAWS, trials_of

CAPITALS = re.compile(r"\b[A-Z]{3,}\b")
SHOUT = MatcherSample({"use": "shout"}, hits=["[[BUY]] it [[NOW]]"], misses=["buy it now"])


def plugin(**descriptors):
    """An object with the hooks that give these descriptors."""
    hooks = {
        f"register_{field}": hookimpl(lambda found=found: found, specname=f"register_{field}")
        for field, found in descriptors.items()
    }
    return type("broken", (), {name: staticmethod(hook) for name, hook in hooks.items()})


def words_of(broken, sample, law):
    """What one law says of a plugin."""
    trials = [trial for trial in trials_of(broken, (sample,)) if trial.law == law]
    assert trials, "there is no such law"
    return "\n".join(str(fault) for trial in trials for fault in trial.run())


# -- matchers ----------------------------------------------------------------------------------------------


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


class Quadratic(Scanner):
    def places(self, text):
        return [(at, at + 3) for at in range(len(text)) if text[:at].count("~") == at + 1] or super().places(text)


class Columns(Scanner):
    def match(self, spec, *place):
        return (spec.name, *place, None, {"length": "three"})


class Rows(Scanner):
    def match(self, spec, *place):
        return (spec.name, *place, None, 99)


class Lazy(Scanner):
    def scan(self, batch):
        return (found for found in super().scan(batch))


def option_kind(**option):
    return shout(options={"type": "object", "properties": {"least": option}, "additionalProperties": False})


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


INTEGER = {"type": "object", "properties": {"least": {"type": "integer", "description": "How many letters."}},
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
    "too little found": (shout(FindsLess), "samples", "it finds 'BUY' at 0, not 'BUY' at 0, 'NOW' at 7"),
    "validate that crashes": (shout(options=INTEGER, validate=raises(KeyError("least"))), "wrong options",
                              "in `validate` it raises KeyError"),
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
    "quadratic work": (shout(Quadratic), "growth", "times as long, more than 3"),
    "columns unsaid": (shout(Columns), "columns", 'a match has the column "length", which `columns` does not declare'),
    "columns of another type": (shout(Columns, columns=lambda spec: {"length": "number"}), "columns",
                                "declared as number and holds 'three'"),
    "a type that is none": (shout(columns=lambda spec: {"length": "integer"}), "columns", 'declared as "integer"'),
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
    loose = {
        "type": "object",
        "properties": {"least": {"type": ["integer"], "description": "x"}},
        "additionalProperties": False,
    }
    sample = MatcherSample({"use": "shout", "word": "a"}, hits=["[[BUY]] it"])

    assert "a ruleset with the sample's matcher cannot be loaded" in words_of(
        plugin(matchers=[shout(options=loose)]), sample, "samples"
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
    [fault] = [fault for trial in trials_of(plugin(matchers=[shout()])) for fault in trial.run()]

    assert str(fault) == (
        'matcher "shout" breaks the law "samples": there is no sample of it, so nothing is known of what it does\n'
        '  help: add a MatcherSample for "shout" to the samples'
    )


# -- transforms --------------------------------------------------------------------------------------------

STAR = TransformSample({"use": "stars"}, gives={"a * star": "a  star"}, keeps=["nothing here"])


def without_stars(text):
    pieces, target = [], 0
    for run in re.finditer(r"[^*]+", text):
        pieces.append((target, target + len(run[0]), *run.span()))
        target += len(run[0])
    return (text.replace("*", ""), OffsetMap(pieces)) if "*" in text else None


def stars(rewrite=without_stars, **more):
    return Transform(name="stars", help="no stars", make=lambda options: rewrite, **more)


def shifted(text):
    found = without_stars(text)
    return found and (found[0], OffsetMap([(0, len(found[0]), 0, len(found[0]))] if found[0] else []))


def too_short(text):
    found = without_stars(text)
    return found and (found[0], OffsetMap(found[1].pieces[:-1]))


def backwards(text):
    found = without_stars(text)
    if found is None:
        return None
    pieces = [(*one[:2], *other[2:]) for one, other in zip(found[1].pieces, found[1].pieces[::-1], strict=True)]
    return (found[0], OffsetMap(pieces))


def slow_stars(text):
    for at in range(0, len(text), 2):
        text[:at].count("~")
    return without_stars(text)


TURN = itertools.count()

TRANSFORMS = {
    "another text": (stars(lambda text: (text.upper(), OffsetMap([(0, len(text), 0, len(text))])) if text else None),
                     "samples", "it gives 'A * STAR', not 'a  star'"),
    "a text that must stay": (stars(lambda text: (text[1:], OffsetMap([(0, len(text) - 1, 1, len(text))]))
                                    if len(text) > 1 else None), "identity", "of a text that must stay"),
    "an option that crashes": (
        Transform(name="stars", help="no stars", options=INTEGER,
                  make=lambda options: without_stars if 7 // options.get("least", 1) else None),
        "wrong options", "its schema takes an option, and then it raises ZeroDivisionError",
    ),
    "a map that leads elsewhere": (stars(shifted), "offset map", "the map leads"),
    "a map that is too short": (stars(too_short), "offset map", "characters of the new text"),
    "a map that runs back": (stars(backwards), "offset map", "the map runs back"),
    "no map": (stars(lambda text: text), "offset map", "something else than a text and an offset map"),
    "a crash": (stars(lambda text: without_stars(text) if text.isprintable() else 1 / 0), "offset map", "ZeroDivisionError"),
    "chance": (stars(lambda text: without_stars(text + "*" * (next(TURN) % 2))), "repetition",
               "the same text becomes something else the second time"),
    "quadratic work": (stars(slow_stars), "growth", "times as long, more than 3"),
}  # fmt: skip


@pytest.mark.parametrize("case", TRANSFORMS)
def test_a_broken_transform_is_told_what_is_wrong(case):
    transform, law, words = TRANSFORMS[case]

    assert words in words_of(plugin(transforms=[transform]), STAR, law)


# -- checks, normalisers, combiners ------------------------------------------------------------------------

EVEN = CheckSample("even", holds=["22"], fails=["21", "x"])


def even(text):
    return text.isdecimal() and text.isascii() and int(text[-9:]) % 2 == 0


def check(holds=even):
    return Check(name="even", help="an even number", holds=holds)


def slow(text):
    for at in range(0, len(text), 2):
        text[:at].count("~")
    return even(text)


CHECKS = {
    "a wrong answer": (check(lambda text: True), "samples", "it holds on a text that must fail"),
    "no truth value": (check(lambda text: text.isdecimal() and text), "answers", "not True or False"),
    "a crash": (check(lambda text: int(text) % 2 == 0), "answers", "it raises ValueError"),
    "chance": (check(lambda text: random.random() < 0.5), "repetition", "the same text gets another answer"),
    "quadratic work": (check(slow), "growth", "times as long, more than 3"),
}


@pytest.mark.parametrize("case", CHECKS)
def test_a_broken_check_is_told_what_is_wrong(case):
    given, law, words = CHECKS[case]

    assert words in words_of(plugin(checks=[given]), EVEN, law)


TWICE = NormaliserSample("twice", gives=[("2", 4)], refuses=["two"])


def twice(value):
    text = str(value)
    return 2 * int(text[-9:]) if text.isdecimal() and text.isascii() else None


def normaliser(apply=twice, **more):
    return Normaliser(name="twice", help="twice the number", **{"result": "number", "apply": apply, **more})


NORMALISERS = {
    "another value": (normaliser(lambda value: 5), "samples", "it gives 5, not 4"),
    "a crash": (normaliser(lambda value: 2 * int(value)), "answers", "it raises"),
    "another kind": (normaliser(lambda value: str(value)), "answers", "which is no number"),
    "what JSON cannot write": (normaliser(lambda value: 2**70), "answers", "which JSON cannot write"),
    "an infinite number": (normaliser(lambda value: float("inf")), "answers", "infinite"),
    "chance": (normaliser(lambda value: next(TURN)), "repetition", "becomes something else the second time"),
    "quadratic work": (normaliser(lambda value: slow(str(value)) and 4), "growth", "times as long, more than 3"),
    "no arguments": (normaliser(arguments=(2, 1)), "descriptor", "which nothing can be given"),
    "a result that is none": (normaliser(result="integer"), "descriptor", 'its result is "integer"'),
}


@pytest.mark.parametrize("case", NORMALISERS)
def test_a_broken_normaliser_is_told_what_is_wrong(case):
    given, law, words = NORMALISERS[case]

    assert words in words_of(plugin(normalisers=[given]), TWICE, law)


BEST = CombinerSample("best", gives=[({"a": [0.5, 0.7]}, {"a": 0.7})])


def combiner(combine):
    return Combiner(name="best", help="the best score", combine=combine)


def sorting(votes):
    for scores in votes.values():
        if isinstance(scores, list):
            scores.sort()
    return {label: scores[-1] for label, scores in votes.items()}


COMBINERS = {
    "another score": (combiner(lambda votes: {label: min(scores) for label, scores in votes.items()}), "samples",
                      "it gives {'a': 0.5}, not {'a': 0.7}"),
    "a score above one": (combiner(lambda votes: {label: sum(scores) for label, scores in votes.items()}), "scores",
                          "not a score from 0 to 1 for each label"),
    "a label lost": (combiner(lambda votes: {"a": 0.5}), "scores", "not a score from 0 to 1 for each label"),
    "an order": (combiner(lambda votes: {label: scores[0] for label, scores in votes.items()}), "order",
                 "the order of the votes changes the score"),
    "votes changed": (combiner(sorting), "order", "it changes the votes that it is given"),
    "one vote changed": (combiner(lambda votes: {label: max(scores) / 2 for label, scores in votes.items()}), "one vote",
                         "becomes"),
}  # fmt: skip


@pytest.mark.parametrize("case", COMBINERS)
def test_a_broken_combiner_is_told_what_is_wrong(case):
    given, law, words = COMBINERS[case]

    assert words in words_of(plugin(combiners=[given]), BEST, law)


# -- sources and exports -----------------------------------------------------------------------------------

LINES = SourceSample("lines", file="dump.lines", content=b"one\ntwo\n\xff\nthree\n",
                     records=[{"text": "one"}, {"text": "two"}, {"text": "three"}], faults=["utf8"])  # fmt: skip


class Reader:
    """A reader of lines that a case changes in one respect."""

    def __init__(self, path, options):
        self.data = path.read_bytes()

    def slices(self, size):
        index = offset = 0
        first = 1
        while offset < len(self.data):
            end = self.data.find(b"\n", min(len(self.data), offset + max(size, 1)) - 1)
            end = len(self.data) if end < 0 else end + 1
            yield Slice(index=index, offset=offset, first=first, data=self.data[offset:end])
            index, first, offset = index + 1, first + self.data.count(b"\n", offset, end), end

    def records(self, part):
        offset, line = part.offset, part.first
        for raw in part.data.splitlines(keepends=True):
            if raw.strip():
                yield self.record(line, offset, raw)
            offset, line = offset + len(raw), line + raw.count(b"\n")

    def record(self, line, offset, raw):
        try:
            text = raw.rstrip(b"\r\n").decode()
        except UnicodeDecodeError:
            return Unreadable("utf8", "no UTF-8", line, offset, len(raw.rstrip(b"\n")), raw[:200])
        return RawRecord(line, offset, json.dumps({"text": text}).encode(), {"text": text})


class Splitting(Reader):
    def slices(self, size):
        for part in super().slices(size):
            if part.data.count(b"\n"):
                yield part


class Forgetful(Reader):
    def record(self, line, offset, raw):
        found = super().record(line, offset, raw)
        return found if isinstance(found, RawRecord) else RawRecord(line, offset, b'{"text":""}', {"text": ""})


class Backwards(Reader):
    def record(self, line, offset, raw):
        return super().record(line, 100 - offset, raw)


class OtherRaw(Reader):
    def record(self, line, offset, raw):
        found = super().record(line, offset, raw)
        if isinstance(found, RawRecord):
            found.raw = b'{"text":"else"}'
        return found


class Remembering(Reader):
    def __init__(self, path, options):
        super().__init__(path, options)
        self.line = 0

    def records(self, part):
        for found in super().records(part):
            self.line += 1
            yield SimpleNamespace() if self.line > 10**6 else self.moved(found)

    def moved(self, found):
        if isinstance(found, RawRecord):
            found.line = self.line
        return found


class Losing(Reader):
    def slices(self, size):
        yield from list(super().slices(size))[:-1]


class Crashing(Reader):
    def record(self, line, offset, raw):
        return RawRecord(line, offset, json.dumps({"text": raw.decode()}).encode(), {"text": raw.decode()})


class Lookahead(Reader):
    def record(self, line, offset, raw):
        found = super().record(line, offset, raw)
        if b"\x00" in self.data and isinstance(found, RawRecord):
            return RawRecord(line, offset, b'{"text":"binary"}', {"text": "binary"})
        return found


def source(open=Reader, **more):
    return Source(name="lines", help="a text a line", suffixes=(".lines",), open=open, **more)


SOURCES = {
    "a fault read as a record": (source(Forgetful), "samples", "it sets aside [], not ['utf8']"),
    "places that run back": (source(Backwards), "places", "comes after line"),
    "raw of something else": (source(OtherRaw), "places", "says something else than its `fields`"),
    "a reader with a memory": (source(Remembering), "slices", "a slice holds other records when it is read before"),
    "bytes lost": (source(Losing), "conservation", "bytes belong to no slice and no fault"),
    "a crash": (source(Crashing), "damage", "it raises UnicodeDecodeError"),
    "a look ahead": (source(Lookahead), "damage", "changes records in front of it"),
    "a suffix without a dot": (Source(name="lines", help="x", suffixes=("lines",), open=Reader), "descriptor",
                               'the suffix "lines" begins with no dot'),
}  # fmt: skip


@pytest.mark.parametrize("case", SOURCES)
def test_a_broken_source_is_told_what_is_wrong(case):
    given, law, words = SOURCES[case]

    assert words in words_of(plugin(sources=[given]), LINES, law)


def read_lines(data):
    return [json.loads(line) for line in data.splitlines()]


PLAIN = ExportSample("plain", read=read_lines)


def write_plain(records, stream, options):
    count = 0
    for record in records:
        stream.write(json.dumps({"id": record["id"], "text": record["text"]}).encode() + b"\n")
        count += 1
    return count


def losing(records, stream, options):
    return write_plain((record for record in records if record["text"]), stream, options)


def stripping(records, stream, options):
    return write_plain(({**record, "text": record["text"].strip()} for record in records), stream, options)


def miscounting(records, stream, options):
    return write_plain(records, stream, options) + 1


def some(records, stream, options):
    return write_plain(itertools.islice(records, 1000), stream, options)


def dating(records, stream, options):
    def dated():
        for record in records:
            yield {**record, "id": record["id"]}

    count = write_plain(dated(), stream, options)
    stream.write(b'{"at": %d}' % time.perf_counter_ns())
    return count


def popping(records, stream, options):
    return write_plain(({"id": record["id"], "text": record.pop("text")} for record in records), stream, options)


def export(write=write_plain, suffix=".plain"):
    return Export(name="plain", help="texts", suffix=suffix, write=write)


EXPORTS = {
    "records lost": (export(losing), "round trip", "the ids that can be read are"),
    "texts changed": (export(stripping), "round trip", "the text comes back as 'padded'"),
    "a wrong count": (export(miscounting), "round trip", "it says that it wrote"),
    "not all taken": (export(some), "none and many", "of 3000 records 1000 are asked for"),
    "a time written": (export(dating), "repetition", "the same records give other bytes the second time"),
    "records changed": (export(popping), "repetition", "it changes the records that it is given"),
    "a suffix without a dot": (export(suffix="plain"), "descriptor", 'the suffix "plain" begins with no dot'),
}


@pytest.mark.parametrize("case", EXPORTS)
def test_a_broken_export_is_told_what_is_wrong(case):
    given, law, words = EXPORTS[case]

    assert words in words_of(plugin(exports=[given]), PLAIN, law)


# -- what holds of all of them -----------------------------------------------------------------------------

GOOD = {
    "matchers": (shout(), SHOUT),
    "transforms": (stars(), STAR),
    "checks": (check(), EVEN),
    "normalisers": (normaliser(), TWICE),
    "combiners": (combiner(lambda votes: {label: max(scores) for label, scores in votes.items()}), BEST),
    "sources": (source(), LINES),
    "exports": (export(), PLAIN),
}


@pytest.mark.parametrize("field", GOOD)
def test_the_same_plugin_whole_breaks_no_law(field):
    given, sample = GOOD[field]

    assert [str(fault) for trial in trials_of(plugin(**{field: [given]}), (sample,)) for fault in trial.run()] == []


def test_every_law_is_broken_by_a_case():
    cases = {
        "matchers": MATCHERS, "transforms": TRANSFORMS, "checks": CHECKS, "normalisers": NORMALISERS,
        "combiners": COMBINERS, "sources": SOURCES, "exports": EXPORTS,
    }  # fmt: skip
    missing = {field: set(LAWS[field]) - {law for _, law, _ in cases[field].values()} for field in LAWS}

    assert {field for field, laws in missing.items() if laws} == set()


def test_a_plugin_whose_hook_gives_no_list_is_told():
    [fault] = [fault for trial in trials_of(plugin(checks=3)) for fault in trial.run()]

    assert "register_checks must give a list, not int" in str(fault)


def test_a_name_that_another_plugin_gives_is_told():
    kind = per_text("regex", lambda text: [], help="mine")

    assert 'matcher "regex" is given by' in "\n".join(
        str(fault) for trial in trials_of(plugin(matchers=[kind])) for fault in trial.run()
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
