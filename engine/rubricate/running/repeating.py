"""Whether records repeat earlier ones, for who looks at them one after the other without a run around them."""

from __future__ import annotations

from rubricate.model.descriptors import RawRecord
from rubricate.planning.plan import Plan
from rubricate.running.nearness import Nearness
from rubricate.running.preparing import Preparer

__all__ = ["Repeats"]


class Repeats:
    """Remembers what it was asked about: 16 bytes of each record that is none, or its likeness."""

    def __init__(self, plan: Plan, preparer: Preparer) -> None:
        self._preparer = preparer
        self._fields = plan.dedupe
        self._near = None if plan.distance is None else Nearness(plan.distance)
        self._seen: set[bytes] = set()

    def has(self, record: RawRecord) -> bool:
        """Whether a run would drop the record, as it repeats one that it was asked about before."""
        if self._fields is None:
            return False
        if self._near is None:
            content = self._preparer.content(record, self._fields)
        else:
            content, likeness = self._preparer.look(record, self._fields[0])
            if likeness is not None:
                if self._near.find(likeness) is not None:
                    return True
                self._near.add(likeness)
                return False
        if content is None or content not in self._seen:
            self._seen.update(() if content is None else (content,))
            return False
        return True
