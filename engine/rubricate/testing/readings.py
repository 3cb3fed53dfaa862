"""Laws of transforms that read the texts in pictures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from rubricate.errors import RulesetError
from rubricate.model.descriptors import Transform
from rubricate.model.picture import Picture
from rubricate.testing.bench import Bench, guarded, load_written
from rubricate.testing.describing import allowed_options, wrong_options
from rubricate.testing.faults import Complaint, ForeignError, WrongAnswerError, shown
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
        found = _read(read, data)
        if part not in found:
            yield Complaint(f"it reads {shown(found)}, in which {shown(part)} is missing", seen=shown(data))
    for data in [*bench.sample.empty, *ODD]:
        found = _read(read, data)
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
            _read(_reader(bench, options), data, seen=shown(change))
        except ForeignError as error:
            yield Complaint(f"its schema takes an option, and then {error.told}", seen=shown(change),
                            help="say in the schema what it takes: minimum, enum, pattern")  # fmt: skip
            return


def repeats_itself(bench: ReadingBench) -> Iterator[Complaint]:
    """Twice the same picture gives twice the same text, also from a reader made anew."""
    first, second = _reader(bench), _reader(bench)
    for data, _ in bench.sample.reads[:2]:
        given = [_read(each, data) for each in (first, second, first)]
        if given[0] != given[1] or given[0] != given[2]:
            yield Complaint("the same picture gives another text the second time", seen=shown(data))
            return


def _reader(bench: ReadingBench, options: Mapping[str, object] | None = None) -> Callable[[Picture], str]:
    given = _own_options(bench) if options is None else options
    read = bench.given.read
    assert read is not None, "a sample of pictures is only asked for where there is one"
    return guarded(shown(given), read, given)


def _read(read: Callable[[Picture], str], data: bytes, *, seen: str | None = None) -> str:
    """The text that is read in a picture; raises ForeignError where it is none."""
    return guarded(seen or shown(data), _text_in, read, _open(data))


def _text_in(read: Callable[[Picture], str], picture: Picture) -> str:
    found: object = read(picture)
    if not isinstance(found, str):
        raise WrongAnswerError(f"it reads {shown(found)}, which is no text")
    return found


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
    load_written(path, bench.registry, seen=shown(ruleset["prepare"]))


LAWS: Final = {"samples": reads_the_samples, "wrong options": refuses_wrong_options, "repetition": repeats_itself}
