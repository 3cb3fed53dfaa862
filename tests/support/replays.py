"""Labels records in this process with votes kept beside them, and with those of an earlier run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import orjson

from rubricate.annotator import Annotator
from rubricate.model.descriptors import RawRecord
from rubricate.planning.rule_meanings import reading_meaning
from rubricate.running.contracts import UnitVotes, Watch
from rubricate.running.labeller import PlanLabeller
from rubricate.running.work import Work
from rubricate.storage.layout import FOLDERS
from rubricate.storage.votes import KeptVotes, VotesWriter, votes_file

__all__ = ["label_with_votes"]


class _Rows(list[bytes]):
    """The rows of a folder."""

    def write(self, row: bytes) -> None:
        """Take one."""
        self.append(row)


def label_with_votes(
    rules: Annotator, records: Sequence[Mapping[str, object]], folder: Path, name: str, *, after: str | None = None
) -> tuple[object, Work]:
    """All that is written of records and counted, and the work; `after` is the name of an earlier call."""
    labeller = PlanLabeller(rules.plan, registry=rules.registry, batch=2)
    raws = [RawRecord(number, 0, orjson.dumps(fields), fields) for number, fields in enumerate(records, 1)]
    sinks = {folder: _Rows() for folder in FOLDERS}
    watch, writer = Watch(), VotesWriter(folder, name)
    watch.votes = UnitVotes(
        reading=reading_meaning(rules.ruleset, rules.registry),
        kept=None if after is None else KeptVotes(votes_file(folder, after)),
        keep=writer,
    )
    outcome = labeller.label(iter(raws), drops={}, suffixes={}, sinks=sinks, source="x", watch=watch)
    writer.finish()
    return (sinks, outcome.routes, orjson.dumps(outcome.tally, option=orjson.OPT_SORT_KEYS)), outcome.work
