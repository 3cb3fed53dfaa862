"""What asking services is going to cost, told from the first records of the inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rubricate.model.descriptors import MatcherKind
from rubricate.model.document import Document
from rubricate.model.ruleset import Budget, MatcherSpec
from rubricate.model.run_context import Spend
from rubricate.running.contracts import Input
from rubricate.running.estimating import first_documents
from rubricate.running.preparing import Preparer
from rubricate.storage.spending import Spent

__all__ = ["Costing", "over_budget"]


@dataclass(slots=True, kw_only=True)
class Costing:
    """Asks matchers what questions about records take; the records are read when the first one is asked."""

    specs: Mapping[str, MatcherSpec]
    kinds: Mapping[str, MatcherKind]
    inputs: Sequence[Input]
    preparer: Preparer
    _seen: list[Document] | None = field(default=None, init=False)

    def spend(self, records: Mapping[str, int]) -> Spend | None:
        """About what it takes when each matcher is asked about so many records; None: none of them asks a service."""
        specs = [self.specs[name] for name in records]
        asking = [(spec, estimate) for spec in specs if (estimate := self.kinds[spec.kind].estimate) is not None]
        if not asking:
            return None
        if self._seen is None:
            self._seen = first_documents(self.inputs, self.preparer)
        seen = max(1, len(self._seen))
        found = [(records[spec.name] / seen, estimate(spec, self._seen)) for spec, estimate in asking]
        prices = [times * one.money for times, one in found if one.money is not None]
        return Spend(
            questions=round(sum(times * one.questions for times, one in found)),
            calls=round(sum(times * one.calls for times, one in found)),
            tokens_in=round(sum(times * one.tokens_in for times, one in found)),
            tokens_out=round(sum(times * one.tokens_out for times, one in found)),
            money=round(sum(prices), 4) if len(prices) == len(found) else None,
        )


def over_budget(budget: Budget | None, spent: Sequence[Spent], coming: Sequence[Spend]) -> Iterator[str]:
    """What of a budget is less than what a run takes, with what its earlier attempts have spent."""
    if budget is None:
        return
    takes = {
        "records": (budget.records, sum(each.records for each in spent) + sum(each.questions for each in coming)),
        "tokens": (budget.tokens, sum(each.tokens for each in spent) + sum(each.tokens for each in coming)),
        "money": (budget.money, sum(each.money or 0.0 for each in spent) + sum(each.money or 0.0 for each in coming)),
    }
    for name, (limit, taken) in takes.items():
        if limit is not None and taken > limit:
            yield f"{limit:,g} {name} are allowed, about {taken:,.6g} may be needed: then the run pauses"
