"""The kit catches an export for each law that it can break, and says what is wrong with it."""

import itertools
import json
import time

import pytest

from rubricate.api import Export
from rubricate.testing import ExportSample
from support.broken_plugins import faults_of, laws_without_a_case, plugin, words_of


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


def test_every_law_of_exports_is_broken_by_a_case():
    assert laws_without_a_case(ExportSample, EXPORTS) == set()


def test_a_whole_export_breaks_no_law():
    assert faults_of(plugin(exports=[export()]), PLAIN) == []
