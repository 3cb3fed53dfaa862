"""What commands make of gold that a model of the ruleset has learned from."""

from __future__ import annotations

from pathlib import Path

import click

from rubricate.annotator import Annotator
from rubricate.errors import UsageError
from rubricate.quality.gold_documents import GoldDocuments
from rubricate.quality.learned import LearnedGold, find_learned, leave_out
from rubricate.reporting.figures import number, plural, visible

__all__ = ["heed_learned", "tell_learned"]


def heed_learned(rules: Annotator, gold: Path, documents: GoldDocuments, *, keep: bool) -> GoldDocuments:
    """Gold without the records that a model learned from, or, with `keep`, with them and a warning.

    Raises UsageError where nothing is left.
    """
    found = find_learned(rules.plan, rules.registry, documents.documents)
    _tell_untold(found)
    ids, total = found.ids, len(documents.documents)
    if not ids:
        return documents
    if keep:
        _tell_learned(found, total, "what follows of their scores does not hold for other records")
        return documents
    if len(ids) == total:
        raise UsageError(
            f"{gold}: models of the ruleset learned from each of its {plural(total, 'record')}",
            help="name gold that they did not learn from, such as what `rubricate train --held-to` writes",
        )
    return leave_out(documents, ids)


def tell_learned(rules: Annotator, documents: GoldDocuments) -> None:
    """Warns where figures on gold flatter a ruleset, as a model of it has learned from that gold."""
    found = find_learned(rules.plan, rules.registry, documents.documents)
    _tell_untold(found)
    if found.ids:
        _tell_learned(found, len(documents.documents), "on other records they are right less often")


def _tell_untold(found: LearnedGold) -> None:
    for name, why in found.untold.items():
        message = f'whether "{visible(name)}" learned from this gold cannot be told: {why}'
        click.echo(f"warning: {message}\nhelp: train it again, or use gold that it cannot know", err=True)


def _tell_learned(found: LearnedGold, total: int, so: str) -> None:
    who = ", ".join(f'"{visible(name)}" {number(len(seen))}' for name, seen in found.by_matcher.items())
    message = f"models learned from {number(len(found.ids))} of these {plural(total, 'gold record')} ({who})"
    click.echo(f"warning: {message}: {so}", err=True)
