"""What a change of the guideline touches."""

from __future__ import annotations

import pytest

from rubricate.annotator import load
from rubricate.errors import UsageError
from rubricate.versioning.guidelines import SectionChange, compare_guidelines, read_guideline
from support.projects import GUIDELINE, RULESET


def compare(tmp_path, new):
    (tmp_path / "guideline.md").write_text(GUIDELINE, encoding="utf-8")
    (tmp_path / "ruleset.yaml").write_text(RULESET, encoding="utf-8")
    ruleset = load(tmp_path / "ruleset.yaml").ruleset
    return compare_guidelines(read_guideline("old", GUIDELINE), read_guideline("new", new), ruleset)


def test_equal_guidelines_have_no_difference(tmp_path):
    assert compare(tmp_path, GUIDELINE) == ()


def test_a_changed_section_names_what_cites_it(tmp_path):
    assert compare(tmp_path, GUIDELINE.replace("attacks somebody", "attacks a person")) == (
        SectionChange(id="s3", how="changed", title="Rude", words=("It attacks [-somebody.-] {+a person.+}",),
                      rules=("insult",), labels=("rude",), examples=()),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "how"),
    [
        ("It attacks somebody.", "It attacks\nsomebody.", "layout"),
        ("## Rude", "## Insulting", "retitled"),
        ("## Rude {#s3}\nIt attacks somebody.\n", "", "removed"),
        ("## Rude", "## Kind {#s9}\nNice.\n## Rude", "added"),
    ],
)
def test_a_section_comes_goes_or_reads_otherwise(tmp_path, old, new, how):
    assert [change.how for change in compare(tmp_path, GUIDELINE.replace(old, new))] == [how]


def test_a_text_without_sections_is_refused():
    with pytest.raises(UsageError, match="has no sections"):
        read_guideline("notes.md", "# Notes\n")
