"""Laws of checks and normalisers: functions of a text, or of a few values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import isfinite, isnan
from typing import Final, TypeAlias

import orjson

from rubricate.model.descriptors import Check, Normaliser
from rubricate.testing.bench import Bench, guarded
from rubricate.testing.faults import Complaint, shown
from rubricate.testing.hard_texts import HARD_TEXTS, ODD_LETTERS
from rubricate.testing.samples import CheckSample, NormaliserSample
from rubricate.testing.searching import find_broken, texts_around
from rubricate.testing.timing import LIMIT, growth_of

__all__ = ["CHECK_LAWS", "NORMALISER_LAWS"]

CheckBench: TypeAlias = "Bench[Check, CheckSample]"
NormaliserBench: TypeAlias = "Bench[Normaliser, NormaliserSample]"

HOSTILE_VALUES: tuple[object, ...] = (
    None, 0, -1, 2**63, 0.1, 1e308, float("inf"), float("nan"), True, [], ["a", None], *HARD_TEXTS,
)  # fmt: skip
RESULTS: Final = {"text": str, "number": int | float, "list": list | tuple, "object": dict}


def check_holds_on_its_samples(bench: CheckBench) -> Iterator[Complaint]:
    """It holds on what its author says that it holds on, and on nothing that fails."""
    if not bench.sample.holds or not bench.sample.fails:
        yield Complaint("the sample does not have texts of both kinds", help='add holds=["..."] and fails=["..."]')
    for wanted, texts in ((True, bench.sample.holds), (False, bench.sample.fails)):
        for text in texts:
            if guarded(shown(text), _is_true, bench.given.holds, text) is not wanted:
                yield Complaint("it does not hold" if wanted else "it holds on a text that must fail", seen=shown(text))


def _is_true(holds: Callable[[str], object], text: str) -> bool:
    return bool(holds(text))


def check_says_yes_or_no(bench: CheckBench) -> Iterator[Complaint]:
    """It gives True or False for any text, and never raises."""
    holds = bench.given.holds

    def breaks(text: str) -> bool:
        return type(guarded(shown(text), holds, text)) is not bool

    samples = [*bench.sample.holds, *bench.sample.fails]
    broken = next((text for text in [*samples, *HARD_TEXTS] if breaks(text)), None)
    if broken is None:
        broken = find_broken(texts_around(samples, ODD_LETTERS + "0123456789.-"), breaks)
    if broken is not None:
        found = guarded(shown(broken), holds, broken)
        yield Complaint(f"it gives {shown(found)}, not True or False", seen=shown(broken))


def check_repeats_itself(bench: CheckBench) -> Iterator[Complaint]:
    """The same text gets the same answer."""
    texts = [*bench.sample.holds, *bench.sample.fails, *HARD_TEXTS]
    holds = bench.given.holds
    first = [guarded(shown(text), _is_true, holds, text) for text in texts]
    for text, answer in zip(texts, first, strict=True):
        if guarded(shown(text), _is_true, holds, text) is not answer:
            yield Complaint("the same text gets another answer the second time", seen=shown(text))
            return


def check_grows_with_the_text(bench: CheckBench) -> Iterator[Complaint]:
    """Twice the text takes about twice the time."""
    yield from _growth(bench.given.holds, [*bench.sample.holds[:2], *bench.sample.fails[:2], "1", " "])


def normaliser_gives_the_samples(bench: NormaliserBench) -> Iterator[Complaint]:
    """It makes of values what its author says."""
    if not bench.sample.gives:
        yield Complaint("the sample has no values", help='add gives=[("before", "after")]')
    cases = [*bench.sample.gives, *((value, None) for value in bench.sample.refuses)]
    for value, wanted in cases:
        arguments = value if isinstance(value, tuple) else (value,)
        found = guarded(shown(value), bench.given.apply, *arguments)
        if not guarded(shown(value), _are_same, found, wanted):
            yield Complaint(f"it gives {shown(found)}, not {shown(wanted)}", seen=shown(value))


def normaliser_gives_values(bench: NormaliserBench) -> Iterator[Complaint]:
    """For any texts, numbers and None it gives None or what `result` says, as JSON can write it, and never raises."""
    least, most = _counts(bench)
    for value in [*_samples(bench), *HOSTILE_VALUES]:
        for count in range(least, most + 1):
            wrong = _wrong_value(bench, (value,) * count)
            if wrong is not None:
                yield Complaint(wrong, seen=shown((value,) * count))
                return
    seeds = [str(value) for value in _samples(bench)]
    broken = find_broken(
        texts_around(seeds, ODD_LETTERS + "0123456789.,-/$%"),
        lambda text: _wrong_value(bench, (text,) * least) is not None,
    )
    if broken is not None:
        yield Complaint(_wrong_value(bench, (broken,) * least) or "", seen=shown(broken))


def _wrong_value(bench: NormaliserBench, arguments: tuple[object, ...]) -> str | None:
    found = guarded(shown(arguments), bench.given.apply, *arguments)
    if found is None:
        return None
    wanted = RESULTS.get(bench.given.result, object)  # the law "descriptor" tells of a result that is none
    if isinstance(found, bool) or not isinstance(found, wanted):
        return f"it gives {shown(found)}, which is no {bench.given.result}"
    try:
        orjson.dumps(found)
    except TypeError as error:
        return f"it gives {shown(found)}, which JSON cannot write: {error}"
    if not isinstance(found, float) or isfinite(found):
        return None
    return "it gives NaN, which is no value" if isnan(found) else "it gives an infinite number"


def normaliser_repeats_itself(bench: NormaliserBench) -> Iterator[Complaint]:
    """The same values become the same."""
    least, _ = _counts(bench)
    values = [*_samples(bench), *HOSTILE_VALUES]
    apply = bench.given.apply
    first = [guarded(shown(value), apply, *(value,) * least) for value in values]
    for value, answer in zip(values, first, strict=True):
        if repr(guarded(shown(value), apply, *(value,) * least)) != repr(answer):
            yield Complaint("the same value becomes something else the second time", seen=shown(value))
            return


def normaliser_grows_with_the_text(bench: NormaliserBench) -> Iterator[Complaint]:
    """Twice the text takes about twice the time."""
    least, _ = _counts(bench)
    texts = [value for value in _samples(bench) if isinstance(value, str) and value]
    yield from _growth(lambda text: bench.given.apply(*(text,) * least), [*texts[:3], "1", " "])


def _counts(bench: NormaliserBench) -> tuple[int, int]:
    """How many arguments it takes, at least and at most; the law "descriptor" tells of what is no such thing."""
    match bench.given.arguments:
        case (int() as least, int() as most):
            return least, most
    return 1, 1


def _are_same(found: object, wanted: object) -> bool:
    return bool(found == wanted) and isinstance(found, bool) == isinstance(wanted, bool)


def _samples(bench: NormaliserBench) -> list[object]:
    values = [*(value for value, _ in bench.sample.gives), *bench.sample.refuses]
    return [value[0] if isinstance(value, tuple) and value else value for value in values]


def _growth(work: Callable[[str], object], parts: list[str]) -> Iterator[Complaint]:
    for part in dict.fromkeys(filter(None, parts)):
        grown = growth_of(lambda text: guarded(shown(text), work, text), part)
        if grown is not None:
            size, ratio = grown
            yield Complaint(f"twice {size:,} characters take {ratio:.1f} times as long, more than {LIMIT:g}",
                            seen=f"{shown(part)} over and over")  # fmt: skip
            return


CHECK_LAWS: Final = {
    "samples": check_holds_on_its_samples,
    "answers": check_says_yes_or_no,
    "repetition": check_repeats_itself,
    "growth": check_grows_with_the_text,
}
NORMALISER_LAWS: Final = {
    "samples": normaliser_gives_the_samples,
    "answers": normaliser_gives_values,
    "repetition": normaliser_repeats_itself,
    "growth": normaliser_grows_with_the_text,
}
