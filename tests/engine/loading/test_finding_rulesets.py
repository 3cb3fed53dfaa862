"""Which files are rulesets."""

from __future__ import annotations

import pytest

from rubricate.errors import UsageError
from rubricate.loading.finding_rulesets import find_rulesets, is_ruleset


@pytest.mark.parametrize(
    ("name", "content", "is_one"),
    [
        ("a.yaml", b"ruleset: x\n", True),
        ("a.yml", b"# note\nversion: '1'\n\"ruleset\" : x\n", True),
        ("a.yaml", b"\xef\xbb\xbfruleset: x\n", True),
        ("a.yaml", b"other:\n  ruleset: x\n", False),
        ("a.yaml", b"rulesets: [a]\n", False),
        ("a.txt", b"ruleset: x\n", False),
        ("a.yaml", b"\xff\xfe\x00", False),
    ],
    ids=["first", "later, quoted", "byte order mark", "deeper", "longer", "no yaml", "no text"],
)
def test_a_ruleset_is_yaml_with_the_key_at_its_top(tmp_path, name, content, is_one):
    path = tmp_path / name
    path.write_bytes(content)

    assert is_ruleset(path) is is_one


def test_a_folder_stands_for_all_below_it_and_each_is_found_once(tmp_path):
    for name in ("b/ruleset.yaml", "a.yaml", "b/c/d.yml", "b/other.yaml", ".hidden/ruleset.yaml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x: 1\n" if "other" in name else "ruleset: x\n")

    found = find_rulesets([tmp_path / "b" / "ruleset.yaml", tmp_path])

    assert [path.relative_to(tmp_path).as_posix() for path in found] == ["b/ruleset.yaml", "a.yaml", "b/c/d.yml"]


def test_a_folder_without_a_ruleset_is_refused(tmp_path):
    with pytest.raises(UsageError, match="there is no ruleset in the folder or below it"):
        find_rulesets([tmp_path])


def test_what_is_no_folder_is_left_to_loading(tmp_path):
    assert find_rulesets([tmp_path / "absent.yaml"]) == [tmp_path / "absent.yaml"]
