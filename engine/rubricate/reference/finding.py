"""What each matcher finds in a record, looked for term by term and place by place."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from rubricate.model.match import Match
from rubricate.model.ruleset import MatcherSpec
from rubricate.reference.known import Known
from rubricate.reference.numbering import leftmost_longest
from rubricate.texts.wordlike import is_whole_word

__all__ = ["find"]

FLAGS = {"a": regex.A, "i": regex.I, "m": regex.M, "s": regex.S, "x": regex.X}


def find(spec: MatcherSpec, known: Known) -> tuple[Match, ...]:
    """The matches of a matcher: what its kind finds in its fields, less what fails its check or is excepted."""
    found = [match for name in _fields(spec, known) for match in _find_in_field(spec, name, known)]
    kept = [match for match in found if _passes(spec, match, known) and not _is_excepted(spec, match, known)]
    return tuple(_take(spec, kept, _fields(spec, known)))


def _fields(spec: MatcherSpec, known: Known) -> list[str]:
    """The text fields that a matcher looks at, or the image fields: all, unless `fields` names some."""
    images = known.registry.matchers[spec.kind].images
    there = known.document.pictures if images else known.document.clean
    return [name for name in there if spec.fields is None or name in spec.fields]


def _find_in_field(spec: MatcherSpec, name: str, known: Known) -> list[Match]:
    kind = known.registry.matchers[spec.kind]
    if kind.literals is not None:
        return _terms_in(spec, name, known)
    if spec.kind == "regex" and spec.options.keys() <= {"pattern", "flags"}:
        return _patterns_in(spec, name, known)
    assert kind.compile is not None
    [found] = kind.compile([spec]).scan([known.document])
    return [match for match in found if match[1] == name]


def _terms_in(spec: MatcherSpec, name: str, known: Known) -> list[Match]:
    """Strings and dictionaries: whole words, case and Unicode form ignored. Each row of a table is a match.

    They stand in the order of the text, the longer first, then in the order of the table.
    """
    kind = known.registry.matchers[spec.kind]
    assert kind.literals is not None
    folded, back = known.document.folded(name)
    found: list[Match] = []
    for literal in kind.literals(spec):
        term = known.fold(literal.text)[0].strip()
        for start in range(len(folded)):
            end = start + len(term)
            if term and folded.startswith(term, start) and is_whole_word(folded, start, end):
                begin, finish = (start, end) if back is None else back.to_source(start, end)
                match: Match = (spec.name, name, begin, finish, None, literal.row)
                found += [match] if match not in found else []
    return sorted(found, key=lambda match: (match[2], -match[3], _row(match)))


def _patterns_in(spec: MatcherSpec, name: str, known: Known) -> list[Match]:
    """Regexes: each pattern from left to right in the text as written, or as folded with `fold: true`."""
    text, back = known.document.folded(name) if spec.fold else (known.document.clean[name], None)
    found: list[Match] = []
    for row, written in _patterns(spec):
        pattern = _compiled(written, spec)
        cells = spec.table.rows[row].cells if spec.table is not None and row is not None else {}
        for each in pattern.finditer(text):
            if each.start() == each.end():
                continue
            start, end = each.span() if back is None else back.to_source(*each.span())
            groups = {group: value for group, value in each.groupdict().items() if value is not None}
            found.append((spec.name, name, start, end, None, {**cells, **groups, "row": row}))
    return found


def _patterns(spec: MatcherSpec) -> list[tuple[int | None, str]]:
    """(row, pattern as written): the one of the matcher, or one for each row of its table."""
    if spec.table is None:
        return [(None, str(spec.options["pattern"]))]
    return [(number, term) for number, row in enumerate(spec.table.rows) for term in row.terms]


def _compiled(written: str, spec: MatcherSpec) -> regex.Pattern[str]:
    """A pattern in the dialect of `regex` (V0), Unicode-aware; between slashes it may carry its flags."""
    letters = str(spec.options.get("flags", ""))
    if spec.table is None and "flags" not in spec.options and written.startswith("/") and written.rfind("/") > 0:
        written, letters = written[1 : written.rfind("/")], written[written.rfind("/") + 1 :]
    flags = regex.V0
    for letter in letters:
        flags |= FLAGS[letter]
    return regex.compile(written, flags)


def _passes(spec: MatcherSpec, match: Match, known: Known) -> bool:
    """`check`: a test that the text of a match must pass."""
    return spec.check is None or known.registry.checks[spec.check].holds(known.text(match))


def _is_excepted(spec: MatcherSpec, match: Match, known: Known) -> bool:
    """`except`: a match whose text is a term of a table, folded alike, or holds one of its patterns, is none."""
    if spec.exceptions is None:
        return False
    if spec.exceptions.patterns:
        text = known.text(match)
        return any(regex.search(term, text, regex.V0) for row in spec.exceptions.rows for term in row.terms)
    terms = [known.fold(term)[0] for row in spec.exceptions.rows for term in row.terms]
    return known.fold(known.text(match))[0] in terms


def _take(spec: MatcherSpec, matches: Sequence[Match], fields: Sequence[str]) -> list[Match]:
    """`take`, per field: all; the first, which of a table is that of its first row; or leftmost the longest."""
    if spec.take == "all":
        return list(matches)
    if spec.take == "longest":
        places = [match[1:4] for match in leftmost_longest(matches)]
        return [match for match in matches if match[1:4] in places]
    firsts: list[Match] = []
    for name in fields:
        here = [match for match in matches if match[1] == name]
        firsts += sorted(here, key=lambda match: (_row(match), match[2], -match[3]))[:1]
    return firsts


def _row(match: Match) -> int:
    entry = match[5]
    row = entry if isinstance(entry, int) or entry is None else entry.get("row")
    return row if isinstance(row, int) else 0
