"""Problems in SARIF 2.1.0, the form in which code hosts and editors take findings of any tool."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from urllib.parse import quote

from rubricate import __version__
from rubricate.model.codes import CODES
from rubricate.model.location import Location
from rubricate.model.problem import Edit, Fix, Problem

__all__ = ["to_sarif"]

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def to_sarif(problems: Iterable[Problem], *, explained: Mapping[str, str] | None = None) -> dict[str, object]:
    """A log with one run. `explained` says for codes why they matter."""
    found = list(problems)
    codes = sorted({each.code for each in found})
    files = sorted({place.path for each in found for place in _places(each)})
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "rubricate",
                        "semanticVersion": __version__,
                        "rules": [_rule(code, explained or {}) for code in codes],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "artifacts": [{"location": {"uri": _uri(path)}} for path in files],
                "results": [_result(each, codes, files) for each in found],
            }
        ],
    }


def _places(found: Problem) -> list[Location]:
    edited = [] if found.fix is None else [edit.location for edit in found.fix.edits]
    return [found.location, *(note.location for note in found.notes), *edited]


def _rule(code: str, explained: Mapping[str, str]) -> dict[str, object]:
    told = CODES[code]
    rule: dict[str, object] = {
        "id": code,
        "name": "".join(part.capitalize() for part in told.name.split("-")),
        "shortDescription": {"text": _sentence(told.summary)},
        "defaultConfiguration": {"level": str(told.severity)},
    }
    if explained.get(code):
        rule["fullDescription"] = {"text": explained[code]}
        rule["help"] = {"text": f"{explained[code]}\nrubricate explain {code} shows an example."}
    return rule


def _result(found: Problem, codes: Sequence[str], files: Sequence[str]) -> dict[str, object]:
    text = _sentence(found.message)
    result: dict[str, object] = {
        "ruleId": found.code,
        "ruleIndex": codes.index(found.code),
        "level": str(found.severity),
        "message": {"text": text if found.help is None else f"{text}\nhelp: {found.help}"},
        "locations": [{"physicalLocation": _physical(found.location, files)}],
    }
    if found.notes:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": _physical(note.location, files), "message": {"text": note.message}}
            for number, note in enumerate(found.notes)
        ]
    if found.fix is not None:
        result["fixes"] = [_fix(found.fix, found.help, files)]
    if found.silenced is not None:
        result["suppressions"] = [{"kind": "inSource", "justification": found.silenced}]
    return result


def _physical(location: Location, files: Sequence[str]) -> dict[str, object]:
    return {"artifactLocation": _artifact(location.path, files), "region": _region(location)}


def _artifact(path: str, files: Sequence[str]) -> dict[str, object]:
    return {"uri": _uri(path), "index": files.index(path)}


def _region(location: Location) -> dict[str, int]:
    return {
        "startLine": location.line,
        "startColumn": location.column,
        "endLine": location.line,
        "endColumn": location.column + location.length,
    }


def _edited(edit: Edit) -> dict[str, int]:
    region = _region(edit.location)
    return {**region, "endLine": edit.location.line + 1, "endColumn": 1} if edit.whole_line else region


def _fix(fix: Fix, help: str | None, files: Sequence[str]) -> dict[str, object]:
    by_file: dict[str, list[Edit]] = {}
    for edit in fix.edits:
        by_file.setdefault(edit.location.path, []).append(edit)
    changes = [
        {
            "artifactLocation": _artifact(path, files),
            "replacements": [
                {"deletedRegion": _edited(edit), "insertedContent": {"text": edit.text}} for edit in edits
            ],
        }
        for path, edits in by_file.items()
    ]
    made: dict[str, object] = {"artifactChanges": changes}
    return made if help is None else {"description": {"text": help}, **made}


def _uri(path: str) -> str:
    """A path as a reference that is relative where the path is."""
    pure = PurePath(path)
    return pure.as_uri() if pure.is_absolute() else quote(pure.as_posix())


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"
