"""Options as a command line gives them."""

from __future__ import annotations

import pytest

from rubricate.errors import UsageError
from rubricate.plugins.discovering import build_registry
from rubricate.running.options import fit_options, split_options

SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "fields": {"type": "array", "items": {"type": "string"}},
        "sizes": {"type": "array", "items": {"type": "integer"}},
        "scores": {"type": "boolean"},
        "most": {"type": "integer", "minimum": 1},
        "key": {"type": "string"},
        "form": {"enum": ["flat", "full"]},
        "delimiter": {"enum": [",", "\t"]},
        "sets": {"type": "object"},
    },
}


@pytest.mark.parametrize(
    ("given", "fitted"),
    [
        ("fields=Rating", {"fields": ["Rating"]}),
        ("fields=Review Text, Age", {"fields": ["Review Text", "Age"]}),
        ('fields=["a,b"]', {"fields": ["a,b"]}),
        ("fields=7", {"fields": ["7"]}),
        ("fields=", {"fields": []}),
        ("sizes=1,2", {"sizes": [1, 2]}),
        ("scores=false", {"scores": False}),
        ("scores=no", {"scores": False}),
        ("most=5", {"most": 5}),
        ("key=5", {"key": "5"}),
        ("key=true", {"key": "true"}),
        ('key="5"', {"key": "5"}),
        ("key=a=b", {"key": "a=b"}),
        ("form=full", {"form": "full"}),
        ("delimiter=\\t", {"delimiter": "\t"}),
        ("delimiter=\t", {"delimiter": "\t"}),
        ("delimiter=,", {"delimiter": ","}),
        ('sets={"a":["b"]}', {"sets": {"a": ["b"]}}),
    ],
)
def test_a_text_becomes_what_the_option_is(given, fitted):
    assert fit_options("it", SCHEMA, split_options([given])) == fitted


def test_values_of_python_stay_as_they_are():
    assert fit_options("it", SCHEMA, {"fields": ["a"], "most": 2}) == {"fields": ["a"], "most": 2}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("most=many", 'option "most" of it: "many" is not a whole number'),
        ("most=0", 'option "most" of it: 0 is below 1'),
        ("scores=maybe", 'option "scores" of it: "maybe" is not yes or no'),
        ("form=half", 'option "form" of it: "half" is not flat or full'),
        ("sizes=1,x", 'option "sizes" of it: "x" is not a whole number'),
        ("file=x", 'it has no option "file"'),
    ],
)
def test_a_wrong_value_is_told_in_words(given, message):
    with pytest.raises(UsageError) as raised:
        fit_options("it", SCHEMA, split_options([given]))

    assert raised.value.message == message


@pytest.mark.parametrize(
    ("given", "message"),
    [(["fields"], '"fields" is no NAME=VALUE'), (["a=1", "a=2"], 'the option "a" is given twice')],
)
def test_what_is_no_option_is_refused(given, message):
    with pytest.raises(UsageError) as raised:
        split_options(given)

    assert raised.value.message == message


def test_every_list_of_a_plugin_can_be_given_with_commas():
    registry = build_registry()
    lists = [
        (one.name, name, one.options)
        for one in (*registry.sources.values(), *registry.exports.values())
        for name, schema in one.options["properties"].items()
        if schema.get("type") == "array"
    ]

    assert lists
    for what, name, schema in lists:
        assert fit_options(what, schema, {name: ".a,.b"}) == {name: [".a", ".b"]}
