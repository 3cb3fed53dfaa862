"""Problems that a ruleset alone does not have: with a lock of earlier versions, with records, with other plugins."""

from __future__ import annotations

import importlib.util
import re
import shutil
from pathlib import Path
from types import ModuleType

import pytest

from rubricate.annotator import check
from rubricate.model.codes import CODES
from rubricate.plugins.discovering import build_registry
from rubricate.reporting.problems import render_problems
from support.command import call

GOLDEN = Path(__file__).parent
CASES = sorted(path.parent for path in (GOLDEN / "around").glob("*/ruleset.yaml"))
WITH_PLUGIN = [case for case in CASES if (case / "plugin.py").is_file()]
WITHOUT = [case for case in CASES if case not in WITH_PLUGIN]


@pytest.mark.parametrize("case", WITHOUT, ids=lambda case: case.name)
def test_what_is_around_a_ruleset_is_told_word_for_word(
    case: Path, update_golden: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for state in sorted((case / "locked").glob("*")):
        shutil.copytree(state, tmp_path, dirs_exist_ok=True)
        given = "calibrate ruleset.yaml gold.jsonl" if (state / "gold.jsonl").is_file() else "lock ruleset.yaml"
        if (state / "commands.txt").is_file():
            given = (state / "commands.txt").read_text(encoding="utf-8").strip()
        assert [call(*command.split()).code for command in given.splitlines()] == [0] * len(given.splitlines())
    shutil.copytree(case, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("locked", "*.txt"))

    written = case / "command.txt"
    words = (written.read_text(encoding="utf-8") if written.is_file() else "check ruleset.yaml").split()
    called = call(*words)

    _compare(called.err if words[0] == "lock" else called.out, case, update_golden=update_golden)


@pytest.mark.parametrize("case", WITH_PLUGIN, ids=lambda case: case.name)
def test_what_plugins_make_of_a_ruleset_is_told_word_for_word(
    case: Path, update_golden: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(case)
    registry = build_registry(extra=[_plugin(case / "plugin.py")])

    problems = check("ruleset.yaml", registry=registry)[1]

    text = render_problems(problems, {"ruleset.yaml": Path("ruleset.yaml").read_text(encoding="utf-8")})
    _compare(text, case, update_golden=update_golden)


def test_every_code_has_a_golden_case_that_raises_it() -> None:
    shown = {
        code
        for path in GOLDEN.glob("*/**/*.txt")
        for code in re.findall(r" (R\d{3}) (?:error|warning): ", path.read_text(encoding="utf-8", errors="replace"))
    }

    assert shown == set(CODES)


def _compare(text: str, case: Path, *, update_golden: bool) -> None:
    expected = case / "problems.txt"
    if update_golden:
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")


def _plugin(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"plugin_of_{path.parent.name.replace('-', '_')}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
