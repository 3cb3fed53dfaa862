"""Nodes of YAML: values of the core schema, and limits that hold before anything is made."""

from __future__ import annotations

import time

import pytest

from rubricate.loading.findings import Findings
from rubricate.loading.source import Source
from rubricate.loading.yaml_syntax import read_tree
from rubricate.loading.yaml_tree import plain
from rubricate.model.location import Location


def read(text: str) -> tuple[object, list[tuple[str, Location]]]:
    findings = Findings()
    root = read_tree(Source("r.yaml", text), findings)
    found = [(problem.code, problem.location) for problem in findings.sorted("r.yaml")]
    return (None if root is None else plain(root)), found


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("1:30", "1:30"),
        ("2026-01-01", "2026-01-01"),
        ("true", True),
        ("~", None),
        ("", None),
        ("012", 12),
        ("0o17", 15),
        ("1_000", "1_000"),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("-.inf", float("-inf")),
        ("'1'", "1"),
        ('"true"', "true"),
        ("123456789012345678901234567890", 1.2345678901234568e29),
    ],
)
def test_scalars_follow_the_core_schema(written: str, value: object) -> None:
    assert read(f"a: {written}\n") == ({"a": value}, [])


def test_an_alias_bomb_is_refused_before_it_is_built() -> None:
    layers = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    began = time.process_time()

    _, found = read("\n".join(layers))

    assert {code for code, _ in found} == {"R004"}
    assert time.process_time() - began < 2


def test_an_alias_of_itself_is_refused() -> None:
    assert read("a: &a [*a]\n")[1] == [("R004", Location("r.yaml", 1, 4, 2)), ("R004", Location("r.yaml", 1, 8, 2))]


def test_depth_has_a_limit() -> None:
    assert read("a: " + "[" * 10_000)[1] == [("R006", Location("r.yaml", 1, 103, 1))]


def test_the_number_of_values_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rubricate.loading.yaml_tree.MAX_NODES", 10)

    assert [code for code, _ in read("a: [" + "x, " * 20 + "]\n")[1]] == ["R006"]


def test_a_broken_file_is_given_up_after_many_repairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rubricate.loading.yaml_syntax.MAX_REPAIRS", 3)

    value, found = read('a: "x" y\n' * 5)

    assert value is None
    assert [code for code, _ in found] == ["R017", "R017", "R017"]
