"""Allowlists of a gitleaks.toml: what a secret may be, and where it may stand, to be none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rubricate.importing.go_regex import translate
from rubricate.importing.imported import Remark
from rubricate.importing.patterns import compile_quietly, in_condition, one_line
from rubricate.importing.reading import Fields
from rubricate.importing.writing import is_writable

__all__ = ["Allowed", "any_matches", "path_condition", "read_allowlist", "translated"]

ASCII_ONLY = re.compile(r"\\[wWdDsSbB]")
LEADING = re.compile(r"\(\?([ims]+)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What lets a finding pass: something of each kind that is not empty must hold."""

    rules: tuple[str, ...] = ()
    """The ids of the rules that it is about; none: all."""
    paths: tuple[str, ...] = ()
    in_secret: tuple[str, ...] = ()
    in_match: tuple[str, ...] = ()
    in_line: tuple[str, ...] = ()
    stopwords: tuple[str, ...] = ()
    """As patterns."""

    @property
    def exceptions(self) -> tuple[str, ...]:
        """Its patterns, when a secret that holds one of them is none, whatever else."""
        return () if self.paths or self.in_match or self.in_line else self._exceptions()

    def _exceptions(self) -> tuple[str, ...]:
        return () if self.in_secret and self.stopwords else self.in_secret or self.stopwords

    @property
    def only_paths(self) -> bool:
        """Whether it is about the path alone."""
        return bool(self.paths) and not (self.in_secret or self.in_match or self.in_line or self.stopwords)

    def kept(self, *, whole: bool) -> str | None:
        """The condition under which a match stays, its lines left aside; None when it is about lines alone.

        `whole` says that matches have the column `whole`.
        """
        parts = [
            path_condition(self.paths) if self.paths else "",
            any_matches("it.text", self.in_secret),
            any_matches("it.whole" if whole else "it.text", self.in_match),
            any_matches("it.text", self.stopwords),
        ]
        given = [part for part in parts if part]
        return f"not ({' and '.join(given)})" if given else None


def path_condition(paths: Sequence[str]) -> str:
    """The condition that a record's path is one of these; no when it has none."""
    return f"(doc.path exists and {any_matches('doc.path', paths)})"


def any_matches(value: str, patterns: Sequence[str]) -> str:
    """The condition that one of the patterns is found in a value; nothing for no pattern."""
    asked = [f"{value} matches {in_condition(pattern)}" for pattern in patterns]
    return f"({' or '.join(asked)})" if len(asked) > 1 else "".join(asked)


def translated(pattern: str) -> str:
    """A pattern of Go as one that can be searched anywhere; raises ValueError with what is wrong, in words."""
    written = one_line(translate(pattern))
    if ASCII_ONLY.search(written):
        leading = LEADING.match(written)
        written = f"(?a{leading[1]}){written[leading.end() :]}" if leading else f"(?a){written}"
    compile_quietly(written)
    return written


def read_allowlist(entry: Fields, owner: str, remarks: list[Remark]) -> Iterator[Allowed]:
    """The allowlist of an entry; one in which any kind suffices is one for each kind."""
    target, condition = entry.text("regexTarget") or "secret", entry.text("condition") or "OR"
    entry.text("description")
    patterns = {key: _translated(entry.texts(key), owner, remarks) for key in ("paths", "regexes")}
    stopwords = tuple(f"(?i){re.escape(word)}" for word in entry.texts("stopwords") if word.isprintable())
    rules, commits = entry.texts("targetRules"), entry.texts("commits")
    is_all = condition.upper() in ("AND", "&&")
    column = {"match": "in_match", "line": "in_line"}.get(target, "in_secret")
    if commits:
        remarks.append(Remark(owner, "left out", "commits in an allowlist: a text has none"))
    for wrong in [*entry.wrong, *(f'the key "{key}" of its allowlist is not known' for key in entry.others())]:
        remarks.append(Remark(owner, "changed", wrong))
    kinds = {"paths": patterns["paths"], column: patterns["regexes"], "stopwords": stopwords}
    given = {kind: found for kind, found in kinds.items() if found}
    if is_all and (commits or entry.wrong or len(given) < sum(bool(entry.texts(k)) for k in KINDS)):
        # with a part missing it would let more pass than it says
        remarks.append(
            Remark(owner, "left out", "an allowlist of which all parts must hold, as one of them is missing")
        )
    elif is_all and given:
        yield Allowed(rules=rules, **given)
    elif not is_all:
        yield from (Allowed(rules=rules, **{kind: found}) for kind, found in given.items())


KINDS = ("paths", "regexes", "stopwords")


def _translated(patterns: Sequence[str], owner: str, remarks: list[Remark]) -> tuple[str, ...]:
    found: list[str] = []
    for pattern in patterns:
        try:
            if not is_writable(pattern):
                raise ValueError("it holds a character that a file cannot hold")
            found.append(translated(pattern))
        except ValueError as error:
            remarks.append(Remark(owner, "left out", f"a pattern of its allowlist: {error}"))
    return tuple(found)
