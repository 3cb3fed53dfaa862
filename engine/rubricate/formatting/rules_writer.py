"""Lets, rules and tests of a tree in the text form."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from collections.abc import Sequence as AnySequence
from dataclasses import dataclass, field

from rubricate.formatting.expressions import WIDTH, breaks_of, canonical, wrap
from rubricate.formatting.remarks import Remarks, begin_of, starts_within
from rubricate.formatting.rules_values import id_text, quoted_text, value_text
from rubricate.loading.reading import items, mapping, scalar
from rubricate.loading.rules_text_expressions import block_indent
from rubricate.loading.rules_text_keys import EXAMPLE_KEYS, LIST_KEYS
from rubricate.loading.rules_text_lines import Comment
from rubricate.loading.source import Source
from rubricate.loading.yaml_tree import Mapping, Node, Scalar, Sequence

__all__ = ["PARTS", "RulesWriter", "inner_comments"]

PARTS = ("let", "rules", "tests")
"""What a `.rules` file can hold."""

_HEAD = ("id", "group", "title", "label", "label_from", "rules")
_ORDER = ("cites", "only", "when", "emit", "value", "confidence", *EXAMPLE_KEYS, "status", "priority", "supersedes")
_PADDED = {"emit": "emit ", "hit": "hit ", "when": "when "}
"""Keywords that are filled up, so that what stands below one another begins in one column."""
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u2028\u2029\ufffe\uffff]")


@dataclass(slots=True, kw_only=True)
class RulesWriter:
    """Writes one tree."""

    source: Source
    remarks: Remarks
    comments: tuple[Comment, ...] = ()
    """Those that stand inside of an expression."""
    keep_expressions: bool = False
    """Whether expressions stay in the form that their author gave them."""
    below: list[str] = field(default_factory=list)
    """Comments at the end of the block at hand."""
    lost: list[str] = field(default_factory=list)
    """What the text form cannot hold, in words."""

    def write(self, root: Mapping, *, in_order: bool) -> str:
        """The whole file: as it comes, or lets, rules and tests in this order."""
        units = list(self._units(root))
        if in_order:
            units.sort(key=lambda each: each[0])
        found = list(self.remarks.head)
        before = ""
        for index, (start, part, lines) in enumerate(units):
            if index and (part == "rules" or before != part or start in self.remarks.spaced):
                found.append("")
            found += lines
            before = part
        while found and not found[-1]:
            found.pop()
        return "".join(f"{line}\n" for line in found)

    def _units(self, root: Mapping) -> Iterator[tuple[int, str, list[str]]]:
        for part in PARTS:
            key, node = root.key(part), root.get(part)
            if key is None or node is None:
                continue
            made = list(self._part(part, node))
            if not made:
                continue
            above, beside, below = self._taken([key.start])
            made[0][1][:0] = [*above, *beside]
            made[-1][1].extend(below)
            yield from ((at, part, lines) for at, lines in made)

    def _part(self, part: str, node: Node) -> Iterator[tuple[int, list[str]]]:
        if part == "let":
            for name, value in (mapping(node) or node).entries if isinstance(node, Mapping) else ():
                if isinstance(value, Scalar) and not name.text.startswith("x-"):
                    lines = self._unit([name.start], 0, f"let {name.text} =", value)
                    yield name.start, [*lines, *self._flushed()]
                else:
                    self.lost.append(f'"{name.text}" under "let"')
            return
        for item in filter(None, map(mapping, items(node))):
            lines = self._rule(item, 0) if part == "rules" else self._test(item)
            yield begin_of(item, self.source), [*lines, *self._flushed()]

    # -- rules ---------------------------------------------------------------------------------------------

    def _rule(self, node: Mapping, indent: int) -> list[str]:
        is_group = node.get("group") is not None or node.get("rules") is not None
        starts = [begin_of(node, self.source)]
        starts += [key.start for key, _ in node.entries if key.text in _HEAD and key.text != "rules"]
        lines = self._around(starts, indent, [" " * indent + self._header(node, is_group=is_group)])
        known = [(key, value) for key, value in node.entries if key.text not in _HEAD]
        known.sort(key=lambda each: _ORDER.index(each[0].text) if each[0].text in _ORDER else len(_ORDER))
        for key, value in known:
            lines += self._key(key, value, indent + 2)
        lines += self._flushed()
        rules = [self._rule(entry, indent + 2) for entry in filter(None, map(mapping, items(node.get("rules"))))]
        if rules:
            lines += [""] * bool(known) + self._pad(
                self._loose([key.start for key, _ in node.entries if key.text == "rules"]), indent
            )
        for index, rule in enumerate(rules):
            lines += ["", *rule] if index else rule
        return [*lines, " " * indent + "end"]

    def _header(self, node: Mapping, *, is_group: bool) -> str:
        id = scalar(node.get("group" if is_group else "id"))
        title, label, label_from = (scalar(node.get(key)) for key in ("title", "label", "label_from"))
        words = ["group" if is_group else "rule", "" if id is None else id_text(id.text)]
        if title is not None:
            words.append(quoted_text(title.text))
        if label is not None:
            words += ["=>", id_text(label.text)]
        if label_from is not None:
            text = self._expression(label_from)
            if "\n" in text:
                self.lost.append('a line break in a string of "label_from"')
            words += ["=>", "from", text.replace("\n", " ")]
        return " ".join(words)

    def _key(self, key: Scalar, value: Node, indent: int) -> list[str]:
        name = key.text
        if name in EXAMPLE_KEYS and isinstance(value, Sequence) and value.items:
            return self._examples(key, value, indent)
        starts = [key.start, *starts_within(value, self.source)]
        pad = " " * indent
        if name in EXAMPLE_KEYS or (name in LIST_KEYS and isinstance(value, Sequence) and not value.items):
            return self._around(starts, indent, [f"{pad}{name} []"])
        if name in LIST_KEYS:
            entries = value.items if isinstance(value, Sequence) else (value,)
            return self._around(
                starts, indent, self._list(f"{pad}{name}", [value_text(each, typed=False) for each in entries])
            )
        if name.startswith("x-") or name in ("status", "priority") or not isinstance(value, Scalar):
            return self._around(starts, indent, [f"{pad}{name} {value_text(value, typed=name != 'status')}"])
        return self._unit(starts, indent, _PADDED.get(name, name), value)

    def _list(self, lead: str, words: list[str]) -> list[str]:
        lines, line = [], lead
        indent = len(lead) - len(lead.lstrip(" ")) + 2
        for index, word in enumerate(words):
            word += "," if index < len(words) - 1 else ""
            if line.strip() and len(line) + 1 + len(word) > WIDTH:
                lines.append(line)
                line = " " * (indent - 1)
            line += f" {word}"
        return [*lines, line]

    def _examples(self, key: Scalar, value: Sequence, indent: int) -> list[str]:
        lines: list[str] = []
        for index, item in enumerate(value.items):
            starts = [begin_of(item, self.source), *starts_within(item, self.source)]
            if index == 0:
                starts.insert(0, key.start)
            lead = " " * indent + _PADDED.get(key.text, key.text)
            lines += self._around(starts, indent, [f"{lead} {_example(item, 'because')}"])
        return lines

    def _test(self, node: Mapping) -> list[str]:
        starts = [begin_of(node, self.source), *starts_within(node, self.source)]
        expect = node.get("expect")
        said = f"test {_example(node, 'expect')}"
        if expect is None:
            return self._around(starts, 0, [said])
        wanted = value_text(expect, typed=False)
        if isinstance(expect, Mapping) and expect.entries:
            wanted = wanted[1:-1]
        if len(said) + 8 + len(wanted) <= WIDTH:
            return self._around(starts, 0, [f"{said} expect {wanted}"])
        return self._around(starts, 0, [said, f"  expect {wanted}"])

    # -- expressions ---------------------------------------------------------------------------------------

    def _expression(self, value: Scalar) -> str:
        if not isinstance(value.value, str):
            return value.text
        text = value.text.strip() if self.keep_expressions else canonical(value.text)
        if _CONTROL.search(text):
            sign = _CONTROL.search(text)
            assert sign is not None  # as just found
            self.lost.append(f"the control character U+{ord(sign.group()):04X} of an expression")
        return text

    def _unit(self, starts: Iterable[int], indent: int, lead: str, value: Scalar) -> list[str]:
        """A keyword with an expression."""
        if any(value.start <= each.start < value.end for each in self.comments):
            return self._with_inner(starts, indent, lead, value)
        text = self._expression(value)
        pad = " " * indent
        if "\n" in text:
            lines = [pad + lead.rstrip(), *(f"{pad}    {line}" for line in text.split("\n"))]
            return self._around(starts, indent, lines)
        wrapped = wrap(text, WIDTH - indent - len(lead) - 1, WIDTH - indent - 4, breaks_of(value, text))
        lines = [f"{pad}{lead} {wrapped[0]}", *(f"{pad}    {line}" for line in wrapped[1:])]
        return self._around(starts, indent, lines)

    def _with_inner(self, starts: Iterable[int], indent: int, lead: str, value: Scalar) -> list[str]:
        """An expression with comments between its lines stays as it is, but for its indentation."""
        written = _LINE_BREAK.split(self.source.text[value.start : value.end])
        known = block_indent(self.source, value.start, value.end)
        pad = " " * (indent + 4)
        lines = [f"{' ' * indent}{lead} {written[0].rstrip()}"]
        lines += [(pad + line[min(known, len(line) - len(line.lstrip(" "))) :]).rstrip() for line in written[1:]]
        return self._around(starts, indent, lines)

    # -- comments ------------------------------------------------------------------------------------------

    def _pad(self, lines: list[str], indent: int) -> list[str]:
        return [" " * (indent + 2) + line if line else "" for line in lines]

    def _loose(self, starts: Iterable[int]) -> list[str]:
        """Comments of a key that has no line in the text form."""
        above, beside, below = self._taken(starts)
        return [*above, *beside, *below]

    def _taken(self, starts: Iterable[int]) -> tuple[list[str], list[str], list[str]]:
        above: list[str] = []
        beside: list[str] = []
        below: list[str] = []
        for start in starts:
            above += self.remarks.above.pop(start, [])
            if start in self.remarks.beside:
                beside.append(self.remarks.beside.pop(start))
            below += self.remarks.below.pop(start, []) + self.remarks.below.pop(~start, [])
        return above, beside, below

    def _around(self, starts: Iterable[int], indent: int, lines: list[str]) -> list[str]:
        """Lines with the comments above, beside and below them."""
        above, beside, below = self._taken(starts)
        pad = " " * indent
        head = [pad + text if text else "" for text in [*above, *beside[1:]]]
        if beside:
            lines = [*lines[:-1], f"{lines[-1]}  {beside[0]}"]
        self.below += [pad + text if text else "" for text in below]
        return [*head, *lines]

    def _flushed(self) -> list[str]:
        found, self.below = self.below, []
        return found


def inner_comments(root: Node, comments: AnySequence[Comment]) -> tuple[Comment, ...]:
    """The comments that stand between the words of an expression."""
    places = [comment.start for comment in comments]
    found = [
        each
        for start, end in _extents(root)
        for each in comments[bisect_left(places, start) : bisect_left(places, end)]
    ]
    return tuple(found)


def _extents(node: Node) -> Iterator[tuple[int, int]]:
    match node:
        case Scalar():
            yield node.start, node.end
        case Sequence():
            for item in node.items:
                yield from _extents(item)
        case Mapping():
            for _, value in node.entries:
                yield from _extents(value)


def _example(node: Node, extra: str) -> str:
    """A text or record, with the reason behind it; of a test without what is expected."""
    if isinstance(node, Scalar):
        return quoted_text(node.text)
    assert isinstance(node, Mapping)  # the structure has been checked
    said = node.get(extra)
    kept = [(key, value) for key, value in node.entries if key.text != extra]
    if extra == "because" and (not isinstance(said, Scalar) or not isinstance(said.value, str)):
        return value_text(node)
    reason = f" because {id_text(said.text)}" if extra == "because" and isinstance(said, Scalar) else ""
    if len(kept) == 1 and kept[0][0].text == "text" and isinstance(kept[0][1], Scalar):
        alone = kept[0][1]
        if isinstance(alone.value, str):
            return quoted_text(alone.text) + reason
    return value_text(Mapping(entries=tuple(kept), flow=True, location=node.location)) + reason
