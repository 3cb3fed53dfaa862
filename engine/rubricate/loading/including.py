"""Files that a ruleset includes: their parts are put beside its own, before anything is checked.

Every node keeps its own place, so that each problem points into the file in which it was made.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rubricate.loading.files import RulesetFolder
from rubricate.loading.findings import Findings
from rubricate.loading.rules_text import read_rules
from rubricate.loading.source import Source
from rubricate.loading.structure import kind_of
from rubricate.loading.surprises import mend
from rubricate.loading.wording import did_you_mean, quoted
from rubricate.loading.yaml_syntax import read_tree
from rubricate.loading.yaml_tree import Mapping, Node, Scalar, Sequence
from rubricate.model.location import Location
from rubricate.model.problem import Note

__all__ = ["INCLUDED", "MAX_INCLUDED_BYTES", "Included", "include"]

INCLUDED = ("contexts", "dictionaries", "include", "labels", "let", "matchers", "rules", "tests")
"""Keys that an included YAML file may have."""
MAX_INCLUDED_BYTES = 5_000_000
MAX_FILES = 1000

_LISTS = frozenset({"rules", "tests"})
_WHAT = {
    "contexts": "the context", "dictionaries": "the dictionary", "labels": "the label", "let": "the name",
    "matchers": "the matcher",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Included:
    """A ruleset with what it includes."""

    root: Mapping
    files: tuple[str, ...]
    """The included files as they are written, in the order in which they were read."""


def include(root: Mapping, source: Source, folder: RulesetFolder, findings: Findings) -> Included:
    """The tree of a ruleset with the parts of its included files behind its own; problems are reported."""
    if root.get("include") is None:
        return Included(root, ())
    found = _Includer(source, folder, findings)
    found.take(root)
    return Included(found.merged(root), tuple(found.files))


@dataclass(slots=True)
class _Part:
    """What the files say under one key."""

    key: Scalar
    location: Location
    items: list[Node] = field(default_factory=list)
    entries: list[tuple[Scalar, Node]] = field(default_factory=list)
    names: dict[str, Scalar] = field(default_factory=dict)


class _Includer:
    def __init__(self, source: Source, folder: RulesetFolder, findings: Findings) -> None:
        self.folder = folder
        self.findings = findings
        self.parts: dict[str, _Part] = {}
        self.files: list[str] = []
        self.first: dict[str, Location] = {}
        """Path of a file -> where it is included first."""
        self.open: list[str] = [source.path]
        """The files that are being read, the ruleset first."""
        self._own_labels: Location | None = None
        """Where the ruleset declares its labels as a list."""

    def take(self, root: Mapping) -> None:
        """Takes the parts of a file and of what it includes."""
        for name in (*_WHAT, *sorted(_LISTS)):
            if root.get(name) is not None:
                self._take_part(name, root)
        self._take_files(root.get("include"))

    def merged(self, root: Mapping) -> Mapping:
        """The ruleset with all parts; keys of its own keep their order."""
        entries = [(key, self._value(key.text, value)) for key, value in root.entries]
        for name, part in self.parts.items():
            if root.get(name) is None:
                entries.append((part.key, self._value(name, None)))
        return Mapping(entries=tuple(entries), flow=root.flow, location=root.location)

    def _value(self, name: str, value: Node | None) -> Node:
        part = self.parts.get(name)
        if part is None:
            assert value is not None  # a key of the ruleset's own
            return value
        if name in _LISTS:
            return Sequence(items=tuple(part.items), location=part.location)
        return Mapping(entries=tuple(part.entries), location=part.location)

    def _take_part(self, name: str, root: Mapping) -> None:
        key, value = root.key(name), root.get(name)
        assert key is not None  # they stand together
        assert value is not None
        own = len(self.open) == 1
        if not isinstance(value, Sequence if name in _LISTS else Mapping):
            self._wrong_kind(key, value, own=own)
            return
        if name == "labels" and name not in self.parts and not own and self._own_labels is not None:
            note = Note(self._own_labels, "they are a list here")
            message = "labels can be added only to labels that are a mapping"
            self.findings.add("R008", message, key.location, notes=(note,))
            return
        part = self.parts.setdefault(name, _Part(key, value.location))
        if isinstance(value, Sequence):
            part.items += value.items
        elif isinstance(value, Mapping):
            for entry in value.entries:
                self._take_entry(name, part, entry)

    def _wrong_kind(self, key: Scalar, value: Node, *, own: bool) -> None:
        """Of the ruleset itself the structure is checked later; of the others here, as nothing is left of it then."""
        if own:
            if key.text == "labels":
                self._own_labels = key.location
            return
        if isinstance(value, Scalar) and (value.repaired or value.value is None):
            if not value.repaired:
                self.findings.add("R012", f"{quoted(key.text)} has no value", value.location)
            return
        kind = "a list" if key.text in _LISTS else "a mapping"
        where = " in an included file" if key.text == "labels" else ""
        self.findings.add("R012", f"{quoted(key.text)} must be {kind}{where}, not {kind_of(value)}", value.location)

    def _take_entry(self, name: str, part: _Part, entry: tuple[Scalar, Node]) -> None:
        key = entry[0]
        first = part.names.setdefault(key.text, key)
        if first is key or key.text.startswith("x-"):
            part.entries.append(entry)
            return
        note = Note(first.location, "it stands here first")
        message = f"{_WHAT[name]} {quoted(key.text)} stands twice"
        help = "an included file adds and never replaces; give it another name"
        self.findings.add("R034", message, key.location, help=help, notes=(note,))

    # -- files ---------------------------------------------------------------------------------------------

    def _take_files(self, node: Node | None) -> None:
        for item in node.items if isinstance(node, Sequence) else ():
            if isinstance(item, Scalar) and isinstance(item.value, str) and item.text:
                self._take_file(item)
            elif len(self.open) > 1:
                message = f'each entry of "include" must be a text, not {kind_of(item)}'
                self.findings.add("R012", message, item.location)
        if node is not None and not isinstance(node, Sequence) and len(self.open) > 1:
            self.findings.add("R012", f'"include" must be a list, not {kind_of(node)}', node.location)

    def _take_file(self, name: Scalar) -> None:
        path = self.folder.shown(name.text)
        if not name.text.endswith((".rules", ".yaml", ".yml")):
            self._refuse(name, "is neither a .rules nor a .yaml file")
            return
        if path in self.open:
            shown = " -> ".join([*self.open[self.open.index(path) :], path])
            self._refuse(name, "includes itself", help=f"the circle is {shown}")
            return
        if path in self.first:
            note = Note(self.first[path], "it is included here first")
            self._refuse(name, "is included already", help="take one of them away", notes=(note,))
            return
        self.first[path] = name.location
        if len(self.first) > MAX_FILES:
            self.findings.add("R006", f"more than {MAX_FILES:,} files are included", name.location)
            return
        source = self.folder.read(name.text, name.location, code="R008")
        if source is None:
            return
        if len(source.text) > MAX_INCLUDED_BYTES:
            self.findings.add("R006", f"the file {quoted(name.text)} is too large", name.location)
            return
        self.folder.texts[path] = source.text
        self.files.append(name.text)
        root = self._read(source)
        if root is not None:
            self.open.append(path)
            self.take(root)
            self.open.pop()

    def _refuse(self, name: Scalar, why: str, *, help: str | None = None, notes: tuple[Note, ...] = ()) -> None:
        self.findings.add("R008", f"the file {quoted(name.text)} {why}", name.location, help=help, notes=notes)

    def _read(self, source: Source) -> Mapping | None:
        """The parts that an included file has."""
        if source.path.endswith(".rules"):
            return read_rules(source, self.findings).root
        local = Findings()
        tree = read_tree(source, local)
        self.findings.take(local.sorted(source.path))
        if tree is None:
            return None
        if not isinstance(tree, Mapping):
            message = f"an included file is a mapping, not {kind_of(tree)}"
            self.findings.add("R012", message, tree.location, help="begin with rules:")
            return None
        mended = mend(tree, source, self.findings)
        assert isinstance(mended, Mapping)  # a mapping stays one
        kept = [(key, value) for key, value in mended.own() if self._may_stand(key)]
        return Mapping(entries=tuple(kept), flow=mended.flow, location=mended.location)

    def _may_stand(self, key: Scalar) -> bool:
        if key.text in INCLUDED:
            return True
        message = f"{quoted(key.text)} is no key of an included file"
        self.findings.add("R010", message, key.location, help=did_you_mean(key.text, INCLUDED, "keys"))
        return False
