"""YAML as nodes of our own, each with its exact place; whatever YAML could do behind a reader's back is refused.

Values follow the core schema of YAML 1.2, so `no` and `1:30` are texts. Anchors, aliases and tags are refused
before anything is made of them, so that a small file cannot become a large value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence as AnySequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from rubricate.loading.findings import Findings
from rubricate.loading.source import Source
from rubricate.loading.wording import quoted
from rubricate.loading.yaml_places import offsets_of
from rubricate.model.location import Location
from rubricate.model.problem import Note

__all__ = ["MAX_DEPTH", "Core", "Mapping", "Node", "Scalar", "Sequence", "Style", "build_tree", "core_value", "plain"]

Core: TypeAlias = "str | int | float | bool | None"
"""What a scalar can be in the core schema."""
Style: TypeAlias = Literal["plain", "single", "double", "literal", "folded"]

MAX_NODES = 200_000
MAX_DEPTH = 100

_STYLES: AnyMapping[str | None, Style] = {"'": "single", '"': "double", "|": "literal", ">": "folded"}
_WORD = re.compile(r"[^\s,\[\]{}]+")
_NULL = re.compile(r"null|Null|NULL|~|")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_OTHER_INTEGER = re.compile(r"0o[0-7]{1,20}|0x[0-9a-fA-F]{1,16}")
_FLOAT = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """A text, number, truth value or nothing."""

    text: str
    """As YAML gives it: quotes, escapes and folding resolved."""
    value: Core
    style: Style = "plain"
    source: Source = field(compare=False, repr=False)
    start: int = field(compare=False, repr=False)
    end: int = field(compare=False, repr=False)
    """[start, end) in the source, with its quotes."""
    repaired: bool = field(default=False, compare=False)
    """Whether it is not what YAML reads, or should not be, and a problem has been reported."""
    characters: tuple[int, ...] | None = field(default=None, compare=False, repr=False)
    """For each character of the text its offset in the source, where the source is not YAML."""

    @property
    def location(self) -> Location:
        """Where it stands, with its quotes."""
        return self.source.location(self.start, self.end)

    def offsets(self) -> list[int]:
        """For each character of the text its offset in the source."""
        return list(self._offsets())

    def _offsets(self) -> AnySequence[int]:
        if self.characters is not None:
            return self.characters
        return offsets_of(self.source.text, self.start, self.end, self.style, self.text)

    def place(self, start: int, end: int | None = None) -> Location:
        """The place of the characters [start, end) of the text, as far as they are on one line."""
        offsets = self._offsets()
        if not offsets:
            return self.location
        first = offsets[min(start, len(offsets) - 1)] + (1 if start >= len(offsets) else 0)
        last = offsets[min(max(start, (start + 1 if end is None else end) - 1), len(offsets) - 1)]
        return self.source.location(first, max(first, last) + 1)

    def runs(self) -> tuple[tuple[int, Location], ...]:
        """Offset in the text -> its place, wherever a run of characters begins that stand side by side."""
        offsets = self._offsets()
        if isinstance(offsets, range) and offsets:  # one run: a text that has no line break where it is written
            return ((0, self.source.location(offsets[0])),)
        begins = [at for at in range(len(offsets)) if at == 0 or self._breaks(offsets[at - 1], offsets[at])]
        return tuple((at, self.source.location(offsets[at])) for at in begins)

    def _breaks(self, before: int, here: int) -> bool:
        return here != before + 1 or self.source.line_of(here) != self.source.line_of(before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    flow: bool = False
    """Whether it is written in brackets."""
    location: Location = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """A mapping, in the order of the file."""

    entries: tuple[tuple[Scalar, Node], ...]
    flow: bool = False
    """Whether it is written in braces."""
    location: Location = field(compare=False)

    def get(self, key: str) -> Node | None:
        """The value of a key, if it is there."""
        return next((value for name, value in self.entries if name.text == key), None)

    def key(self, key: str) -> Scalar | None:
        """The key itself, for its place."""
        return next((name for name, _ in self.entries if name.text == key), None)

    def own(self) -> Iterator[tuple[Scalar, Node]]:
        """The entries without user data (`x-...`)."""
        return ((name, value) for name, value in self.entries if not name.text.startswith("x-"))


Node: TypeAlias = Scalar | Sequence | Mapping


def plain(node: Node) -> object:
    """A node as lists, dicts and scalars; keys are always texts."""
    match node:
        case Scalar():
            return node.value
        case Sequence():
            return [plain(item) for item in node.items]
        case Mapping():
            return {key.text: plain(value) for key, value in node.entries}


def core_value(text: str) -> Core:
    """What an unquoted scalar means in the core schema of YAML 1.2.

    >>> [core_value(text) for text in ["no", "true", "~", "012", "0x1f", "1.10", "1:30", "1e3"]]
    ['no', True, None, 12, 31, 1.1, '1:30', 1000.0]
    """
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text):
        return True
    if _FALSE.fullmatch(text):
        return False
    if _INTEGER.fullmatch(text):
        return int(text)
    if _OTHER_INTEGER.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(re.sub(r"\.(?=[in])", "", text.lower()))
    return text


@dataclass(slots=True)
class _Open:
    """A list or mapping that is being read."""

    start: MappingStartEvent | SequenceStartEvent
    items: list[Node] = field(default_factory=list)
    keys: dict[str, Scalar] = field(default_factory=dict)


class _TooLarge(Exception):  # noqa: N818  # a way out of the loop, never seen outside
    pass


def build_tree(
    source: Source,
    text: str,
    findings: Findings,
    whole: Callable[[int], tuple[int, int] | None],
) -> Node | None:
    """The first document of `text` as nodes; None for an empty file or one past the limits.

    `text` is the source, or a copy of the same length in which unreadable values are covered; `whole` says, for
    the offset of a covered one, where its real text stands. Raises YAMLError for what is no YAML.
    """
    reader = _Reader(source, findings, whole)
    loader = YAML(typ="safe", pure=True)
    try:
        for event in loader.parse(text):
            reader.take(event)
    except _TooLarge:
        return None
    return reader.root


class _Reader:
    """Makes nodes of events with a stack, so that depth costs no recursion."""

    def __init__(self, source: Source, findings: Findings, whole: Callable[[int], tuple[int, int] | None]) -> None:
        self.source = source
        self.findings = findings
        self.whole = whole
        self.root: Node | None = None
        self.stack: list[_Open] = []
        self.nodes = 0
        self.documents = 0

    def take(self, event: Event) -> None:
        """Goes one event on."""
        if isinstance(event, DocumentStartEvent):
            self.documents += 1
            if self.documents == 2:
                self._refuse("R002", "a second document begins here", event, help='remove the line "---"')
        if self.documents != 1:
            return
        if isinstance(event, NodeEvent):
            self._check(event)
        match event:
            case MappingStartEvent() | SequenceStartEvent():
                self.stack.append(_Open(event))
            case MappingEndEvent() | SequenceEndEvent():
                self._put(self._close(self.stack.pop(), event))
            case ScalarEvent():
                self._put(self._scalar(event))
            case AliasEvent():
                at = event.start_mark.index
                self._put(Scalar(text="", value=None, source=self.source, start=at, end=at + 1, repaired=True))
            case _:
                pass

    def _check(self, event: NodeEvent) -> None:
        """Counts, and refuses anchors, aliases and tags."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self._refuse("R006", f"the file holds more than {MAX_NODES:,} values", event)
            raise _TooLarge
        if len(self.stack) >= MAX_DEPTH:
            self._refuse("R006", f"values stand more than {MAX_DEPTH} deep in one another", event)
            raise _TooLarge
        if isinstance(event, AliasEvent):
            name = quoted(f"*{event.anchor}")
            help = "put the value into single quotes, or write it out"
            self._refuse("R004", f"{name} is a YAML alias, which is not allowed", event, help=help)
        elif event.anchor is not None:
            name = quoted(f"&{event.anchor}")
            help = "put the value into single quotes, or remove the anchor"
            self._refuse("R004", f"{name} is a YAML anchor, which is not allowed", event, help=help)
        tag = getattr(event, "tag", None)
        if tag is not None:
            help = "put the value into single quotes, or remove the tag"
            self._refuse("R005", f"{quoted(_tag(str(tag)))} is a YAML tag, which is not allowed", event, help=help)

    def _refuse(self, code: str, message: str, event: Event, *, help: str | None = None) -> None:
        start = event.start_mark.index
        word = _WORD.match(self.source.text, start)
        stop = start + 1 if word is None else word.end()
        self.findings.add(code, message, self.source.location(start, stop), help=help)

    def _scalar(self, event: ScalarEvent) -> Scalar:
        start, end = event.start_mark.index, event.end_mark.index
        covered = self.whole(start)
        if covered is not None:
            text = self.source.text[covered[0] : covered[1]]
            return Scalar(text=text, value=text, source=self.source, start=covered[0], end=covered[1], repaired=True)
        text = str(event.value)
        style = _STYLES.get(event.style, "plain")
        value = core_value(text) if style == "plain" else text
        spoilt = event.anchor is not None or event.tag is not None
        return Scalar(text=text, value=value, style=style, source=self.source, start=start, end=end, repaired=spoilt)

    def _put(self, node: Node) -> None:
        if not self.stack:
            self.root = node
        else:
            self.stack[-1].items.append(node)

    def _close(self, opened: _Open, end: Event) -> Node:
        flow = bool(opened.start.flow_style)
        start = opened.start.start_mark.index
        if isinstance(opened.start, SequenceStartEvent):
            stop = end.end_mark.index if flow else start + 1
            location = self.source.location(start, stop)
            return Sequence(items=tuple(opened.items), flow=flow, location=location)
        entries = self._entries(opened)
        location = self.source.location(start, end.end_mark.index if flow else start + 1)
        if not flow and entries:
            location = entries[0][0].location
        return Mapping(entries=tuple(entries), flow=flow, location=location)

    def _entries(self, opened: _Open) -> list[tuple[Scalar, Node]]:
        """Pairs of key and value; of a key that stands twice the first value is kept."""
        entries: list[tuple[Scalar, Node]] = []
        pairs = iter(opened.items)
        for key, value in zip(pairs, pairs, strict=True):
            if not isinstance(key, Scalar):
                self.findings.add("R012", "a key must be a text, not a list or a mapping", key.location)
                continue
            first = opened.keys.setdefault(key.text, key)
            if first is not key:
                note = Note(first.location, "it stands here first")
                help = "remove one of them, or join their values"
                message = f"the key {quoted(key.text)} stands twice"
                self.findings.add("R003", message, key.location, help=help, notes=(note,))
                continue
            if isinstance(value, Scalar) and value.start == value.end:
                value = replace(value, start=key.start, end=key.end)  # nothing is written; its key is what can be shown
            entries.append((key, value))
        return entries


def _tag(tag: str) -> str:
    """A tag as people write it."""
    return tag.replace("tag:yaml.org,2002:", "!!")
