"""Dictionaries: forms of files, columns, filters, and what is left out."""

from __future__ import annotations

import gc
import gzip
import sys
from pathlib import Path

import pytest

from rubricate.loading import Loaded, load_ruleset
from rubricate.model.table import Row, Table
from rubricate.planning.compiling import make_plan
from rubricate.plugins.discovering import build_registry

REGISTRY = build_registry()


def load(folder: Path, declared: str, **files: str | bytes) -> Loaded:
    for name, content in files.items():
        raw = content if isinstance(content, bytes) else content.encode()
        (folder / name.replace("__", ".")).write_bytes(raw)
    text = f'ruleset: r\nversion: "1"\nlabels: [a, b]\ndictionaries:\n  t: {declared}\nmatchers:\n  m: {{use: dictionary, of: t}}\n'
    (folder / "ruleset.yaml").write_text(text)
    return load_ruleset(folder / "ruleset.yaml", REGISTRY)


def table(loaded: Loaded) -> Table:
    assert loaded.problems == ()
    assert loaded.ruleset is not None
    return loaded.ruleset.tables["t"]


def test_a_list_has_the_column_term_and_skips_comments(tmp_path: Path) -> None:
    found = table(load(tmp_path, "{file: t.txt}", t__txt="# heat\n\nhot \n  burning\n#\n"))

    assert dict(found.columns) == {"term": "text"}
    assert found.rows == (Row(("hot",), {"term": "hot"}, 3), Row(("burning",), {"term": "burning"}, 4))


def test_cells_that_a_short_row_lacks_are_missing(tmp_path: Path) -> None:
    rows = "term\tweight\tnote\nhot\t1\tx\n\ncold\nwarm\t\ty\n"
    found = table(load(tmp_path, "{file: t.tsv, types: {weight: number}}", t__tsv=rows))

    assert found.rows == (
        Row(("hot",), {"term": "hot", "weight": 1, "note": "x"}, 2),
        Row(("cold",), {"term": "cold", "weight": None, "note": None}, 4),
        Row(("warm",), {"term": "warm", "weight": None, "note": "y"}, 5),
    )


def test_a_row_that_is_too_long_is_told_and_the_others_are_kept(tmp_path: Path) -> None:
    loaded = load(tmp_path, "{file: t.tsv}", t__tsv="term\tnote\nhot\tx\ncold\ty\tz\nwarm\n")

    assert loaded.ruleset is not None
    assert loaded.ruleset.tables["t"].rows == (
        Row(("hot",), {"term": "hot", "note": "x"}, 2),
        Row(("warm",), {"term": "warm", "note": None}, 4),
    )
    assert [problem.message for problem in loaded.problems] == ["this row has 3 cells, the table has 2 columns"]


def test_a_row_more_makes_no_call_of_its_own(tmp_path: Path) -> None:
    few, many = (_calls(tmp_path, count) for count in (2000, 4000))

    assert many - few < 2000 // 10  # what is done for some hundred rows together is called for each such lot


def _calls(folder: Path, count: int) -> int:
    """How many functions are called, those written in C included, to load and plan a table of so many rows."""
    rows = "".join(f"term {number}\t0.5\t{'ab'[number % 2]}\n" for number in range(count))
    (folder / "t.tsv").write_text(f"term\tweight\tkind\n{rows}")
    (folder / "ruleset.yaml").write_text(
        'ruleset: r\nversion: "1"\nrecord: {text: [text]}\nlabels: [a, b]\n'
        "dictionaries:\n  t: {file: t.tsv, types: {weight: number}}\nmatchers:\n  m: {use: dictionary, of: t}\n"
        "rules:\n  - {id: one, when: m, label_from: it.kind, confidence: it.weight}\n"
    )
    calls = 0

    def count_call(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    gc.collect()
    gc.disable()  # whoever asked to be told of collections would be called, too
    sys.setprofile(count_call)
    try:
        loaded = load_ruleset(folder, REGISTRY)
        assert loaded.ruleset is not None
        make_plan(loaded.ruleset, REGISTRY)
    finally:
        sys.setprofile(None)
        gc.enable()
    return calls


def test_a_csv_row_over_several_lines_keeps_its_first_line(tmp_path: Path) -> None:
    found = table(load(tmp_path, "{file: t.csv}", t__csv='term,note\r\n"a\r\nb","x, ""y"""\r\nc,\r\n'))

    assert found.rows == (
        Row(("a\r\nb",), {"term": "a\r\nb", "note": 'x, "y"'}, 2),
        Row(("c",), {"term": "c", "note": None}, 4),
    )


def test_a_packed_table_is_read_like_a_plain_one(tmp_path: Path) -> None:
    rows = "term\tweight\nhot\t1\n"

    plain = table(load(tmp_path, "{file: t.tsv}", t__tsv=rows))
    packed = table(load(tmp_path, "{file: t.tsv.gz}", t__tsv__gz=gzip.compress(rows.encode())))

    assert (packed.rows, packed.digest) == (plain.rows, plain.digest)


@pytest.mark.parametrize("cell", ["1.0", "01", "1.", "1e0", "+1"])
def test_one_number_is_one_cell_however_it_is_written(tmp_path: Path, cell: str) -> None:
    declared = "{file: t.tsv, types: {n: number}}"
    one, other = (table(load(tmp_path, declared, t__tsv=f"term\tn\na\t{each}\n")) for each in ("1", cell))

    assert [repr(row.cells["n"]) for row in other.rows] == ["1"]
    assert other.digest == one.digest


def test_a_number_that_no_float_holds_exactly_stays_one(tmp_path: Path) -> None:
    rows = "term\tn\na\t1e15\nb\t-999999999999999.0\n"
    found = table(load(tmp_path, "{file: t.tsv, types: {n: number}}", t__tsv=rows))

    assert [repr(row.cells["n"]) for row in found.rows] == ["1000000000000000.0", "-999999999999999"]


def test_numbers_are_typed_and_missing_cells_are_nothing(tmp_path: Path) -> None:
    found = table(load(tmp_path, "{file: t.tsv, types: {n: number}}", t__tsv="term\tn\tx\na\t3\nb\t0.5\ty\nc\t\t\n"))

    assert [dict(row.cells) for row in found.rows] == [
        {"term": "a", "n": 3, "x": None},
        {"term": "b", "n": 0.5, "x": "y"},
        {"term": "c", "n": None, "x": None},
    ]


def test_several_columns_and_split_cells_give_several_terms(tmp_path: Path) -> None:
    found = table(
        load(tmp_path, '{file: t.csv, term: [name, aka], split: "|"}', t__csv="name,aka\nApple,apples| apple |Apple\n")
    )

    assert [row.terms for row in found.rows] == [("Apple", "apples", "apple")]


def test_columns_are_named_for_a_file_without_a_header(tmp_path: Path) -> None:
    declared = "{file: t.txt, columns: [term, weight], types: {weight: number}}"

    found = table(load(tmp_path, declared, t__txt="# sign\t1\nhot\t2\n"))

    assert [(row.terms, row.cells["weight"]) for row in found.rows] == [(("# sign",), 1), (("hot",), 2)]


def test_only_keeps_rows_and_a_missing_cell_keeps_none(tmp_path: Path) -> None:
    declared = "{file: t.tsv, types: {n: number}, only: 'it.n > 1 and not it.kind in [\"x\"] or it.term matches /^Z/i'}"

    found = table(load(tmp_path, declared, t__tsv="term\tn\tkind\na\t2\ty\nb\t2\tx\nc\t\ty\nd\t2\t\nz\t0\tx\n"))

    assert [row.terms for row in found.rows] == [("a",), ("z",)]


@pytest.mark.parametrize("words", ["stop", "stop.txt"])
def test_skip_leaves_out_short_terms_and_words_of_a_table_or_file(tmp_path: Path, words: str) -> None:
    declared = f"{{file: t.txt, skip: {{shorter_than: 3, words: {words}}}}}\n  stop: {{file: stop.txt}}"

    loaded = load(tmp_path, declared, t__txt="ab\nNICE\nreading\n", stop__txt="Nice\n")

    assert loaded.ruleset is not None
    assert [row.terms for row in loaded.ruleset.tables["t"].rows] == [("reading",)]


def test_a_term_called_pattern_makes_every_row_a_regex(tmp_path: Path) -> None:
    declared = "{file: t.tsv, term: pattern}\n  # used below"

    loaded = load(tmp_path, declared, t__tsv="pattern\tname\n a.c\tx\n")

    assert loaded.ruleset is not None
    found = loaded.ruleset.tables["t"]
    assert (found.patterns, found.rows) == (True, (Row((" a.c",), {"pattern": " a.c", "name": "x"}, 2),))


def test_the_digest_is_of_the_entries_and_not_of_the_layout(tmp_path: Path) -> None:
    first = table(load(tmp_path, "{file: t.txt}", t__txt="a\nb\n"))
    same = table(load(tmp_path, "{file: t.txt}", t__txt="# letters\n\n a \nb"))
    other = table(load(tmp_path, "{file: t.txt}", t__txt="b\na\n"))

    assert first.digest == same.digest != other.digest


def test_one_table_reports_ten_rows_and_counts_the_rest(tmp_path: Path) -> None:
    rows = "term\tn\n" + "".join(f"t{n}\tx\n" for n in range(25))

    loaded = load(tmp_path, "{file: t.tsv, types: {n: number}}", t__tsv=rows)

    assert len(loaded.problems) == 11
    assert loaded.problems[-1].message == '15 more rows of "t" like those above'
    assert loaded.problems[-1].location.line == 26


@pytest.mark.parametrize("file", ["../outside.txt", "/etc/passwd", "link.txt", "http://x.org/t.txt", "a\\0b"])
def test_no_file_outside_the_folder_is_read(tmp_path: Path, file: str) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    (tmp_path / "outside.txt").write_text("secret\n")
    (folder / "link.txt").symlink_to(tmp_path / "outside.txt")

    loaded = load(folder, f'{{file: "{file}"}}')

    assert [problem.code for problem in loaded.problems] == ["R042"]


def test_a_cut_archive_is_a_problem_of_the_table(tmp_path: Path) -> None:
    loaded = load(tmp_path, "{file: t.txt.gz}", t__txt__gz=gzip.compress(b"hot\n" * 1000)[:-12])

    assert [problem.code for problem in loaded.problems] == ["R042"]


def test_a_table_larger_than_the_limit_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rubricate.loading.files.MAX_TABLE_BYTES", 1000)

    loaded = load(tmp_path, "{file: t.txt.gz}", t__txt__gz=gzip.compress(b"x" * 100_000))

    assert [problem.code for problem in loaded.problems] == ["R042"]


def wrong(loaded: Loaded) -> list[tuple[str, str, int]]:
    return [(found.code, found.message, found.location.line) for found in loaded.problems if found.is_error]


@pytest.mark.parametrize("name", ["text", "field", "row", "score"])
def test_a_column_cannot_have_the_name_of_what_every_match_has(tmp_path: Path, name: str) -> None:
    message = f'the column name "{name}" is reserved'

    assert wrong(load(tmp_path, "{file: t.csv}", t__csv=f"term,{name}\na,b\n")) == [("R043", message, 1)]
    assert wrong(load(tmp_path, f"{{file: t.tsv, columns: [term, {name}]}}", t__tsv="a\tb\n")) == [("R043", message, 5)]


@pytest.mark.parametrize("cell", ["1e400", "-1e999", "nan", "inf"])
def test_a_number_that_is_not_finite_is_none(tmp_path: Path, cell: str) -> None:
    loaded = load(tmp_path, "{file: t.tsv, types: {n: number}}", t__tsv=f"term\tn\na\t1\nb\t{cell}\n")

    assert wrong(loaded) == [("R043", f'"{cell}" is no number, as the column "n" should hold', 3)]


NOTHING = "\u200b"


def folded(folder: Path, rest: str, **files: str) -> Loaded:
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(content, encoding="utf-8")
    head = 'ruleset: r\nversion: "1"\nlabels: [a]\nfold: [casefold, invisible]\n'
    (folder / "ruleset.yaml").write_text(head + rest, encoding="utf-8")
    return load_ruleset(folder / "ruleset.yaml", REGISTRY)


def test_a_term_of_which_folding_leaves_nothing_is_reported_where_it_stands(tmp_path: Path) -> None:
    message = f'"{NOTHING}" folds to nothing, so it can never be found'
    table = "dictionaries: {t: {file: t.txt}}\nmatchers: {m: {use: dictionary, of: t}}\n"
    listed = f'matchers:\n  m:\n    use: dictionary\n    terms:\n      - hot\n      - "{NOTHING}"\n'
    in_place = f'rules:\n  - {{id: r, label: a, when: \'"{NOTHING}" or "hot"\', confidence: 1}}\n'

    assert wrong(folded(tmp_path, table, t__txt=f"hot\n{NOTHING}\n")) == [("R043", message, 2)]
    assert wrong(folded(tmp_path, listed)) == [("R041", message, 10)]
    assert wrong(folded(tmp_path, in_place)) == [("R013", message, 6)]


def test_a_term_that_keeps_something_when_folded_is_none_of_these(tmp_path: Path) -> None:
    table = "dictionaries: {t: {file: t.txt}}\nmatchers: {m: {use: dictionary, of: t}}\n"

    assert wrong(folded(tmp_path, table, t__txt=f"hot{NOTHING}\n:)\n")) == []
