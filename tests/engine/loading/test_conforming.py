from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from rubricate.loading.conforming import make_test
from rubricate.loading.structure import ruleset_schema
from rubricate.plugins.discovering import build_registry

SCHEMA = ruleset_schema()
TEST = make_test(SCHEMA)
FULL = Draft202012Validator(SCHEMA)

RULESET: dict[str, Any] = {
    "ruleset": "r",
    "version": "1",
    "record": {"text": ["text"], "meta": {"price": {"type": "number"}}},
    "labels": {"a": {"kind": "span"}, "b": None},
    "dictionaries": {"t": {"file": "t.txt"}},
    "matchers": {"m": {"use": "dictionary", "of": "t", "terms": ["x"]}},
    "let": {"l": "m"},
    "cascade": [{"stage": "s", "runs": ["m"]}],
    "accept": 0.5,
    "rules": [
        {"id": "x", "label": "a", "when": "m", "confidence": 0.9, "hit": ["t", {"text": "u"}]},
        {"group": "g", "rules": [{"id": "y", "label": "b", "when": "l", "confidence": "it.weight"}]},
    ],
    "x-note": [1, {"anything": None}],
}
VALUES = st.sampled_from([None, True, False, 0, 1, -1, 2.0, 0.5, "", "x", "a b", "X-", [], ["x"], [1], {}, {"x": 1}])
KEYS = st.sampled_from(["x", "x-y", "id", "when", "rules", "group", "use", "kind", "only", "label", "type", "A b"])


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The way to every part of a value."""
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        found += places(item, (*path, key))
    return found


def changed(value: Any, path: tuple[Any, ...], change: tuple[str, Any, Any]) -> Any:
    """A copy with a part replaced, taken away, or given one more key."""
    kind, key, new = change
    if not path:
        return {**value, key: new} if kind == "add" and isinstance(value, dict) else new
    items = dict(value) if isinstance(value, dict) else list(value)
    if kind == "drop" and len(path) == 1:
        del items[path[0]]
    else:
        items[path[0]] = changed(items[path[0]], path[1:], change)
    return items


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(places(RULESET)), st.tuples(st.sampled_from(["set", "drop", "add"]), KEYS, VALUES))
def test_rulesets_fit_exactly_when_the_validator_finds_nothing(path: tuple[Any, ...], change: Any) -> None:
    value = changed(RULESET, path, change)

    assert TEST(value) == FULL.is_valid(value)


@given(st.recursive(VALUES, lambda parts: st.lists(parts, max_size=3) | st.dictionaries(KEYS, parts, max_size=3)))
def test_options_fit_exactly_when_the_validator_finds_nothing(value: object) -> None:
    registry = build_registry()

    for kind in (*registry.matchers.values(), *registry.transforms.values()):
        test, full = make_test(kind.options), Draft202012Validator(dict(kind.options))
        # a test that lets nothing through leaves the answer to the validator
        assert not test(value) or full.is_valid(value), kind.name


def test_the_schemas_of_rulesets_and_of_common_matchers_can_be_read() -> None:
    matchers = build_registry().matchers

    assert TEST(RULESET)
    assert make_test(matchers["dictionary"].options)({"terms": ["x"]})
    assert make_test(matchers["regex"].options)({"pattern": "x"})


@pytest.mark.parametrize(
    "schema", [{"not": {}}, {"$ref": "http://x"}, {"type": "odd"}, {"pattern": "("}, {"enum": [[]]}]
)
def test_a_schema_that_cannot_be_read_lets_nothing_through(schema: dict[str, Any]) -> None:
    assert not make_test(schema)({})
