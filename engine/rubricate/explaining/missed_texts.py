"""Terms and patterns that were not found: where else they stand, in which form, and what comes nearest to them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from rubricate.explaining.editing import Candidate, add_term, change_node, change_spec, remove_term, table_name
from rubricate.explaining.failing import Blame
from rubricate.explaining.finding import quote
from rubricate.explaining.judging import Judge
from rubricate.explaining.missed import Missed
from rubricate.explaining.missed_patterns import near_patterns
from rubricate.explaining.near_terms import Near, NearTerms
from rubricate.language import tree
from rubricate.language.types import SEGMENT_SETS, inline_name
from rubricate.model.match import Match
from rubricate.model.ruleset import MatcherSpec
from rubricate.planning.frame import Frame
from rubricate.reporting.figures import plural, visible

__all__ = ["TextMisses"]


class TextMisses:
    """Asks why matchers found nothing. Keeps the terms of each matcher from record to record."""

    def __init__(self) -> None:
        self._near: dict[str, tuple[MatcherSpec, NearTerms]] = {}

    def missed(self, judge: Judge, number: int, blame: Blame, frame: Frame, *, search: bool = True) -> Missed:
        """A set that is empty, or that is there and should not be; `search` looks for texts that come near."""
        node = blame.node
        if not blame.wanted:
            return _unwanted(judge, blame, frame)
        if not isinstance(node, tree.Name | tree.String | tree.Regex):
            return Missed(blame, "nothing is found", "term")
        name = node.name if isinstance(node, tree.Name) else inline_name(node)
        if name in SEGMENT_SETS:
            return Missed(blame, f"the text has no {name}", "term")
        spec = judge.ruleset.matchers[name]
        stage = judge.plan.stages[judge.homes[name]]
        if stage.number in frame.skipped:
            return Missed(blame, f"{name} was not looked for: the stage {stage.name} did not run", "stage")
        if name in frame.document.off:
            return Missed(blame, f"{name} was not looked for: whatever it found, no rule could hold", "stage")
        if not judge.can_scan(name):
            return Missed(blame, f"{name} found nothing", "term")
        nearest = [
            *self._elsewhere(judge, blame, spec, frame),
            *(self._near_texts(judge, number, blame, spec, frame) if search else ()),
        ]
        return nearest[0] if nearest else Missed(blame, f"{visible(name)} is not found", "term")

    # -- found, and not counted ----------------------------------------------------------------------------

    def _elsewhere(self, judge: Judge, blame: Blame, spec: MatcherSpec, frame: Frame) -> Iterator[Missed]:
        """What the matcher would find without its own filters: in other fields, without its check or exceptions."""
        if spec.fields is not None:
            found = judge.scan(dataclasses.replace(spec, fields=None), frame.document)
            fields = tuple(dict.fromkeys(match[1] for match in found))
            if fields:
                wider = dataclasses.replace(spec, fields=(*spec.fields, *fields))
                text = f"fields of {spec.name}: {', '.join(spec.fields)} -> {', '.join(wider.fields or ())}"
                told = f"found in {' and '.join(fields)}, {spec.name} looks in {' and '.join(spec.fields)}"
                yield Missed(blame, told, "place", edits=(change_spec(spec, wider, text, size=len(fields)),))
        if spec.exceptions is not None:
            found = judge.scan(dataclasses.replace(spec, exceptions=None), frame.document)
            if found:
                told = f"{quote(frame, found[0])} is excepted by {table_name(spec.exceptions)}"
                yield Missed(blame, told, "except", edits=tuple(_unexcepted(judge, spec, frame.text(found[0]))))
        if spec.check is not None:
            found = judge.scan(dataclasses.replace(spec, check=None), frame.document)
            if found:
                yield Missed(blame, f"{quote(frame, found[0])} does not pass the check {spec.check}", "check")

    # -- not found, and something like it ------------------------------------------------------------------

    def _near_texts(self, judge: Judge, number: int, blame: Blame, spec: MatcherSpec, frame: Frame) -> Iterator[Missed]:
        kind = judge.registry.matchers[spec.kind]
        if kind.literals is None:
            yield from near_patterns(number, blame, spec, frame)
            return
        known = self._near.get(spec.name)
        if known is None or known[0] is not spec:
            terms = NearTerms(kind.literals(spec), lambda text: judge.plan.fold(text)[0])
            known = self._near[spec.name] = (spec, terms)
        for near in known[1].in_document(frame.document, spec.fields):
            yield Missed(blame, _said(near), "term", off=near.off, edits=tuple(_further(number, blame, spec, near)))


def _said(near: Near) -> str:
    text, term = visible(near.text), visible(near.term)
    if near.is_part:
        return f'"{term}" is a whole word; the text has "{text}"'
    return f'nearest text: "{text}", {plural(near.off, "character")} off "{term}"'


def _further(number: int, blame: Blame, spec: MatcherSpec, near: Near) -> Iterator[Candidate]:
    """The text that stands there as a further term."""
    if isinstance(blame.node, tree.String):
        new = tree.Quantified("any", (blame.node, tree.String(near.folded)))
        yield from change_node(number, blame, new, size=near.off, reworded=True)
        return
    found = add_term(spec, near.folded, row=near.row, size=near.off)
    if found is not None:
        yield found


def _unexcepted(judge: Judge, spec: MatcherSpec, text: str) -> Iterator[Candidate]:
    """The exceptions without a term."""
    assert spec.exceptions is not None
    holder = dataclasses.replace(spec, table=spec.exceptions)
    removed = remove_term(holder, text, fold=lambda each: judge.plan.fold(each)[0])
    if removed is None:
        return
    table = dataclasses.replace(
        spec.exceptions,
        rows=tuple(row for row in spec.exceptions.rows if not _holds(judge, row.terms, text)),
        digest="",
    )
    yield change_spec(spec, dataclasses.replace(spec, exceptions=table), removed.text, size=1)


def _holds(judge: Judge, terms: Sequence[str], text: str) -> bool:
    wanted = judge.plan.fold(text)[0]
    return any(judge.plan.fold(term)[0] == wanted for term in terms)


def _unwanted(judge: Judge, blame: Blame, frame: Frame) -> Missed:
    found: Sequence[Match] = judge.matches(blame.node, frame)
    if not found:
        return Missed(blame, "it is unknown", "unknown")
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    told = f"found {quote(frame, found[0])}{more}, none is wanted"
    spec = judge.ruleset.matchers.get(found[0][0])
    if spec is None or spec.name[:1] in '"/' or not isinstance(blame.node, tree.Name):
        return Missed(blame, told, "unwanted")
    edit = remove_term(spec, frame.text(found[0]), fold=lambda text: judge.plan.fold(text)[0])
    return Missed(blame, told, "unwanted", edits=() if edit is None else (edit,))
