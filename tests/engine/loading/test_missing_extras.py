"""A matcher kind whose packages are not installed is reported with the command that installs them."""

from __future__ import annotations

from pathlib import Path

from rubricate.api import MatcherKind, MatcherSpec, MissingExtraError, hookimpl
from rubricate.loading import load_ruleset
from rubricate.plugins.discovering import build_registry

RULESET = """\
ruleset: t
version: "1.0.0"
labels: [spam, ham]
matchers:
  found: {use: heavy.words}
  other: {use: absent.words}
rules:
  - {id: a, label: spam, when: 'found or other', confidence: 0.9}
"""


class Heavy:
    """A plugin whose package is not there."""

    @hookimpl
    def register_matchers(self) -> list[MatcherKind]:
        """One kind."""
        return [
            MatcherKind(name="heavy.words", help="words", options={"type": "object"}, compile=_compile, validate=_need)
        ]


def _compile(_specs: object) -> object:
    raise AssertionError("a matcher that cannot be used is never compiled")


def _need(_spec: MatcherSpec) -> None:
    raise MissingExtraError("the kind heavy.words", "heavy")


def test_the_problem_names_the_command(tmp_path: Path) -> None:
    file = tmp_path / "ruleset.yaml"
    file.write_text(RULESET)

    problems = load_ruleset(file, build_registry(extra=[Heavy()])).problems

    assert [(each.code, each.message, each.help) for each in problems if each.is_error] == [
        ("R040", 'the kind "heavy.words" needs packages that are not installed',
         'install them: pip install "rubricate[heavy]"'),
        ("R040", 'no plugin gives the matcher kind "absent.words"',
         'install the plugin "absent" with pip; rubricate plugins lists those that are there'),
    ]  # fmt: skip
