"""Lets that name lets: sixty levels that each name the one before three times are sixty lets, not 3 ** 60."""

from __future__ import annotations

from pathlib import Path

import pytest

from rubricate.annotator import check, load

LEVELS = 60
FORMS = {
    "and": "{0} and {0} and {0}",
    "or": "{0} or {0} or {0}",
    "not": "not {0} and not {0} and not {0}",
    "group": "any of ({0}, {0}, {0})",
    "all": "all of ({0}, {0}, {0})",
    "least": "at least 2 of ({0}, {0}, {0})",
    "near": "{0} near {0} within 3 words near {0} within 3 words",
    "beside": "{0} near ({0} near {0} within 3 words) within 3 words",
    "inside": "{0} overlaps ({0} or {0})",
    "count": "count({0}) > 0 and count({0}) < 5 and {0}",
    "where": "{0} where (count({0}) > 0 and count({0}) < 9)",
    "number": "{0} + {0} - {0}",
    "choice": "{0} if {0} > 0 else {0}",
}


@pytest.mark.parametrize("form", sorted(FORMS))
def test_each_let_is_looked_at_once(form: str, tmp_path: Path) -> None:
    of_numbers = form in ("number", "choice")
    lets = ["doc.n" if of_numbers else '"x"', *(FORMS[form].format(f"l{level}") for level in range(LEVELS))]
    lines = [f"  l{level}: '{text}'" for level, text in enumerate(lets)]
    when = f"l{LEVELS}" + (" > 0" if of_numbers else "")
    (tmp_path / "ruleset.yaml").write_text(
        'ruleset: r\nversion: "1"\nrecord: {text: [text], meta: {n: {type: number}}}\nlabels: [a]\nlet:\n'
        + "\n".join(lines)
        + f"\nrules:\n  - {{id: r, label: a, when: {when}, confidence: 0.9}}\n"
    )

    _, problems = check(tmp_path)
    [found] = load(tmp_path).annotate([{"text": "x and y", "n": 1}])

    assert [each for each in problems if each.is_error] == []
    assert len(found.votes) == (0 if form in ("near", "beside") else 1)


def test_a_group_of_many_members_is_loaded(tmp_path: Path) -> None:
    members = ", ".join(f'"word{number}"' for number in range(3000))
    (tmp_path / "ruleset.yaml").write_text(
        'ruleset: r\nversion: "1"\nlabels: [a]\nrules:\n'
        f"  - {{id: r, label: a, when: 'at least 2 of ({members})', confidence: 0.9}}\n"
    )

    [found] = load(tmp_path).annotate(["word7 and word2999"])

    assert found.decisions == {"a": "accepted"}


def test_parentheses_as_deep_as_allowed_are_loaded(tmp_path: Path) -> None:
    when = "(not " * 48 + '"x"' + ")" * 48
    (tmp_path / "ruleset.yaml").write_text(
        f"ruleset: r\nversion: \"1\"\nlabels: [a]\nrules:\n  - {{id: r, label: a, when: '{when}', confidence: 0.9}}\n"
    )

    [found] = load(tmp_path).annotate(["x"])

    assert found.decisions == {"a": "accepted"}
