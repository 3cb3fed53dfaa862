"""A tree as YAML, in the one way that rulesets are written: two spaces, short things in braces, long ones in lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import takewhile

from rubricate.formatting.expressions import WIDTH
from rubricate.formatting.remarks import Remarks, begin_of, starts_within
from rubricate.formatting.yaml_scalars import expression_lines, is_written_in_yaml, text_in_yaml, verbatim_lines
from rubricate.loading.expression_text import single_quoted
from rubricate.loading.source import Source
from rubricate.loading.yaml_tree import Mapping, Node, Scalar, Sequence

__all__ = ["YamlWriter"]

_SHORT = 30
"""Values of up to this length stand several in a line when their list does not fit into one."""
_EXAMPLES = frozenset({"hit", "miss", "uncertain", "todo_hit", "todo_miss", "negatives", "tests"})
_RULES = "rules"


@dataclass(slots=True, kw_only=True)
class YamlWriter:
    """Writes one tree."""

    source: Source
    remarks: Remarks
    expressions: set[int]
    """Where the expressions begin, which are written in canonical form."""
    patterns: set[int] = field(default_factory=set)
    keep_expressions: bool = False
    """Whether expressions stay in the form that their author gave them."""
    quoting: bool = False
    """Whether texts of the value at hand stand in quotes; for values that were not written in YAML."""

    def write(self, root: Mapping) -> str:
        """The whole file."""
        lines = list(self.remarks.head)
        while lines and lines[-1] == "" and not root.entries:
            lines.pop()
        lines += self._mapping(root, 0, top=True)
        return "".join(f"{line.rstrip(' ') if not line.strip(' ') else line}\n" for line in lines)

    # -- blocks --------------------------------------------------------------------------------------------

    def _mapping(self, node: Mapping, indent: int, *, top: bool = False) -> list[str]:
        lines: list[str] = []
        below: list[str] = []
        before = False
        for index, (key, value) in enumerate(node.entries):
            found = self._entry(f"{self._key(key)}:", key.text, value, indent, key.start)
            above = self._above(key.start, indent)
            long = len(found) > 1
            if index and (key.start in self.remarks.spaced or (top and (long or before))):
                lines.append("")
            below += self._below(key.start, indent)
            lines += [*above, *found]
            before = long
        return lines + below

    def _sequence(self, node: Sequence, indent: int, name: str) -> list[str]:
        lines: list[str] = []
        before = False
        for index, item in enumerate(node.items):
            start = begin_of(item, self.source)
            spaced = start in self.remarks.spaced
            self.remarks.spaced.discard(start)  # its first key begins at the same place
            if isinstance(item, Mapping) and not self._fits(item, indent + 2):
                self._lift(item, start)
                above = self._above(start, indent)
                found = self._mapping(item, indent + 2)
                comments = sum(1 for _ in takewhile(lambda line: not line or line.lstrip().startswith("#"), found))
                above += [line[2:] for line in found[:comments]]  # what stands above the first key, above the dash
                found = found[comments:]
                found[0] = " " * indent + "- " + found[0].lstrip(" ")
            else:
                found = self._entry("-", name, item, indent, start)
                above = self._above(start, indent)
            long = len(found) > 1
            if index and (spaced or (name == _RULES and (long or before))):
                lines.append("")
            lines += [*above, *found, *self._below_item(item, start, indent)]
            before = long
        return lines

    def _entry(self, lead: str, name: str, value: Node, indent: int, start: int) -> list[str]:
        """A key or dash with its value."""
        before = self.quoting
        self.quoting = name in _EXAMPLES
        try:
            return self._written(" " * indent + lead, name, value, indent, start)
        finally:
            self.quoting = before

    def _written(self, lead: str, name: str, value: Node, indent: int, start: int) -> list[str]:
        if not isinstance(value, Scalar) and not self._is_in_line(value, len(lead) + 1):
            self._lift(value, start)
        beside = self.remarks.beside.pop(start, None)
        comment = "" if beside is None else f"  {beside}"
        if isinstance(value, Scalar):
            lines = self._scalar(value, indent + 2, len(lead) + 1)
            lines[0] = f"{lead} {lines[0]}" if lines[0] else lead
            at = 0 if value.style in ("literal", "folded") and len(lines) > 1 else -1
            lines[at] += comment
            return lines
        if self._fits(value, len(lead) + 1):
            return [f"{lead} {self._inline(value)}{comment}"]
        if isinstance(value, Sequence) and self._is_short_list(value):
            return self._filled(f"{lead} [", value, indent, comment)
        inner = (
            self._sequence(value, indent + 2, name) if isinstance(value, Sequence) else self._mapping(value, indent + 2)
        )
        return [lead + comment, *inner]

    def _is_in_line(self, value: Node, column: int) -> bool:
        """Whether a list or mapping stays in brackets."""
        return self._fits(value, column) or (isinstance(value, Sequence) and self._is_short_list(value))

    def _lift(self, value: Node, start: int) -> None:
        """Where brackets are given up, the comment behind them goes above: it is about all that was between them."""
        if not isinstance(value, Scalar) and value.flow and start in self.remarks.beside:
            self.remarks.above.setdefault(start, []).append(self.remarks.beside.pop(start))

    def _filled(self, line: str, value: Sequence, indent: int, comment: str) -> list[str]:
        """A list of short values, as many in a line as fit."""
        lines: list[str] = []
        items = [self._inline(item) for item in value.items]
        empty = True
        for index, item in enumerate(items):
            word = item + ("," if index < len(items) - 1 else "]")
            if not empty and len(line) + 1 + len(word) > WIDTH:
                lines.append(line)
                line, empty = " " * (indent + 2), True
            line += word if empty else f" {word}"
            empty = False
        return [*lines, line + comment]

    # -- values --------------------------------------------------------------------------------------------

    def _key(self, key: Scalar) -> str:
        return verbatim_lines(key, 0)[0] if is_written_in_yaml(key) else text_in_yaml(key, quoted=False)

    def _scalar(self, scalar: Scalar, indent: int, first: int) -> list[str]:
        if scalar.start in self.expressions and isinstance(scalar.value, str):
            found = expression_lines(scalar, indent, first, keep=self.keep_expressions)
            if found is not None:
                return found
        if not is_written_in_yaml(scalar):
            return [text_in_yaml(scalar, quoted=self.quoting)]
        if scalar.start in self.patterns and scalar.style in ("plain", "double") and scalar.text.isprintable():
            return [single_quoted(scalar.text)]
        return verbatim_lines(scalar, indent)

    def _fits(self, node: Node, column: int) -> bool:
        """Whether a value can stand in the line that it begins in: in brackets, short, without comments."""
        if isinstance(node, Scalar):
            return len(self._scalar(node, 0, 0)) == 1 and node.style not in ("literal", "folded")
        parts = node.items if isinstance(node, Sequence) else node.entries
        if not parts:
            return True
        if not node.flow or self.remarks.is_about(starts_within(node, self.source)):
            return False
        inner = node.items if isinstance(node, Sequence) else tuple(value for _, value in node.entries)
        return all(self._fits(part, 0) for part in inner) and column + len(self._inline(node)) <= WIDTH

    def _inline(self, node: Node) -> str:
        match node:
            case Scalar():
                return self._scalar(node, 0, 0)[0] or "null"
            case Sequence():
                return "[" + ", ".join(self._inline(item) for item in node.items) + "]"
            case Mapping():
                return "{" + ", ".join(self._pair(key, value) for key, value in node.entries) + "}"

    def _pair(self, key: Scalar, value: Node) -> str:
        before = self.quoting
        self.quoting = self.quoting and key.text not in ("because", "expect")
        try:
            return f"{self._key(key)}: {self._inline(value)}"
        finally:
            self.quoting = before

    def _is_short_list(self, node: Sequence) -> bool:
        if not node.flow or self.quoting or self.remarks.is_about(starts_within(node, self.source)):
            return False
        return all(
            isinstance(item, Scalar) and self._fits(item, 0) and len(self._inline(item)) <= _SHORT
            for item in node.items
        )

    # -- comments ------------------------------------------------------------------------------------------

    def _above(self, start: int, indent: int) -> list[str]:
        """The comments above an entry, each only once: an item and its first key begin at one place."""
        return [" " * indent + text if text else "" for text in self.remarks.above.pop(start, [])]

    def _below(self, start: int, indent: int) -> list[str]:
        return [" " * indent + text if text else "" for text in self.remarks.below.pop(start, [])]

    def _below_item(self, item: Node, start: int, indent: int) -> list[str]:
        is_shared = isinstance(item, Mapping) and not item.flow
        return self._below(~start if is_shared else start, indent)
