"""Section 1 of the faults: input that is broken, hostile or merely odd. Each test is named for its row."""

from __future__ import annotations

import gzip
import json
import os
import sys
from pathlib import Path

import pytest

from support.command import call
from support.faults import RULESET, aside, command, outcome_of, rows_of, run_process

GOOD = b'{"id":"first","text":"a sale"}'
LAST = b'{"id":"last","text":"for $5"}'


@pytest.fixture
def ruleset(tmp_path: Path) -> Path:
    path = tmp_path / "ruleset.yaml"
    path.write_text(RULESET)
    return path


def label(ruleset: Path, dump: Path | str, *more: object, code: int = 0, told: str = "") -> Path:
    """Labels a dump in this process and gives the output folder; the run is sound, and warns only as `told` says."""
    out = ruleset.parent / "out"
    called = call("run", ruleset, *more, "--out", out, "-q", "--", dump)
    assert (called.code, called.err.replace(str(dump), "DUMP")) == (code, told), called
    outcome_of(out)
    return out


CUT = "rubricate: 1 dump was not read to the end, so records are missing\n"
MOST = "rubricate: {} % of what was read is in quarantine, more than half; --max-quarantined allows more\n"


def label_between(ruleset: Path, line: bytes, *more: object) -> Path:
    """Labels a line between two good ones."""
    dump = ruleset.parent / "dump.jsonl"
    dump.write_bytes(GOOD + b"\n" + line + b"\n" + LAST + b"\n")
    return label(ruleset, dump, *more)


def ids(out: Path, folder: str = "records") -> list[object]:
    return [row["id"] for row in rows_of(out, folder)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        pytest.param(b'{"id":"x","text":"\xff\xfe"}', "utf8", id="i01_bytes_that_are_not_utf8"),
        pytest.param(b'{"id":"x","text":"\\ud800"}', "surrogate", id="i02_a_lone_surrogate"),
        pytest.param(b'{"id":"x","text":"one","text":"two"}', "duplicate_key", id="i06_a_repeated_key"),
        pytest.param(b'{"id":"x","text":7}', "type", id="i07_a_number_where_a_text_is_declared"),
        pytest.param(b'{"id":"x","text":"a","n":NaN}', "number", id="i07_not_a_number"),
        pytest.param(b'{"id":"x","text":"a","n":-Infinity}', "number", id="i07_infinity"),
        pytest.param(b'{"id":"x","text":"a","n":18446744073709551616}', "number", id="i07_65_bits"),
        pytest.param(b'{"id":"x","text":"a","n":' + b"9" * 5000 + b"}", "number", id="i07_5000_digits"),
        pytest.param(b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "depth", id="i08_100000_deep"),
        pytest.param(b"[" * 100_000, "depth", id="i08_100000_open_lists"),
    ],
)
def test_a_record_that_cannot_be_taken_is_set_aside_and_the_rest_of_its_unit_labelled(ruleset, line, reason):
    out = label_between(ruleset, line)

    assert aside(out) == [(reason, 2, len(GOOD) + 1, len(line))]
    assert ids(out) == ["first", "last"]


def test_i01_i02_nothing_is_replaced_or_mended_in_what_is_kept(ruleset):
    out = label_between(ruleset, b'{"id":"x","text":"\xff \\ud800"}')
    kept = b"".join(part.read_bytes() for folder in out.iterdir() if folder.is_dir() for part in folder.glob("part-*"))

    assert ("\ufffd".encode() in kept, b"\xff" in kept) == (False, False)


def test_i03_nul_and_control_characters_are_kept_in_jsonl_and_parquet_and_escaped_in_csv_and_on_the_page(ruleset):
    pytest.importorskip("pyarrow")
    import pyarrow.parquet

    text = "a sale\0\x01\x1b[31m\x7f\u0085\u2028 for $5"
    line = json.dumps({"id": "x", "text": text}).encode()
    out = label_between(ruleset, line)
    folder = ruleset.parent
    for format in ("jsonl", "parquet", "csv"):
        called = call("export", out, "--to", format, "--out", folder / f"flat.{format}")
        assert called.code == 0, called

    [flat] = [row for row in map(json.loads, (folder / "flat.jsonl").read_bytes().splitlines()) if row["id"] == "x"]
    [stored] = [row for row in pyarrow.parquet.read_table(folder / "flat.parquet").to_pylist() if row["id"] == "x"]
    control = set(range(32)) - {10, 13}
    assert line[:-1] in b"".join(part.read_bytes() for part in (out / "records").iterdir())
    assert (flat["text"], stored["text"]) == (text, text)
    assert control.isdisjoint((folder / "flat.csv").read_bytes())
    assert {*control, 127}.isdisjoint((out / "report.html").read_bytes())


def test_i04_a_byte_order_mark_mixed_line_ends_and_no_final_newline_cost_no_record(ruleset):
    dump = ruleset.parent / "dump.jsonl"
    dump.write_bytes(b"\xef\xbb\xbf" + GOOD + b"\r\n\r\n\n" + b'{"id":"second","text":"x"}\n' + LAST)

    assert (ids(out := label(ruleset, dump)), aside(out)) == (["first", "second", "last"], [])


def test_i04_a_file_in_utf16_is_refused_with_the_way_out(ruleset):
    dump = ruleset.parent / "dump.jsonl"
    dump.write_bytes((GOOD + b"\n").decode().encode("utf-16"))
    detail = "the file is UTF-16, and only UTF-8 is read: convert it with iconv -f UTF-16 -t UTF-8"
    out = label(ruleset, dump, code=1, told=f"warning: DUMP: {detail}\n{CUT}{MOST.format(100)}")
    [row] = rows_of(out, "quarantine")

    assert (row["rubricate"]["reason"], row["rubricate"]["detail"]) == ("utf16", detail)


def test_i05_a_truncated_last_line_is_set_aside_and_the_rest_kept(ruleset):
    dump = ruleset.parent / "dump.jsonl"
    dump.write_bytes(GOOD + b"\n" + LAST[:-8])
    out = label(ruleset, dump)

    assert (ids(out), aside(out)) == (["first"], [("json_truncated", 2, len(GOOD) + 1, len(LAST) - 8)])


def test_i07_a_declared_number_is_read_from_a_text_and_anything_else_set_aside(ruleset):
    ruleset.write_text(RULESET.replace("{text: [text]}", "{text: [text], meta: {n: {type: number}}}"))
    dump = ruleset.parent / "dump.jsonl"
    lines = [
        b'{"id":"%s","text":"x","n":%s}' % (name, n) for name, n in [(b"a", b"1"), (b"b", b'"2.5"'), (b"c", b'"two"')]
    ]
    dump.write_bytes(b"\n".join(lines) + b"\n")
    out = label(ruleset, dump)

    assert ids(out) == ["a", "b"]
    assert aside(out) == [("type", 3, len(lines[0]) + len(lines[1]) + 2, len(lines[2]))]


PEAK = """\
import resource, runpy, sys
sys.argv = ["rubricate", *sys.argv[1:]]
try:
    runpy.run_module("rubricate", run_name="__main__")
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak_of(*arguments: object) -> int:
    """The most MiB that `rubricate ARGUMENTS` had in memory."""
    done = run_process([sys.executable, "-c", PEAK, *map(str, arguments)])
    assert done.returncode == 0, done
    return int(done.stdout.split()[-1]) // 1024


def write_huge_line(path: Path, mebibytes: int) -> Path:
    """A good record, one of so many MiB, another good one."""
    with path.open("wb") as file:
        file.write(GOOD + b'\n{"text":"')
        for _ in range(mebibytes):
            file.write(b"x" * (1 << 20))
        file.write(b'"}\n' + LAST + b"\n")
    return path


def check_huge_line(ruleset: Path, mebibytes: int, *, limit: int) -> None:
    """A line far over the limit takes hardly more memory than one that is just over it."""
    small = write_huge_line(ruleset.parent / "small.jsonl", limit + 1)
    huge = write_huge_line(ruleset.parent / "huge.jsonl", mebibytes)
    option = ("-q", "-o", f"max_record_bytes={limit << 20}", "--workers", 0)
    little = peak_of("run", ruleset, small, "--out", ruleset.parent / "little", *option)
    much = peak_of("run", ruleset, huge, "--out", ruleset.parent / "much", *option)

    assert aside(ruleset.parent / "much") == [("record_too_large", 2, len(GOOD) + 1, (mebibytes << 20) + 11)]
    assert ids(ruleset.parent / "much") == ["first", "last"]
    assert much < little + 24, (little, much)


def test_i09_a_line_far_over_the_limit_is_passed_over_in_bounded_memory(ruleset):
    check_huge_line(ruleset, 64, limit=2)


@pytest.mark.torture
def test_i09_a_line_of_1_gib_is_passed_over_in_bounded_memory(ruleset):
    check_huge_line(ruleset, 1024, limit=16)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("dump.jsonl", b""),
        ("dump.jsonl", b"\n\n \r\n\n"),
        ("dump.jsonl", gzip.compress(b"")),
        ("dump.csv", b"id,text\n"),
    ],
    ids=["empty", "blank", "empty_gzip", "csv_of_a_header"],
)
def test_i10_a_file_without_records_is_a_run_of_no_rows(ruleset, name, content):
    dump = ruleset.parent / name
    dump.write_bytes(content)
    outcome = outcome_of(label(ruleset, dump, told="warning: DUMP: no records\n"))

    assert outcome.counts["read"] == 0
    assert all(rows == [] for rows in outcome.rows.values())


def test_i11_a_bomb_is_left_at_the_limit_while_it_is_inflated(ruleset):
    dump = ruleset.parent / "dump.jsonl.gz"
    dump.write_bytes(gzip.compress(GOOD + b"\n" + (b" " * 65_535 + b"\n") * 3200, compresslevel=9))
    called = call("run", ruleset, dump, "--out", ruleset.parent / "out", "-q")
    out = ruleset.parent / "out"

    assert (called.code, called.err.splitlines(keepends=True)[-1]) == (1, CUT)
    [(reason, _, offset, _)] = aside(out)
    assert (reason, ids(out)) == ("inflate_limit", ["first"])
    assert offset < 140 << 20  # of 200 MiB


def test_i12_good_members_are_read_and_what_follows_them_set_aside(ruleset):
    dump = ruleset.parent / "dump.jsonl"  # the name says nothing of gzip: the first bytes do
    dump.write_bytes(gzip.compress(GOOD + b"\n") + gzip.compress(LAST + b"\n") + b"garbage")
    garbage = "the gzip archive goes on with bytes that are no archive"
    size = len(dump.read_bytes()) - len(b"garbage")
    out = label(ruleset, dump, code=1, told=f"warning: DUMP: after {size} bytes {garbage}\n{CUT}")

    assert ids(out) == ["first", "last"]
    assert [reason for reason, *_ in aside(out)] == ["gzip_garbage"]


def test_i12_what_could_be_read_of_a_truncated_archive_is_labelled_and_the_run_ends_with_a_finding(ruleset):
    dump = ruleset.parent / "dump.jsonl.gz"
    whole = gzip.compress(GOOD + b"\n" + LAST + b"\n") + gzip.compress(b'{"id":"lost","text":"a sale"}\n' * 9)
    dump.write_bytes(whole[:-9])
    ends = f"the gzip archive ends inside a member, after {len(whole) - 9} bytes"
    out = label(ruleset, dump, "--duplicate-ids", "keep_first", code=1, told=f"warning: DUMP: {ends}\n{CUT}")

    assert ids(out) == ["first", "last", "lost"]
    assert [reason for reason, *_ in aside(out)] == ["gzip_truncated"]


def test_i17_an_unbalanced_quote_and_ragged_rows_take_no_other_row(ruleset):
    dump = ruleset.parent / "dump.csv"
    dump.write_bytes(b'id,text\n1,a sale\n2,"open\n3,x,y\n4,for $5\n')
    out = label(ruleset, dump)

    assert (ids(out), len(aside(out))) == (["1", "4"], 2)
    assert {reason for reason, *_ in aside(out)} <= {"csv_quote", "csv_ragged"}


@pytest.mark.parametrize("text", ["=cmd()", "+1", "-1+2", "@sum", "\t=1", "\r=1"])
def test_i17_an_exported_cell_is_no_formula(ruleset, text):
    out = label_between(ruleset, json.dumps({"id": "x", "text": text}).encode())
    call("export", out, "--to", "csv", "--out", ruleset.parent / "flat.csv")
    [row] = [line for line in (ruleset.parent / "flat.csv").read_text().splitlines() if line.startswith("x,")]

    assert row.split(",")[1].strip('"')[0] not in "=+-@\t\r"


def test_i18_a_repeated_id_gets_a_number_and_no_record_is_lost(ruleset):
    out = label_between(ruleset, GOOD.replace(b"a sale", b"another"))
    said = [row["rubricate"]["id"] for row in rows_of(out, "records")]

    assert (ids(out), said) == (["first", "first", "last"], ["first", "first~2", "last"])


def test_i19_a_file_of_the_same_name_and_size_is_another_source(ruleset):
    dump = ruleset.parent / "dump.jsonl"
    dump.write_bytes(GOOD + b"\n")
    times = dump.stat()
    out = label(ruleset, dump)
    dump.write_bytes(GOOD.replace(b"sale", b"song") + b"\n")
    os.utime(dump, ns=(times.st_atime_ns, times.st_mtime_ns))
    again = call("run", ruleset, dump, "--out", out, "-q")
    over = call("run", ruleset, dump, "--out", out, "-q", "--overwrite")

    assert (again.code, f'input "{dump}" has changed' in again.err) == (2, True), again.err
    assert (over.code, outcome_of(out).rows["records"][0]["text"]) == (0, "a song")


@pytest.mark.parametrize("how", ["grown", "truncated", "replaced"])
def test_i19_a_file_that_changes_while_it_is_read_stops_the_run(tmp_path, how):
    from rubricate.errors import RunError
    from support.fake_run import FakeLabeller, run_fake, write_dump

    dump = write_dump(tmp_path / "dump.jsonl")
    other = write_dump(tmp_path / "other.jsonl")

    def change() -> None:
        if how == "grown":
            with dump.open("ab") as file:
                file.write(b"\n")
        elif how == "truncated":
            os.truncate(dump, 10)
        elif other.exists():
            other.rename(dump)

    with pytest.raises(RunError, match="source changed while"):
        run_fake(tmp_path / "out", dump, labeller=FakeLabeller(before=change))
    assert not (tmp_path / "out" / "manifest.json").exists()


NAMES = [b"new\nline.jsonl", b"\xff\xfe.jsonl", b"-rf.jsonl", b"%2e%2e.jsonl", b"..jsonl.jsonl", b"n" * 249 + b".jsonl"]


def test_i20_odd_file_names_are_read_and_no_object_is_named_for_them(ruleset, monkeypatch):
    folder = ruleset.parent / "dumps"
    folder.mkdir()
    for number, name in enumerate(NAMES):
        (folder / os.fsdecode(name)).write_bytes(b'{"id":"n%d","text":"sale %d"}\n' % (number, number))
    monkeypatch.chdir(folder)
    out = ruleset.parent / "out"
    arguments = [os.fsdecode(name) for name in NAMES] + ["../dumps/../dumps/./again.jsonl"]
    (folder / "again.jsonl").write_bytes(LAST + b"\n")
    called = call("run", ruleset, "--out", out, "-q", "--", *arguments)

    assert called.code == 0, called
    assert sorted(map(str, ids(out))) == ["last", *(f"n{number}" for number in range(len(NAMES)))]
    outcome_of(out)
    names = {os.fsencode(path.name) for path in out.rglob("*")}
    assert all(part not in name for name in names for part in (b"\n", b"\xff", b"%", b"nnn", b"again"))


def test_i20_odd_file_names_in_a_folder_of_texts_are_kept(ruleset):
    folder = ruleset.parent / "texts"
    folder.mkdir()
    names = [name[:-6] + b".txt" for name in NAMES if not name.startswith(b".")]
    for name in names:
        (folder / os.fsdecode(name)).write_text("a sale")

    assert sorted(map(str, ids(label(ruleset, folder)))) == sorted(
        name.decode(errors="backslashreplace") for name in names
    )


def test_i21_links_pipes_and_devices_of_a_folder_are_told_and_never_opened(ruleset):
    folder = ruleset.parent / "texts"
    folder.mkdir()
    (ruleset.parent / "secret.txt").write_text("a sale of secrets")
    (folder / "good.txt").write_text("a sale")
    (folder / "loop").symlink_to("..")
    (folder / "out.txt").symlink_to("../secret.txt")
    os.mkfifo(folder / "pipe.txt")
    done = run_process(command(ruleset, folder, ruleset.parent / "out"))
    out = ruleset.parent / "out"

    assert (done.returncode, done.stderr.splitlines(keepends=True)[-1]) == (1, MOST.format(75))
    assert ids(out) == ["good.txt"]
    assert sorted(row["rubricate"]["detail"].partition(":")[0] for row in rows_of(out, "quarantine")) == [
        "loop", "out.txt", "pipe.txt",
    ]  # fmt: skip
    assert all(b"secrets" not in path.read_bytes() for path in out.rglob("*") if path.is_file())


def test_i21_a_pipe_that_is_named_is_refused_and_not_waited_for(ruleset):
    os.mkfifo(ruleset.parent / "dump.jsonl")
    called = call("run", ruleset, ruleset.parent / "dump.jsonl", "--out", ruleset.parent / "out")

    assert called.code == 2
    assert "not a file but a pipe, socket or device" in called.err


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a s\u200da\u200bl\u2060e", id="joiners"),
        pytest.param("a \u202esale\u202c", id="direction"),
        pytest.param("a ｓａｌｅ", id="full_width"),
        pytest.param("a SA\u00adLE", id="soft_hyphen"),
    ],
)
def test_i23_folding_sees_through_hidden_characters_and_the_original_is_kept(ruleset, text):
    ruleset.write_text(RULESET + "fold: [invisible, nfkc, casefold]\n")
    out = label_between(ruleset, json.dumps({"id": "x", "text": text}).encode())
    [row] = [row for row in rows_of(out, "records") if row["id"] == "x"]

    assert [found["label"] for found in row["rubricate"]["annotations"]] == ["spam"]
    assert row["text"] == text
