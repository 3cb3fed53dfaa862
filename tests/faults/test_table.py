"""The table of faults names tests that exist, and every test of a row in this folder stands in it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = (Path(__file__).parent / "README.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| ([IRPD]\d+) \| [^|]+ \| (.+) \|$", TABLE, re.MULTILINE))
HELD = (
    *(f"I{number}" for number in (*range(1, 13), *range(17, 22), 23)),
    *(f"R{number}" for number in (*range(1, 12), 13)),
    *(f"P{number}" for number in range(1, 12)),
    *(f"D{number}" for number in (*range(1, 10), *range(11, 14), *range(15, 18))),
)


def named() -> list[str]:
    return [node for tests in ROWS.values() for node in re.findall(r"`([^`]+)`", tests)]


def test_every_row_is_there_once_and_has_a_test() -> None:
    assert tuple(ROWS) == HELD
    assert all("`tests/" in tests for tests in ROWS.values())


def test_every_test_that_is_named_exists() -> None:
    functions: dict[str, set[str]] = {}
    for node in named():
        path, _, function = node.partition("::")
        if path not in functions:
            tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
            functions[path] = {each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)}
        assert function.partition("[")[0] in functions[path], node


def test_every_case_that_is_named_exists() -> None:
    cases = [re.fullmatch(r"tests/golden/test_(\w+)\.py::\w+\[(.+)\]", node) for node in named() if "[" in node]

    assert all(case is not None and (ROOT / "tests/golden" / case[1] / case[2]).is_dir() for case in cases)


def test_every_test_of_a_row_stands_in_the_table() -> None:
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        for name in re.findall(r"^def (test_[irpd]\d\d_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE):
            rows = [f"{letter.upper()}{int(number)}" for letter, number in re.findall(r"_([irpd])(\d\d)(?=_)", name)]
            for row in rows:
                assert f"`tests/faults/{path.name}::{name}`" in ROWS[row], (row, name)
