"""An edited plugin has another digest, and nothing else has."""

import importlib
import sys

import pytest

from rubricate.plugins.code import code_digest


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of two modules and a table, imported."""
    folder = tmp_path / "coded_plugin"
    folder.mkdir()
    (folder / "__init__.py").write_text("from coded_plugin import words\n")
    (folder / "words.py").write_text("WORDS = ('a', 'b')\n")
    (folder / "table.tsv").write_text("term\na\n")
    (tmp_path / "alone.py").write_text("WORD = 'a'\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in ("coded_plugin", "coded_plugin.words", "alone"):
        importlib.import_module(name)
    yield folder
    for name in ("coded_plugin", "coded_plugin.words", "alone"):
        del sys.modules[name]


@pytest.mark.parametrize("name", ["__init__.py", "words.py", "table.tsv", "new.py"])
def test_each_file_of_a_package_counts(package, name):
    before = code_digest("coded_plugin.words")
    with (package / name).open("a") as file:
        file.write("# edited\n")

    assert code_digest("coded_plugin.words") not in (before, None)


def test_what_the_interpreter_makes_does_not_count(package):
    before = code_digest("coded_plugin")
    (package / "__pycache__").mkdir(exist_ok=True)
    (package / "__pycache__" / "words.cpython-399.pyc").write_bytes(b"compiled")

    assert code_digest("coded_plugin") == before


def test_beside_a_module_that_stands_alone_nothing_counts(package):
    before = code_digest("alone")
    (package.parent / "other.py").write_text("")
    untouched = code_digest("alone")
    (package.parent / "alone.py").write_text("WORD = 'b'\n")

    assert (untouched, code_digest("alone") == before) == (before, False)


@pytest.mark.parametrize("name", ["sys", "a_module_that_nobody_imported"])
def test_what_has_no_files_has_no_digest(name):
    assert code_digest(name) is None
