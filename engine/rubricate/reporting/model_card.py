"""The card of a model: a page for people, the same for programs, and the short form that `train` shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rubricate.model.training import Counted, ModelCard, Teachers
from rubricate.reporting.figures import number, percent, plural, score, share

__all__ = ["CARD_FORMAT", "card_json", "card_page", "card_text"]

CARD_FORMAT = 1


def card_text(card: ModelCard) -> str:
    """What `train` shows."""
    return "".join(f"{line}\n" for line in _text(card))


def _text(card: ModelCard) -> Iterator[str]:
    yield f"{card.label}: {plural(card.lessons.total, 'record')} to learn from ({_who(card.lessons)}), by {_how(card)}"
    if card.scarce:
        told = ", ".join(f'"{label}" {number(count)}' for label, count in card.scarce.items())
        yield f"too few to be learned: {told}"
    if card.left_out:
        yield f"left out: {', '.join(f'{why} {number(count)}' for why, count in card.left_out.items())}"
    held = card.held
    yield ""
    yield f"on {plural(held.teachers.total, 'record')} that it has not seen ({_who(held.teachers)})"
    yield f"accuracy   {_with_interval(held.accuracy)}; always the commonest: {percent(held.commonest.share)}"
    if held.abstained:
        yield f"abstained  {number(held.abstained)}"
    yield ""
    width = max(len(label) for label in (*card.classes, "label"))
    yield f"{'label':<{width}}  {'lessons':>7}  {'precision':>9}  {'recall':>7}  {'held':>6}"
    for each in held.labels:
        yield (
            f"{each.label:<{width}}  {number(each.lessons):>7}  {percent(each.precision.share):>9}  "
            f"{percent(each.recall.share):>7}  {number(each.recall.of):>6}"
        )
    yield ""
    yield f"{'score from':<10}  {'records':>8}  {'right':>7}"
    for least, counted in held.sure:
        yield f"{score(least):<10}  {share(counted.of, held.teachers.total):>8}  {percent(counted.share):>7}"


def card_json(card: ModelCard) -> dict[str, object]:
    """The card as a program reads it; the answers stand in a file of their own."""
    held = card.held
    return {
        "format": CARD_FORMAT,
        "label": card.label,
        "classes": list(card.classes),
        "set": card.is_set,
        "ruleset": {"name": card.ruleset[0], "version": card.ruleset[1], "plan": card.plan},
        "guideline": None if card.guideline is None else {"id": card.guideline[0], "version": card.guideline[1]},
        "engine": card.engine,
        "kind": card.kind,
        "method": card.trainer,
        "told": dict(card.told),
        "sources": [dict(source) for source in card.sources],
        "held_out": card.share,
        "lessons": _teachers(card.lessons),
        "answers": len(card.answers),
        "left_out": dict(card.left_out),
        "scarce": dict(card.scarce),
        "measured": {
            "records": _teachers(held.teachers),
            "accuracy": _counted(held.accuracy),
            "abstained": held.abstained,
            "commonest": _counted(held.commonest),
            "labels": {
                each.label: {
                    "lessons": each.lessons,
                    "precision": _counted(each.precision),
                    "recall": _counted(each.recall),
                }
                for each in held.labels
            },
            "sure": [{"score": least, **_counted(counted)} for least, counted in held.sure],
        },
        "files": dict(card.files),
    }


def card_page(card: ModelCard) -> str:
    """The page that lies in the model's folder, in Markdown."""
    return "".join(f"{line}\n" for line in _page(card))


def _page(card: ModelCard) -> Iterator[str]:
    name, version = card.ruleset
    yield f"# A model for `{card.label}` of {name}"
    yield ""
    yield f"Made by `rubricate train` ({card.engine}) for the ruleset {name} {version} (plan `{card.plan[:16]}`)."
    if card.guideline is not None:
        yield f"Its labels are those of the guideline {card.guideline[0]} {card.guideline[1]}."
    yield "It holds numbers and words only; nothing in it is run."
    yield ""
    yield "```yaml"
    yield "matchers:"
    pairs = ", ".join(f"{_quoted(label)}: {_quoted(label)}" for label in card.classes)
    yield f"  small_model: {{use: {card.kind}, model: FOLDER, labels: {{{pairs}}}}}"
    yield "```"
    yield ""
    yield "## What it learned from"
    yield ""
    yield from _table(
        ("labels by", "learned from", "held out"),
        [(who, number(one), number(other)) for who, one, other in _by_teacher(card)],
    )
    yield ""
    for source in card.sources:
        told = ", ".join(f"{key} {_short(value)}" for key, value in source.items() if key not in ("what", "name"))
        yield f"- {source['what']} `{source['name']}`{told and f': {told}'}"
    yield f"- {plural(len(card.answers), 'answer')} of people, listed in `answers.txt`"
    yield "- digests of the texts, in `lessons.json`, by which `rubricate calibrate` knows them again in gold"
    yield ""
    yield (
        f"{percent(card.share)} of the texts with labels by gold or people were held out, chosen by a digest of the "
        "text, so that equal texts stay together."
    )
    yield "What the machine accepted was only learned from."
    if card.left_out:
        yield f"Left out: {', '.join(f'{why} {number(count)}' for why, count in card.left_out.items())}."
    if card.scarce:
        told = ", ".join(f"`{label}` {number(count)}" for label, count in card.scarce.items())
        yield f"Too few records to be learned: {told}."
    yield ""
    yield "## How right it is"
    yield ""
    held = card.held
    yield f"On {plural(held.teachers.total, 'record')} that it has not seen."
    yield f"Accuracy: {_with_interval(held.accuracy)}."
    yield f"Always the commonest label: {percent(held.commonest.share)}."
    if held.abstained:
        yield f"On {number(held.abstained)} it abstained."
    yield ""
    yield from _table(
        ("label", "learned from", "precision", "at 95 %", "recall", "at 95 %"),
        [
            (
                f"`{each.label}`", number(each.lessons),
                f"{_of(each.precision)}", _interval(each.precision), f"{_of(each.recall)}", _interval(each.recall),
            )
            for each in held.labels
        ],
    )  # fmt: skip
    yield ""
    yield from _table(
        ("score from", "share of the records", "right", "at 95 %"),
        [
            (score(least), share(counted.of, held.teachers.total), _of(counted), _interval(counted))
            for least, counted in held.sure
        ],
    )
    yield ""
    yield "These are its scores as they are; `rubricate calibrate` chooses thresholds that keep a promise."
    yield ""
    yield "## How it was made"
    yield ""
    for key, value in card.told.items():
        yield f"- {key}: {value}"
    for file, digest in card.files.items():
        yield f"- `{file}`: sha256 `{digest}`"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _ in head)} |"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _by_teacher(card: ModelCard) -> Iterator[tuple[str, int, int]]:
    one, other = _teachers(card.lessons), _teachers(card.held.teachers)
    yield from ((who, one[who], other[who]) for who in one if one[who] or other[who])


def _teachers(found: Teachers) -> dict[str, int]:
    return {"gold": found.gold, "people": found.people, "machine": found.machine}


def _who(found: Teachers) -> str:
    return ", ".join(f"{who} {number(count)}" for who, count in _teachers(found).items() if count)


def _how(card: ModelCard) -> str:
    return ", ".join(value if key == "method" else f"{key} {value}" for key, value in card.told.items())


def _counted(counted: Counted) -> dict[str, object]:
    low, high = counted.interval
    told = None if counted.share is None else round(counted.share, 4)
    return {"right": counted.right, "of": counted.of, "share": told, "low": round(low, 4), "high": round(high, 4)}


def _with_interval(counted: Counted) -> str:
    if not counted.of:
        return "-, as it gives no number"
    return f"{percent(counted.share)} ({number(counted.right)} of {number(counted.of)}), at 95 % {_interval(counted)}"


def _interval(counted: Counted) -> str:
    low, high = counted.interval
    return f"{100 * low:.1f} to {100 * high:.1f} %" if counted.of else "-"


def _of(counted: Counted) -> str:
    return f"{percent(counted.share)} ({number(counted.right)} of {number(counted.of)})"


def _short(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_short(each)}" for key, each in value.items())
    text = str(value)
    return f"`{text[:16]}`" if len(text) == 64 else text


def _quoted(label: str) -> str:
    return label if label.replace("_", "").replace("-", "").isalnum() else f'"{label}"'
