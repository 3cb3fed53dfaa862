"""Labels a dump with two rulesets and gathers what comes out differently. Memory does not grow with the dump."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from rubricate.errors import PluginError, RecordError
from rubricate.model.descriptors import RawRecord, Unreadable
from rubricate.model.document import Document
from rubricate.planning.frame import Decision, Frame
from rubricate.planning.plan import Plan
from rubricate.running.cascade import Cascade
from rubricate.running.preparing import Preparer
from rubricate.running.shaping import Shaper
from rubricate.versioning.blaming import Blamer, Found, View
from rubricate.versioning.changes import Side
from rubricate.versioning.counting import Comparison, Counts, Group, Move, Truth

__all__ = ["Judge", "compare_on"]

Judge = Callable[[str], "Truth | None"]
"""What gold says of a record, by its id; None: it does not speak of it."""

BATCH = 256


def compare_on(
    before: Side,
    after: Side,
    records: Iterable[RawRecord | Unreadable],
    *,
    judge: Judge | None = None,
    samples: int = 3,
    batch: int = BATCH,
    advance: Callable[[int, int], None] | None = None,
) -> Comparison:
    """How two rulesets label the same records differently; the same for any size of the batches.

    Records are compared one by one: none is dropped as a duplicate of another. `samples` are kept of each kind of
    difference, chosen by the digest of their ids. `advance` is told of bytes and records that are done.
    """
    labels = tuple(dict.fromkeys((*before.plan.ruleset.labels, *after.plan.ruleset.labels)))
    records_of = (before.plan.ruleset.record, after.plan.ruleset.record)
    images = {name: record.place(name) for record in records_of for name in record.image}
    counts = Counts(labels, samples=samples, judge=judge is not None, images=images)
    one, other = _Labelling(before.plan), _Labelling(after.plan)
    pair = _Pair(before, after, labels, Blamer(before, after), counts)
    source = iter(records)
    while chunk := list(islice(source, batch)):
        for raw, first, second in zip(chunk, one.label(chunk), other.label(chunk), strict=True):
            pair.add(raw, first, second, judge)
        if advance is not None:
            advance(sum(_size(raw) for raw in chunk), len(chunk))
    return counts.result()


def _size(raw: RawRecord | Unreadable) -> int:
    return len(raw.raw) if isinstance(raw, RawRecord) else raw.length


@dataclass(frozen=True, slots=True)
class _Labelled:
    """A record as one ruleset sees it."""

    id: str
    route: str
    frame: Frame | None = None
    reason: str = ""


class _Labelling:
    """One ruleset at work on batches of records."""

    def __init__(self, plan: Plan) -> None:
        self._preparer = Preparer(plan, relabel=True)
        self._cascade = Cascade(plan)
        self._shaper = Shaper(plan)

    def label(self, batch: Sequence[RawRecord | Unreadable]) -> list[_Labelled]:
        prepared = [self._prepare(raw, place) for place, raw in enumerate(batch)]
        frames = iter(self._run([item for item in prepared if isinstance(item, Document)]))
        return [self._labelled(item, next(frames)) if isinstance(item, Document) else item for item in prepared]

    def _prepare(self, raw: RawRecord | Unreadable, ordinal: int) -> Document | _Labelled:
        if isinstance(raw, Unreadable):
            return _Labelled("", "quarantined", reason=raw.reason)
        id = ""
        try:
            id = self._preparer.identify(raw)
            document = self._preparer.prepare(raw, id=id, ordinal=ordinal)
        except RecordError as error:
            return _Labelled(id, "quarantined", reason=error.reason)
        except PluginError:
            return _Labelled(id, "quarantined", reason="plugin_error")
        if not document.pictures and not any(text and not text.isspace() for text in document.clean.values()):
            return _Labelled(id, "dropped", reason="blank")
        return document

    def _run(self, documents: Sequence[Document]) -> list[Frame | None]:
        """The frames; None for a record that a plugin fails on, which is found by halving."""
        if not documents:
            return []
        try:
            return list(self._cascade.run(documents))
        except PluginError:
            if len(documents) == 1:
                return [None]
        middle = len(documents) // 2
        return [*self._run(documents[:middle]), *self._run(documents[middle:])]

    def _labelled(self, document: Document, frame: Frame | None) -> _Labelled:
        if frame is None:
            return _Labelled(document.id, "quarantined", reason="plugin_error")
        return _Labelled(document.id, self._shaper.shape(frame).route, frame)


@dataclass(slots=True)
class _Pair:
    """Compares what two rulesets say, record by record."""

    before: Side
    after: Side
    labels: Sequence[str]
    blamer: Blamer
    counts: Counts
    routes: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, raw: RawRecord | Unreadable, one: _Labelled, other: _Labelled, judge: Judge | None) -> None:
        id = other.id or one.id
        truth = judge(id) if judge is not None and id else None
        self.counts.begin(raw, id, truth)
        self.counts.routes(one.route, other.route, one.reason or other.reason)
        if one.frame is not None and other.frame is not None:
            before, after = View(self.before, one.frame), View(self.after, other.frame)
            for label in self.labels:
                self._compare_label(label, before, after)
        if truth is not None:
            said = [
                (each.route, _accepted(each.frame), _accepted_spans(each.frame), each.route == "accepted")
                for each in (one, other)
            ]
            self.counts.judge_records(truth, *said)
        self.counts.end()

    def _compare_label(self, label: str, before: View, after: View) -> None:
        decisions = before.frame.decisions.get(label), after.frame.decisions.get(label)
        votes = before.frame.votes.get(label, ()), after.frame.votes.get(label, ())
        if decisions == (None, None) and not votes[0] and not votes[1]:
            return
        if self._is_span(label):
            self._compare_spans(label, decisions, before, after)
            return
        found = [_found(decision, given) for decision, given in zip(decisions, votes, strict=True)]
        group = _group_of(label, found[0], found[1])
        if group is not None:
            self._add(group, found[0], found[1], before, after)

    def _is_span(self, label: str) -> bool:
        found = self.after.plan.ruleset.labels.get(label) or self.before.plan.ruleset.labels[label]
        return found.kind != "document"

    def _add(self, group: Group, one: Found, other: Found, before: View, after: View) -> None:
        blame = self.blamer.blame(group.label, one, other, before, after)
        document = (after if blame.of_after else before).frame.document
        marks = [(match[1], *document.to_original(match[1], match[2], match[3])) for match in blame.evidence]
        self.counts.add(Move(group, one, other, blame.text, tuple(marks), document))

    def _compare_spans(
        self, label: str, decisions: tuple[Decision | None, Decision | None], before: View, after: View
    ) -> None:
        """Spans at the same place together, then those that overlap, then those that stand alone."""
        one, other = _spans(decisions[0], before), _spans(decisions[1], after)
        pairs: list[tuple[Found | None, Found | None]] = []
        for place in [place for place in one if place in other]:
            pairs.append((one.pop(place), other.pop(place)))
        for place, span in list(one.items()):
            partner = next((each for each in other if _overlap(place, each)), None)
            if partner is not None:
                del one[place]
                pairs.append((span, other.pop(partner)))
        pairs += [(span, None) for span in one.values()]
        pairs += [(None, span) for span in other.values()]
        for first, second in pairs:
            old = first or _nothing(second, label, before)
            new = second or _nothing(first, label, after)
            group = _group_of(label, old, new)
            if group is not None:
                self._add(group, old, new, before, after)


def _found(decision: Decision | None, votes: Sequence[object]) -> Found:
    """What is decided about a label of records; a no and no vote are both nothing that stands."""
    given = tuple(votes)
    if decision is None:
        return Found("nothing", votes=given)  # type: ignore[arg-type]  # they are votes
    level = decision.decision if decision.decision in ("accepted", "uncertain") else "nothing"
    score = decision.score if level != "nothing" else None
    because = decision.implied_by or decision.lost_to
    return Found(level, score, decision.threshold, given, because_of=because)  # type: ignore[arg-type]  # as above


def _spans(decision: Decision | None, view: View) -> dict[tuple[str, int, int], Found]:
    """The spans that stand or are uncertain, by their place in the original text."""
    found = {}
    for span in () if decision is None else decision.spans:
        if span.decision in ("accepted", "uncertain"):
            place = (span.field, *view.frame.document.to_original(span.field, span.start, span.end))
            found[place] = Found(span.decision, span.score, span.threshold, span.votes, span.value, place)
    return found


def _nothing(beside: Found | None, label: str, view: View) -> Found:
    """The side that has no span there: its votes at that place, and what took it if something did."""
    assert beside is not None
    assert beside.place is not None
    document, place = view.frame.document, beside.place
    votes = tuple(
        vote
        for vote in view.frame.votes.get(label, ())
        if vote.target is not None and _overlap(place, (vote.target[0], *document.to_original(*vote.target)))
    )
    decision = view.frame.decisions.get(label)
    lost = next(
        (
            span.lost_to
            for span in (() if decision is None else decision.spans)
            if span.lost_to is not None
            and _overlap(place, (span.field, *document.to_original(span.field, span.start, span.end)))
        ),
        None,
    )
    return Found("nothing", votes=votes, place=None, because_of=lost)


def _overlap(one: tuple[str, int, int], other: tuple[str, int, int]) -> bool:
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]


def _group_of(label: str, one: Found, other: Found) -> Group | None:
    """The kind of difference, None of none."""
    if one.decision != other.decision:
        how = f"{one.decision} -> {other.decision}"
        if how == "nothing -> accepted":
            return Group(label, "gained", how)
        if how == "accepted -> nothing":
            return Group(label, "lost", how)
        return Group(label, "moved", how)
    if one.decision == "nothing":
        return None
    if one.place != other.place:
        return Group(label, "edges", "edges shifted")
    if one.value != other.value:
        return Group(label, "value", "value changed")
    if one.score != other.score:
        return Group(label, "score", "score changed")
    return None


def _accepted(frame: Frame | None) -> frozenset[str]:
    """The labels that stand."""
    if frame is None:
        return frozenset()
    return frozenset(
        label
        for label, decision in frame.decisions.items()
        if decision.decision == "accepted" or any(span.decision == "accepted" for span in decision.spans)
    )


def _accepted_spans(frame: Frame | None) -> frozenset[tuple[str, str, int, int]]:
    """Label and place of the spans that stand."""
    if frame is None:
        return frozenset()
    to_original = frame.document.to_original
    return frozenset(
        (label, span.field, *to_original(span.field, span.start, span.end))
        for label, decision in frame.decisions.items()
        for span in decision.spans
        if span.decision == "accepted"
    )
