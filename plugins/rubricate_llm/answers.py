"""What a response says: classes or quotes with their scores, or why it says nothing that can be used."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from rubricate_llm.settings import Settings

__all__ = ["Answer", "Quote", "Useless", "as_response", "read_answer", "scored"]

Useless: TypeAlias = Literal[
    "answers outside of the classes", "answers that are not what was asked for", "answers cut off", "empty answers",
    "refusals", "answers without logprobs",
]  # fmt: skip
"""Why an answer casts no vote, as the trace counts it."""

FENCED = re.compile(r"```(?:json)?\s*(.*?)\s*```", re.DOTALL)
MOST_QUOTES = 1000


@dataclass(frozen=True, slots=True)
class Quote:
    """A piece of the text, as the model says."""

    text: str
    label: str
    start: int | None
    """Where the model says that it stands, if that was asked."""
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What one response says; nothing where the model abstains, or finds nothing."""

    classes: Mapping[str, float]
    """Class -> score."""
    quotes: Sequence[Quote] = ()
    outside: int = 0
    """How many quotes have a label that is no class."""


class _UnusableError(ValueError):
    """The answer is not what was asked for."""


def read_answer(settings: Settings, response: Mapping[str, object]) -> Answer | Useless:
    """What a stored response says. Nothing is guessed: an answer of another form says nothing."""
    content, finish = response.get("content"), response.get("finish")
    if response.get("refusal") or finish == "content_filter":
        return "refusals"
    if not isinstance(content, str) or not content.strip():
        return "empty answers"
    try:
        found = _parse(content)
    except _UnusableError:
        return "answers cut off" if finish == "length" else "answers that are not what was asked for"
    try:
        scores = _Scores(settings, content, response.get("tokens"))
        match settings.task:
            case "one":
                return _one(settings, found, scores)
            case "each":
                return _each(settings, found, scores)
            case "spans":
                return _spans(settings, found, scores)
    except _UnusableError:
        return "answers that are not what was asked for"
    except LookupError:
        return "answers without logprobs"


def _parse(content: str) -> dict[str, object]:
    """The JSON object that the answer is, bare or as one fenced block."""
    text = content.strip()
    fenced = FENCED.fullmatch(text)
    try:
        found = json.loads(text if fenced is None else fenced[1], object_pairs_hook=_without_repetition)
    except (ValueError, RecursionError):
        raise _UnusableError from None
    if not isinstance(found, dict):
        raise _UnusableError
    return found


def _without_repetition(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _UnusableError
    return found


def _one(settings: Settings, found: Mapping[str, object], scores: _Scores) -> Answer | Useless:
    label = found.get("label")
    if set(found) != {"label"} or not isinstance(label, str):
        raise _UnusableError
    if label == settings.abstain:
        return Answer({})
    if label not in settings.classes:
        return "answers outside of the classes"
    return Answer({label: scores.of([_place("label", scores.content, 0)])})


def _each(settings: Settings, found: Mapping[str, object], scores: _Scores) -> Answer | Useless:
    if not all(isinstance(value, bool) for value in found.values()) or not settings.classes.keys() <= found.keys():
        raise _UnusableError
    if found.keys() - settings.classes.keys():
        return "answers outside of the classes"
    return Answer({name: scores.of([_place(name, scores.content, 0)]) for name in settings.classes if found[name]})


def _spans(settings: Settings, found: Mapping[str, object], scores: _Scores) -> Answer:
    entries = found.get("spans")
    if set(found) != {"spans"} or not isinstance(entries, list) or len(entries) > MOST_QUOTES:
        raise _UnusableError
    quotes, outside = [], 0
    for number, entry in enumerate(entries):
        keys = {"text", "label", "start"} if settings.nearest else {"text", "label"}
        if not isinstance(entry, dict) or not {"text", "label"} <= entry.keys() <= keys:
            raise _UnusableError
        text, label, start = entry["text"], entry["label"], entry.get("start")
        if not isinstance(text, str) or not isinstance(label, str) or not isinstance(start, int | None):
            raise _UnusableError
        if label not in settings.classes:
            outside += 1
            continue
        places = [_place(key, scores.content, number) for key in ("text", "label")]
        quotes.append(Quote(text, label, start, scores.of(places)))
    return Answer({}, quotes, outside)


def _place(key: str, content: str, number: int) -> tuple[int, int] | None:
    """Where the n-th value of a key stands in the answer, without its quotes."""
    name = "|".join(re.escape(json.dumps(key, ensure_ascii=ascii)) for ascii in (True, False))
    pattern = re.compile(rf'(?<!\\)(?:{name})\s*:\s*(?:"(?P<text>(?:[^"\\]|\\.)*)"|(?P<truth>true|false))')
    for place, match in enumerate(pattern.finditer(content)):
        if place == number:
            return match.span("truth" if match["text"] is None else "text")
    return None


class _Scores:
    """The confidence in parts of one answer."""

    def __init__(self, settings: Settings, content: str, tokens: object) -> None:
        self.content = content
        self._fixed = settings.confidence if isinstance(settings.confidence, int | float) else None
        self._is_shared = settings.confidence == "agreement"
        self._tokens = tokens if isinstance(tokens, list) else []

    def of(self, places: Sequence[tuple[int, int] | None]) -> float:
        """The score of what stands at these places: of several, the mean of their logprobs' sums by token.

        Raises LookupError where the endpoint gave no logprobs that cover them.
        """
        if self._fixed is not None:
            return round(float(self._fixed), 4)
        if self._is_shared:
            return 1.0
        chances = [self._chances(place) for place in places]
        if len(chances) == 1:
            return _rounded(math.exp(sum(chances[0])))
        every = [each for found in chances for each in found]
        return _rounded(math.exp(sum(every) / len(every)))

    def _chances(self, place: tuple[int, int] | None) -> list[float]:
        """The logprobs of the tokens that a part of the answer is made of."""
        pieces = [(str(text).encode("latin-1"), float(chance)) for text, chance in self._tokens]
        whole = b"".join(piece for piece, _ in pieces)
        shift = whole.find(self.content.encode())
        if place is None or shift < 0:
            raise LookupError
        begin, end = (shift + len(self.content[:offset].encode()) for offset in place)
        found, at = [], 0
        for piece, chance in pieces:
            if at < end and begin < at + len(piece):
                found.append(chance)
            at += len(piece)
        if not found or not all(map(math.isfinite, found)):
            raise LookupError
        return found


def _rounded(score: float) -> float:
    return min(1.0, max(0.0, round(score, 4)))


def scored(answers: Sequence[Answer], samples: int) -> dict[str, float]:
    """Class -> the share of the samples that say so; of one sample, its score."""
    if samples == 1:
        return dict(answers[0].classes) if answers else {}
    counts = Counter(name for answer in answers for name in answer.classes)
    return {name: round(count / samples, 4) for name, count in counts.items()}


def as_response(told: Mapping[str, object]) -> dict[str, object]:
    """Of what an endpoint said, what is kept. Raises ValueError where it is no response to a chat."""
    choices = told.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        raise ValueError("no choices")
    choice = cast("Mapping[str, object]", choices[0])
    message = choice.get("message")
    if not isinstance(message, dict):
        raise ValueError("no message")
    usage = told.get("usage")
    counted = usage if isinstance(usage, dict) else {}
    return {
        "content": message.get("content"),
        "finish": choice.get("finish_reason"),
        "refusal": bool(message.get("refusal")),
        "tokens": _tokens(choice.get("logprobs")),
        "in": counted.get("prompt_tokens"),
        "out": counted.get("completion_tokens"),
        "model": told.get("model"),
    }


def _tokens(logprobs: object) -> list[list[object]] | None:
    """Each token of the answer, its bytes as Latin-1 letters, with its logprob."""
    content = logprobs.get("content") if isinstance(logprobs, dict) else None
    if not isinstance(content, list):
        return None
    found: list[list[object]] = []
    for each in content:
        raw, chance = each.get("bytes"), each.get("logprob")
        text = bytes(raw) if isinstance(raw, list) else str(each.get("token", "")).encode()
        found.append([text.decode("latin-1"), chance if isinstance(chance, int | float) else -9999.0])
    return found
