"""What `rubricate calibrate` makes of gold that a model of the ruleset has learned from."""

from __future__ import annotations

from pathlib import Path

import click

from rubricate.annotator import Annotator
from rubricate.errors import UsageError
from rubricate.quality.gold_documents import GoldDocuments
from rubricate.quality.learned import find_learned, leave_out
from rubricate.reporting.figures import number, plural, visible

__all__ = ["heed_learned"]


def heed_learned(rules: Annotator, gold: Path, documents: GoldDocuments, *, keep: bool) -> GoldDocuments:
    """Gold without the records that a model learned from, or, with `keep`, with them and a warning.

    Raises UsageError where nothing is left.
    """
    found = find_learned(rules.plan, rules.registry, documents.documents)
    for name, why in found.untold.items():
        message = f'whether "{visible(name)}" learned from this gold cannot be told: {why}'
        click.echo(f"warning: {message}\nhelp: train it again, or use gold that it cannot know", err=True)
    ids, total = found.ids, len(documents.documents)
    if not ids:
        return documents
    if keep:
        who = ", ".join(f'"{visible(name)}" {number(len(seen))}' for name, seen in found.by_matcher.items())
        message = f"models learned from {number(len(ids))} of these {plural(total, 'gold record')} ({who})"
        click.echo(f"warning: {message}: what follows of their scores does not hold for other records", err=True)
        return documents
    if len(ids) == total:
        raise UsageError(
            f"{gold}: models of the ruleset learned from each of its {plural(total, 'record')}",
            help="name gold that they did not learn from, such as what `rubricate train --held-to` writes",
        )
    return leave_out(documents, ids)
