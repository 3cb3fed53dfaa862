"""The guideline that people annotate with: a Markdown file whose headings carry ids such as `{#s2.1}`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rubricate.loading.findings import Findings
from rubricate.loading.source import Source
from rubricate.loading.wording import quoted
from rubricate.loading.yaml_tree import Scalar
from rubricate.model.problem import Note
from rubricate.model.ruleset import Section

__all__ = ["read_sections"]

_HEADING = re.compile(r" {0,3}(?P<marks>#{1,6})[ \t]+(?P<title>.*?)[ \t]*#*[ \t]*")
_ID = re.compile(r"(?P<title>.*?)[ \t]*\{#(?P<id>[^\s{}]+)\}")
_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})")
_VERSION = re.compile(r"version:[ \t]*(?P<quote>[\"']?)(?P<version>[^\"'\s#]+)(?P=quote)[ \t]*(?:#.*)?")


@dataclass(slots=True)
class _Open:
    """A section whose text is being read."""

    id: str
    title: str
    line: int
    lines: list[str] = field(default_factory=list)


def read_sections(source: Source, version: Scalar | None, findings: Findings) -> dict[str, Section]:
    """The sections of a guideline by id; a version in its front matter must be the one that the ruleset names."""
    lines = [source.line(number + 1) for number in range(source.line_of(len(source.text)))]
    body = _front_matter(source, lines, version, findings)
    found: dict[str, _Open] = {}
    current: _Open | None = None
    fence: str | None = None
    for number, line in enumerate(lines[body:], body + 1):
        fence = _inside_fence(line, fence)
        heading = None if fence is not None else _HEADING.fullmatch(line)
        named = None if heading is None else _ID.fullmatch(heading["title"])
        if named is not None:
            current = _begin(source, found, named, number, findings)
        elif current is not None:
            current.lines.append(line)
    return {
        each.id: Section(
            id=each.id,
            title=each.title,
            text="\n".join(each.lines).strip(),
            location=source.location(source.line_start(each.line), source.line_end(each.line)),
        )
        for each in found.values()
    }


def _begin(source: Source, found: dict[str, _Open], named: re.Match[str], number: int, findings: Findings) -> _Open:
    """A new section; of an id that stands twice the first section is kept."""
    section = _Open(named["id"], named["title"], number)
    first = found.setdefault(section.id, section)
    if first is not section:
        start = source.line_start(number)
        column = source.line(number).rindex("{#")
        note = Note(source.location(source.line_start(first.line), source.line_end(first.line)), "it stands here first")
        location = source.location(start + column, start + column + len(section.id) + 3)
        findings.add("R034", f"the section id {quoted(section.id)} stands twice", location, notes=(note,))
    return section


def _inside_fence(line: str, fence: str | None) -> str | None:
    """The fence of the code block that the next line stands in."""
    found = _FENCE.match(line)
    if found is None:
        return fence
    if fence is None:
        return found["fence"]
    closes = found["fence"].startswith(fence) and not line.strip().strip(fence[0])
    return None if closes else fence


def _front_matter(source: Source, lines: list[str], version: Scalar | None, findings: Findings) -> int:
    """How many lines stand before the guideline itself; checks the version among them."""
    if not lines or lines[0].rstrip() != "---":
        return 0
    for number, line in enumerate(lines[1:], 2):
        if line.rstrip() in ("---", "..."):
            return number
        stated = _VERSION.fullmatch(line)
        if stated is not None and version is not None and stated["version"] != version.text:
            start = source.line_start(number) + stated.start("version")
            note = Note(source.location(start, start + len(stated["version"])), f"it is {stated['version']} here")
            message = f"the guideline is not version {version.text}"
            help = "review what changed, then name the new version"
            findings.add("R046", message, version.location, notes=(note,), help=help)
    return 0
