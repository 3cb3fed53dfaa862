"""Values that YAML reads, but not as they were meant: cut at a comma or comment, or with backslashes resolved.

Each is reported with the quoted text as its fix, and replaced by what was meant, so that reading goes on.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from rubricate.loading.expression_text import EXPRESSION_KEYS, expression_end, is_open, single_quoted
from rubricate.loading.findings import Findings
from rubricate.loading.source import Source
from rubricate.loading.yaml_tree import Mapping, Node, Scalar, Sequence
from rubricate.model.problem import Fix

__all__ = ["are_only_words", "lost_its_quotes", "mend"]

_CONTROL = re.compile("[\x00\x07\x08\x0b\x0c\x1b\x85]")
_ESCAPES = {"\0": "\\0", "\a": "\\a", "\b": "\\b", "\v": "\\v", "\f": "\\f", "\x1b": "\\e", "\x85": "\\N"}
_WORDS = re.compile(r"[\w'’!?,-]+(?: [\w'’!?,-]+)*")
_CONTRACTION = re.compile(r"\w['’]\w")
_OPERATORS = re.compile(
    r"\b(?:and|or|not|of|in|is|near|before|after|inside|overlaps|where|if|else|contains|matches|exists|within)\b",
    re.IGNORECASE,
)


def mend(node: Node, source: Source, findings: Findings, *, expressions: bool = False) -> Node:
    """The same tree with every misread expression as it was meant.

    `expressions` says that all values of this mapping are expressions, as under `let`.
    """
    match node:
        case Scalar():
            return node
        case Sequence():
            items = tuple(mend(item, source, findings) for item in node.items)
            return Sequence(items=items, flow=node.flow, location=node.location)
        case Mapping():
            return _mend_mapping(node, source, findings, expressions)


def _mend_mapping(node: Mapping, source: Source, findings: Findings, expressions: bool) -> Mapping:
    entries: list[tuple[Scalar, Node]] = []
    reached = -1
    for key, value in node.entries:
        if key.start < reached:
            continue
        if key.text.startswith("x-"):
            entries.append((key, value))
        elif isinstance(value, Scalar) and (expressions or key.text in EXPRESSION_KEYS):
            kept = _mend_scalar(key, value, source, findings, flow=node.flow)
            reached = kept.end
            entries.append((key, kept))
        else:
            entries.append((key, mend(value, source, findings, expressions=key.text == "let")))
    return Mapping(entries=tuple(entries), flow=node.flow, location=node.location)


def _mend_scalar(key: Scalar, value: Scalar, source: Source, findings: Findings, *, flow: bool) -> Scalar:
    if value.repaired:
        return value
    if value.style == "double":
        return _unescape(key, value, source, findings)
    if value.style != "plain" or not value.text:
        return value
    stop = source.line_end(source.line_of(value.end))
    if flow:
        end, what = expression_end(source.text, value.start, stop, flow=True), "a comma or bracket"
    else:
        commented = source.text[value.end : stop].lstrip().startswith("#")
        end, what = (len(source.text[:stop].rstrip()) if commented and is_open(value.text) else value.end), '" #"'
    if end <= value.end:
        return value
    written = source.text[value.start : end]
    help = f"write {key.text}: {single_quoted(written)}"
    location = source.location(value.start, end)
    fix = Fix.replacing(location, single_quoted(written))
    findings.add("R017", f"YAML ends this value at {what}", location, help=help, fix=fix)
    return Scalar(text=written, value=written, source=source, start=value.start, end=end, repaired=True)


def _unescape(key: Scalar, value: Scalar, source: Source, findings: Findings) -> Scalar:
    """A pattern in double quotes in which YAML has made a control character of a backslash."""
    found = _CONTROL.search(value.text)
    written = source.text[value.start + 1 : value.end - 1]
    if found is None or "\n" in written:
        return value
    escape = _ESCAPES[found.group()]
    place = value.place(found.start())
    line = source.line_start(place.line) + place.column - 1
    length = 2 if source.text.startswith(escape, line) else 1
    message = f'YAML makes a control character of "{escape}" in double quotes'
    help = f"write {key.text}: {single_quoted(written)}"
    fix = Fix.replacing(source.location(value.start, value.end), single_quoted(written))
    findings.add("R018", message, source.location(line, line + length), help=help, fix=fix)
    return Scalar(text=written, value=written, source=source, start=value.start + 1, end=value.end - 1, repaired=True)


def lost_its_quotes(value: Scalar, known: Collection[str] = ()) -> bool:
    """Whether a condition is nothing but words, in quotes that were meant for the condition but went to YAML.

    The quotes of `when: "subscribe"` are gone when the condition is read; a name is left. Words among which there is a
    known name, or one of the language, are a condition.
    """
    if not are_only_words(value, known) or not _WORDS.fullmatch(value.text) or _OPERATORS.search(value.text):
        return False
    return value.style == "double" or " " in value.text


def are_only_words(value: Scalar, known: Collection[str] = ()) -> bool:
    """Whether a value in quotes of YAML is words of everyday language, none of them a known name."""
    if value.repaired or value.style not in ("double", "single"):
        return False
    contracted = '"' not in value.text and _CONTRACTION.search(value.text) is not None
    if not contracted and not _WORDS.fullmatch(value.text):
        return False
    return "_" not in value.text and set(re.findall(r"\w+", value.text)).isdisjoint(known)
