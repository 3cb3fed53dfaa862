"""Expensive matchers are asked only about records for which they can matter."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rubricate.annotator import Annotator
from rubricate.api import Document, Match, MatcherKind, MatcherSpec
from rubricate.loading import load_ruleset
from rubricate.model.descriptors import Cost
from rubricate.plugins.discovering import build_registry


class _Oracle:
    """Says yes to every text, and remembers which it was asked about."""

    def __init__(self, specs: Sequence[MatcherSpec], asked: list[str]) -> None:
        self._names = [spec.name for spec in specs]
        self._asked = asked

    def scan(self, batch: Sequence[Document]) -> Sequence[Sequence[Match]]:
        self._asked += [document.clean["text"] for document in batch]
        return [[(name, "text", 0, len(document.clean["text"]), 0.9, None) for name in self._names]
                for document in batch]  # fmt: skip


class _Plugin:
    def __init__(self) -> None:
        self.asked: list[str] = []

    def register_matchers(self) -> list[MatcherKind]:
        compile = lambda specs: _Oracle(specs, self.asked)  # noqa: E731
        return [MatcherKind(name=name, help="says yes", cost=Cost.MODEL, compile=compile, family="oracle", scores=True)
                for name in ("oracle.first", "oracle.second")]  # fmt: skip


HEAD = """
ruleset: gates
version: "1.0.0"
labels: {{hot: {{}}, cold: {{}}}}
matchers:
  model: {{use: oracle.first}}
  other: {{use: oracle.second}}
let:
  warm: '"warm" or "hot"'
rules:
  - {{id: one, label: hot, when: '{condition}', confidence: 0.9}}
"""
TEXTS = ["hot", "cold", "hot and cold", "nothing"]


def _asked_about(tmp_path, condition: str, more: str = "") -> list[str]:
    from rubricate.hookspecs import hookimpl

    class Hooked(_Plugin):
        register_matchers = hookimpl(_Plugin.register_matchers)

    plugin = Hooked()
    registry = build_registry(extra=[plugin])
    file = tmp_path / "ruleset.yaml"
    file.write_text(HEAD.format(condition=condition) + more, encoding="utf-8")
    loaded = load_ruleset(file, registry)
    assert loaded.ruleset is not None, loaded.problems
    list(Annotator(loaded.ruleset, registry).annotate(TEXTS))
    return plugin.asked


@pytest.mark.parametrize(
    ("condition", "asked"),
    [
        ("model", TEXTS),
        ("model and warm", ["hot", "hot and cold"]),
        ("warm and score(model) >= 0.5", ["hot", "hot and cold"]),
        ('model and "hot" and "cold"', ["hot and cold"]),
        ('model or "hot"', TEXTS),
        ("not model and warm", ["hot", "hot and cold"]),
        ('(model and "hot") or (other and "cold")', ["hot", "cold", "hot and cold"]),
        ('"hot" near model within 3 words', ["hot", "hot and cold"]),
        ('"hot" inside model', ["hot", "hot and cold"]),
        ('any of (model, "hot")', TEXTS),
        ('all of (model, "hot")', ["hot", "hot and cold"]),
        ('at least 2 of (model, "hot", "cold")', TEXTS),
        ('not (model and "hot")', TEXTS),
    ],
)
def test_a_model_is_asked_where_the_rest_of_a_condition_may_hold(tmp_path, condition, asked):
    assert sorted(_asked_about(tmp_path, condition)) == sorted(asked)


def test_one_rule_that_needs_a_model_everywhere_is_enough(tmp_path):
    more = "  - {id: two, label: cold, when: other, confidence: 0.5}\n"

    assert sorted(_asked_about(tmp_path, "model and warm", more)) == sorted(TEXTS)


def test_a_model_that_nothing_names_is_never_asked(tmp_path):
    assert _asked_about(tmp_path, '"hot"') == []


def test_two_kinds_of_a_family_are_asked_together(tmp_path):
    assert sorted(_asked_about(tmp_path, "model and other and warm")) == ["hot", "hot and cold"]
