"""Formats a file, and makes sure that it says the same afterwards."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from rubricate.errors import RubricateError
from rubricate.formatting.expressions import canonical
from rubricate.formatting.reading import Written, read_file, read_written, scalars_of
from rubricate.formatting.remarks import attach
from rubricate.formatting.rules_writer import RulesWriter, inner_comments
from rubricate.formatting.yaml_writer import YamlWriter
from rubricate.loading.source import Source
from rubricate.loading.yaml_tree import Mapping, Node, Scalar, Sequence, core_value

__all__ = ["Formatted", "NotKeptError", "format_file", "format_text", "said_by"]


class NotKeptError(RubricateError):
    """A file that would not say the same if it was formatted; it is left as it is."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f'"{path}" cannot be formatted without a change of what it says; it is left as it is')


class Formatted:
    """A file before and after."""

    def __init__(self, before: str, after: str) -> None:
        self.before = before
        self.after = after

    @property
    def is_changed(self) -> bool:
        """Whether it was written otherwise."""
        return self.before != self.after


def format_file(path: Path) -> Formatted:
    """The file in its one form; raises RulesetError when it has errors. Nothing is written."""
    written = read_file(path)
    return Formatted(written.source.text, _formatted(written))


def format_text(text: str, name: str) -> str:
    """A text in its one form; the name says whether it is YAML or the text form. Raises RulesetError."""
    return _formatted(read_written(Source(name, text.removeprefix("\ufeff"))))


def _formatted(written: Written) -> str:
    arranged, source = written.arranged, written.source
    inner = inner_comments(arranged.root, written.comments) if not written.is_yaml else ()
    within = set(inner)
    remarks = attach(arranged.root, [each for each in written.comments if each not in within], source)
    if written.is_yaml:
        expressions = arranged.expressions - arranged.kept
        writer = YamlWriter(source=source, remarks=remarks, expressions=expressions, patterns=arranged.patterns)
        after = writer.write(arranged.root)
    else:
        rules = RulesWriter(source=source, remarks=remarks, comments=inner)
        after = rules.write(arranged.root, in_order=True)
    if after == source.text:
        return after
    known = canonical_forms(written)
    again = read_written(Source(source.path, after), known=known)
    if said_by(again, known=known) != said_by(written) or _remarks_of(again) != _remarks_of(written):
        raise NotKeptError(source.path)
    return after


def canonical_forms(written: Written) -> frozenset[str]:
    """The canonical forms of a file's expressions; each is the canonical form of itself."""
    found = [each for each in scalars_of(written.arranged.root) if each.start in written.arranged.expressions]
    return frozenset(canonical(each.text) for each in found if isinstance(each.value, str))


def said_by(written: Written, *, known: frozenset[str] = frozenset()) -> object:
    """What a file says, whatever its form: expressions by what they mean, mappings without their order.

    `known` are expressions in their canonical form, which need no second look.
    """
    return _said(written.arranged.root, written.arranged.expressions, known)


def _said(node: Node, expressions: set[int], known: frozenset[str]) -> object:
    match node:
        case Scalar():
            if node.start in expressions and isinstance(node.value, str):
                said = node.text if node.text in known else canonical(node.text)
                number = core_value(said)  # a confidence may be written as a number or as a text
                return number if isinstance(number, int | float) else said
            return node.value if node.value == node.value else "nan"
        case Sequence():
            return [_said(item, expressions, known) for item in node.items]
        case Mapping():
            return {key.text: _said(value, expressions, known) for key, value in node.entries}


def _remarks_of(written: Written) -> Counter[str]:
    return Counter(comment.text for comment in written.comments)
