"""What labels mean for one another: `implies` carries yes upward and no downward, `excludes` lets one of two stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rubricate.planning.frame import Decision, Frame, Vote
from rubricate.planning.plan import Links, Plan, PlannedStage

__all__ = ["link", "unlink"]


class _Strength(NamedTuple):
    """How well a label stands against one that it excludes; the smallest stands."""

    priority: int
    """Of its rules the highest, negated."""
    score: float
    """Negated."""
    rule: bytes
    """The id of its rule, the first in byte order."""


def unlink(frame: Frame) -> None:
    """Takes back what other labels made of decisions, so that votes are looked at afresh."""
    for label, decision in list(frame.decisions.items()):
        if decision.implied_by is None and decision.lost_to is None:
            continue
        if decision.before is None:
            del frame.decisions[label]
        else:
            frame.decisions[label] = decision.before


def link(plan: Plan, stage: PlannedStage, frame: Frame) -> None:
    """Lets the decisions bear on one another: yes upward, then `excludes`, then no downward."""
    links = plan.links
    assert links is not None  # asked only where there are some
    _carry_up(links, stage, frame)
    _exclude(plan, links, stage, frame)
    _carry_down(links, stage, frame)


def _accepted(frame: Frame, label: str) -> bool:
    decision = frame.decisions.get(label)
    return decision is not None and (
        decision.decision == "accepted" or any(span.decision == "accepted" for span in decision.spans)
    )


def _best(decision: Decision) -> float:
    """The score of what is accepted."""
    return max((span.score for span in decision.spans if span.decision == "accepted"), default=decision.score)


def _carry_up(links: Links, stage: PlannedStage, frame: Frame) -> None:
    """Whoever is implied by an accepted label is accepted; labels come before those that they imply."""
    carried: dict[str, float] = {}
    for label in links.upward:
        if not _accepted(frame, label):
            continue
        lower = frame.decisions[label]
        # a label that is accepted by itself with less still passes on what came from below
        score = max(_best(lower), carried.get(label, 0.0))
        for upper in links.implies.get(label, ()):
            carried[upper] = max(score, carried.get(upper, 0.0))
            old = frame.decisions.get(upper)
            if old is not None and old.implied_by is not None:
                if score > old.score:  # of several that imply it the surest is named
                    frame.decisions[upper] = old._replace(score=score, implied_by=label, stage=lower.stage)
            elif old is None or old.decision != "accepted":
                known = score if old is None else max(score, old.score)
                threshold = stage.thresholds[upper].accept
                frame.decisions[upper] = Decision(
                    "accepted", known, threshold, lower.stage, implied_by=label, before=old
                )


def _exclude(plan: Plan, links: Links, stage: PlannedStage, frame: Frame) -> None:
    """Of labels that cannot hold side by side the strongest stands: by priority, then score, then rule id."""
    rivals = [label for label in links.excludes if _accepted(frame, label)]
    if len(rivals) < 2:
        return
    rivals.sort(key=lambda label: _strength(plan, links, frame, label))
    stand: list[str] = []
    for label in rivals:
        winner = next((other for other in stand if other in links.excludes[label]), None)
        if winner is None:
            stand.append(label)
            continue
        _lose(frame, label, winner, stage)


def _strength(plan: Plan, links: Links, frame: Frame, label: str) -> _Strength:
    votes = list(_votes_for(links, frame, label))
    rules = [plan.rules[vote.rule].rule for vote in votes if vote.rule >= 0]
    priority = max((rule.priority for rule in rules), default=0)
    ids = [rule.id.encode() for rule in rules if rule.priority == priority]
    return _Strength(-priority, -frame.decisions[label].score, min(ids, default=b""))


def _votes_for(links: Links, frame: Frame, label: str) -> Iterator[Vote]:
    """The votes of a label; of one that has none, those of the accepted labels that imply it."""
    own = frame.votes.get(label, ())
    if own:
        yield from own
        return
    for lower, uppers in links.implies.items():
        if label in uppers and _accepted(frame, lower):
            yield from _votes_for(links, frame, lower)


def _lose(frame: Frame, label: str, winner: str, stage: PlannedStage) -> None:
    """A label that cannot hold, because another one does or because one that it implies does not."""
    old = frame.decisions.get(label)
    if old is None:
        threshold = stage.thresholds[label].accept
        frame.decisions[label] = Decision("no", 0.0, threshold, stage.number, lost_to=winner)
        return
    spans = tuple(span if span.decision == "no" else span._replace(decision="no", lost_to=winner) for span in old.spans)
    before = old if old.implied_by is None else old.before
    frame.decisions[label] = old._replace(decision="no", spans=spans, implied_by=None, lost_to=winner, before=before)


def _carry_down(links: Links, stage: PlannedStage, frame: Frame) -> None:
    """Whoever implies a label that is no is no itself; labels come after those that they imply."""
    for label in reversed(links.upward):
        for upper in links.implies.get(label, ()):
            above = frame.decisions.get(upper)
            if above is None or above.decision != "no":
                continue
            mine = frame.decisions.get(label)
            if mine is None or mine.decision != "no" or any(span.decision != "no" for span in mine.spans):
                _lose(frame, label, above.lost_to or upper, stage)
            break
