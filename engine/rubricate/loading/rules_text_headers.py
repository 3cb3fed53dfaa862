"""The line that opens a rule or group: its id, title and label."""

from __future__ import annotations

from dataclasses import dataclass, field

from rubricate.loading.rules_text_expressions import read_expression
from rubricate.loading.rules_text_lines import Comment, Statement
from rubricate.loading.rules_text_mistakes import RulesTextError
from rubricate.loading.rules_text_values import Token, Values, hole, word_node
from rubricate.loading.source import Source
from rubricate.loading.yaml_tree import Node, Scalar

__all__ = ["Header", "read_header"]

_OWN_LINES = frozenset(
    {"cites", "confidence", "emit", "hit", "miss", "only", "priority", "status", "uncertain", "value", "when"}
)
"""Keys that stand below the line that a rule begins with."""


@dataclass(slots=True)
class Header:
    """What such a line holds, as far as it can be read."""

    id: Scalar
    entries: list[tuple[Scalar, Node]]
    comments: list[Comment] = field(default_factory=list)
    errors: list[RulesTextError] = field(default_factory=list)


def read_header(source: Source, statement: Statement, key: Scalar) -> Header:
    """Reads `rule ID "title" => LABEL`; `key` is the key that the id stands under."""
    values = Values(source, statement.rest, statement.stop)
    nothing = hole(source, statement.start, statement.rest)
    header = Header(nothing, [(key, nothing)])
    try:
        _read(source, statement, values, header)
    except RulesTextError as error:
        header.errors.append(error)
        header.entries += [(_key(source, "label", error.start, error.end), hole(source, error.start, error.end))]
        if any(each.text in ("label", "label_from") for each, _ in header.entries[:-1]):
            header.entries.pop()
    header.comments += values.comments
    return header


def _read(source: Source, statement: Statement, values: Values, header: Header) -> None:
    keyword = statement.keyword
    token = values.peek()
    if token.kind != "word":
        raise RulesTextError("no_id", statement.start, statement.rest, keyword=keyword)
    values.take()
    header.id = word_node(source, token, typed=False)
    header.entries[0] = (header.entries[0][0], header.id)
    if values.peek().kind == "string":
        title = values.take()
        header.entries.append((_key(source, "title", title.start, title.end), values.text(title)))
    token = values.peek()
    if token.kind == "end":
        return
    if token.kind == "word" and not token.text.startswith(("-", "=", ">")):
        raise _bare_word(source, statement, values, header.id.text)
    if token.kind != "arrow":
        raise RulesTextError("no_arrow", token.start, token.end, found=token.text)
    values.take()
    _label(source, statement, values, header, token)


def _bare_word(source: Source, statement: Statement, values: Values, id: str) -> RulesTextError:
    """A word where a title or an arrow is wanted: several are a title, one alone is a label."""
    token = values.take()
    words = {"keyword": statement.keyword, "id": id}
    if values.peek().kind == "end":
        return RulesTextError("arrow_missing", token.start, token.end, found=token.text, **words)
    return RulesTextError("title_quotes", token.start, statement_end(source, statement), **words)


def _label(source: Source, statement: Statement, values: Values, header: Header, arrow: Token) -> None:
    token = values.peek()
    if token.kind == "end":
        raise RulesTextError("no_label", arrow.start, arrow.end)
    if token.text == "from":
        values.take()
        found, comments = read_expression(source, token.end, statement.stop)
        header.comments += comments
        if found is None:
            raise RulesTextError("no_from", token.start, token.end)
        values.skip()
        header.entries.append((_key(source, "label_from", token.start, token.end), found))
        return
    label = values.value(typed=False)
    header.entries.append((_key(source, "label", arrow.start, arrow.end), label))
    token = values.peek()
    if token.kind == "string" and isinstance(label, Scalar):
        raise RulesTextError("title_late", token.start, token.end, keyword=statement.keyword, id=header.id.text)
    if token.kind == "word" and token.text in _OWN_LINES:
        raise RulesTextError("own_line", token.start, token.end, found=token.text)
    if token.kind == "word":
        raise RulesTextError("label_quotes", token.start, token.end)
    if token.kind != "end":
        raise RulesTextError("no_arrow", token.start, token.end, found=token.text)


def statement_end(source: Source, statement: Statement) -> int:
    """The end of the first line of a statement."""
    return source.line_end(source.line_of(statement.start))


def _key(source: Source, name: str, start: int, end: int) -> Scalar:
    return Scalar(text=name, value=name, source=source, start=start, end=end)
