"""Problems in SARIF and as workflow commands of GitHub."""

from __future__ import annotations

from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator

from rubricate.model.codes import CODES, problem
from rubricate.model.location import Location
from rubricate.model.problem import Fix, Note, Problem
from rubricate.reporting.github import to_github
from rubricate.reporting.sarif import to_sarif

PLACE = Location("rule sets/r.yaml", 3, 5, 4)
PLAIN = problem("R010", 'say "100 %"', PLACE)
WHOLE = replace(
    problem(
        "R104", "and binds tighter than or", PLACE, help="write it", notes=(Note(Location("/g/g.md", 1, 1), "here"),)
    ),
    fix=Fix.replacing(PLACE, "(a)"),
    silenced="meant so",
)

TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
REGION = {
    "type": "object",
    "required": ["startLine", "startColumn", "endColumn"],
    "additionalProperties": False,
    "properties": {
        name: {"type": "integer", "minimum": 1} for name in ("startLine", "startColumn", "endLine", "endColumn")
    },
}
ARTIFACT = {
    "type": "object",
    "required": ["uri"],
    "properties": {"uri": {"type": "string", "pattern": "^[^ \\\\]+$"}, "index": {"type": "integer", "minimum": 0}},
}
PHYSICAL = {
    "type": "object",
    "required": ["artifactLocation", "region"],
    "properties": {"artifactLocation": ARTIFACT, "region": REGION},
}
REPLACEMENT = {
    "type": "object",
    "required": ["deletedRegion"],
    "properties": {"deletedRegion": REGION, "insertedContent": TEXT | {"properties": {"text": {"type": "string"}}}},
}
FIX = {
    "type": "object",
    "required": ["artifactChanges"],
    "properties": {
        "description": TEXT,
        "artifactChanges": {
            "type": "array",
            "minItems": 1,
            "items": {
                "required": ["artifactLocation", "replacements"],
                "properties": {
                    "artifactLocation": ARTIFACT,
                    "replacements": {"type": "array", "minItems": 1, "items": REPLACEMENT},
                },
            },
        },
    },
}
RESULT = {
    "type": "object",
    "required": ["message", "ruleId", "level", "locations"],
    "properties": {
        "ruleId": {"enum": list(CODES)},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": TEXT,
        "locations": {
            "type": "array",
            "items": {"required": ["physicalLocation"], "properties": {"physicalLocation": PHYSICAL}},
        },
        "relatedLocations": {
            "type": "array",
            "items": {"required": ["id"], "properties": {"physicalLocation": PHYSICAL, "message": TEXT}},
        },
        "suppressions": {
            "type": "array",
            "items": {"required": ["kind"], "properties": {"kind": {"enum": ["inSource", "external"]}}},
        },
        "fixes": {"type": "array", "items": FIX},
    },
}
RULE = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"enum": list(CODES)},
        "name": {"type": "string", "pattern": "^[A-Za-z0-9]+$"},
        "shortDescription": TEXT,
        "fullDescription": TEXT,
        "help": TEXT,
        "defaultConfiguration": {"properties": {"level": {"enum": ["none", "note", "warning", "error"]}}},
    },
    "not": {"required": ["helpUri"]},
}
LOG = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1,
            "items": {
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "required": ["name"],
                                "properties": {
                                    "name": {"const": "rubricate"},
                                    "rules": {"type": "array", "items": RULE},
                                },
                            }
                        },
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "artifacts": {"type": "array", "uniqueItems": True},
                    "results": {"type": "array", "items": RESULT},
                },
            },
        },
    },
}
"""What the standard requires of the parts that we write."""


@pytest.mark.parametrize("problems", [[], [PLAIN], [PLAIN, WHOLE, WHOLE]], ids=["none", "one", "several"])
def test_a_log_has_what_the_standard_requires(problems: list[Problem]) -> None:
    log = to_sarif(problems, explained={"R104": "Because."})

    assert [error.message for error in Draft202012Validator(LOG).iter_errors(log)] == []


def test_indices_lead_to_rules_and_files() -> None:
    [run] = to_sarif([WHOLE, PLAIN])["runs"]  # type: ignore[misc]

    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    files = [file["location"]["uri"] for file in run["artifacts"]]
    places = [result["locations"][0]["physicalLocation"]["artifactLocation"] for result in run["results"]]
    assert [rules[result["ruleIndex"]] for result in run["results"]] == ["R104", "R010"]
    assert files == ["file:///g/g.md", "rule%20sets/r.yaml"]
    assert [files[place["index"]] for place in places] == [place["uri"] for place in places] == [files[1]] * 2


def test_a_result_holds_its_fix_and_why_it_is_suppressed() -> None:
    [run] = to_sarif([WHOLE])["runs"]  # type: ignore[misc]
    [result] = run["results"]

    region = {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 9}
    assert result["message"] == {"text": "And binds tighter than or.\nhelp: write it"}
    assert result["suppressions"] == [{"kind": "inSource", "justification": "meant so"}]
    assert result["fixes"][0]["artifactChanges"][0]["replacements"] == [
        {"deletedRegion": region, "insertedContent": {"text": "(a)"}}
    ]


def test_github_gets_a_line_for_each_problem_that_is_heard() -> None:
    comma = problem("R101", "a, b: c", Location("a,b.yaml", 1, 2, 3), help="write\nthis")

    assert to_github([PLAIN, WHOLE, comma]) == (
        '::error file=rule sets/r.yaml,line=3,endLine=3,col=5,endColumn=9,title=R010 unknown-key::say "100 %25"\n'
        "::warning file=a%2Cb.yaml,line=1,endLine=1,col=2,endColumn=5,title=R101 uncited-rule::"
        "a, b: c%0Ahelp: write%0Athis\n"
    )
