"""What a finished run tells of its inputs: that one is empty, was cut off, or is mostly refused, and probably why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from rubricate.running.contracts import Verdict
from rubricate.running.glancing import Glance, name_fields, suggest
from rubricate.storage.streams import UNREAD

__all__ = ["MUCH", "judge_inputs", "warn_beforehand"]

MUCH = 0.5
"""The share in quarantine above which an input is probably not what it was taken for."""
MOST_ROWS = 50_000
"""So many quarantined records are looked at for why an input is refused."""


@dataclass(slots=True)
class _Refused:
    """What lies in quarantine of one input."""

    reasons: Counter[str]
    details: dict[str, str]
    cut_off: str | None = None


def warn_beforehand(glances: Iterable[Glance]) -> Iterator[Verdict]:
    """What the first records of the inputs say before anything is labelled."""
    for glance in glances:
        if glance.is_all_refused and glance.reason not in UNREAD:
            noun = "record" if glance.looked == 1 else "records"
            message = f"the first {glance.looked} {noun} cannot be labelled ({glance.reason}): {glance.detail}"
            yield Verdict(source=glance.source, message=message + _fields(glance), help=suggest(glance))


def judge_inputs(
    sources: Sequence[Mapping[str, object]],
    counts: Mapping[str, object],
    quarantine: Iterable[Mapping[str, object]],
    glances: Mapping[str, Glance],
) -> tuple[Verdict, ...]:
    """What is wrong with the inputs of a run, in their order.

    `sources` and `counts` are those of its manifest, `quarantine` what it says of each quarantined record.
    """
    refused = _refused(counts, quarantine)
    found: list[Verdict] = []
    for source in sources:
        name, read = str(source["name"]), cast("int", source["read"])
        quarantined = cast("Mapping[str, int]", source["routes"]).get("quarantined", 0)
        why = refused.get(name)
        if read == 0:
            found.append(Verdict(source=name, message="no records"))
        if why is not None and why.cut_off is not None:
            found.append(Verdict(source=name, message=why.cut_off, is_cut_off=True))
        if why is not None and quarantined > MUCH * read and not (why.cut_off is not None and quarantined == 1):
            found.append(_mostly_refused(name, quarantined, read, why, glances.get(name)))
    return tuple(found)


def _refused(counts: Mapping[str, object], quarantine: Iterable[Mapping[str, object]]) -> dict[str, _Refused]:
    """Input -> what lies in quarantine of it; all of it is read only where something says that an input was cut off."""
    reasons = cast("Mapping[str, int]", counts.get("quarantined") or {})
    is_cut = any(reason in UNREAD for reason in reasons)
    found: dict[str, _Refused] = {}
    if not reasons:
        return found
    for number, said in enumerate(quarantine):
        if number >= MOST_ROWS and not is_cut:
            break
        of = found.setdefault(str(said.get("source")), _Refused(Counter(), {}))
        reason, detail = str(said.get("reason")), str(said.get("detail"))
        of.reasons[reason] += 1
        of.details.setdefault(reason, detail)
        if reason in UNREAD:
            of.cut_off = of.cut_off or detail
    return found


def _mostly_refused(name: str, quarantined: int, read: int, why: _Refused, glance: Glance | None) -> Verdict:
    [(reason, count)] = why.reasons.most_common(1)
    share = "" if len(why.reasons) == 1 else "most of them " if 2 * count > why.reasons.total() else "most often "
    told = f"{quarantined:,} of {read:,} records are in quarantine, {share}as {reason}: {why.details[reason]}"
    if glance is None or glance.reason != reason or not glance.is_all_refused:
        return Verdict(source=name, message=told, is_refused=True)
    return Verdict(source=name, message=told + _fields(glance), help=suggest(glance), is_refused=True)


def _fields(glance: Glance) -> str:
    """What the records have instead of what is asked for."""
    if glance.reason not in ("no_text", "missing_field", "id") or not glance.fields:
        return ""
    return f"; the fields of the first one are {name_fields(glance.fields)}"
