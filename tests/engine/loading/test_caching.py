from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from rubricate.annotator import load
from rubricate.loading import Loaded, load_ruleset
from rubricate.loading.caching import load_cached
from rubricate.loading.packing import UnpackableError, pack, unpack
from rubricate.model.location import Location
from rubricate.model.table import Row, Rows, Table
from rubricate.plugins.discovering import build_registry
from rubricate.storage.caching import read_entry, write_entry

REGISTRY = build_registry()
SHIPPED = ("pii", "product_listings", "review_sentiment", "starter", "youtube_spam")
RULESET = """\
ruleset: r
version: "1"
record: {text: [text]}
labels:
  a: {negatives: [cold]}
  b: {kind: span}
guideline: {id: g, version: "1", file: guide.md}
dictionaries:
  t: {file: t.tsv, types: {weight: number}, skip: {words: stop.txt}}
matchers:
  m: {use: dictionary, of: t}
include: [more.yaml]
rules:
  - {id: one, label: a, when: 'm or "x"', confidence: it.weight if 1 == 1 else 0.5, cites: [s1]}
"""
FILES = {
    "ruleset.yaml": RULESET.replace("confidence: it.weight if 1 == 1 else 0.5", "confidence: 0.9"),
    "guide.md": "# s1 One\n\nText.\n",
    "t.tsv": "term\tweight\nhot\t1\nstraße\t0.5\nand\t\n",
    "stop.txt": "and\n",
    "more.yaml": "rules:\n  - {id: two, label: b, when: m, confidence: it.weight}\n",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ruleset of several files, with a cache of its own."""
    monkeypatch.setenv("RUBRICATE_CACHE", str(tmp_path / "cache"))
    made = tmp_path / "rules"
    made.mkdir()
    for name, text in FILES.items():
        (made / name).write_text(text)
    return made


def told(loaded: Loaded) -> object:
    """What was loaded with all that equality leaves out: places, sources, the rows of tables."""
    ruleset = loaded.ruleset
    tables = (
        {} if ruleset is None else {name: (repr(table), list(table.rows)) for name, table in ruleset.tables.items()}
    )
    return repr(ruleset), loaded.problems, dict(loaded.sources), dict(loaded.digests), tables, ruleset


def entries(folder: Path) -> list[Path]:
    return sorted((folder.parent / "cache").glob("*.ruleset"))


def test_a_ruleset_from_the_cache_is_the_one_that_was_read(folder: Path) -> None:
    fresh = load_ruleset(folder, REGISTRY)
    first, second = load_cached(folder, REGISTRY), load_cached(folder, REGISTRY)

    assert len(entries(folder)) == 1
    assert fresh.ruleset is not None
    assert told(first) == told(second) == told(fresh)
    assert second.ruleset is not None
    assert second.ruleset.matchers["m"].table is second.ruleset.tables["t"]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_ruleset_from_the_cache_is_the_one_that_was_read(name: str, folder: Path) -> None:
    path = Path(__file__).parents[3] / "rulesets" / "rubricate_rulesets" / name

    fresh = load_ruleset(path, REGISTRY)
    first, second = load_cached(path, REGISTRY), load_cached(path, REGISTRY)

    assert len(entries(folder)) == 1
    assert told(first) == told(second) == told(fresh)


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_change_of_any_file_is_seen(name: str, folder: Path) -> None:
    load_cached(folder, REGISTRY)
    before = (folder / name).stat()
    text = (folder / name).read_text()
    (folder / name).write_text(text.replace("hot", "hit").replace("one", "six").replace("0.9", "0.8") + "\n")
    os.utime(folder / name, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert told(load_cached(folder, REGISTRY)) == told(load_ruleset(folder, REGISTRY))


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_that_is_gone_is_missed(name: str, folder: Path) -> None:
    load_cached(folder, REGISTRY)
    if name == "ruleset.yaml":
        return
    (folder / name).unlink()

    assert load_cached(folder, REGISTRY).has_errors
    assert told(load_cached(folder, REGISTRY)) == told(load_ruleset(folder, REGISTRY))


def test_a_ruleset_with_errors_is_not_kept(folder: Path) -> None:
    (folder / "more.yaml").write_text("rules: 1\n")

    assert load_cached(folder, REGISTRY).has_errors
    assert entries(folder) == []


def test_two_paths_to_a_ruleset_each_keep_their_places(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    paths = [folder, Path("rules"), Path("rules/ruleset.yaml")]

    for path in paths * 2:
        assert told(load_cached(path, REGISTRY)) == told(load_ruleset(path, REGISTRY))


def test_nothing_is_kept_when_the_cache_is_off(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUBRICATE_CACHE", "off")

    load_cached(folder, REGISTRY)

    assert not (folder.parent / "cache").exists()


def test_other_plugins_do_not_take_over_what_was_kept(folder: Path) -> None:
    load_cached(folder, REGISTRY)
    [entry] = entries(folder)
    kept = entry.read_bytes()
    changed = replace(REGISTRY, plugins=tuple(replace(info, version="other") for info in REGISTRY.plugins))

    assert told(load_cached(folder, changed)) == told(load_ruleset(folder, REGISTRY))
    assert entry.read_bytes() != kept


def test_a_plugin_that_the_caller_hands_over_is_never_believed_to_be_the_same(folder: Path) -> None:
    load_cached(folder, build_registry(extra=[SimpleNamespace(__name__="mine")]))

    assert entries(folder) == []


@pytest.mark.parametrize(
    "body", [b"", b"\n", b"{}\n", b'{"code": 1}\n[]', b"[]", b"\xff\n{}", b'{"code":"x"}\n{"value":1}']
)
def test_an_entry_of_another_form_is_read_anew(body: bytes, folder: Path) -> None:
    load_cached(folder, REGISTRY)
    [entry] = entries(folder)
    write_entry(entry.parent, entry.name, body)

    assert told(load_cached(folder, REGISTRY)) == told(load_ruleset(folder, REGISTRY))
    assert read_entry(entry.parent, entry.name) != body


def test_a_damaged_body_is_read_anew(folder: Path) -> None:
    load_cached(folder, REGISTRY)
    [entry] = entries(folder)
    kept = read_entry(entry.parent, entry.name)
    assert kept is not None
    head, _, body = kept.partition(b"\n")
    for damaged in (b"", b"[1]", b'{"value":[900],"paths":[],"tables":[]}', b'{"value":["T",9],"paths":[],"tables":[]}',
                    b'{"value":["zz"],"paths":[],"tables":[]}', body[:-1], body.replace(b'"numbers":[', b'"numbers":[99,'), body.replace(b'"@"', b'"@@"')):  # fmt: skip
        write_entry(entry.parent, entry.name, head + b"\n" + damaged)

        assert told(load_cached(folder, REGISTRY)) == told(load_ruleset(folder, REGISTRY))


def test_plans_are_the_same_with_and_without_a_cache(folder: Path) -> None:
    first, second = load(folder, registry=REGISTRY), load(folder, registry=REGISTRY)
    texts = ["hot x", "eine STRASSE", "and nothing"]

    assert first.plan.digest == second.plan.digest
    assert [each.to_dict() for each in first.annotate(texts)] == [each.to_dict() for each in second.annotate(texts)]


def test_what_is_not_of_the_model_is_not_packed() -> None:
    here = Location("t.txt", 1, 1)
    for odd in (
        object(),
        {1, 2},
        float("nan"),
        2**70,
        "\ud800",
        Table(name="t", columns={}, rows=(Row(("a",), {}, 1),), location=here),
    ):
        with pytest.raises(UnpackableError):
            pack((odd,))


@pytest.mark.parametrize(
    "column",
    [
        pytest.param(["a", None, "a", "b"], id="few texts"),
        pytest.param([1, 1.0, None, 1], id="equal numbers of two kinds"),
        pytest.param([0.0, -0.0, 0.5, 0.5], id="two kinds of zero"),
        pytest.param([0.5, 2, 0.5, None], id="numbers"),
        pytest.param([str(number) for number in range(4)] * 100, id="few texts in many rows"),
        pytest.param([str(number) for number in range(400)], id="many texts"),
    ],
)
def test_a_column_of_a_table_keeps_every_cell_as_it_is(column: list[object]) -> None:
    terms = [f"t{number}" if number % 3 else ("t", f"u{number}") for number in range(len(column))]
    rows = Rows(names=["c"], terms=terms, columns=[column], lines=range(2, len(column) + 2))
    table = Table(name="t", columns={"c": "text"}, rows=rows, location=Location("r.yaml", 1, 1))

    kept = unpack(pack(table))

    assert isinstance(kept, Table)
    assert isinstance(kept.rows, Rows)
    assert list(map(repr, kept.rows.columns[0])) == list(map(repr, column))
    assert kept.rows.terms == terms


def test_cells_that_are_equal_are_one_object_when_a_table_comes_from_the_cache(folder: Path) -> None:
    (folder / "t.tsv").write_text("term\tweight\tclass\n" + "".join(f"term{n}\t0.25\tlong name\n" for n in range(500)))
    load_cached(folder, REGISTRY)

    ruleset = load_cached(folder, REGISTRY).ruleset

    assert ruleset is not None
    rows = ruleset.tables["t"].rows
    assert isinstance(rows, Rows)
    assert {name: len(set(map(id, rows.columns[rows.names.index(name)]))) for name in ("weight", "class")} == {
        "weight": 1,
        "class": 1,
    }


def test_values_keep_their_kinds() -> None:
    value = (1, 1.0, True, None, "1", ("a", ["b", {"c": (1,), 2: []}]), Path("x"), Location("p", 1, 2, 3))

    assert repr(unpack(pack(value))) == repr(value)
