"""The schemas of our files take what we write and nothing that looks nearly like it."""

import copy
import json
from importlib.resources import files

import pytest
from jsonschema import Draft202012Validator

EVIDENCE = {"matcher": "subscribe", "field": "text", "start": 7, "end": 16, "row": 12}
VOTE = {"rule": "asks-to-subscribe", "score": 0.95, "cites": ["s2.1"], "evidence": [EVIDENCE]}
DOCUMENT = {
    "kind": "document", "label": "spam", "decision": "accepted", "score": 0.95, "threshold": 0.85, "stage": "lexical",
    "votes": [VOTE],
}  # fmt: skip
SPAN = {**DOCUMENT, "kind": "span", "field": "text", "start": 7, "end": 16, "value": {"amount": 5}}
QUESTION = {
    "id": "0123456789abcdef", "kind": "span", "labels": ["price"], "field": "text", "cites": ["s2.1"],
    "why": "uncertain: price 0.70 is below 0.85",
}  # fmt: skip
ANSWER = {"question": "0123456789abcdef", "value": {"spans": []}, "by": "ana", "at": "2024-05-01T10:00:00Z"}
HEAD = {"v": 1, "id": "c17", "plan": "9f3c01d2"}
LABELLED = {
    **HEAD,
    "route": "accepted",
    "decisions": {"spam": "accepted", "ham": "no"},
    "annotations": [DOCUMENT, SPAN],
}
RECORDS = {
    "accepted": LABELLED,
    "review": {**LABELLED, "route": "review", "suggestions": [SPAN], "questions": [QUESTION]},
    "settled": {
        **LABELLED, "route": "settled", "answers": [ANSWER],
        "annotations": [{"kind": "document", "label": "spam", "by": "ana", "decision": "accepted"}],
    },
    "dropped": {**HEAD, "route": "dropped", "reason": "duplicate", "duplicate_of": "c3"},
    "near duplicate": {**HEAD, "route": "dropped", "reason": "near_duplicate", "duplicate_of": "c3", "distance": 4},
    "quarantined": {
        "v": 1, "plan": "9f3c01d2", "route": "quarantined", "reason": "json", "detail": "the JSON ends early",
        "source": "dump.jsonl", "line": 12, "offset": 3456, "length": 99, "sample": '{"a"\\xff',
    },
}  # fmt: skip
DIGEST = "0" * 64
ROUTES = ("accepted", "review", "settled", "undecided", "quarantined", "dropped", "split")
LAW = {**dict.fromkeys(ROUTES, 0), "read": 2, "made": 0, "accepted": 2}
MANIFEST = {
    "format": "rubricate-manifest-1",
    "digest": DIGEST,
    "body": {
        "ruleset": {"name": "spam", "version": "1.0.0", "digest": DIGEST},
        "guideline": None,
        "labels": {"sets": {"labels": ["spam", "ham"]}, "documents": [], "spans": ["link"]},
        "plan": DIGEST,
        "plugins": {"rubricate": "0.1.0"},
        "options": {"output_key": "rubricate"},
        "partial": {"sample": 100, "seed": 7},
        "sources": [{"name": "dump.jsonl", "size": 10, "sha256": DIGEST, "read": 2, "routes": LAW}],
        "answers": None,
        "counts": {
            "routes": {**dict.fromkeys(ROUTES, 0), "accepted": 2}, "read": 2, "made": 0, "found_nothing": 1,
            "dropped": {}, "quarantined": {}, "review": {}, "stages": [], "labels": {}, "histograms": {}, "rules": {},
        },
        "parts": [{"path": "records/part-00000-00000000.jsonl", "sha256": DIGEST, "rows": 2, "unit": 0}],
        "parent": None,
    },
    "annex": {"created": "2024-05-01T10:00:00+00:00", "host": "h", "seconds": 1.5, "writer": "rubricate 0.1.0"},
}  # fmt: skip


def properties(node, path="$"):
    """The path of each property in a schema, with what it declares."""
    if isinstance(node, list):
        for number, each in enumerate(node):
            yield from properties(each, f"{path}[{number}]")
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        if key == "properties" and not path.endswith((".if", ".then")):
            for name, declared in value.items():
                yield f"{path}.{name}", declared
                yield from properties(declared, f"{path}.{name}")
        elif key != "if":
            yield from properties(value, f"{path}.{key}")


def is_told(declared, root):
    referred = root["$defs"].get(declared.get("$ref", "").removeprefix("#/$defs/"), {})
    return bool(declared.get("description") or referred.get("description"))


@pytest.mark.parametrize("name", ["ruleset", "record", "manifest"])
def test_every_property_is_described(name):
    schema = json.loads(files("rubricate_schemas").joinpath(f"{name}.schema.json").read_bytes())

    assert [path for path, declared in properties(schema) if not is_told(declared, schema)] == []


def validator(name):
    schema = json.loads(files("rubricate_schemas").joinpath(f"{name}.schema.json").read_bytes())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("route", RECORDS)
def test_record_of_each_route_is_valid(route):
    validator("record").validate({"id": 17, "text": "please SUBSCRIBE", "rubricate": RECORDS[route]})


@pytest.mark.parametrize(
    ("route", "change"),
    [
        ("accepted", {"route": "acepted"}),
        ("accepted", {"decisions": {"spam": "yes"}}),
        ("accepted", {"extra": 1}),
        ("accepted", {"annotations": [{**DOCUMENT, "kind": "span"}]}),
        ("accepted", {"annotations": [{**DOCUMENT, "score": 95}]}),
        ("accepted", {"v": 2}),
        ("dropped", {"annotations": []}),
        ("quarantined", {"offset": -1}),
    ],
    ids=["route", "decision", "key", "span without place", "score", "version", "mixture", "offset"],
)
def test_record_that_is_nearly_right_is_not_valid(route, change):
    assert not validator("record").is_valid({"rubricate": {**RECORDS[route], **change}})


def test_object_without_the_key_is_no_record():
    assert not validator("record").is_valid({"text": "please SUBSCRIBE"})


@pytest.mark.parametrize("partial", [None, {"limit": 3}, {"sample": 3, "seed": 0}], ids=["whole", "limit", "sample"])
def test_manifest_is_valid(partial):
    validator("manifest").validate({**MANIFEST, "body": {**MANIFEST["body"], "partial": partial}})


@pytest.mark.parametrize(
    "damage",
    [
        lambda body: body.pop("parts"),
        lambda body: body.update(partial={"sample": 3}),
        lambda body: body.update(created="2024"),
        lambda body: body["parts"][0].update(path="../records/part"),
        lambda body: body["sources"][0].update(sha256="abc"),
        lambda body: body["counts"]["routes"].update(lost=1),
        lambda body: body["sources"][0].pop("routes"),
        lambda body: body["sources"][0].update(routes={"read": 2}),
    ],
    ids=["no parts", "sample without seed", "clock", "path", "digest", "route", "no law", "law cut"],
)
def test_manifest_that_is_nearly_right_is_not_valid(damage):
    manifest = copy.deepcopy(MANIFEST)
    damage(manifest["body"])

    assert not validator("manifest").is_valid(manifest)
