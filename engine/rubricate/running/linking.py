"""What labels mean for one another: `implies` carries yes upward and no downward, `excludes` lets one of two stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rubricate.planning.frame import Decision, Frame
from rubricate.planning.plan import Links, Plan

__all__ = ["link", "unlink"]


class _Strength(NamedTuple):
    """How well a label stands against one that it excludes; the smallest stands."""

    priority: int
    """Of its rules the highest, negated."""
    score: float
    """Negated."""
    rule: bytes
    """The id of its rule, the first in byte order."""


class _Loss(NamedTuple):
    """Why a label cannot hold."""

    winner: str
    stage: int
    """The stage whose votes would have made it accepted, or made no what it implies."""


def unlink(frame: Frame) -> None:
    """Takes back what other labels made of decisions, so that votes are looked at afresh."""
    for label, decision in list(frame.decisions.items()):
        if decision.implied_by is None and decision.lost_to is None:
            continue
        if decision.before is None:
            del frame.decisions[label]
        else:
            frame.decisions[label] = decision.before


def link(plan: Plan, frame: Frame) -> None:
    """Lets the decisions bear on one another: `excludes` among what is claimed, yes upward, then no downward."""
    links = plan.links
    assert links is not None  # asked only where there are some
    for label, loss in _losses(plan, links, frame).items():
        _lose(plan, frame, label, loss)
    _carry_up(plan, links, frame)
    _carry_down(plan, links, frame)


def _accepted(frame: Frame, label: str) -> bool:
    decision = frame.decisions.get(label)
    return decision is not None and (
        decision.decision == "accepted" or any(span.decision == "accepted" for span in decision.spans)
    )


def _best(decision: Decision) -> float:
    """The score of what is accepted."""
    return max((span.score for span in decision.spans if span.decision == "accepted"), default=decision.score)


def _losses(plan: Plan, links: Links, frame: Frame) -> dict[str, _Loss]:
    """The labels that cannot hold. The strongest accepted label is taken first, with all that it implies.

    One of which something cannot hold beside what is taken falls, and what it alone implies is not accepted by it.
    """
    claims = [label for label in links.closures if _accepted(frame, label)]
    claims.sort(key=lambda label: _strength(plan, frame, label))
    taken: dict[str, None] = {}
    losses: dict[str, _Loss] = {}
    for label in claims:
        closure, stage = links.closures[label], frame.decisions[label].stage
        winners = {each: winner for each in closure if (winner := _rival(each, taken, closure, links)) is not None}
        if not winners:
            taken |= dict.fromkeys(closure)
            continue
        losses.setdefault(label, _Loss(winners.get(label, next(iter(winners.values()))), stage))
        for each, winner in winners.items():
            if winner in taken:
                losses.setdefault(each, _Loss(winner, stage))
    return losses


def _rival(label: str, taken: Mapping[str, None], closure: Sequence[str], links: Links) -> str | None:
    """What a label cannot hold beside: of what is taken, else of what would be taken with it."""
    rivals = links.excludes.get(label)
    return None if rivals is None else next((other for other in (*taken, *closure) if other in rivals), None)


def _carry_up(plan: Plan, links: Links, frame: Frame) -> None:
    """Whoever is implied by an accepted label is accepted; labels come before those that they imply."""
    carried: dict[str, float] = {}
    named: dict[str, str] = {}
    for label in links.upward:
        if not _accepted(frame, label):
            continue
        lower = frame.decisions[label]
        # a label that is accepted by itself with less still passes on what came from below
        score = max(_best(lower), carried.get(label, 0.0))
        for upper in links.implies.get(label, ()):
            known_score = carried.get(upper)
            surest = known_score is None or score > known_score
            if score == known_score:  # of equally sure ones that which was declared first
                declared = list(plan.ruleset.labels)
                surest = declared.index(label) < declared.index(named[upper])
            if surest:
                carried[upper], named[upper] = score, label
            old = frame.decisions.get(upper)
            own = old.before if old is not None and old.implied_by is not None else old
            if surest and (own is None or own.decision != "accepted"):  # of several that imply it the surest is named
                best = score if own is None else max(score, own.score)
                threshold = plan.stages[lower.stage].thresholds[upper].accept
                frame.decisions[upper] = Decision(
                    "accepted", best, threshold, lower.stage, implied_by=label, before=own
                )


def _strength(plan: Plan, frame: Frame, label: str) -> _Strength:
    rules = [plan.rules[vote.rule].rule for vote in frame.votes.get(label, ()) if vote.rule >= 0]
    priority = max((rule.priority for rule in rules), default=0)
    ids = [rule.id.encode() for rule in rules if rule.priority == priority]
    return _Strength(-priority, -_best(frame.decisions[label]), min(ids, default=b""))


def _lose(plan: Plan, frame: Frame, label: str, loss: _Loss) -> None:
    """A label that cannot hold, because another one does or because one that it implies does not."""
    old = frame.decisions.get(label)
    if old is None:
        threshold = plan.stages[loss.stage].thresholds[label].accept
        frame.decisions[label] = Decision("no", 0.0, threshold, loss.stage, lost_to=loss.winner)
        return
    spans = tuple(
        span if span.decision == "no" else span._replace(decision="no", lost_to=loss.winner) for span in old.spans
    )
    frame.decisions[label] = old._replace(decision="no", spans=spans, lost_to=loss.winner, before=old)


def _carry_down(plan: Plan, links: Links, frame: Frame) -> None:
    """Whoever implies a label that is no is no itself; labels come after those that they imply."""
    for label in reversed(links.upward):
        for upper in links.implies.get(label, ()):
            above = frame.decisions.get(upper)
            if above is None or above.decision != "no":
                continue
            mine = frame.decisions.get(label)
            if mine is None or mine.decision != "no":
                _lose(plan, frame, label, _Loss(above.lost_to or upper, above.stage))
            break
