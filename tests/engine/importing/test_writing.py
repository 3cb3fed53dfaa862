"""What is written reads back as what was meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from rubricate.errors import UsageError
from rubricate.importing.patterns import in_condition, one_line
from rubricate.importing.writing import flow_list, make_ids, make_names, scalar, table_text, write_folder

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffe\uffff"))


@given(text=texts)
def test_a_scalar_reads_back_as_its_text(text):
    assert YAML(typ="safe").load(f"a: {scalar(text)}") == {"a": text}


@given(found=st.lists(texts, max_size=4))
def test_a_list_reads_back_as_its_texts(found):
    assert YAML(typ="safe").load(f"a: {flow_list(found)}") == {"a": found}


@given(text=texts)
def test_a_scalar_stands_on_one_line(text):
    assert len(scalar(text).splitlines()) == 1


def test_a_table_keeps_its_rows_whatever_its_cells_hold():
    assert table_text(("a", "b"), [("x\ty", None), (" z", "1\r\n2")]) == "a\tb\nx y\n z\t1 2\n"


def test_ids_and_names_are_different_and_allowed():
    assert make_ids(["a b", "a-b", "A-b", "é", "x"]) == ["a-b", "a-b-2", "A-b-3", "rule", "x"]
    assert make_names(["a-b", "a_b", "2", "and", "", "words", "x"], taken=("x",)) == [
        "a_b", "a_b_2", "m_2", "m_and", "m_", "m_words", "x_2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "written"),
    [("a\nb", r"a\nb"), ("a\\\tb", r"a\tb"), ("a\\\\\tb", r"a\\\tb"), ("\u200b", r"\U0000200b"), ("é/", "é/")],
)
def test_a_pattern_is_written_on_one_line(pattern, written):
    assert one_line(pattern) == written


def test_slashes_of_a_pattern_get_a_backslash_once():
    assert in_condition(r"a/b\/c\\/") == r"/a\/b\/c\\\//"


def test_a_folder_is_written_whole_or_not_at_all(tmp_path):
    write_folder(tmp_path / "new" / "er", {"a.txt": "a\n", "dict/b.tsv": "b\n"})

    assert (tmp_path / "new" / "er" / "dict" / "b.tsv").read_text() == "b\n"
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["er"]


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "mine").write_text("mine")

    with pytest.raises(UsageError, match="is there already"):
        write_folder(tmp_path, {"a.txt": "a"})
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_an_empty_folder_is_filled(tmp_path):
    write_folder(tmp_path / "a", {})
    write_folder(tmp_path / "a", {"b": "c"})

    assert (tmp_path / "a" / "b").read_text() == "c"
