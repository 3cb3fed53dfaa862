import re
from pathlib import Path

LINES = (Path(__file__).parents[2] / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
RELEASE = re.compile(r"## (\[Unreleased\]|\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2})")


def test_every_release_has_a_version_and_a_day():
    releases = [line for line in LINES if line.startswith("## ")]

    assert releases[0] == "## [Unreleased]"
    assert [line for line in releases if not RELEASE.fullmatch(line)] == []


def test_every_change_is_of_a_known_sort():
    known = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}

    assert {line.removeprefix("### ") for line in LINES if line.startswith("### ")} <= known


def test_every_change_is_a_sentence():
    changes = [line for line in LINES if line.startswith("- ")]

    assert [line for line in changes if not line.endswith(".")] == []
