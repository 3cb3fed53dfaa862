"""The votes of simple rules, straight from the matches of one matcher.

Most rules ask only that a matcher matches. Their votes follow from its matches alone, and a rule over a table says the
same wherever a row of it matches; so neither conditions nor confidences are worked out for each record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias, cast

from rubricate.model.match import Match
from rubricate.planning.frame import Frame, Vote
from rubricate.planning.plan import MARKS, PlannedRule, PlannedStage, Subject

__all__ = ["QuickVotes", "as_score", "make_quick_votes"]

QuickVotes: TypeAlias = "Callable[[Frame], Sequence[Vote]]"
"""The votes of a rule on a record in which its matcher matches."""
Said: TypeAlias = "tuple[str, float, object] | None"
"""(label, score, value) of a match, or None where the rule abstains."""
UNKNOWN: Final = (None,)

new_tuple = cast("Callable[[type[Vote], tuple[object, ...]], Vote]", tuple.__new__)
"""Makes a vote without what its own constructor does beside."""


def make_quick_votes(stage: PlannedStage, subject_of: Mapping[str, Subject]) -> list[QuickVotes | None]:
    """For each rule of a stage, by position, what gives its votes; None for those that have to be asked."""
    return [_quick_votes(rule, stage.number, subject_of) for rule in stage.rules]


def _quick_votes(rule: PlannedRule, stage: int, subject_of: Mapping[str, Subject]) -> QuickVotes | None:
    if rule.bare is None or rule.is_draft or rule.stage != stage or rule.level or rule.parts is not None:
        return None
    if rule.matches is None:
        return None if rule.constant is None else _of_document(rule, stage, rule.bare, rule.constant)
    if not rule.by_row:
        return None
    said = _by_row(rule, subject_of)
    kinds = {subject_of[label].kind in MARKS for label in rule.labels}
    if len(kinds) != 1:
        return None
    return _of_spans(rule, stage, rule.bare, said) if True in kinds else _of_best(rule, stage, rule.bare, said)


def _of_document(rule: PlannedRule, stage: int, matcher: str, score: float) -> QuickVotes:
    head = (cast("str", rule.rule.label), rule.number, score)
    rest = (None, None, stage)

    def votes(frame: Frame) -> Sequence[Vote]:
        return (new_tuple(Vote, (*head, frame.matches[matcher], *rest)),)

    return votes


def _of_spans(rule: PlannedRule, stage: int, matcher: str, say: Callable[[Frame, Match], Said]) -> QuickVotes:
    number = rule.number

    def votes(frame: Frame) -> Sequence[Vote]:
        return [
            new_tuple(Vote, (said[0], number, said[1], [match], match[1:4], said[2], stage))
            for match in frame.matches[matcher]
            if (said := say(frame, match)) is not None
        ]

    return votes


def _of_best(rule: PlannedRule, stage: int, matcher: str, say: Callable[[Frame, Match], Said]) -> QuickVotes:
    """On a document label the best match of a label is the vote, and all of them are its evidence."""
    number = rule.number

    def votes(frame: Frame) -> Sequence[Vote]:
        best: dict[str, tuple[float, list[Match]]] = {}
        for match in frame.matches[matcher]:
            said = say(frame, match)
            if said is None:
                continue
            label, score, _ = said
            known = best.get(label)
            if known is None:
                best[label] = (score, [match])
            else:
                known[1].append(match)
                if score > known[0]:
                    best[label] = (score, known[1])
        return [
            new_tuple(Vote, (label, number, score, evidence, None, None, stage))
            for label, (score, evidence) in best.items()
        ]

    return votes


def _by_row(rule: PlannedRule, subject_of: Mapping[str, Subject]) -> Callable[[Frame, Match], Said]:
    """What a match says, remembered by the row of the table; matches without a row are worked out."""
    known: dict[object, Said] = {}

    def say(frame: Frame, match: Match) -> Said:
        entry = match[5]
        if type(entry) is not int:
            return _said(rule, subject_of, frame, match)
        found = known.get(entry, UNKNOWN)
        if found is UNKNOWN:
            found = known[entry] = _said(rule, subject_of, frame, match)
        return cast("Said", found)

    return say


def _said(rule: PlannedRule, subject_of: Mapping[str, Subject], frame: Frame, match: Match) -> Said:
    frame.it = match
    score = rule.constant if rule.constant is not None else as_score(rule.confidence(frame))
    label = rule.label_from(frame) if rule.label_from is not None else rule.rule.label
    value = rule.value(frame) if rule.value is not None else None
    frame.it = None
    return (label, score, value) if score is not None and isinstance(label, str) and label in subject_of else None


def as_score(found: object) -> float | None:
    """The score of a vote, between 0 and 1, rounded before anything compares it; None: the rule abstains."""
    if type(found) is not float and not isinstance(found, int | float):
        return None
    if found != found:  # NaN abstains
        return None
    return round(min(max(float(found), 0.0), 1.0), 4)
