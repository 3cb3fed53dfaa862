"""The kit catches a source for each law that it can break, and says what is wrong with it."""

import json
from types import SimpleNamespace

import pytest

from rubricate.api import RawRecord, Slice, Source, Unreadable
from rubricate.testing import SourceSample
from support.broken_plugins import faults_of, laws_without_a_case, plugin, words_of

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


def test_every_law_of_sources_is_broken_by_a_case():
    assert laws_without_a_case(SourceSample, SOURCES) == set()


def test_a_whole_source_breaks_no_law():
    assert faults_of(plugin(sources=[source()]), LINES) == []
