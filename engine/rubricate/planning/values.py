"""Numbers, texts and comparisons of the language as functions over a frame. Unknown is None throughout."""

from __future__ import annotations

import datetime
import operator
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, cast

from rubricate.errors import PluginError
from rubricate.language import tree
from rubricate.language.calls import is_written_date
from rubricate.language.imaging import asks_image, image_property_of
from rubricate.language.types import Scope
from rubricate.model.document import Folder
from rubricate.model.match import Match
from rubricate.model.table import Rows, Table
from rubricate.planning.boxed import apart
from rubricate.planning.frame import Frame, OpenMatches
from rubricate.planning.logic import Matches, Truth
from rubricate.texts.patterns import compile_slashed

__all__ = ["Value", "ValueCompiler", "folded_value", "non_overlapping"]

Value: TypeAlias = "Callable[[Frame], object]"

COMPARISONS: Mapping[str, Callable[[Any, Any], object]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
}  # fmt: skip
DEEPEST = 100
"""So many lists and objects within one another are no value any more."""
SECONDS = 2.0
"""How long a pattern that is compared with may look at one text."""

CLASS_COLUMNS = ("class", "label")
"""What `score(m, "spam")` goes by: the class that a model gives, or the column of a table that votes."""


def folded_value(text: str) -> str:
    """A text without case, white space and punctuation, for `fold(x) == fold(y)`; accents and signs stay.

    >>> folded_value("Big-Kettle!") == folded_value("big kettle"), folded_value("C++") == folded_value("C")
    (True, False)
    """
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return "".join(ch for ch in folded if not ch.isspace() and unicodedata.category(ch)[0] != "P")


def non_overlapping(matches: Sequence[Match]) -> list[Match]:
    """Matches of which no two share text, per field leftmost first, at equal starts the longest."""
    kept: list[Match] = []
    ends: dict[str, int] = {}
    for match in sorted(matches, key=lambda match: (match[1], match[2], -match[3])):
        if match[2] >= ends.get(match[1], 0):
            kept.append(match)
            ends[match[1]] = match[3]
    return kept


class ValueCompiler:
    """Compiles the parts that give values; its subclass compiles truth and matches."""

    def __init__(
        self,
        scope: Scope,
        *,
        tables: Mapping[str, Table],
        normalisers: Mapping[str, Callable[..., object]],
        fold: Folder,
    ) -> None:
        self.scope = scope
        self.fold = fold
        self.tables = tables
        """Matcher -> the table that its matches take columns from."""
        self.normalisers = normalisers
        self._let_values: dict[str, Value] = {}
        self.label_state: Callable[[str, str], Truth] = _no_labels
        """(function, label) -> truth; set by the planner, which knows how labels are decided."""

    def truth(self, node: tree.Node) -> Truth:
        """Given by the subclass."""
        raise NotImplementedError

    def matches(self, node: tree.Node) -> Matches:
        """Given by the subclass."""
        raise NotImplementedError

    def value(self, node: tree.Node) -> Value:
        """The reading as a number, text, date, list or truth value."""
        match node:
            case tree.Number():
                return _constant(node.value)
            case tree.Learned():
                return _constant(node.number)
            case tree.String():
                return _constant(node.text)
            case tree.ListOf():
                parts = [self.value(item) for item in node.items]
                return lambda frame: [part(frame) for part in parts]
            case tree.Doc() | tree.Column() if asks_image(node, self.scope):
                return self._image(node)
            case tree.Doc():
                return self._doc(node.field)
            case tree.It() if node.column is not None:
                return self._column_at_hand(node.column)
            case tree.Compare():
                return self._compare(node)
            case tree.Exists():
                item = self.value(node.item)
                return lambda frame: item(frame) is not None
            case tree.Call():
                return self._call(node)
            case tree.Arithmetic():
                return _arithmetic(node.operator, self.value(node.left), self.value(node.right))
            case tree.Negative():
                number = self.value(node.item)
                return lambda frame: None if (found := number(frame)) is None else -cast("float", found)
            case tree.Choice():
                return self._choice(node)
            case tree.Name() if node.name in self.scope.lets:
                return self._let_value(node.name)
            case _:
                return self.truth(node)

    def _let_value(self, name: str) -> Value:
        """A let read as a value, worked out once a record: lets may name others many times, and those others again."""
        known = self._let_values.get(name)
        if known is not None:
            return known
        compiled = self.value(cast("tree.Node", self.scope.lets[name].tree))
        key = f"value {name}"

        def read(frame: Frame) -> object:
            cache = frame.cache
            if key in cache:
                return cache[key]
            found = cache[key] = compiled(frame)
            return found

        self._let_values[name] = read
        return read

    def column(self, name: str) -> Callable[[Frame, Match], object]:
        """A function that reads a column of a match; None when it has none."""
        if name == "text":
            return lambda frame, match: frame.text(match)
        if name == "field":
            return lambda _frame, match: match[1]
        if name == "score":
            return lambda _frame, match: match[4]
        tables = self.tables
        cells: dict[str, Sequence[object]] = {}  # matcher -> the column, row by row

        def read(_frame: Frame, match: Match) -> object:
            entry = match[5]
            if isinstance(entry, int):
                column = cells.get(match[0])
                if column is None:
                    column = cells[match[0]] = _cells(tables[match[0]], name)
                return column[entry]
            return None if entry is None else entry.get(name)

        return read

    def _doc(self, field: str) -> Value:
        if field in self.scope.meta:
            return lambda frame: frame.document.meta.get(field)
        if field in self.scope.derived:
            return lambda frame: _of_region(frame, field)
        return lambda frame: frame.document.clean.get(field)

    def _image(self, node: tree.Node) -> Value:
        """What is asked of an image; unknown where the record has none there."""
        name, asked = image_property_of(node, self.scope) or ("", "")
        if not asked:
            return lambda frame: frame.document.pictures.get(name)

        def read(frame: Frame) -> object:
            picture = frame.document.pictures.get(name)
            return None if picture is None else getattr(picture, asked)

        return read

    def _column_at_hand(self, name: str) -> Value:
        read = self.column(name)
        return lambda frame: None if frame.it is None else read(frame, frame.it)

    def _compare(self, node: tree.Compare) -> Value:
        left = self.value(node.left)
        if node.operator == "matches":
            return _search(left, cast("tree.Regex", node.right))
        right = self.value(node.right)
        if node.operator == "contains":
            return _known(left, right, lambda a, b: b in a)  # type: ignore[operator]  # types were checked
        if node.operator == "in":
            return _known(left, right, _is_among)
        if node.operator == "not in":
            return _known(left, right, lambda a, b: None if (found := _is_among(a, b)) is None else not found)
        return _known(left, right, COMPARISONS[node.operator])

    def _choice(self, node: tree.Choice) -> Value:
        condition = self.truth(node.condition)
        value, otherwise = self.value(node.value), self.value(node.otherwise)

        def choose(frame: Frame) -> object:
            holds = condition(frame)
            if holds is None:
                return None
            return value(frame) if holds else otherwise(frame)

        return choose

    def _call(self, node: tree.Call) -> Value:
        name, arguments = node.name, node.arguments
        if name in ("label", "uncertain"):
            return self.label_state(name, cast("tree.String", arguments[0]).text)
        if is_written_date(node):
            return _constant(datetime.date.fromisoformat(cast("tree.String", arguments[0]).text))
        if name == "fold":
            text = self.value(arguments[0])
            return lambda frame: None if (found := text(frame)) is None else folded_value(str(found))
        if name == "count":
            return self._count(arguments[0])
        if name == "distinct":
            return self._distinct(arguments[0])
        if name in AGGREGATES:
            return self._aggregate(name, cast("tree.Column", arguments[0]))
        if name == "score":
            return self._score(node)
        return _normalised(name, self.normalisers[name], [self.value(argument) for argument in arguments])

    def _count(self, node: tree.Node) -> Value:
        if isinstance(node, tree.Name) and node.name in ("words", "lines", "sentences"):
            unit = node.name
            if unit not in self.scope.segment:
                return lambda frame: sum(len(frame.segmented(unit, field)) for field in frame.document.clean)
        if isinstance(node, tree.Column):
            node = tree.Name(node.name)
        matches = self.matches(node)

        def count(frame: Frame) -> object:
            found = matches(frame)
            if isinstance(found, OpenMatches):
                return None
            pictures = frame.document.pictures
            return len(apart(found, pictures) if pictures else non_overlapping(found))

        return count

    def _distinct(self, node: tree.Node) -> Value:
        name, node = (node.column, tree.Name(node.name)) if isinstance(node, tree.Column) else ("text", node)
        matches, read, fold = self.matches(node), self.column(name), self.fold

        def distinct(frame: Frame) -> object:
            found = matches(frame)
            if not found or isinstance(found, OpenMatches):
                return None
            values = (read(frame, match) for match in found)
            return len({fold(value)[0] if isinstance(value, str) else value for value in values if value is not None})

        return distinct

    def _aggregate(self, name: str, column: tree.Column) -> Value:
        matches, read, fold = self.matches(tree.Name(column.name)), self.column(column.column), AGGREGATES[name]

        def aggregate(frame: Frame) -> object:
            found = matches(frame)
            if isinstance(found, OpenMatches):
                return None
            numbers = [value for match in found if (value := read(frame, match)) is not None]
            return fold(cast("list[float]", numbers)) if numbers or name == "sum" else None

        return aggregate

    def _score(self, node: tree.Call) -> Value:
        matches, columns = self.matches(node.arguments[0]), [self.column(name) for name in CLASS_COLUMNS]
        wanted = cast("tree.String", node.arguments[1]).text if len(node.arguments) == 2 else None

        def best(frame: Frame) -> object:
            scores = [
                match[4]
                for match in matches(frame)
                if match[4] is not None and (wanted is None or any(read(frame, match) == wanted for read in columns))
            ]
            return max(scores) if scores else None

        return best


def _cells(table: Table, column: str) -> Sequence[object]:
    """A column of a table, row by row."""
    rows = table.rows
    if isinstance(rows, Rows) and column in rows.names:
        return rows.columns[rows.names.index(column)]
    return [table.cell(row, column) for row in range(len(rows))]


def _normalised(name: str, function: Callable[..., object], parts: Sequence[Value]) -> Value:
    """A normaliser's value; what it raises, and a value that JSON does not have, names it and the record."""

    def call(frame: Frame) -> object:
        given = [part(frame) for part in parts]
        try:
            found = function(*given)
        except (Exception, SystemExit) as error:  # foreign code may raise anything
            raise PluginError(name, f"{type(error).__name__}: {error}", record=frame.document.id) from error
        if not _is_json(found):
            detail = f"gave a value of type {type(found).__name__} that cannot be written as JSON"
            raise PluginError(name, detail, record=frame.document.id)
        return found

    return call


def _is_json(value: object, depth: int = 0) -> bool:
    """Whether a value is a text, a number within 64 bits, a truth value, None, or a list or object of those."""
    if value is None or isinstance(value, bool) or type(value) is float:
        return True
    if type(value) is str:
        return value.isascii() or not any("\ud800" <= ch <= "\udfff" for ch in value)
    if type(value) is int:
        return -(2**63) <= value < 2**64
    if depth == DEEPEST:
        return False
    if type(value) is list:
        return all(_is_json(each, depth + 1) for each in value)
    return type(value) is dict and all(
        type(key) is str and _is_json(key) and _is_json(each, depth + 1) for key, each in value.items()
    )


def _mean(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers)


AGGREGATES: Mapping[str, Callable[[list[float]], float]] = {"sum": sum, "max": max, "min": min, "mean": _mean}


def _no_labels(_function: str, _label: str) -> Truth:
    return lambda _frame: None


def _constant(value: object) -> Value:
    return lambda _frame: value


def _known(left: Value, right: Value, function: Callable[[object, object], object]) -> Value:
    def compare(frame: Frame) -> object:
        a = left(frame)
        if a is None:
            return None
        b = right(frame)
        return None if b is None else function(a, b)

    return compare


def _arithmetic(sign: str, left: Value, right: Value) -> Value:
    function = ARITHMETIC[sign]

    def compute(frame: Frame) -> object:
        a, b = left(frame), right(frame)
        if a is None or b is None or (sign == "/" and b == 0):
            return None
        return function(cast("float", a), cast("float", b))

    return compute


def _is_among(value: object, items: object) -> bool | None:
    """Whether a value is one of a list; unknown where one that is unknown could be it."""
    found = cast("Sequence[object]", items)
    return True if value in found else None if None in found else False


def _of_region(frame: Frame, name: str) -> str | None:
    region = frame.document.regions.get(name)
    return None if region is None else frame.document.clean[region[0]][region[1] : region[2]]


def _search(left: Value, pattern: tree.Regex) -> Value:
    search = compile_slashed(f"/{pattern.pattern}/{pattern.flags}").search

    def found(frame: Frame) -> object:
        text = left(frame)
        if text is None:
            return None
        try:
            return search(str(text), timeout=SECONDS) is not None
        except TimeoutError:
            detail = f"matches /{pattern.pattern}/ took longer than {SECONDS:g} s: it backtracks without end"
            raise PluginError("matches", detail, record=frame.document.id, reason="regex_timeout") from None

    return found
