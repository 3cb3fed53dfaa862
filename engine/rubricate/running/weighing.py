"""What combiners make of votes that are fitted to the rules which cast them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rubricate.model.descriptors import RuleVote
from rubricate.model.match import Match
from rubricate.planning.frame import Vote
from rubricate.planning.plan import Fitted

__all__ = ["heard", "weighed"]


def weighed(fitted: Fitted, votes: Mapping[str, Sequence[Vote]], *, connects: bool) -> Mapping[str, float]:
    """Label -> score, for labels with votes. `otherwise`, which is no rule, counts as it says where it is alone."""
    cast = heard(fitted, votes, connects=connects)
    if cast:
        return fitted.combine(cast)
    return {label: max(vote.score for vote in given) for label, given in votes.items() if given}


def heard(fitted: Fitted, votes: Mapping[str, Sequence[Vote]], *, connects: bool) -> dict[str, list[RuleVote]]:
    """Label -> the votes of rules that count; of those that rest on the same match the surest, if they are connected.

    Of equally sure ones it is that of the first rule by its id.
    """
    found: dict[str, list[RuleVote]] = {}
    for label, given in votes.items():
        own = [vote for vote in given if vote.rule >= 0]
        if own:
            groups = _connected(own) if connects and len(own) > 1 else [[vote] for vote in own]
            best = [
                min((RuleVote(fitted.rules[vote.rule], vote.score) for vote in group), key=_surest) for group in groups
            ]
            found[label] = sorted(best)
    return found


def _surest(vote: RuleVote) -> tuple[float, bytes]:
    return -vote.score, vote.rule.encode()


def _connected(votes: Sequence[Vote]) -> list[list[Vote]]:
    """The votes in groups of which each shares a matcher at the same place with another."""
    groups: list[tuple[set[tuple[object, ...]], list[Vote]]] = []
    for vote in votes:
        places, members = {_place(match) for match in vote.evidence}, [vote]
        apart: list[tuple[set[tuple[object, ...]], list[Vote]]] = []
        for others, fellows in groups:
            if others & places:
                places, members = places | others, [*fellows, *members]
            else:
                apart.append((others, fellows))
        groups = [*apart, (places, members)]
    return [members for _, members in groups]


def _place(match: Match) -> tuple[object, ...]:
    return match[:4]
