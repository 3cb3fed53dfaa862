"""What stands behind the keywords of a rule that hold no expression: sections, examples, states; and tests."""

from __future__ import annotations

from rubricate.loading.rules_text_lines import Comment, Statement
from rubricate.loading.rules_text_mistakes import RulesTextError
from rubricate.loading.rules_text_values import Token, Values, mapping_of, word_node
from rubricate.loading.source import Source
from rubricate.loading.wording import nearest
from rubricate.loading.yaml_tree import Mapping, Node, Scalar, Sequence

__all__ = ["EXAMPLE_KEYS", "GROUP_KEYS", "LIST_KEYS", "RULE_KEYS", "read_key", "read_test"]

EXAMPLE_KEYS = ("hit", "miss", "uncertain", "todo_hit", "todo_miss")
LIST_KEYS = ("cites", "supersedes")
RULE_KEYS = frozenset({*EXAMPLE_KEYS, *LIST_KEYS, "confidence", "emit", "priority", "status", "value", "when"})
GROUP_KEYS = frozenset({"cites", "confidence", "only"})

_WANTED = {
    **dict.fromkeys(EXAMPLE_KEYS, "a text in quotes or a record in braces"),
    **dict.fromkeys(LIST_KEYS, "ids between commas"),
    "test": "a text in quotes or a record in braces",
}


def read_key(source: Source, statement: Statement) -> tuple[Node, list[Comment]]:
    """The value of a key, and the comments in it; of an example key the examples of this one line."""
    values = Values(source, statement.rest, statement.stop)
    token = _first(values, statement)
    keyword = statement.keyword
    if keyword in EXAMPLE_KEYS:
        node: Node = _examples(source, values, statement)
    elif keyword in LIST_KEYS:
        items = values.items()
        node = Sequence(items=items, flow=True, location=source.location(token.start, values.at))
        _nothing_more(values, "value_quotes")
    elif keyword in RULE_KEYS or keyword.startswith("x-"):
        node = values.value(typed=keyword != "status")
        _nothing_more(values, "value_quotes")
    else:
        return _unknown(source, statement, token), []
    return node, values.comments


def read_test(source: Source, statement: Statement) -> tuple[Node, list[Comment]]:
    """A test at the top of a file: a record, and what is expected of it."""
    values = Values(source, statement.rest, statement.stop)
    first = _first(values, statement)
    record = _record(values, statement)
    entries = _entries(source, record, first)
    token = values.peek()
    if token.kind != "end":
        if token.text != "expect":
            raise _behind(token, "expect" if token.text == "=>" or _is_near(token, "expect") else None)
        values.take()
        if values.peek().kind == "end":
            raise RulesTextError("no_expectation", token.start, token.end)
        entries.append((_key(source, "expect", token), _expectation(values)))
        _nothing_more(values, "value_quotes")
    return mapping_of(source, entries, statement.start, statement.rest), values.comments


def _first(values: Values, statement: Statement) -> Token:
    token = values.peek()
    keyword = statement.keyword
    if token.text in (":", "=", "=>") and token.start <= statement.rest + 1:
        raise RulesTextError("sign", token.start, token.end, found=token.text, keyword=keyword)
    if token.text == "-" or token.text.startswith("- "):
        raise RulesTextError("yaml_entry", token.start, token.end)
    if token.kind == "end":
        wanted = _WANTED.get(keyword, "a value")
        raise RulesTextError("empty", statement.start, statement.rest, keyword=keyword, wanted=wanted)
    return token


def _examples(source: Source, values: Values, statement: Statement) -> Sequence:
    """The example of a line; `[]` says that there is none."""
    token = values.peek()
    if token.text == "[":
        found = values.value(typed=True)
        if isinstance(found, Sequence) and not found.items:
            _nothing_more(values, "one_a_line")
            return found
        raise RulesTextError("text_quotes", token.start, token.end, keyword=statement.keyword)
    record = _record(values, statement)
    behind = values.peek()
    if behind.kind == "end":
        return Sequence(items=(record,), location=record.location)
    if behind.text != "because":
        raise _behind(behind, "because" if _is_near(behind, "because") else None)
    values.take()
    reason = _reason(source, values, behind)
    entries = _entries(source, record, token)
    entries.append((_key(source, "because", behind), reason))
    node = mapping_of(source, entries, token.start, behind.start)
    return Sequence(items=(node,), location=node.location)


def _record(values: Values, statement: Statement) -> Node:
    token = values.peek()
    if token.kind != "string" and token.text != "{":
        raise RulesTextError("text_quotes", token.start, token.end, keyword=statement.keyword)
    return values.value(typed=True)


def _reason(source: Source, values: Values, because: Token) -> Scalar:
    token = values.take()
    if token.kind not in ("word", "string"):
        raise RulesTextError("no_reason", because.start, because.end)
    reason = values.text(token) if token.kind == "string" else word_node(source, token, typed=False)
    _nothing_more(values, "reason_quotes")
    return reason


def _expectation(values: Values) -> Node:
    """A label alone, or the decision of each label."""
    token = values.peek()
    if token.text == "{":
        return values.value(typed=False)
    at, comments = values.at, list(values.comments)
    alone = values.value(typed=False)
    if values.peek().kind == "end":
        return alone
    again = Values(values.source, at, values.stop)
    again.comments = comments
    pairs = again.pairs()
    values.comments = again.comments
    values.skip()
    return pairs


def _entries(source: Source, record: Node, token: Token) -> list[tuple[Scalar, Node]]:
    """The fields of a record; a text alone is the field `text`."""
    return list(record.entries) if isinstance(record, Mapping) else [(_key(source, "text", token), record)]


def _behind(token: Token, near: str | None) -> RulesTextError:
    if near is None:
        return RulesTextError("one_a_line", token.start, token.end, found=token.text)
    return RulesTextError("near_word", token.start, token.end, found=token.text, near=near)


def _is_near(token: Token, word: str) -> bool:
    return token.kind == "word" and nearest(token.text, [word]) is not None


def _nothing_more(values: Values, name: str) -> None:
    token = values.peek()
    if token.kind != "end":
        raise RulesTextError(name, token.start, token.end, found=token.text)


def _unknown(source: Source, statement: Statement, token: Token) -> Scalar:
    """The value of a key that means nothing; the check of the structure says so."""
    line_end = source.line_end(source.line_of(token.start))
    end = token.start + len(source.text[token.start : min(line_end, statement.stop)].rstrip())
    text = source.text[token.start : end]
    return Scalar(text=text, value=text, source=source, start=token.start, end=end)


def _key(source: Source, name: str, token: Token) -> Scalar:
    return Scalar(text=name, value=name, source=source, start=token.start, end=token.end)
