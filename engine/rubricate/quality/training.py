"""Makes a model from lessons, and measures it on records that it has not seen."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rubricate.errors import PluginError, RubricateError, UsageError
from rubricate.model.descriptors import MatcherKind, OptionError, Trained, Trainer
from rubricate.model.training import Counted, HeldOut, LabelFigures, ModelCard, Teachers
from rubricate.planning.plan import Plan, Subject
from rubricate.quality.lessons import Lessons, Taught, split_lessons
from rubricate.running.publishing import engine_version

__all__ = ["LEAST", "Made", "find_subject", "train"]

LEAST = 5
"""A label that fewer records have is none that a model can learn."""
SURE = (0.5, 0.7, 0.8, 0.9, 0.95, 0.99)
"""The scores from which the card says how right the model is."""
NO_LABEL = "(none)"
"""Stands in figures where none of the labels holds."""


@dataclass(frozen=True, slots=True)
class Made:
    """A model with its card."""

    trained: Trained
    card: ModelCard
    held: tuple[Taught, ...]
    """The records that it was measured on."""
    taught: tuple[Taught, ...]
    """The records that it learned from."""


def find_subject(plan: Plan, name: str | None) -> Subject:
    """The set or label of this name; without one the only one there is. Raises UsageError."""
    known = {each.name: each for each in plan.subjects.values() if each.kind in ("set", "label")}
    told = ", ".join(sorted(known)[:7])
    if name is None:
        if len(known) == 1:
            return next(iter(known.values()))
        help = f"say --label, one of {told}" if known else "a model is trained for labels of records"
        raise UsageError(f"{plan.ruleset.file}: declares {len(known) or 'no'} sets and labels of records", help=help)
    found = known.get(name) or known.get(f"{name}.*")
    if found is not None:
        return found
    label = plan.ruleset.labels.get(name)
    if label is not None and label.set is not None:
        help = f"say --label {label.set}: what excludes one another is told apart together"
        raise UsageError(f'"{name}" is one of the set "{label.set}"', help=help)
    if label is not None:
        message = f'"{name}" marks places, and a model is trained for labels of records'
        raise UsageError(message, help=f"there is {told}" if told else None)
    raise UsageError(f'"{name}" is no set and no label of {plan.ruleset.file}', help=f"there is {told}")


def train(
    plan: Plan,
    subject: Subject,
    lessons: Lessons,
    way: tuple[MatcherKind, Trainer],
    options: Mapping[str, object],
    folder: Path,
    *,
    share: float,
    sources: Sequence[Mapping[str, object]] = (),
) -> Made:
    """A model for a folder, and what is known of it. Raises UsageError where there is too little to learn from."""
    learned, held = split_lessons(lessons, share)
    seen = Counter(each.lesson.target for each in learned)
    scarce = {label: seen[label] for label in subject.labels if seen[label] < LEAST}
    classes = [label for label in subject.labels if label not in scarce]
    _check_enough(subject, classes, seen, held, scarce)
    taught = [each for each in learned if each.lesson.target not in scarce]
    kind, trainer = way
    try:
        trained = trainer.fit([each.lesson for each in taught], classes, options, folder)
        scores = trained.ask([each.lesson.document for each in held])
    except OptionError as error:
        raise UsageError(f'option "{error.option}": {error.message}', help=error.help) from error
    except RubricateError:
        raise
    except Exception as error:
        raise PluginError(kind.name, f"{type(error).__name__}: {error}") from error
    ruleset = plan.ruleset
    guideline = ruleset.guideline
    card = ModelCard(
        label=subject.name,
        classes=tuple(classes),
        is_set=subject.kind == "set",
        ruleset=(ruleset.name, ruleset.version),
        plan=plan.digest,
        guideline=None if guideline is None else (guideline.id, guideline.version),
        engine=engine_version(),
        trainer=trainer.name,
        kind=kind.name,
        told=trained.told,
        sources=tuple(sources),
        share=share,
        lessons=_teachers(taught),
        held=_measure(held, scores, classes, Counter(each.lesson.target for each in taught)),
        left_out=lessons.left_out,
        scarce=scarce,
        answers=lessons.answers,
        files={name: hashlib.sha256(content).hexdigest() for name, content in sorted(trained.files.items())},
    )
    return Made(trained, card, tuple(held), tuple(taught))


def _check_enough(
    subject: Subject,
    classes: Sequence[str],
    seen: Mapping[str | None, int],
    held: Sequence[Taught],
    scarce: Mapping[str, int],
) -> None:
    told = ", ".join(f"{label} {count:,}" for label, count in {label: seen[label] for label in subject.labels}.items())
    if subject.kind == "set" and len(classes) < 2:
        help = f"each needs {LEAST} texts or more, apart from those that are held out; there are {told}"
        raise UsageError(f'too few labels of "{subject.name}" have enough records to learn from', help=help)
    if subject.kind == "label" and (scarce or seen[None] < LEAST):
        help = f"it takes {LEAST} texts or more that have it, and as many that have not"
        message = f'too few records to learn from say whether "{subject.name}" holds: {told}, without it {seen[None]:,}'
        raise UsageError(message, help=help)
    if not held:
        help = "name gold with --gold, answer questions of the run, or hold out more with --held-out"
        raise UsageError("no record with a label by gold or people is held out, so nothing could be said of the model",
                         help=help)  # fmt: skip


def _teachers(taught: Sequence[Taught]) -> Teachers:
    counts = Counter(each.by for each in taught)
    return Teachers(gold=counts["gold"], people=counts["people"], machine=counts["machine"])


def _measure(
    held: Sequence[Taught],
    scores: Sequence[Mapping[str, float] | None],
    classes: Sequence[str],
    lessons: Mapping[str | None, int],
) -> HeldOut:
    """How right the model is; what a record has that none of its classes fits counts, too."""
    told = [(each.lesson.target, *_best(found)) for each, found in zip(held, scores, strict=True) if found is not None]
    commonest = max(Counter(target for target, _, _ in told).values(), default=0)
    figures = [
        LabelFigures(
            label=label,
            lessons=lessons[label],
            precision=Counted(sum(target == said == label for target, said, _ in told),
                              sum(said == label for _, said, _ in told)),
            recall=Counted(sum(target == said == label for target, said, _ in told),
                           sum(target == label for target, _, _ in told)),
        )
        for label in classes
    ]  # fmt: skip
    sure = [(score, [target == said for target, said, found in told if found >= score]) for score in SURE]
    return HeldOut(
        teachers=_teachers(held),
        accuracy=Counted(sum(target == said for target, said, _ in told), len(told)),
        abstained=len(held) - len(told),
        commonest=Counted(commonest, len(told)),
        labels=tuple(figures),
        sure=tuple((score, Counted(sum(right), len(right))) for score, right in sure),
    )


def _best(scores: Mapping[str, float]) -> tuple[str | None, float]:
    """What the model says, and how surely: the likeliest class, or that none fits."""
    label, score = min(scores.items(), key=lambda each: (-each[1], each[0]))
    rest = round(1.0 - sum(scores.values()), 4)
    return (None, rest) if rest > score else (label, score)
