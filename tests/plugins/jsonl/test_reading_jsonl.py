import gzip
import tracemalloc

import pytest

from rubricate.api import RawRecord, Unreadable, UsageError
from rubricate_jsonl import register_sources
from support.sources import fields_of, read_dump, reasons_of

MIB = 1024 * 1024
[JSONL] = register_sources()


@pytest.fixture
def dump(tmp_path):
    def write(content):
        path = tmp_path / "dump.jsonl"
        path.write_bytes(content)
        return path

    return write


def test_record_carries_its_place_and_its_own_bytes(dump):
    path = dump(b'{"a":1}\r\n\r\n  {"b": "\xc3\xa9"} \n')

    assert read_dump(JSONL, path) == [
        RawRecord(1, 0, b'{"a":1}', {"a": 1}),
        RawRecord(3, 11, b'{"b": "\xc3\xa9"}', {"b": "é"}),
    ]


def test_last_line_needs_no_line_end(dump):
    assert fields_of(read_dump(JSONL, dump(b'{"a":1}\n{"a":2}'))) == [{"a": 1}, {"a": 2}]


def test_byte_order_mark_is_no_part_of_the_first_record(dump):
    assert read_dump(JSONL, dump(b'\xef\xbb\xbf{"a":1}\n')) == [RawRecord(1, 3, b'{"a":1}', {"a": 1})]


@pytest.mark.parametrize("content", [b"", b"\n\r\n  \n\n"], ids=["empty", "blank lines"])
def test_nothing_gives_no_records(dump, content):
    assert read_dump(JSONL, dump(content)) == []


def test_nul_and_control_characters_are_kept(dump):
    [record] = read_dump(JSONL, dump(b'{"a":"x\\u0000\\u001by"}\n'))

    assert (record.fields, record.raw) == ({"a": "x\0\x1by"}, b'{"a":"x\\u0000\\u001by"}')


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"a":"\xff\xfe"}', "utf8"),
        (b'{"a":"\xed\xa0\x80"}', "utf8"),
        (b'{"a":"\\ud800"}', "surrogate"),
        (b'{"a":"\\udc00"}', "surrogate"),
        (b'{"a":', "json"),
        (b'{"a":"raw \x00 NUL"}', "json"),
        (b'{"a":1} {"a":2}', "json"),
        (b"[1]", "type"),
        (b"17", "type"),
        (b'{"a":NaN}', "number"),
        (b'{"a":[-Infinity]}', "number"),
        (b'{"a":1e999}', "number"),
        (b'{"a":' + b"9" * 5000 + b"}", "number"),
        (b'{"a":18446744073709551616}', "number"),
        (b'{"a":{"b":[1,-9223372036854775809]}}', "number"),
        (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "depth"),
        (b'{"a":' + b"[" * 64 + b"]" * 64 + b"}", "depth"),
        (b'{"a":1,"b":2,"a":1}', "duplicate_key"),
        (b'{"a":{"x":"y: z","x":2},"b":"\\":"}', "duplicate_key"),
        (b'{"a" : 1, "a" : 2}', "duplicate_key"),
        (b'{"text" :"subscribe","text":"x"}', "duplicate_key"),
        (b'{"text":"x","text"\t:"subscribe"}', "duplicate_key"),
        (b'{"text" :"s","a":{"b":1,"b":2}}', "duplicate_key"),
        (b'{"text":"s","a":[{"b"\r :1,"b":2}]}', "duplicate_key"),
    ],
    ids=[
        "bytes", "surrogate bytes", "high surrogate", "low surrogate", "cut", "raw control", "two objects", "array",
        "number", "nan", "infinity", "float too large", "5000 digits", "65 bits", "64 bits negative",
        "100000 deep", "65 deep", "repeated key", "repeated key inside", "repeated key, spaced",
        "first one spaced", "second one spaced", "beside a spaced one", "one inside spaced",
    ],
)  # fmt: skip
def test_bad_line_is_refused_and_the_next_one_read(dump, line, reason):
    found = read_dump(JSONL, dump(b'{"a":0}\n' + line + b'\n{"a":2}\n'))

    assert found[0] == RawRecord(1, 0, b'{"a":0}', {"a": 0})
    assert found[1] == Unreadable(reason, found[1].detail, 2, 8, len(line), line[:200])
    assert found[2] == RawRecord(3, 9 + len(line), b'{"a":2}', {"a": 2})


@pytest.mark.parametrize(
    "line",
    [
        b'{"a":18446744073709551615,"b":-9223372036854775808,"c":1e19}',
        b'{"a":' + b"[" * 63 + b"]" * 63 + b"}",
        b'{"a":{"x":1},"b":{"x":1},"c":[{"x":1},{"x":1}]}',
        b'{"a":"\\"b\\": says \\"a\\": no","b" : 2}',
        b'{"a" :"x","b":{"a"\t:1}}',
    ],
    ids=["64 bits", "64 deep", "one key in several objects", "colons in texts", "spaced keys"],
)
def test_unusual_line_is_a_record(dump, line):
    [record] = read_dump(JSONL, dump(line + b"\n"))

    assert (type(record), record.raw) == (RawRecord, line)


def test_repeated_keys_can_be_let_pass(dump):
    found = read_dump(JSONL, dump(b'{"a":1,"a":2}\n'), options={"duplicate_keys": "last"})

    assert fields_of(found) == [{"a": 2}]


@pytest.mark.parametrize("end", range(1, 20))
def test_line_cut_at_the_end_of_the_file_is_told_apart(dump, end):
    line = '{"a": ["é", {"b": 1}]}'.encode()[:end]

    found = read_dump(JSONL, dump(b'{"a":0}\n' + line))

    assert (fields_of(found), reasons_of(found)) == ([{"a": 0}], ["json_truncated"])


def test_line_over_the_limit_is_passed_over(dump):
    long = b'{"a":"' + b"x" * 500 + b'"}'

    found = read_dump(JSONL, dump(b'{"a":0}\n' + long + b'\n{"a":2}\n'), options={"max_record_bytes": 100})

    detail = "the line has 508 bytes, over the limit of 100"
    assert found == [
        RawRecord(1, 0, b'{"a":0}', {"a": 0}),
        Unreadable("record_too_large", detail, 2, 8, 508, long[:200]),
        RawRecord(3, 517, b'{"a":2}', {"a": 2}),
    ]


def test_line_at_the_limit_is_a_record(dump):
    assert fields_of(read_dump(JSONL, dump(b'{"a":0}\n{"b":10}\n'), options={"max_record_bytes": 7})) == [{"a": 0}]
    assert fields_of(read_dump(JSONL, dump(b'{"a":0}\n{"b":1}'), options={"max_record_bytes": 7})) == [
        {"a": 0},
        {"b": 1},
    ]


@pytest.mark.parametrize("end", [b"", b"\n", b'\n{"a":2}\n'], ids=["end of file", "line end", "another line"])
def test_huge_line_takes_little_memory(tmp_path, end):
    path = tmp_path / "dump.jsonl"
    with path.open("wb") as file:
        file.write(b'{"a":0}\n{"a":"')
        for _ in range(50):
            file.write(b"x" * MIB)
        file.write(b'"}' + end)
    tracemalloc.start()

    found = read_dump(JSONL, path)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    [fault] = [item for item in found if isinstance(item, Unreadable)]
    assert (fault.reason, fault.line, fault.offset, fault.length) == ("record_too_large", 2, 8, 50 * MIB + 8)
    assert fields_of(found) == ([{"a": 0}, {"a": 2}] if end.endswith(b"}\n") else [{"a": 0}])
    assert peak < 40 * MIB


def test_truncated_archive_keeps_its_good_lines(tmp_path):
    path = tmp_path / "dump.jsonl.gz"
    lines = b"".join(b'{"a":%d}\n' % number for number in range(20_000))
    path.write_bytes(gzip.compress(lines)[:-9])

    found = read_dump(JSONL, path, size=1000)

    records = fields_of(found)
    assert records == [{"a": number} for number in range(len(records))]
    assert len(records) > 10_000
    assert reasons_of(found)[-1] == "gzip_truncated"
    assert found[-1].line in (len(records) + 1, len(records) + 2)


def test_file_in_utf16_is_one_region(dump):
    [found] = read_dump(JSONL, dump('{"a":1}\n'.encode("utf-16")))

    assert (found.reason, found.line, found.length) == ("utf16", 1, 18)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'[{"a": 1}, {"a": 2}]', "holds one JSON array"),
        (b'[\n  {"a": 1}\n]\n', "holds one JSON array"),
        (b'{\n  "a": 1\n}\n', "holds objects spread over lines"),
    ],
    ids=["array", "array over lines", "object over lines"],
)
def test_other_json_is_refused_with_the_way_out(dump, content, words):
    with pytest.raises(UsageError, match=words) as caught:
        JSONL.open(dump(content), {})

    assert "jq -c" in caught.value.help


def test_slices_end_with_the_line_that_reaches_the_size(dump):
    reader = JSONL.open(dump(b'{"a":1}\n{"a":2}\n{"a":3}\n{"a":4}'), {})

    slices = [(part.index, part.offset, part.first, part.data) for part in reader.slices(9)]

    assert slices == [(0, 0, 1, b'{"a":1}\n{"a":2}\n'), (1, 16, 3, b'{"a":3}\n{"a":4}')]
