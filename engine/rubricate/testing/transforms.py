"""Laws of transforms: a rewritten text, and the way back to the text that it was made from."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from rubricate.errors import RulesetError
from rubricate.model.descriptors import Transform
from rubricate.model.offsets import OffsetMap
from rubricate.registry import Registry
from rubricate.testing.bench import Bench, guarded, load_written
from rubricate.testing.describing import allowed_options, wrong_options
from rubricate.testing.faults import Complaint, ForeignError, WrongAnswerError, shown
from rubricate.testing.hard_texts import AROUND, HARD_TEXTS, ODD_LETTERS
from rubricate.testing.samples import TransformSample
from rubricate.testing.searching import find_broken, texts_around
from rubricate.testing.timing import LIMIT, growth_of

__all__ = ["LAWS"]

TransformBench: TypeAlias = "Bench[Transform, TransformSample]"
Rewrite: TypeAlias = "Callable[[str], tuple[str, OffsetMap] | None]"

WORD = re.compile(r"[^\W_]{4,}")
"""What is long enough to be known again in the rewritten text."""


def gives_the_samples(bench: TransformBench) -> Iterator[Complaint]:
    """Each sample becomes what its author says; what must stay, stays."""
    try:
        _load(bench.sample, bench.folder, bench.registry, {})
    except RulesetError as error:
        yield Complaint(f"a ruleset with the sample's step cannot be loaded: {error}", seen=shown(bench.sample.step))
        return
    if not bench.sample.gives:
        yield Complaint("the sample has no texts that change", help='add gives={"before": "after"}')
    rewrite = _rewrite(bench)
    for before, after in bench.sample.gives.items():
        found = _text_of(rewrite, before)
        if found != after:
            yield Complaint(f"it gives {shown(found)}, not {shown(after)}", seen=shown(before))


def leaves_other_texts_alone(bench: TransformBench) -> Iterator[Complaint]:
    """A text that has nothing to rewrite stays as it is, with every offset where it was."""
    rewrite = _rewrite(bench)
    for text in bench.sample.keeps:
        found = _rewritten(rewrite, text)
        if found is None:
            continue
        if found[0] != text:
            yield Complaint(f"it makes {shown(found[0])} of a text that must stay", seen=shown(text))
        elif any(found[1].to_source(at, at + 1) != (at, at + 1) for at in range(len(text))):
            yield Complaint(
                "it moves offsets of a text that stays", seen=shown(text), help="give None: nothing changed"
            )


def refuses_wrong_options(bench: TransformBench) -> Iterator[Complaint]:
    """An unknown option and a value of a wrong kind are answered with a problem; with what is let pass it works."""
    for change in wrong_options(bench.given):
        try:
            _load(bench.sample, bench.folder, bench.registry, change)
        except RulesetError:
            continue
        yield Complaint("a wrong option is let pass", seen=shown(change))
    own = {name: value for name, value in bench.sample.step.items() if name != "use"}
    make = _maker(bench)
    for change, options in allowed_options(bench.given, own):
        try:
            _rewritten(guarded(shown(change), make, options), "a text")
        except ForeignError as error:
            yield Complaint(f"its schema takes an option, and then {error.told}", seen=shown(change),
                            help="say in the schema what it takes: minimum, enum, pattern")  # fmt: skip
            return


def keeps_the_way_back(bench: TransformBench) -> Iterator[Complaint]:
    """The map's pieces cover the new text without gaps, run forward in the old one, and lead words to themselves."""
    rewrite = _rewrite(bench)
    samples = [*bench.sample.gives, *bench.sample.keeps]
    texts = [
        *samples,
        *HARD_TEXTS,
        *(f"{around} {text} {around}" for text in samples[:3] for around in AROUND.values()),
    ]
    for text in texts:
        wrong = _wrong_map(rewrite, text)
        if wrong is not None:
            yield Complaint(wrong, seen=shown(text))
            return
    tokens = [token for text in samples for token in re.findall(r"\w+|[^\w\s]+|\s+", text)]
    inputs = texts_around(list(dict.fromkeys([*samples, *tokens])), ODD_LETTERS)
    broken = find_broken(inputs, lambda text: _wrong_map(rewrite, text) is not None)
    if broken is not None:
        yield Complaint(_wrong_map(rewrite, broken) or "", seen=shown(broken))


def _wrong_map(rewrite: Rewrite, text: str) -> str | None:
    """What is wrong with the map of one text."""
    found = _rewritten(rewrite, text)
    if found is None:
        return None
    return _wrong_pieces(found[0], found[1], len(text)) or _lost_word(text, *found)


def _wrong_pieces(new: str, offsets: OffsetMap, length: int) -> str | None:
    target = start = end = 0
    for t0, t1, s0, s1 in offsets.pieces:
        if t0 != target:
            return f"the map has a gap in the new text at {target}"
        if t1 <= t0 or s1 <= s0:
            return f"the map has an empty piece at {t0}"
        if s0 < start or s1 < end:
            return f"the map runs back in the old text at {t0}"
        if s1 > length:
            return f"the map leads to {s1}, outside of the old text of {length} characters"
        target, start, end = t1, s0, s1
    return None if target == len(new) else f"the map covers {target} of {len(new)} characters of the new text"


def _lost_word(old: str, new: str, offsets: OffsetMap) -> str | None:
    """A word that stands once in both texts and is not mapped to itself."""
    before, after = Counter(WORD.findall(old)), Counter(WORD.findall(new))
    for word in WORD.finditer(new):
        if before[word[0]] == after[word[0]] == 1:
            start, end = offsets.to_source(*word.span())
            if old[start:end] != word[0]:
                return f"the map leads {word[0]!a} to {shown(old[start:end])}"
    return None


def repeats_itself(bench: TransformBench) -> Iterator[Complaint]:
    """Twice the same text gives twice the same, also from a rewriter made anew."""
    first, second = _rewrite(bench), _rewrite(bench)
    for text in [*bench.sample.gives, *bench.sample.keeps, *HARD_TEXTS]:
        given = [_rewritten(each, text) for each in (first, second, first)]
        if given[0] != given[1] or given[0] != given[2]:
            yield Complaint("the same text becomes something else the second time", seen=shown(text))
            return


def grows_with_the_text(bench: TransformBench) -> Iterator[Complaint]:
    """Twice the text takes about twice the time."""
    rewrite = _rewrite(bench)
    parts = [text for text in bench.sample.gives if text][:3]
    for part in [*parts, *(part[:1] for part in parts), *(part[: len(part) // 2] for part in parts), " "]:
        if not part:
            continue
        grown = growth_of(lambda text: _rewritten(rewrite, text), part)
        if grown is not None:
            size, ratio = grown
            yield Complaint(f"twice {size:,} characters take {ratio:.1f} times as long, more than {LIMIT:g}",
                            seen=f"{shown(part)} over and over")  # fmt: skip
            return


def _rewrite(bench: TransformBench) -> Rewrite:
    options = {name: value for name, value in bench.sample.step.items() if name != "use"}
    return guarded(shown(options), _maker(bench), options)


def _maker(bench: TransformBench) -> Callable[[Mapping[str, object]], Rewrite]:
    """A step that reads images is looked at by the tests of its plugin."""
    assert bench.given.make is not None, f"{bench.given.name} rewrites no texts"
    return bench.given.make


def _text_of(rewrite: Rewrite, text: str) -> str:
    found = _rewritten(rewrite, text)
    return text if found is None else found[0]


def _rewritten(rewrite: Rewrite, text: str) -> tuple[str, OffsetMap] | None:
    """What a step makes of a text; raises ForeignError where that is something else than a text and its map."""
    return guarded(shown(text), _made, rewrite, text)


def _made(rewrite: Rewrite, text: str) -> tuple[str, OffsetMap] | None:
    found: object = rewrite(text)
    match found:
        case None:
            return None
        case (str() as new, OffsetMap() as offsets) if isinstance(found, tuple):
            for piece in offsets.pieces:
                if not isinstance(piece, tuple) or len(piece) != 4 or any(type(at) is not int for at in piece):
                    raise WrongAnswerError(f"the map has the piece {shown(piece)}, which is no tuple of four int")
            return new, offsets
    raise WrongAnswerError("it gives something else than a text and an offset map, or None")


def _load(sample: TransformSample, folder: Path, registry: Registry, change: dict[str, object]) -> None:
    ruleset = {"ruleset": "kit", "version": "1.0.0", "prepare": [{**sample.step, **change}], "labels": {"found": {}}}
    path = folder / "ruleset.yaml"
    path.write_text(json.dumps(ruleset), encoding="utf-8")
    load_written(path, registry, seen=shown(ruleset["prepare"]))


LAWS: Final = {
    "samples": gives_the_samples,
    "identity": leaves_other_texts_alone,
    "wrong options": refuses_wrong_options,
    "offset map": keeps_the_way_back,
    "repetition": repeats_itself,
    "growth": grows_with_the_text,
}
