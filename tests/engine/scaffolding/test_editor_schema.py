"""What an editor is told about rulesets; tests/editor asks a real language server."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from rubricate.api import MatcherKind, Transform, hookimpl
from rubricate.loading import load_ruleset
from rubricate.plugins.discovering import build_registry
from rubricate.scaffolding.editor_schema import editor_schema
from support.command import call
from support.rulesets import write_text

ROOT = Path(__file__).parents[3]
SHIPPED = sorted((ROOT / "rulesets" / "rubricate_rulesets").glob("*/ruleset.yaml"))
REGISTRY = build_registry()

RULESET = """\
guideline: {id: shop-guide, version: "1.0.0", file: guideline.md}
labels: {kind: {one_of: [spam, ham]}, price: {kind: span, description: "An amount of money."}}
dictionaries: {words: {file: words.tsv}}
matchers: {cue: {use: dictionary, of: words}}
rules: [{id: asks, label: spam, when: 'cue or "free"', confidence: 0.9, hit: ["buy"], miss: ["none"]}]
"""


@pytest.fixture
def schema(tmp_path):
    path = write_text(
        tmp_path, RULESET, **{"words.tsv": "term\nbuy\nsell\n", "guideline.md": "# G\n## Wants money {#s1}\nIt does.\n"}
    )
    return editor_schema(REGISTRY, load_ruleset(path, REGISTRY).ruleset)


def errors(schema, **keys):
    given = {"ruleset": "t", "version": "1.0.0", "labels": ["a", "b"], **keys}
    return sorted(error.message for error in Draft202012Validator(schema).iter_errors(given))


def keywords(value):
    if isinstance(value, dict):
        yield from value
        for each in value.values():
            yield from keywords(each)
    elif isinstance(value, list):
        for each in value:
            yield from keywords(each)


def test_it_is_a_schema(schema):
    Draft202012Validator.check_schema(schema)
    Draft202012Validator.check_schema(editor_schema(REGISTRY))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_shipped_rulesets_are_right(path):
    schema = editor_schema(REGISTRY, load_ruleset(path, REGISTRY).ruleset)
    ruleset = YAML(typ="safe").load(path.read_text(encoding="utf-8"))

    assert [error.message for error in Draft202012Validator(schema).iter_errors(ruleset)] == []


def test_our_own_keywords_are_left_out(schema):
    assert [name for name in keywords(schema) if name.startswith("x-")] == []
    assert "x-later" not in json.dumps(schema)


def test_kinds_are_enumerated_with_their_help():
    use = editor_schema(REGISTRY)["$defs"]["matcher"]["properties"]["use"]

    told = dict(zip(use["enum"], use["enumDescriptions"], strict=True))
    assert told == {name: kind.help for name, kind in REGISTRY.matchers.items()}


@pytest.mark.parametrize(
    ("matcher", "wrong"),
    [
        ({"use": "dictionary", "of": "words", "take": "first", "x-mine": 1}, None),
        ({"use": "regex", "pattern": "/a/", "flags": "i", "fold": True}, None),
        ({"use": "dictionary", "flags": "i"}, "'flags' does not match any of the regexes"),
        ({"use": "regex", "terms": ["a"]}, "'terms' does not match any of the regexes"),
        ({"use": "dictionary", "terms": "a"}, "'a' is not of type 'array'"),
        ({"use": "dictionery"}, "'dictionery' is not one of"),
        ({"use": "regex", "check": "lunh"}, "'lunh' is not one of"),
    ],
    ids=["dictionary", "regex", "foreign option", "another foreign option", "type", "kind", "check"],
)
def test_a_matcher_takes_the_options_of_its_kind(matcher, wrong):
    found = errors(editor_schema(REGISTRY), matchers={"m": matcher})

    assert len(found) == (wrong is not None)
    assert wrong is None or wrong in found[0]


def test_a_pattern_stands_between_slashes_whatever_the_plugin_says():
    branches = editor_schema(REGISTRY)["$defs"]["matcher"]["allOf"]
    regex = next(each["then"] for each in branches if each["if"]["properties"]["use"]["const"] == "regex")

    assert regex["properties"]["pattern"]["description"] == "For a regex: '/pattern/flags' in single quotes."


@pytest.mark.parametrize(
    ("steps", "fine"),
    [
        ([{"use": "html_text"}, {"use": "dedupe", "by": "text"}], True),
        ([{"use": "html_text", "by": "text"}], False),
        ([{"use": "html"}], False),
    ],
    ids=["steps", "foreign option", "unknown"],
)
def test_a_step_takes_the_options_of_its_transform(steps, fine):
    assert (errors(editor_schema(REGISTRY), prepare=steps) == []) is fine


def test_combiners_are_enumerated():
    assert errors(editor_schema(REGISTRY), decide={"a": {"combine": "max"}}) == []
    assert errors(editor_schema(REGISTRY), decide={"a": {"combine": "best"}}) != []


def test_normalisers_are_told_where_values_are_written():
    value = editor_schema(REGISTRY)["$defs"]["rule"]["properties"]["value"]

    assert f"- `number`: {REGISTRY.normalisers['number'].help}" in value["markdownDescription"].splitlines()


def test_another_plugin_brings_its_options():
    options = {
        "type": "object",
        "properties": {"least": {"type": "integer"}},
        "required": ["least"],
        "additionalProperties": False,
    }
    kind = MatcherKind(name="shout", help="x", options=options, table=True, compile=lambda specs: None)
    step = Transform(name="upper", help="y", make=lambda options: lambda text: None)
    plugin = type("p", (), {
        "register_matchers": staticmethod(hookimpl(lambda: [kind], specname="register_matchers")),
        "register_transforms": staticmethod(hookimpl(lambda: [step], specname="register_transforms")),
    })  # fmt: skip
    schema = editor_schema(build_registry(extra=[plugin]))

    assert errors(schema, matchers={"m": {"use": "shout", "least": 3, "of": "words"}}, prepare=[{"use": "upper"}]) == []
    assert errors(schema, matchers={"m": {"use": "shout"}}) == [
        "'least' is a required property",
        "'of' is a required property",
    ]


def proposed(declared):
    told = declared["anyOf"][0]
    return dict(zip(told["enum"], told["enumDescriptions"], strict=True))


def test_the_names_of_the_ruleset_are_proposed(schema):
    defs = schema["$defs"]

    assert {
        "label": proposed(defs["rule"]["properties"]["label"]),
        "of": proposed(defs["matcher"]["properties"]["of"]),
        "runs": proposed(defs["stage"]["properties"]["runs"]["items"]),
        "cites": proposed(defs["cites"]["items"]),
    } == {
        "label": {"ham": "document label", "price": "An amount of money.", "spam": "document label"},
        "of": {"words": "2 rows of words.tsv"},
        "runs": {"cue": "matcher of the kind dictionary", "dictionary": REGISTRY.matchers["dictionary"].help},
        "cites": {"s1": "Wants money"},
    }


def test_a_name_that_is_not_declared_yet_is_no_error(schema):
    rule = {"id": "new", "label": "other", "when": "x", "confidence": 1, "cites": ["s9"]}

    assert errors(schema, rules=[rule], matchers={"m": {"use": "dictionary", "of": "later"}}) == []


def test_the_schema_of_a_broken_ruleset_has_its_names(tmp_path):
    path = write_text(tmp_path, "labels: [spam, ham]\nrules: [{id: a, label: spam, whn: x}]\n")

    called = call("schema", "--for", path)

    assert called.code == 0
    assert "spam" in proposed(json.loads(called.out)["$defs"]["rule"]["properties"]["label"])


def test_the_schema_is_written_to_a_file(tmp_path):
    path = write_text(tmp_path, "labels: [spam, ham]\n")
    out = tmp_path / "ruleset.schema.json"

    called = call("schema", "--for", path, "--out", out)

    assert (called.code, called.out) == (0, f"wrote {out}\n")
    assert json.loads(out.read_bytes())["title"] == "Rubricate ruleset t"


@pytest.mark.parametrize("name", ["record", "manifest"])
def test_other_schemas_are_for_no_ruleset(name, tmp_path):
    called = call("schema", name, "--for", tmp_path)

    assert (called.code, called.err) == (
        2,
        f'rubricate: --for has no meaning for the schema "{name}"\nhelp: leave it out\n',
    )


def test_a_ruleset_that_is_not_there_is_told(tmp_path):
    called = call("schema", "--for", tmp_path / "none.yaml")

    assert called.code == 2
    assert "cannot be read: No such file or directory" in called.err
