"""One rule over many records: what kept it from firing, how near it came, and what an edit would gain."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from rubricate.errors import RecordError
from rubricate.explaining.editing import DROPPED, Candidate
from rubricate.explaining.failing import Blame, Failure, OneOf, failure_of, leaves
from rubricate.explaining.judging import Judge, copied
from rubricate.explaining.missed import FAR, Missed
from rubricate.explaining.misses import Misses
from rubricate.explaining.why_not import Edit, outcome_of, parts_of
from rubricate.language import tree
from rubricate.language.printing import to_text
from rubricate.model.document import Document
from rubricate.planning.frame import Frame
from rubricate.planning.plan import Plan, PlannedRule
from rubricate.registry import Registry
from rubricate.running.cascade import Cascade

__all__ = ["BlamedNode", "Gain", "NearMiss", "Survey", "survey"]

BATCH = 256
SEARCHED = 200
"""In so many records texts that come near to terms and patterns are looked for: that costs."""
STEPS = 4
"""So many numbers of one series of edits are tried."""
MOST_EDITS = 12
"""So many edits are tried on all records."""
SAMPLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class BlamedNode:
    """A part of the condition that kept the rule from firing."""

    node: str
    first: int
    """Records in which it is the first part to fail."""
    alone: int
    """Of those, records in which no other part fails."""
    also: int
    """Further records in which it fails behind another part."""
    sample: str
    """The id of one of the records."""
    sentence: str
    """How near it came there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """A record on which the rule nearly fired."""

    record: str
    node: str
    sentence: str
    off: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What an edit changes: it was tried on every record."""

    edit: Edit
    gained: int
    """Records on which the rule fires with it, and does not without."""
    lost: int
    """The other way round."""
    samples: tuple[str, ...]
    """Ids of the first that are gained."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a rule makes of many records."""

    rule: str
    labels: tuple[str, ...]
    records: int
    outcomes: Mapping[str, int]
    refused: int
    """Records that cannot be prepared or scanned."""
    blamed: tuple[BlamedNode, ...]
    nearest: tuple[NearMiss, ...]
    gains: tuple[Gain, ...]
    searched: int
    """In so many of the records on which it did not fire texts that come near were looked for."""


def survey(
    plan: Plan,
    registry: Registry,
    documents: Callable[[], Iterable[Document | None]],
    rule: PlannedRule,
    *,
    most: int = 10,
) -> Survey:
    """Asks a rule of all documents, twice: `documents` gives them anew each time; None stands for one that is refused.

    Memory does not grow with the documents.
    """
    surveyor = _Surveyor(Judge(plan, registry), rule, most)
    for frame in _frames(plan, documents()):
        surveyor.see(frame)
    edits = surveyor.edits()
    trials = [_Trial(surveyor.judge, rule, edit) for edit in edits]
    if trials:
        for frame in _frames(plan, documents()):
            if frame is not None:
                frame.cache.clear()
                fires = surveyor.judge.fires(rule.number, frame)
                for trial in trials:
                    trial.see(frame, fires=fires)
    gains = [trial.gain() for trial in trials]
    gains.sort(key=lambda gain: (-gain.gained, gain.lost, gain.edit.text))
    return surveyor.survey([gain for gain in gains if gain.gained])


def _frames(plan: Plan, documents: Iterable[Document | None]) -> Iterator[Frame | None]:
    """Each document after the cascade; None for one that is refused."""
    cascade, source = Cascade(plan), iter(documents)
    while chunk := list(islice(source, BATCH)):
        given = [document for document in chunk if document is not None]
        yield from (None for _ in range(len(chunk) - len(given)))
        try:
            frames: Sequence[Frame | None] = cascade.run(given)
        except RecordError:
            frames = [_alone(cascade, document) for document in given]
        yield from frames


def _alone(cascade: Cascade, document: Document) -> Frame | None:
    try:
        return cascade.run([document])[0]
    except RecordError:
        return None


@dataclass(slots=True)
class _Tally:
    """What is counted of one part of the condition."""

    first: int = 0
    alone: int = 0
    also: int = 0
    sample: str = ""
    sentence: str = ""
    off: float = 2 * FAR


@dataclass(slots=True)
class _Series:
    """Edits of one place that differ by a number."""

    edits: dict[float, Candidate] = field(default_factory=dict)
    records: int = 0


class _Surveyor:
    """Counts what kept a rule from firing, record by record."""

    def __init__(self, judge: Judge, rule: PlannedRule, most: int) -> None:
        self.judge = judge
        self.rule = rule
        self.most = most
        self._misses = Misses()
        self._outcomes: Counter[str] = Counter()
        self._refused = self._searched = 0
        self._blamed: dict[str, _Tally] = {}
        self._nearest: list[tuple[float, int, NearMiss]] = []
        self._series: dict[str, _Series] = {}
        self._single: dict[str, tuple[int, Candidate]] = {}

    def see(self, frame: Frame | None) -> None:
        """One more record."""
        if frame is None:
            self._refused += 1
            return
        frame.cache.clear()
        outcome = outcome_of(self.judge, frame, self.rule)
        self._outcomes[outcome] += 1
        if outcome in ("no", "unknown"):
            failure = failure_of(self.judge, self.rule.number, frame)
            if failure is not None:
                self._count(frame, parts_of(failure))

    def _count(self, frame: Frame, parts: Sequence[Failure]) -> None:
        search = self._searched < SEARCHED
        self._searched += search
        ranked = self._misses.ranked(self.judge, self.rule.number, parts[0], frame, search=search)
        first, id = ranked[0], frame.document.id
        group = _terms_of(parts[0])
        tally = self._blamed.setdefault(to_text(first.blame.node if group is None else group), _Tally())
        tally.first += 1
        tally.alone += len(parts) == 1
        if first.off < tally.off or not tally.sample:
            is_far = group is not None and first.kind == "term" and first.off >= FAR
            tally.sample, tally.off = id, first.off
            tally.sentence = "none of them is found" if is_far else first.sentence
        for part in parts[1:]:
            node = _terms_of(part) or next(leaves(part)).node
            self._blamed.setdefault(to_text(node), _Tally()).also += 1
        if first.off < FAR / 2:
            self._near(first, id)
        if len(parts) == 1:
            self._gather(ranked)

    def _near(self, missed: Missed, id: str) -> None:
        found = NearMiss(record=id, node=to_text(missed.blame.node), sentence=missed.sentence, off=missed.off)
        entry = (-missed.off, -sum(self._outcomes.values()), found)
        if len(self._nearest) < self.most:
            heapq.heappush(self._nearest, entry)
        elif entry[:2] > self._nearest[0][:2]:
            heapq.heapreplace(self._nearest, entry)

    def _gather(self, ranked: Sequence[Missed]) -> None:
        """The edits of one place that might mend the record."""
        for edit in {edit.text: edit for missed in ranked for edit in missed.edits}.values():
            if edit.nodes >= DROPPED:
                continue
            if edit.series is None:
                count, _ = self._single.get(edit.text, (0, edit))
                self._single[edit.text] = (count + 1, edit)
            else:
                series = self._series.setdefault(edit.series[0], _Series())
                series.edits.setdefault(edit.series[1], edit)
                series.records += 1

    def edits(self) -> list[Candidate]:
        """Those that are worth a trial: of each series the nearest numbers, and what comes up most often."""
        found: list[Candidate] = []
        for series in sorted(self._series.values(), key=lambda each: -each.records):
            found += sorted(series.edits.values(), key=lambda edit: edit.size)[:STEPS]
        often = sorted(self._single.values(), key=lambda each: (-each[0], each[1].text))
        return [*found[: MOST_EDITS // 2], *(edit for _, edit in often)][:MOST_EDITS]

    def survey(self, gains: Sequence[Gain]) -> Survey:
        """What was counted."""
        blamed = [
            BlamedNode(node=node, first=tally.first, alone=tally.alone, also=tally.also, sample=tally.sample,
                       sentence=tally.sentence)
            for node, tally in self._blamed.items()
        ]  # fmt: skip
        blamed.sort(key=lambda each: (-each.first, -each.also, each.node))
        nearest = [found for _, _, found in sorted(self._nearest, key=lambda entry: (-entry[0], -entry[1]))]
        return Survey(
            rule=self.rule.rule.id,
            labels=self.rule.labels,
            records=sum(self._outcomes.values()) + self._refused,
            outcomes=dict(self._outcomes.most_common()),
            refused=self._refused,
            blamed=tuple(blamed),
            nearest=tuple(nearest),
            gains=tuple(gains),
            searched=self._searched,
        )


def _terms_of(failure: Failure) -> tree.Node | None:
    """The group of terms and patterns of which one was to be there and none is."""
    if not isinstance(failure, OneOf):
        return None
    found = [item for item in failure.items if isinstance(item, Blame) and item.wanted]
    terms = [item for item in found if isinstance(item.node, tree.Name | tree.String | tree.Regex)]
    return failure.group if len(terms) == len(failure.items) else None


class _Trial:
    """One edit, tried on record after record."""

    def __init__(self, judge: Judge, rule: PlannedRule, edit: Candidate) -> None:
        ruleset, self._names = edit.change(judge.ruleset)
        self._judge = Judge(judge.plan, judge.registry, like=judge, ruleset=ruleset)
        self._rule = rule
        self._edit = edit
        self._gained = self._lost = 0
        self._samples: list[str] = []

    def see(self, frame: Frame, *, fires: bool) -> None:
        """One more record, on which the rule fires or not as it stands."""
        specs = self._judge.ruleset.matchers
        found = {name: list(self._judge.scan(specs[name], frame.document)) for name in sorted(self._names)}
        now = self._judge.is_sound and self._judge.fires(self._rule.number, copied(frame, found))
        if now and not fires:
            self._gained += 1
            if len(self._samples) < SAMPLES:
                self._samples.append(frame.document.id)
        self._lost += fires and not now

    def gain(self) -> Gain:
        """What came of it."""
        edit = Edit(text=self._edit.text, where=self._edit.where)
        return Gain(edit=edit, gained=self._gained, lost=self._lost, samples=tuple(self._samples))
