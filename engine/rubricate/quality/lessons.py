"""Gathers what a model is to learn from: gold, what people answered, and what the machine accepted.

For each text one voice counts: gold outranks people, people outrank the machine. Voices of one rank that contradict one
another on equal texts are put to the vote, and without a majority the text is left out.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from rubricate.errors import RecordError
from rubricate.model.descriptors import Lesson, RawRecord
from rubricate.model.document import Document
from rubricate.planning.plan import Plan, Subject
from rubricate.quality.gold import Gold
from rubricate.quality.gold_documents import read_documents
from rubricate.running.preparing import Preparer
from rubricate.running.shaping import question_id, shown_digest
from rubricate.running.shaping_images import images_told, texts_told

__all__ = ["Lessons", "Taught", "Teacher", "lessons_of_gold", "lessons_of_run", "settle_lessons", "split_lessons"]

Teacher: TypeAlias = Literal["gold", "people", "machine"]
RANKS: Sequence[Teacher] = ("gold", "people", "machine")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """What one voice says of one record."""

    lesson: Lesson
    by: Teacher
    digest: str
    """Of its text, folded: equal for texts that differ in nothing that matters."""
    questions: tuple[str, ...] = ()
    """The questions that people answered about it."""


@dataclass(frozen=True, slots=True)
class Lessons:
    """What there is to learn from, in the order of the digests of the texts."""

    taught: tuple[Taught, ...]
    left_out: Mapping[str, int]
    """Why records were not used -> how many."""
    answers: tuple[str, ...] = ()
    """Every question that people answered about them, sorted."""


def lessons_of_gold(
    plan: Plan,
    subject: Subject,
    records: Iterable[Mapping[str, object] | RawRecord],
    gold: Mapping[str, Gold],
    *,
    key: str,
) -> Lessons:
    """What gold says of the records that it names."""
    found = read_documents(plan, records, gold, key=key)
    left_out = Counter(found.left_out)
    taught: list[Taught] = []
    for document in found.documents:
        held = found.truth[document.id]
        known = [label for label in subject.labels if label in held]
        true = [label for label in known if held[label]]
        if subject.kind == "label" and known:
            target = true[0] if true else None
        elif subject.kind == "set" and len(true) == 1:
            target = true[0]
        else:
            left_out[_unclear(subject, true)] += 1
            continue
        taught.append(Taught(lesson=Lesson(document, target), by="gold", digest=_digest(document)))
    return Lessons(tuple(taught), left_out)


def lessons_of_run(
    plan: Plan,
    subject: Subject,
    records: Iterable[Mapping[str, object]],
    *,
    key: str,
    learned: Collection[str] = (),
) -> Lessons:
    """What people answered and what the machine accepted in a run.

    What the machine accepted for the word of a matcher in `learned` alone is left out: a model would learn the mistakes
    of the one before it.
    """
    preparer = Preparer(plan, looks=False)
    fields = [plan.ruleset.record.place(name) for name in preparer.fields]
    left_out: Counter[str] = Counter()
    taught: list[Taught] = []
    for ordinal, record in enumerate(records):
        said = cast("Mapping[str, object]", record[key])
        own = {name: value for name, value in record.items() if name != key}
        texts = texts_told(own, said, fields)
        shown = shown_digest({**texts, **images_told(said)})
        voice = _Voice(subject, said, question_id(shown, subject, None), frozenset(learned))
        told = voice.told()
        if told is None:
            left_out[voice.why] += 1
            continue
        try:
            document = preparer.document({**own, **texts}, id=str(said["id"]), ordinal=ordinal)
        except RecordError:
            left_out["cannot be read by this ruleset"] += 1
            continue
        target, by = told
        digest = _digest(document)
        taught.append(Taught(lesson=Lesson(document, target), by=by, digest=digest, questions=voice.questions()))
    return Lessons(tuple(taught), left_out)


def _unclear(subject: Subject, true: Sequence[str]) -> str:
    if subject.kind == "label":
        return "gold does not speak of it"
    return "several labels of the set hold" if true else "no label of the set holds"


class _Voice:
    """What a record of a run says of a set or label, and who said it."""

    def __init__(self, subject: Subject, said: Mapping[str, object], asked: str, learned: Collection[str]) -> None:
        self._subject = subject
        self._said = said
        self._asked = asked
        self._learned = learned
        self.why = "undecided"
        """Why it says nothing that can be learned."""

    def told(self) -> tuple[str | None, Teacher] | None:
        """The label that holds, or None for none of them, and who says so."""
        annotations = [
            each
            for each in cast("Sequence[Mapping[str, object]]", self._said.get("annotations", ()))
            if each["label"] in self._subject.labels and each["kind"] == "document"
        ]
        if len(annotations) == 1:
            [found] = annotations
            by: Teacher = "machine" if found.get("by", "machine") == "machine" else "people"
            if by == "machine" and self._is_learned(found):
                self.why = "only the word of a model"
                return None
            return str(found["label"]), by
        decisions = cast("Mapping[str, str]", self._said.get("decisions", {}))
        if self._subject.kind == "label" and not annotations and decisions.get(self._subject.labels[0]) == "no":
            return None, "people" if self._asked in self._answered() else "machine"
        return None

    def questions(self) -> tuple[str, ...]:
        """The answered questions that were about it."""
        answered = self._answered()
        if self._asked in answered:
            return (self._asked,)
        return tuple(id for id, value in answered.items() if value.get("label") in self._subject.labels)

    def _answered(self) -> Mapping[str, Mapping[str, object]]:
        answers = cast("Sequence[Mapping[str, object]]", self._said.get("answers", ()))
        return {str(each["question"]): cast("Mapping[str, object]", each["value"]) for each in answers}

    def _is_learned(self, annotation: Mapping[str, object]) -> bool:
        """Whether nothing but learned matchers speaks for it."""
        votes = cast("Sequence[Mapping[str, object]]", annotation.get("votes", ()))
        named = [
            {str(each["matcher"]) for each in cast("Sequence[Mapping[str, object]]", vote.get("evidence", ()))}
            for vote in votes
        ]
        return bool(named) and all(each and each <= set(self._learned) for each in named)


def settle_lessons(*parts: Lessons) -> Lessons:
    """One voice for each text, the highest there is, in the order of the texts' digests."""
    left_out: Counter[str] = Counter()
    by_text: dict[str, list[Taught]] = {}
    for part in parts:
        left_out.update(part.left_out)
        for taught in part.taught:
            by_text.setdefault(taught.digest, []).append(taught)
    chosen: list[Taught] = []
    for _, voices in sorted(by_text.items()):
        rank = min(RANKS.index(each.by) for each in voices)
        loudest = [each for each in voices if RANKS.index(each.by) == rank]
        counts = Counter(each.lesson.target for each in loudest).most_common(2)
        if len(counts) > 1 and counts[0][1] == counts[1][1]:
            left_out["the same text has several labels"] += len(voices)
            continue
        left_out["said of the same text before"] += len(voices) - 1
        chosen.append(min((each for each in loudest if each.lesson.target == counts[0][0]), key=_id))
    answers = {id for voices in by_text.values() for each in voices for id in each.questions}
    kept = {why: count for why, count in sorted(left_out.items()) if count}
    return Lessons(tuple(chosen), kept, tuple(sorted(answers)))


def split_lessons(lessons: Lessons, share: float) -> tuple[list[Taught], list[Taught]]:
    """What is learned from, and what is held out: by the digest of the text, and nothing that a machine said."""
    learned, held = list[Taught](), list[Taught]()
    for each in lessons.taught:
        is_held = each.by != "machine" and int(each.digest[:16], 16) < share * 2**64
        (held if is_held else learned).append(each)
    return learned, held


def _id(taught: Taught) -> str:
    return taught.lesson.document.id


def _digest(document: Document) -> str:
    """A digest of what a record says, whatever the case of its letters and the space between its words."""
    folded: Iterator[str] = (" ".join(document.folded(name)[0].casefold().split()) for name in document.clean)
    return hashlib.sha256("\n".join(folded).encode("utf-8", "surrogatepass")).hexdigest()
