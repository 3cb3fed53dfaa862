"""Laws of transforms that read the texts in pictures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from rubricate.annotator import load
from rubricate.errors import RulesetError
from rubricate.model.descriptors import Transform
from rubricate.model.picture import Picture
from rubricate.testing.bench import Bench, guarded
from rubricate.testing.describing import allowed_options, wrong_options
from rubricate.testing.faults import Complaint, ForeignError, shown
from rubricate.testing.matching import PICTURES, make_pictured
from rubricate.testing.pictures import ODD
from rubricate.testing.samples import ReadingSample

__all__ = ["LAWS"]

ReadingBench: TypeAlias = "Bench[Transform, ReadingSample]"

FIELDS: Final = {"from", "into"}
"""Options that are not tried: they name fields of the record, which the core looks after."""


def reads_the_samples(bench: ReadingBench) -> Iterator[Complaint]:
    """The text that its author names is read, and none where there is none."""
    try:
        _load(bench, {})
    except RulesetError as error:
        yield Complaint(f"a ruleset with the sample's step cannot be loaded: {error}", seen=shown(bench.sample.step))
        return
    if not bench.sample.reads:
        yield Complaint("the sample has no pictures that are read", help='add reads=[(DATA, "part of its text")]')
    read = _reader(bench)
    for data, part in bench.sample.reads:
        found = guarded(shown(data), read, _open(data))
        if not isinstance(found, str) or part not in found:
            yield Complaint(f"it reads {shown(found)}, in which {shown(part)} is missing", seen=shown(data))
    for data in [*bench.sample.empty, *ODD]:
        found = guarded(shown(data), read, _open(data))
        if found != "":
            yield Complaint(f"it reads {shown(found)} in a picture without a text", seen=shown(data))


def refuses_wrong_options(bench: ReadingBench) -> Iterator[Complaint]:
    """An unknown option and a value of a wrong kind are answered with a problem; with what is let pass it works."""
    for change in wrong_options(bench.given):
        try:
            _load(bench, change)
        except RulesetError:
            continue
        yield Complaint("a wrong option is let pass", seen=shown(change))
    data = next((data for data, _ in bench.sample.reads), ODD[0])
    for change, options in allowed_options(bench.given, _own_options(bench)):
        if change.keys() <= FIELDS:
            continue
        try:
            guarded(shown(change), _reader(bench, options), _open(data))
        except ForeignError as error:
            yield Complaint(f"its schema takes an option, and then {error.told}", seen=shown(change),
                            help="say in the schema what it takes: minimum, enum, pattern")  # fmt: skip
            return


def repeats_itself(bench: ReadingBench) -> Iterator[Complaint]:
    """Twice the same picture gives twice the same text, also from a reader made anew."""
    first, second = _reader(bench), _reader(bench)
    for data, _ in bench.sample.reads[:2]:
        given = [guarded(shown(data), each, _open(data)) for each in (first, second, first)]
        if len(set(given)) > 1:
            yield Complaint("the same picture gives another text the second time", seen=shown(data))
            return


def _reader(bench: ReadingBench, options: Mapping[str, object] | None = None) -> Callable[[Picture], str]:
    given = _own_options(bench) if options is None else options
    read = bench.given.read
    assert read is not None, "a sample of pictures is only asked for where there is one"
    return guarded(shown(given), read, given)


def _own_options(bench: ReadingBench) -> dict[str, object]:
    return {name: value for name, value in bench.sample.step.items() if name != "use"}


def _open(data: bytes) -> Picture:
    return make_pictured(data).pictures[PICTURES[0]]


def _load(bench: ReadingBench, change: dict[str, object]) -> None:
    step = bench.sample.step
    record = {"image": [str(step.get("from"))], "text": [str(step.get("into"))]}
    ruleset = {"ruleset": "kit", "version": "1.0.0", "record": record, "prepare": [{**step, **change}],
               "labels": {"found": {}}}  # fmt: skip
    path = bench.folder / "ruleset.yaml"
    path.write_text(json.dumps(ruleset), encoding="utf-8")
    load(path, registry=bench.registry)


LAWS: Final = {"samples": reads_the_samples, "wrong options": refuses_wrong_options, "repetition": repeats_itself}
