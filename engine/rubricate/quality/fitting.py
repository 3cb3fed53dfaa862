"""Fits combiners to the votes on many records, of which nobody knows the labels.

The votes are those of a run: a stage is asked about the records that come to it, drafts say nothing, duplicates are
dropped where the ruleset drops them. What decides meanwhile is what the combiner believes of no records.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from rubricate.errors import RecordError
from rubricate.model.combiner_fit import CombinerFit, CombinerFits
from rubricate.model.descriptors import CastVotes, RawRecord
from rubricate.model.document import Document
from rubricate.planning.fitting import fit_numbers
from rubricate.planning.frame import Frame
from rubricate.planning.plan import Plan, Subject
from rubricate.quality.gold_documents import raw_of
from rubricate.running.cascade import Cascade
from rubricate.running.picturing import folder_of
from rubricate.running.preparing import Preparer
from rubricate.running.repeating import Repeats
from rubricate.running.weighing import heard

__all__ = ["fit_combiners"]

BATCH = 256


def fit_combiners(plan: Plan, records: Iterable[Mapping[str, object] | RawRecord]) -> CombinerFits:
    """The numbers for each set of a plan whose combiner is fitted. The order of the records is no matter."""
    subjects = [subject for subject in plan.subjects.values() if subject.fitted is not None]
    patterns: dict[str, Counter[CastVotes]] = {subject.name: Counter() for subject in subjects}
    left_out: Counter[str] = Counter()
    cascade, documents, count = Cascade(plan), _documents(plan, records, left_out), 0
    while batch := list(islice(documents, BATCH)):
        count += len(batch)
        for frame in cascade.run(batch):
            for subject in subjects:
                cast = _cast(subject, frame)
                if cast:
                    patterns[subject.name][cast] += 1
    fits = tuple(_fit(subject, dict(sorted(patterns[subject.name].items()))) for subject in subjects)
    return CombinerFits(fits=fits, records=count, left_out=dict(sorted(left_out.items())))


def _documents(
    plan: Plan, records: Iterable[Mapping[str, object] | RawRecord], left_out: Counter[str]
) -> Iterator[Document]:
    """Records as a run prepares them; one that it would put into quarantine is left out."""
    preparer = Preparer(plan)
    repeats = Repeats(plan, preparer)
    for ordinal, found in enumerate(records):
        record = raw_of(found, ordinal)
        if repeats.has(record):
            left_out["duplicate"] += 1
            continue
        try:
            id = preparer.identify(record)
            yield preparer.document(record.fields, id=id, ordinal=ordinal, images=folder_of(record))
        except RecordError:
            left_out["in quarantine"] += 1


def _cast(subject: Subject, frame: Frame) -> CastVotes:
    assert subject.fitted is not None
    votes = {label: frame.votes.get(label, ()) for label in subject.labels}
    counted = heard(subject.fitted, votes, connects=subject.combiner.connects)
    return tuple(sorted((vote.rule, label) for label, given in counted.items() for vote in given))


def _fit(subject: Subject, patterns: Mapping[CastVotes, int]) -> CombinerFit:
    assert subject.fitted is not None
    voters = subject.fitted.voters
    votes, alone = dict.fromkeys(voters, 0), dict.fromkeys(voters, 0)
    for cast, count in patterns.items():
        rules = {rule for rule, _ in cast}
        for rule in rules:
            votes[rule] += count
            alone[rule] += count if len(rules) == 1 else 0
    return CombinerFit(
        set=subject.name,
        combiner=subject.combiner.name,
        voted=sum(patterns.values()),
        contested=sum(count for cast, count in patterns.items() if len({label for _, label in cast}) > 1),
        votes=votes,
        alone=alone,
        numbers=fit_numbers(subject.name, subject.combiner, subject.labels, voters, patterns),
    )
