"""Comments of a file, and the entry that each belongs to: above it, beside it, or below the last one of a block."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rubricate.loading.rules_text_lines import Comment
from rubricate.loading.rules_text_values import comment_at
from rubricate.loading.source import Source
from rubricate.loading.yaml_tree import Mapping, Node, Scalar, Sequence

__all__ = ["Remarks", "attach", "begin_of", "starts_within", "yaml_comments"]

_COMMENT = re.compile(r"(?:(?<=[ \t\r\n])|\A)#[^\r\n]*")
_CLOSING = re.compile(r"(?:[\s,]|(?<=\s)#[^\r\n]*)*[\]}]")
_BLANK_LINE = re.compile(r"(?:\r\n|\r|\n)[ \t]*(?:\r\n|\r|\n)")


@dataclass(slots=True)
class Remarks:
    """Comments by the offset at which the entry begins that they belong to; an empty one is a blank line."""

    head: list[str] = field(default_factory=list)
    """Above the first entry of the file."""
    above: dict[int, list[str]] = field(default_factory=dict)
    beside: dict[int, str] = field(default_factory=dict)
    below: dict[int, list[str]] = field(default_factory=dict)
    """Of an item that begins with its first key, `~start` is the item and `start` the key."""
    spaced: set[int] = field(default_factory=set)
    """Entries with a blank line before them."""

    def is_about(self, starts: Iterable[int]) -> bool:
        """Whether a comment belongs to one of these entries."""
        return any(
            start in self.above or start in self.beside or start in self.below or ~start in self.below
            for start in starts
        )


@dataclass(slots=True)
class _Target:
    """An entry that a comment can belong to."""

    start: int
    column: int
    parent: int
    """Index of the entry that it stands in; -1 at the top."""
    stop: int | None
    """Behind the brackets that it stands in; None without brackets."""
    is_shared: bool
    """Whether its first key begins at the same place."""


def begin_of(node: Node, source: Source) -> int:
    """The offset at which a value begins."""
    if isinstance(node, Scalar):
        return node.start
    if isinstance(node, Mapping) and not node.flow and node.entries:
        return min(key.start for key, _ in node.entries)
    return source.line_start(node.location.line) + node.location.column - 1


def yaml_comments(root: Node, source: Source) -> list[Comment]:
    """The comments of a YAML file, in order."""
    covered = list(source.text)
    for scalar in _scalars(root):
        start, end = scalar.start, scalar.end
        if scalar.style in ("literal", "folded"):
            start = source.line_end(source.line_of(start))
        covered[start:end] = "x" * max(0, end - start)
    text = "".join(covered)
    return [comment_at(source, found.start(), found.end()) for found in _COMMENT.finditer(text)]


def starts_within(node: Node, source: Source) -> Iterator[int]:
    """Where each entry inside of a value begins."""
    match node:
        case Sequence():
            for item in node.items:
                yield begin_of(item, source)
                yield from starts_within(item, source)
        case Mapping():
            for key, value in node.entries:
                yield key.start
                yield from starts_within(value, source)
        case Scalar():
            return


def attach(root: Node, comments: Iterable[Comment], source: Source) -> Remarks:
    """Finds for each comment the entry that it belongs to."""
    return _Attacher(root, list(comments), source).attach()


class _Attacher:
    def __init__(self, root: Node, comments: list[Comment], source: Source) -> None:
        self.source = source
        self.comments = comments
        self.places = [comment.start for comment in comments]
        self.remarks = Remarks()
        self.targets: list[_Target] = []
        self.texts: list[tuple[int, int, int]] = []
        """Beginning and end of each value, and where its entry begins."""
        self._walk(root, -1, None)
        self.order = list(self.targets)
        """As they were walked, which is what `parent` counts in."""
        self.targets.sort(key=lambda each: each.start)  # stable: what stands around comes first
        self.starts = [target.start for target in self.targets]
        self.texts.sort()

    def attach(self) -> Remarks:
        seen = 0
        for comment in self.comments:
            around = self._around(comment)
            if around is not None:
                self.remarks.above.setdefault(around, []).append(comment.text)
            elif comment.alone:
                self._alone(comment, seen)
            else:
                self._beside(comment)
            seen = comment.start + len(comment.text)
        for target in self.targets:
            if self._is_spaced(target.start) and target.start not in self.remarks.above:
                self.remarks.spaced.add(target.start)
        return self.remarks

    # -- entries -------------------------------------------------------------------------------------------

    def _walk(self, node: Node, parent: int, stop: int | None) -> None:
        if isinstance(node, Scalar):
            return
        if node.flow:
            begin, end = begin_of(node, self.source), self._flow_end(node)
            if bisect_right(self.places, end) == bisect_right(self.places, begin):
                return
            stop = end
        if isinstance(node, Sequence):
            for item in node.items:
                self._target(begin_of(item, self.source), parent, stop, item)
        else:
            for key, value in node.entries:
                self._target(key.start, parent, stop, value)

    def _target(self, start: int, parent: int, stop: int | None, value: Node) -> None:
        line = self.source.line_start(self.source.line_of(start))
        written = self.source.text[line:start]
        column = len(written) if not written.strip(" -") else len(written) - len(written.lstrip(" "))
        if written.strip().startswith("-") and parent >= 0 and self.targets[parent].start != start:
            column = len(written) - len(written.lstrip(" "))
        shared = isinstance(value, Mapping) and begin_of(value, self.source) == start and not value.flow
        self.targets.append(_Target(start, column, parent, stop, shared))
        if isinstance(value, Scalar):
            self.texts.append((value.start, value.end, start))
        self._walk(value, len(self.targets) - 1, stop)

    def _flow_end(self, node: Sequence | Mapping) -> int:
        """Behind the closing bracket."""
        inner = node.items if isinstance(node, Sequence) else [part for entry in node.entries for part in entry]
        at = begin_of(node, self.source) + 1
        if inner:
            at = max(self._end(part) for part in inner[-2:])
        found = _CLOSING.match(self.source.text, at)
        return at if found is None else found.end()

    def _end(self, node: Node) -> int:
        if isinstance(node, Scalar):
            return node.end
        return self._flow_end(node)

    # -- comments ------------------------------------------------------------------------------------------

    def _beside(self, comment: Comment) -> None:
        at = bisect_right(self.starts, comment.start if comment.about is None else comment.about) - 1
        while at >= 0 and self.targets[at].stop is not None and (self.targets[at].stop or 0) <= comment.start:
            at -= 1
        if at < 0:
            self.remarks.head.append(comment.text)
            return
        start = self.targets[at].start
        if start in self.remarks.beside:
            self.remarks.above.setdefault(start, []).append(comment.text)
        else:
            self.remarks.beside[start] = comment.text

    def _alone(self, comment: Comment, seen: int) -> None:
        after = bisect_right(self.starts, comment.start)
        gap = self._gap_before(comment.start, max(seen, self.starts[after - 1] if after else 0))
        lines = ["", comment.text] if gap else [comment.text]
        if after == 0:
            self.remarks.head += lines if self.remarks.head else [comment.text]
            if self._gap_behind(comment):
                self.remarks.head.append("")
            return
        above = self.targets[after] if after < len(self.targets) else None
        owner = self._owner(comment, after - 1, above)
        if owner is not None:
            self.remarks.below.setdefault(owner, []).extend(lines)
            return
        assert above is not None  # else there is an owner
        self._put_above(above.start, lines, comment)

    def _put_above(self, start: int, lines: list[str], comment: Comment) -> None:
        found = self.remarks.above.setdefault(start, [])
        if not found and lines[0] == "":
            self.remarks.spaced.add(start)
        found += lines if found else [comment.text]
        following = self.source.text[comment.start + len(comment.text) : start]
        if "#" not in following and self._gap_behind(comment):
            found.append("")

    def _owner(self, comment: Comment, last: int, above: _Target | None) -> int | None:
        """The entry that a comment stands below, as it is indented more than the entry that comes next."""
        line = self.source.line_start(self.source.line_of(comment.start))
        column = comment.start - line
        target = self.targets[last]
        inside = target.stop is not None and target.stop > comment.start
        if inside and (above is None or above.start > (target.stop or 0)):
            return target.start
        if inside or (above is not None and column <= above.column):
            return None
        chain = [target]
        while chain[-1].parent >= 0:
            chain.append(self.order[chain[-1].parent])
        fitting = [each for each in chain if each.column <= column and (above is None or each.column > above.column)]
        if not fitting and above is None:
            fitting = chain[-1:]
        return None if not fitting else ~fitting[0].start if fitting[0].is_shared else fitting[0].start

    def _around(self, comment: Comment) -> int | None:
        """The entry in whose expression a comment stands; the text form has such."""
        at = bisect_right(self.texts, (comment.start, len(self.source.text), 0)) - 1
        if at < 0:
            return None
        start, end, entry = self.texts[at]
        return entry if start <= comment.start < end else None

    def _gap_before(self, at: int, since: int) -> bool:
        """Whether a blank line stands before an offset, with nothing but spaces between."""
        return _blank_between(self.source.text, since, at)

    def _gap_behind(self, comment: Comment) -> bool:
        end = comment.start + len(comment.text)
        return _BLANK_LINE.match(self.source.text, end) is not None

    def _is_spaced(self, start: int) -> bool:
        line = self.source.line_of(start)
        lead = self.source.text[self.source.line_start(line) : start].strip(" -")
        return line > 1 and lead in ("", "let") and not self.source.line(line - 1).strip()


def _blank_between(text: str, since: int, at: int) -> bool:
    tail = re.search(r"[\s]*\Z", text[since:at])
    return tail is not None and _BLANK_LINE.search(tail.group()) is not None


def _scalars(node: Node) -> Iterator[Scalar]:
    match node:
        case Scalar():
            yield node
        case Sequence():
            for item in node.items:
                yield from _scalars(item)
        case Mapping():
            for key, value in node.entries:
                yield key
                yield from _scalars(value)
