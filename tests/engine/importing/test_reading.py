"""Files that are not what they are said to be are answered in words, whoever wrote them."""

import gzip

import pytest

from rubricate.errors import UsageError
from rubricate.importing.imported import Wishes
from rubricate.importing.kinds import IMPORTERS, find_importer
from rubricate.importing.reading import MAX_BYTES, read_json, read_text, read_toml, read_yaml


def refusal(call):
    with pytest.raises(UsageError) as caught:
        call()
    return caught.value.message


@pytest.mark.parametrize(
    ("read", "content", "said"),
    [
        pytest.param(read_json, "{", "cannot be read as JSON: unexpected end of data: line 1 column 2 (char 1)", id="JSON"),
        pytest.param(read_toml, "a =", "cannot be read as TOML: Invalid value (at end of document)", id="TOML"),
        pytest.param(read_yaml, "a: [", "cannot be read as YAML: line 1: ", id="YAML"),
        pytest.param(read_yaml, "a: !!python/name:os.system", "cannot be read as YAML: line 1: ", id="a tag"),
        pytest.param(read_yaml, "a: 1\na: 2", "cannot be read as YAML: line 2: ", id="a key twice"),
        pytest.param(read_yaml, "a: " + "9" * 5000, "cannot be read as YAML: ", id="a number of 5,000 digits"),
        pytest.param(read_toml, "a = " + "9" * 5000, "cannot be read as TOML: ", id="another"),
        pytest.param(read_toml, "a = " + "[" * 5000, "is nested too deeply", id="deep TOML"),
        pytest.param(read_yaml, "[" * 1000, "is nested too deeply", id="deep YAML"),
        pytest.param(read_json, "[" * 5000, "cannot be read as JSON: ", id="deep JSON"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_parsed_is_told_in_one_line(tmp_path, read, content, said):
    path = tmp_path / "file"
    path.write_text(content, encoding="utf-8")
    message = refusal(lambda: read(path))

    assert message.startswith(f"{path}: {said}")
    assert "\n" not in message


def test_bytes_that_are_no_text_are_told_with_their_line(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"a\n\xff")

    assert refusal(lambda: read_text(path)) == f"{path}:2: is not UTF-8"


def test_a_file_that_unpacks_to_too_much_is_refused(tmp_path):
    path = tmp_path / "file.gz"
    path.write_bytes(gzip.compress(b" " * (MAX_BYTES + 1)))

    assert refusal(lambda: read_text(path)) == f"{path}: is larger than 32 MiB"


def test_a_missing_file_a_folder_and_a_broken_archive_are_told(tmp_path):
    (tmp_path / "file.gz").write_bytes(b"no archive")

    assert refusal(lambda: read_text(tmp_path / "x")).endswith("cannot be read: No such file or directory")
    assert refusal(lambda: read_text(tmp_path)).endswith("cannot be read: Is a directory")
    assert "cannot be read" in refusal(lambda: read_text(tmp_path / "file.gz"))


@pytest.mark.parametrize("kind", sorted(IMPORTERS))
@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", "null", "1", '"a"', "[1]", "[[]]", '[{"pattern": 1}]', "rules = 1", "rules = [1]", "rules = [{}]",
     "allowlist = 1\nrules = []", "user_agent_parsers: 1", "user_agent_parsers: [1]", "os_parsers: [{regex: 1}]",
     "device_parsers: [{regex: '('}]", "{1: 2, null: 3}", "label\tpattern\n", "label\tpattern\na\t(\n",
     "label,pattern\n\"a", "&a [*a]", "user_agent_parsers: &a [{regex: a, x: *a}]"],
)  # fmt: skip
def test_no_content_ends_in_anything_but_a_ruleset_or_words(tmp_path, kind, content):
    path = tmp_path / "file.csv"
    path.write_text(content, encoding="utf-8")

    try:
        made = find_importer(kind).make(path, Wishes())
        answer = f"{path}: {made.taken} taken"
    except UsageError as error:
        answer = error.message

    assert answer.startswith(f"{path}:")
    assert not answer.endswith(" 0 taken")


def test_an_unknown_kind_is_told_the_nearest():
    with pytest.raises(UsageError) as caught:
        find_importer("gitleak")

    assert (caught.value.message, caught.value.help) == (
        'nothing is known about importing "gitleak"',
        'did you mean "gitleaks"?',
    )
