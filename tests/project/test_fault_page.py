"""The page of faults names tests that exist, and every test of a row in tests/faults stands in it."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| ([IRPD]\d+) \| [^|]+ \| [^|]+ \| (.+) \|$", PAGE, re.MULTILINE))
HELD = (
    *(f"I{number}" for number in (*range(1, 13), *range(17, 22), 23)),
    *(f"R{number}" for number in range(1, 14)),
    *(f"P{number}" for number in range(1, 12)),
    *(f"D{number}" for number in (*range(1, 10), *range(11, 14), *range(15, 18))),
)


@cache
def functions_of(path: str) -> frozenset[str]:
    """The names of the tests of a file."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_row_is_there_once_and_has_a_test() -> None:
    assert tuple(ROWS) == HELD
    assert all("`tests/" in tests for tests in ROWS.values())


def test_every_line_of_a_table_names_a_test() -> None:
    lines = [line for line in PAGE.splitlines() if line.startswith("| ")]
    heads = [line for line in lines if line.endswith("| shown by |") or line.startswith("| ---")]

    assert len(heads) == 10
    assert [line for line in lines if line not in heads and "`tests/" not in line] == []


def test_every_test_that_is_named_exists() -> None:
    named = re.findall(r"`(tests/[^`]+)`", PAGE)
    parted = [node.partition("::") for node in named]

    assert len(named) > 150
    assert [path + function for path, _, function in parted
            if not (ROOT / path).exists() or function.partition("[")[0] not in functions_of(path)] == []  # fmt: skip


def test_every_case_that_is_named_exists() -> None:
    named = re.findall(r"`(tests/[^`]+\])`", PAGE)
    cases = [re.fullmatch(r"tests/golden/test_(\w+)\.py::\w+\[(.+)\]", node) for node in named]

    assert cases != []
    assert all(case is not None and (ROOT / "tests/golden" / case[1] / case[2]).is_dir() for case in cases)


def test_every_test_of_a_row_stands_in_the_page() -> None:
    for path in sorted((ROOT / "tests" / "faults").glob("test_*.py")):
        for name in re.findall(r"^def (test_[irpd]\d\d_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE):
            for letter, number in re.findall(r"_([irpd])(\d\d)(?=_)", name):
                row = f"{letter.upper()}{int(number)}"
                assert f"`tests/faults/{path.name}::{name}`" in ROWS[row], (row, name)
