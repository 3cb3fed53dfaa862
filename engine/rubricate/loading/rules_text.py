"""The text form of rules: a `.rules` file as the same tree of nodes that YAML gives, with exact places.

A file holds statements, a line each; lines that are indented further go on with the one before. `rule` and `group`
open what `end` closes. Expressions are handed on as they stand; their line breaks are spaces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rubricate.loading.expression_pieces import has_open_literal, pieces
from rubricate.loading.findings import Findings
from rubricate.loading.rules_text_expressions import read_expression
from rubricate.loading.rules_text_headers import read_header
from rubricate.loading.rules_text_keys import EXAMPLE_KEYS, GROUP_KEYS, RULE_KEYS, read_key, read_test
from rubricate.loading.rules_text_lines import EXPRESSIONS, HEADERS, Comment, Lines, Statement, cut
from rubricate.loading.rules_text_mistakes import RulesTextError
from rubricate.loading.rules_text_values import hole
from rubricate.loading.source import Source
from rubricate.loading.wording import quoted
from rubricate.loading.yaml_tree import Mapping, Node, Scalar, Sequence
from rubricate.model.problem import Note

__all__ = ["RulesText", "read_rules"]

MAX_STATEMENTS = 100_000
MAX_GROUPS = 20
"""How deep groups stand in one another."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_LET = re.compile(r"[ \t]+(?P<name>[^\s=:\"'()\[\],]+)?[ \t]*(?P<sign>=(?!=)|[^\s\w\"']*)")
_NOT_HERE = frozenset(
    {
        "accept", "cascade", "conflicts", "contexts", "decide", "dictionaries", "fold", "format", "guideline",
        "include", "labels", "lets", "matchers", "otherwise", "owners", "prepare", "record", "requires", "review",
        "rules", "ruleset", "tests", "title", "version",
    }
)  # fmt: skip
_IN_HEADER = frozenset({"group", "id", "label", "label_from", "title"})
_JOINING = frozenset({"after", "and", "before", "else", "exists", "if", "in", "inside", "is", "near", "or", "overlaps",
                      "where", "within", ")", "]"})  # fmt: skip
_UNFINISHED = _JOINING.difference({")", "]", "exists"}) | {","}


@dataclass(frozen=True, slots=True)
class RulesText:
    """What a `.rules` file holds."""

    root: Mapping
    """`let`, `rules` and `tests`, as far as they are there."""
    comments: tuple[Comment, ...]
    """In the order of the file."""


@dataclass(slots=True)
class _Block:
    """A rule or group that is being read."""

    statement: Statement
    id: Scalar
    entries: list[tuple[Scalar, Node]]
    rules: list[Node] = field(default_factory=list)
    """Of a group."""
    rules_key: Scalar | None = None
    examples: dict[str, list[Node]] = field(default_factory=dict)


def read_rules(source: Source, findings: Findings) -> RulesText:
    """The tree of a `.rules` file; what cannot be read is reported, and reading goes on with the next line."""
    return _Reader(source, findings).read()


class _Reader:
    def __init__(self, source: Source, findings: Findings) -> None:
        self.source = source
        self.findings = findings
        self.comments: list[Comment] = []
        self.blocks: list[_Block] = []
        self.parts: dict[str, tuple[Scalar, list[Node], list[tuple[Scalar, Node]]]] = {}
        """Key of the ruleset -> the key, its items, its entries."""
        self.last: Statement | None = None

    def read(self) -> RulesText:
        """Reads the whole file."""
        lines = cut(self.source)
        self.comments += lines.comments
        self._signs(lines)
        for statement in lines.statements:
            if len(self.parts.get("rules", ("", []))[1]) > MAX_STATEMENTS:
                self.findings.add("R006", "the file holds too many rules", self.source.location(statement.start))
                break
            try:
                self._statement(statement)
            except RulesTextError as error:
                self._report(error)
            self.last = statement
        while self.blocks:
            self._unclosed()
        return RulesText(self._root(), tuple(sorted(self.comments, key=lambda each: each.start)))

    def _signs(self, lines: Lines) -> None:
        for at in lines.tabs:
            self._report(RulesTextError("tab", at, at + 1))
        for found in _CONTROL.finditer(self.source.text):
            code = f"U+{ord(found.group()):04X}"
            self._report(RulesTextError("control", found.start(), found.end(), code=code))

    def _report(self, error: RulesTextError) -> None:
        self.findings.add("R007", error.message, self.source.location(error.start, error.end), help=error.help)

    def _root(self) -> Mapping:
        entries: list[tuple[Scalar, Node]] = []
        for name, (key, items, pairs) in self.parts.items():
            if name == "let":
                entries.append((key, Mapping(entries=tuple(pairs), location=key.location)))
            else:
                entries.append((key, Sequence(items=tuple(items), location=key.location)))
        return Mapping(entries=tuple(entries), location=self.source.location(0))

    def _part(self, name: str, statement: Statement) -> tuple[Scalar, list[Node], list[tuple[Scalar, Node]]]:
        key = self._keyword(statement, name)
        return self.parts.setdefault(name, (key, [], []))

    def _keyword(self, statement: Statement, text: str | None = None) -> Scalar:
        text = statement.keyword if text is None else text
        return Scalar(text=text, value=text, source=self.source, start=statement.start, end=statement.rest)

    # -- statements ----------------------------------------------------------------------------------------

    def _statement(self, statement: Statement) -> None:
        match statement.keyword:
            case "rule" | "group":
                if self.blocks and not (self.blocks[-1].statement.keyword == "group" and len(self.blocks) < MAX_GROUPS):
                    self._unclosed()
                self._open(statement)
            case "end":
                self._end(statement)
            case "let" | "test":
                while self.blocks:
                    self._unclosed()
                self._let(statement) if statement.keyword == "let" else self._test(statement)
            case _ if self.blocks:
                self._key(statement, self.blocks[-1])
            case _:
                self._stray(statement)

    def _open(self, statement: Statement) -> None:
        key = self._keyword(statement, "id" if statement.keyword == "rule" else "group")
        found = read_header(self.source, statement, key)
        self.comments += found.comments
        for error in found.errors:
            self._report(error)
        self.blocks.append(_Block(statement, found.id, found.entries))
        if len(self.blocks) == 1:
            self._part("rules", statement)
        elif self.blocks[-2].rules_key is None:
            self.blocks[-2].rules_key = self._keyword(statement, "rules")

    def _end(self, statement: Statement) -> None:
        rest = self.source.text[statement.rest : statement.stop].strip()
        if rest.startswith("#"):
            at = self.source.text.index("#", statement.rest)
            about = self.blocks[-1].statement.start if self.blocks else None
            self.comments.append(Comment(at, rest, alone=False, about=about))
        elif rest:
            at = self.source.text.index(rest, statement.rest)
            self._report(RulesTextError("behind_end", at, at + len(rest), found=rest))
        if not self.blocks:
            raise RulesTextError("stray_end", statement.start, statement.rest)
        self._close()

    def _close(self) -> None:
        """Puts the innermost rule or group where it belongs."""
        block = self.blocks.pop()
        entries = list(block.entries)
        for name, items in block.examples.items():
            at = next(index for index, (key, _) in enumerate(entries) if key.text == name)
            entries[at] = (entries[at][0], Sequence(items=tuple(items), location=entries[at][0].location))
        if block.statement.keyword == "group":
            key = block.rules_key or self._keyword(block.statement, "rules")
            entries.append((key, Sequence(items=tuple(block.rules), location=key.location)))
        node = Mapping(entries=tuple(entries), location=block.id.location)
        (self.blocks[-1].rules if self.blocks else self.parts["rules"][1]).append(node)

    def _unclosed(self) -> None:
        block = self.blocks[-1]
        kind = block.statement.keyword
        if block.id.text:
            self._report(RulesTextError("no_end", block.statement.start, block.id.end, kind=kind, id=block.id.text))
        self._close()

    def _let(self, statement: Statement) -> None:
        pairs = self._part("let", statement)[2]
        found = _LET.match(self.source.text, statement.rest, statement.stop)
        if found is None or found["name"] is None or found["name"].startswith("#"):
            raise RulesTextError("let_name", statement.start, statement.rest)
        name = Scalar(
            text=found["name"],
            value=found["name"],
            source=self.source,
            start=found.start("name"),
            end=found.end("name"),
        )
        first = next((other for other, _ in pairs if other.text == name.text), None)
        if found["sign"] != "=":
            end = max(found.end(), found.end("name"))
            raise RulesTextError("let_sign", found.start("name"), end, last=name.text)
        value = self._expression(statement, found.end(), "let_empty")
        if first is None:
            pairs.append((name, value))
        else:
            self._twice(f"the name {quoted(name.text)}", name, first)

    def _test(self, statement: Statement) -> None:
        items = self._part("tests", statement)[1]
        node, comments = read_test(self.source, statement)
        self.comments += comments
        items.append(node)

    def _stray(self, statement: Statement) -> None:
        word, last = statement.keyword, self.last
        if word in _JOINING and last is not None and last.keyword in EXPRESSIONS:
            raise RulesTextError("not_indented", statement.start, statement.rest, keyword=last.keyword)
        if word in _NOT_HERE:
            raise RulesTextError("yaml_key", statement.start, statement.rest, found=word)
        if word == "-":
            raise RulesTextError("yaml_entry", statement.start, statement.rest)
        if word in RULE_KEYS or word in GROUP_KEYS:
            raise RulesTextError("outside", statement.start, statement.rest, found=word)
        if word.lower() in ("end", "group", "let", "rule", "test"):
            raise RulesTextError("capital", statement.start, statement.rest, found=word, small=word.lower())
        raise RulesTextError("no_statement", statement.start, statement.rest, found=word)

    # -- keys of rules and groups --------------------------------------------------------------------------

    def _key(self, statement: Statement, block: _Block) -> None:
        keyword = statement.keyword
        known = RULE_KEYS if block.statement.keyword == "rule" else GROUP_KEYS
        if keyword == "-":
            raise RulesTextError("yaml_entry", statement.start, statement.rest)
        if keyword not in known and not keyword.startswith("x-") and self._was_open(keyword):
            assert self.last is not None  # it was open
            raise RulesTextError("not_indented", statement.start, statement.rest, keyword=self.last.keyword)
        if keyword in _IN_HEADER:
            kind = block.statement.keyword
            raise RulesTextError("in_header", statement.start, statement.rest, keyword=keyword, kind=kind)
        key = self._keyword(statement)
        first = next((other for other, _ in block.entries if other.text == keyword), None)
        try:
            value = self._value(statement)
        except RulesTextError as error:
            self._report(error)
            value = hole(self.source, statement.start, statement.rest)
        if keyword in EXAMPLE_KEYS and isinstance(value, Sequence):
            items = block.examples.setdefault(keyword, [])
            items += value.items
        elif keyword in EXAMPLE_KEYS:
            block.examples.setdefault(keyword, [])
        elif first is not None:
            self._twice(f"the key {quoted(keyword)}", key, first)
            return
        if first is None:
            block.entries.append((key, value))

    def _value(self, statement: Statement) -> Node:
        if statement.keyword in EXPRESSIONS:
            return self._expression(statement, statement.rest, "empty")
        node, comments = read_key(self.source, statement)
        self.comments += comments
        return node

    def _expression(self, statement: Statement, start: int, empty: str) -> Scalar:
        text = self.source.text
        sign = re.compile(r"[ \t]*([:=])(?!=)").match(text, start, statement.stop) if empty == "empty" else None
        if sign is not None:
            keyword = statement.keyword
            raise RulesTextError("sign", sign.start(1), sign.end(1), found=sign[1], keyword=keyword)
        found, comments = read_expression(self.source, start, statement.stop, numbers=statement.keyword == "confidence")
        self.comments += comments
        if found is None:
            wanted = "a number or an expression" if statement.keyword == "confidence" else "a condition"
            raise RulesTextError(empty, statement.start, statement.rest, keyword=statement.keyword, wanted=wanted)
        return found

    def _was_open(self, keyword: str) -> bool:
        """Whether the expression before this line was not at its end, or this word goes on with one."""
        last = self.last
        if last is None or last.keyword not in EXPRESSIONS or last.keyword in HEADERS:
            return False
        if keyword in _JOINING:
            return True
        words = [
            each for each in pieces(self.source.text, last.rest, last.stop) if each.kind not in ("space", "comment")
        ]
        signs = [each.text for each in words if each.kind == "sign"]
        if signs.count("(") > signs.count(")") or has_open_literal(self.source.text, last.rest, last.stop):
            return True
        return bool(words) and words[-1].kind in ("word", "sign") and words[-1].text in _UNFINISHED

    def _twice(self, what: str, second: Scalar, first: Scalar) -> None:
        note = Note(first.location, "it stands here first")
        self.findings.add("R003", f"{what} stands twice", second.location, help="remove one of them", notes=(note,))
