"""The votes of a rule on a record."""

from __future__ import annotations

from dataclasses import replace

from rubricate.language import tree
from rubricate.model.match import Match
from rubricate.model.ruleset import Rule
from rubricate.reference.asking import matches_of, truth_of, value_of
from rubricate.reference.covering import cover_of, covered
from rubricate.reference.known import Known, root
from rubricate.reference.naming import gives_matches, labels_of
from rubricate.reference.resting import evidence_of
from rubricate.reference.results import ReferenceVote

__all__ = ["votes_of"]


def votes_of(rule: Rule, stage: int, known: Known) -> list[ReferenceVote]:
    """A rule votes if its condition and those of its groups hold; one that is unknown abstains."""
    when = root(rule.when)
    conditions = [*map(root, rule.only), when]
    asked = tree.And(tuple(conditions)) if len(conditions) > 1 else when
    if truth_of(asked, known) is not True:
        return []
    if _goes_by_match(rule, known):
        return _votes_by_match(rule, stage, known)
    score = _score(rule, known)
    if score is None or rule.label is None:
        return []
    return [_vote(rule, rule.label, score, evidence_of(asked, known), stage)]


def _goes_by_match(rule: Rule, known: Known) -> bool:
    """A span label, label_from, or a confidence about `it` make a rule work match by match, where there are any."""
    labels = labels_of(rule, known.ruleset)
    marks = any(known.ruleset.labels[label].kind == "span" for label in labels)
    about_it = any(isinstance(part, tree.It) for part in tree.walk(root(rule.confidence)))
    emitted = root(rule.emit if rule.emit is not None else rule.when)
    around = covered(emitted)
    is_set = gives_matches(emitted if around is None else around, known.ruleset)
    return (marks or rule.label_from is not None or about_it) and is_set


def _emitted(rule: Rule, known: Known) -> list[tuple[Match, list[Match]]]:
    """(match, what it rests on) for each match of `emit`, or of `when` where it is left out."""
    node = root(rule.emit if rule.emit is not None else rule.when)
    around = covered(node)
    if around is not None:
        return cover_of(around, root(rule.when), known)
    return [(match, [match]) for match in matches_of(node, known).matches]


def _votes_by_match(rule: Rule, stage: int, known: Known) -> list[ReferenceVote]:
    """One vote for each match of a span label; for a label of records one in all, with the best score."""
    votes: list[ReferenceVote] = []
    for match, parts in _emitted(rule, known):
        at_hand = replace(known, it=match)
        score = _score(rule, at_hand)
        label = rule.label if rule.label_from is None else value_of(root(rule.label_from), at_hand)
        value = None if rule.value is None else value_of(root(rule.value), at_hand)
        if score is None or not isinstance(label, str) or label not in known.ruleset.labels:
            continue
        if known.ruleset.labels[label].kind == "span":
            votes.append(_vote(rule, label, score, parts, stage, target=match[1:4], value=value))
            continue
        former = [vote for vote in votes if vote.label == label]
        for vote in former:
            parts, score = [*vote.evidence, *parts], max(score, vote.score)
        votes = [vote for vote in votes if vote.label != label] + [_vote(rule, label, score, parts, stage)]
    return votes


def _vote(
    rule: Rule,
    label: str,
    score: float,
    evidence: list[Match],
    stage: int,
    *,
    target: tuple[str, int, int] | None = None,
    value: object = None,
) -> ReferenceVote:
    return ReferenceVote(
        label=label,
        rule=rule.id,
        score=score,
        evidence=tuple(evidence),
        target=target,
        value=value,
        stage=stage,
        priority=rule.priority,
    )


def _score(rule: Rule, known: Known) -> float | None:
    """The confidence, held between 0 and 1 and rounded to four places; an unknown one, or none at all, abstains."""
    found = value_of(root(rule.confidence), known)
    if not isinstance(found, int | float) or found != found:
        return None
    return round(min(max(float(found), 0.0), 1.0), 4)
