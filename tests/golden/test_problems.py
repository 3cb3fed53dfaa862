"""Each folder of `problems/` holds a ruleset and what is said about it."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

from rubricate.loading import load_ruleset
from rubricate.plugins.discovering import build_registry
from rubricate.registry import Registry
from rubricate.reporting.problems import render_problems

CASES = sorted(path.parent for path in (Path(__file__).parent / "problems").glob("*/ruleset.yaml"))


@pytest.fixture(scope="module")
def registry() -> Registry:
    return build_registry()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_problems_are_reported_word_for_word(
    case: Path, registry: Registry, update_golden: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(case)

    loaded = load_ruleset(Path("ruleset.yaml"), registry)

    text = render_problems(loaded.problems, loaded.sources)
    if update_golden:
        (case / "problems.txt").write_text(text, encoding="utf-8")
    assert text == (case / "problems.txt").read_text(encoding="utf-8")


def test_every_problem_of_loading_has_a_case() -> None:
    modules = [each for each in files("rubricate.loading").iterdir() if each.name.endswith(".py")]
    raised = {code for each in modules for code in re.findall(r'"(R\d{3})"', each.read_text(encoding="utf-8"))}
    shown = {
        code
        for case in CASES
        for code in re.findall(r" (R\d{3}) ", (case / "problems.txt").read_text(encoding="utf-8"))
    }

    explained = {path.stem.upper() for path in (Path(__file__).parent / "explained").glob("*.txt")}
    assert raised - shown - explained == set()
