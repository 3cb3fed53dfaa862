"""The JSON Schema of a ruleset, which editors use too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from rubricate.loading import load_ruleset
from rubricate.loading.structure import ruleset_schema
from rubricate.plugins.discovering import build_registry
from rubricate.texts.folding import FOLDS


def keys(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        for name, inner in schema.items():
            if name == "properties":
                yield from ((f"{path}/{key}", value) for key, value in inner.items())
            yield from keys(inner, f"{path}/{name}")


SCHEMA = ruleset_schema()
KEYS = sorted(keys(SCHEMA), key=lambda each: each[0])


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(("path", "key"), KEYS, ids=[path for path, _ in KEYS])
def test_every_key_has_a_title_and_a_description(path: str, key: dict[str, Any]) -> None:
    described = key if "title" in key else SCHEMA["$defs"][key["$ref"].rsplit("/", 1)[1]]

    assert described["title"]
    assert described["description"]


def test_the_folds_of_the_schema_are_those_there_are() -> None:
    assert set(SCHEMA["properties"]["fold"]["items"]["enum"]) == set(FOLDS)


@pytest.mark.parametrize(
    ("written", "help"),
    [("1.0", "1.0.0"), ("1.10", "1.10.0"), ("2", "2.0.0"), ("01", "1.0.0"), ("1e3", "1e3")],
)
def test_the_help_for_a_version_is_one_that_a_lock_takes(written: str, help: str, tmp_path: Path) -> None:
    path = tmp_path / "ruleset.yaml"
    path.write_text(f"ruleset: r\nversion: {written}\nlabels: {{a: {{kind: document}}}}\n", encoding="utf-8")

    problems = load_ruleset(path, build_registry()).problems
    assert [each.help for each in problems if each.code == "R015"] == [f'write version: "{help}"']
