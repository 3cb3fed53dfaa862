"""Entities that a tagger finds: its tags of tokens, joined to spans of the text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from rubricate.api import MatcherSpec
from rubricate_transformers.asking import DIGITS, Answer, Found
from rubricate_transformers.checking import class_names, task_of
from rubricate_transformers.loading import load_model
from rubricate_transformers.settings import Settings
from rubricate_transformers.tags import split_tags
from rubricate_transformers.windows import Encoded, encode, forward

__all__ = ["Tagger", "Token", "join_tokens", "tidy"]


class Token(NamedTuple):
    """A token, or a word, with the tag that is likeliest for it."""

    start: int
    end: int
    word: int
    """The number of its word in the text."""
    tag: int
    score: float


class Tagger:
    """Marks entities in texts of any length: each token counts in the window in which it stands furthest inside."""

    def __init__(self, spec: MatcherSpec, settings: Settings) -> None:
        self._settings = settings
        self._tags = split_tags(class_names(settings.model))
        self._aggregation = str(spec.options.get("aggregation", "simple"))
        self._loaded = load_model(settings, task_of(spec))
        room = settings.max_length - self._loaded.tokenizer.num_special_tokens_to_add(pair=False)
        self._step = room - settings.stride

    def ask(self, texts: Sequence[str]) -> list[Answer]:
        """The entities of each text, from left to right."""
        encoded = encode(self._loaded, self._settings, texts, places=True)
        rows = forward(self._loaded, self._settings, encoded, _likeliest)
        windows: list[list[int]] = [[] for _ in texts]
        for number, owner in enumerate(encoded.owner):
            windows[owner].append(number)
        return [self._entities(text, encoded, rows, numbers) for text, numbers in zip(texts, windows, strict=True)]

    def _entities(self, text: str, encoded: Encoded, rows: Sequence[Any], numbers: Sequence[int]) -> Answer:
        tokens: dict[int, tuple[int, Token]] = {}
        """Number in the text -> how far inside of its window it stands, and the token."""
        for position, number in enumerate(numbers):
            if rows[number] is None:
                continue
            if not bool(rows[number].isfinite().all()):
                return None
            first = encoded.place[number] * self._step
            is_last = position == len(numbers) - 1
            for inside, token in enumerate(_tokens(encoded, number, rows[number])):
                left = inside if position else encoded.own[number]
                right = encoded.own[number] - 1 - inside if not is_last else encoded.own[number]
                depth = min(left, right)
                known = tokens.get(first + inside)
                if known is None or depth > known[0]:
                    tokens[first + inside] = (depth, token)
        ordered = [tokens[number][1] for number in sorted(tokens)]
        visible = [token for token in ordered if token.end > token.start]
        return join_tokens(text, visible, self._tags, self._aggregation)


def _likeliest(output: Any, _mask: Any) -> Any:
    """(tag, score) of each token, as one tensor; not a number stays one."""
    import torch

    scores, tags = output.logits.double().softmax(-1).max(-1)
    return torch.stack((tags.double(), scores), -1)


def _tokens(encoded: Encoded, number: int, row: Any) -> Iterator[Token]:
    """The tokens of a window that stand for its text."""
    at = encoded.rows[number]
    offsets, special = encoded.batch["offset_mapping"][at], encoded.batch["special_tokens_mask"][at]
    words = encoded.batch.word_ids(at)
    told = row.tolist()
    for place, (start, end) in enumerate(offsets):
        if not special[place]:
            word = words[place]
            yield Token(start, end, -1 if word is None else word, int(told[place][0]), told[place][1])


def join_tokens(
    text: str, tokens: Sequence[Token], tags: Sequence[tuple[str | None, bool]], aggregation: str
) -> list[Found]:
    """Neighbours of one class are one entity, unless the tag of the latter says that it begins one.

    Its score is the mean over its tokens, or over its words where `aggregation` makes words of them.
    """
    units = list(tokens) if aggregation == "simple" else [_word(group, aggregation) for group in _words(tokens)]
    found: list[Found] = []
    group: list[Token] = []
    for unit in [*units, None]:
        name, begins = (None, False) if unit is None else tags[unit.tag]
        if group and (begins or name != tags[group[-1].tag][0]):
            found.extend(_entity(text, group, tags[group[0].tag][0]))
            group = []
        if unit is not None and name is not None:
            group.append(unit)
    return found


def _words(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    group: list[Token] = []
    for token in tokens:
        if group and (token.word != group[-1].word or token.word < 0):
            yield group
            group = []
        group.append(token)
    if group:
        yield group


def _word(tokens: Sequence[Token], aggregation: str) -> Token:
    chosen = tokens[0] if aggregation == "first" else max(tokens, key=lambda token: token.score)
    return chosen._replace(start=tokens[0].start, end=tokens[-1].end)


def _entity(text: str, group: Sequence[Token], name: str | None) -> Iterator[Found]:
    start, end = tidy(text, group[0].start, group[-1].end)
    if start < end:
        score = sum(token.score for token in group) / len(group)
        yield start, end, round(min(max(score, 0.0), 1.0), DIGITS), {"class": name}


def tidy(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without white space at its ends, and with the marks that belong to its last character.

    >>> tidy("in Cafe\\u0301 now", 2, 7)
    (3, 8)
    """
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    while start < end < len(text) and unicodedata.category(text[end]).startswith("M"):
        end += 1
    return start, end
