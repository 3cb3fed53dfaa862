"""What certainly holds where something else does: narrower filters, nearer windows, larger counts.

Says yes only where it is certain; two conditions of which it says no may still follow from one another.
"""

from __future__ import annotations

from rubricate.linting.formulas import Formulas

__all__ = ["Entailment"]

_PLACES = slice(3, 8)
"""Where the fields, the edge, the number, the unit and the negation of a place stand in its formula."""


class Entailment:
    """Answers for the formulas of one ruleset, each question once."""

    def __init__(self, formulas: Formulas) -> None:
        self._formulas = formulas
        self._within: dict[tuple[int, int], bool] = {}

    def key(self, number: int) -> int:
        """The same for formulas of which one may entail the other: what their sets are parts of."""
        form = self._formulas.form(number)
        if form[0] in ("compare", "member"):
            subject = form[1]
            assert isinstance(subject, int)
            inner = self._formulas.form(subject)
            return self._origin(inner[2]) if inner[:2] == ("value", "count") and isinstance(inner[2], int) else subject
        return number

    def entails(self, one: int, other: int) -> bool:
        """Whether the other formula holds on every record on which the first one does."""
        if one == other:
            return True
        mine, its = self._formulas.form(one), self._formulas.form(other)
        match mine, its:
            case ("compare", int(subject), str(operator), value), ("compare", int(wide), str(also), limit):
                if subject == wide:
                    return _compares(operator, value, also, limit)
                return (
                    self._is_some(mine) and (also, limit) == (">=", 1.0) and self._is_some(its)
                    and self._is_within(self._counted(subject), self._counted(wide))
                )  # fmt: skip
            case ("member", int(subject), frozenset() as values, True), (
                "member",
                int(wide),
                frozenset() as more,
                True,
            ):
                return subject == wide and values <= more
            case ("compare", int(subject), "==", value), ("member", int(wide), frozenset() as more, True):
                return subject == wide and value in more
            case _:
                return False

    def _is_some(self, form: tuple[object, ...]) -> bool:
        """Whether a comparison asks for at least one match of a set."""
        inner = self._formulas.form(form[1])  # type: ignore[arg-type]  # a formula
        value = form[3]
        if inner[:2] != ("value", "count") or not isinstance(value, float):
            return False
        return (form[2] in (">=", "==") and value >= 1) or (form[2] == ">" and value >= 0)

    def _counted(self, subject: int) -> int:
        return self._formulas.form(subject)[2]  # type: ignore[return-value]  # the set that is counted

    def _origin(self, matches: int) -> int:
        while (base := self._formulas.base(matches)) is not None:
            matches = base
        return matches

    def _is_within(self, one: int, other: int) -> bool:
        """Whether each match of one set is a match of the other."""
        known = self._within.get((one, other))
        if known is None:
            self._within[one, other] = False
            known = self._within[one, other] = self._compare_sets(one, other)
        return known

    def _compare_sets(self, one: int, other: int) -> bool:
        if one == other:
            return True
        mine, its = self._formulas.form(one), self._formulas.form(other)
        match its:
            case ("set", "Or", *items) | ("set", "group", "any", tuple(items)):
                if any(self._is_within(one, item) for item in items):  # type: ignore[arg-type]  # formulas
                    return True
            case ("set", kind, *_) if kind == mine[1] and mine[0] == "set" and self._is_narrower(mine, its):
                return True
        base = self._formulas.base(one)
        return base is not None and self._is_within(base, other)

    def _is_narrower(self, mine: tuple[object, ...], its: tuple[object, ...]) -> bool:
        """Whether one filtered set lies within another one that is filtered in the same way."""
        match mine, its:
            case (_, "Relation", int(a), kind, int(b), near, no), (_, "Relation", int(x), other, int(y), far, also):
                if kind != other or no != also or not self._is_within(a, x):
                    return False
                return (
                    self._is_within(y, b) and _reaches(far, near)
                    if no
                    else self._is_within(b, y) and _reaches(near, far)
                )
            case (_, "InPlace", int(a), *_), (_, "InPlace", int(x), *_):
                return self._is_within(a, x) and _is_inside(mine[_PLACES], its[_PLACES])
            case (_, "InContext", int(a), *how), (_, "InContext", int(x), *also):
                return how == also and self._is_within(a, x)
            case (_, "Where", int(a), int(how)), (_, "Where", int(x), int(also)):
                return self._is_within(a, x) and self.entails(how, also)
            case _:
                return False


def _reaches(near: object, far: object) -> bool:
    """Whether whatever lies within one distance lies within the other."""
    match near, far:
        case (int(number), str(unit)), (int(more), str(also)):
            return unit == also and number <= more
        case _:
            return near == far


def _is_inside(mine: tuple[object, ...], its: tuple[object, ...]) -> bool:
    """Whether one place is a part of the other; of places to be left out, the other way round."""
    if mine[4] != its[4]:
        return False
    small, large = (its, mine) if mine[4] else (mine, its)
    fields, within = small[0], large[0]
    assert isinstance(fields, tuple)
    assert isinstance(within, tuple)
    if within and not (fields and set(fields) <= set(within)):
        return False
    if large[1] is None:
        return True
    if fields != within:  # where no field is named, the edge is that of each one
        return False
    numbers = isinstance(small[2], int) and isinstance(large[2], int) and small[2] <= large[2]
    return numbers and (small[1], small[3]) == (large[1], large[3])


def _compares(operator: str, value: object, also: str, limit: object) -> bool:
    """Whether one comparison of a number holds wherever another one does."""
    if not isinstance(value, float) or not isinstance(limit, float):
        return operator == "==" and also == "!=" and value != limit
    match operator, also:
        case (">=" | "==" | ">", ">="):
            return value >= limit
        case (">", ">"):
            return value >= limit
        case (">=" | "==", ">"):
            return value > limit
        case ("<=" | "==" | "<", "<="):
            return value <= limit
        case ("<", "<"):
            return value <= limit
        case ("<=" | "==", "<"):
            return value < limit
        case ("==", "!="):
            return value != limit
        case _:
            return False
