"""Whether a model is to be trained again: what people answered since, and how often the machine had suggested it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import orjson

from rubricate.model.binomial import upper_bound
from rubricate.model.descriptors import OptionError
from rubricate.model.ruleset import MatcherSpec, Retrain, Ruleset
from rubricate.model.training import Counted
from rubricate.registry import Registry
from rubricate.storage.model_folder import ANSWERS, CARD, MODEL
from rubricate.storage.people import open_people

__all__ = ["Answered", "Standing", "judge_models", "model_folder", "read_answered"]

ERROR = 0.05
"""How likely a trigger by accuracy may be pulled by chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A question about a label of records that people have answered."""

    question: str
    ruleset: str
    """The name of the ruleset that asked."""
    labels: tuple[str, ...]
    agrees: bool | None
    """Whether the machine had suggested what people say; None: it had suggested nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a model stands."""

    matcher: str | None
    """None: no matcher of the ruleset is a model that can be trained."""
    model: Path | None
    answers: int
    """Answers that the model has not learned from."""
    agreement: Counted
    """Of these, how often the machine had suggested what people say, where it had suggested something."""
    due: tuple[str, ...] = ()
    """Why it is to be trained again; nothing: it is not."""


def read_answered(people: Path) -> list[Answered]:
    """Every question about labels of records that people have answered, in the order in which they were asked."""
    if not people.is_file():
        return []
    with open_people(people) as database:
        valid = {found.question: found for found in database.valid_answers().values()}
        asked = [each for each in database.questions() if each.id in valid and each.kind in ("set", "label")]
    return [
        Answered(
            question=each.id,
            ruleset=each.ruleset.rpartition(" ")[0],
            labels=each.labels,
            agrees=_agrees(valid[each.id].value, valid[each.id].answers[-1].suggested),
        )
        for each in asked
    ]


def _agrees(value: object, suggested: object) -> bool | None:
    said = cast("Mapping[str, object]", value)
    found = [cast("Mapping[str, object]", one) for one in suggested] if isinstance(suggested, list) else []
    if not found:
        return None
    if "holds" in said:
        return said["holds"] is True
    best = max(found, key=lambda one: cast("float", one.get("score") or 0.0))
    return said.get("label") == best["label"]


def judge_models(ruleset: Ruleset, registry: Registry, answered: Sequence[Answered]) -> Iterator[Standing]:
    """How each model of a ruleset that can be trained stands; without any, what a first one could learn from."""
    own = [each for each in answered if each.ruleset == ruleset.name]
    models = [spec for spec in ruleset.matchers.values() if registry.matchers[spec.kind].trainers]
    for spec in models:
        folder = model_folder(spec, registry)
        labels, known = _learned(folder)
        since = [
            each
            for each in own
            if each.question not in known and (labels is None or not labels.isdisjoint(each.labels))
        ]
        yield _standing(spec.name, folder, since, ruleset.retrain)
    if not models and ruleset.retrain is not None:
        yield _standing(None, None, own, ruleset.retrain)


def model_folder(spec: MatcherSpec, registry: Registry) -> Path | None:
    """The folder of a matcher's model; None for one that is not there."""
    kind = registry.matchers[spec.kind]
    try:
        found = {} if kind.files is None else kind.files(spec)
    except OptionError:
        return None
    return found[MODEL].parent if MODEL in found else None


def _learned(folder: Path | None) -> tuple[frozenset[str] | None, frozenset[str]]:
    """The labels that a model was trained for (None: it has no card), and the questions whose answers are in it."""
    if folder is None:
        return None, frozenset()
    try:
        card = orjson.loads((folder / CARD).read_bytes())
        labels = frozenset(map(str, [*card["classes"], *card["scarce"]]))
        return labels, frozenset((folder / ANSWERS).read_text(encoding="utf-8").split())
    except (OSError, ValueError, KeyError, TypeError):
        return None, frozenset()


def _standing(matcher: str | None, model: Path | None, since: Sequence[Answered], retrain: Retrain | None) -> Standing:
    told = [each.agrees for each in since if each.agrees is not None]
    agreement = Counted(sum(told), len(told))
    due: list[str] = []
    if retrain is not None and retrain.after_answers is not None and len(since) >= retrain.after_answers:
        due.append(f"{len(since):,} answers since, of {retrain.after_answers:,} that it waits for")
    below = None if retrain is None else retrain.or_accuracy_below
    if below is not None and agreement.of and upper_bound(agreement.right, agreement.of, ERROR) < below:
        due.append(f"people agree with {agreement.right:,} of {agreement.of:,} suggestions, surely below {below:g}")
    return Standing(matcher=matcher, model=model, answers=len(since), agreement=agreement, due=tuple(due))
