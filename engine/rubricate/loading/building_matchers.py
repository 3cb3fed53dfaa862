"""Matchers: declared ones, and strings and regexes written in place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from rubricate.errors import MissingExtraError
from rubricate.language import tree
from rubricate.language.parsing import RESERVED_WORDS
from rubricate.language.types import SEGMENT_SETS, inline_name
from rubricate.loading.asking import ask
from rubricate.loading.expressions import InPlace, inline_matchers, regexes, root
from rubricate.loading.findings import Findings
from rubricate.loading.label_words import LabelTeller
from rubricate.loading.missing import report_missing
from rubricate.loading.options import check_options
from rubricate.loading.reading import flag, mapping, scalar, text, texts
from rubricate.loading.tables import TableReader, vanishes
from rubricate.loading.wording import did_you_mean, quoted
from rubricate.loading.yaml_tree import Mapping, Node, Scalar, Sequence, plain
from rubricate.model.descriptors import MatcherKind, OptionError
from rubricate.model.location import Location
from rubricate.model.problem import Fix
from rubricate.model.ruleset import Expression, MatcherSpec, RecordSchema
from rubricate.registry import Registry

__all__ = ["MatcherBuilder", "check_name", "names_of"]

_COMMON = ("check", "except", "field", "fields", "fold", "labels", "min_score", "of", "take", "use")
_SLASHED = re.compile(r"/(?P<pattern>.+)/(?P<flags>\w*)", re.DOTALL)


def check_name(key: Scalar, findings: Findings) -> bool:
    """Whether a matcher or let can have this name."""
    if key.text.lower() in RESERVED_WORDS or key.text in (*SEGMENT_SETS, "doc", "it"):
        message = f"{quoted(key.text)} is a word of the language and cannot be a name"
        findings.add("R013", message, key.location)
        return False
    return True


@dataclass(slots=True)
class MatcherBuilder:
    """Builds the matchers of one ruleset."""

    tables: TableReader
    record: RecordSchema
    registry: Registry
    findings: Findings
    fold: Callable[[str], str]
    teller: LabelTeller
    found: dict[str, MatcherSpec] = field(default_factory=dict)

    def declare(self, node: Node | None) -> None:
        """Adds every declared matcher that can be built."""
        declared = mapping(node)
        for key, value in [] if declared is None else declared.own():
            entry = mapping(value)
            if entry is not None:
                spec = self._declared(key, entry)
                if check_name(key, self.findings) and spec is not None:
                    self.found[key.text] = spec

    def _declared(self, key: Scalar, entry: Mapping) -> MatcherSpec | None:
        use = scalar(entry.get("use"))
        if use is None:
            return None
        kind = self._kind(use.text, use.location)
        table, exceptions = self.tables.find(scalar(entry.get("of"))), self.tables.find(scalar(entry.get("except")))
        check = self._check(scalar(entry.get("check")))
        if kind is None or not self._is_complete(entry, table is None, exceptions is None, check is None):
            return None
        if kind.table and table is None:
            self.findings.add("R011", f'matcher {quoted(key.text)} lacks "of"', entry.location, help="add of: TABLE")
            return None
        options = self._options(key, entry, kind)
        if options is None or not self._has_images(kind, use):
            return None
        spec = MatcherSpec(
            name=key.text,
            kind=use.text,
            options={name: value for name, value in options.items() if name not in kind.asides},
            table=table,
            take=_take(text(entry.get("take"))),
            check=check,
            exceptions=exceptions,
            fields=self._fields(entry, kind),
            fold=flag(entry.get("fold")),
            words=self.teller.words(entry) if kind.words else {},
            asides={name: value for name, value in options.items() if name in kind.asides},
            location=key.location,
        )
        if not self._can_except(spec, entry):
            return None
        return spec if self._is_valid(kind, spec, entry) and self._are_findable(kind, entry) else None

    def _has_images(self, kind: MatcherKind, use: Scalar) -> bool:
        """Whether there are images for a matcher that looks at images."""
        if kind.images and not self.record.image:
            message = f"{quoted(kind.name)} looks at images, and the record declares none"
            self.findings.add("R026", message, use.location, help="declare them: record: {image: [photo]}")
            return False
        return True

    def _is_complete(self, entry: Mapping, no_table: bool, no_exceptions: bool, no_check: bool) -> bool:
        """Whether everything that is named was found."""
        missing = {"of": no_table, "except": no_exceptions, "check": no_check}
        return not any(missing[key] and entry.get(key) is not None for key in missing)

    def _kind(self, name: str, location: Location) -> MatcherKind | None:
        kind = self.registry.matchers.get(name)
        if kind is None:
            report_missing("matchers", name, location, self.registry, self.findings)
        return kind

    def _check(self, name: Scalar | None) -> str | None:
        if name is None or name.text in self.registry.checks:
            return None if name is None else name.text
        report_missing("checks", name.text, name.location, self.registry, self.findings)
        return None

    def _fields(self, entry: Mapping, kind: MatcherKind) -> tuple[str, ...] | None:
        """The text fields that a matcher is limited to; the image fields, for one that looks at images."""
        known = self.record.image if kind.images else self.record.texts
        named = (*texts(entry.get("field")), *texts(entry.get("fields")))
        for each in named:
            if each.text not in known:
                what = "image" if kind.images else "text"
                message = f"{quoted(each.text)} is no {what} field of the record"
                self.findings.add("R026", message, each.location, help=did_you_mean(each.text, known, "fields"))
        return tuple(dict.fromkeys(each.text for each in named if each.text in known)) or None

    def _options(self, key: Scalar, entry: Mapping, kind: MatcherKind) -> dict[str, object] | None:
        """The options of its kind; a pattern between slashes becomes a pattern and its flags."""
        given: dict[str, tuple[Scalar, Node]] = {}
        for name, value in entry.own():
            if name.text not in _COMMON:
                given[name.text] = (name, value)
        values = {name: plain(value) for name, (_, value) in given.items()}
        pattern = scalar(given["pattern"][1]) if "pattern" in given else None
        if pattern is not None and not self._split_pattern(pattern, given.get("flags"), values):
            return None
        before = self.findings.errors
        owner = f"matcher {quoted(key.text)}"
        nodes = dict(given.values())
        check_options(nodes, kind.options, owner, entry, self.findings, values=values, other_keys=_COMMON)
        return values if self.findings.errors == before else None

    def _split_pattern(self, pattern: Scalar, flags: tuple[Scalar, Node] | None, values: dict[str, object]) -> bool:
        slashed = _SLASHED.fullmatch(pattern.text)
        if slashed is None:
            if not pattern.text.strip("/ "):
                help = "write what it looks for between two slashes"
                self.findings.add("R028", "the pattern is empty", pattern.location, help=help)
                return False
            fixed = "'/" + pattern.text.replace("'", "''") + "/'"
            is_certain = pattern.style in ("plain", "single") and "\n" not in pattern.text and "/" not in pattern.text
            fix = Fix.replacing(pattern.location, fixed) if is_certain else None
            help = f"write pattern: {fixed}"
            self.findings.add("R028", "a pattern stands between slashes", pattern.location, help=help, fix=fix)
            return False
        if slashed["flags"] and flags is not None:
            help = "write them behind the second slash, or as `flags`"
            self.findings.add("R028", "the flags stand in two places", flags[0].location, help=help)
            return False
        values["pattern"] = slashed["pattern"]
        if slashed["flags"] or "flags" not in values:
            values["flags"] = slashed["flags"]
        return True

    def _is_valid(self, kind: MatcherKind, spec: MatcherSpec, entry: Mapping) -> bool:
        """Asks the plugin itself; its answer is placed at the option."""
        error = ask(kind, spec)
        if error is None:
            return True
        if spec.table is not None and not spec.table.rows and spec.table.name in self.tables.faulty:
            return False
        node, offset = entry.get(error.option), error.offset
        pattern = scalar(entry.get("pattern"))
        if pattern is not None and error.option == "flags" and entry.get("flags") is None:
            node, offset = pattern, None if offset is None else offset + pattern.text.rindex("/")
        location = entry.location if node is None else _inside(node, error)
        if isinstance(node, Scalar) and offset is not None:
            location = node.place(offset + 1 if node is pattern else offset)
        if error.option == "use" and isinstance(error.__cause__, MissingExtraError):
            self.findings.add("R040", error.message, location, help=error.help)
            return False
        of_regex = error.option in ("pattern", "flags") or (spec.table is not None and spec.table.patterns)
        self.findings.add("R028" if of_regex else "R041", error.message, location, help=error.help)
        return False

    def _can_except(self, spec: MatcherSpec, entry: Mapping) -> bool:
        """Whether the patterns of its exceptions, if they are patterns, can be used."""
        node, exceptions = entry.get("except"), spec.exceptions
        regexes = self.registry.matchers.get("regex")
        if node is None or exceptions is None or not exceptions.patterns or not exceptions.rows or regexes is None:
            return True
        error = ask(regexes, MatcherSpec(name=spec.name, kind="regex", table=exceptions, location=spec.location))
        if error is not None:
            self.findings.add("R028", error.message, node.location, help=error.help)
        return error is None

    def _are_findable(self, kind: MatcherKind, entry: Mapping) -> bool:
        """Whether folding leaves something of each of the terms that stand in the ruleset."""
        lost = [each for each in texts(entry.get("terms")) if kind.literals and vanishes(each.text, self.fold)]
        for each in lost:
            self.findings.add("R041", _of_lost(each.text), each.location, help="remove it")
        return not lost

    def add_in_place(self, expression: Expression, *, matches: bool = True) -> bool:
        """Adds the strings and regexes of an expression; whether all of them can be used."""
        usable = [self._in_place(node, expression) for node in inline_matchers(root(expression), matches=matches)]
        compared = [self._usable(node, expression) is not None for node in regexes(root(expression))]
        return all(usable) and all(compared)

    def _in_place(self, node: InPlace, expression: Expression) -> bool:
        name = inline_name(node)
        if name in self.found:
            return True
        spec = self._usable(node, expression)
        if spec is not None:
            self.found[name] = spec
        return spec is not None

    def _usable(self, node: InPlace, expression: Expression) -> MatcherSpec | None:
        """What a string or regex written in place looks for, or nothing after a problem."""
        location = expression.locate(*node.span)
        if isinstance(node, tree.String):
            options: dict[str, object] = {"terms": [node.text]}
            kind = self._kind("dictionary", location)
        else:
            options = {"pattern": node.pattern, "flags": node.flags}
            kind = self._kind("regex", location)
        spec = MatcherSpec(
            name=inline_name(node), kind="" if kind is None else kind.name, options=options, location=location
        )
        error = None if kind is None else ask(kind, spec)
        if error is None:
            if isinstance(node, tree.String) and vanishes(node.text, self.fold):
                self.findings.add("R013", _of_lost(node.text), location)
                return None
            return None if kind is None else spec
        at, code = location, "R041"
        if isinstance(node, tree.Regex):
            code = "R028"
            shift = {"pattern": 1, "flags": len(node.pattern) + 2}.get(error.option)
            if shift is not None and error.offset is not None:
                begin = node.span[0] + shift + error.offset
                at = expression.locate(begin, begin + 1)
        is_blank = isinstance(node, tree.String) and not node.text.strip()
        help = "write a word between the quotes" if is_blank else error.help
        self.findings.add(code, error.message, at, help=help)
        return None


def _inside(node: Node, error: OptionError) -> Location:
    """Where inside an option the path of an error leads, as far as it can be followed."""
    location = node.location
    for number, step in enumerate(error.path, 1):
        key, inner = None, None
        if isinstance(node, Mapping):
            key, inner = node.key(str(step)), node.get(str(step))
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            inner = node.items[step]
        if inner is None:
            break
        node = inner
        is_key = error.at_key and number == len(error.path) and key is not None
        location = key.location if is_key and key is not None else node.location
    return location


def _of_lost(term: str) -> str:
    return f"{quoted(term)} folds to nothing, so it can never be found"


def _take(word: str | None) -> Literal["all", "first", "longest"]:
    return "first" if word == "first" else "longest" if word == "longest" else "all"


def names_of(*nodes: Node | None) -> frozenset[str]:
    """The keys of mappings, whether what they declare can be built or not."""
    found: Iterable[Mapping | None] = map(mapping, nodes)
    return frozenset(key.text for each in found if each is not None for key, _ in each.own())
