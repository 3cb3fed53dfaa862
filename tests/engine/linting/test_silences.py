"""Comments that silence warnings: what they cover, and what they must say."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

import rubricate
from rubricate.linting.comments import comments_of
from rubricate.loading.source import Source
from support.command import call

HEAD = 'ruleset: t\nversion: "1.0.0"\nlabels: [spam, ham]\n'
REASON = "the tests at the end cover it"


def said(tmp_path: Path, yaml: str, **files: str) -> list[tuple[str, int, str | None]]:
    """Code, line and reason of each problem; the first line of `yaml` is line 4."""
    for name, text in files.items():
        (tmp_path / name).write_text(dedent(text), encoding="utf-8")
    path = tmp_path / "ruleset.yaml"
    path.write_text(HEAD + dedent(yaml), encoding="utf-8")
    return [(each.code, each.location.line, each.silenced) for each in rubricate.check(path)[1]]


COVERED = {
    "beside the problem": f"""\
        rules:
          - id: asks  # allow R102: {REASON}
            label: spam
            when: '"subscribe"'
            confidence: 0.9
        """,
    "above the rule": f"""\
        rules:
          # allow R102: {REASON}
          - id: asks
            label: spam
            when: '"subscribe"'
            confidence: 0.9
        """,
    "above all rules": f"""\
        # allow R102: {REASON}
        rules:
          - {{id: asks, label: spam, when: '"subscribe"', confidence: 0.9}}
        """,
    "by its name": f"""\
        rules:
          - {{id: asks, label: spam, when: '"subscribe"', confidence: 0.9}}  # allow no-examples: {REASON}
        """,
    "with other comments between": f"""\
        rules:
          # allow R102: {REASON}
          # Asks for subscribers.

          - {{id: asks, label: spam, when: '"subscribe"', confidence: 0.9}}
        """,
}


@pytest.mark.parametrize("yaml", COVERED.values(), ids=COVERED)
def test_a_silence_covers_what_it_stands_at(yaml: str, tmp_path: Path) -> None:
    [(code, _, reason)] = said(tmp_path, yaml)

    assert (code, reason) == ("R102", REASON)


def test_several_codes_are_silenced_by_one_comment(tmp_path: Path) -> None:
    yaml = """\
    rules:
      # allow R102, R104: read as it stands
      - id: asks
        label: spam
        when: '"subscribe" or "sale" and "now"'
        confidence: 0.9
    """

    assert said(tmp_path, yaml) == [("R102", 6, "read as it stands"), ("R104", 8, "read as it stands")]


def test_a_silence_covers_no_other_rule(tmp_path: Path) -> None:
    yaml = """\
    rules:
      # allow R102: only this one
      - {id: asks, label: spam, when: '"subscribe"', confidence: 0.9}
      - {id: sells, label: spam, when: '"sale"', confidence: 0.9}
    """

    assert said(tmp_path, yaml) == [("R102", 6, "only this one"), ("R102", 7, None)]


@pytest.mark.parametrize("comment", ["allow R102", "allow R102:", "allow R102 because", "allow R102, R104"])
def test_a_silence_without_a_reason_is_an_error(comment: str, tmp_path: Path) -> None:
    yaml = f"""\
    rules:
      - {{id: asks, label: spam, when: '"subscribe"', confidence: 0.9}}  # {comment}
    """

    assert said(tmp_path, yaml) == [("R102", 5, None), ("R060", 5, None)]


@pytest.mark.parametrize(("code", "what"), [("R030", "an error"), ("R999", "no code")])
def test_only_warnings_can_be_silenced(code: str, what: str, tmp_path: Path) -> None:
    yaml = f"""\
    rules:
      - {{id: asks, label: spam, when: '"subscribe"', confidence: 0.9}}  # allow {code}: {what}
    """

    assert said(tmp_path, yaml) == [("R102", 5, None), ("R061", 5, None)]


def test_a_silence_of_nothing_is_told(tmp_path: Path) -> None:
    yaml = """\
    rules:
      # allow R104: nothing mixes here
      - {id: asks, label: spam, when: '"subscribe"', confidence: 0.9, hit: [subscribe], miss: [a song]}
    """

    assert said(tmp_path, yaml) == [("R135", 5, None)]


@pytest.mark.parametrize(
    "comment", ["allow everything: always", "allow no more than two", "allowed R102: no", "unused"]
)
def test_other_comments_are_comments(comment: str, tmp_path: Path) -> None:
    yaml = f"""\
    # {comment}
    rules:
      - {{id: asks, label: spam, when: '"subscribe"', confidence: 0.9, hit: [subscribe], miss: [a song]}}
    """

    assert said(tmp_path, yaml) == []


@pytest.mark.parametrize(
    "comment", ["noqa: R102", "rubricate: ignore[R102]", "ignore R102", "rubricate: allow R102: why"]
)
def test_the_silence_of_another_tool_is_told_with_one_that_is_heeded(comment: str, tmp_path: Path) -> None:
    path = tmp_path / "ruleset.yaml"
    rule = """- {id: asks, label: spam, when: '"subscribe"', confidence: 0.9}"""
    path.write_text(f"{HEAD}rules:\n  {rule}  # {comment}\n", encoding="utf-8")

    told = [(each.code, each.message, each.help) for each in rubricate.check(path)[1]]

    assert told[1:] == [("R135", f'"{comment}" silences nothing', "write # allow R102: why this is meant so")]


@pytest.mark.parametrize("comment", ["ignore small words", "rubricate: the tool", "silence is golden"])
def test_a_comment_that_only_shares_a_word_with_silences_is_a_comment(comment: str, tmp_path: Path) -> None:
    yaml = f"""\
    # {comment}
    rules:
      - {{id: asks, label: spam, when: '"subscribe"', confidence: 0.9, hit: [subscribe], miss: [a song]}}
    """

    assert said(tmp_path, yaml) == []


def test_a_silenced_warning_stays_silent_beside_an_error(tmp_path: Path) -> None:
    path = tmp_path / "ruleset.yaml"
    silenced = f"""- {{id: asks, label: spam, when: '"subscribe"', confidence: 0.9}}  # allow R102: {REASON}"""
    wrong = """- {id: sells, label: offer, when: '"sale"', confidence: 0.9, hit: [sale], miss: [a song]}"""
    path.write_text(f"{HEAD}rules:\n  {silenced}\n  {wrong}\n", encoding="utf-8")

    shown = call("check", path).out

    assert ("R102" in shown, "R030" in shown) == (False, True)


def test_what_looks_like_a_silence_inside_a_value_is_text(tmp_path: Path) -> None:
    yaml = """\
    title: 'x # allow R102'
    rules:
      - id: asks
        label: spam
        when: >-
          any of ("subscribe",
          "a # allow R102")
        confidence: 0.9
        hit: ["subscribe # allow R102"]
        miss:
          - |
            # allow R102
            a song
    """

    assert said(tmp_path, yaml) == []


def test_a_table_is_silenced_where_it_is_declared(tmp_path: Path) -> None:
    yaml = """\
    dictionaries:
      words: {file: words.tsv}  # allow R117: a chess column
    matchers: {word: {use: dictionary, of: words}}
    rules:
      - {id: asks, label: spam, when: word, confidence: 0.9, hit: [x], miss: [a song]}
    """

    assert said(tmp_path, yaml, **{"words.tsv": "term\nx\n"}) == [("R117", 2, "a chess column")]


def test_a_rules_file_has_silences_too(tmp_path: Path) -> None:
    rules = """\
    # allow R102: shown elsewhere
    rule asks => spam
      when "subscribe"
      confidence 0.9
    end
    rule sells => spam  # allow R102: shown there too
      when "sale # allow R101"
      confidence 0.9
    end
    """

    assert said(tmp_path, "include: [more.rules]\n", **{"more.rules": rules}) == [
        ("R102", 2, "shown elsewhere"), ("R102", 6, "shown there too"),
    ]  # fmt: skip


def test_comments_know_what_they_stand_at() -> None:
    text = "# top\na: 1  # beside\nb:\n  # inner\n  - c: |\n      # text\n      more\n    d: 2\n# end\n"

    assert [(each.text, each.covers) for each in comments_of(Source("r.yaml", text))] == [
        ("top", (2, 2)), ("beside", (2, 2)), ("inner", (5, 8)), ("end", (9, 9)),
    ]  # fmt: skip
