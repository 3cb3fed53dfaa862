"""Certain fixes, made in the texts of a ruleset: exact ranges are replaced, everything else stays as it is.

A fix is kept only if its problem is gone afterwards and no other has come.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from rubricate.loading.source import Source
from rubricate.model.problem import Edit, Fix, Problem

__all__ = ["Examine", "Fixed", "apply_edits", "fix_texts"]

_LINE_BREAK = re.compile(r"(?:\r\n|\r|\n)?")

MOST_ROUNDS = 20
"""A fix may bring another problem to light, which is then fixed too; this often at most."""

Examine: TypeAlias = "Callable[[Mapping[str, str]], Sequence[Problem]]"
"""Texts that stand in for files -> the problems of the ruleset."""


@dataclass(slots=True)
class Fixed:
    """What fixing changed."""

    texts: dict[str, str] = field(default_factory=dict)
    """Path -> new text, of the files that changed."""
    counts: Counter[str] = field(default_factory=Counter)
    """Path -> how many problems are gone."""


def fix_texts(texts: Mapping[str, str], examine: Examine) -> Fixed:
    """The texts of a ruleset's files with every certain fix made."""
    fixed = Fixed()
    now = dict(texts)
    refused: set[tuple[str, Fix]] = set()
    for _ in range(MOST_ROUNDS):
        before = examine(now)
        todo = [each for each in before if _is_certain(each, now) and (each.code, each.fix) not in refused]
        if not todo:
            break
        for group in (todo, *([each] for each in todo if len(todo) > 1)):
            after = _made(now, group, before, examine)
            if after is not None:
                fixed.counts.update(_path(each) for each in _apart(group))
                now = after
                break
            if len(group) == 1:
                refused.update((each.code, each.fix) for each in group if each.fix is not None)
    fixed.texts = {path: text for path, text in now.items() if text != texts[path]}
    return fixed


def apply_edits(text: str, path: str, edits: Iterable[Edit]) -> str:
    """A text with some of its ranges replaced."""
    source = Source(path, text)
    pieces: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.location.line, edit.location.column)):
        start = source.line_start(edit.location.line) + edit.location.column - 1
        pieces += [text[at:start], edit.text]
        at = start + edit.location.length
        if edit.whole_line:
            at += len(_LINE_BREAK.match(text, at)[0])  # type: ignore[index]  # it fits every text
    return "".join([*pieces, text[at:]])


def _is_certain(found: Problem, texts: Mapping[str, str]) -> bool:
    fix = found.fix
    return fix is not None and fix.safe and found.silenced is None and _path(found) in texts


def _path(found: Problem) -> str:
    assert found.fix is not None  # only those that have one are asked
    return found.fix.edits[0].location.path


def _apart(group: Sequence[Problem]) -> list[Problem]:
    """Those of a group whose edits do not run into one another, the first ones first."""
    kept: list[Problem] = []
    taken: list[tuple[str, int, int, int]] = []
    for each in group:
        assert each.fix is not None  # as above
        spans = [
            (edit.location.path, edit.location.line, edit.location.column, edit.location.column + edit.location.length)
            for edit in each.fix.edits
        ]
        if not any(_touch(one, other) for one in spans for other in taken):
            kept.append(each)
            taken += spans
    return kept


def _touch(one: tuple[str, int, int, int], other: tuple[str, int, int, int]) -> bool:
    return one[:2] == other[:2] and one[2] <= other[3] and other[2] <= one[3]


def _made(
    texts: Mapping[str, str], group: Sequence[Problem], before: Sequence[Problem], examine: Examine
) -> dict[str, str] | None:
    """The texts with the fixes of a group made; None if that does not help, or does harm."""
    kept = _apart(group)
    edits: dict[str, list[Edit]] = {}
    for each in kept:
        assert each.fix is not None  # as above
        edits.setdefault(_path(each), []).extend(each.fix.edits)
    after = {path: apply_edits(text, path, edits.get(path, ())) for path, text in texts.items()}
    found = examine(after)
    counted, left = _counted(before), _counted(found)
    gone = Counter((each.code, each.message) for each in kept)
    if any(left[key] > counted[key] - number for key, number in gone.items()):
        return None
    had_errors = any(each.is_error for each in before)
    new = left - counted
    # While there are errors, warnings are not looked for, so they cannot count as new.
    errors = {(each.code, each.message) for each in found if each.is_error}
    return None if any(key in errors or not had_errors for key in new) else after


def _counted(problems: Iterable[Problem]) -> Counter[tuple[str, str]]:
    return Counter((each.code, each.message) for each in problems)
