"""What questions take, before they are asked: four characters are taken for a token."""

from __future__ import annotations

from collections.abc import Sequence

from rubricate.api import Document, MatcherSpec, Spend
from rubricate_llm.prompting import Question, questions
from rubricate_llm.settings import read

__all__ = ["estimate", "most", "tokens_of"]

PER_TOKEN = 4
OVERHEAD = 8
"""Tokens beside the text of the messages."""
USUAL = {"one": 12, "each": 8, "spans": 60}
"""Tokens of an answer; of `each`, for each class."""


def tokens_of(characters: int) -> int:
    """About how many tokens so many characters are.

    >>> tokens_of(9)
    3
    """
    return -(-characters // PER_TOKEN)


def most(question: Question, samples: int) -> Spend:
    """What a question can cost at most, as far as that is known before it is asked."""
    found = question.settings
    tokens_in = samples * (OVERHEAD + sum(tokens_of(len(message["content"])) for message in question.messages))
    tokens_out = samples * found.max_tokens
    return Spend(calls=samples, tokens_in=tokens_in, tokens_out=tokens_out, money=found.money(tokens_in, tokens_out))


def estimate(spec: MatcherSpec, documents: Sequence[Document]) -> Spend:
    """About what it takes to ask about all of these documents."""
    settings = read(spec)
    asked = [each for document in documents for each in questions(settings, 0, document)
             if not each.is_too_long]  # fmt: skip
    calls = len(asked) * settings.samples
    tokens_in = sum(most(each, settings.samples).tokens_in for each in asked)
    usual = USUAL[settings.task] * (len(settings.classes) if settings.task == "each" else 1)
    tokens_out = calls * min(settings.max_tokens, usual)
    money = settings.money(tokens_in, tokens_out)
    return Spend(questions=len(asked), calls=calls, tokens_in=tokens_in, tokens_out=tokens_out, money=money)
