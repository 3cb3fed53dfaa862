"""What exactly made this run: digests, plugins, options, sources, parts."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from rubricate.reporting.figures import number, plural
from rubricate.reporting.markup import Child, Markup, element
from rubricate.reporting.sections.parts import Column, Row, Section, lead, table
from rubricate.reporting.spans import shorten
from rubricate.reporting.untyped import integer, mapping, mappings
from rubricate.reporting.view import View

__all__ = ["build"]

MOST_SOURCES = 200


def build(view: View) -> Section:
    """The manifest in short, with its digest."""
    return Section(
        id="provenance",
        title="Provenance",
        count="",
        body=element(
            "div",
            lead("Whoever has the same sources, plan and answers gets the same digest."),
            element("dl", [_entry(name, value) for name, value in _facts(view)], class_="facts"),
            _sources(view),
        ),
    )


def _facts(view: View) -> list[tuple[str, Child]]:
    body = view.body
    ruleset, guideline = mapping(body.get("ruleset")), mapping(body.get("guideline"))
    parts = mappings(body.get("parts"))
    rows = sum(integer(part.get("rows")) for part in parts)
    facts: list[tuple[str, Child]] = [
        ("Manifest", _code(view.digest)),
        ("Ruleset", [_named(ruleset, "name"), " ", _code(ruleset.get("digest"))]),
        ("Guideline", [_named(guideline, "id"), " ", _code(guideline.get("digest"))] if guideline else "none"),
        ("Plan", _code(body.get("plan"))),
        ("Answers", _code(body.get("answers")) if body.get("answers") else "none"),
        ("Parent", _code(body.get("parent")) if body.get("parent") else "none"),
        ("Parts", f"{plural(len(parts), 'part')} with {plural(rows, 'row')}"),
        ("Plugins", _pairs(mapping(body.get("plugins")))),
        *((("Libraries", _pairs(libraries)),) if (libraries := mapping(body.get("libraries"))) else ()),
        ("Options", _pairs({key: _json(value) for key, value in mapping(body.get("options")).items()})),
        ("Written by", str(view.annex.get("writer", "")) or "unknown"),
    ]
    return facts


def _entry(name: str, value: Child) -> Markup:
    return element("div", element("dt", name), element("dd", value))


def _named(entry: Mapping[str, object], key: str) -> str:
    return f"{entry.get(key, '')} {entry.get('version', '')}".strip()


def _code(value: object) -> Markup:
    return element("code", str(value if value is not None else ""))


def _pairs(pairs: Mapping[str, object]) -> Child:
    return [element("span", f"{key} {value}", class_="pair") for key, value in pairs.items()] or "none"


def _json(value: object) -> str:
    return shorten(orjson.dumps(value, default=str).decode(), 80)


def _sources(view: View) -> Markup | None:
    sources = mappings(view.body.get("sources"))
    if not sources:
        return None
    columns = [Column(title="Source"), Column(title="Records", is_number=True), Column(title="Bytes", is_number=True)]
    columns.append(Column(title="sha256"))
    rows = [
        Row(
            [
                element("bdi", str(source.get("name", ""))),
                number(integer(source.get("read"))),
                number(integer(source.get("size"))),
                element("code", str(source.get("sha256", ""))[:16]),
            ],
            [],
        )
        for source in sources[:MOST_SOURCES]
    ]
    rest = len(sources) - len(rows)
    more = element("p", f"and {plural(rest, 'further source')}", class_="note") if rest else None
    return element("div", table("Sources", columns, rows), more)
