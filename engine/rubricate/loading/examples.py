"""Examples beside rules and tests of final decisions, with the spans that they mark as `[[label:text]]`."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from rubricate.loading.files import RulesetFolder
from rubricate.loading.findings import Findings
from rubricate.loading.reading import items, mapping, scalar, text
from rubricate.loading.wording import did_you_mean, quoted
from rubricate.loading.yaml_tree import Mapping, Node, Scalar, plain
from rubricate.model.location import Location
from rubricate.model.ruleset import Example, FinalTest, Guideline, Label, LabelSet, RecordSchema, SpanMark

__all__ = ["EXPECTATIONS", "ExampleReader", "Expectation", "read_marks"]

Expectation: TypeAlias = Literal["hit", "miss", "uncertain", "todo_hit", "todo_miss"]
EXPECTATIONS: tuple[Expectation, ...] = ("hit", "miss", "uncertain", "todo_hit", "todo_miss")
"""The keys of a rule that hold examples."""
_OUTCOMES = ("accepted", "no", "none", "uncertain")
_OF_SETS = ("none", "uncertain")
"""What a whole set may be expected to be, besides one of its members."""
_ROUTES = ("accepted", "review", "undecided")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleReader:
    """Reads examples of one ruleset."""

    record: RecordSchema
    labels: AnyMapping[str, Label]
    sets: AnyMapping[str, LabelSet]
    guideline: Guideline | None
    findings: Findings

    def examples(self, node: Node | None, expect: Expectation) -> Iterable[Example]:
        """The examples under one key of a rule."""
        for item in items(node):
            fields, spans = self._fields(item, extra="because")
            if not fields:
                continue
            because = scalar(item.get("because")) if isinstance(item, Mapping) else None
            if because is not None:
                self._check_because(because)
            yield Example(
                expect=expect,
                fields=fields,
                spans=spans,
                because=None if because is None else because.text,
                location=item.location,
            )

    def add_negatives(self, node: Node | None, labels: dict[str, Label], folder: RulesetFolder) -> None:
        """Reads the negatives of each label: in place, or from a file with one text a line."""
        declared = mapping(node)
        for key, value in [] if declared is None else declared.own():
            entry = mapping(value)
            written = None if entry is None else entry.get("negatives")
            if written is None or key.text not in labels:
                continue
            named = mapping(written)
            found = self.examples(written, "miss") if named is None else self._of_file(named.get("file"), folder)
            labels[key.text] = replace(labels[key.text], negatives=tuple(found))

    def _of_file(self, node: Node | None, folder: RulesetFolder) -> Iterable[Example]:
        """A line of a file is a text; blank lines mean nothing."""
        file = scalar(node)
        source = None if file is None else folder.read(file.text, file.location, code="R042")
        for number, line in enumerate([] if source is None else source.text.splitlines(), start=1):
            if line.strip() and source is not None:
                place = Location(source.path, number, 1, len(line))
                name = self._first_field()
                if name is None:
                    self._report_no_text(place)
                    return
                yield Example(expect="miss", fields={name: line}, location=place)

    def tests(self, node: Node | None) -> Iterable[FinalTest]:
        """The tests at the top of a ruleset."""
        for item in filter(None, map(mapping, items(node))):
            fields, spans = self._fields(item, extra="expect")
            expect = self._expect(item.get("expect"))
            route = expect.pop("route", None) if self._is_route("route") else None
            if item.get("expect") is None and not spans:
                self.findings.add("R011", 'the test lacks "expect"', item.location)
            elif fields:
                yield FinalTest(fields=fields, spans=spans, expect=expect, route=route, location=item.location)

    def _fields(self, item: Node, *, extra: str) -> tuple[dict[str, object], tuple[SpanMark, ...]]:
        """The record of an example, and its marks."""
        if isinstance(item, Scalar):
            whole, name = scalar(item), self._first_field()
            if name is None:
                self._report_no_text(item.location)
                return {}, ()
            return self._marked({} if whole is None else {name: whole})
        if not isinstance(item, Mapping):
            return {}, ()
        fields: dict[str, Node] = {}
        for key, value in item.own():
            if key.text == extra:
                continue
            first = self._first_field() if key.text == "text" and not self._known("text") else None
            name = first or key.text
            if self._known(name):
                fields[name] = value
            else:
                message = f"the record has no field {quoted(name)}"
                self.findings.add("R026", message, key.location, help=did_you_mean(name, self._all_fields(), "fields"))
        if not fields and not any(True for key, _ in item.own() if key.text != extra):
            self.findings.add("R011", "the example has no text", item.location)
        return self._marked(fields)

    def _marked(self, fields: AnyMapping[str, Node]) -> tuple[dict[str, object], tuple[SpanMark, ...]]:
        """Plain values; the marks of text fields are taken out of them."""
        values: dict[str, object] = {}
        spans: list[SpanMark] = []
        for name, node in fields.items():
            if name in self._text_fields() and isinstance(node, Scalar) and isinstance(node.value, str):
                values[name], marks = read_marks(node, name, self.findings)
                spans.extend(mark for mark in marks if self._check_label(mark.label, node))
            else:
                values[name] = plain(node)
        return values, tuple(spans)

    def _report_no_text(self, place: Location) -> None:
        names = ", ".join(f"{name}: FILE" for name in self.record.image)
        self.findings.add("R012", "the record has no text field, only images", place, help=f"write {{{names}}}")

    def _text_fields(self) -> tuple[str, ...]:
        return self.record.texts

    def _first_field(self) -> str | None:
        """The field that a text without a name stands in; None where the record has no texts."""
        return "text" if self.record.text is None else next(iter(self.record.text), None)

    def _all_fields(self) -> list[str]:
        return [*self._text_fields(), *self.record.image, *self.record.meta, self.record.id or "id"]

    def _known(self, name: str) -> bool:
        return name in self._all_fields()

    def _check_label(self, label: str, node: Scalar) -> bool:
        if label in self.labels:
            return True
        start = max(0, node.text.find(f"[[{label}:")) + 2
        message = f"the label {quoted(label)} is not declared"
        help = did_you_mean(label, self.labels, "labels")
        self.findings.add("R030", message, node.place(start, start + len(label)), help=help)
        return False

    def _check_because(self, because: Scalar) -> None:
        """A reason of one word is a section of the guideline; a reason in words is only kept."""
        guideline = self.guideline
        if guideline is None or not guideline.sections or " " in because.text or because.text in guideline.sections:
            return
        message = f"the guideline has no section {quoted(because.text)}"
        help = did_you_mean(because.text, guideline.sections, "sections")
        self.findings.add("R031", message, because.location, help=help)

    def _expect(self, node: Node | None) -> dict[str, str]:
        """Label -> decision, `route` -> route. A label alone, or a member named under its set, must be accepted."""
        alone = scalar(node)
        if alone is not None:
            return {alone.text: "accepted"} if self._declared(alone) else {}
        found = mapping(node)
        expect: dict[str, str] = {}
        for key, value in [] if found is None else found.own():
            outcome = text(value)
            if outcome is None:
                continue
            members = self.sets[key.text].members if key.text in self.sets else ()
            if outcome in members:
                expect[outcome] = "accepted"
            elif self._is_route(key.text):
                if outcome in _ROUTES:
                    expect[key.text] = outcome
                else:
                    help = did_you_mean(outcome, _ROUTES, "allowed")
                    self.findings.add("R013", f"{quoted(outcome)} is no route", value.location, help=help)
            elif (members and outcome in _OF_SETS) or (self._declared(key) and outcome in _OUTCOMES):
                expect[key.text] = outcome
            elif key.text in self.labels or members:
                choices = sorted({*members, *_OF_SETS}) if members else _OUTCOMES
                message = f"{quoted(outcome)} is no outcome of {quoted(key.text)}"
                self.findings.add("R013", message, value.location, help=did_you_mean(outcome, choices, "allowed"))
        return expect

    def _is_route(self, name: str) -> bool:
        """Whether a key of what is expected means where the record goes; a label of that name comes first."""
        return name == "route" and name not in self.labels and name not in self.sets

    def _declared(self, name: Scalar) -> bool:
        if name.text in self.labels:
            return True
        if name.text not in self.sets:
            message = f"the label {quoted(name.text)} is not declared"
            help = did_you_mean(name.text, [*self.labels, *self.sets], "labels")
            self.findings.add("R030", message, name.location, help=help)
        return False


def read_marks(node: Scalar, field: str, findings: Findings) -> tuple[str, tuple[SpanMark, ...]]:
    r"""The text of an example without its marks, and the marks; `\[[` is text."""
    written = node.text
    if "[[" not in written:
        return written, ()
    parts: list[str] = []
    length = 0
    opened: list[tuple[str, int, int]] = []
    marks: list[SpanMark] = []
    at = 0
    while at < len(written):
        if written.startswith("\\[[", at):
            at, piece = at + 3, "[["
        elif written.startswith("[[", at):
            colon = _colon(written, at + 2)
            if colon is None:
                findings.add("R013", "this mark names no label", node.place(at, at + 2), help=_MARK_HELP)
                return written, ()
            opened.append((written[at + 2 : colon], length, at))
            at, piece = colon + 1, ""
        elif opened and written.startswith("]]", at):
            label, start, _ = opened.pop()
            if start == length:
                findings.add("R013", "this mark is empty", node.place(at - 1, at + 2), help=_MARK_HELP)
            else:
                marks.append(SpanMark(label, field, start, length))
            at, piece = at + 2, ""
        else:
            at, piece = at + 1, written[at]
        parts.append(piece)
        length += len(piece)
    for _, _, begin in opened:
        findings.add("R013", 'this mark has no "]]"', node.place(begin, begin + 2), help=_MARK_HELP)
    return "".join(parts), tuple(sorted(marks, key=lambda mark: (mark.start, -mark.end, mark.label)))


_MARK_HELP = r"write [[label:text]], or \[[ for brackets that are text"


def _colon(written: str, start: int) -> int | None:
    """The colon behind the label of a mark."""
    colon = written.find(":", start)
    return colon if colon > start and "[[" not in written[start:colon] and "]]" not in written[start:colon] else None
