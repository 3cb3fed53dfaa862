"""Rules from YAML to the text form and back. What is converted is read again: it must say the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from rubricate.errors import UsageError
from rubricate.formatting.arranging import arrange
from rubricate.formatting.formatter import NotKeptError, said_by
from rubricate.formatting.reading import Written, read_written
from rubricate.formatting.remarks import Remarks, attach, begin_of, starts_within
from rubricate.formatting.rules_writer import PARTS, RulesWriter
from rubricate.formatting.yaml_writer import YamlWriter
from rubricate.loading.rules_text_keys import EXAMPLE_KEYS
from rubricate.loading.source import Source
from rubricate.loading.yaml_tree import Mapping, Node, Scalar, Sequence

__all__ = ["Converted", "to_rules", "to_yaml", "without_rules"]


@dataclass(frozen=True, slots=True)
class Converted:
    """What a file became."""

    text: str
    lost: tuple[str, ...] = ()
    """What the other form cannot hold, in words."""


def to_rules(written: Written) -> Converted:
    """The lets, rules and tests of a YAML file in the text form; raises UsageError when there are none."""
    root, source = written.arranged.root, written.source
    if not any(root.get(part) is not None for part in PARTS):
        raise UsageError(f'"{source.path}" has no let, rules or tests')
    remarks = attach(root, written.comments, source)
    first = min(root.entries, key=lambda entry: entry[0].start)[0].text
    if first not in PARTS:
        remarks.head.clear()  # it is about the ruleset
    writer = RulesWriter(source=source, remarks=remarks, keep_expressions=True)
    text = writer.write(root, in_order=False)
    lost = [*writer.lost, *_left(remarks, root, source)]
    _check(written, _part_of(root), text, "converted.rules", is_whole=not writer.lost)
    return Converted(text, tuple(lost))


def to_yaml(written: Written) -> Converted:
    """A `.rules` file as the part of a YAML file."""
    root, source = written.arranged.root, written.source
    remarks = attach(root, written.comments, source)
    changed = _with_keys_of_their_own(root, remarks, source)
    writer = YamlWriter(source=source, remarks=remarks, expressions=written.arranged.expressions, keep_expressions=True)
    text = writer.write(changed)
    _check(written, root, text, "converted.yaml", is_whole=True)
    return Converted(text, tuple(_left(remarks, root, source)))


def without_rules(written: Written, name: str, rules: str) -> str:
    """A YAML file without its lets, rules and tests, which includes the file `name` that holds `rules` instead."""
    root, source = written.arranged.root, written.source
    if root.flow:
        raise UsageError(f'"{source.path}" is written in braces', help="write a key a line first")
    entries = sorted(root.entries, key=lambda entry: entry[0].start)
    begins = [_region(source, key, first=index == 0) for index, (key, _) in enumerate(entries)]
    stops = [*begins[1:], len(source.text)]
    included = root.get("include")
    added = included is not None
    text: list[str] = [source.text[: begins[0]]]
    for (key, value), begin, stop in zip(entries, begins, stops, strict=True):
        if not added and key.text not in PARTS and _stands_behind_include(key.text):
            text.append(f"{_gap(source, begin)}include: [{name}]\n")
            added = True
        if key.text == "include":
            text.append(_with_file(source, value, begin, stop, name))
        elif key.text not in PARTS:
            text.append(source.text[begin:stop])
    rest = "".join(text).rstrip("\n") + "\n"
    if not added:
        rest += f"include: [{name}]\n"
    again = read_written(Source(source.path, rest))
    said, found = said_by(written), said_by(again)
    assert isinstance(said, dict)  # files are mappings
    assert isinstance(found, dict)
    files = [*said.get("include", []), name]
    moved = said_by(read_written(Source("converted.rules", rules)))
    assert isinstance(moved, dict)
    if {**found, **moved} != {**said, "include": files}:
        raise NotKeptError(source.path)
    return rest


def _check(written: Written, kept: Mapping, text: str, name: str, *, is_whole: bool) -> None:
    """Reads what was written; raises NotKeptError unless it says the same as what was kept of the file."""
    again = read_written(Source(name, text))
    before = replace(written, arranged=arrange(kept))
    if is_whole and _normal(said_by(again)) != _normal(said_by(before)):
        raise NotKeptError(written.source.path)


def _normal(said: object, key: str = "") -> object:
    """A text alone is a list of one under `supersedes`."""
    if isinstance(said, dict):
        return {name: _normal(value, name) for name, value in said.items()}
    if isinstance(said, list):
        return [_normal(value) for value in said]
    return [said] if key == "supersedes" and isinstance(said, str) else said


def _part_of(root: Mapping) -> Mapping:
    """What of a ruleset the text form holds; an empty list of rules is none."""
    kept = [
        (key, value)
        for key, value in root.entries
        if key.text in PARTS and not (isinstance(value, Sequence | Mapping) and not _inner(value))
    ]
    return Mapping(entries=tuple(kept), location=root.location)


def _inner(value: Sequence | Mapping) -> tuple[object, ...]:
    return value.items if isinstance(value, Sequence) else value.entries


def _left(remarks: Remarks, root: Mapping, source: Source) -> list[str]:
    """Comments of the converted parts that were written nowhere."""
    starts: set[int] = set()
    for key, value in root.entries:
        if key.text in PARTS:
            starts |= {key.start, *starts_within(value, source)}
    found: list[str] = []
    for start in sorted(starts):
        texts = [
            *remarks.above.get(start, []),
            remarks.beside.get(start, ""),
            *remarks.below.get(start, []),
            *remarks.below.get(~start, []),
        ]
        found += [f"the comment {text}" for text in texts if text]
    return found


# -- from the text form to YAML ----------------------------------------------------------------------------


def _with_keys_of_their_own(root: Mapping, remarks: Remarks, source: Source) -> Mapping:
    """The tree for YAML. `rules` and the first rule begin at one place, whose comments are those of the rule."""
    entries: list[tuple[Scalar, Node]] = []
    for key, value in root.entries:
        if isinstance(value, Mapping) and value.entries:
            _move(remarks, key.start, value.entries[0][0].start)
        entries.append((_moved(key, source), _in_yaml(value, remarks, source)))
    return Mapping(entries=tuple(entries), location=root.location)


def _moved(key: Scalar, source: Source) -> Scalar:
    """A key at a place where no comment is."""
    return replace(key, start=len(source.text) + key.start + 1, end=len(source.text) + key.start + 1)


def _in_yaml(node: Node, remarks: Remarks, source: Source, key: Scalar | None = None) -> Node:
    """The same tree with examples in brackets where no comment stands between them."""
    match node:
        case Scalar():
            return node
        case Sequence():
            items = tuple(_in_yaml(item, remarks, source) for item in node.items)
            flow = node.flow
            if key is not None and key.text in EXAMPLE_KEYS:
                starts = [begin_of(item, source) for item in node.items]
                if len(starts) == 1:
                    _move(remarks, starts[0], key.start)
                flow = not remarks.is_about(starts)
            return Sequence(items=items, flow=flow, location=node.location)
        case Mapping():
            id = node.key("id") or node.key("group")
            if id is not None and not node.flow:
                for name in filter(None, map(node.key, ("title", "label", "label_from"))):
                    _move(remarks, name.start, id.start)  # they share a line
            entries = tuple(
                (_moved(name, source) if name.text == "rules" else name, _in_yaml(value, remarks, source, name))
                for name, value in node.entries
            )
            return Mapping(entries=entries, flow=node.flow, location=node.location)


def _move(remarks: Remarks, start: int, to: int) -> None:
    """Makes the comments of one entry those of another."""
    if start == to:
        return
    if start in remarks.above:
        remarks.above.setdefault(to, []).extend(remarks.above.pop(start))
    if start in remarks.below:
        remarks.below.setdefault(to, []).extend(remarks.below.pop(start))
    if start in remarks.beside:
        beside = remarks.beside.pop(start)
        if to in remarks.beside:
            remarks.above.setdefault(to, []).append(beside)
        else:
            remarks.beside[to] = beside


# -- a ruleset without its rules ---------------------------------------------------------------------------


def _region(source: Source, key: Scalar, *, first: bool) -> int:
    """Where what belongs to a key begins: with the comments and blank lines above it."""
    line = source.line_of(key.start)
    while not first and line > 1:
        above = source.line(line - 1)
        if above.strip() and not above.startswith("#"):
            break
        line -= 1
    return source.line_start(line)


def _gap(source: Source, begin: int) -> str:
    """A blank line, where the key that comes next has one before it."""
    return "\n" if source.text.startswith(("\n", "\r\n"), begin) else ""


def _stands_behind_include(name: str) -> bool:
    return name not in _BEFORE_INCLUDE


_BEFORE_INCLUDE: Iterable[str] = frozenset({"format", "guideline", "owners", "requires", "ruleset", "title", "version"})


def _with_file(source: Source, value: Node, begin: int, stop: int, name: str) -> str:
    """The `include` of a file with one file more."""
    assert isinstance(value, Sequence)  # the structure has been checked
    last = value.items[-1] if value.items else None
    at = last.end if isinstance(last, Scalar) else begin_of(value, source) + 1
    if value.flow:
        more = f", {name}" if last is not None else name
    else:
        assert last is not None  # a block list has an item
        at = source.line_end(source.line_of(at - 1))
        item = begin_of(last, source)
        line = source.line(source.line_of(item))
        more = f"\n{line[: len(line) - len(line.lstrip(' '))]}- {name}"
    return source.text[begin:at] + more + source.text[at:stop]
