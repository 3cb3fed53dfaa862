"""Comments that silence a warning in place: `# allow R102: covered by the negatives`.

A silence covers the value that it stands beside or, alone on its line, the whole entry below it. It names codes of
warnings and says why; problems of a table or guideline are silenced where the ruleset names that file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from rubricate.linting.comments import Comment, Lines, comments_of
from rubricate.loading.source import Source
from rubricate.loading.wording import did_you_mean, quoted
from rubricate.model.codes import CODES, problem
from rubricate.model.location import Location
from rubricate.model.problem import Edit, Fix, Problem, Severity
from rubricate.model.ruleset import Ruleset

__all__ = ["Silences", "anchors_of", "read_silences"]

_NAMES = {code.name: number for number, code in CODES.items()}
_ALLOW = re.compile(r"allow\s+(?P<codes>[A-Za-z][\w-]*(?:\s*,\s*[A-Za-z][\w-]*)*)\s*(?P<rest>.*)", re.DOTALL)
_FOREIGN = re.compile(
    r"(?:noqa\b|(?:rubricate|lint)\s*[:-]\s*(?:allow|disable|ignore|noqa|silence)|(?:disable|ignore|silence)[\s:=]+R\d{3}\b).*",
    re.IGNORECASE | re.DOTALL,
)
"""How other tools are silenced."""
_CODE = re.compile(r"[A-Za-z][\w-]*")
_hint = re.compile("allow|disable|ignore|noqa|silence", re.IGNORECASE).search
_OF_RECORDS = frozenset({"R122"})
"""Told only where records are at hand."""
_BY_CHANCE = frozenset({"R109", "R114", "R115", "R120", "R121", "R122", "R141"})
"""Told of what is measured, installed, locked or labelled at the moment: elsewhere their silences may be needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Silence:
    """One code of one comment."""

    code: str
    reason: str
    location: Location
    covers: Lines
    whole: Edit | None
    """What takes the comment away; None where it silences something else too."""


@dataclass(slots=True)
class Silences:
    """The silences of a ruleset's files, and which of them were needed."""

    problems: list[Problem] = field(default_factory=list)
    """Comments that cannot be heeded: without a reason, or for a code that is no warning."""
    _by_code: dict[tuple[str, str], list[_Silence]] = field(default_factory=dict)
    foreign: list[Problem] = field(default_factory=list)
    """Comments that are written like the silences of other tools, which do nothing here."""
    _used: set[Location] = field(default_factory=set)

    def add(self, silence: _Silence) -> None:
        """Adds one code of one comment."""
        self._by_code.setdefault((silence.location.path, silence.code), []).append(silence)

    def apply(self, problems: Iterable[Problem], anchors: Mapping[str, Location]) -> list[Problem]:
        """The same problems, with the reason for each warning that is silenced."""
        return [self._silenced(found, anchors) for found in problems]

    def unused(self, *, with_records: bool = True) -> list[Problem]:
        """A warning for each silence that silenced nothing so far; not for those that only records could need."""
        return [
            *self.foreign,
            *(
                self._unneeded(silence)
                for silences in self._by_code.values()
                for silence in silences
                if silence.location not in self._used and (with_records or silence.code not in _OF_RECORDS)
            ),
        ]

    def _unneeded(self, silence: _Silence) -> Problem:
        message = f"there is no {silence.code} to silence here"
        is_certain = silence.whole is not None and silence.code not in _BY_CHANCE
        fix = Fix(edits=(silence.whole,)) if silence.whole is not None and is_certain else None
        return problem("R135", message, silence.location, help="remove the comment", fix=fix)

    def _silenced(self, found: Problem, anchors: Mapping[str, Location]) -> Problem:
        if found.severity is not Severity.WARNING or not self._by_code:
            return found
        place = anchors.get(found.location.path, found.location)
        for silence in self._by_code.get((place.path, found.code), ()):
            if silence.covers[0] <= place.line <= silence.covers[1]:
                self._used.add(silence.location)
                return replace(found, silenced=silence.reason)
        return found


def anchors_of(ruleset: Ruleset | None) -> dict[str, Location]:
    """File -> where the ruleset names it, for tables and the guideline."""
    if ruleset is None:
        return {}
    found = {table.path: table.location for table in ruleset.tables.values()}
    if ruleset.guideline is not None:
        found |= {section.location.path: ruleset.guideline.location for section in ruleset.guideline.sections.values()}
    return found


def read_silences(sources: Iterable[Source]) -> Silences:
    """The silences in the comments of these files."""
    found = Silences()
    for source in sources:
        if not source.path.endswith((".yaml", ".yml", ".rules")) or not _hint(source.text):
            continue
        for comment in comments_of(source):
            stated = _ALLOW.fullmatch(comment.text)
            if stated is not None:
                _read(source, comment.start, stated, comment.covers, found)
            elif _FOREIGN.fullmatch(comment.text):
                found.foreign.append(_unlike(source, comment))
    return found


def _unlike(source: Source, comment: Comment) -> Problem:
    """That a comment silences nothing, and how to write it."""
    codes = [code.upper() for code in re.findall(r"\b[Rr]\d{3}\b", comment.text)] or ["CODE"]
    end = source.text.index(comment.text, comment.start) + len(comment.text)
    help = f"write # allow {', '.join(codes)}: why this is meant so"
    return problem("R135", f"{quoted(comment.text)} silences nothing", source.location(comment.start, end), help=help)


def _read(source: Source, at: int, stated: re.Match[str], covers: Lines, found: Silences) -> None:
    """Takes in one comment. Words after `allow` that are no code make it an ordinary comment."""
    names = _CODE.findall(stated["codes"])
    codes = [_NAMES.get(name.lower(), name.upper()) for name in names]
    heeded = stated["rest"].startswith(":") and any(code in CODES for code in codes)
    if not heeded and not any(re.fullmatch(r"R\d+", code) for code in codes):
        return
    start = source.text.index("allow", at)
    location = source.location(at, start + stated.end("codes"))
    reason = stated["rest"].removeprefix(":").strip()
    if not stated["rest"].startswith(":") or not reason:
        help = f"write # allow {', '.join(names)}: why this is meant so"
        found.problems.append(problem("R060", "a silence says why, and this one does not", location, help=help))
        return
    for name, code in zip(names, codes, strict=True):
        begin = source.text.index(name, start)
        place = source.location(begin, begin + len(name))
        if code not in CODES:
            near = did_you_mean(name, [*CODES, *_NAMES])
            found.problems.append(problem("R061", f"there is no code {quoted(name)}", place, help=near))
        elif CODES[code].severity is not Severity.WARNING:
            message = f"{name} is an error, and only warnings can be silenced"
            found.problems.append(problem("R061", message, place, help="mend what it says"))
        else:
            whole = _whole(source, at) if len(names) == 1 else None
            found.add(_Silence(code=code, reason=reason, location=place, covers=covers, whole=whole))


def _whole(source: Source, at: int) -> Edit:
    """Takes away a comment with the white space before it; with its line, where nothing else stands there."""
    line = source.line_of(at)
    start, end = source.line_start(line), source.line_end(line)
    before = source.text[start:at]
    if before.strip():
        return Edit(source.location(start + len(before.rstrip()), end), "")
    return Edit(Location(source.path, line, 1, end - start), "", whole_line=True)
